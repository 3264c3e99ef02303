package write

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Recoder gives the new form of what a column holds; ok is false where it stays as it is.
type Recoder func(f *schema.Field, stored query.Value) (v query.Value, ok bool, err error)

// recodeBatch is how many rows are read at a time.
const recodeBatch = 256

// Recode rewrites what columns of a model hold, in all rows, removed ones too, within the
// transaction cn stands in. Nothing else of a row changes: no stamp, no rule. It answers how many
// rows it changed.
func (e *Engine) Recode(ctx context.Context, cn *conn.Conn, m *schema.Model, fields []*schema.Field, recode Recoder) (n int64, err error) {
	if len(m.Key) == 0 {
		return 0, &liteerr.Error{Code: liteerr.Unsupported, Model: m.Accessor, Message: "rows are rewritten by their key, and the model has none", Hint: "give it an @id"}
	}
	k := e.begin(Call{Session: &session.Session{System: true}}, m, "rotateKey")
	defer e.end(k)
	k.conn, k.call.Conn = cn, cn
	all := plan.Writing{Kind: plan.Locate, Model: m, Op: schema.Update, Trusted: true, Deleted: plan.WithDeleted, Raw: m.Key}
	found, err := k.run(ctx, &all)
	if err != nil {
		return 0, err
	}
	width := len(m.Key)
	step := recodeBatch * width
	for keys := found.raw; len(keys) > 0; keys = keys[min(step, len(keys)):] {
		some, err := k.recode(ctx, m, fields, keys[:min(step, len(keys))], recode)
		n += some
		if err != nil {
			return n, k.fault(err)
		}
	}
	return n, nil
}

// recode rewrites the rows of a batch of keys.
func (k *work) recode(ctx context.Context, m *schema.Model, fields []*schema.Field, keys []query.Value, recode Recoder) (n int64, err error) {
	look := plan.Writing{Kind: plan.Locate, Model: m, Op: schema.Update, Trusted: true, Deleted: plan.WithDeleted,
		Batch: &plan.Batch{Fields: m.Key}, Raw: append(append([]*schema.Field{}, m.Key...), fields...)}
	rows, err := k.runBatch(ctx, &look, keys)
	if err != nil {
		return 0, err
	}
	width := len(look.Raw)
	for at := 0; at+width <= len(rows.raw); at += width {
		row := rows.raw[at : at+width]
		set := plan.Writing{Kind: plan.Update, Model: m, Op: schema.Update, Trusted: true, Deleted: plan.WithDeleted, Key: row[:len(m.Key)]}
		for i, f := range fields {
			stored := row[len(m.Key)+i]
			if stored.IsNull() {
				continue
			}
			v, ok, err := recode(f, stored)
			if err != nil {
				return n, err
			}
			if ok {
				set.Set = append(set.Set, plan.Given{Field: f, Value: v})
			}
		}
		if len(set.Set) == 0 {
			continue
		}
		if _, err := k.run(ctx, &set); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
