package read_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/migrate"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/uptrace/bun"
)

// fixture is a fresh database of a schema and an engine reading it.
type fixture struct {
	t      testing.TB
	schema *schema.Schema
	db     *conn.DB
	quiet  *conn.DB // the same file without hooks
	engine *read.Engine
	now    time.Time
	types  []*rows.Type
	raw    query.Predicate // stands in for where
	ran    statements
}

// statements collects what was run.
type statements struct{ list []string }

func (s *statements) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

func (s *statements) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	if strings.HasPrefix(e.Query, "SELECT") || strings.HasPrefix(e.Query, "WITH") {
		s.list = append(s.list, e.Query)
	}
}

// took checks how many statements the last call took.
func (f *fixture) took(n int) {
	f.t.Helper()
	if len(f.ran.list) != n {
		f.t.Errorf("took %d statements, want %d:\n%s", len(f.ran.list), n, strings.Join(f.ran.list, "\n"))
	}
}

// system is the session that policies do not bind.
var system = &session.Session{System: true}

func as(auth map[string]any) *session.Session { return &session.Session{Auth: auth, Scoped: true} }

// open makes the database and fills it by SQL.
func open(t testing.TB, text string, setup ...string) *fixture {
	t.Helper()
	f := &fixture{t: t, now: time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)}
	var err error
	if f.schema, err = schema.FromText("test", text, schema.Options{}); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if f.db, err = conn.Open(ctx, conn.Options{Path: conn.Memory, QueryHooks: []bun.QueryHook{&f.ran}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.db.Close() })
	if _, err := migrate.Push(ctx, f.db, f.schema, f.schema.Databases[0], migrate.PushOptions{}); err != nil {
		t.Fatal(err)
	}
	if len(setup) > 0 {
		err := f.db.Write(ctx, func(c *conn.Conn) error { return c.Script(ctx, strings.Join(setup, ";\n")) })
		if err != nil {
			t.Fatal(err)
		}
	}
	if f.quiet, err = conn.Open(ctx, conn.Options{Path: f.db.Path()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.quiet.Close() })
	f.filtered(nil)
	return f
}

// sql runs statements on the writer.
func (f *fixture) sql(text string) {
	f.t.Helper()
	ctx := context.Background()
	if err := f.db.Write(ctx, func(c *conn.Conn) error { return c.Script(ctx, text) }); err != nil {
		f.t.Fatal(err)
	}
}

// filtered gives the engine global filters.
func (f *fixture) filtered(filters map[*schema.Model]*query.Cond) {
	f.engine = read.NewEngine(plan.NewEnv(f.schema, filters), sqlgen.Dialect{}, f.types, func() time.Time { return f.now })
}

func (f *fixture) model(name string) *schema.Model {
	m := f.schema.Model(name)
	if m == nil {
		f.t.Fatalf("no model %s", name)
	}
	return m
}

