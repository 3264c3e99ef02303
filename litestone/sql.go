package litestone

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/query"
)

// SQL starts a statement of the caller's own on the main database (On names another): the escape
// hatch. No policy, field rule, soft delete or global filter applies to it, and no
// schema knows its columns; ? stands for each of args, which are bound, never written into
// the text. A view of As is refused: its caller is not trusted with SQL.
//
//	var n int64
//	err := db.SQL("SELECT count(*) FROM users WHERE email LIKE ?", "%@example.com").Scan(ctx, &n)
func (c *Client) SQL(text string, args ...any) *Statement {
	return &Statement{c: c, database: "main", text: text, args: args}
}

// Statement is a raw statement that has not run yet.
type Statement struct {
	c        *Client
	database string
	text     string
	args     []any
}

// On runs the statement on another database of the schema.
func (s *Statement) On(database string) *Statement {
	s.database = database
	return s
}

// Exec runs the statement and answers how many rows it changed.
func (s *Statement) Exec(ctx context.Context) (int64, error) {
	var n int64
	err := s.run(ctx, true, func(ctx context.Context, cn *conn.Conn, args []query.Value, w *watch) error {
		r, err := w.exec(ctx, cn, s.text, args)
		n = r.Changes
		return err
	})
	return n, err
}

// Rows runs the statement and answers its rows as maps: nil, int64, float64, string or []byte
// by column name.
func (s *Statement) Rows(ctx context.Context) ([]map[string]any, error) {
	out := []map[string]any{}
	err := s.query(ctx, func(r *conn.Row) error {
		m := make(map[string]any, r.Len())
		for i := range r.Len() {
			m[r.Name(i)] = r.Value(i)
		}
		out = append(out, m)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Scan runs the statement and reads its rows into dest: a pointer to a scalar (the first
// column of the first row), to a struct (the first row, columns by json name or field name), or
// to a slice of either. No row leaves a scalar or struct as it was and answers ErrNotFound.
func (s *Statement) Scan(ctx context.Context, dest any) error {
	v := reflect.ValueOf(dest)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return &Error{Code: CodeValidation, Operation: "sql", Message: fmt.Sprintf("Scan needs a pointer, not %T", dest)}
	}
	v = v.Elem()
	list := v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8
	n := 0
	if list {
		v.SetLen(0)
	}
	err := s.query(ctx, func(r *conn.Row) error {
		n++
		if !list {
			if n > 1 {
				return nil
			}
			return scanRow(v, r)
		}
		e := reflect.New(v.Type().Elem()).Elem()
		if err := scanRow(e, r); err != nil {
			return err
		}
		v.Set(reflect.Append(v, e))
		return nil
	})
	if err == nil && n == 0 && !list {
		err = &Error{Code: CodeNotFound, Operation: "sql", Message: "the statement answers no row"}
	}
	return err
}

func (s *Statement) query(ctx context.Context, each func(*conn.Row) error) error {
	return s.run(ctx, !readOnly(s.text), func(ctx context.Context, cn *conn.Conn, args []query.Value, w *watch) error {
		return w.run(ctx, cn, s.text, args, each)
	})
}

// run runs the statement, watched where somebody watches.
func (s *Statement) run(ctx context.Context, writes bool, f func(context.Context, *conn.Conn, []query.Value, *watch) error) (err error) {
	o := s.c.watched(ctx)
	if o == nil {
		return s.connect(ctx, writes, func(cn *conn.Conn, args []query.Value) error { return f(ctx, cn, args, nil) })
	}
	ctx, w := s.c.watches(ctx, o, nil, "sql", s.database, nil)
	err = errPanicked
	defer func() { w.end(w.rows, err) }()
	err = s.connect(ctx, writes, func(cn *conn.Conn, args []query.Value) error { return f(ctx, cn, args, w) })
	return err
}

// connect finds a connection: the transaction's, a reader for what only reads, else the writer.
func (s *Statement) connect(ctx context.Context, writes bool, f func(*conn.Conn, []query.Value) error) error {
	sess, err := s.c.session(ctx)
	if err != nil {
		return err
	}
	if sess.Scoped {
		return &Error{Code: CodeAccessDenied, Operation: "sql", Message: "a client scoped by auth takes no raw SQL", Hint: "use the client it was made from, or AsSystem"}
	}
	frag := query.SQL(s.text, s.args...)
	if frag.Err != nil {
		return frag.Err
	}
	d, err := s.c.core.named(s.database)
	if err != nil {
		return err
	}
	run := func(cn *conn.Conn) error { return f(cn, frag.Args) }
	switch {
	case s.c.tx != nil && !d.db.ReadOnly():
		t, err := s.c.tx.conn(d)
		if err != nil {
			return err
		}
		return run(t.Conn())
	case outside(ctx, d) != nil:
		return outside(ctx, d)
	case writes:
		return d.db.Write(ctx, run)
	}
	return d.db.Read(ctx, run)
}

func (co *core) named(name string) (*database, error) {
	for _, d := range co.databases {
		if d.Name == name && d.db != nil {
			return d, nil
		}
	}
	return nil, &Error{Code: CodeValidation, Operation: "sql", Message: fmt.Sprintf("there is no open sqlite database %q", name)}
}

// readOnly reports whether a statement can run on a reader. A wrong guess is harmless: readers
// refuse writes.
func readOnly(sql string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(sql), " ")
	switch strings.ToUpper(strings.TrimSpace(word)) {
	case "SELECT", "VALUES", "EXPLAIN":
		return true
	}
	return false
}

// scanRow fills a scalar or a struct from a row.
func scanRow(v reflect.Value, r *conn.Row) error {
	if v.Kind() == reflect.Pointer && v.Type().Elem().Kind() == reflect.Struct {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct || v.Addr().Type().Implements(scannerType) {
		if r.Len() == 0 {
			return nil
		}
		return scanValue(v, r, 0)
	}
	for i := range r.Len() {
		f := fieldNamed(v, r.Name(i))
		if !f.IsValid() {
			return &Error{Code: CodeValidation, Operation: "sql", Fields: []string{r.Name(i)}, Message: fmt.Sprintf("%s has no field for column %q", v.Type(), r.Name(i))}
		}
		if err := scanValue(f, r, i); err != nil {
			return err
		}
	}
	return nil
}

// fieldNamed finds a field by its json name, else by its own, case aside.
func fieldNamed(v reflect.Value, name string) reflect.Value {
	t := v.Type()
	for i := range t.NumField() {
		tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if t.Field(i).IsExported() && (tag == name || strings.EqualFold(t.Field(i).Name, name)) {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}

type scanner interface{ Scan(any) error }

var scannerType = reflect.TypeFor[scanner]()

func scanValue(v reflect.Value, r *conn.Row, i int) error {
	if v.Kind() == reflect.Pointer {
		if r.Null(i) {
			v.SetZero()
			return nil
		}
		v.Set(reflect.New(v.Type().Elem()))
		return scanValue(v.Elem(), r, i)
	}
	if s, ok := v.Addr().Interface().(scanner); ok {
		return s.Scan(r.Value(i))
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(r.Text(i))
	case reflect.Bool:
		v.SetBool(r.Int64(i) != 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if v.OverflowInt(r.Int64(i)) {
			return &Error{Code: CodeValidation, Operation: "sql", Fields: []string{r.Name(i)}, Message: fmt.Sprintf("%d does not fit a %s", r.Int64(i), v.Type())}
		}
		v.SetInt(r.Int64(i))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(r.Float64(i))
	case reflect.Interface:
		if x := r.Value(i); x != nil {
			v.Set(reflect.ValueOf(x))
		} else {
			v.SetZero()
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(append([]byte{}, r.Bytes(i)...))
			return nil
		}
		return json.Unmarshal(r.Bytes(i), v.Addr().Interface())
	default:
		return json.Unmarshal(r.Bytes(i), v.Addr().Interface())
	}
	return nil
}
