package query_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// suite is one file of conformance cases; only what speaks of arguments is read.
type suite struct {
	Area  string `json:"area"`
	Cases []struct {
		Name    string `json:"name"`
		Schema  string `json:"schema"`
		Options struct {
			Pluralize bool                                  `json:"pluralize"`
			Scopes    map[string]map[string]json.RawMessage `json:"scopes"`
			Filters   map[string]json.RawMessage            `json:"filters"`
		} `json:"options"`
		Steps []step `json:"steps"`
	} `json:"cases"`
}

type step struct {
	Call   string          `json:"call"`
	Args   json.RawMessage `json:"args"`
	Reopen *string         `json:"reopen"`
	Error  *struct {
		Code   string   `json:"code"`
		Fields []string `json:"fields"`
	} `json:"error"`
	Tx []step `json:"tx"`
}

// laterLayers are the mistakes that arguments alone do not show: they need the rules of typed
// Json, validators, the text of a search, a cursor's content.
var laterLayers = []string{
	"access-attack/attack a forged or broken cursor is refused or harmless",
	"query-search/search with quotes and other special characters",
	"schema-json/",
	"schema-migrate/typed JSON put on a plain column changes no data",
	"schema-types/arrays have limits on their length and repeats",
	"schema-validators/",
	"write-multidb/transforms and validators run on jsonl writes",
}

// TestConformanceArguments decodes the arguments of every call of every case: they decode, or
// fail as the case says.
func TestConformanceArguments(t *testing.T) {
	dir := os.Getenv("LITESTONE_CONFORMANCE")
	if dir == "" {
		dir = filepath.Join("..", "testdata", "conformance")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	if len(files) == 0 {
		t.Skipf("no conformance cases in %s; LITESTONE_CONFORMANCE names another folder", dir)
	}
	calls, refused := 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var s suite
		if err := json.Unmarshal(text, &s); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, c := range s.Cases {
			sch, err := schema.FromText("schema", strings.ReplaceAll(c.Schema, "$DIR", t.TempDir()), schema.Options{Pluralize: c.Options.Pluralize})
			if err != nil {
				t.Errorf("%s/%s: %v", s.Area, c.Name, err)
				continue
			}
			var run func(steps []step)
			run = func(steps []step) {
				for _, st := range steps {
					run(st.Tx)
					if st.Reopen != nil && st.Error == nil {
						if sch, err = schema.FromText("schema", strings.ReplaceAll(*st.Reopen, "$DIR", t.TempDir()), schema.Options{}); err != nil {
							t.Errorf("%s/%s: %v", s.Area, c.Name, err)
							return
						}
					}
					accessor, op, ok := callee(st.Call)
					if !ok || sch.Model(accessor) == nil {
						continue
					}
					tree, usable := argument(t, st.Args)
					if !usable {
						continue
					}
					calls++
					got := fieldsOf(t, decode(sch, sch.Model(accessor), op, tree))
					where := s.Area + "/" + c.Name + ": " + st.Call + " " + string(st.Args)
					if st.Error == nil || st.Error.Code != "validation" {
						if got != nil && (st.Error == nil || st.Error.Code != "error" && st.Error.Code != "access_denied") {
							t.Errorf("%s: refused: %v", where, got)
						}
						continue
					}
					refused++
					if got == nil {
						if !slices.ContainsFunc(laterLayers, func(p string) bool { return strings.HasPrefix(s.Area+"/"+c.Name, p) }) {
							t.Errorf("%s: accepted", where)
						}
						continue
					}
					want := slices.Clone(st.Error.Fields)
					slices.Sort(want)
					if st.Error.Fields != nil && !slices.Equal(got, want) {
						t.Errorf("%s: names %q, want %q", where, got, want)
					}
				}
			}
			run(c.Steps)
		}
	}
	t.Logf("%d calls decoded, %d of them to be refused", calls, refused)
}

// callee splits users.active.findMany into users and findMany. A last part that is a scope's name
// means findMany.
func callee(call string) (accessor, op string, ok bool) {
	parts := strings.Split(call, ".")
	if len(parts) < 2 || strings.HasPrefix(call, "$") {
		return "", "", false
	}
	return parts[0], parts[len(parts)-1], true
}

