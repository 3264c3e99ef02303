package litestone

import (
	"context"
	"fmt"
	"os"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// WALInfo tells about the write-ahead log of a database
// (https://www.sqlite.org/wal.html).
type WALInfo struct {
	Database     string `json:"database"`
	Bytes        int64  `json:"bytes"`        // the size of the log file; it is reused, and shrinks with CheckpointTruncate only
	Frames       int64  `json:"frames"`       // pages in the log
	Checkpointed int64  `json:"checkpointed"` // of those, the pages that are in the database already
	Busy         bool   `json:"busy"`         // a checkpoint could not do all because of readers or another writer
}

// CheckpointMode says how far a checkpoint goes; see
// https://www.sqlite.org/c3ref/wal_checkpoint_v2.html.
type CheckpointMode string

const (
	CheckpointPassive  CheckpointMode = "PASSIVE"  // what can be moved without waiting for anybody
	CheckpointFull     CheckpointMode = "FULL"     // everything, waiting for writers and readers
	CheckpointRestart  CheckpointMode = "RESTART"  // and the next writer begins the log anew
	CheckpointTruncate CheckpointMode = "TRUNCATE" // and the log file is emptied
)

// WALStatus tells how long the log of a database is. It changes nothing. The database defaults
// to main.
func (c *Client) WALStatus(ctx context.Context, database ...string) (*WALInfo, error) {
	return c.wal(ctx, "walStatus", "NOOP", first(database))
}

// Checkpoint moves the log of a database into its file. SQLite does so by itself all 1,000
// pages; a checkpoint of one's own keeps the log short after bulk work or before a file is copied. What
// readers still look at stays: Busy says so, and is no error. The mode defaults to
// CheckpointTruncate, the database to main.
func (c *Client) Checkpoint(ctx context.Context, mode CheckpointMode, database ...string) (*WALInfo, error) {
	switch mode {
	case "":
		mode = CheckpointTruncate
	case CheckpointPassive, CheckpointFull, CheckpointRestart, CheckpointTruncate:
	default:
		return nil, &Error{Code: CodeValidation, Operation: "checkpoint", Message: fmt.Sprintf("there is no checkpoint mode %q", string(mode)), Hint: "use one of the Checkpoint constants"}
	}
	return c.wal(ctx, "checkpoint", string(mode), first(database))
}

func (c *Client) wal(ctx context.Context, op, mode, name string) (*WALInfo, error) {
	d, err := c.operator(ctx, op, name)
	if err != nil {
		return nil, err
	}
	info := &WALInfo{Database: d.Name}
	lend := d.db.Write
	if d.db.ReadOnly() && mode == "NOOP" {
		lend = d.db.Read
	}
	err = lend(ctx, func(cn *conn.Conn) error {
		return cn.Run(ctx, conn.Query{SQL: "PRAGMA wal_checkpoint(" + mode + ")"}, nil, func(r *conn.Row) error {
			info.Busy = r.Int64(0) != 0
			info.Frames, info.Checkpointed = max(r.Int64(1), 0), max(r.Int64(2), 0)
			return nil
		})
	})
	if err != nil {
		return nil, liteerr.In(err, "", op)
	}
	if f, err := os.Stat(d.db.Path() + "-wal"); err == nil {
		info.Bytes = f.Size()
	}
	return info, nil
}

// first gives the first of optional arguments.
func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
