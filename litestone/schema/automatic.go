package schema

import "github.com/litestone-go/orm/litestone/diag"

// addAutomatic makes the model of each logger database: the entries of database audit are read
// as auditLogs (seed "Multi-database", SPEC "Access"). It has no key and is written by us only.
func (c *checker) addAutomatic() {
	for _, db := range c.loggers {
		m := &Model{
			Index: len(c.s.Models), Name: db.Name + "Logs", Doc: "What was logged to database " + db.Name + ".", Span: db.Span,
			Database: db, Strict: true, Auto: true, byName: map[string]*Field{},
		}
		m.Accessor, m.Table = accessorName(m.Name), snakeCase(m.Name)
		m.GoName, m.GoPlural = modelGoNames(m.Name)
		if o := c.s.byName[m.Accessor]; o != nil {
			d := c.fail(o.Span, CodeDuplicateAccessor, "rename the model or the database", "model %s: calls name the entries of database %s %s", o.Name, db.Name, m.Accessor)
			d.Related = []diag.Related{{Message: "the database", Span: db.Span}}
			continue
		}
		for _, f := range entryFields() {
			f.Index, f.Model, f.Column, f.GoName, f.Span = len(m.Fields), m, f.Name, goName(f.Name), db.Span
			m.Fields = append(m.Fields, f)
			m.byName[f.Name] = f
		}
		m.Columns = m.Fields
		c.s.Models = append(c.s.Models, m)
		c.s.byName[m.Accessor], c.s.byName[m.Name] = m, m
	}
}

// entryFields are the fields of an audit entry in their order (SPEC "Access", Audit). actorId is
// Json, since keys are numbers in one schema and texts in another.
func entryFields() []*Field {
	return []*Field{
		{Name: "operation", Type: Text},
		{Name: "model", Type: Text},
		{Name: "field", Type: Text, Optional: true},
		{Name: "records", Type: Json, Optional: true},
		{Name: "before", Type: Json, Optional: true},
		{Name: "after", Type: Json, Optional: true},
		{Name: "actorId", Type: Json, Optional: true},
		{Name: "actorType", Type: Text, Optional: true},
		{Name: "meta", Type: Json, Optional: true},
		{Name: "createdAt", Type: DateTime},
	}
}
