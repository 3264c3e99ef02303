package migrate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// Draft is a migration that is not written yet.
type Draft struct {
	Name    string
	Up      string // the file's text
	Down    string // the way back; empty when there is none
	NoDown  string // why there is none
	Plan    *Plan
	Reverse *Plan // nil when there is none
}

// DraftOptions say what a new migration begins with.
type DraftOptions struct {
	Label string // for the name; empty: made from the plan

	// FromFiles compares the schema with what the files make of an empty database instead of
	// with the database: for one whose shape was pushed. Migrations in Go are left out of it.
	FromFiles bool
}

// Draft plans the migration from the database, or from what the files make, to the schema. Nil
// without an error when there is nothing to do.
//
// Errors: config when files are pending, edited or gone, since then the database is not what the
// next file will meet.
func (r *Runner) Draft(ctx context.Context, o DraftOptions) (*Draft, error) {
	const operation = "migrate create"
	db := r.DB
	if o.FromFiles {
		mem, _, err := Replay(ctx, r.Set)
		if err != nil {
			return nil, err
		}
		defer mem.Close()
		db = mem
	} else {
		all, err := Status(ctx, r.DB, r.Set)
		if err != nil {
			return nil, err
		}
		if err := standsInTheWay(all, operation); err != nil {
			return nil, err
		}
		for i := range all {
			if all[i].State == Pending {
				return nil, &liteerr.Error{Code: liteerr.Config, Operation: operation, Message: "the migration " + all[i].Name + " is pending, so the database is not what the next one will meet",
					Hint: "run litestone migrate apply first, or compare with the files: --from-files"}
			}
		}
	}
	p := newPusher(db, r.Schema, r.Database, PushOptions{})
	plan, err := p.plan(ctx)
	if err != nil || plan.Empty() {
		return nil, err
	}
	d := &Draft{Plan: plan}
	d.Reverse, err = reverse(ctx, p.found, plan)
	var e *liteerr.Error
	switch {
	case err == nil:
	case errors.As(err, &e) && e.Code == liteerr.Unsupported:
		d.NoDown = e.Message
	default:
		return nil, err
	}
	label := o.Label
	if label == "" {
		label = labelOf(plan)
	}
	d.Name = nextStamp(r.Set, r.now()) + "_" + Label(label)
	d.Up = render(plan, d.Name, "brings database "+r.Database.Name+" to the schema", len(p.renames), false)
	if d.Reverse != nil {
		d.Down = render(d.Reverse, d.Name, "takes "+d.Name+" back", countRenames(d.Reverse), true)
	}
	return d, nil
}

// nextStamp is the present time in UTC, or a second after the last migration where the clock has
// not come so far: a new file always comes last.
func nextStamp(set Set, now time.Time) string {
	const layout = "20060102150405"
	s := now.UTC().Format(layout)
	if len(set) == 0 || before(set[len(set)-1].Name, s+"_") {
		return s
	}
	last := stamp(set[len(set)-1].Name)
	if t, err := time.Parse(layout, last); err == nil {
		return t.Add(time.Second).Format(layout)
	}
	n := []byte("0" + last) // not a time: count up
	for i := len(n) - 1; i >= 0; i-- {
		if n[i]++; n[i] <= '9' {
			break
		}
		n[i] = '0'
	}
	return strings.TrimPrefix(string(n), "0")
}

// labelOf names a migration after its first step.
func labelOf(p *Plan) string {
	if p.New {
		return "init"
	}
	s, _, _ := strings.Cut(p.Steps[0].Comment, ":")
	return s
}

func countRenames(p *Plan) int {
	n := 0
	for i := range p.Steps {
		switch p.Steps[i].Change.(type) {
		case RenameTable, RenameColumn:
			n++
		}
	}
	return n
}

// render writes a plan as a migration file: plain SQL that any tool can run, with what our runner
// asks and needs in comments. The checks stand after the renames, whose names they use, and before
// everything else; so do, in a way back, the questions what would be lost.
func render(p *Plan, name, does string, renames int, back bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "-- %s: %s.\n", name, does)
	if p.rebuilds() {
		b.WriteString("-- Foreign keys must be off before the transaction begins; litestone migrate does that.\n" + rebuildMark + "\n")
		b.WriteString("PRAGMA legacy_alter_table=ON;\n")
	}
	step := func(s *Step) {
		b.WriteString("\n-- " + strings.ReplaceAll(s.Comment, "\n", " ") + "\n" + s.marks())
		for _, sql := range s.SQL {
			b.WriteString(sql + ";\n")
		}
	}
	for i := range p.Steps[:renames] {
		step(&p.Steps[i])
	}
	var asked strings.Builder
	for i := range p.Steps {
		for j := range p.Steps[i].Checks {
			writeCheck(&asked, &p.Steps[i].Checks[j])
		}
		for j := range p.Steps[i].Loses {
			if back {
				writeLoss(&asked, &p.Steps[i].Loses[j])
			}
		}
	}
	if asked.Len() > 0 {
		b.WriteString("\n" + asked.String())
	}
	for i := range p.Steps[renames:] {
		step(&p.Steps[renames+i])
	}
	if p.rebuilds() {
		b.WriteString("\nPRAGMA legacy_alter_table=OFF;\n")
	}
	return b.String()
}

// Replay makes a database in memory and applies the files of a set to it. It answers the names of
// the migrations it left out, which are those in Go. The caller closes the database.
func Replay(ctx context.Context, set Set) (db *conn.DB, skipped []string, err error) {
	var files Set
	for i := range set {
		if set[i].Go != nil {
			skipped = append(skipped, set[i].Name)
			continue
		}
		files = append(files, set[i])
	}
	if db, err = conn.Open(ctx, conn.Options{Path: conn.Memory, Readers: 1}); err != nil {
		return nil, nil, err
	}
	r := &Runner{DB: db, Set: files}
	if _, err = r.Apply(ctx, ApplyOptions{}); err != nil {
		db.Close()
		return nil, skipped, err
	}
	return db, skipped, nil
}
