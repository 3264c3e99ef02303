// Package logdb keeps databases of append-only files: drivers jsonl and logger. A model is one
// file, <table>.jsonl, in the database's folder; a row is one line, a JSON object whose keys are
// the columns.
//
// Rows are written by appending and never changed. Reading goes through SQLite: each model has a
// typed table in a private database, filled from its file on the first read and extended by what
// was appended since, so that conditions, orders and aggregates mean what they mean elsewhere. A
// process that only writes loads nothing, but for models with a key.
//
//	open.go         the folder, its models, their files
//	lock.go         one lock per folder, between processes too
//	append.go       a call's lines: all of them or none, also when the process is killed
//	rotate.go       a full file is put aside under a number and goes on being read
//	retention.go    what is older than the database keeps
//	line.go         a row as a line; scan.go: a line as a row
//	replica.go      the tables that reads run on; sync.go brings them up to date
//	read.go         a connection to them; own.go: one that sees the transaction's rows too
//	create.go       creates: the write engine's row, checked by SQLite in an empty table (stage.go),
//	                then appended
//	batch.go        the lines of a transaction, appended at its commit
//	damage.go       lines that are no rows
//
// # What must stay true
//
// Bytes of a file are written under the folder's lock, by appending. Before the first byte of a
// call the lock's file says where each file ended, after the last byte it says so no more: what a
// killed process left half written is cut off by the next writer and not seen by readers. A file
// changes its beginning only by being replaced as a whole, so a reader goes on with the one it
// has open.
package logdb
