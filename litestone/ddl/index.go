package ddl

import (
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// indexes gives a model's named uniques and indexes. A unique one covers every row, deleted
// ones too; an index of a soft-delete model covers the live rows, which is all that reads ask.
func indexes(m *schema.Model) []Statement {
	var out []Statement
	for _, list := range [][]*schema.Index{m.Uniques, m.Indexes} {
		for _, x := range list {
			if x.Name == "" {
				continue // stands in the table
			}
			out = append(out, Statement{Kind: Index, Name: x.Name, Table: m.Table, SQL: indexSQL(m, x)})
		}
	}
	return out
}

func indexSQL(m *schema.Model, x *schema.Index) string {
	ticked := make([]string, len(x.Fields))
	for i, f := range x.Fields {
		ticked[i] = Tick(f.Column)
		if Searchable(f) {
			ticked[i] = Token(ticked[i])
		}
	}
	create := "CREATE INDEX "
	if x.Unique {
		create = "CREATE UNIQUE INDEX "
	}
	s := create + Quote(x.Name) + " ON " + Quote(m.Table) + " (" + strings.Join(ticked, ", ") + ")"
	if x.Live && m.SoftDelete != nil {
		s += " WHERE " + Tick(m.SoftDelete.Field.Column) + " IS NULL"
	}
	return s
}
