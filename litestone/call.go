package litestone

import (
	"context"
	"fmt"
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/query"
)

// Call runs a call by its name, as "users.findMany", with JSON or Map arguments, and answers what
// marshals to its JSON: a *Record or nil, []*Record, a number, a boolean, {"count": n}. It is what
// command lines, consoles and tests over data are made of. search and transition take two
// arguments: the text and its options, the key and the transition's name.
func (c *Client) Call(ctx context.Context, name string, args ...any) (any, error) {
	model, op, ok := strings.Cut(name, ".")
	if strings.HasPrefix(name, "$") {
		return c.callClient(ctx, name, args)
	}
	if !ok {
		return nil, &Error{Code: CodeValidation, Message: fmt.Sprintf("%q names no call", name), Hint: "write model.operation, as users.findMany"}
	}
	t := c.Table(model)
	if t.c.bad != nil {
		return nil, t.c.bad
	}
	if t, op = t.underScopes(op); t.c.bad != nil {
		return nil, t.c.bad
	}
	if op == "query" {
		op = query.Route(arg(args, 0))
	}
	run, ok := operations[op]
	if !ok {
		names := make([]string, 0, len(operations))
		for n := range operations {
			names = append(names, n)
		}
		return nil, &Error{Code: CodeValidation, Model: t.m.Accessor, Message: fmt.Sprintf("there is no operation %q", op), Hint: diag.DidYouMean(op, names...)}
	}
	return run(ctx, t, args)
}

// underScopes reads the scopes' names before an operation, as "active.paying.count"; scopes alone
// mean findMany.
func (t *DynamicTable) underScopes(path string) (*DynamicTable, string) {
	registered := t.c.core.scopes[t.m]
	for path != "" {
		name, rest, _ := strings.Cut(path, ".")
		if _, ok := registered[name]; !ok {
			return t, path
		}
		t, path = t.Scope(name), rest
	}
	return t, "findMany"
}

func arg(args []any, i int) any {
	if i < len(args) {
		return args[i]
	}
	return nil
}

// operations are the calls of a table by name. The table never changes after this line.
var operations = map[string]func(context.Context, *DynamicTable, []any) (any, error){
	"findMany":          reading((*DynamicTable).FindMany),
	"findFirst":         one(reading((*DynamicTable).FindFirst)),
	"findFirstOrThrow":  one(reading((*DynamicTable).FindFirstOrThrow)),
	"findUnique":        one(reading((*DynamicTable).FindUnique)),
	"findUniqueOrThrow": one(reading((*DynamicTable).FindUniqueOrThrow)),
	"count":             reading((*DynamicTable).Count),
	"exists":            reading((*DynamicTable).Exists),
	"create":            one(writing((*DynamicTable).Create)),
	"createMany":        counting((*DynamicTable).CreateMany),
	"update":            one(writing((*DynamicTable).Update)),
	"updateMany":        counting((*DynamicTable).UpdateMany),
	"upsert":            one(writing((*DynamicTable).Upsert)),
	"upsertMany":        counting((*DynamicTable).UpsertMany),
	"remove":            one(writing((*DynamicTable).Remove)),
	"removeMany":        counting((*DynamicTable).RemoveMany),
	"delete":            one(writing((*DynamicTable).Delete)),
	"deleteMany":        counting((*DynamicTable).DeleteMany),
	"restore":           writing((*DynamicTable).Restore),
	"findManyCursor":    reading((*DynamicTable).FindManyCursor),
	"findManyAndCount":  reading((*DynamicTable).FindManyAndCount),
	"aggregate":         aggregating,
	"groupBy":           grouping,
	"search":            searching,
	"transition":        one(moving),
	"optimizeFts":       optimizing,
}

type operation = func(context.Context, *DynamicTable, []any) (any, error)

func reading[R any](f func(*DynamicTable, context.Context, query.Finding) (R, error)) operation {
	return func(ctx context.Context, t *DynamicTable, args []any) (any, error) {
		form, err := t.finding(arg(args, 0))
		if err != nil {
			return nil, err
		}
		return answer(f(t, ctx, form))
	}
}

