package migrate

import (
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/introspect"
)

// comparison is how a live table differs from the wanted one in what CREATE TABLE says.
// Indexes and full-text tables are compared apart.
type comparison struct {
	added   []*catalog.Column // wanted, not there
	dropped []*catalog.Column // there, not wanted
	reasons []string          // what cannot be had by adding columns

	nullable []*catalog.Column // wanted: columns of which only NOT NULL differs
	hard     bool              // some reason is neither a dropped column nor NOT NULL
}

// say notes a reason no in-place change takes away.
func (c *comparison) say(reason string) { c.reasons, c.hard = append(c.reasons, reason), true }

func (c *comparison) same() bool { return len(c.added)+len(c.dropped)+len(c.reasons) == 0 }

// compareTables ignores the order of columns: every statement of ours names them.
//
// dates tells which columns hold DateTime values: those are texts that look like no number, so a
// column of numeric affinity keeps them as they are.
func compareTables(want, live *catalog.Table, dates map[string]bool) comparison {
	var c comparison
	isNew := map[string]bool{}
	for i := range want.Columns {
		w := &want.Columns[i]
		l := live.Column(w.Name)
		if l == nil {
			isNew[catalog.Fold(w.Name)] = true
			c.added = append(c.added, w)
			continue
		}
		differences := columnDifferences(w, l, want, live, dates[catalog.Fold(w.Name)])
		if len(differences) == 1 && w.NotNull != l.NotNull && strings.HasPrefix(differences[0], "becomes ") {
			c.nullable = append(c.nullable, w)
			c.reasons = append(c.reasons, "column "+w.Name+": "+differences[0])
			continue
		}
		for _, d := range differences {
			c.say("column " + w.Name + ": " + d)
		}
	}
	for i := range live.Columns {
		if l := &live.Columns[i]; want.Column(l.Name) == nil {
			c.dropped = append(c.dropped, l)
			c.reasons = append(c.reasons, "column "+l.Name+" is dropped")
		}
	}
	if !sameNames(want.Key, live.Key) {
		c.say("the key is (" + strings.Join(want.Key, ", ") + ") instead of (" + strings.Join(live.Key, ", ") + ")")
	}
	if want.Strict != live.Strict {
		c.say(onOff("STRICT", want.Strict))
	}
	if want.WithoutRowID != live.WithoutRowID {
		c.say(onOff("WITHOUT ROWID", want.WithoutRowID))
	}
	c.compareChecks(want, live, isNew)
	c.compareForeignKeys(want, live, isNew)
	c.compareUniques(want, live)
	return c
}

// sameType compares declared types. Between two tables that are not STRICT only what SQLite makes
// of values counts: VARCHAR(80) is TEXT there. NUMERIC keeps integers, reals and dates as the
// types that ask for them read them.
func sameType(w, l *catalog.Column, want, live *catalog.Table, date bool) bool {
	if w.Type == l.Type {
		return true
	}
	if want.Strict || live.Strict || catalog.Same(want.IntegerKey(), w.Name) || catalog.Same(live.IntegerKey(), l.Name) {
		return false
	}
	a, b := w.Affinity(), l.Affinity()
	if b == catalog.NumericAffinity {
		// What is declared a date or time holds texts that are no numbers, if any.
		dated := date || strings.HasPrefix(l.Type, "DATE") || strings.HasPrefix(l.Type, "TIME")
		return a == catalog.IntegerAffinity || a == catalog.RealAffinity || a == catalog.TextAffinity && dated
	}
	return a == b
}

// inKey reports whether a column is part of a table's key.
func inKey(t *catalog.Table, column string) bool {
	for _, k := range t.Key {
		if catalog.Same(k, column) {
			return true
		}
	}
	return false
}

func columnDifferences(w, l *catalog.Column, want, live *catalog.Table, date bool) []string {
	var out []string
	if !sameType(w, l, want, live, date) {
		out = append(out, "type "+w.Type+" instead of "+orNone(l.Type))
	}
	// A key that is not STRICT may be without NOT NULL, as SQLite lets it.
	looseKey := !want.Strict && !live.Strict && inKey(want, w.Name) && inKey(live, l.Name)
	if w.NotNull != l.NotNull && !looseKey {
		if w.NotNull {
			out = append(out, "becomes required")
		} else {
			out = append(out, "becomes optional")
		}
	}
	if w.Default != l.Default {
		out = append(out, "default "+orNone(w.Default)+" instead of "+orNone(l.Default))
	}
	if w.Generated != l.Generated || w.Expr != l.Expr {
		out = append(out, "generated differently")
	}
	if w.Collation != l.Collation {
		out = append(out, "collation "+orNone(w.Collation)+" instead of "+orNone(l.Collation))
	}
	return out
}

