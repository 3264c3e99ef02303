package schema

import (
	"math"
	"slices"
	"strconv"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/syntax"
)

// declareDatabase reads a database block (SPEC "Language and names").
func (c *checker) declareDatabase(d *syntax.Database) {
	if first := c.s.Database(d.Name.Name); first != nil {
		r := c.fail(d.Name.Span, CodeDuplicateName, "rename one of them", "database %s: the name is already taken by a database", d.Name.Name)
		r.Related = []diag.Related{{Message: "first declared here", Span: first.Span}}
		return
	}
	db := &Database{Name: d.Name.Name, Doc: d.Doc, Span: d.Span}
	given := map[string]*syntax.Setting{}
	for _, set := range d.Settings {
		if set.Name.Name == "" {
			continue
		}
		if given[set.Name.Name] != nil {
			c.fail(set.Name.Span, CodeDuplicateSetting, "keep one of them", "database %s: %s is set twice", db.Name, set.Name.Name)
			continue
		}
		given[set.Name.Name] = set
		c.databaseSetting(db, set)
	}
	if given["path"] == nil {
		c.fail(d.Name.Span, CodeMissingPath, `write path "./`+db.Name+`.db" or path env("NAME", "./default.db")`, "database %s: the path is missing", db.Name)
	}
	c.settingsFitTheDriver(db, given)
	c.s.Databases = append(c.s.Databases, db)
	if db.Driver == Logger {
		c.loggers = append(c.loggers, db)
	}
}

func (c *checker) databaseSetting(db *Database, set *syntax.Setting) {
	bad := func(want string) {
		if _, reported := set.Value.(*syntax.Bad); !reported {
			c.fail(exprSpan(set.Value, set.Span), CodeWrongSetting, "", "database %s: %s must be %s", db.Name, set.Name.Name, want)
		}
	}
	switch set.Name.Name {
	case "path":
		if p, ok := databasePath(set.Value); ok {
			db.Path = p
		} else {
			bad(`a text or env("NAME", "default")`)
		}
	case "driver":
		word, _ := bareWord(set.Value)
		i := slices.Index(driverNames(), word)
		if i < 0 {
			bad("sqlite, jsonl or logger")
			return
		}
		db.Driver = Driver(i)
	case "retention":
		u, ok := set.Value.(*syntax.Unit)
		n, err := int64(0), error(nil)
		if ok {
			n, err = strconv.ParseInt(u.Num, 10, 32)
		}
		if !ok || err != nil || n <= 0 || !slices.Contains([]string{"h", "d", "w", "y"}, u.Unit) {
			bad("a time like 24h, 30d, 2w or 1y")
			return
		}
		db.Retention = Duration{N: n, Unit: u.Unit}
	case "replication":
		b, ok := set.Value.(*syntax.Bool)
		if !ok {
			bad("true or false")
			return
		}
		db.Replication = b.Value
	case "maxSize":
		if db.MaxSize = byteSize(set.Value); db.MaxSize == 0 {
			bad("a size like 500kb, 500mb or 2gb")
		}
	default:
		c.fail(set.Name.Span, CodeUnknownSetting, suggest(set.Name.Name, "path", "driver", "retention", "replication", "maxSize"),
			"database %s: there is no setting %s", db.Name, set.Name.Name)
	}
}

// settingsFitTheDriver: a setting that the driver would ignore is refused.
func (c *checker) settingsFitTheDriver(db *Database, given map[string]*syntax.Setting) {
	only := func(name, drivers string, fits bool) {
		if set := given[name]; set != nil && !fits {
			c.fail(set.Span, CodeSettingOfOtherDriver, "leave it out", "database %s: %s is for %s databases, this one is %s",
				db.Name, name, drivers, driverNames()[db.Driver])
		}
	}
	only("replication", "sqlite", db.Driver == SQLite)
	only("maxSize", "jsonl and logger", db.Driver != SQLite)
	only("retention", "jsonl and logger", db.Driver != SQLite)
}

// addMainDatabase puts the implicit database in front when no block declares one named main.
func (c *checker) addMainDatabase() {
	if c.s.Database("main") == nil {
		c.s.Databases = append([]*Database{{Name: "main", Implicit: true}}, c.s.Databases...)
	}
}

func driverNames() []string { return []string{"sqlite", "jsonl", "logger"} }

// String gives the driver as a schema spells it.
func (d Driver) String() string { return driverNames()[d] }

func databasePath(e syntax.Expr) (Path, bool) {
	if s, ok := e.(*syntax.Str); ok {
		return Path{Literal: s.Value, Set: true}, s.Value != ""
	}
	call, ok := e.(*syntax.Call)
	if !ok || call.Func.Name != "env" || len(call.Path) > 0 || len(call.Args) < 1 || len(call.Args) > 2 {
		return Path{}, false
	}
	var texts [2]string
	for i, a := range call.Args {
		s, ok := a.Value.(*syntax.Str)
		if !ok || a.Name.Name != "" {
			return Path{}, false
		}
		texts[i] = s.Value
	}
	return Path{Env: texts[0], Literal: texts[1], Set: true}, texts[0] != ""
}

// byteSize reads 500mb; 0 when it is no size.
func byteSize(e syntax.Expr) int64 {
	u, ok := e.(*syntax.Unit)
	if !ok {
		return 0
	}
	n, err := strconv.ParseInt(u.Num, 10, 64)
	shift, known := map[string]uint{"kb": 10, "mb": 20, "gb": 30, "KB": 10, "MB": 20, "GB": 30}[u.Unit]
	if err != nil || n <= 0 || !known || n > math.MaxInt64>>shift {
		return 0
	}
	return n << shift
}

// exprSpan is the expression's place, or another where it has none.
func exprSpan(e syntax.Expr, or diag.Span) diag.Span {
	if e == nil || e.ExprSpan().File == nil {
		return or
	}
	return e.ExprSpan()
}
