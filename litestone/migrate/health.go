package migrate

import (
	"context"
	"errors"
	"fmt"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// Problem is one thing that is wrong with a database.
type Problem struct {
	Check   string // "integrity", "foreign_keys", "search" or "shape"
	Message string
	Hint    string // what to do; may be empty
}

// mostProblems is how many lines one check answers at most: a broken file has no end of them.
const mostProblems = 20

// Health looks for what is wrong with a database: damaged pages
// (https://www.sqlite.org/pragma.html#pragma_integrity_check), references to rows that are not
// there, full-text tables that say something else than their rows, a shape that is not the
// schema's. It changes nothing. An error is a database that could not be asked.
func Health(ctx context.Context, db *conn.DB, s *schema.Schema, d *schema.Database) ([]Problem, error) {
	var out []Problem
	err := db.Read(ctx, func(c *conn.Conn) error {
		bad, err := integrity(ctx, c)
		out = append(out, bad...)
		if err != nil || len(bad) > 0 {
			return err
		}
		bad, err = dangling(ctx, c)
		out = append(out, bad...)
		return err
	})
	if err != nil || len(out) > 0 && out[0].Check == "integrity" {
		return out, err // what a damaged file answers says nothing
	}
	plan, err := Diff(ctx, db, s, d)
	if err != nil {
		return out, err
	}
	switch {
	case plan.New:
		return append(out, Problem{"shape", "the database is empty", "run litestone push"}), nil
	case !plan.Empty():
		for i := range plan.Steps {
			out = append(out, Problem{"shape", plan.Steps[i].Comment, "run litestone push"})
		}
	}
	bad, err := searches(ctx, db, s, d)
	return append(out, bad...), err
}

func integrity(ctx context.Context, c *conn.Conn) (out []Problem, err error) {
	err = c.Run(ctx, conn.Query{SQL: fmt.Sprintf("PRAGMA integrity_check(%d)", mostProblems)}, nil, func(r *conn.Row) error {
		if text := r.Text(0); text != "ok" {
			out = append(out, Problem{"integrity", text, "restore a backup, or save what can be read with sqlite3's .recover"})
		}
		return nil
	})
	if isCorrupt(err) {
		return append(out, Problem{"integrity", err.Error(), "restore a backup, or save what can be read with sqlite3's .recover"}), nil
	}
	return out, err
}

// dangling counts foreign keys that point nowhere, by table and parent.
func dangling(ctx context.Context, c *conn.Conn) ([]Problem, error) {
	type pair struct{ table, parent string }
	counts := map[pair]int{}
	var order []pair
	err := c.Run(ctx, conn.Query{SQL: "PRAGMA foreign_key_check"}, nil, func(r *conn.Row) error {
		p := pair{r.Text(0), r.Text(2)}
		if counts[p] == 0 {
			order = append(order, p)
		}
		counts[p]++
		return nil
	})
	var out []Problem
	for _, p := range order {
		out = append(out, Problem{"foreign_keys",
			fmt.Sprintf("%d %s of %s point at %s that are not there", counts[p], plural(counts[p], "reference", "references"), p.table, p.parent),
			"delete the rows or make their parents; PRAGMA foreign_key_check lists them"})
	}
	return out, err
}

// errChecked rolls back the transaction of a full-text check, which SQLite counts as a write.
var errChecked = errors.New("checked")

// searches compares full-text tables with the rows they index
// (https://www.sqlite.org/fts5.html#the_integrity_check_command).
func searches(ctx context.Context, db *conn.DB, s *schema.Schema, d *schema.Database) (out []Problem, err error) {
	if db.ReadOnly() {
		return nil, nil // the comparison is a write to SQLite; integrity_check looked at the index itself
	}
	for _, m := range s.Models {
		if m.Database != d || m.FTS == nil || m.External {
			continue
		}
		table := ddl.Quote(m.FTS.Table)
		err := db.Tx(ctx, func(tx *conn.Tx) error {
			if err := tx.Conn().Script(ctx, "INSERT INTO "+table+" ("+table+", rank) VALUES ('integrity-check', 1)"); err != nil {
				return err
			}
			return errChecked
		})
		switch {
		case errors.Is(err, errChecked):
		case isCorrupt(err):
			out = append(out, Problem{"search", "the full-text table " + m.FTS.Table + " does not hold what " + m.Table + " does",
				"INSERT INTO " + table + " (" + table + ") VALUES ('rebuild')"})
		case missingTable(err):
			// The shape's own problem.
		default:
			return out, err
		}
	}
	return out, nil
}

func isCorrupt(err error) bool {
	var e *liteerr.Error
	return errors.As(err, &e) && e.Code == liteerr.Corrupt
}

// missingTable reports whether SQLite refused the statement itself.
func missingTable(err error) bool {
	var e *liteerr.Error
	return errors.As(err, &e) && e.Code == liteerr.SQL
}
