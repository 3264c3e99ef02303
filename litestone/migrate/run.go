package migrate

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/introspect"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// Runner applies and takes back the migrations of one database. Several programs may run one at
// the same moment: each migration is chosen and recorded under the write lock, so each runs once,
// and who waits longer than the busy timeout is refused with code busy.
type Runner struct {
	DB       *conn.DB
	Schema   *schema.Schema // what the migrations lead to; nil: not known
	Database *schema.Database
	Set      Set
	Now      func() time.Time // defaults to time.Now

	// Progress, when not nil, is told what is about to run.
	Progress func(Progress)
}

// Done is a migration that was applied or taken back.
type Done struct {
	Name       string
	Took       time.Duration
	OutOfOrder bool // it is older than one that was applied before it
}

func (r *Runner) now() time.Time {
	if r.Now != nil {
		return r.Now()
	}
	return time.Now()
}

// ApplyOptions say how far Apply goes. The zero value applies everything that is pending.
type ApplyOptions struct {
	To string // the last migration to apply, by name; empty: all
	// Baseline records what is pending as applied without running it. The database must have
	// the schema's shape already.
	Baseline bool
}

// Apply runs the pending migrations, each in a transaction of its own, and answers those that
// ran, also beside an error: they stay. Of the one that failed nothing stays.
//
// Errors: config (files that were edited or are gone, a file that cannot run), the codes of the
// checks a file carries, sql and the constraint codes with file, line and statement, busy,
// cancelled.
func (r *Runner) Apply(ctx context.Context, o ApplyOptions) ([]Done, error) {
	const operation = "migrate apply"
	if o.To != "" && r.Set.find(o.To) == nil {
		return nil, &liteerr.Error{Code: liteerr.Config, Operation: operation, Message: "there is no migration " + o.To}
	}
	if err := r.runnable(ctx, operation, o); err != nil {
		return nil, err
	}
	if o.Baseline {
		return r.baseline(ctx, o)
	}
	var out []Done
	for {
		next, err := r.next(ctx, operation, o.To)
		if err != nil {
			return out, told(err, operation, len(out))
		}
		if next == nil {
			break
		}
		done, err := r.step(ctx, next, operation, o.To)
		if errors.Is(err, errOvertaken) {
			continue
		}
		if err != nil {
			return out, told(err, operation, len(out))
		}
		out = append(out, *done)
	}
	if len(out) > 0 {
		return out, r.settle(ctx)
	}
	return out, nil
}

// runnable looks at the texts of everything pending before anything runs.
func (r *Runner) runnable(ctx context.Context, operation string, o ApplyOptions) error {
	all, err := Status(ctx, r.DB, r.Set)
	if err != nil {
		return err
	}
	if err := standsInTheWay(all, operation); err != nil {
		return err
	}
	for i := range all {
		if all[i].State != Pending || o.To != "" && before(o.To, all[i].Name) {
			continue
		}
		if m := r.Set.find(all[i].Name); m.Go == nil {
			if err := readable(m.Path, m.SQL, operation); err != nil {
				return err
			}
		}
	}
	return nil
}

// readable refuses a text that cannot run as a whole inside a transaction.
func readable(path, text, operation string) error {
	for _, s := range introspect.Statements(text) {
		a := actionOf(&s)
		why := a.forbidden()
		if s.Open {
			why = "the statement does not end"
		}
		if why != "" {
			return &liteerr.Error{Code: liteerr.Config, Operation: operation, Message: fmt.Sprintf("%s:%d: %s", path, s.Line, why)}
		}
	}
	return nil
}

// errOvertaken says that another program has applied the migration meanwhile.
var errOvertaken = errors.New("another program was faster")

// next gives the first pending migration; nil when none is left.
func (r *Runner) next(ctx context.Context, operation, to string) (*Migration, error) {
	all, err := Status(ctx, r.DB, r.Set)
	if err != nil {
		return nil, err
	}
	return r.nextOf(all, operation, to)
}

func (r *Runner) nextOf(all []Standing, operation, to string) (*Migration, error) {
	if err := standsInTheWay(all, operation); err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].State == Pending && (to == "" || !before(to, all[i].Name)) {
			return r.Set.find(all[i].Name), nil
		}
	}
	return nil, nil
}

