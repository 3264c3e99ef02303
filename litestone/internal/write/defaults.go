package write

import (
	"strconv"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// fill gives a new row the values nobody gave: defaults that SQLite does not make itself, and the
// stamps of a create. Values copied from what is filled here are checked here.
func (k *work) fill(r *row) error {
	for i := range r.m.fills {
		d := &r.m.fills[i]
		if r.has(d.field) {
			continue
		}
		v, ok, err := k.made(d)
		if err != nil {
			return err
		}
		if ok {
			r.put(d.field, v, filled)
		}
	}
	if len(r.m.copies) == 0 {
		return nil
	}
	for _, f := range r.m.copies {
		if from := f.Default.Field; !r.has(f) && r.has(from) {
			r.put(f, r.vals[from.Index], filled)
			if r.m.checked[f.Index] {
				k.check(r, f)
			}
		}
	}
	return k.refused()
}

// made gives the value of a default; ok is false when there is none for this caller.
func (k *work) made(d *fill) (v query.Value, ok bool, err error) {
	var id string
	switch d.kind {
	case fillLiteral:
		return d.literal, true, nil
	case fillList:
		return query.Text("[]"), true, nil
	case fillNow:
		return k.call.Bind().Instant(), true, nil
	case fillAuth:
		v, ok = k.fromAuth(d.field, d.field.Default.Auth)
		return v, ok, nil
	case fillActor:
		v, ok = k.fromAuth(d.field, d.field.UpdatedBy)
		return v, ok, nil
	case fillUUID:
		id, err = k.e.ids.uuidV4()
	case fillULID:
		id, err = k.e.ids.ulidAt(k.e.read.Now())
	case fillCUID:
		id, err = k.e.ids.cuid()
	case fillNanoID:
		id, err = k.e.ids.nanoid()
	}
	if err != nil {
		return v, false, &liteerr.Error{Code: liteerr.Config, Model: d.field.Model.Accessor, Operation: k.op,
			Fields: []string{d.field.Name}, Message: "no randomness for a new id: " + err.Error(), Err: err}
	}
	return query.Text(id), true, nil
}

// fromAuth gives auth()'s value at a path as the field stores it; ok is false when auth has
// none, or one that the field cannot hold.
func (k *work) fromAuth(f *schema.Field, path []string) (query.Value, bool) {
	x, ok := k.c.Session.Find(path)
	if !ok || x == nil {
		return query.Null(), false
	}
	v, issue := query.FromAny(f, x, f.Name)
	if issue == nil {
		return v, true
	}
	// Tokens carry numbers as text, and keys of text are given as numbers.
	v = k.c.Session.Lookup(path)
	switch {
	case f.List:
	case f.Type == schema.Text && v.Kind() == query.KindInt:
		return query.Text(strconv.FormatInt(v.Int64(), 10)), true
	case f.Type == schema.Integer && v.Kind() == query.KindText:
		if n, err := strconv.ParseInt(v.Str(), 10, 64); err == nil {
			return query.Int(n), true
		}
	}
	return query.Null(), false
}

// stamp gives an update the times and the actor of the change. The caller may give a time, never
// the actor.
func (k *work) stamp(r *row) {
	for _, f := range r.m.updatedAt {
		if !r.has(f) {
			r.put(f, k.call.Bind().Instant(), filled)
		}
	}
	for _, f := range r.m.updatedBy {
		if v, ok := k.fromAuth(f, f.UpdatedBy); ok {
			r.put(f, v, filled)
		}
	}
}

// empty reports whether a row gives no column a value.
func (r *row) empty() bool {
	for _, s := range r.state {
		if s != absent {
			return false
		}
	}
	return true
}