// compareChecks leaves out the checks of added columns: they come with their columns.
func (c *comparison) compareChecks(want, live *catalog.Table, isNew map[string]bool) {
	key := func(k catalog.Check) string { return catalog.Fold(k.Column) + "\x00" + k.Expr }
	there := map[string]bool{}
	for _, k := range live.Checks {
		there[key(k)] = true
	}
	for _, k := range want.Checks {
		if k.Column != "" && isNew[catalog.Fold(k.Column)] {
			continue
		}
		if !there[key(k)] {
			c.say("CHECK (" + k.Expr + ") is added")
		}
		delete(there, key(k))
	}
	for _, k := range live.Checks {
		if there[key(k)] && (k.Column == "" || want.Column(k.Column) != nil) && !foreignCheck(k) {
			c.say("CHECK (" + k.Expr + ") is taken away")
		}
	}
}

// foreignCheck reports whether a CHECK is none that a schema makes: it is someone else's, and
// stays.
func foreignCheck(k catalog.Check) bool {
	if k.Column == "" {
		return true
	}
	rest, ok := strings.CutPrefix(k.Expr, introspect.Normal(ddl.Tick(k.Column))+" in")
	if k.Expr == introspect.Normal("json_valid("+ddl.Tick(k.Column)+")") || ok && (rest == "(0, 1)" || strings.HasPrefix(rest, "('")) {
		return false
	}
	return true
}

// carried gives the CHECKs of others that a table made anew takes along, as table constraints,
// and those that cannot be: they name a column that goes.
func carried(want, live *catalog.Table) (keep []string, lost []string) {
	known := map[string]bool{}
	for _, k := range want.Checks {
		known[k.Expr] = true
	}
	for _, k := range live.Checks {
		if !foreignCheck(k) || known[k.Expr] {
			continue
		}
		known[k.Expr] = true
		gone := k.Column != "" && want.Column(k.Column) == nil
		for _, n := range namesIn(k.Expr) {
			gone = gone || live.Column(n) != nil && want.Column(n) == nil
		}
		if gone {
			lost = append(lost, k.Expr)
		} else {
			keep = append(keep, "CHECK ("+k.Expr+")")
		}
	}
	return keep, lost
}

// compareForeignKeys leaves out the key of a single added column: it comes with the column.
func (c *comparison) compareForeignKeys(want, live *catalog.Table, isNew map[string]bool) {
	there := map[string]int{}
	for _, f := range live.ForeignKeys {
		there[foreignKeyText(f)]++
	}
	for _, f := range want.ForeignKeys {
		if len(f.Columns) == 1 && isNew[catalog.Fold(f.Columns[0])] {
			continue
		}
		if there[foreignKeyText(f)]--; there[foreignKeyText(f)] < 0 {
			c.say("foreign key " + foreignKeyText(f) + " is added")
		}
	}
	for _, f := range live.ForeignKeys {
		if k := foreignKeyText(f); there[k] > 0 {
			there[k]--
			c.say("foreign key " + k + " is taken away")
		}
	}
}

func foreignKeyText(f catalog.ForeignKey) string {
	s := "(" + catalog.Fold(strings.Join(f.Columns, ", ")) + ") to " + catalog.Fold(f.Parent) + " (" + catalog.Fold(strings.Join(f.Remote, ", ")) + ")"
	if f.OnDelete != "NO ACTION" {
		s += " on delete " + strings.ToLower(string(f.OnDelete))
	}
	if f.OnUpdate != "NO ACTION" {
		s += " on update " + strings.ToLower(string(f.OnUpdate))
	}
	return s
}

// compareUniques compares the UNIQUE constraints in the tables' own texts. A unique index of
// others serves as well as a constraint, and a constraint as well as an index of ours.
func (c *comparison) compareUniques(want, live *catalog.Table) {
	for i := range want.Indexes {
		if w := &want.Indexes[i]; w.Constraint && !constrained(live, w) && servedBy(live, w) == nil {
			c.say("UNIQUE (" + strings.Join(w.Columns(), ", ") + ") is added")
		}
	}
	for i := range live.Indexes {
		if l := &live.Indexes[i]; l.Constraint && !constrained(want, l) && !wantsAlike(want, l) {
			c.say("UNIQUE (" + strings.Join(l.Columns(), ", ") + ") is taken away")
		}
	}
}

func constrained(t *catalog.Table, x *catalog.Index) bool {
	for i := range t.Indexes {
		if y := &t.Indexes[i]; y.Constraint && y.Alike(x) {
			return true
		}
	}
	return false
}

// servedBy gives the live index that does what a wanted one would under a name of its own: a
// UNIQUE in the table, or an index that others made and that stays. Nil for none.
func servedBy(live *catalog.Table, w *catalog.Index) *catalog.Index {
	for i := range live.Indexes {
		if x := &live.Indexes[i]; x.Alike(w) && (x.Constraint && !w.Constraint || !x.Constraint && !ours(live.Name, x.Name)) {
			return x
		}
	}
	return nil
}

// wantsAlike reports whether an index that does the same as a live UNIQUE is wanted.
func wantsAlike(want *catalog.Table, l *catalog.Index) bool {
	for i := range want.Indexes {
		if want.Indexes[i].Alike(l) {
			return true
		}
	}
	return false
}

func sameNames(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !catalog.Same(a[i], b[i]) {
			return false
		}
	}
	return true
}

func onOff(what string, on bool) string {
	if on {
		return what + " is added"
	}
	return what + " is taken away"
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
