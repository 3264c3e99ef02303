package migrate

import (
	"fmt"
	"strings"

	"github.com/litestone-go/orm/litestone/liteerr"
)

// Plan is what must happen to one database, in order. The zero value is a plan with nothing
// to do.
type Plan struct {
	Database string // the schema's name of it
	New      bool   // the database was empty: the steps only create
	Steps    []Step
}

// Step is one change with the SQL that makes it.
type Step struct {
	Change  Change
	Comment string   // one line saying what and why
	SQL     []string // statements in order
	Checks  []Check  // what the rows must be like for the step to be taken
	Loses   []Loss   // whose values go: with them the step is destructive

	copy     *rowCopy // how a rebuild copies its rows
	rebuilds bool
	fresh    bool // of a table that the same plan makes: there are no rows
}

// Check is a question to the rows before anything changes.
type Check struct {
	SQL     string // answers the number of rows that stand in the way
	Code    liteerr.Code
	Model   string
	Fields  []string
	Message string // the number of rows is put after it
	Hint    string
}

// Loss is a column whose values a step takes away, or a table with all its rows.
type Loss struct {
	Table, Column string // Column is empty for the whole table
	SQL           string // answers the number of rows that hold one
}

// words says what is lost in n rows.
func (l *Loss) words(n int64) string {
	rows := fmt.Sprintf("%d %s", n, plural(int(n), "row", "rows"))
	if l.Column == "" {
		return rows + " of " + l.Table
	}
	return l.Table + "." + l.Column + " in " + rows
}

// Empty reports whether there is nothing to do.
func (p *Plan) Empty() bool { return p == nil || len(p.Steps) == 0 }

// Destructive gives the steps that take values away where there are any: a dropped column.
func (p *Plan) Destructive() []Step {
	var out []Step
	for _, s := range p.Steps {
		if s.Destructive() {
			out = append(out, s)
		}
	}
	return out
}

// Destructive reports whether the step takes values away when there are any.
func (s *Step) Destructive() bool { return len(s.Loses) > 0 }

// Slow reports whether the step's time grows with the rows of its table.
func (s *Step) Slow() bool {
	switch c := s.Change.(type) {
	case RebuildTable, DropColumn, CreateIndex, CreateSearch:
		return !s.fresh
	case SetNotNull:
		return c.NotNull
	}
	return false
}

// Locking reports whether the step writes every row of its table anew, or an index over them:
// others who write wait meanwhile, readers don't, and the file grows by as much.
func (s *Step) Locking() bool {
	switch s.Change.(type) {
	case RebuildTable, DropColumn, CreateIndex, CreateSearch:
		return !s.fresh
	}
	return false
}

// marks gives the lines that warn about a step.
func (s *Step) marks() string {
	out := ""
	if s.Destructive() {
		out += "-- DESTRUCTIVE: " + losses(s) + "\n"
	}
	switch {
	case s.Locking():
		out += "-- SLOW, LOCKING: writes anew what the table's rows take; writers wait meanwhile\n"
	case s.Slow():
		out += "-- SLOW: reads every row\n"
	}
	return out
}

// rebuilds reports whether the plan needs foreign keys switched off.
func (p *Plan) rebuilds() bool {
	for i := range p.Steps {
		if p.Steps[i].rebuilds {
			return true
		}
	}
	return false
}

// String renders the plan as an SQL script with a comment before each step.
func (p *Plan) String() string {
	var b strings.Builder
	if p.Empty() {
		fmt.Fprintf(&b, "-- %s: nothing to do\n", p.Database)
		return b.String()
	}
	fmt.Fprintf(&b, "-- %s: %d %s\n", p.Database, len(p.Steps), plural(len(p.Steps), "step", "steps"))
	for i := range p.Steps {
		s := &p.Steps[i]
		b.WriteString("\n-- " + strings.ReplaceAll(s.Comment, "\n", " ") + "\n" + s.marks())
		for _, sql := range s.SQL {
			b.WriteString(sql + ";\n")
		}
	}
	return b.String()
}

func losses(s *Step) string {
	var out []string
	for _, l := range s.Loses {
		if l.Column == "" {
			out = append(out, "the rows of "+l.Table+" are lost")
			continue
		}
		out = append(out, "the values of "+l.Table+"."+l.Column+" are lost")
	}
	return strings.Join(out, "; ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
