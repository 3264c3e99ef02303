package litestone

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/litestone-go/orm/litestone/migrate"
	"github.com/litestone-go/orm/litestone/schema"
)

// ApplyOptions say how Apply goes about. The zero value applies all that is pending.
type ApplyOptions struct {
	To string // the last migration to apply, by name

	// Backup copies each database that has something pending before anything runs, beside it as
	// <file>.<timestamp>.backup.
	Backup bool

	// Baseline records what is pending as applied without running it, for a database that has
	// the schema's shape already.
	Baseline bool
}

// AppliedMigration is a migration that Apply or Rollback ran.
type AppliedMigration struct {
	Database   string `json:"database"`
	Name       string `json:"name"`
	Took       int64  `json:"tookMs"`     // milliseconds
	OutOfOrder bool   `json:"outOfOrder"` // an older one than the last that was applied
}

// Applied is what Apply or Rollback did.
type Applied struct {
	Migrations []AppliedMigration `json:"migrations"` // none: nothing to do
	Backups    []string           `json:"backups"`    // files
}

// Apply runs the pending migrations, each in a transaction of its own, database by database. It
// answers what ran also beside an error: that stays. Any number of programs may call it at the
// same moment; each migration runs once.
//
// Errors: config (files that were edited, are gone, or cannot run), busy (another program applies
// for longer than the busy timeout), the codes of statements and checks that fail, with
// file, line and statement.
func (g *Migrator) Apply(ctx context.Context, o ApplyOptions) (*Applied, error) {
	out := &Applied{Migrations: []AppliedMigration{}, Backups: []string{}}
	err := g.work(ctx, "migrate apply", true, func(co *core, t *target) error {
		if err := checkMigrations(co.schema, g.Config.Migrations); err != nil {
			return err
		}
		if o.Backup {
			all, err := migrate.Status(ctx, t.db, t.runner.Set)
			if err != nil {
				return err
			}
			if pending(all) {
				if err := g.backup(ctx, co, t, out); err != nil {
					return err
				}
			}
		}
		done, err := t.runner.Apply(ctx, migrate.ApplyOptions{To: o.To, Baseline: o.Baseline})
		out.add(t.Name, done)
		return err
	})
	return out, err
}

func (a *Applied) add(database string, done []migrate.Done) {
	for _, d := range done {
		a.Migrations = append(a.Migrations, AppliedMigration{Database: database, Name: d.Name, Took: d.Took.Milliseconds(), OutOfOrder: d.OutOfOrder})
	}
}

func pending(all []migrate.Standing) bool {
	for i := range all {
		if all[i].State == migrate.Pending {
			return true
		}
	}
	return false
}

// backup copies a database beside itself.
func (g *Migrator) backup(ctx context.Context, co *core, t *target, out *Applied) error {
	path, err := co.backupBeside(ctx, t.database)
	if err == nil {
		out.Backups = append(out.Backups, path)
	}
	return err
}

// backupBeside copies a database into a file beside it that bears the time.
func (co *core) backupBeside(ctx context.Context, d *database) (string, error) {
	now := time.Now
	if co.config.Now != nil {
		now = co.config.Now
	}
	info, err := co.backup(ctx, d, d.db.Path()+"."+now().UTC().Format("20060102T150405.000")+".backup", BackupOptions{Database: d.Name})
	if err != nil {
		return "", err
	}
	return info.Path, nil
}

// RollbackOptions say what Rollback takes back.
type RollbackOptions struct {
	Database string // defaults to main, or the only one
	Steps    int    // how many migrations; defaults to 1
	To       string // or: everything applied after this one
	Backup   bool   // copy the database first

	// AcceptDataLoss allows ways back that drop tables with rows, or columns with values.
	AcceptDataLoss bool
}

