package litestone

import (
	"context"
	"errors"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/migrate"
	"github.com/litestone-go/orm/litestone/schema"
)

// Checkup is what Examine found out about one database.
type Checkup struct {
	Location
	Examined bool      `json:"examined"` // false for drivers that are no SQLite file
	Findings []Finding `json:"findings"` // none: it is well
}

// Finding is one thing that is wrong with a database.
type Finding struct {
	Check   string `json:"check"` // "open", "integrity", "foreign_keys", "search" or "shape"
	Message string `json:"message"`
	Hint    string `json:"hint"` // may be empty
}

// Examine looks for what is wrong with the databases of a schema: files that are missing or no
// database, damage, references to rows that are not there, full-text tables that lag behind, a
// shape that is not the schema's. It makes no database and changes none.
//
// What is wrong with a database is a finding. An error says that the examination itself failed:
// the schema, a database without a path, a cancelled context, a database that stayed busy.
func Examine(ctx context.Context, cfg Config) ([]Checkup, error) {
	places, err := Locate(cfg)
	if err != nil {
		return nil, err
	}
	s, err := loadSchema(cfg)
	if err != nil {
		return nil, err
	}
	out := make([]Checkup, len(places))
	for i, at := range places {
		d := s.Database(at.Database)
		out[i] = Checkup{Location: at, Examined: d.Driver == schema.SQLite, Findings: []Finding{}}
		switch {
		case !out[i].Examined:
			continue
		case at.Path == "":
			return nil, liteerr.In(noPath(d), "", "doctor")
		}
		if out[i].Findings, err = examine(ctx, cfg, s, d, at); err != nil {
			return nil, liteerr.In(err, "", "doctor")
		}
	}
	return out, nil
}

func examine(ctx context.Context, cfg Config, s *schema.Schema, d *schema.Database, at Location) (out []Finding, err error) {
	out = []Finding{}
	if !at.Exists && at.Path != conn.Memory {
		return append(out, Finding{"open", "the file does not exist", "run litestone push"}), ctx.Err()
	}
	db, err := conn.Open(ctx, conn.Options{Path: at.Path, BusyTimeout: cfg.BusyTimeout, MustExist: at.Path != conn.Memory})
	if err != nil {
		return unopened(out, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	bad, err := migrate.Health(ctx, db, s, d)
	for _, p := range bad {
		out = append(out, Finding(p))
	}
	return out, err
}

// unopened tells a database that cannot be opened from an examination that failed.
func unopened(out []Finding, err error) ([]Finding, error) {
	var e *Error
	if errors.As(err, &e) && (e.Code == CodeCorrupt || e.Code == CodeConfig) {
		return append(out, Finding{"open", e.Message, e.Hint}), nil
	}
	return nil, err
}
