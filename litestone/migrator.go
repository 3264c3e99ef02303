package litestone

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/migrate"
	"github.com/litestone-go/orm/litestone/schema"
)

// Migrator works on the migration files of a schema's databases: SQL files that are reviewed,
// kept with the code, and applied once each. The files of database main stand in the folder
// itself, those of another database in a folder of its name inside it.
//
// A file is <timestamp>_<label>.sql with the way back beside it as <timestamp>_<label>.down.sql.
// Migrations in Go stand in Config.Migrations and run in the same order.
type Migrator struct {
	// Config says which schema and databases. It is used as Open uses it, but databases are
	// taken in the shape they have.
	Config Config

	// Dir is the folder of the files.
	// Defaults to "migrations".
	Dir string

	// Files are the files where they do not stand in Dir: an embed.FS, as it is seen from its
	// root. Create needs Dir.
	// Defaults to the file system.
	Files fs.FS

	// Progress is told what is about to run.
	// Defaults to nil: nobody is.
	Progress func(MigrationProgress)
}

// Migration is a migration written in Go.
type Migration struct {
	// Name is <timestamp>_<label>, as of a file: it decides when the migration runs.
	Name string

	// Database is the database whose history it belongs to.
	// Defaults to main.
	Database string

	// Up does the work inside a transaction: tx is the whole client, as the system. It knows the
	// schema as it is now, which the database may not have come to yet: tx.SQL reaches
	// what the schema does not name any more.
	Up func(ctx context.Context, tx *Client) error

	// Down takes it back.
	// Defaults to nil: rollback refuses.
	Down func(ctx context.Context, tx *Client) error
}

// MigrationProgress is what a migration is about to do.
type MigrationProgress struct {
	Database  string `json:"database"`
	Migration string `json:"migration"` // empty in a push
	Step      int    `json:"step"`      // from 1
	Steps     int    `json:"steps"`
	Comment   string `json:"comment"` // the step in words, or the statement, shortened
	Rows      int64  `json:"rows"`    // rows copied so far; 0 when the step begins
	Total     int64  `json:"total"`   // rows to copy; 0: not counted
}

// target is one database a Migrator works on.
type target struct {
	*database
	runner *migrate.Runner
	dir    string // of its files
	exists bool   // false: the file is not there and nothing made it
}

// work opens the databases, calls fn with each, and closes them. With write, files that are not
// there are made; else an empty database stands for one. Nothing is opened for fn that only reads
// files.
func (g *Migrator) work(ctx context.Context, operation string, write bool, fn func(*core, *target) error) (err error) {
	s, err := loadSchema(g.Config)
	if err != nil {
		return err
	}
	defer func() { err = liteerr.In(err, "", operation) }()
	co, client, err := g.open(ctx, s, write)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, co.close()) }()
	for _, o := range co.opened() {
		t := &target{database: o, dir: g.dirOf(o.Database), exists: o.path == conn.Memory || write || exists(o.path)}
		set, err := g.set(o.Database, o, client)
		if err != nil {
			return err
		}
		t.runner = &migrate.Runner{DB: o.db, Schema: s, Database: o.Database, Set: set, Now: g.Config.Now}
		t.runner.Progress = progressTo(g.Progress, o.Name)
		if err := fn(co, t); err != nil {
			return err
		}
	}
	return nil
}

func progressOf(database string, p migrate.Progress) MigrationProgress {
	return MigrationProgress{Database: database, Migration: p.Migration, Step: p.Step, Steps: p.Steps, Comment: p.Comment, Rows: p.Rows, Total: p.Total}
}

// open opens the databases as they are. Migrations in Go need the whole client; files do not, and
// then no plugin has to be there.
func (g *Migrator) open(ctx context.Context, s *schema.Schema, write bool) (_ *core, _ *Client, err error) {
	cfg := g.Config
	if write && len(cfg.Migrations) > 0 {
		cfg.asIs = true
		client, err := open(ctx, cfg, s, nil)
		if err != nil {
			return nil, nil, err
		}
		return client.core, client, nil
	}
	co := &core{schema: s, config: cfg}
	defer func() {
		if err != nil {
			co.close()
		}
	}()
	for _, d := range s.Databases {
		if d.Driver != schema.SQLite || !co.uses(d) {
			continue
		}
		o := &database{Database: d, path: co.path(d)}
		if o.path == "" {
			return nil, nil, noPath(d)
		}
		at := conn.Options{Path: o.path, BusyTimeout: cfg.BusyTimeout}
		switch {
		case write:
		case exists(o.path):
			at.ReadOnly = true
		default:
			at.Path = conn.Memory
		}
		if o.db, err = conn.Open(ctx, at); err != nil {
			return nil, nil, err
		}
		co.databases = append(co.databases, o)
	}
	return co, nil, nil
}

func (g *Migrator) dir() string {
	if g.Dir == "" {
		return "migrations"
	}
	return g.Dir
}

func (g *Migrator) dirOf(d *schema.Database) string {
	if d.Name == "main" {
		return g.dir()
	}
	return filepath.Join(g.dir(), d.Name)
}

// set reads the files of a database and adds its migrations in Go. client is nil where they are
// not going to run.
func (g *Migrator) set(d *schema.Database, o *database, client *Client) (migrate.Set, error) {
	var set migrate.Set
	var err error
	if g.Files != nil {
		at := "."
		if d.Name != "main" {
			at = d.Name
		}
		set, err = migrate.ReadSet(g.Files, at)
	} else {
		set, err = migrate.ReadSet(os.DirFS(g.dirOf(d)), ".")
	}
	if err != nil {
		return nil, err
	}
	var inGo []migrate.Migration
	for _, m := range g.Config.Migrations {
		if m.Database == d.Name || m.Database == "" && d.Name == "main" {
			inGo = append(inGo, migrate.Migration{Name: m.Name, Go: inGoOf(client, o, m.Up), GoDown: inGoOf(client, o, m.Down)})
		}
	}
	if set, err = set.With(inGo...); err != nil {
		return nil, err
	}
	for i := range set {
		if set[i].Path != "" && g.Files == nil {
			set[i].Path = filepath.Join(g.dirOf(d), set[i].Path)
		}
	}
	return set, nil
}

// inGoOf runs a function in a transaction of the whole client, as the system.
func inGoOf(client *Client, o *database, fn func(context.Context, *Client) error) migrate.InGo {
	if fn == nil {
		return nil
	}
	return func(ctx context.Context, inside func(*conn.Tx, func() error) error) error {
		return client.AsSystem().Transaction(ctx, func(ctx context.Context, tx *Client) error {
			t, err := tx.tx.conn(o)
			if err != nil {
				return err
			}
			return inside(t, func() error { return fn(ctx, tx) })
		})
	}
}

// checkMigrations refuses migrations in Go of databases there are not.
func checkMigrations(s *schema.Schema, list []Migration) error {
	for _, m := range list {
		name := m.Database
		if name == "" {
			name = "main"
		}
		if d := s.Database(name); d == nil || d.Driver != schema.SQLite {
			return &Error{Code: CodeConfig, Message: "Config.Migrations: " + m.Name + " is of database " + name + ", which is no sqlite database of the schema"}
		}
	}
	return nil
}
