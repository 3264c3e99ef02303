package plan

import (
	"strconv"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Find plans a read of rows.
func Find(env *Env, slots Slots, m *schema.Model, args *query.FindArgs, mode Mode) (*Rows, error) {
	b := newBuilder(env, slots)
	if err := unserved(m, args); err != nil {
		return nil, err
	}
	t, body, err := b.base(m, args.Where, reach{op: schema.Read, withDeleted: args.WithDeleted, onlyDeleted: args.OnlyDeleted})
	if err != nil {
		return nil, err
	}
	body.Distinct = args.Distinct
	var rank Expr
	if args.Search != nil {
		if rank, err = b.match(t, m, body, args.Search); err != nil {
			return nil, err
		}
	}
	out, err := b.answer(t, m, args, mode)
	if err != nil {
		return nil, err
	}
	if args.Search != nil {
		if err := b.searchOutputs(out, m, body, args, rank); err != nil {
			return nil, err
		}
	}
	if body.OrderBy, err = b.caller().order(t, m, args.OrderBy); err != nil {
		return nil, err
	}
	if rank != nil && len(body.OrderBy) == 0 {
		body.OrderBy = []Term{{X: rank}}
	}
	b.limit(body, args)
	body.Out = out.cols
	if len(body.Out) == 0 {
		body.Out = []Output{{Kind: OutLink, Expr: one}}
	}
	return &Rows{Model: m, Select: &Select{body}, Checks: b.checks, Includes: out.includes, ByKey: byKey(m, args.Where)}, nil
}

// byKey reports whether a condition is equality on every key field and nothing else.
func byKey(m *schema.Model, c *query.Cond) bool {
	if c == nil || len(m.Key) != 1 {
		return false
	}
	if c.Op == query.OpAnd && len(c.Kids) == 1 {
		return byKey(m, &c.Kids[0])
	}
	return c.Op == query.OpEq && len(c.Path) == 0 && c.Ref.Index == m.Key[0].Index
}

// base opens a statement's outermost table with its guards and the caller's condition.
func (b *builder) base(m *schema.Model, where *query.Cond, r reach) (*Table, *Body, error) {
	t, guards, err := b.open(m, false, r)
	if err != nil {
		return nil, nil, err
	}
	body := &Body{From: t}
	if !where.Empty() {
		e, err := b.caller().where(t, m, where)
		if err != nil {
			return nil, nil, err
		}
		body.Where = append(body.Where, e)
	}
	body.Where = append(body.Where, guards...)
	return t, body, nil
}

// limit adds LIMIT and OFFSET.
func (b *builder) limit(body *Body, args *query.FindArgs) {
	b.page(body, &args.Limit, args.HasLimit, &args.Offset)
}

// Count plans how many rows there are within the caller's reach; limit and offset do not count.
func Count(env *Env, slots Slots, m *schema.Model, args *query.FindArgs) (*Rows, error) {
	b := newBuilder(env, slots)
	_, body, err := b.base(m, args.Where, reach{op: schema.Read, withDeleted: args.WithDeleted, onlyDeleted: args.OnlyDeleted})
	if err != nil {
		return nil, err
	}
	body.Out = []Output{{Kind: OutPlain, Expr: Call{Name: "count", Star: true}}}
	return &Rows{Model: m, Select: &Select{body}, Checks: b.checks}, nil
}

// RowExists plans whether there is a row within the caller's reach.
func RowExists(env *Env, slots Slots, m *schema.Model, args *query.FindArgs) (*Rows, error) {
	b := newBuilder(env, slots)
	_, body, err := b.base(m, args.Where, reach{op: schema.Read, withDeleted: args.WithDeleted, onlyDeleted: args.OnlyDeleted})
	if err != nil {
		return nil, err
	}
	body.Out, body.Limit = []Output{{Kind: OutPlain, Expr: one}}, one
	return &Rows{Model: m, Select: &Select{body}, Checks: b.checks}, nil
}

// unserved refuses by name what the language of queries has and this planner does not serve yet.
func unserved(m *schema.Model, args *query.FindArgs) error {
	what := ""
	switch {
	case args.Recursive != nil:
		what = "recursive"
	case len(args.Windows) > 0:
		what = "window"
	case args.Cursor != "":
		what = "cursor"
	}
	if what == "" {
		return nil
	}
	return &liteerr.Error{Code: liteerr.Unsupported, Model: m.Accessor, Message: what + " is not served yet"}
}

func itoa(n int) string { return strconv.Itoa(n) }
