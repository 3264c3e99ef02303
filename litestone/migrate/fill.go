package migrate

import (
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/schema"
)

// fill gives the SQL of what a row that has no value for f gets: f's default, evaluated anew
// for every row, or the sibling it copies. "" when nothing can be given.
func (d *differ) fill(f *schema.Field, live *catalog.Table) string {
	return d.fillThrough(f, live, map[*schema.Field]bool{})
}

// fillThrough keeps the fields on its way, so that defaults that copy each other end.
func (d *differ) fillThrough(f *schema.Field, live *catalog.Table, seen map[*schema.Field]bool) string {
	if f == nil || seen[f] || f.Encrypted != nil {
		return ""
	}
	seen[f] = true
	if s := ddl.DefaultSQL(f); s != "" {
		return s
	}
	if f.Default == nil || f.Default.Kind != schema.DefaultField || f.Default.Field == nil {
		return ""
	}
	sibling := f.Default.Field
	if ddl.ColumnType(sibling) != ddl.ColumnType(f) || sibling.Encrypted != nil {
		return ""
	}
	other := d.fillThrough(sibling, live, seen)
	l := live.Column(sibling.Column)
	if l == nil {
		if strings.HasPrefix(other, "(") {
			return "" // evaluated twice it would differ from the sibling's own
		}
		return other
	}
	want := d.want.Table(f.Model.Table).Column(sibling.Column)
	if want == nil {
		return ""
	}
	expr := convert(ddl.Quote(l.Name), want, l, live.Strict, sibling).expr
	if other != "" {
		return "coalesce(" + expr + ", " + other + ")"
	}
	return expr
}

// numbers gives the SQL that numbers the rows a new @sequence column finds: 1, 2, … in key
// order within each scope. "" when a column of the scope is new itself.
func (d *differ) numbers(f *schema.Field, live *catalog.Table) string {
	if f == nil || f.Sequence == nil {
		return ""
	}
	over := ""
	if len(f.Sequence.Scope) > 0 {
		names := make([]string, len(f.Sequence.Scope))
		for i, s := range f.Sequence.Scope {
			l := live.Column(s.Column)
			if l == nil {
				return ""
			}
			names[i] = ddl.Quote(l.Name)
		}
		over = "PARTITION BY " + strings.Join(names, ", ") + " "
	}
	order := quoteList(live.Key)
	if order == "" {
		if order = rowid(live); order == "" {
			return ""
		}
	}
	return "row_number() OVER (" + over + "ORDER BY " + order + ")"
}

// rowid gives the name a table's rowid goes by, quoted: the first of SQLite's three that is no
// column. "" for a table without.
func rowid(t *catalog.Table) string {
	if t.WithoutRowID {
		return ""
	}
	for _, n := range [...]string{"rowid", "_rowid_", "oid"} {
		if t.Column(n) == nil {
			return n
		}
	}
	return ""
}

func quoteList(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = ddl.Quote(n)
	}
	return strings.Join(out, ", ")
}
