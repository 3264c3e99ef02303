package plan_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
	"github.com/litestone-go/orm/litestone/migrate"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// TestReadPlans writes down the SQL of every construct a read can hold, and has SQLite explain each
// statement, so that what stands in the golden files is known to be accepted.
//
// testdata/reads.txt holds the calls, one a line: a name, who asks (user or system), model.operation
// and the arguments. testdata/reads.sql holds what comes of them; LITESTONE_UPDATE=<glob of names>
// writes it anew.
func TestReadPlans(t *testing.T) {
	s, err := schema.FromFile(filepath.Join("testdata", "reads.lite"), schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	db, err := conn.Open(ctx, conn.Options{Path: conn.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := migrate.Push(ctx, db, s, s.Databases[0], migrate.PushOptions{}); err != nil {
		t.Fatal(err)
	}
	calls, err := os.ReadFile(filepath.Join("testdata", "reads.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, line := range strings.Split(strings.TrimSpace(string(calls)), "\n") {
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		part := strings.SplitN(line, "|", 4)
		if len(part) != 4 {
			t.Fatalf("cannot read %q", line)
		}
		for i := range part {
			part[i] = strings.TrimSpace(part[i])
		}
		name, system, call, args := part[0], part[1] == "system", part[2], part[3]
		env := plan.NewEnv(s, nil)
		env.System = system
		fmt.Fprintf(&out, "-- %s (%s): %s %s\n", name, part[1], call, args)
		rows, err := planned(s, env, call, args)
		if err != nil {
			fmt.Fprintf(&out, "-- %v\n\n", err)
			continue
		}
		for _, st := range statements(rows, "") {
			out.WriteString(pretty(st.name, st.stmt.SQL))
			fmt.Fprintf(&out, "-- %s\n", sources(st.stmt.Args))
			err := db.Read(ctx, func(c *conn.Conn) error {
				return c.Run(ctx, conn.Query{SQL: "EXPLAIN " + st.stmt.SQL}, make([]query.Value, len(st.stmt.Args)), nil)
			})
			if err != nil {
				t.Errorf("%s: SQLite does not accept %s: %v", name, st.stmt.SQL, err)
			}
		}
		out.WriteByte('\n')
	}
	golden := filepath.Join("testdata", "reads.sql")
	if update, _ := filepath.Match(os.Getenv("LITESTONE_UPDATE"), "reads.sql"); update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Fatal("reads.sql was rewritten; look at the difference and run again without LITESTONE_UPDATE")
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	compareLines(t, out.String(), string(want))
}

func compareLines(t *testing.T, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	heading := ""
	for i := range max(len(g), len(w)) {
		var x, y string
		if i < len(g) {
			x = g[i]
		}
		if i < len(w) {
			y = w[i]
		}
		if strings.HasPrefix(y, "-- ") {
			heading = y
		}
		if x != y {
			t.Fatalf("testdata/reads.sql:%d differs, below %s\n got %s\nwant %s", i+1, heading, x, y)
		}
	}
}

type named struct {
	name string
	stmt sqlgen.Stmt
}

// statements lists a plan's own statement and those of its relations, for two parents and for any
// number of them.
func statements(r *plan.Rows, name string) []named {
	d := sqlgen.Dialect{}
	var out []named
	if name == "" {
		out = append(out, named{"", d.Select(r.Select, 0)})
	} else {
		out = append(out, named{name, d.Select(r.Select, 2)}, named{name + " for many", d.Select(r.Select, -1)})
	}
	if len(r.Checks) > 0 {
		var list []plan.Expr
		for _, c := range r.Checks {
			if c.Expr != nil {
				list = append(list, c.Expr)
			}
		}
		out = append(out, named{"checks", d.Exprs(list)})
	}
	for _, in := range r.Includes {
		out = append(out, statements(in.Rows, strings.TrimPrefix(name+"."+in.Field.Name, "."))...)
	}
	return out
}

// pretty breaks a statement before its clauses, outside parentheses.
func pretty(name, sql string) string {
	if name != "" {
		name = "-- " + name + "\n"
	}
	depth := 0
	var b strings.Builder
	for i := 0; i < len(sql); i++ {
		switch sql[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ' ':
			if depth == 0 {
				for _, word := range []string{"FROM ", "LEFT JOIN ", "JOIN ", "WHERE ", "GROUP BY ", "HAVING ", "ORDER BY ", "LIMIT ", "UNION "} {
					if strings.HasPrefix(sql[i+1:], word) && !(word == "JOIN " && strings.HasSuffix(sql[:i], "LEFT")) {
						b.WriteString("\n ")
						break
					}
				}
			}
		}
		b.WriteByte(sql[i])
	}
	return name + b.String() + "\n"
}

// sources says where the arguments come from.
func sources(list []plan.Source) string {
	out := make([]string, len(list))
	for i, s := range list {
		switch s.Kind {
		case plan.FromSlot:
			out[i] = fmt.Sprintf("$%d", s.Slot)
		case plan.FromConst:
			j, _ := json.Marshal(s.Const.Any())
			out[i] = string(j)
		case plan.FromAuth, plan.FromAuthTruth:
			out[i] = strings.Join(append([]string{"auth()"}, s.Path...), ".")
		case plan.FromNow:
			out[i] = "now()"
		case plan.FromLike:
			out[i] = fmt.Sprintf("like %s$%d%s", s.Before, s.Slot, s.After)
		case plan.FromKeys:
			out[i] = fmt.Sprintf("key %d", s.Slot)
		case plan.FromKeyJSON:
			out[i] = "keys"
		default:
			out[i] = fmt.Sprintf("source %d", s.Kind)
		}
	}
	return "args: " + strings.Join(out, ", ")
}

// planned decodes and plans a call.
func planned(s *schema.Schema, env *plan.Env, call, text string) (*plan.Rows, error) {
	name, op, _ := strings.Cut(call, ".")
	m := s.Model(name)
	sc := &query.Scope{Schema: s, Model: m, Operation: op}
	tree, err := query.JSON(text).Tree()
	if err != nil {
		return nil, err
	}
	var shape plan.Shape
	shape.Reset(true)
	switch op {
	case "aggregate":
		var a query.AggregateArgs
		if err := query.DecodeAggregate(sc, tree, &a); err != nil {
			return nil, err
		}
		shape.Aggregate(&a)
		return plan.Aggregate(env, shape.Slots(), m, &a)
	case "groupBy":
		var a query.GroupArgs
		if err := query.DecodeGroupBy(sc, tree, &a); err != nil {
			return nil, err
		}
		labels, fill, err := plan.Gaps(m, &a)
		if err != nil {
			return nil, err
		}
		shape.Group(&a, labels, fill)
		return plan.Group(env, shape.Slots(), m, &a, fill)
	}
	var a query.FindArgs
	if op == "search" {
		err = query.DecodeSearch(sc, tree, &a)
		a.Search.Text = "words"
	} else {
		err = query.DecodeFind(sc, tree, &a)
	}
	if err != nil {
		return nil, err
	}
	var after []query.Value
	var order []query.Order
	if op == "findManyCursor" {
		if order, err = plan.CursorOrder(m, &a); err != nil {
			return nil, err
		}
		for i := range order {
			v := query.Int(int64(i))
			if a.Cursor == "null" && i == 0 {
				v = query.Null()
			}
			after = append(after, v)
		}
	}
	shape.Find(&a)
	for i := range after {
		shape.Value(&after[i])
	}
	switch op {
	case "count":
		return plan.Count(env, shape.Slots(), m, &a)
	case "exists":
		return plan.RowExists(env, shape.Slots(), m, &a)
	case "findManyCursor":
		if a.Cursor == "" {
			after = nil
		}
		r, _, err := plan.Page(env, shape.Slots(), m, &a, order, after)
		return r, err
	case "findUnique":
		return plan.Find(env, shape.Slots(), m, &a, plan.Alone)
	}
	return plan.Find(env, shape.Slots(), m, &a, plan.InList)
}
