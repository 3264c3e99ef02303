package migrate

import (
	"context"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/introspect"
)

// Report tells whether a database is what its files and its schema say.
type Report struct {
	Migrations []Standing
	Drift      []string // what the schema asks for and the database has not, in words
	Notes      []string // what is there beside the schema, which is no fault
}

// OK reports whether nothing is wrong: every migration applied as it stands, no drift.
func (r *Report) OK() bool {
	for i := range r.Migrations {
		if r.Migrations[i].State != Applied {
			return false
		}
	}
	return len(r.Drift) == 0
}

// Verify compares the history with the files and the live database with the schema. It changes
// nothing.
func (r *Runner) Verify(ctx context.Context) (*Report, error) {
	all, err := Status(ctx, r.DB, r.Set)
	if err != nil {
		return nil, err
	}
	out := &Report{Migrations: all}
	return out, r.drift(ctx, out)
}

// VerifyFiles asks whether the files alone make the schema's shape of an empty database; no
// database is needed.
func (r *Runner) VerifyFiles(ctx context.Context) (*Report, error) {
	db, skipped, err := Replay(ctx, r.Set)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	out := &Report{}
	for _, name := range skipped {
		out.Notes = append(out.Notes, "the Go migration "+name+" was left out")
	}
	replayed := *r
	replayed.DB = db
	return out, replayed.drift(ctx, out)
}

func (r *Runner) drift(ctx context.Context, out *Report) error {
	p := newPusher(r.DB, r.Schema, r.Database, PushOptions{})
	plan, err := p.plan(ctx)
	if err != nil {
		return err
	}
	for i := range plan.Steps {
		out.Drift = append(out.Drift, inWords(&plan.Steps[i])...)
	}
	for i := range p.live.Tables {
		t := &p.live.Tables[i]
		if p.want.Table(t.Name) != nil || bookkeeping(t.Name) || r.external(t.Name) {
			continue
		}
		out.Notes = append(out.Notes, "table "+t.Name+" is in the database and not in the schema")
	}
	return nil
}

func (r *Runner) external(table string) bool {
	for _, m := range r.Schema.Models {
		if m.Database == r.Database && m.External && catalog.Same(m.Table, table) {
			return true
		}
	}
	return false
}

// inWords says what a step would put right.
func inWords(s *Step) []string {
	switch c := s.Change.(type) {
	case CreateTable:
		return []string{"table " + c.Table + " is missing"}
	case AddColumn:
		return []string{"table " + c.Table + ": column " + c.Column + " is missing"}
	case DropColumn:
		return []string{"table " + c.Table + ": column " + c.Column + " is not in the schema"}
	case SetNotNull:
		if c.NotNull {
			return []string{"table " + c.Table + ": column " + c.Column + " takes null, and is required in the schema"}
		}
		return []string{"table " + c.Table + ": column " + c.Column + " is NOT NULL, and optional in the schema"}
	case RenameTable:
		return []string{"table " + c.To + " is still called " + c.From}
	case RenameColumn:
		return []string{"table " + c.Table + ": column " + c.To + " is still called " + c.From}
	case RebuildTable:
		out := make([]string, len(c.Reasons))
		for i, reason := range c.Reasons {
			out[i] = "table " + c.Table + ": by the schema, " + reason
		}
		return out
	case CreateIndex:
		return []string{"table " + c.Table + ": index " + c.Index + " is missing or differs"}
	case DropIndex:
		return []string{"table " + c.Table + ": index " + c.Index + " is not in the schema, or differs"}
	case CreateSearch:
		return []string{"table " + c.Table + ": full-text table " + c.FTS + " is missing or differs"}
	case DropSearch:
		return []string{"table " + c.Table + ": full-text table " + c.FTS + " is not in the schema, or differs"}
	}
	return []string{s.Comment}
}

// readLive reads the catalog of a live database in one snapshot.
func readLive(ctx context.Context, db *conn.DB) (live *catalog.Catalog, err error) {
	err = db.Snapshot(ctx, func(c *conn.Conn) (err error) {
		live, err = introspect.Read(ctx, c)
		return err
	})
	return live, err
}