// Rollback takes back what was applied last, each migration in a transaction of its own. Before
// anything runs it refuses where one of them has no way back, was edited or is gone.
func (g *Migrator) Rollback(ctx context.Context, o RollbackOptions) (*Applied, error) {
	out := &Applied{Migrations: []AppliedMigration{}, Backups: []string{}}
	found := false
	err := g.work(ctx, "migrate rollback", true, func(co *core, t *target) error {
		if !(t.Name == o.Database || o.Database == "" && (t.Name == "main" || len(co.opened()) == 1)) {
			return nil
		}
		found = true
		if o.Backup {
			if err := g.backup(ctx, co, t, out); err != nil {
				return err
			}
		}
		done, err := t.runner.Rollback(ctx, migrate.RollbackOptions{Steps: o.Steps, To: o.To, AcceptDataLoss: o.AcceptDataLoss})
		out.add(t.Name, done)
		return err
	})
	if err == nil && !found {
		err = &Error{Code: CodeConfig, Operation: "migrate rollback", Message: "there is no sqlite database " + o.Database, Hint: "name one of the schema's with --database"}
	}
	return out, err
}

// MigrationState is where one migration stands.
type MigrationState struct {
	Name       string     `json:"name"`
	State      string     `json:"state"` // "applied", "pending", "modified", "missing"
	AppliedAt  *time.Time `json:"appliedAt"`
	OutOfOrder bool       `json:"outOfOrder"` // pending, and older than one that is applied
	Go         bool       `json:"go"`
	Reversible bool       `json:"reversible"`
}

// MigrationStatus is how one database stands to its migrations.
type MigrationStatus struct {
	Database   string           `json:"database"`
	Path       string           `json:"path"`
	Exists     bool             `json:"exists"`
	Migrations []MigrationState `json:"migrations"`
}

// Status compares the files with what each database has applied. It changes nothing and makes no
// database.
func (g *Migrator) Status(ctx context.Context) ([]MigrationStatus, error) {
	var out []MigrationStatus
	err := g.work(ctx, "migrate status", false, func(_ *core, t *target) error {
		all, err := migrate.Status(ctx, t.db, t.runner.Set)
		if err == nil {
			out = append(out, MigrationStatus{Database: t.Name, Path: t.path, Exists: t.exists, Migrations: statesOf(all)})
		}
		return err
	})
	return out, err
}

func statesOf(all []migrate.Standing) []MigrationState {
	out := []MigrationState{}
	for _, s := range all {
		m := MigrationState{Name: s.Name, State: string(s.State), OutOfOrder: s.OutOfOrder, Go: s.Go, Reversible: s.Reversible}
		if !s.AppliedAt.IsZero() {
			m.AppliedAt = &s.AppliedAt
		}
		out = append(out, m)
	}
	return out
}

// MigrationReport tells whether a database is what its files and the schema say.
type MigrationReport struct {
	MigrationStatus
	OK    bool     `json:"ok"`
	Drift []string `json:"drift"` // what the schema asks for and the database has not, in words
	Notes []string `json:"notes"` // what is there beside it, which is no fault
}

// Verify asks of each database whether all migrations are applied as they stand and its shape is
// the schema's. It changes nothing.
func (g *Migrator) Verify(ctx context.Context) ([]MigrationReport, error) {
	return g.verify(ctx, (*migrate.Runner).Verify)
}

// VerifyFiles asks whether the files alone make the schema's shape of empty databases. No
// database is opened; migrations in Go are left out.
func (g *Migrator) VerifyFiles(ctx context.Context) ([]MigrationReport, error) {
	return g.verify(ctx, (*migrate.Runner).VerifyFiles)
}

