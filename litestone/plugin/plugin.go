// Package plugin is how a program extends a client: small interfaces of one method each.
//
// A plugin is a value with a Name, given in Config.Plugins. What it does is what it implements
// besides, looked up once at Open:
//
//	Checker        looks at the schema before anything is opened
//	Initializer    prepares itself with the client's Host
//	Leveler        tells the level @@gate asks for
//	ReadFilter     adds a condition to reads, per call and model
//	BeforeReader   sees a read before it runs, and may refuse it
//	AfterReader    sees the rows a read answers
//	BeforeCreator  sees the values of a new row, may change and refuse them
//	BeforeUpdater  sees the values of a change, may change and refuse them
//	BeforeDeleter  sees what is about to be taken away, and may refuse it
//	AfterWriter    sees what a call wrote, before it is committed
//	AfterDeleter   sees the rows that are gone, after the commit
//	FieldCodec     stores @encrypted and @secret fields in another form
//	KeyRotator     changes the key of a FieldCodec
//	QueryObserver  is told of every SQL statement that ran
//
// OperationObserver sees calls begin and end.
//
// Plugins are asked in the order of Config.Plugins, at every event. An error before the commit
// refuses the call and undoes what it wrote; an error after it is logged and undoes nothing.
// Where no plugin listens to an event, the event costs nothing.
//
// A plugin is asked from many goroutines at once.
package plugin

import (
	"context"
	"log/slog"

	"github.com/litestone-go/orm/litestone/schema"
)

// Plugin is what Config.Plugins takes.
type Plugin interface {
	// Name tells the plugin apart in errors and logs.
	Name() string
}

// Initializer is called once by Open, when the databases are open and before the first call.
type Initializer interface {
	// Init prepares the plugin. An error fails Open.
	Init(ctx context.Context, h Host) error
}

// InitFunc is an Initializer made of a function.
type InitFunc func(ctx context.Context, h Host) error

// Init calls the function.
func (f InitFunc) Init(ctx context.Context, h Host) error { return f(ctx, h) }

// Host is the client as a plugin sees it. It may be kept and used from any goroutine until the
// client is closed.
type Host interface {
	// Schema is the checked schema. It must not be changed.
	Schema() *schema.Schema

	// Call runs a call of a table by its name as the system, as "users.findMany" with a
	// map[string]any of arguments: no policy, field rule or gate below 9 restricts it. With a
	// context that a hook was given inside a transaction it takes part in that transaction.
	// Rows come as Record and []Record, counts as int64 or {"count": n}, no row as nil.
	Call(ctx context.Context, name string, args ...any) (any, error)

	// Logger is Config.Logger.
	Logger() *slog.Logger
}

// Record is a row that a Host's Call answers.
type Record interface {
	// Get gives a field's value by name; ok is false when it was not read.
	Get(name string) (v any, ok bool)
	// Map gives all that was read.
	Map() map[string]any
}

// Who is who makes a call.
type Who struct {
	Auth   map[string]any // the subject; nil when nobody is signed in. It must not be changed
	System bool           // the call is the system's
}

// Call is the call a hook stands in.
type Call struct {
	Who
	Model     *schema.Model // whose table the call was made on, or whose rows are nested in it
	Operation string        // as the caller named it: "findMany", "create", "upsertMany", …
}

// Set joins several parts under one name; see New.
type Set struct {
	name  string
	parts []any
}

// New makes a Plugin of functions: New("stamp", BeforeCreateFunc(…), AfterWriteFunc(…)). Each
// part implements at least one of this package's interfaces; Open refuses a part that does not.
func New(name string, parts ...any) *Set { return &Set{name: name, parts: parts} }

// Name is the name given to New.
func (s *Set) Name() string { return s.name }

// Parts gives what New was given.
func (s *Set) Parts() []any { return s.parts }
