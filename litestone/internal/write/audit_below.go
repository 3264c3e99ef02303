package write

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// SQLite itself deletes or changes the rows whose foreign keys point to a deleted row (ON DELETE
// CASCADE, SET NULL, SET DEFAULT), and tells nobody. Where such rows are logged they are looked for
// before the DELETE.

// erases marks the models whose deleted rows take logged rows along, or change them.
func (e *Engine) erases(s *schema.Schema) {
	for changed := true; changed; {
		changed = false
		for _, m := range s.Models {
			for _, r := range m.Relations {
				if follows(r) == "" {
					continue
				}
				child, parent := e.models[m.Index], e.models[r.Target.Index]
				if !parent.erasing && (child.audit != nil || (child.watched || child.erasing) && r.OnDelete == schema.Cascade) {
					parent.erasing, changed = true, true
				}
			}
		}
	}
}

// follows says what SQLite does with a relation's rows when the row they point to is deleted; ""
// for nothing.
func follows(r *schema.Relation) string {
	if r.Kind != schema.BelongsTo || r.Target.Database != r.Model.Database || r.Target.External || r.Model.External {
		return ""
	}
	switch r.OnDelete {
	case schema.Cascade:
		return "delete"
	case schema.SetNull, schema.SetDefault:
		return "update"
	}
	return ""
}

// doomed gives the entries of the rows that go, or change, with rows that are about to be deleted.
// The values of the statement that is about to run stay in place.
func (k *work) doomed(ctx context.Context, m *model, rows []query.Value) (list read.Trail, err error) {
	shape, bind := k.call.Shape(), k.call.Bind()
	values := append([]query.Value{}, shape.Values...)
	keys, width := bind.Keys, bind.Width
	err = k.below(ctx, m, rows, &list, map[below]bool{})
	shape.Values = append(shape.Values[:0], values...)
	k.call.Bind().Keyed(keys, width)
	return list, err
}

// below is a row that was followed already: rows may point to each other in a circle.
type below struct {
	m   *schema.Model
	key string
}

func (k *work) below(ctx context.Context, m *model, rows []query.Value, list *read.Trail, seen map[below]bool) error {
	for _, c := range m.children {
		r := c.relation
		op := follows(r)
		child := k.e.models[r.Model.Index]
		if op == "" || child.audit == nil && !child.erasing && !child.watched {
			continue
		}
		keys := columnsOf(m.Model, rows, r.Remote)
		if len(keys) == 0 {
			continue
		}
		look := plan.Writing{Kind: plan.Locate, Model: r.Model, Op: schema.Delete, Trusted: true, Deleted: plan.WithDeleted,
			Batch: &plan.Batch{Fields: r.Local}, Raw: r.Model.Columns}
		out, err := k.runBatch(ctx, &look, keys)
		if err != nil {
			return err
		}
		found := unseen(r.Model, out.raw, seen)
		if len(found) == 0 {
			continue
		}
		child.follow(list, op, r, found)
		if op == "delete" {
			k.changed(&logging{m: child, change: Deleted}, nil, found)
		}
		if op == "delete" && child.erasing {
			if err := k.below(ctx, child, found, list, seen); err != nil {
				return err
			}
		}
	}
	return nil
}

// unseen leaves out the rows that were followed already.
func unseen(m *schema.Model, rows []query.Value, seen map[below]bool) (out []query.Value) {
	width := len(m.Columns)
	for at := 0; at+width <= len(rows); at += width {
		row := rows[at : at+width]
		x := below{m, plan.JSONRows(keysOf(m, row, width), 1).Str()}
		if !seen[x] {
			seen[x] = true
			out = append(out, row...)
		}
	}
	return out
}

// follow notes rows that SQLite deletes or changes.
func (m *model) follow(list *read.Trail, op string, r *schema.Relation, rows []query.Value) {
	if m.audit == nil {
		return
	}
	e := read.Entry{Operation: op, Model: m.Model, Records: keysOf(m.Model, rows, len(m.Columns))}
	for _, d := range m.audit.rows {
		e.Database = d
		list.Add(e)
	}
	for _, f := range m.audit.fields {
		if op == "delete" || contains(r.Local, f.field) {
			e.Database, e.Field = f.database, f.field
			list.Add(e)
		}
	}
}
