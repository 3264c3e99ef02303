// Package introspect reads a live database into catalog values.
//
// What PRAGMAs tell is taken from them; CHECKs, generated expressions, collations, index
// expressions and the arguments of virtual tables stand only in the stored CREATE texts and
// are read with a tokenizer. The same reader reads the database a schema describes and the
// one on disk, so whatever it cannot see is equal on both sides.
package introspect

import (
	"context"
	"sort"
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/query"
)

// Read reads the main database of a connection: a fixed handful of statements however many
// tables there are, one more per view. Lend it a Snapshot or a transaction where another
// process may change the schema meanwhile.
func Read(ctx context.Context, c *conn.Conn) (*catalog.Catalog, error) {
	r := reader{ctx: ctx, c: c, out: &catalog.Catalog{}, tables: map[string]*catalog.Table{}, text: map[string]created{}}
	for _, step := range []func() error{r.objects, r.columns, r.indexes, r.foreignKeys, r.triggers, r.viewColumns} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	r.finish()
	return r.out, nil
}

type reader struct {
	ctx context.Context
	c   *conn.Conn
	out *catalog.Catalog

	tables map[string]*catalog.Table // by exact name
	text   map[string]created        // by table
}

func (r *reader) each(sql string, row func(*conn.Row) error, args ...query.Value) error {
	return r.c.Run(r.ctx, conn.Query{SQL: sql}, args, row)
}

// objects makes the tables, virtual tables and views; their parts come in the later steps.
func (r *reader) objects() error {
	const sql = `SELECT o.name, o.sql, l.type, l.strict, l.wr
FROM main.sqlite_schema AS o JOIN pragma_table_list AS l ON l.name = o.name AND l.schema = 'main'
WHERE o.type IN ('table', 'view') ORDER BY o.name`
	var tables []catalog.Table
	err := r.each(sql, func(row *conn.Row) error {
		name, text := row.Text(0), row.Text(1)
		if strings.HasPrefix(catalog.Fold(name), "sqlite_") {
			return nil
		}
		switch row.Text(2) {
		case "table":
			r.text[name] = parseTable(text)
			tables = append(tables, catalog.Table{
				Name: name, SQL: text, Strict: row.Int64(3) == 1, WithoutRowID: row.Int64(4) == 1,
				Autoincrement: r.text[name].autoincrement, Checks: r.text[name].checks,
			})
		case "view":
			r.out.Views = append(r.out.Views, catalog.View{Name: name, SQL: text, Normal: Normal(text)})
		case "virtual":
			if module, args := parseVirtual(text); module == "fts5" {
				r.out.FTS = append(r.out.FTS, parseFTS(name, text, args))
			} else {
				r.out.Modules = append(r.out.Modules, catalog.ModuleTable{Name: name, Module: module, SQL: text})
			}
		}
		return nil
	})
	r.out.Tables = tables
	for i := range tables {
		r.tables[tables[i].Name] = &tables[i]
	}
	return err
}

// columns reads the columns of ordinary tables only: those of a virtual table whose module is
// missing here would fail the statement.
func (r *reader) columns() error {
	const sql = `SELECT l.name, x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden
FROM pragma_table_list AS l JOIN pragma_table_xinfo(l.name, 'main') AS x
WHERE l.schema = 'main' AND l.type = 'table' ORDER BY l.name, x.cid`
	type part struct {
		at   int64
		name string
	}
	keys := map[string][]part{}
	err := r.each(sql, func(row *conn.Row) error {
		t := r.tables[row.Text(0)]
		if t == nil {
			return nil
		}
		c := catalog.Column{Name: row.Text(1), Type: strings.ToUpper(row.Text(2)), NotNull: row.Int64(3) == 1}
		switch c.Default = Normal(row.Text(4)); {
		case row.Null(4), c.Default == "null":
			c.Default = "" // DEFAULT NULL is none
		case c.Default == "true":
			c.Default = "1" // https://www.sqlite.org/lang_expr.html#booleanexpr
		case c.Default == "false":
			c.Default = "0"
		}
		if pk := row.Int64(5); pk > 0 {
			keys[t.Name] = append(keys[t.Name], part{pk, c.Name})
		}
		text := r.text[t.Name]
		switch row.Int64(6) {
		case 2:
			c.Generated, c.Expr = catalog.Virtual, text.generated[catalog.Fold(c.Name)]
		case 3:
			c.Generated, c.Expr = catalog.Stored, text.generated[catalog.Fold(c.Name)]
		}
		c.Collation = text.collations[catalog.Fold(c.Name)]
		t.Columns = append(t.Columns, c)
		return nil
	})
	for name, parts := range keys {
		sort.Slice(parts, func(i, j int) bool { return parts[i].at < parts[j].at })
		t := r.tables[name]
		for _, p := range parts {
			t.Key = append(t.Key, p.name)
		}
		if k := t.IntegerKey(); k != "" {
			t.Column(k).NotNull = false // NOT NULL says nothing about a rowid
		}
	}
	return err
}

