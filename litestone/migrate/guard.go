package migrate

import (
	"context"
	"fmt"
	"sort"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// guard notices rows that a migration file loses without saying so. With foreign keys watched,
// DROP TABLE deletes the rows first, which silently empties the tables that point at it with ON
// DELETE CASCADE (https://www.sqlite.org/foreignkeys.html#fk_schemacommands); with foreign keys
// off, references can be left dangling.
type guard struct {
	on       bool
	touched  map[string]bool
	counts   map[string]int64
	dangling map[string]int64
	views    map[string]bool // those SQLite can read
	rebuild  bool
}

func watchOver(ctx context.Context, c *conn.Conn, s *script) (*guard, error) {
	g := &guard{rebuild: s.rebuild}
	var drops bool
	g.touched, drops = s.touched()
	if g.on = drops || s.rebuild; !g.on {
		return g, nil
	}
	var err error
	if g.counts, err = rowCounts(ctx, c, g.touched); err != nil {
		return nil, err
	}
	if g.dangling, err = danglingKeys(ctx, c); err != nil {
		return nil, err
	}
	g.views, err = readableViews(ctx, c)
	return g, err
}

func (g *guard) prove(ctx context.Context, c *conn.Conn, path string) error {
	if !g.on {
		return nil
	}
	after, err := rowCounts(ctx, c, g.touched)
	if err != nil {
		return err
	}
	for _, name := range sortedKeys(g.counts) {
		now, there := after[name]
		if was := g.counts[name]; there && now != was {
			hint := "say in the file what happens to these rows, with an INSERT, UPDATE or DELETE on the table"
			if !g.rebuild {
				hint = "dropping a table deletes its rows and, through foreign keys, those of others: write the line " + rebuildMark + " to switch foreign keys off"
			}
			return &liteerr.Error{Code: liteerr.Config, Model: name, Message: fmt.Sprintf(
				"%s: the table would have %d %s instead of %d, and no statement of the file names it; nothing of this file was applied", path, now, plural(int(now), "row", "rows"), was), Hint: hint}
		}
	}
	dangling, err := danglingKeys(ctx, c)
	if err != nil {
		return err
	}
	for _, name := range sortedKeys(dangling) {
		if n := dangling[name] - g.dangling[name]; n > 0 {
			return &liteerr.Error{Code: liteerr.ForeignKey, Model: name, Message: fmt.Sprintf(
				"%s: %d %s at rows that are not there; nothing of this file was applied", path, n, plural(int(n), "reference would point", "references would point")),
				Hint: "delete or correct these rows in the file"}
		}
	}
	views, err := readableViews(ctx, c)
	if err != nil {
		return err
	}
	for _, name := range sortedKeys(g.views) {
		if now, there := views[name]; g.views[name] && there && !now {
			return &liteerr.Error{Code: liteerr.Config, Message: fmt.Sprintf("%s: the view %s reads something the file takes away; nothing of this file was applied", path, name),
				Hint: "drop or change the view in the file"}
		}
	}
	return nil
}

// readableViews tells of each view whether SQLite can make out its columns.
func readableViews(ctx context.Context, c *conn.Conn) (map[string]bool, error) {
	out := map[string]bool{}
	err := c.Run(ctx, conn.Query{SQL: "SELECT o.name FROM main.sqlite_schema AS o WHERE o.type = 'view'"}, nil, func(r *conn.Row) error {
		out[r.Text(0)] = false
		return nil
	})
	for name := range out {
		n, e := number(ctx, c, "SELECT count(*) FROM pragma_table_xinfo("+ddl.TextLiteral(name)+", 'main')")
		if ctx.Err() != nil {
			return nil, e
		}
		out[name] = e == nil && n > 0
	}
	return out, err
}

// rowCounts counts the rows of every ordinary table but those named.
func rowCounts(ctx context.Context, c *conn.Conn, but map[string]bool) (map[string]int64, error) {
	var names []string
	err := c.Run(ctx, conn.Query{SQL: `SELECT l.name FROM pragma_table_list AS l WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\'`}, nil, func(r *conn.Row) error {
		if n := r.Text(0); !but[catalog.Fold(n)] && !bookkeeping(n) {
			names = append(names, n)
		}
		return nil
	})
	out := map[string]int64{}
	for _, n := range names {
		if err != nil {
			return nil, err
		}
		out[catalog.Fold(n)], err = number(ctx, c, "SELECT count(*) FROM main."+ddl.Quote(n))
	}
	return out, err
}

// danglingKeys counts by table the references that point nowhere.
func danglingKeys(ctx context.Context, c *conn.Conn) (map[string]int64, error) {
	out := map[string]int64{}
	err := c.Run(ctx, conn.Query{SQL: "PRAGMA main.foreign_key_check"}, nil, func(r *conn.Row) error {
		out[catalog.Fold(r.Text(0))]++
		return nil
	})
	return out, err
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
