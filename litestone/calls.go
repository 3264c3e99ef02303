package litestone

import (
	"context"
	"strings"
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// The calls below are what typed and dynamic tables share: resolved arguments in, row handles
// (*T or *Record) out.

// scope is what a call's arguments are resolved against. Whoever the call speaks for, by the view or
// by the context, is not trusted with SQL as text.
func (c *Client) scope(ctx context.Context, m *schema.Model, op string) *query.Scope {
	s, err := c.session(ctx)
	return &query.Scope{Schema: c.core.schema, Model: m, Operation: op, Untrusted: err != nil || s.Scoped, Limits: c.core.config.Untrusted}
}

func (c *Client) find(ctx context.Context, m *schema.Model, op string, a *query.FindArgs, mode plan.Mode, typed bool) ([]unsafe.Pointer, error) {
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, m, op, func(v query.Viewer) query.Shown { return v.Find(m, a) }, func(ctx context.Context, c *Client) ([]unsafe.Pointer, error) {
			return c.find(ctx, m, op, a, mode, typed)
		})
	}
	call, err := c.reader(ctx, typed)
	if err != nil {
		return nil, err
	}
	defer call.Release()
	return c.run(ctx, call, m, op, a, mode)
}

// run runs a prepared call's find.
func (c *Client) run(ctx context.Context, call *read.Call, m *schema.Model, op string, a *query.FindArgs, mode plan.Mode) ([]unsafe.Pointer, error) {
	if err := c.beforeRead(ctx, m, op, a); err != nil {
		return nil, err
	}
	r, err := call.PrepareFind(m, a, mode)
	if err != nil {
		return nil, liteerr.In(err, m.Accessor, op)
	}
	hint := 0
	if a.HasLimit {
		hint = int(min(a.Limit, 1000))
	}
	var out []unsafe.Pointer
	err = c.readingAll(ctx, call, m, r.Many, r.Away(), func(cn *conn.Conn) (err error) {
		call.Conn = cn
		out, err = call.Run(ctx, r, hint)
		return err
	})
	if err == nil {
		err = call.Fill(ctx, nil)
	}
	if err == nil {
		err = c.keepReads(ctx, call)
	}
	if err == nil {
		err = c.afterRead(ctx, m, op, call.Typed, out)
	}
	return out, liteerr.In(err, m.Accessor, op)
}

func (c *Client) first(ctx context.Context, m *schema.Model, op string, a *query.FindArgs, typed bool) (unsafe.Pointer, error) {
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, m, op, func(v query.Viewer) query.Shown { return v.Find(m, a) }, func(ctx context.Context, c *Client) (unsafe.Pointer, error) {
			return c.first(ctx, m, op, a, typed)
		})
	}
	a.Limit, a.HasLimit = 1, true
	out, err := c.find(ctx, m, op, a, plan.InList, typed)
	switch {
	case err != nil:
		return nil, err
	case len(out) == 0:
		c.unseen(ctx, m, op, a)
		return nil, absent(m, op)
	}
	return out[0], nil
}

func (c *Client) unique(ctx context.Context, m *schema.Model, op string, a *query.FindArgs, typed bool) (unsafe.Pointer, error) {
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, m, op, func(v query.Viewer) query.Shown { return v.Find(m, a) }, func(ctx context.Context, c *Client) (unsafe.Pointer, error) {
			return c.unique(ctx, m, op, a, typed)
		})
	}
	if a.Where.Empty() {
		return nil, &Error{Code: CodeValidation, Model: m.Accessor, Operation: op, Fields: []string{"where"}, Message: "needs a condition that finds one row"}
	}
	a.Limit, a.HasLimit = 2, true
	out, err := c.find(ctx, m, op, a, plan.Alone, typed)
	switch {
	case err != nil:
		return nil, err
	case len(out) == 0:
		c.unseen(ctx, m, op, a)
		return nil, absent(m, op)
	case len(out) > 1:
		return nil, &Error{Code: CodeValidation, Model: m.Accessor, Operation: op, Fields: []string{"where"}, Message: "more than one row matches", Hint: "use findFirst, or a condition on a unique field"}
	}
	return out[0], nil
}

