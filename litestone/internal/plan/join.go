package plan

import (
	"slices"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Joined is a to-one relation read in its parent's statement: the target's guards stand in the
// ON clause, so a row one may not read is as absent as a missing one.
type Joined struct {
	Field   *schema.Field
	Model   *schema.Model
	Owner   int // Output.Owner of its columns
	Present int // the column that is NULL when there is no row
}

// mayJoin reports whether relations of a read may be joined into its statement. Raw fragments
// name columns without their table, DISTINCT would look at the target's columns, and where
// SQLite has to sort before it can cut off, it would look up targets of rows that are dropped.
func (b *builder) mayJoin(m *schema.Model, args *query.FindArgs) (bool, error) {
	if args.Distinct || args.Search != nil || args.Recursive != nil || hasRaw(args.Where) {
		return false, nil
	}
	if raw, err := b.rawFiltered(m); raw || err != nil {
		return false, err
	}
	for i := range args.Windows {
		if hasRaw(args.Windows[i].Filter) {
			return false, nil
		}
	}
	return !args.HasLimit || len(args.OrderBy) == 0 || indexed(m, &args.OrderBy[0]), nil
}

// hasRaw reports whether a condition holds a raw fragment over the model's own columns.
func hasRaw(c *query.Cond) bool {
	if c == nil {
		return false
	}
	switch c.Op {
	case query.OpRaw:
		return true
	case query.OpAnd, query.OpOr, query.OpNot:
		return slices.ContainsFunc(c.Kids, func(k query.Cond) bool { return hasRaw(&k) })
	}
	return false
}

// indexed reports whether an index gives the rows in this order.
func indexed(m *schema.Model, o *query.Order) bool {
	if len(o.Hops) > 0 || o.Agg != query.AggNone || len(o.Path) > 0 || o.Name != "" {
		return false
	}
	f, err := o.Ref.Field(m)
	if err != nil {
		return false
	}
	if f.Unique || len(m.Key) > 0 && m.Key[0] == f {
		return true
	}
	first := func(x *schema.Index) bool { return !x.Live && x.Fields[0] == f }
	return slices.ContainsFunc(m.Indexes, first) || slices.ContainsFunc(m.Uniques, first)
}

// join reads a to-one relation beside its parent, when nothing is asked of it that needs a
// statement of its own; done is false when there is.
func (b *builder) join(out *outputs, t *Table, f *schema.Field, args *query.FindArgs) (done bool, err error) {
	r := f.Relation
	if !out.joinable || r.Kind != schema.BelongsTo || r.Target.Database != r.Model.Database || !plain(args) ||
		r.Target.External || LogsReads(r.Target) || !distinctive(r.Target, r.Remote) {
		return false, nil
	}
	if raw, err := b.rawFiltered(r.Target); raw || err != nil {
		return false, err
	}
	defer func(at string) { b.at = at }(b.at)
	b.at += f.Name + "."
	to, guards, err := b.open(r.Target, true, reach{op: schema.Read})
	if err != nil {
		return false, err
	}
	fields := args.Select
	if fields != nil {
		fields = &query.Select{Fields: fields.Fields, Raw: fields.Raw, Count: fields.Count}
	}
	row, err := b.fields(to, r.Target, fields, InList)
	if err != nil || len(row.includes) > 0 {
		return false, err
	}
	j := &Joined{Field: f, Model: r.Target, Owner: len(out.joined) + 1}
	before := len(out.cols)
	j.Present = before + row.link(to, r.Remote[0])
	for _, c := range row.computing {
		out.computing = append(out.computing, c.owned(j.Owner, before))
	}
	for _, c := range row.cols {
		c.Owner = j.Owner
		out.cols = append(out.cols, c)
	}
	out.joined = append(out.joined, j)
	out.joins = append(out.joins, Join{Left: true, Table: to, On: append(link(r, t, to), guards...)})
	return true, nil
}

// plain reports whether nested arguments ask for no more than fields.
func plain(a *query.FindArgs) bool {
	return a.Where.Empty() && len(a.OrderBy) == 0 && a.Include == nil && (a.Select == nil || a.Select.Include == nil && !a.Select.None) &&
		!a.HasLimit && a.Offset == 0 && !a.Distinct && !a.WithDeleted && !a.OnlyDeleted && a.Cursor == "" &&
		len(a.Windows) == 0 && a.Recursive == nil && a.Search == nil
}