// step applies one migration.
func (r *Runner) step(ctx context.Context, m *Migration, operation, to string) (*Done, error) {
	start := r.now()
	done := &Done{Name: m.Name}
	s := parseScript(m.SQL)
	inside := func(tx *conn.Tx, work func() error) error {
		c := tx.Conn()
		history, err := readHistory(ctx, c)
		if err != nil {
			return err
		}
		all := standings(r.Set, history)
		now, err := r.nextOf(all, operation, to)
		if err != nil {
			return err
		}
		if now == nil || now.Name != m.Name {
			return errOvertaken
		}
		for i := range all {
			done.OutOfOrder = done.OutOfOrder || all[i].Name == m.Name && all[i].OutOfOrder
		}
		if m.Go != nil {
			r.progress(Progress{Migration: m.Name})
			err = inGo(m.Name, work)
		} else {
			err = r.run(ctx, c, &s, m.Name, m.Path, true)
		}
		if err != nil {
			return unrecorded(err, len(history))
		}
		end := r.now()
		done.Took = end.Sub(start)
		return remember(ctx, c, Record{Name: m.Name, Checksum: m.Checksum(), AppliedAt: end, Took: done.Took})
	}
	return done, r.inTx(ctx, m.Go, s.rebuild, inside)
}

// inTx opens the transaction a migration runs in.
func (r *Runner) inTx(ctx context.Context, own InGo, rebuild bool, inside func(*conn.Tx, func() error) error) error {
	plain := func(tx *conn.Tx) error { return inside(tx, nil) }
	switch {
	case own != nil:
		return own(ctx, inside)
	case rebuild:
		return r.DB.Rebuild(ctx, plain)
	}
	return r.DB.Tx(ctx, plain)
}

// inGo runs a Go migration; the error names it.
func inGo(name string, work func() error) error {
	err := work()
	if err == nil {
		return nil
	}
	code := liteerr.SQL
	var e *liteerr.Error
	if errors.As(err, &e) {
		code = e.Code
	}
	return &liteerr.Error{Code: code, Message: "the Go migration " + name + " failed: " + err.Error() + "; nothing of it was applied", Err: err}
}

// run asks the checks, runs the statements and looks whether anything was lost.
// mayLose says that nobody asks what is lost: a file that goes forward was read before.
func (r *Runner) run(ctx context.Context, c *conn.Conn, s *script, name, path string, mayLose bool) error {
	g, err := watchOver(ctx, c, s)
	if err != nil {
		return err
	}
	for i := range s.statements {
		if err := s.ask(ctx, c, path, i, mayLose); err != nil {
			return err
		}
		st := &s.statements[i]
		p := Progress{Migration: name, Step: i + 1, Steps: len(s.statements), Comment: shorten(st.SQL)}
		if a := actionOf(st); a.verb == "insert" && strings.HasPrefix(a.name, newPrefix) {
			p.Total = g.counts[strings.TrimPrefix(a.name, newPrefix)]
		}
		r.progress(p)
		if err := c.Script(ctx, st.SQL); err != nil {
			return atLine(err, path, st)
		}
	}
	if err := s.ask(ctx, c, path, len(s.statements), mayLose); err != nil {
		return err
	}
	return g.prove(ctx, c, path)
}

// ask puts the checks that stand before a statement to the rows; all that stand in the way are
// told at once.
func (s *script) ask(ctx context.Context, c *conn.Conn, path string, at int, mayLose bool) error {
	var refused []*liteerr.Error
	var lost []string
	for i := range s.checks[at] {
		k := &s.checks[at][i]
		n, err := number(ctx, c, k.SQL)
		if err != nil {
			return &liteerr.Error{Code: liteerr.Config, Message: path + ": a check cannot be asked: " + err.Error() + "; it was: " + shorten(k.SQL), Err: err}
		}
		if n > 0 {
			e := k.refusal(n)
			e.Operation = ""
			refused = append(refused, e)
		}
	}
	for i := range s.loses[at] {
		if mayLose {
			break
		}
		l := &s.loses[at][i]
		n, err := number(ctx, c, l.SQL)
		if err != nil {
			return &liteerr.Error{Code: liteerr.Config, Message: path + ": what is lost cannot be asked: " + err.Error() + "; it was: " + shorten(l.SQL), Err: err}
		}
		if n > 0 {
			lost = append(lost, l.words(n))
		}
	}
	if err := joined(refused); err != nil {
		return err
	}
	if len(lost) > 0 {
		return &liteerr.Error{Code: liteerr.Config, Message: path + ": would be lost: " + strings.Join(lost, "; ") + "; nothing was taken back",
			Hint: "back the database up and accept the loss"}
	}
	return nil
}