// answer makes a call with JSON arguments and gives its answer as JSON, or the error's code and
// fields.
func (f *fixture) answer(s *session.Session, call, args string) string {
	f.t.Helper()
	f.ran.list = nil
	out, err := f.do(s, call, args)
	if err != nil {
		e, ok := err.(*liteerr.Error)
		if !ok {
			f.t.Fatalf("%s %s: untyped error %v", call, args, err)
		}
		return strings.Join(append([]string{"error", string(e.Code)}, e.Fields...), " ")
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		f.t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// expect checks an answer.
func (f *fixture) expect(s *session.Session, call, args, want string) {
	f.t.Helper()
	if got := f.answer(s, call, args); got != want {
		f.t.Errorf("%s %s\n got %s\nwant %s", call, args, got, want)
	}
}

func (f *fixture) do(s *session.Session, call, text string) (any, error) {
	f.t.Helper()
	name, op, _ := strings.Cut(call, ".")
	m := f.model(name)
	sc := &query.Scope{Schema: f.schema, Model: m, Operation: op}
	c := read.NewCall(f.engine, s, false)
	tree, err := query.JSON(text).Tree()
	if err != nil {
		return nil, err
	}
	switch op {
	case "aggregate":
		var a query.AggregateArgs
		if err := query.DecodeAggregate(sc, tree, &a); err != nil {
			return nil, err
		}
		g, err := c.PrepareAggregate(m, &a)
		if err != nil {
			return nil, err
		}
		return run(f, c, func(ctx context.Context) (any, error) { return c.RunAggregate(ctx, g) })
	case "groupBy":
		var a query.GroupArgs
		if err := query.DecodeGroupBy(sc, tree, &a); err != nil {
			return nil, err
		}
		g, err := c.PrepareGroup(m, &a)
		if err != nil {
			return nil, err
		}
		return run(f, c, func(ctx context.Context) (any, error) { return c.RunGroup(ctx, g) })
	}
	var a query.FindArgs
	if op == "search" {
		list := tree.([]any)
		var args any
		if len(list) > 1 {
			args = list[1]
		}
		if err := query.DecodeSearch(sc, args, &a); err != nil {
			return nil, err
		}
		if a.Search == nil {
			a.Search = &query.Search{}
		}
		a.Search.Text = list[0].(string)
	} else if err := query.DecodeFind(sc, tree, &a); err != nil {
		return nil, err
	}
	if f.raw != nil {
		a.Where, err = f.raw.Predicate(sc)
		if err != nil {
			return nil, err
		}
	}
	switch op {
	case "count", "exists":
		prepare := c.PrepareCount
		if op == "exists" {
			prepare = c.PrepareExists
		}
		n, err := prepare(m, &a)
		if err != nil {
			return nil, err
		}
		return run(f, c, func(ctx context.Context) (any, error) { return c.Number(ctx, n) })
	}
	switch op {
	case "findManyAndCount":
		b, err := c.PrepareFindAndCount(m, &a)
		if err != nil {
			return nil, err
		}
		return run(f, c, func(ctx context.Context) (any, error) {
			list, total, err := c.RunFindAndCount(ctx, b)
			return map[string]any{"rows": records(list), "total": total}, err
		})
	case "findManyCursor":
		p, err := c.PrepareCursor(m, &a)
		if err != nil {
			return nil, err
		}
		return run(f, c, func(ctx context.Context) (any, error) {
			page, err := c.RunCursor(ctx, p)
			return map[string]any{"items": records(page.Rows), "nextCursor": page.Next, "hasMore": page.More}, err
		})
	}
	r, err := c.PrepareFind(m, &a, plan.InList)
	if err != nil {
		return nil, err
	}
	return run(f, c, func(ctx context.Context) (any, error) {
		list, err := c.Run(ctx, r, 0)
		return records(list), err
	})
}

// expectRaw checks a call that has a raw fragment for its where.
func (f *fixture) expectRaw(call, args, sql string, params []any, want string) {
	f.t.Helper()
	f.raw = query.SQL(sql, params...)
	defer func() { f.raw = nil }()
	f.expect(nil, call, args, want)
}

func records(list []unsafe.Pointer) []*rows.Record {
	out := make([]*rows.Record, len(list))
	for i, p := range list {
		out[i] = (*rows.Record)(p)
	}
	return out
}

func run(f *fixture, c *read.Call, fn func(context.Context) (any, error)) (out any, err error) {
	ctx := context.Background()
	err = f.db.Snapshot(ctx, func(cn *conn.Conn) (err error) {
		c.Conn = cn
		out, err = fn(ctx)
		return err
	})
	return out, err
}

// column is one key of a list of objects, as JSON.
func column(t testing.TB, list, key string) string {
	t.Helper()
	var objects []map[string]json.RawMessage
	if err := json.Unmarshal([]byte(list), &objects); err != nil {
		t.Fatalf("%s: %v", list, err)
	}
	values := make([]json.RawMessage, len(objects))
	for i, o := range objects {
		values[i] = o[key]
	}
	b, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
