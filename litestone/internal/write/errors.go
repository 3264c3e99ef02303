package write

import (
	"errors"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// fault gives an error of the database the names of the schema: the model's accessor, fields for
// columns, the message of the rule that refused a row.
func (k *work) fault(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := err.(*liteerr.Error); ok && e.Operation != "" {
		return err // it has its names
	}
	var d *conn.Denied
	if errors.As(err, &d) {
		if m := k.e.read.Env(nil).Schema.Model(d.Model); m != nil {
			e := k.refusedBy(m, d.Rule)
			e.Err = d
			return e
		}
		return err
	}
	var e *liteerr.Error
	var r *conn.Refusal
	if !errors.As(err, &e) || e.Model != "" || !errors.As(err, &r) {
		return err
	}
	c := *e
	c.Operation = k.op
	if r.Message == "FOREIGN KEY constraint failed" {
		c.Code = liteerr.ForeignKey // ON DELETE RESTRICT reports a trigger's code
	}
	m := k.m
	if r.Name != "" && c.Code == liteerr.Unique {
		return k.indexTaken(&c, r.Name)
	}
	if r.Table != "" {
		m = k.table(r.Table)
	}
	if m == nil {
		return &c
	}
	c.Model = m.Accessor
	c.Fields = nil
	for _, name := range r.Columns {
		c.Fields = append(c.Fields, fieldOf(m, name))
	}
	switch c.Code {
	case liteerr.Unique:
		c.Message = "another row has this value already"
		if len(c.Fields) > 1 {
			c.Message = "another row has these values already"
		}
	case liteerr.NotNull:
		c.Message = "a value is required"
	case liteerr.ForeignKey:
		c.Message = "a reference to a row that is not there, or a row that is still referenced"
	}
	return &c
}

// indexTaken names the fields of a unique index that SQLite tells by its name: one over the search
// tokens of an encrypted field.
func (k *work) indexTaken(e *liteerr.Error, name string) error {
	e.Message = "another row has this value already"
	for _, m := range k.e.models {
		if m.Database != k.m.Database {
			continue
		}
		for _, x := range m.Uniques {
			if x.Name == name {
				e.Model, e.Fields = m.Accessor, nil
				for _, f := range x.Fields {
					e.Fields = append(e.Fields, f.Name)
				}
			}
		}
	}
	return e
}

// operation is a rule's operation by its name.
func operation(name string) schema.Operation {
	for op := schema.Read; op <= schema.Delete; op++ {
		if op.String() == name {
			return op
		}
	}
	return schema.Create
}

// table finds the model of a table.
func (k *work) table(name string) *schema.Model {
	for _, m := range k.e.models {
		if m.Table == name && m.Database == k.m.Database {
			return m.Model
		}
	}
	return nil
}

// fieldOf gives a column's field name, or the column's own where no field has it.
func fieldOf(m *schema.Model, column string) string {
	for _, f := range m.Columns {
		if f.Column == column {
			return f.Name
		}
	}
	return column
}
