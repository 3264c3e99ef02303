package litestone

import (
	"context"
	"errors"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/migrate"
	"github.com/litestone-go/orm/litestone/schema"
)

// PushOptions say how Push goes about.
type PushOptions struct {
	DryRun         bool // plan only: nothing changes
	AcceptDataLoss bool // columns that hold values may be dropped

	// Backup copies each database that has something to do before it is changed, beside it as
	// <file>.<timestamp>.backup.
	Backup bool

	// Progress is told what is about to run and how far the copies of large tables have come.
	// Defaults to nil: nobody is.
	Progress func(MigrationProgress)
}

// Pushed is what Push did, or would do, to one database.
type Pushed struct {
	Database    string   `json:"database"`
	Path        string   `json:"path"`
	New         bool     `json:"new"`         // the database was empty
	Steps       []string `json:"steps"`       // one line each; none: nothing to do
	Destructive []string `json:"destructive"` // the steps that take values away where there are any
	SQL         string   `json:"sql"`         // the statements with their comments
	Backup      string   `json:"backup"`      // the copy that was made; empty: none
}

// Push brings every sqlite database of a schema to its shape, each in one transaction, and
// answers what it did. With DryRun it only plans; a database file that is not there yet is then
// not made.
//
// Errors as Open's; not_null, unique, check, foreign_key and validation when rows stand in the
// way, before anything changed in that database.
func Push(ctx context.Context, cfg Config, o PushOptions) ([]Pushed, error) {
	s, err := loadSchema(cfg)
	if err != nil {
		return nil, err
	}
	co := &core{schema: s, config: cfg}
	var out []Pushed
	for _, d := range s.Databases {
		if d.Driver != schema.SQLite {
			continue
		}
		p, err := co.push(ctx, d, o)
		if err != nil {
			return out, liteerr.In(err, "", "push")
		}
		if p != nil {
			out = append(out, *p)
		}
	}
	return out, nil
}

func (co *core) push(ctx context.Context, d *schema.Database, o PushOptions) (_ *Pushed, err error) {
	if !co.uses(d) {
		return nil, nil
	}
	path := co.path(d)
	if path == "" {
		return nil, noPath(d)
	}
	open := conn.Options{Path: path, BusyTimeout: co.config.BusyTimeout}
	switch {
	case !o.DryRun:
	case exists(path):
		open.ReadOnly = true
	default:
		open.Path = conn.Memory
	}
	db, err := conn.Open(ctx, open)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	backup := ""
	if o.Backup && !o.DryRun {
		if backup, err = co.backupBeforePush(ctx, &database{Database: d, path: path, db: db}); err != nil {
			return nil, err
		}
	}
	var plan *migrate.Plan
	if o.DryRun {
		plan, err = migrate.Diff(ctx, db, co.schema, d)
	} else {
		plan, err = migrate.Push(ctx, db, co.schema, d, migrate.PushOptions{AcceptDataLoss: o.AcceptDataLoss, Progress: progressTo(o.Progress, d.Name)})
	}
	if err != nil {
		return nil, err
	}
	p := &Pushed{Database: d.Name, Path: path, New: plan.New, Backup: backup, SQL: plan.String(), Steps: []string{}, Destructive: []string{}}
	for i := range plan.Steps {
		p.Steps = append(p.Steps, plan.Steps[i].Comment)
		if plan.Steps[i].Destructive() {
			p.Destructive = append(p.Destructive, plan.Steps[i].Comment)
		}
	}
	return p, nil
}

// backupBeforePush copies a database beside itself, where a push would change it and it is not new.
func (co *core) backupBeforePush(ctx context.Context, o *database) (string, error) {
	plan, err := migrate.Diff(ctx, o.db, co.schema, o.Database)
	if err != nil || plan.Empty() || plan.New {
		return "", err
	}
	return co.backupBeside(ctx, o)
}

func progressTo(tell func(MigrationProgress), database string) func(migrate.Progress) {
	if tell == nil {
		return nil
	}
	return func(p migrate.Progress) { tell(progressOf(database, p)) }
}