// atLine says which statement of a file failed.
func atLine(err error, path string, s *introspect.Statement) error {
	var e *liteerr.Error
	if !errors.As(err, &e) || e.Code == liteerr.Cancelled {
		return err
	}
	out := *e
	out.Operation = ""
	out.Message = fmt.Sprintf("%s:%d: %s; nothing of this file was applied; the statement was: %s", path, s.Line, e.Message, shorten(s.SQL))
	return &out
}

// unrecorded adds to the first file's failure what is most likely wrong: its tables are there
// already, made by a push or at Open.
func unrecorded(err error, applied int) error {
	var e *liteerr.Error
	if applied > 0 || !errors.As(err, &e) || e.Code != liteerr.SQL || e.Hint != "" {
		return err
	}
	out := *e
	out.Hint = "a database that was pushed has what the files make: record them as applied with --baseline"
	return &out
}

// told names the operation, and what was done before the error.
func told(err error, operation string, before int) error {
	var e *liteerr.Error
	if !errors.As(err, &e) {
		return err
	}
	c := *e
	c.Operation = operation
	if c.Code == liteerr.Busy {
		c.Message = "another program holds the database, perhaps one that is applying migrations: " + e.Message
		c.Hint = "let it finish and run again"
	}
	if before > 0 {
		c.Message += fmt.Sprintf("; %d %s before it stay applied", before, plural(before, "migration", "migrations"))
	}
	return &c
}

// settle is the end of applying: statistics for the planner, and, where the database now has the
// schema's shape, the note that it has, so that opening it need not compare.
func (r *Runner) settle(ctx context.Context) error {
	if err := r.DB.Tx(ctx, func(tx *conn.Tx) error { return tx.Conn().Script(ctx, analyze) }); err != nil {
		return err
	}
	if r.Schema == nil {
		return nil
	}
	p := newPusher(r.DB, r.Schema, r.Database, PushOptions{})
	plan, err := p.plan(ctx)
	if err != nil || !plan.Empty() {
		return nil //nolint:nilerr // what is applied is applied; verify tells about the rest
	}
	return r.DB.Tx(ctx, func(tx *conn.Tx) error {
		if err := p.still(ctx, tx.Conn(), p.version); err != nil {
			return nil //nolint:nilerr // someone went on: nothing to note
		}
		return writeState(ctx, tx.Conn(), p.fingerprint)
	})
}

// baseline records everything pending, where the database has the schema's shape.
func (r *Runner) baseline(ctx context.Context, o ApplyOptions) ([]Done, error) {
	const operation = "migrate apply"
	if r.Schema != nil {
		plan, err := Diff(ctx, r.DB, r.Schema, r.Database)
		if err != nil {
			return nil, err
		}
		if !plan.Empty() {
			return nil, &liteerr.Error{Code: liteerr.Config, Operation: operation,
				Message: "the database does not have the schema's shape, so the migrations cannot count as applied: " + plan.Steps[0].Comment, Hint: "run litestone migrate verify"}
		}
	}
	var out []Done
	err := r.DB.Tx(ctx, func(tx *conn.Tx) error {
		out = nil
		history, err := readHistory(ctx, tx.Conn())
		if err != nil {
			return err
		}
		for _, s := range standings(r.Set, history) {
			if s.State != Pending || o.To != "" && before(o.To, s.Name) {
				continue
			}
			if err := remember(ctx, tx.Conn(), Record{Name: s.Name, Checksum: r.Set.find(s.Name).Checksum(), AppliedAt: r.now()}); err != nil {
				return err
			}
			out = append(out, Done{Name: s.Name})
		}
		return nil
	})
	return out, err
}
