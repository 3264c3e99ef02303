package litestone

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/migrate"
)

// IntrospectOptions say how a database is written as a schema.
type IntrospectOptions struct {
	// Pluralize says that the schema will be read with plural table names.
	// Defaults to false.
	Pluralize bool
}

// Introspect writes an SQLite database, whoever made it, as a schema in canonical format: types,
// keys, relations, indexes, enums from CHECKs, soft delete, generated columns, full-text tables,
// join tables, and comments on what a database does not know. Pushing the schema to the same
// database has nothing to do: tables a schema cannot say are marked @@external, with the reasons.
//
// The database is opened for reading only. Errors: config (no such file), corrupt (no database).
func Introspect(ctx context.Context, path string, o IntrospectOptions) (_ string, err error) {
	db, err := conn.Open(ctx, conn.Options{Path: path, ReadOnly: true, MustExist: true})
	if err != nil {
		return "", liteerr.In(err, "", "introspect")
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	text, err := migrate.Introspect(ctx, db, migrate.IntrospectOptions{Source: filepath.Base(path), Pluralize: o.Pluralize})
	return text, liteerr.In(err, "", "introspect")
}
