package plan

import (
	"slices"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// LogsReads reports whether reads of a model, or of one of its fields, go into an audit log.
func LogsReads(m *schema.Model) bool {
	reads := func(l *schema.Log) bool { return l.Reads }
	return slices.ContainsFunc(m.Logs, reads) || slices.ContainsFunc(m.Fields, func(f *schema.Field) bool { return slices.ContainsFunc(f.Logs, reads) })
}

// logKeys makes a read whose rows are logged show their keys to the engine. Rows of DISTINCT are no
// rows of the table: their entries name none.
func (b *builder) logKeys(out *outputs, t *Table, m *schema.Model, args *query.FindArgs) {
	if args.Distinct || !LogsReads(m) {
		return
	}
	for _, k := range m.Key {
		out.link(t, k)
	}
}