// argument is the arguments as a tree, with what the runner makes of them put in. Arguments that
// hold a former step's answer other than a cursor are not usable here.
func argument(t *testing.T, raw json.RawMessage) (any, bool) {
	if len(raw) == 0 {
		return nil, true
	}
	tree, err := query.JSON(raw).Tree()
	if err != nil {
		t.Fatal(err)
	}
	usable := true
	var replace func(key string, v any) any
	replace = func(key string, v any) any {
		switch x := v.(type) {
		case []any:
			for i := range x {
				x[i] = replace("", x[i])
			}
		case map[string]any:
			if text, ok := x["$sql"].(string); ok {
				params, _ := x["params"].([]any)
				f := query.SQL(text, params...)
				return &f
			}
			if b, ok := x["$bytes"].(string); ok {
				bytes, _ := base64.StdEncoding.DecodeString(b)
				return bytes
			}
			if _, ok := x["$step"]; ok {
				usable = usable && key == "cursor"
				return "a cursor"
			}
			for k := range x {
				x[k] = replace(k, x[k])
			}
		}
		return v
	}
	return replace("", tree), usable
}

func decode(sch *schema.Schema, m *schema.Model, op string, tree any) error {
	sc := &query.Scope{Schema: sch, Model: m, Operation: op}
	switch op {
	case "create", "createMany":
		var a query.CreateArgs
		err := map[string]func(*query.Scope, any, *query.CreateArgs) error{"create": query.DecodeCreate, "createMany": query.DecodeCreateMany}[op](sc, tree, &a)
		return issues(err, a.Rows...)
	case "update", "updateMany":
		var a query.UpdateArgs
		err := map[string]func(*query.Scope, any, *query.UpdateArgs) error{"update": query.DecodeUpdate, "updateMany": query.DecodeUpdateMany}[op](sc, tree, &a)
		return issues(err, a.Data)
	case "upsert":
		var a query.UpsertArgs
		err := query.DecodeUpsert(sc, tree, &a)
		return issues(err, a.Create, a.Update)
	case "upsertMany":
		var a query.UpsertManyArgs
		err := query.DecodeUpsertMany(sc, tree, &a)
		return issues(err, a.Rows...)
	case "remove", "delete", "restore":
		return query.DecodeDelete(sc, tree, new(query.DeleteArgs))
	case "removeMany", "deleteMany":
		return query.DecodeDeleteMany(sc, tree, new(query.DeleteArgs))
	case "aggregate":
		return query.DecodeAggregate(sc, tree, new(query.AggregateArgs))
	case "groupBy":
		return query.DecodeGroupBy(sc, tree, new(query.GroupArgs))
	case "count", "exists":
		return query.DecodeCount(sc, tree, new(query.FindArgs))
	case "query":
		return decode(sch, m, query.Route(tree), tree)
	case "search":
		l := tree.([]any)
		var rest any
		if len(l) > 1 {
			rest = l[1]
		}
		return query.DecodeSearch(sc, rest, new(query.FindArgs))
	case "transition", "optimizeFts":
		return nil
	}
	if !strings.HasPrefix(op, "find") {
		sc.Operation = "findMany" // a scope called by its name
	}
	return query.DecodeFind(sc, tree, new(query.FindArgs))
}

// issues makes an error of the wrong types found in rows.
func issues(err error, rows ...query.Data) error {
	if err != nil {
		return err
	}
	e := &liteerr.Error{Code: liteerr.Validation}
	var collect func(prefix string, d query.Data)
	collect = func(prefix string, d query.Data) {
		for _, i := range d.Issues {
			if p := prefix + i.Path; !slices.Contains(e.Fields, p) {
				e.Fields = append(e.Fields, p)
			}
		}
		for _, n := range d.Nested {
			for _, inner := range []*query.Data{n.Create, n.Update} {
				if inner != nil {
					collect(prefix+n.Ref.Name+".", *inner)
				}
			}
		}
	}
	for _, d := range rows {
		collect("", d)
	}
	if len(e.Fields) == 0 {
		return nil
	}
	return e
}

// fieldsOf gives the names a validation error is about, sorted; nil without an error.
func fieldsOf(t *testing.T, err error) []string {
	if err == nil {
		return nil
	}
	var e *liteerr.Error
	if !errors.As(err, &e) || e.Code != liteerr.Validation && e.Code != liteerr.Unsupported {
		t.Errorf("not a validation error: %v", err)
		return []string{}
	}
	fields := slices.Clone(e.Fields)
	if fields == nil {
		fields = []string{}
	}
	slices.Sort(fields)
	return fields
}
