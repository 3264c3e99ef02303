package plugin

import (
	"context"
	"fmt"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Create is a row that is about to be made, nested ones included. createMany and upsertMany tell
// each row; upsert tells its create and its update, since which of them happens is known only
// inside the database.
type Create struct {
	Call
	Values
}

// BeforeCreator sees the values of new rows before transforms, defaults and validators.
type BeforeCreator interface {
	// BeforeCreate may change the values, and refuses the call by an error.
	BeforeCreate(ctx context.Context, c *Create) error
}

// BeforeCreateFunc is a BeforeCreator made of a function.
type BeforeCreateFunc func(ctx context.Context, c *Create) error

// BeforeCreate calls the function.
func (f BeforeCreateFunc) BeforeCreate(ctx context.Context, c *Create) error { return f(ctx, c) }

// Update is a change that is about to be made: of update, updateMany, upsert, and nested ones; of
// restore and transition too, whose values are not the caller's: there are none to see or to set.
type Update struct {
	Call
	Where *query.Cond // which rows; nil: all, or those a relation links. It must not be changed
	Values
}

// BeforeUpdater sees the values of a change before transforms, stamps and validators.
type BeforeUpdater interface {
	// BeforeUpdate may change the values, and refuses the call by an error.
	BeforeUpdate(ctx context.Context, u *Update) error
}

// BeforeUpdateFunc is a BeforeUpdater made of a function.
type BeforeUpdateFunc func(ctx context.Context, u *Update) error

// BeforeUpdate calls the function.
func (f BeforeUpdateFunc) BeforeUpdate(ctx context.Context, u *Update) error { return f(ctx, u) }

// Delete is rows that are about to be taken away: by remove and removeMany (which keep them where
// the model has @@softDelete), delete and deleteMany, nested ones included. Rows that only follow
// others by a cascade are not told.
type Delete struct {
	Call
	Where *query.Cond // which rows; nil: all, or those a relation links. It must not be changed
	Soft  bool        // the rows are kept, and marked as removed
}

// BeforeDeleter sees what is about to be taken away.
type BeforeDeleter interface {
	// BeforeDelete refuses the call by an error.
	BeforeDelete(ctx context.Context, d *Delete) error
}

// BeforeDeleteFunc is a BeforeDeleter made of a function.
type BeforeDeleteFunc func(ctx context.Context, d *Delete) error

// BeforeDelete calls the function.
func (f BeforeDeleteFunc) BeforeDelete(ctx context.Context, d *Delete) error { return f(ctx, d) }

// Values are the values a caller gives for a row.
type Values struct {
	model *schema.Model
	data  *query.Data
}

// ValuesOf views the values of a row; the client calls it.
func ValuesOf(m *schema.Model, d *query.Data) Values { return Values{m, d} }

// Get gives a field's value in the form SQLite stores, and whether the caller gave one. NULL is an
// explicit null.
func (v Values) Get(field string) (query.Value, bool) {
	if v.data == nil {
		return query.Null(), false
	}
	for i := range v.data.Set {
		if a := &v.data.Set[i]; v.model.Fields[a.Ref.Index].Name == field {
			return a.Value, true
		}
	}
	return query.Null(), false
}

// Set gives a field a value, in the Go or JSON type the field takes; nil is null. An unknown field,
// one that takes no value, or a value of another type is a validation error. Validators and field
// rules hold for it as for the caller's own.
func (v Values) Set(field string, value any) error {
	f, err := v.field(field)
	if err != nil {
		return err
	}
	if v.data == nil {
		return &liteerr.Error{Code: liteerr.Unsupported, Model: v.model.Accessor, Fields: []string{field}, Message: "the call takes no values"}
	}
	val, issue := query.FromAny(f, value, f.Name)
	if issue != nil {
		return &liteerr.Error{Code: liteerr.Validation, Model: v.model.Accessor, Fields: []string{issue.Path}, Message: issue.Message}
	}
	for i := range v.data.Set {
		if a := &v.data.Set[i]; a.Ref.Index == f.Index {
			a.Value = val
			return nil
		}
	}
	v.data.Set = append(v.data.Set, query.Assign{Ref: query.RefOf(v.model, f), Value: val})
	return nil
}

// Unset takes a field's value away, as if the caller had not given it.
func (v Values) Unset(field string) {
	if v.data == nil {
		return
	}
	kept := v.data.Set[:0:0]
	for _, a := range v.data.Set {
		if v.model.Fields[a.Ref.Index].Name != field {
			kept = append(kept, a)
		}
	}
	v.data.Set = kept
}

// Fields gives the names of the fields that have a value, in the caller's order.
func (v Values) Fields() []string {
	if v.data == nil {
		return nil
	}
	out := make([]string, len(v.data.Set))
	for i := range v.data.Set {
		out[i] = v.model.Fields[v.data.Set[i].Ref.Index].Name
	}
	return out
}

func (v Values) field(name string) (*schema.Field, error) {
	f := v.model.Field(name)
	switch {
	case f == nil:
		names := make([]string, 0, len(v.model.Columns))
		for _, c := range v.model.Columns {
			names = append(names, c.Name)
		}
		return nil, &liteerr.Error{Code: liteerr.Validation, Model: v.model.Accessor, Fields: []string{name},
			Message: fmt.Sprintf("there is no field %q", name), Hint: diag.DidYouMean(name, names...)}
	case !f.Stored() || f.ReadOnly():
		return nil, &liteerr.Error{Code: liteerr.Validation, Model: v.model.Accessor, Fields: []string{name}, Message: "the field takes no value"}
	}
	return f, nil
}
