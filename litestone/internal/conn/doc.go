// Package conn is the only road to a SQLite database: it opens the file, owns its
// connections, runs statements and turns SQLite's result codes into typed errors. It knows
// nothing of models, plans or policies.
//
// A [DB] has one write connection and a pool of read-only ones (mode=ro, opened after the
// writer). Five calls lend a connection, as a [Conn], for the time of a function:
//
//	Read      one reader, every statement by itself
//	Snapshot  one reader inside BEGIN … COMMIT: all statements see the same moment
//	Write     the writer, every statement by itself (autocommit)
//	Tx        the writer inside BEGIN IMMEDIATE … COMMIT; error or panic rolls back
//	Rebuild   Tx for migrations: foreign keys are not watched meanwhile
//
// [Conn.Run] is the fast path: a prepared statement kept per connection, values bound, rows
// stepped to the end and handed out as a [Row] with typed access. [DB.Bun] gives the same
// connections to plain bun, and [Tx.Bun] the very connection of a transaction, so that both
// see each other's rows.
//
// # How it is built
//
//	options.go, open.go, file.go   what is opened, and what is left behind when that fails
//	memory.go                      the folder of a private database
//	connector.go                   driver name, address, pragmas of a new connection
//	handle.go                      one driver connection: lock, transaction state, statements
//	plain.go                       that connection as database/sql and bun see it
//	engine_*.go                    the little that differs between the two drivers
//	readers.go, calls.go           lending connections
//	tx.go, rebuild.go              transactions
//	statement.go, run.go, row.go   the runner
//	runner_*.go                    its inside, for one driver and for any
//	interrupt.go, patience.go      cancelling what runs, and what waits for a lock
//	errors.go, hooks.go, features.go
//
// # What must stay true
//
// Every call into the driver happens with the handle's lock held when the connection may be
// shared between the runner and database/sql (the writer); a reader of the runner belongs to
// one call at a time and needs none. A statement never runs outside the transaction its
// caller believes in: a Conn carries the number of its transaction and the handle refuses
// when that is not the one open. A transaction SQLite has rolled back behind our back (an
// interrupt, a full disk, an I/O error) is dead: everything but rolling back is refused.
package conn
