package litestone

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/logdb"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
	"github.com/litestone-go/orm/litestone/internal/write"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/migrate"
	"github.com/litestone-go/orm/litestone/schema"
)

// Source is one file of a schema that generated code carries.
type Source struct{ Name, Text string }

// ModelType ties a model to its generated types.
type ModelType struct {
	Accessor            string
	row, create, update reflect.Type
}

// ModelOf names the row, create and update types of a model.
func ModelOf[T, C, U any](accessor string) ModelType {
	return ModelType{accessor, reflect.TypeFor[T](), reflect.TypeFor[C](), reflect.TypeFor[U]()}
}

// Definition is what a generated package hands to OpenModels.
type Definition struct {
	Root      string   // the source the others are imported from
	Sources   []Source // the schema's files
	Pluralize bool
	Models    []ModelType // in the order tables are bound
}

// core is what all views of a client share.
type core struct {
	schema       *schema.Schema
	databases    []*database // by place in schema.Databases
	read         *read.Engine
	write        *write.Engine
	models       []*modelTypes // by Definition.Models
	inputs       map[reflect.Type]*inputType
	config       Config
	nobody       *session.Session // who asks where nobody is signed in
	subject      *subject         // how rows of the @@auth model are read; nil without one
	scopes       map[*schema.Model]map[string]Scope
	plugins      *installed
	observations sync.Pool   // *observation, ended
	watching     watching    // who is told of calls and statements
	keys         *keyring    // nil without encrypted fields
	locks        atomic.Bool // the table of locks is there
	crosses      bool        // a relation leads into another database
	trails       *trails     // keeps audit entries; nil where the schema logs nothing
}

// database is one opened database.
type database struct {
	*schema.Database
	path string
	db   *conn.DB  // an sqlite database
	log  *logdb.DB // a database of append-only files
}

// modelTypes is a model with its generated types.
type modelTypes struct {
	model          *schema.Model
	row            reflect.Type
	create, update *inputType
}

// Open opens the databases of a schema for dynamic calls. Databases that are new get their
// tables; one whose shape differs is refused unless Config.AutoMigrate says to change it.
//
// Errors have code schema (the .lite text), config (paths, keys, plugins, a database that
// differs), corrupt (a file that is no database), busy or cancelled. After an error nothing
// stays open and no file of Open's own making stays behind.
func Open(ctx context.Context, cfg Config) (*Client, error) {
	s, err := loadSchema(cfg)
	if err != nil {
		return nil, err
	}
	return open(ctx, cfg, s, nil)
}

// OpenModels opens the schema of a generated package; generated code calls it.
func OpenModels(ctx context.Context, cfg Config, d Definition) (*Client, error) {
	s, err := schema.FromFS(sources(d.Sources), d.Root, schema.Options{Pluralize: d.Pluralize})
	if err != nil {
		return nil, err
	}
	return open(ctx, cfg, s, d.Models)
}

// Fitting gives the client where it was opened with a generated package's definition, and panics
// otherwise; generated code calls it.
func (c *Client) Fitting(d Definition) *Client {
	fits := len(c.core.models) == len(d.Models)
	for i := 0; fits && i < len(d.Models); i++ {
		fits = c.core.models[i].row == d.Models[i].row
	}
	if !fits {
		panic(&Error{Code: CodeConfig, Operation: "with", Message: "the client was not opened by this generated package", Hint: "open it with the package's own Open"})
	}
	return c
}

func loadSchema(cfg Config) (*schema.Schema, error) {
	o := schema.Options{Pluralize: cfg.Pluralize}
	switch {
	case cfg.Parsed != nil:
		return cfg.Parsed, nil
	case cfg.SchemaText != "":
		return schema.FromText("schema", cfg.SchemaText, o)
	case cfg.Schema == "":
		cfg.Schema = "schema.lite"
	}
	if _, err := os.Stat(cfg.Schema); errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{Code: CodeConfig, Operation: "open", Message: "there is no schema file " + cfg.Schema, Hint: "set Config.Schema, or run litestone init", Err: err}
	}
	return schema.FromFile(cfg.Schema, o)
}

func open(ctx context.Context, cfg Config, s *schema.Schema, types []ModelType) (_ *Client, err error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	plugins, err := install(&cfg, s)
	if err != nil {
		return nil, err
	}
	if err := unserved(s, plugins); err != nil {
		return nil, err
	}
	co := &core{schema: s, config: cfg, inputs: map[reflect.Type]*inputType{}, nobody: &session.Session{}, plugins: plugins, subject: newSubject(s), crosses: crosses(s)}
	if co.scopes, err = namedScopes(s, cfg.Scopes); err != nil {
		return nil, err
	}
	filters, err := globalFilters(s, cfg.Filters)
	if err != nil {
		return nil, err
	}
	filterFuncs, err := sessionFilters(s, cfg.FilterFuncs)
	if err != nil {
		return nil, err
	}
	rules, err := writeRules(s, cfg.Validate)
	if err != nil {
		return nil, err
	}
	layouts, err := co.describe(types)
	if err != nil {
		return nil, err
	}
	computed, err := computedFields(s, cfg.Computed, layouts, plugins)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			co.close()
		}
	}()
	if err := checkAccess(s, cfg.Access); err != nil {
		return nil, err
	}
	for _, d := range s.Databases {
		if err := co.openDatabase(ctx, d); err != nil {
			return nil, err
		}
	}
	env := plan.NewEnv(s, filters)
	env.FilterFuncs = plugins.filtering(s, filterFuncs)
	env.Computed = computed.needs
	if plugins.codec != nil {
		co.keys = newKeyring(plugins.codec)
		env.Codec = co.keys
	}
	if err := plan.CheckFilters(env); err != nil {
		return nil, liteerr.In(err, "", "open")
	}
	noted := co.debugging(env)
	co.read = read.NewEngine(env, co.dialect(), layouts, cfg.Now)
	co.read.Noted = noted
	co.read.Functions = computed.functions
	co.write = write.New(co.read, write.Options{Rules: rules, Seal: co.sealer(), Epoch: co.epoch(), Watched: plugins.watch})
	co.engage()
	co.trails = newTrails(co)
	co.watching.begin(co)
	if err := co.initPlugins(ctx); err != nil {
		return nil, err
	}
	return &Client{core: co}, nil
}

