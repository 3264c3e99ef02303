package litestone

import (
	"context"
	"log/slog"
	"time"

	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/uptrace/bun"
)

// Config says what to open and how. The zero value of every field works.
type Config struct {
	// Schema is the path of the .lite file. Generated packages carry their schema and ignore
	// it, as they ignore SchemaText and Parsed.
	// Defaults to "schema.lite" for Open without SchemaText and Parsed.
	Schema string

	// SchemaText is the schema itself. Imports in it are an error.
	SchemaText string

	// Parsed is a schema checked before.
	Parsed *schema.Schema

	// Pluralize makes table names plural: model User is table users. @@map wins.
	// Defaults to false.
	Pluralize bool

	// DB is the path of the main database, or ":memory:" for a private one that Close removes. It
	// wins over the path of the schema's database block named main; other databases
	// come from their blocks.
	// Defaults to that block's path; a schema without one needs DB.
	DB string

	// AutoMigrate brings a database whose shape differs to the schema's at Open, in one
	// transaction; what would lose values is refused. Without it such a database is refused at
	// Open. An empty database is always filled.
	// Defaults to false.
	AutoMigrate bool

	// AcceptDataLoss lets AutoMigrate drop columns that hold values.
	// Defaults to false.
	AcceptDataLoss bool

	// ReadOnly opens existing databases for reading: writes fail with CodeReadOnly.
	// Defaults to false.
	ReadOnly bool

	// MustExist refuses to make a database: a file that is not there is CodeConfig.
	// Defaults to false.
	MustExist bool

	// Readers is the number of connections that read beside the one that writes, per database.
	// Defaults to the number of CPUs, at least 4.
	Readers int

	// BusyTimeout is how long SQLite waits at a time for a lock that another process holds
	// (PRAGMA busy_timeout).
	// Defaults to 5 seconds.
	BusyTimeout time.Duration

	// BusyTotal is how long a write, or the beginning of a transaction, goes on trying to get
	// that lock before it fails with CodeBusy; Error.Retryable is true then. Waiting for goroutines of
	// the same client is not limited but by the context.
	// Defaults to 30 seconds, or to BusyTimeout where that is set.
	BusyTotal time.Duration

	// Access restricts databases by name: AccessReadOnly opens an existing file for reading
	// only, AccessOff does not open it, and calls on its models fail with CodeUnsupported.
	// Defaults to AccessReadWrite for all, or to AccessReadOnly with ReadOnly.
	Access map[string]Access

	// DurableLogs makes every row appended to a jsonl or logger database wait until the disk has
	// it. Without it a row outlives the process at once, and a loss of power may take the last ones.
	// Defaults to false.
	DurableLogs bool

	// OnLog sees every entry of the audit log before it is kept; what it answers, any value that
	// has a JSON form, is the entry's meta. It is called with the context of the call that is
	// logged, after what that call did was committed (in a transaction: before its commit), and
	// must not call the client.
	// Defaults to none: meta is null.
	OnLog func(ctx context.Context, e LogEntry) (meta any)

	// OnQuery is told of every SQL statement that calls ran: a QueryFunc, which is called before the
	// call answers, or a Buffered handler, for which no call waits. TapQuery does the same for a while.
	// Defaults to nobody, which costs nothing.
	OnQuery QueryHandler

	// SlowQuery warns in Logger of statements that took SQLite at least so long, with what OnQuery
	// would be told.
	// Defaults to 0: of none, which costs nothing.
	SlowQuery time.Duration

	// QueryHooks see every statement, ours and plain bun's, with its values as they are bound, those
	// of confidential fields too: OnQuery tells more and hides those.
	// Defaults to none, which costs nothing.
	QueryHooks []bun.QueryHook

	// Filters are ANDed to every read of a model, by accessor or declared name; AsSystem does not lift them.
	// They are the client's own code: fields a caller may not read can be used in them.
	Filters map[string]Predicate

	// FilterFuncs are such filters that depend on who asks: auth is the subject of As or WithAuth,
	// nil for nobody and for the system. A nil Predicate means every row. Each is asked at most
	// once per call, where the call touches its model; an error of its Predicate fails the call.
	// Such a filter must not modify auth, and must be safe for concurrent use.
	// Defaults to none, which costs nothing.
	FilterFuncs map[string]func(auth map[string]any) Predicate

	// Validate are checks of whole rows per model, by accessor or declared name: create, update,
	// upsert, their bulk forms and nested writes ask them once the fields' own validators
	// pass, whoever asks, the system too.
	// Defaults to none.
	Validate map[string][]Rule

	// Scopes are named pieces of queries per model, by accessor or declared name: Table.Scope uses
	// them. Their names may not be those of operations or relations, nor begin with $ or _.
	Scopes map[string]map[string]Scope

	// Computed are the functions of @computed fields per model, by accessor or declared name, and by
	// field. A field without one is absent from answers.
	// Defaults to none, which costs nothing.
	Computed map[string]map[string]Computed

	// RequireIdentity refuses calls of which nobody said who asks, with CodeConfig: those of the
	// client itself with a context without identity. Without it they ask as nobody, so that a handler
	// whose middleware was forgotten answers what anonymous callers may see, and may run raw SQL.
	// Defaults to false.
	RequireIdentity bool

	// Untrusted bounds what arguments given as Untrusted may ask.
	// Defaults to 1,000 rows a list and 10,000 a call, relations 5 deep, trees 100 deep, 64 KiB and 50
	// queries at once.
	Untrusted query.Limits

	// Plugins extend the client; see package plugin. They are asked in this order. A schema with
	// @@gate needs plugins/gate or another plugin.Leveler, one with @encrypted or @secret
	// plugins/encrypt or another plugin.FieldCodec.
	// Defaults to none, which costs nothing.
	Plugins []plugin.Plugin

	// Hooks are functions that calls run through, by "all", "getters", "setters" or the operation's
	// name.
	// Defaults to none, which costs nothing.
	Hooks Hooks

	// OnEvent is told what happened to rows, once it is committed.
	// Defaults to nobody, which costs nothing.
	OnEvent Events

	// Migrations are the migrations written in Go; Migrator runs them among the files.
	// Defaults to none.
	Migrations []Migration

	// PolicyDebug logs through Logger what access rules do, for those who write them: which rule
	// refused a write, and which guard hid the row where a call about one row answers none, at level
	// Info; the guards of every statement when it is made, at level Debug. It tells rules and their
	// places in the schema, never values, and takes a statement more for each answer that is none.
	// Defaults to false, which costs nothing.
	PolicyDebug bool

	// Logger gets what cannot be an answer any more: the error of a plugin, or of a handler of
	// events, after a commit. Of functions that panicked it gets the stack.
	// Defaults to slog.Default().
	Logger *slog.Logger

	// Now is the clock behind now(), @updatedAt and soft deletes.
	// Defaults to time.Now.
	Now func() time.Time

	asIs bool // databases are taken in the shape they have: a Migrator is about to change it
}

// Access is what a client may do with a database.
type Access string

// The kinds of access.
const (
	AccessReadWrite Access = "readwrite"
	AccessReadOnly  Access = "readonly"
	AccessOff       Access = "off"
)
