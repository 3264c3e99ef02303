package query

import (
	"slices"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// The write forms: what resolves to the arguments of each write. JSON and Map are all of them.
type (
	// Creating resolves to the arguments of create.
	Creating interface {
		Creating(*Scope, *CreateArgs) error
	}
	// Updating resolves to the arguments of update.
	Updating interface {
		Updating(*Scope, *UpdateArgs) error
	}
	// Upserting resolves to the arguments of upsert.
	Upserting interface {
		Upserting(*Scope, *UpsertArgs) error
	}
	// Deleting resolves to the arguments of remove, delete and restore.
	Deleting interface {
		Deleting(*Scope, *DeleteArgs) error
	}
)

// Creating reads the text as the arguments of create.
func (j JSON) Creating(sc *Scope, a *CreateArgs) error { return DecodeCreate(sc, j, a) }

// Creating reads the map as the arguments of create.
func (m Map) Creating(sc *Scope, a *CreateArgs) error { return DecodeCreate(sc, m, a) }

// Updating reads the text as the arguments of update.
func (j JSON) Updating(sc *Scope, a *UpdateArgs) error { return DecodeUpdate(sc, j, a) }

// Updating reads the map as the arguments of update.
func (m Map) Updating(sc *Scope, a *UpdateArgs) error { return DecodeUpdate(sc, m, a) }

// Upserting reads the text as the arguments of upsert.
func (j JSON) Upserting(sc *Scope, a *UpsertArgs) error { return DecodeUpsert(sc, j, a) }

// Upserting reads the map as the arguments of upsert.
func (m Map) Upserting(sc *Scope, a *UpsertArgs) error { return DecodeUpsert(sc, m, a) }

// Deleting reads the text as the arguments of remove, delete and restore.
func (j JSON) Deleting(sc *Scope, a *DeleteArgs) error { return DecodeDelete(sc, j, a) }

// Deleting reads the map as the arguments of remove, delete and restore.
func (m Map) Deleting(sc *Scope, a *DeleteArgs) error { return DecodeDelete(sc, m, a) }

// write is the scope of a write's own arguments: its answer may be select: false.
func (sc *Scope) write() *Scope { return sc.as(opWrite) }

// DecodeCreate reads {data, select, include}. No data is an empty row.
func DecodeCreate(sc *Scope, tree any, a *CreateArgs) error {
	o, err := arguments(sc, tree, []string{"data", "select", "include"})
	if err != nil {
		return err
	}
	data, ok := o["data"]
	if !ok {
		data = map[string]any{}
	}
	row, err := decodeData(sc, data, forCreate)
	if err != nil {
		return liteerr.Within(err, "data")
	}
	a.Rows = []Data{row}
	return decodeShape(sc.write(), o, &a.Return)
}

// DecodeCreateMany reads {data: [rows]}. Rows take no operations on relations.
func DecodeCreateMany(sc *Scope, tree any, a *CreateArgs) error {
	o, err := arguments(sc, tree, []string{"data"})
	if err != nil {
		return err
	}
	a.Rows, err = decodeRows(sc, o["data"], forBulkCreate)
	return err
}

// DecodeUpdate reads {where, data, select, include}. The where must say something.
func DecodeUpdate(sc *Scope, tree any, a *UpdateArgs) error {
	o, err := arguments(sc, tree, []string{"where", "$raw", "data", "select", "include"})
	if err != nil {
		return err
	}
	if a.Where, err = neededWhere(sc, o); err != nil {
		return err
	}
	data, ok := o["data"]
	if !ok {
		return sc.invalid("data", "update needs the values to set", "as data: {field: value}")
	}
	if a.Data, err = decodeData(sc, data, forUpdate); err != nil {
		return liteerr.Within(err, "data")
	}
	return decodeShape(sc.write(), o, &a.Return)
}

// DecodeUpdateMany reads {where, data}; without where all rows are meant. data takes no
// operations on relations.
func DecodeUpdateMany(sc *Scope, tree any, a *UpdateArgs) error {
	o, err := arguments(sc, tree, []string{"where", "$raw", "data"})
	if err != nil {
		return err
	}
	if a.Where, err = decodeWhereArguments(sc, o); err != nil {
		return err
	}
	data, ok := o["data"]
	if !ok {
		return sc.invalid("data", "updateMany needs the values to set", "as data: {field: value}")
	}
	a.Data, err = decodeData(sc, data, forBulkUpdate)
	return err
}

// DecodeUpsert reads {where, create, update, select, include}. The where must say something.
func DecodeUpsert(sc *Scope, tree any, a *UpsertArgs) error {
	o, err := arguments(sc, tree, []string{"where", "$raw", "create", "update", "select", "include"})
	if err != nil {
		return err
	}
	if a.Where, err = neededWhere(sc, o); err != nil {
		return err
	}
	for _, name := range []string{"create", "update"} {
		if _, ok := o[name]; !ok {
			return sc.invalid(name, "upsert needs create and update", "an empty update leaves the row as it is")
		}
	}
	if a.Create, err = decodeData(sc, o["create"], forCreate); err != nil {
		return liteerr.Under(err, "create")
	}
	if a.Update, err = decodeData(sc, o["update"], forUpdate); err != nil {
		return liteerr.Under(err, "update")
	}
	return decodeShape(sc.write(), o, &a.Return)
}

// DecodeUpsertMany reads {data: [rows], conflictTarget: field | [fields], update: field | [fields]}.
// The target must be the key or a unique constraint.
func DecodeUpsertMany(sc *Scope, tree any, a *UpsertManyArgs) error {
	o, err := arguments(sc, tree, []string{"data", "conflictTarget", "update"})
	if err != nil {
		return err
	}
	if err := decodeOnConflict(sc, o, a); err != nil {
		return err
	}
	a.Rows, err = decodeRows(sc, o["data"], forBulkCreate)
	return err
}

// DecodeOnConflict reads {conflictTarget, update}, the arguments of upsertMany beside its rows.
func DecodeOnConflict(sc *Scope, tree any, a *UpsertManyArgs) error {
	o, err := arguments(sc, tree, []string{"conflictTarget", "update"})
	if err != nil {
		return err
	}
	return decodeOnConflict(sc, o, a)
}

func decodeOnConflict(sc *Scope, o map[string]any, a *UpsertManyArgs) (err error) {
	if t := o["conflictTarget"]; t != nil {
		if a.ConflictTarget, err = decodeNames(sc, t); err != nil {
			return err
		}
	}
	if u := o["update"]; u != nil {
		if a.Update, err = decodeNames(sc, u); err != nil {
			return err
		}
		a.HasUpdate = true
	}
	return CheckUpsertMany(sc, a)
}

// CheckUpsertMany holds that the conflict target is a key and that update names what can be
// written, however the call was made.
func CheckUpsertMany(sc *Scope, a *UpsertManyArgs) error {
	target := make([]*schema.Field, 0, len(a.ConflictTarget))
	for _, r := range a.ConflictTarget {
		f, err := r.Field(sc.Model)
		if err != nil {
			return err
		}
		target = append(target, f)
	}
	if len(target) > 0 && !uniqueFields(sc.Model, target) {
		return sc.invalid(target[0].Name, "the conflict target is neither the key nor unique", "name the fields of the key or of a @@unique")
	}
	for _, r := range a.Update {
		f, err := r.Field(sc.Model)
		if err != nil {
			return err
		}
		if f.ReadOnly() || !f.Stored() {
			return sc.invalid(f.Name, "cannot be written: its value is derived", "leave it out of update")
		}
	}
	return nil
}

// uniqueFields reports whether the fields are, in any order, the key or a unique constraint.
func uniqueFields(m *schema.Model, fields []*schema.Field) bool {
	same := func(other []*schema.Field) bool {
		if len(other) != len(fields) {
			return false
		}
		for _, f := range other {
			if !slices.Contains(fields, f) {
				return false
			}
		}
		return true
	}
	if same(m.Key) || len(fields) == 1 && fields[0].Unique {
		return true
	}
	return slices.ContainsFunc(m.Uniques, func(u *schema.Index) bool { return same(u.Fields) })
}

// decodeNames reads one field's name or a list of them.
func decodeNames(sc *Scope, v any) ([]Ref, error) {
	l, ok := list(v)
	if !ok {
		l = []any{v}
	}
	refs := make([]Ref, 0, len(l))
	for _, e := range l {
		r, err := fieldNamed(sc, e)
		if err != nil {
			return nil, err
		}
		refs = append(refs, r)
	}
	return refs, nil
}

// DecodeDelete reads {where, select, include} of remove, delete and restore. The where must say
// something.
func DecodeDelete(sc *Scope, tree any, a *DeleteArgs) error {
	o, err := arguments(sc, tree, []string{"where", "$raw", "select", "include"})
	if err != nil {
		return err
	}
	if a.Where, err = neededWhere(sc, o); err != nil {
		return err
	}
	return decodeShape(sc.write(), o, &a.Return)
}

// DecodeDeleteMany reads {where} of removeMany and deleteMany; without where all rows are meant.
func DecodeDeleteMany(sc *Scope, tree any, a *DeleteArgs) error {
	o, err := arguments(sc, tree, []string{"where", "$raw"})
	if err != nil {
		return err
	}
	a.Where, err = decodeWhereArguments(sc, o)
	return err
}

// neededWhere is the where of a call about one row: without it the wrong row would be meant.
func neededWhere(sc *Scope, o map[string]any) (*Cond, error) {
	c, err := decodeWhereArguments(sc, o)
	if err != nil {
		return nil, err
	}
	return c, NeedWhere(sc, c)
}

// NeedWhere refuses an empty where, however the call was made.
func NeedWhere(sc *Scope, c *Cond) error {
	if c.Empty() {
		return sc.invalid("where", "must say which row", "the calls ending in Many are for all rows")
	}
	return nil
}