// absent is the answer of a call that finds no row: an error of those that are to throw.
func absent(m *schema.Model, op string) error {
	if !strings.HasSuffix(op, "OrThrow") {
		return nil
	}
	return &Error{Code: CodeNotFound, Model: m.Accessor, Operation: op, Message: "no row matches"}
}

// searchLimit is how many rows a search answers unless it says otherwise.
const searchLimit = 20

func (c *Client) search(ctx context.Context, m *schema.Model, text string, a *query.FindArgs, typed bool) ([]unsafe.Pointer, error) {
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, m, "search", func(v query.Viewer) query.Shown { return v.Find(m, a) }, func(ctx context.Context, c *Client) ([]unsafe.Pointer, error) {
			return c.search(ctx, m, text, a, typed)
		})
	}
	if m.FTS == nil {
		return nil, &Error{Code: CodeUnsupported, Model: m.Accessor, Operation: "search", Message: "the model has no full-text index", Hint: "declare one with @@fts([field])"}
	}
	textual(m, text, a)
	out, err := c.find(ctx, m, "search", a, plan.InList, typed)
	return out, searchSyntax(err)
}

// textual completes the arguments of a search.
func textual(m *schema.Model, text string, a *query.FindArgs) {
	if a.Search == nil {
		a.Search = &query.Search{}
	}
	a.Search.Text = query.MatchText(m, text)
	if !a.HasLimit {
		a.Limit, a.HasLimit = searchLimit, true
	}
}

// searchSyntax tells a mistake in the search text from other failures: the statement is ours, so
// what SQLite refuses in it is the text.
func searchSyntax(err error) error {
	e, ok := err.(*Error)
	if !ok || e.Code != CodeSQL {
		return err
	}
	c := *e
	c.Code, c.Fields, c.Hint = CodeValidation, []string{"search"}, "write words, \"phrases\", AND, OR, NOT, prefix*"
	return &c
}

func (c *Client) count(ctx context.Context, m *schema.Model, a *query.FindArgs) (n int64, err error) {
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, m, "count", func(v query.Viewer) query.Shown { return v.Find(m, a) }, func(ctx context.Context, c *Client) (int64, error) {
			return c.count(ctx, m, a)
		})
	}
	call, err := c.reader(ctx, false)
	if err != nil {
		return 0, err
	}
	defer call.Release()
	if err := c.beforeRead(ctx, m, "count", a); err != nil {
		return 0, err
	}
	r, err := call.PrepareCount(m, a)
	if err != nil {
		return 0, liteerr.In(err, m.Accessor, "count")
	}
	err = c.reading(ctx, m, false, func(cn *conn.Conn) (err error) {
		call.Conn = cn
		n, err = call.Number(ctx, r)
		return err
	})
	if err == nil {
		err = c.afterNumber(ctx, m, "count", n)
	}
	if err != nil {
		return 0, liteerr.In(err, m.Accessor, "count")
	}
	return n, nil
}

func (c *Client) exists(ctx context.Context, m *schema.Model, a *query.FindArgs) (bool, error) {
	if o := c.watched(ctx); o != nil {
		return observed(ctx, c, o, m, "exists", func(v query.Viewer) query.Shown { return v.Find(m, a) }, func(ctx context.Context, c *Client) (bool, error) {
			return c.exists(ctx, m, a)
		})
	}
	call, err := c.reader(ctx, false)
	if err != nil {
		return false, err
	}
	defer call.Release()
	if err := c.beforeRead(ctx, m, "exists", a); err != nil {
		return false, err
	}
	r, err := call.PrepareExists(m, a)
	if err != nil {
		return false, liteerr.In(err, m.Accessor, "exists")
	}
	var n int64
	err = c.reading(ctx, m, false, func(cn *conn.Conn) (err error) {
		call.Conn = cn
		n, err = call.Number(ctx, r)
		return err
	})
	if err == nil {
		err = c.afterNumber(ctx, m, "exists", min(n, 1))
	}
	if err != nil {
		return false, liteerr.In(err, m.Accessor, "exists")
	}
	return n > 0, nil
}
