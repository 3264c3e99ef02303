package litestone

import (
	"context"
	"errors"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// BackupDatabase is Client.Backup for programs that have no client: it opens the database for
// reading only, whatever shape it has and whichever plugins its schema asks for, since the copy to
// have is the one before a change.
func BackupDatabase(ctx context.Context, cfg Config, dest string, o BackupOptions) (*BackupInfo, error) {
	var info *BackupInfo
	err := copying(ctx, cfg, func(c *Client) (err error) {
		info, err = c.Backup(ctx, dest, o)
		return err
	})
	return info, err
}

// BackupDatabases is Client.BackupAll for programs that have no client, as BackupDatabase. Those
// copied before an error are answered with it.
func BackupDatabases(ctx context.Context, cfg Config, folder string, o BackupOptions) ([]*BackupInfo, error) {
	var all []*BackupInfo
	err := copying(ctx, cfg, func(c *Client) (err error) {
		all, err = c.BackupAll(ctx, folder, o)
		return err
	})
	return all, err
}

// copying opens the sqlite databases of a schema for copying, and nothing else of a client.
func copying(ctx context.Context, cfg Config, f func(*Client) error) (err error) {
	s, err := loadSchema(cfg)
	if err != nil {
		return err
	}
	co := &core{schema: s, config: cfg, nobody: &session.Session{}}
	defer func() { err = errors.Join(err, co.close()) }()
	for _, d := range s.Databases {
		if d.Driver != schema.SQLite || !co.uses(d) {
			continue
		}
		path := co.path(d)
		if path == "" {
			return liteerr.In(noPath(d), "", "backup")
		}
		db, err := conn.Open(ctx, conn.Options{Path: path, Readers: 1, BusyTimeout: cfg.BusyTimeout, ReadOnly: true})
		if err != nil {
			return liteerr.In(err, "", "backup")
		}
		co.databases = append(co.databases, &database{Database: d, path: path, db: db})
	}
	return f(&Client{core: co})
}
