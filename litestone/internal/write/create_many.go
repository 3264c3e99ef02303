package write

import (
	"context"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// CreateMany writes rows in one transaction and answers how many. Rows may have different
// columns: each set of columns is one statement, used again and again.
func (e *Engine) CreateMany(ctx context.Context, c Call, m *schema.Model, a *query.CreateArgs) (int64, error) {
	if len(a.Rows) == 0 {
		return 0, nil
	}
	k := e.begin(c, m, "createMany")
	defer e.end(k)
	if err := k.judgeRows(ctx, a.Rows); err != nil {
		return 0, err
	}
	err := k.atomic(ctx, func() error {
		for i := range a.Rows {
			if err := k.createOne(ctx, &a.Rows[i], k.nthRow(i)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return int64(len(a.Rows)), nil
}

// judgeRows refuses a call whose values are wrong before it begins; all rows are looked at.
func (k *work) judgeRows(ctx context.Context, rows []query.Data) error {
	for i := range rows {
		at := k.nthRow(i)
		k.alone(&rows[i], at)
		k.take(k.e.models[k.m.Index], &rows[i], true, "", at)
		k.again()
	}
	return k.judged(ctx)
}

// alone refuses operations on relations in a row of a call for many: they would be left out.
func (k *work) alone(d *query.Data, at spot) {
	for i := range d.Nested {
		name := d.Nested[i].Ref.Name
		k.fail(&liteerr.Error{Code: liteerr.Validation, Model: k.m.Accessor, Operation: k.op, Fields: []string{name}, At: at.at(),
			Message: "a call for many rows takes no operations on relations", Hint: "set the foreign key, or write the rows one by one"})
	}
}

// again gives the room of the row taken last to the next.
func (k *work) again() {
	k.used--
	k.rows[k.used].clear()
}

// createOne writes one of many rows.
func (k *work) createOne(ctx context.Context, d *query.Data, at spot) error {
	r := k.take(k.e.models[k.m.Index], d, true, "", at)
	defer k.again()
	if err := k.prepared(ctx, r); err != nil {
		return k.placed(err, r)
	}
	k.insertion(r, nil, nil)
	_, err := k.run(ctx, &k.w)
	return k.placed(err, r)
}
