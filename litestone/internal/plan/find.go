package plan

import (
	"strconv"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Find plans a read of rows.
func Find(env *Env, slots Slots, m *schema.Model, args *query.FindArgs, mode Mode) (*Rows, error) {
	b := newBuilder(env, slots)
	b.joins = true
	if args.Recursive != nil {
		return b.tree(m, args, mode)
	}
	t, body, err := b.base(m, args.Where, reach{op: schema.Read, withDeleted: args.WithDeleted, onlyDeleted: args.OnlyDeleted, crowded: args.Search != nil})
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
	w := b.caller()
	if err := w.windows(out, t, m, args.Windows, nil); err != nil {
		return nil, err
	}
	if rank != nil {
		if len(args.Windows) > 0 && (args.Search.Highlight != nil || args.Search.Snippet != nil) {
			return nil, Fault(m, "window", "window columns cannot stand beside highlight and snippet")
		}
		w.name("_rank", rank)
	}
	if body.OrderBy, err = w.order(t, m, args.OrderBy); err != nil {
		return nil, err
	}
	if rank != nil && len(body.OrderBy) == 0 {
		body.OrderBy = []Term{{X: rank}}
	}
	asWritten(t, body)
	b.limit(body, args)
	body.Out = out.cols
	body.Joins = append(body.Joins, out.joins...)
	if len(body.Out) == 0 {
		body.Out = []Output{{Kind: OutLink, Expr: one}}
	}
	return &Rows{Model: m, Select: &Select{body}, Checks: b.checks, Includes: out.includes, Joined: out.joined, Computed: out.computing, ByKey: byKey(m, args.Where)}, nil
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
	if args.Distinct || args.Recursive != nil || args.Search != nil {
		return b.countRows(m, args)
	}
	_, body, err := b.base(m, args.Where, reach{op: schema.Read, withDeleted: args.WithDeleted, onlyDeleted: args.OnlyDeleted})
	if err != nil {
		return nil, err
	}
	body.Out = []Output{{Kind: OutPlain, Expr: Call{Name: "count", Star: true}}}
	return &Rows{Model: m, Select: &Select{body}, Checks: b.checks}, nil
}

// countRows counts what a read answers where that is not the rows of one table.
func (b *builder) countRows(m *schema.Model, args *query.FindArgs) (*Rows, error) {
	plain := *args
	plain.HasLimit, plain.Offset, plain.OrderBy, plain.Windows, plain.Include = false, 0, nil, nil, nil
	if s := args.Select; s != nil {
		plain.Select = &query.Select{Fields: s.Fields}
	}
	r, err := Find(b.env, b.slots, m, &plain, InList)
	if err != nil {
		return nil, err
	}
	r.Select.body.OrderBy = nil
	body := &Body{
		Out:  []Output{{Kind: OutPlain, Expr: Call{Name: "count", Star: true}}},
		From: &Table{Alias: b.alias(), Sub: r.Select},
	}
	return &Rows{Model: m, Select: &Select{body}, Checks: r.Checks}, nil
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

func itoa(n int) string { return strconv.Itoa(n) }
