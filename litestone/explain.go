package litestone

import (
	"context"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Explained is one statement of a call that was not run, with the guards in force.
type Explained = read.Explained

// Explain answers the statements findMany would run, with their arguments, SQLite's plan for each, and
// the guards in force: policies, gates, filters, scopes, field rules. Nothing is read. A view of As is
// refused: statements tell of rows and tables. Why tells what keeps a certain row away.
func (t Table[T, C, U]) Explain(ctx context.Context, f Find) ([]Explained, error) {
	var a query.FindArgs
	if err := t.args(ctx, "findMany", f, &a); err != nil {
		return nil, err
	}
	return t.Dynamic().explainFind(ctx, "findMany", &a, plan.InList)
}

// ExplainAs is Explain of a call that a subject makes; auth is what As takes.
func (t Table[T, C, U]) ExplainAs(ctx context.Context, auth any, f Find) ([]Explained, error) {
	v, err := t.c.asked(ctx, auth, t.t.model, "explain")
	if err != nil {
		return nil, err
	}
	t.c = v
	return t.Explain(ctx, f)
}

// ExplainAs is Explain of a call that a subject makes; auth is what As takes.
func (t *DynamicTable) ExplainAs(ctx context.Context, auth any, operation string, args any) ([]Explained, error) {
	if t.c.bad != nil {
		return nil, t.c.bad
	}
	c, err := t.c.asked(ctx, auth, t.m, "explain")
	if err != nil {
		return nil, err
	}
	v := *t
	v.c = c
	return v.Explain(ctx, operation, args)
}

// Explain answers the statements a read would run: operation is findMany, findFirst, findUnique,
// findManyCursor, findManyAndCount, search, count, exists, aggregate, groupBy, or query, which is one
// of them by its arguments; search takes its text as "search" beside its other arguments.
func (t *DynamicTable) Explain(ctx context.Context, operation string, args any) ([]Explained, error) {
	var a query.FindArgs
	if operation == "query" {
		operation = query.Route(args)
	}
	switch operation {
	case "findMany", "findFirst", "findUnique", "findManyCursor", "findManyAndCount", "count", "exists":
		form, err := t.finding(args)
		if err == nil {
			err = t.args(ctx, operation, form, &a)
		}
		if err != nil {
			return nil, err
		}
		return t.explainFind(ctx, operation, &a, plan.InList)
	case "search":
		return t.explainSearch(ctx, args)
	case "aggregate", "groupBy":
		return t.explainGroups(ctx, operation, args)
	}
	if t.c.bad != nil {
		return nil, t.c.bad
	}
	return nil, &Error{Code: CodeUnsupported, Model: t.m.Accessor, Operation: "explain", Message: "cannot explain " + operation,
		Hint: diag.DidYouMean(operation, "findMany", "findFirst", "findUnique", "findManyCursor", "findManyAndCount", "search", "count", "exists", "aggregate", "groupBy", "query")}
}

// explaining prepares a call for its explanation.
func (t *DynamicTable) explaining(ctx context.Context, run func(*read.Call) ([]Explained, error), prepare func(*read.Call) ([]*schema.Model, error)) (out []Explained, err error) {
	if t.c.bad != nil {
		return nil, t.c.bad
	}
	call, err := t.c.reader(ctx, false)
	if err != nil {
		return nil, err
	}
	defer call.Release()
	if call.Session.Scoped {
		return nil, &Error{Code: CodeAccessDenied, Model: t.m.Accessor, Operation: "explain", Message: "a client scoped by auth gets no statements", Hint: "explain on the client it was made from"}
	}
	call.Trace = t.tracing()
	away, err := prepare(call)
	if err != nil {
		return nil, liteerr.In(err, t.m.Accessor, "explain")
	}
	err = t.c.readingAll(ctx, call, t.m, false, away, func(cn *conn.Conn) (err error) {
		call.Conn = cn
		if out, err = run(call); err == nil {
			out, err = call.Guarded(ctx, out)
		}
		return err
	})
	return out, liteerr.In(err, t.m.Accessor, "explain")
}

// tracing begins a trace with what is known before anything is planned.
func (t *DynamicTable) tracing() *plan.Trace {
	trace := &plan.Trace{}
	for _, s := range t.scopes {
		trace.Guards = append(trace.Guards, plan.Noted{Kind: plan.GuardScope, Model: t.m, Name: s.name})
	}
	return trace
}

func (t *DynamicTable) explainFind(ctx context.Context, operation string, a *query.FindArgs, mode plan.Mode) ([]Explained, error) {
	switch operation {
	case "count", "exists":
		var n *read.Number
		return t.explaining(ctx, func(c *read.Call) ([]Explained, error) { return c.ExplainNumber(ctx, n) }, func(c *read.Call) (_ []*schema.Model, err error) {
			if operation == "count" {
				n, err = c.PrepareCount(t.m, a)
			} else {
				n, err = c.PrepareExists(t.m, a)
			}
			return nil, err
		})
	case "findManyCursor":
		var p *read.Pages
		return t.explaining(ctx, func(c *read.Call) ([]Explained, error) { return c.ExplainPages(ctx, p) }, func(c *read.Call) ([]*schema.Model, error) {
			var err error
			if p, err = c.PrepareCursor(t.m, a); err != nil {
				return nil, err
			}
			return p.Away(), nil
		})
	case "findManyAndCount":
		var b *read.Both
		return t.explaining(ctx, func(c *read.Call) ([]Explained, error) { return c.ExplainBoth(ctx, b) }, func(c *read.Call) ([]*schema.Model, error) {
			var err error
			if b, err = c.PrepareFindAndCount(t.m, a); err != nil {
				return nil, err
			}
			return b.Away(), nil
		})
	case "findFirst":
		a.Limit, a.HasLimit = 1, true
	case "findUnique":
		a.Limit, a.HasLimit, mode = 2, true, plan.Alone
	}
	var r *read.Reads
	return t.explaining(ctx, func(c *read.Call) ([]Explained, error) { return c.Explain(ctx, r) }, func(c *read.Call) ([]*schema.Model, error) {
		var err error
		if r, err = c.PrepareFind(t.m, a, mode); err != nil {
			return nil, err
		}
		return r.Away(), nil
	})
}

func (t *DynamicTable) explainSearch(ctx context.Context, args any) ([]Explained, error) {
	if t.c.bad != nil {
		return nil, t.c.bad
	}
	text, rest := query.SearchText(args)
	var a query.FindArgs
	if err := query.DecodeSearch(t.c.scope(ctx, t.m, "search"), rest, &a); err != nil {
		return nil, err
	}
	if err := t.c.under(ctx, t.m, t.scopes, &a); err != nil {
		return nil, err
	}
	textual(t.m, text, &a)
	return t.explainFind(ctx, "search", &a, plan.InList)
}

func (t *DynamicTable) explainGroups(ctx context.Context, operation string, args any) ([]Explained, error) {
	if t.c.bad != nil {
		return nil, t.c.bad
	}
	var g *read.Groups
	run := func(c *read.Call) ([]Explained, error) { return c.ExplainGroups(ctx, g) }
	if operation == "aggregate" {
		var a query.AggregateArgs
		err := tree(args).Aggregating(t.c.scope(ctx, t.m, operation), &a)
		if err == nil {
			a.Where, err = t.c.where(ctx, t.m, t.scopes, a.Where)
		}
		if err != nil {
			return nil, err
		}
		return t.explaining(ctx, run, func(c *read.Call) (_ []*schema.Model, err error) {
			g, err = c.PrepareAggregate(t.m, &a)
			return nil, err
		})
	}
	var a query.GroupArgs
	err := tree(args).Grouping(t.c.scope(ctx, t.m, operation), &a)
	if err == nil {
		a.Where, err = t.c.where(ctx, t.m, t.scopes, a.Where)
	}
	if err != nil {
		return nil, err
	}
	return t.explaining(ctx, run, func(c *read.Call) (_ []*schema.Model, err error) { g, err = c.PrepareGroup(t.m, &a); return nil, err })
}
