package lite2go

import (
	"fmt"
	"go/token"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/litestone-go/orm/litestone/schema"
)

// names holds every Go name of the generated package. The schema decides what a thing is called;
// here names that only exist in the generated code are added and clashes are settled. What comes
// first keeps its name: the package's own names, then models, enums, types, and last what is
// derived from them. Who comes later gets a suffix that says what it is.
type names struct {
	models map[*schema.Model]*modelNames
	enums  map[*schema.Enum]*enumNames
	types  map[string]*typeNames // by the type's name: a use with strict: false is a Type of its own
	joins  []joinNames           // as schema.Joins
	bad    []string              // names that cannot be written in Go
}

type modelNames struct {
	row, create, update, columns string // types
	set                          string // the package variable of columns
	accessor                     string // the field of Client
	alias                        string // bun's alias: no table's name
	file                         string
	rowFields                    map[*schema.Field]string // of the row struct
	fields                       map[*schema.Field]string // of inputs and columns
}

type enumNames struct {
	name        string
	values      []string
	transitions []string
}

type typeNames struct {
	name, columns, make string
	open                bool // some use of it keeps unknown keys
	fields, cols        map[*schema.Field]string
}

type joinNames struct{ name, alias string }

// scope is a set of names in use.
type scope map[string]bool

// claim takes the first free one of name, name+suffix, name+suffix+"_", …
func (s scope) claim(name, suffix string) string {
	if s[name] {
		name += suffix
		for s[name] {
			name += "_"
		}
	}
	s[name] = true
	return name
}

func newScope(taken ...string) scope {
	s := scope{}
	for _, t := range taken {
		s[t] = true
	}
	return s
}

// Names that the generated code itself uses. A struct field may not be called like an embedded
// struct or a method of the struct.
var (
	packageNames = []string{"Client", "Open", "With", "JoinModels", "RegisterValidations"}
	rowNames     = []string{"BaseModel", "Row", "MarshalJSON"}
	clientNames  = []string{"Client", "As", "AsID", "AsSystem", "Subject", "Transaction"}
	jsonNames    = []string{"JSONColumn"}
	openNames    = []string{"Others", "MarshalJSON", "UnmarshalJSON"}
)

func settleNames(s *schema.Schema) *names {
	n := &names{
		models: make(map[*schema.Model]*modelNames, len(s.Models)),
		enums:  make(map[*schema.Enum]*enumNames, len(s.Enums)),
		types:  make(map[string]*typeNames, len(s.Types)),
	}
	pkg := newScope(packageNames...)

	// First what the schema names.
	for _, m := range s.Models {
		n.models[m] = &modelNames{row: pkg.claim(n.exported(m.GoName, "model "+m.Name), "Row")}
	}
	for _, e := range s.Enums {
		n.enums[e] = &enumNames{name: pkg.claim(n.exported(e.GoName, "enum "+e.Name), "Enum")}
	}
	for _, t := range s.Types {
		n.types[t.Name] = &typeNames{name: pkg.claim(n.exported(t.GoName, "type "+t.Name), "Type")}
	}

	// Then what hangs on those names.
	clients := newScope(clientNames...)
	aliases := tableNames(s)
	files := newScope("models.go", "enums.go", "types.go")
	for _, m := range s.Models {
		n.settleModel(m, pkg, clients, aliases, files)
	}
	for _, e := range s.Enums {
		n.settleEnum(e, pkg)
	}
	open := openTypes(s)
	for _, t := range s.Types {
		n.settleType(t, open[t.Name], pkg)
	}
	for _, j := range s.Joins {
		n.joins = append(n.joins, joinNames{
			name:  pkg.claim(n.models[j.A].row+n.models[j.B].row+"Join", "Table"),
			alias: claimAlias(aliases, j.A.Name+"_"+j.B.Name),
		})
	}
	return n
}

func (n *names) settleModel(m *schema.Model, pkg, clients, aliases, files scope) {
	at := "model " + m.Name
	plural := n.exported(m.GoPlural, at)
	mn := n.models[m]
	mn.create = pkg.claim(mn.row+"Create", "Input")
	mn.update = pkg.claim(mn.row+"Update", "Input")
	mn.columns = pkg.claim(mn.row+"Columns", "Set")
	mn.set = pkg.claim(plural, "Table")
	mn.accessor = clients.claim(plural, "Table")
	mn.alias = claimAlias(aliases, m.Name)
	mn.file = claimFile(files, m.Name)
	mn.rowFields = n.members(m.Fields, at, rowNames)
	mn.fields = n.members(m.Fields, at, nil)
}

func (n *names) settleEnum(e *schema.Enum, pkg scope) {
	en := n.enums[e]
	at := "enum " + e.Name
	for _, v := range e.Values {
		en.values = append(en.values, pkg.claim(n.exported(v.GoName, at+": value "+v.Name), "Value"))
	}
	for _, t := range e.Transitions {
		name := en.name + "Transition" + n.exported(t.GoName, at+": transition "+t.Name)
		en.transitions = append(en.transitions, pkg.claim(name, "_"))
	}
}

