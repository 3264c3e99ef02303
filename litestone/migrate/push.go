package migrate

import (
	"context"
	"errors"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/introspect"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// PushOptions say what a push may do. The zero value keeps every value.
type PushOptions struct {
	// AcceptDataLoss allows steps that take values away: dropping a column that holds some.
	// Without it such a push is refused before anything changes. Tables are never dropped.
	AcceptDataLoss bool

	// DryRun does all of it, proves the result, and rolls back: the plan comes with the
	// error the real push would end with.
	DryRun bool

	// Progress, when not nil, is told what is about to run and how far the copies of large
	// tables have come.
	Progress func(Progress)
}

// Push brings db to the shape s gives the database d and returns what it did; an empty plan
// when there was nothing to do. It all happens in one transaction, or nothing.
//
// Errors: NotNull, Validation, Check, Unique and ForeignKey when rows stand in the way (with
// model, fields and the number of rows); Config when values would be lost, or a name is
// taken; Schema when SQLite refuses an expression of the schema; Busy; Cancelled.
func Push(ctx context.Context, db *conn.DB, s *schema.Schema, d *schema.Database, o PushOptions) (*Plan, error) {
	p := newPusher(db, s, d, o)
	for try := 0; ; try++ {
		plan, err := p.push(ctx)
		if errors.Is(err, errDryRun) {
			return plan, nil
		}
		if !errors.Is(err, errMoved) {
			return plan, err
		}
		if try == 4 {
			return nil, &liteerr.Error{Code: liteerr.Busy, Operation: operation,
				Message: "other programs keep changing the schema of database " + d.Name, Hint: "let one program push at a time"}
		}
	}
}

// Diff gives the plan Push would carry out, without changing anything or looking at rows.
func Diff(ctx context.Context, db *conn.DB, s *schema.Schema, d *schema.Database) (*Plan, error) {
	p := newPusher(db, s, d, PushOptions{})
	var st state
	err := db.Snapshot(ctx, func(c *conn.Conn) (err error) {
		st, err = readState(ctx, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	if st.current(p.fingerprint) {
		return &Plan{Database: d.Name}, nil
	}
	return p.plan(ctx)
}

// errDryRun rolls back what a dry run has done.
var errDryRun = errors.New("dry run")

// errMoved says that the schema changed between the comparison and the transaction.
var errMoved = errors.New("the schema changed meanwhile")

// pusher is one push of one database.
type pusher struct {
	db          *conn.DB
	s           *schema.Schema
	d           *schema.Database
	o           PushOptions
	stmts       []ddl.Statement
	fingerprint string

	want    *catalog.Catalog // pristine; read when first needed
	found   *catalog.Catalog // the database as it is
	live    *catalog.Catalog // as it is after the renames: what is compared
	renames []Step
	version int64 // schema_version of found
}

func newPusher(db *conn.DB, s *schema.Schema, d *schema.Database, o PushOptions) *pusher {
	stmts := ddl.Build(s, d)
	return &pusher{db: db, s: s, d: d, o: o, stmts: stmts, fingerprint: fingerprint(stmts)}
}

func (p *pusher) push(ctx context.Context) (*Plan, error) {
	var st state
	err := p.db.Snapshot(ctx, func(c *conn.Conn) (err error) {
		st, err = readState(ctx, c)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case st.current(p.fingerprint):
		return &Plan{Database: p.d.Name}, nil
	case st.empty:
		return p.create(ctx, st.version)
	}
	plan, err := p.plan(ctx)
	if err != nil {
		return nil, err
	}
	return plan, p.apply(ctx, plan)
}

// create makes an empty database: the statements as they stand, nothing to compare.
func (p *pusher) create(ctx context.Context, version int64) (*Plan, error) {
	plan := p.newPlan()
	p.renames = nil
	return plan, p.db.Tx(ctx, func(tx *conn.Tx) error {
		c := tx.Conn()
		if err := p.still(ctx, c, version); err != nil {
			return err
		}
		if err := p.run(ctx, c, plan); err != nil {
			return inSchema(err)
		}
		return p.finish(ctx, c)
	})
}

// finish remembers the push, or ends a dry run.
func (p *pusher) finish(ctx context.Context, c *conn.Conn) error {
	if p.o.DryRun {
		return errDryRun
	}
	return writeState(ctx, c, p.fingerprint)
}

// newPlan is the plan of an empty database.
func (p *pusher) newPlan() *Plan {
	plan := &Plan{Database: p.d.Name, New: true}
	for _, s := range p.stmts {
		step := Step{Comment: "create " + s.Kind.String() + " " + s.Name, SQL: []string{s.SQL}, fresh: true}
		switch s.Kind {
		case ddl.Index:
			step.Change = CreateIndex{s.Table, s.Name}
		case ddl.View, ddl.FTS, ddl.Trigger:
			step.Change = CreateSearch{s.Table, s.Name}
		default:
			step.Change = CreateTable{s.Name}
		}
		plan.Steps = append(plan.Steps, step)
	}
	return plan
}

// plan compares the live database with the pristine one.
func (p *pusher) plan(ctx context.Context) (*Plan, error) {
	if err := p.pristine(ctx); err != nil {
		return nil, err
	}
	var st state
	err := p.db.Snapshot(ctx, func(c *conn.Conn) (err error) {
		if st, err = readState(ctx, c); err != nil {
			return err
		}
		p.live, err = introspect.Read(ctx, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.version, p.found, p.renames = st.version, p.live, nil
	if st.empty {
		return p.newPlan(), nil
	}
	if err := p.rename(ctx); err != nil {
		return nil, err
	}
	steps, err := p.compare(p.live)
	if err != nil {
		return nil, err
	}
	plan := &Plan{Database: p.d.Name, Steps: steps}
	if plan.rebuilds() {
		underRename(p.renames)
	}
	plan.Steps = append(append([]Step(nil), p.renames...), plan.Steps...)
	return plan, nil
}

// rename plans the renames and looks in a scratch database what the live one is after them.
func (p *pusher) rename(ctx context.Context) error {
	if p.renames = renames(p.s, p.d, p.want, p.live); len(p.renames) == 0 {
		return nil
	}
	db, err := openScratch(ctx, p.live)
	if err != nil {
		return err
	}
	defer db.Close()
	tried := append([]Step(nil), p.renames...)
	underRename(tried)
	p.live, err = try(ctx, db, tried)
	return err
}

func (p *pusher) compare(live *catalog.Catalog) ([]Step, error) {
	return newDiffer(p.want, live, p.s, p.d, p.stmts, p.db.Features().VersionNumber).steps()
}

// pristine builds the schema in a database of its own and reads it back. An error here is the
// schema's: an expression SQLite does not understand.
func (p *pusher) pristine(ctx context.Context) error {
	if p.want != nil {
		return nil
	}
	db, err := conn.Open(ctx, conn.Options{Path: conn.Memory, Readers: 1})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Tx(ctx, func(tx *conn.Tx) (err error) {
		if err := runSteps(ctx, tx.Conn(), p.newPlan().Steps, nil); err != nil {
			return inSchema(err)
		}
		p.want, err = introspect.Read(ctx, tx.Conn())
		return err
	})
}

// still makes sure, inside the transaction, that the schema is the one the plan was made for.
func (p *pusher) still(ctx context.Context, c *conn.Conn, version int64) error {
	now := int64(-1)
	err := c.Run(ctx, conn.Query{SQL: "PRAGMA main.schema_version", Short: true}, nil, func(r *conn.Row) error {
		now = r.Int64(0)
		return nil
	})
	if err == nil && now != version {
		err = errMoved
	}
	return err
}
