package logdb

import (
	"context"
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/schema"
)

// readWith runs f on a reader to which the rows of an open transaction seem appended: a TEMP view of
// the table's name stands before the table, on that connection and for that long.
func (d *DB) readWith(ctx context.Context, db *conn.DB, own []item, f func(*conn.Conn) error) error {
	// In a transaction, so that a failure takes the TEMP objects away too.
	return db.Snapshot(ctx, func(c *conn.Conn) error {
		var models []*schema.Model
		for _, i := range own {
			if !slices.Contains(models, i.f.model) {
				models = append(models, i.f.model)
			}
		}
		for _, m := range models {
			if err := c.Script(ctx, veil(m)); err != nil {
				return err
			}
		}
		for _, i := range own {
			q := conn.Query{SQL: ownInsert(i.f.model), Short: true}
			width := len(i.f.model.Columns)
			for at := 0; at+width <= len(i.rows); at += width {
				if _, err := c.Exec(ctx, q, i.rows[at:at+width]); err != nil {
					return err
				}
			}
		}
		if err := f(c); err != nil {
			return err
		}
		for _, m := range models {
			if err := c.Script(ctx, unveil(m)); err != nil {
				return err
			}
		}
		return nil
	})
}

func ownTable(m *schema.Model) string { return "temp." + ddl.Quote("_own_"+m.Table) }

// veil makes the table of the transaction's rows, numbered after all lines, and the view over both.
func veil(m *schema.Model) string {
	line := ddl.Quote(lineColumn(m))
	columns := []string{line + " INTEGER PRIMARY KEY"}
	names := []string{line}
	for _, f := range m.Columns {
		columns = append(columns, ddl.Quote(f.Column)+" "+ddl.ColumnType(f))
		names = append(names, ddl.Quote(f.Column))
	}
	list := strings.Join(names, ", ")
	own, table := ownTable(m), ddl.Quote(m.Table)
	after := strings.Replace(list, line, line+" + (SELECT coalesce(max("+line+"), 0) FROM main."+table+")", 1)
	return "CREATE TEMP TABLE " + strings.TrimPrefix(own, "temp.") + " (" + strings.Join(columns, ", ") + ");\n" +
		"CREATE TEMP VIEW " + table + " (" + list + ") AS SELECT " + list + " FROM main." + table +
		" UNION ALL SELECT " + after + " FROM " + own
}

func unveil(m *schema.Model) string {
	return "DROP VIEW IF EXISTS temp." + ddl.Quote(m.Table) + ";\nDROP TABLE IF EXISTS " + ownTable(m)
}

func ownInsert(m *schema.Model) string {
	names := make([]string, len(m.Columns))
	for i, f := range m.Columns {
		names[i] = ddl.Quote(f.Column)
	}
	return "INSERT INTO " + ownTable(m) + " (" + strings.Join(names, ", ") + ") VALUES (" +
		strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ") + ")"
}