// describe finds the fields of generated structs once.
func (co *core) describe(types []ModelType) ([]*rows.Type, error) {
	layouts := make([]*rows.Type, len(co.schema.Models))
	for _, t := range types {
		m := co.schema.Model(t.Accessor)
		if m == nil {
			return nil, &Error{Code: CodeConfig, Operation: "open", Message: "the generated model " + t.Accessor + " is not in the schema", Hint: "run lite2go again"}
		}
		l, err := rows.Describe(m, t.row)
		if err != nil {
			return nil, &Error{Code: CodeConfig, Operation: "open", Model: m.Accessor, Message: err.Error(), Err: err}
		}
		layouts[m.Index] = l
		mt := &modelTypes{model: m, row: t.row}
		if mt.create, err = describeInput(m, t.create); err != nil {
			return nil, err
		}
		if mt.update, err = describeInput(m, t.update); err != nil {
			return nil, err
		}
		co.inputs[t.create], co.inputs[t.update] = mt.create, mt.update
		co.models = append(co.models, mt)
	}
	return layouts, nil
}

// openDatabase opens one database and brings it to the schema's shape.
func (co *core) openDatabase(ctx context.Context, d *schema.Database) error {
	o := &database{Database: d}
	co.databases = append(co.databases, o)
	if !co.uses(d) || co.access(d) == AccessOff {
		return nil
	}
	if d.Driver != schema.SQLite {
		return co.openLog(o)
	}
	if o.path = co.path(d); o.path == "" {
		return noPath(d)
	}
	db, err := conn.Open(ctx, conn.Options{
		Path: o.path, Readers: co.config.Readers, BusyTimeout: co.config.BusyTimeout, BusyTotal: co.config.BusyTotal,
		ReadOnly: co.access(d) == AccessReadOnly, MustExist: co.config.MustExist && o.path != conn.Memory, QueryHooks: co.config.QueryHooks,
	})
	if err != nil {
		return liteerr.In(err, "", "open")
	}
	o.db = db
	if db.ReadOnly() || co.config.asIs {
		return nil
	}
	return co.migrate(ctx, o)
}

// uses reports whether a database is opened: those the schema declares, and the implicit main one
// unless every model lives elsewhere.
func (co *core) uses(d *schema.Database) bool {
	used := !d.Implicit || len(co.schema.Models) == 0
	for _, m := range co.schema.Models {
		used = used || m.Database == d
	}
	return used
}

func noPath(d *schema.Database) *Error {
	return &Error{Code: CodeConfig, Message: "database " + d.Name + " has no path", Hint: "set Config.DB, or path in the schema's database block"}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (co *core) path(d *schema.Database) string {
	if d.Name == "main" && co.config.DB != "" {
		return co.config.DB
	}
	if d.Path.Env != "" {
		if v := os.Getenv(d.Path.Env); v != "" {
			return v
		}
	}
	return d.Path.Literal
}

// migrate fills an empty database, and changes or refuses one that differs.
func (co *core) migrate(ctx context.Context, o *database) error {
	if co.config.AutoMigrate {
		_, err := migrate.Push(ctx, o.db, co.schema, o.Database, migrate.PushOptions{AcceptDataLoss: co.config.AcceptDataLoss})
		return liteerr.In(err, "", "open")
	}
	p, err := migrate.Diff(ctx, o.db, co.schema, o.Database)
	switch {
	case err != nil || p.Empty():
		return liteerr.In(err, "", "open")
	case p.New:
		_, err = migrate.Push(ctx, o.db, co.schema, o.Database, migrate.PushOptions{})
		return liteerr.In(err, "", "open")
	}
	return &Error{Code: CodeConfig, Operation: "open",
		Message: fmt.Sprintf("database %s (%s) does not have the shape of the schema: %s", o.Name, o.path, p.Steps[0].Comment),
		Hint:    "run litestone push or litestone migrate apply, or set Config.AutoMigrate"}
}

// dialect is what the SQLite at hand needs. All databases run on one driver.
func (co *core) dialect() sqlgen.Dialect {
	for _, d := range co.databases {
		if d.db != nil && d.db.Features().RowCheck != conn.RaiseInReturning {
			return sqlgen.Dialect{Refusal: sqlgen.JSONError}
		}
	}
	return sqlgen.Dialect{}
}

func (co *core) close() error {
	errs := []error{co.trails.close()}
	for _, d := range co.databases {
		if d.db != nil {
			errs = append(errs, d.db.Close())
		}
		if d.log != nil {
			errs = append(errs, d.log.Close())
		}
	}
	co.watching.end()
	return errors.Join(errs...)
}