func writing[R any](f func(*DynamicTable, context.Context, any) (R, error)) operation {
	return func(ctx context.Context, t *DynamicTable, args []any) (any, error) {
		return answer(f(t, ctx, arg(args, 0)))
	}
}

func counting(f func(*DynamicTable, context.Context, any) (int64, error)) operation {
	return func(ctx context.Context, t *DynamicTable, args []any) (any, error) {
		n, err := f(t, ctx, arg(args, 0))
		if err != nil {
			return nil, err
		}
		return map[string]any{"count": n}, nil
	}
}

// one answers a nil record as nil, which marshals to null.
func one(f operation) operation {
	return func(ctx context.Context, t *DynamicTable, args []any) (any, error) {
		v, err := f(ctx, t, args)
		if r, ok := v.(*Record); err != nil || ok && r == nil {
			return nil, err
		}
		return v, nil
	}
}

func answer[R any](v R, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

func searching(ctx context.Context, t *DynamicTable, args []any) (any, error) {
	text, ok := arg(args, 0).(string)
	if !ok {
		return nil, &Error{Code: CodeValidation, Model: t.m.Accessor, Operation: "search", Fields: []string{"search"}, Message: "needs a text to search for"}
	}
	return answer(t.Search(ctx, text, arg(args, 1)))
}

func moving(ctx context.Context, t *DynamicTable, args []any) (any, error) {
	name, ok := arg(args, 1).(string)
	if !ok {
		return nil, &Error{Code: CodeValidation, Model: t.m.Accessor, Operation: "transition", Message: "needs a key and the transition's name"}
	}
	return answer(t.Transition(ctx, arg(args, 0), name))
}

func optimizing(ctx context.Context, t *DynamicTable, _ []any) (any, error) {
	if err := t.OptimizeFTS(ctx); err != nil {
		return nil, err
	}
	return map[string]any{"optimized": t.m.Accessor}, nil
}

func aggregating(ctx context.Context, t *DynamicTable, args []any) (any, error) {
	return answer(t.Aggregate(ctx, tree(arg(args, 0))))
}

func grouping(ctx context.Context, t *DynamicTable, args []any) (any, error) {
	return answer(t.GroupBy(ctx, tree(arg(args, 0))))
}

// tree gives arguments as a Map or JSON, which are every form.
func tree(args any) form {
	switch a := args.(type) {
	case JSON:
		return a
	case Untrusted:
		return a
	case Map:
		return a
	case map[string]any:
		return Map(a)
	}
	return Map(nil)
}

type form interface {
	query.Aggregating
	query.Grouping
}

// finding gives arguments as a read's form.
func (t *DynamicTable) finding(args any) (query.Finding, error) {
	switch a := args.(type) {
	case nil:
		return nil, nil
	case query.Finding:
		return a, nil
	case map[string]any:
		return Map(a), nil
	}
	return nil, &Error{Code: CodeValidation, Model: t.m.Accessor, Message: fmt.Sprintf("arguments are an object, not %T", args)}
}

// callClient runs the calls that stand on no table.
func (c *Client) callClient(ctx context.Context, name string, args []any) (any, error) {
	if op, ok := strings.CutPrefix(name, "$locks."); ok {
		return c.callLocks(ctx, op, args)
	}
	switch name {
	case "$query":
		return answer(c.Query(ctx, arg(args, 0)))
	case "$rotateKey":
		key, _ := arg(args, 0).(string)
		return answer(c.RotateKey(ctx, key))
	case "$enums":
		return c.Enums(), nil
	case "$softDelete":
		return c.SoftDelete(), nil
	case "$databases":
		return c.Databases(), nil
	case "$cacheSize":
		return c.CacheSize(), nil
	}
	return nil, &Error{Code: CodeUnsupported, Message: "there is no call " + name}
}