func (g *Migrator) verify(ctx context.Context, how func(*migrate.Runner, context.Context) (*migrate.Report, error)) ([]MigrationReport, error) {
	var out []MigrationReport
	err := g.work(ctx, "migrate verify", false, func(_ *core, t *target) error {
		r, err := how(t.runner, ctx)
		if err != nil {
			return err
		}
		out = append(out, MigrationReport{MigrationStatus: MigrationStatus{Database: t.Name, Path: t.path, Exists: t.exists, Migrations: statesOf(r.Migrations)},
			OK: r.OK(), Drift: orEmpty(r.Drift), Notes: orEmpty(r.Notes)})
		return nil
	})
	return out, err
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// CreateOptions say how Create goes about.
type CreateOptions struct {
	Label  string // for the name; made from what the migration does when empty
	DryRun bool   // write nothing

	// FromFiles compares the schema with what the files make of an empty database instead of with
	// the database, for one whose shape was pushed.
	FromFiles bool
}

// CreatedMigration is a migration that Create wrote, or would write.
type CreatedMigration struct {
	Database    string   `json:"database"`
	Name        string   `json:"name"`
	Files       []string `json:"files"`
	Up          string   `json:"up"`
	Down        string   `json:"down"`        // empty: no way back could be made
	NoDown      string   `json:"noDown"`      // why
	Steps       []string `json:"steps"`       // one line each
	Destructive []string `json:"destructive"` // the steps that take values away where there are any
}

// Create writes the migration that brings each database to the schema, where there is something
// to do, with its way back. None means there is nothing to do.
func (g *Migrator) Create(ctx context.Context, o CreateOptions) ([]CreatedMigration, error) {
	const operation = "migrate create"
	var out []CreatedMigration
	err := g.work(ctx, operation, false, func(_ *core, t *target) error {
		d, err := t.runner.Draft(ctx, migrate.DraftOptions{Label: o.Label, FromFiles: o.FromFiles})
		if err != nil || d == nil {
			return err
		}
		made := CreatedMigration{Database: t.Name, Name: d.Name, Up: d.Up, Down: d.Down, NoDown: d.NoDown, Steps: []string{}, Destructive: []string{}}
		for i := range d.Plan.Steps {
			made.Steps = append(made.Steps, d.Plan.Steps[i].Comment)
		}
		for _, s := range d.Plan.Destructive() {
			made.Destructive = append(made.Destructive, s.Comment)
		}
		made.Files = append(made.Files, filepath.Join(t.dir, d.Name+".sql"))
		texts := []string{d.Up}
		if d.Down != "" {
			made.Files, texts = append(made.Files, filepath.Join(t.dir, d.Name+".down.sql")), append(texts, d.Down)
		}
		if !o.DryRun {
			if g.Files != nil && g.Dir == "" {
				return &Error{Code: CodeConfig, Operation: operation, Message: "files cannot be written into Migrator.Files", Hint: "set Migrator.Dir"}
			}
			if err := writeMigration(t.dir, made.Files, texts); err != nil {
				return err
			}
		}
		out = append(out, made)
		return nil
	})
	return out, err
}

// writeMigration writes new files, or none of them.
func writeMigration(dir string, names, texts []string) (err error) {
	unwritable := func(err error) error {
		return &Error{Code: CodeConfig, Operation: "migrate create", Message: err.Error(), Hint: "nothing was written", Err: err}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return unwritable(err)
	}
	var made []string
	defer func() {
		if err != nil {
			for _, n := range made {
				os.Remove(n)
			}
		}
	}()
	for i, name := range names {
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			return unwritable(errors.New(name + " is there already"))
		}
		if err != nil {
			return unwritable(err)
		}
		made = append(made, name)
		_, err = f.WriteString(texts[i])
		if err = errors.Join(err, f.Close()); err != nil {
			return unwritable(err)
		}
	}
	return nil
}

// MigrationFinding is one remark of Lint.
type MigrationFinding struct {
	Database string `json:"database"`
	File     string `json:"file"`
	Line     int    `json:"line"`  // from 1; 0: the file as a whole
	Level    string `json:"level"` // "error" or "warning"
	Rule     string `json:"rule"`  // kebab-case, stable
	Message  string `json:"message"`
}

// Lint reads the migration files and runs them up and down in memory. It opens no database.
func (g *Migrator) Lint(ctx context.Context) ([]MigrationFinding, error) {
	s, err := loadSchema(g.Config)
	if err != nil {
		return nil, err
	}
	out := []MigrationFinding{}
	for _, d := range s.Databases {
		if d.Driver != schema.SQLite {
			continue
		}
		set, err := g.set(d, nil, nil)
		if err != nil {
			return nil, err
		}
		found, err := migrate.Lint(ctx, set)
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			level := "warning"
			if f.Error {
				level = "error"
			}
			out = append(out, MigrationFinding{Database: d.Name, File: f.File, Line: f.Line, Level: level, Rule: f.Rule, Message: f.Message})
		}
	}
	return out, nil
}
