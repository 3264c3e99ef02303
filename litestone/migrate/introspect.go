package migrate

import (
	"context"
	"errors"
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/introspect"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/litestone-go/orm/litestone/syntax"
)

// IntrospectOptions say how a database is written as a schema.
type IntrospectOptions struct {
	Source    string // named in the first comment; may be empty
	Pluralize bool   // the schema will be read with plural table names
}

// Introspect writes a live database as a schema in canonical format. Pushing that schema to the
// same database has nothing to do: what would be made otherwise is marked @@external, with the
// reason in a comment, which is tried out here. The database is only read.
func Introspect(ctx context.Context, db *conn.DB, o IntrospectOptions) (string, error) {
	live, err := readLive(ctx, db)
	if err != nil {
		return "", err
	}
	w := introspector{ctx: ctx, db: db, live: live, o: o, external: map[string][]string{}, bare: map[string]bool{}, dates: map[[2]string]bool{}}
	for range len(live.Tables)*2 + 3 {
		text, settled, err := w.once()
		if err != nil || settled {
			return text, err
		}
	}
	return "", &liteerr.Error{Code: liteerr.Unsupported, Operation: "introspect", Message: "no schema was found that leaves the database as it is", Hint: "please report this as a bug of Litestone"}
}

type introspector struct {
	ctx      context.Context
	db       *conn.DB
	live     *catalog.Catalog
	o        IntrospectOptions
	external map[string][]string // folded tables that a schema cannot say, with the reasons
	bare     map[string]bool     // of these, the ones written without relations
	dates    map[[2]string]bool
}

// once writes the schema and marks what it would make otherwise. settled says that there was
// nothing to mark.
func (w *introspector) once() (text string, settled bool, err error) {
	var asking error
	text = introspect.Lite(w.live, introspect.LiteOptions{Source: w.o.Source, Pluralize: w.o.Pluralize, External: w.external, Bare: w.bare,
		Dates: func(table, column string) bool {
			yes, err := w.holdsDates(table, column)
			asking = errors.Join(asking, err)
			return yes
		}})
	if asking != nil {
		return "", false, asking
	}
	file, list := syntax.Parse(&diag.File{Name: "schema.lite", Text: text})
	if list.HasErrors() {
		return "", false, &liteerr.Error{Code: liteerr.Schema, Operation: "introspect", Message: "the schema that was made cannot be read: " + list.Error(), Hint: "please report this as a bug of Litestone", Err: list}
	}
	text = syntax.Format(file)
	s, err := schema.FromText("schema.lite", text, schema.Options{Pluralize: w.o.Pluralize})
	var wrong diag.List
	switch {
	case errors.As(err, &wrong):
		return "", false, w.refused(text, wrong)
	case err != nil:
		return "", false, err
	}
	d := s.Database("main")
	stmts, want, failed, err := pristineOf(w.ctx, s, d)
	if err != nil {
		return "", false, err
	}
	if len(failed) > 0 {
		for table, why := range failed {
			w.mark(table, why)
		}
		return "", false, nil
	}
	steps, err := newDiffer(want, w.live, s, d, stmts, w.db.Features().VersionNumber).steps()
	if err != nil {
		return "", false, err
	}
	for i := range steps {
		table, why := reasons(&steps[i])
		w.mark(table, why...)
	}
	return text, len(steps) == 0, nil
}

func (w *introspector) mark(table string, why ...string) {
	k := catalog.Fold(table)
	for _, reason := range why {
		if !contains(w.external[k], reason) {
			w.external[k] = append(w.external[k], reason)
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// refused marks the models that the schema's own rules do not take.
func (w *introspector) refused(text string, list diag.List) error {
	file, _ := syntax.Parse(&diag.File{Name: "schema.lite", Text: text})
	for _, d := range list {
		if d.Severity != diag.Error {
			continue
		}
		table := ""
		for _, decl := range file.Decls {
			m, ok := decl.(*syntax.Model)
			if ok && m.Span.Start <= d.Span.Start && d.Span.Start < m.Span.End {
				table = tableOfTree(m)
			}
		}
		k := catalog.Fold(table)
		t := w.live.Table(table)
		switch {
		case t == nil:
			return list
		case w.external[k] == nil:
			w.mark(table, d.Message)
		case !w.bare[k]:
			w.bare[k] = true
		default:
			return list
		}
	}
	return nil
}

// tableOfTree gives the table a model written by introspect stands for.
func tableOfTree(m *syntax.Model) string {
	for _, a := range m.Attrs {
		if a.Name.Name == "map" && len(a.Args) == 1 {
			if s, ok := a.Args[0].Value.(*syntax.Str); ok {
				return s.Value
			}
		}
	}
	return m.Name.Name
}

// reasons gives a step's table and why it would be taken.
func reasons(s *Step) (table string, why []string) {
	switch c := s.Change.(type) {
	case RebuildTable:
		return c.Table, c.Reasons
	case CreateTable:
		table = c.Table
	case AddColumn:
		table = c.Table
	case DropColumn:
		table = c.Table
	case SetNotNull:
		table = c.Table
	case CreateIndex:
		table = c.Table
	case DropIndex:
		table = c.Table
	case CreateSearch:
		table = c.Table
	case DropSearch:
		table = c.Table
	}
	return table, []string{s.Comment}
}

// pristineOf builds a schema in memory, table by table: failed tells the tables SQLite refuses.
func pristineOf(ctx context.Context, s *schema.Schema, d *schema.Database) (stmts []ddl.Statement, want *catalog.Catalog, failed map[string]string, err error) {
	db, err := conn.Open(ctx, conn.Options{Path: conn.Memory, Readers: 1})
	if err != nil {
		return nil, nil, nil, err
	}
	defer db.Close()
	stmts, failed = ddl.Build(s, d), map[string]string{}
	err = db.Tx(ctx, func(tx *conn.Tx) (err error) {
		c := tx.Conn()
		for i := range stmts {
			err := c.Savepoint(ctx, func() error { return c.Script(ctx, stmts[i].SQL) })
			if ctx.Err() != nil {
				return err
			}
			if err != nil {
				failed[stmts[i].Table] = strings.TrimPrefix(err.Error(), "litestone: ")
			}
		}
		want, err = introspect.Read(ctx, c)
		return err
	})
	return stmts, want, failed, err
}

// dateForm is the form a DateTime is stored in.
const dateForm = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9]Z"

// holdsDates looks at a thousand rows of a column; without a value there nothing is known.
func (w *introspector) holdsDates(table, column string) (bool, error) {
	at := [2]string{table, column}
	if yes, ok := w.dates[at]; ok {
		return yes, nil
	}
	values, others := int64(0), int64(0)
	c := ddl.Quote(column)
	sql := "SELECT count(v), coalesce(sum(v NOT GLOB '" + dateForm + "'), 0) FROM (SELECT " + c + " AS v FROM main." + ddl.Quote(table) + " WHERE " + c + " IS NOT NULL LIMIT 1000)"
	err := w.db.Read(w.ctx, func(cn *conn.Conn) error {
		return cn.Run(w.ctx, conn.Query{SQL: sql}, nil, func(r *conn.Row) error {
			values, others = r.Int64(0), r.Int64(1)
			return nil
		})
	})
	w.dates[at] = values > 0 && others == 0
	return w.dates[at], err
}