func (r *reader) indexes() error {
	const sql = `SELECT l.name, i.name, i."unique", i.origin, x.cid, x.name, x."desc", x.coll,
(SELECT o.sql FROM main.sqlite_schema AS o WHERE o.type = 'index' AND o.name = i.name)
FROM pragma_table_list AS l JOIN pragma_index_list(l.name, 'main') AS i JOIN pragma_index_xinfo(i.name, 'main') AS x
WHERE l.schema = 'main' AND l.type = 'table' AND i.origin <> 'pk' AND x.key = 1 ORDER BY l.name, i.name, x.seqno`
	var text indexText
	last := ""
	return r.each(sql, func(row *conn.Row) error {
		t := r.tables[row.Text(0)]
		if t == nil {
			return nil
		}
		if name := row.Text(1); name != last {
			last, text = name, indexText{}
			x := catalog.Index{Name: name, Unique: row.Int64(2) == 1, Constraint: row.Text(3) == "u"}
			if x.Constraint {
				x.Name = "" // SQLite numbers them anew in every table text
			} else {
				x.SQL = row.Text(8)
				text = parseIndex(x.SQL)
				x.Where = text.where
			}
			t.Indexes = append(t.Indexes, x)
		}
		x := &t.Indexes[len(t.Indexes)-1]
		p := catalog.Part{Column: row.Text(5), Desc: row.Int64(6) == 1, Collation: strings.ToUpper(row.Text(7))}
		if p.Collation == "BINARY" {
			p.Collation = ""
		}
		if cid := row.Int64(4); cid < 0 {
			p.Column = ""
			switch n := len(x.Parts); {
			case cid == -1:
				p.Expr = "rowid"
			case n < len(text.exprs):
				p.Expr = text.exprs[n]
			}
		}
		x.Parts = append(x.Parts, p)
		return nil
	})
}

func (r *reader) foreignKeys() error {
	const sql = `SELECT l.name, f.id, f."table", f."from", f."to", f.on_delete, f.on_update
FROM pragma_table_list AS l JOIN pragma_foreign_key_list(l.name, 'main') AS f
WHERE l.schema = 'main' AND l.type = 'table' ORDER BY l.name, f.id, f.seq`
	lastTable, lastID := "", int64(-1)
	return r.each(sql, func(row *conn.Row) error {
		t := r.tables[row.Text(0)]
		if t == nil {
			return nil
		}
		if id := row.Int64(1); t.Name != lastTable || id != lastID {
			lastTable, lastID = t.Name, id
			t.ForeignKeys = append(t.ForeignKeys, catalog.ForeignKey{Parent: row.Text(2),
				OnDelete: catalog.Action(strings.ToUpper(row.Text(5))), OnUpdate: catalog.Action(strings.ToUpper(row.Text(6)))})
		}
		f := &t.ForeignKeys[len(t.ForeignKeys)-1]
		f.Columns = append(f.Columns, row.Text(3))
		if !row.Null(4) {
			f.Remote = append(f.Remote, row.Text(4))
		}
		return nil
	})
}

func (r *reader) triggers() error {
	const sql = `SELECT o.tbl_name, o.name, o.sql FROM main.sqlite_schema AS o WHERE o.type = 'trigger' ORDER BY o.name`
	return r.each(sql, func(row *conn.Row) error {
		g := catalog.Trigger{Table: row.Text(0), Name: row.Text(1), SQL: row.Text(2), Normal: Normal(row.Text(2))}
		if t := r.out.Table(g.Table); t != nil {
			t.Triggers = append(t.Triggers, g)
		} else if v := r.out.View(g.Table); v != nil {
			v.Triggers = append(v.Triggers, g)
		}
		return nil
	})
}

// viewColumns reads each view by itself: one that names a lost table must not fail the rest.
func (r *reader) viewColumns() error {
	const sql = `SELECT x.name, x.type FROM pragma_table_xinfo(?, 'main') AS x ORDER BY x.cid`
	for i := range r.out.Views {
		v := &r.out.Views[i]
		err := r.each(sql, func(row *conn.Row) error {
			v.Columns = append(v.Columns, catalog.Column{Name: row.Text(0), Type: strings.ToUpper(row.Text(1))})
			return nil
		}, query.Text(v.Name))
		if err != nil {
			v.Columns = nil
			if r.ctx.Err() != nil {
				return err
			}
		}
	}
	return nil
}

// finish fills in what one table says about another and sorts what has no order.
func (r *reader) finish() {
	for i := range r.out.Tables {
		t := &r.out.Tables[i]
		for j := range t.ForeignKeys {
			f := &t.ForeignKeys[j]
			if p := r.out.Table(f.Parent); len(f.Remote) == 0 && p != nil {
				f.Remote = append([]string(nil), p.Key...)
			}
		}
		sort.SliceStable(t.ForeignKeys, func(a, b int) bool {
			return strings.Join(t.ForeignKeys[a].Columns, "\x00") < strings.Join(t.ForeignKeys[b].Columns, "\x00")
		})
		sort.SliceStable(t.Indexes, func(a, b int) bool {
			x, y := &t.Indexes[a], &t.Indexes[b]
			if x.Name != y.Name {
				return x.Name < y.Name
			}
			return strings.Join(x.Columns(), "\x00") < strings.Join(y.Columns(), "\x00")
		})
	}
}
