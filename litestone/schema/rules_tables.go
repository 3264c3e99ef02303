package schema

import (
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
)

// tablePlace is a table's database and its name in lower case.
type tablePlace struct {
	db   *Database
	name string
}

func (c *checker) tablesByName() map[tablePlace]*Model {
	out := make(map[tablePlace]*Model, len(c.s.Models))
	for _, m := range c.s.Models {
		out[tablePlace{m.Database, strings.ToLower(m.Table)}] = m
	}
	return out
}

// tablesDiffer: no two models of a database share a table; SQLite compares names without case.
func (c *checker) tablesDiffer() {
	first := map[tablePlace]*modelDecl{}
	for _, md := range c.order {
		name := strings.ToLower(md.m.Table)
		if reservedTable(name) && !md.m.External {
			c.fail(md.tree.Name.Span, CodeReservedName, `choose another with @@map("…")`, "%s: the table name %s is taken by SQLite or Litestone itself", md.at(), md.m.Table)
		}
		at := tablePlace{md.m.Database, name}
		if o := first[at]; o != nil {
			if o.m.Accessor == md.m.Accessor {
				continue // reported
			}
			d := c.fail(md.tree.Name.Span, CodeDuplicateTable, `give one of them another table with @@map("…")`, "%s: the table %s is that of model %s", md.at(), md.m.Table, o.m.Name)
			d.Related = []diag.Related{{Message: "the other model", Span: o.tree.Name.Span}}
			continue
		}
		first[at] = md
	}
}

func reservedTable(name string) bool {
	return strings.HasPrefix(name, "sqlite_") || strings.HasPrefix(name, "_litestone") || name == "_locks"
}

// columnsDiffer: no two fields of a model share a column; SQLite compares names without case.
func (c *checker) columnsDiffer() {
	for _, md := range c.order {
		first := make(map[string]*fieldDecl, len(md.fields))
		for _, d := range md.fields {
			if !d.f.Stored() {
				continue
			}
			name := strings.ToLower(d.f.Column)
			if o := first[name]; o != nil {
				r := c.fail(d.tree.Name.Span, CodeDuplicateColumn, `give one of them another column with @map("…")`, "%s: the column %s is that of field %s", d.at(), d.f.Column, o.f.Name)
				r.Related = []diag.Related{{Message: "the other field", Span: o.tree.Name.Span}}
				continue
			}
			first[name] = d
		}
	}
}

// joinTablesAreFree: a join table has a name of its own.
func (c *checker) joinTablesAreFree(tables map[tablePlace]*Model) {
	for i, j := range c.s.Joins {
		at, who := c.joinPlace(j)
		if i > 0 && strings.EqualFold(c.s.Joins[i-1].Table, j.Table) && c.s.Joins[i-1].Database == j.Database {
			c.fail(at, CodeDuplicateTable, `name the relation on both sides: @relation("name")`, "%s: the join table %s is taken by another relation", who, j.Table)
		}
		if m := tables[tablePlace{j.Database, strings.ToLower(j.Table)}]; m != nil {
			c.fail(at, CodeDuplicateTable, `name the relation on both sides: @relation("name")`, "%s: the join table %s is that of model %s", who, j.Table, m.Name)
		}
	}
}

func (c *checker) joinPlace(j *JoinTable) (diag.Span, string) {
	for _, r := range j.A.Relations {
		if r.Join == j {
			d := c.models[j.A.Name].fields[r.Field.Index]
			return d.tree.Name.Span, d.at()
		}
	}
	return j.A.Span, "model " + j.A.Name
}

// ftsTableIsFree: a full-text index has a table of its own, and FTS5 keeps more under its name.
func (c *checker) ftsTableIsFree(md *modelDecl, tables map[tablePlace]*Model) {
	m := md.m
	if m.FTS == nil || m.External {
		return
	}
	for _, suffix := range []string{"", "_data", "_idx", "_content", "_docsize", "_config"} {
		if o := tables[tablePlace{m.Database, strings.ToLower(m.FTS.Table + suffix)}]; o != nil {
			c.fail(m.FTS.Span, CodeDuplicateTable, `give model `+o.Name+` another table with @@map("…")`, "%s: @@fts needs the table %s, which is that of model %s", md.at(), o.Table, o.Name)
		}
	}
}