func (n *names) settleType(t *schema.Type, open bool, pkg scope) {
	tn := n.types[t.Name]
	tn.open = open
	tn.columns = pkg.claim(tn.name+"Columns", "Set")
	tn.make = lowerFirst(tn.columns)
	taken := []string(nil)
	if open {
		taken = openNames
	}
	tn.fields = n.members(t.Fields, "type "+t.Name, taken)
	tn.cols = n.members(t.Fields, "type "+t.Name, jsonNames)
}

// openTypes are the names of the types that some field uses with strict: false. One struct serves
// every use of a type, so that it can be copied from one field to another.
func openTypes(s *schema.Schema) map[string]bool {
	open := map[string]bool{}
	note := func(fields []*schema.Field) {
		for _, f := range fields {
			if f.JSONType != nil && !f.JSONType.Strict {
				open[f.JSONType.Name] = true
			}
		}
	}
	for _, m := range s.Models {
		note(m.Fields)
	}
	for _, t := range s.Types {
		note(t.Fields)
	}
	return open
}

func (n *names) members(fields []*schema.Field, at string, taken []string) map[*schema.Field]string {
	s := newScope(taken...)
	out := make(map[*schema.Field]string, len(fields))
	for _, f := range fields {
		out[f] = s.claim(n.exported(f.GoName, at+": field "+f.Name), "_")
	}
	return out
}

// exported gives the name back, noting it when Go would not accept or export it.
func (n *names) exported(name, what string) string {
	if !token.IsIdentifier(name) || !token.IsExported(name) {
		note := fmt.Sprintf("%s (%q)", what, name)
		for _, b := range n.bad {
			if b == note {
				return name
			}
		}
		n.bad = append(n.bad, note)
	}
	return name
}

// tableNames gives every name a table, index table or guard view has, lower case: an alias that
// equals one of them would hide it inside a subquery.
func tableNames(s *schema.Schema) scope {
	t := scope{}
	for _, m := range s.Models {
		t[strings.ToLower(m.Table)] = true
		t[strings.ToLower(guardView(m.Table))] = true
		t[strings.ToLower(m.Name)] = true
		if m.FTS != nil {
			t[strings.ToLower(m.FTS.Table)] = true
		}
	}
	for _, j := range s.Joins {
		t[strings.ToLower(j.Table)] = true
	}
	return t
}

// guardView is the name plain bun reads a model's rows from: a TEMP view that holds its rules.
func guardView(table string) string { return table + "__g" }

// claimAlias makes a bun alias of the initials of a name, at most three letters, with a number
// where they are taken or a word of SQL.
func claimAlias(taken scope, name string) string {
	base := initials(name)
	alias := base
	for i := 2; taken[alias] || shortKeywords[alias]; i++ {
		alias = base + strconv.Itoa(i)
	}
	taken[alias] = true
	return alias
}

// The words of SQLite (https://www.sqlite.org/lang_keywords.html) that initials can spell: users
// write an alias unquoted in their own conditions.
var shortKeywords = newScope("add", "all", "and", "as", "asc", "by", "do", "end", "for", "if", "in", "is", "key", "no", "not", "of", "on", "or", "row", "set", "to")

func initials(name string) string {
	var out []byte
	for _, w := range words(name) {
		if c := w[0]; c >= 'a' && c <= 'z' && len(out) < 3 {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return "t"
	}
	return string(out)
}

// claimFile makes a file name of a model's name: snake case, never one that the go command reads
// as a test or as for one system only.
func claimFile(taken scope, name string) string {
	w := words(name)
	if len(w) == 0 {
		w = []string{"model"}
	}
	if len(w) > 1 && (w[len(w)-1] == "test" || platforms[w[len(w)-1]]) {
		w = append(w, "model")
	}
	base := strings.Join(w, "_")
	file := base + ".go"
	for i := 2; taken[file]; i++ {
		file = base + "_model" + strconv.Itoa(i) + ".go"
		if i == 2 {
			file = base + "_model.go"
		}
	}
	taken[file] = true
	return file
}

// What may follow the last underscore of a file name as a build constraint: the systems and
// processors of `go tool dist list`, past and present.
var platforms = newScope("aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd", "openbsd", "plan9", "solaris", "unix", "wasip1", "windows", "zos",
	"386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips", "mipsle", "mips64", "mips64le", "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64", "wasm")

// words splits userPosts, user_posts and UserPosts alike, in lower case; what is not an ASCII
// letter or digit separates.
func words(name string) []string {
	var out []string
	var word []byte
	flush := func() {
		if len(word) > 0 {
			out = append(out, string(word))
			word = nil
		}
	}
	prevLower := false
	for _, r := range name {
		switch {
		case r >= 'A' && r <= 'Z':
			if prevLower {
				flush()
			}
			word = append(word, byte(r)+'a'-'A')
			prevLower = false
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			word = append(word, byte(r))
			prevLower = true
		default:
			flush()
			prevLower = false
		}
	}
	flush()
	return out
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[n:]
}
