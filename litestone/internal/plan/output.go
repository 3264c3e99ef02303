package plan

import (
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Mode says which answer a row belongs to: @omit hides a field from lists only.
type Mode uint8

// The modes.
const (
	InList Mode = iota
	Alone       // findUnique and the answers of writes
)

// outputs are the columns of an answer and the relations that stand beside them.
type outputs struct {
	cols     []Output
	includes []*Include
	links    map[*schema.Field]int // columns the engine reads keys from

	computing []Computing           // fields functions fill, each after those it needs
	allows    map[*schema.Field]int // columns that say which rows' inputs may be read

	joinable bool // relations may be joined into the statement
	joined   []*Joined
	joins    []Join
}

// fields chooses the answer's fields: those selected, else all that are shown.
func (b *builder) fields(t *Table, m *schema.Model, sel *query.Select, mode Mode) (*outputs, error) {
	out := &outputs{links: map[*schema.Field]int{}}
	var computed []*schema.Field // their inputs come after the fields that are shown
	if sel == nil || len(sel.Fields) == 0 && sel.Include == nil && !sel.Count {
		for _, f := range m.Fields {
			if f.Relation != nil || f.Omit == schema.Everywhere || f.Omit == schema.Lists && mode == InList {
				continue
			}
			if f.Computed {
				computed = append(computed, f)
				continue
			}
			if err := b.output(out, t, f); err != nil {
				return nil, err
			}
		}
		return out, b.compute(out, t, computed)
	}
	chosen := make(map[*schema.Field]bool, len(sel.Fields))
	for _, r := range sel.Fields {
		f, err := r.Field(m)
		if err != nil {
			return nil, err
		}
		chosen[f] = true
	}
	for _, f := range m.Fields {
		switch {
		case !chosen[f] || f.Relation != nil:
		case f.Computed:
			computed = append(computed, f)
		default:
			if err := b.output(out, t, f); err != nil {
				return nil, err
			}
		}
	}
	return out, b.compute(out, t, computed)
}

// output adds one field, under its read rules.
func (b *builder) output(out *outputs, t *Table, f *schema.Field) error {
	if err := b.tracedField(t, f); err != nil || b.hidden(f) {
		return err
	}
	if f.From != nil && (f.From.Kind == schema.FromFirst || f.From.Kind == schema.FromLast) {
		in, err := b.include(out, t, f, f.From.Relation, derivedRow(f))
		if err != nil {
			return err
		}
		in.Single = true
		out.includes = append(out.includes, in)
		return nil
	}
	x, err := b.value(t, f)
	if err != nil {
		return err
	}
	ok, err := b.readable(t, f)
	if err != nil {
		return err
	}
	if ok == nil {
		if f.Stored() {
			out.links[f] = len(out.cols)
		}
		out.cols = append(out.cols, Output{Kind: OutField, Expr: x, Field: f})
		return nil
	}
	out.cols = append(out.cols,
		Output{Kind: OutField, Expr: Case{When: []Expr{ok}, Then: []Expr{x}}, Field: f},
		Output{Kind: OutAllow, Expr: ok, Field: f})
	return nil
}

// link makes sure the answer's statement reads a key column, and says which column it is.
func (o *outputs) link(t *Table, f *schema.Field) int {
	if i, ok := o.links[f]; ok {
		return i
	}
	o.links[f] = len(o.cols)
	o.cols = append(o.cols, Output{Kind: OutLink, Expr: t.column(f), Field: f})
	return o.links[f]
}
