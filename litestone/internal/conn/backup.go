package conn

import (
	"context"

	"github.com/litestone-go/orm/litestone/query"
)

// backupStep is how many pages are copied before the context is looked at again.
const backupStep = 256

// Backup copies the database as it is at one moment into a file that is not there yet, through
// SQLite's backup interface (https://www.sqlite.org/backup.html). It runs on a reader inside a
// snapshot: others write meanwhile, and nothing they do makes it begin anew.
//
// A failure leaves a part of the copy behind, which is the caller's to remove.
func (db *DB) Backup(ctx context.Context, dest string) error {
	return db.Snapshot(ctx, func(c *Conn) error {
		// The snapshot begins with the first page read.
		if err := c.Run(ctx, Query{SQL: "PRAGMA schema_version", Short: true}, nil, nil); err != nil {
			return err
		}
		run, err := startBackup(c.h.dc, uriOf(dest)+"?mode=rwc")
		if err != nil {
			return typed(ctx, err)
		}
		for more := true; more && err == nil; {
			if ctx.Err() != nil {
				err = cancelled(ctx, nil)
				break
			}
			more, err = run.Step(backupStep)
		}
		// Finishing repeats the error of a step that failed.
		if e := run.Finish(); err == nil {
			err = e
		}
		return typed(ctx, err)
	})
}

// VacuumInto is Backup, but writes the rows anew, without free pages and in order
// (https://www.sqlite.org/lang_vacuum.html#vacuuminto).
func (db *DB) VacuumInto(ctx context.Context, dest string) error {
	return db.Read(ctx, func(c *Conn) error {
		_, err := c.Exec(ctx, Query{SQL: "VACUUM INTO ?"}, []query.Value{query.Text(dest)})
		return err
	})
}

// backupRun is a copy in progress.
type backupRun interface {
	Step(pages int32) (more bool, err error)
	Finish() error
}
