package litestone

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"runtime/debug"
	"slices"
	"unsafe"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Computed is the function of an @computed field, registered in Config.Computed. Compute makes one of
// a function over a generated struct; a Computed written by hand has a Value.
//
// The function runs for every row that shows the field, whichever way the row is answered, once the
// row was read. It is given the fields it needs, and no others, as the caller may read them: they are
// read where the call does not select them, and do not show in its answer then. Where a need may not
// be read, in a row or at all, the function is not asked, and the field is absent like one the caller
// may not read. @omit is no such rule.
//
// A function must be safe for concurrent use, and must neither keep nor change the row. It should not
// call the client: in a write and in a transaction that is refused. Its error or panic, or an answer
// that the field cannot hold, fails the call with CodeComputed; a write is undone then.
type Computed struct {
	// Needs are the fields the function is made of: columns, @from values, and other computed fields
	// that have a function, as long as none needs itself by way of others.
	// Defaults to all columns: those the caller may not read are as if the row had none.
	Needs []string

	// Value answers the field's value: nil, Go's own types and those of a JSON tree, checked like
	// the values of a write. Only a T? field takes nil.
	Value func(ctx context.Context, row *Record) (any, error)

	typed *computedTyped
}

// computedTyped is a function over a generated struct.
type computedTyped struct {
	row, value reflect.Type
	needs      []query.Col
	call       func(f *schema.Field, path rows.Path) maker
}

// Compute makes a Computed of a function over a generated struct, which needs some of its columns;
// none given means all. V is the type of the struct's field, or what its pointer points to.
//
//	litestone.Config{Computed: map[string]map[string]litestone.Computed{
//		"users": {"fullName": litestone.Compute(fullName, models.Users.FirstName, models.Users.LastName)},
//	}}
//
//	func fullName(_ context.Context, u *models.User) (string, error) {
//		return u.FirstName + " " + u.LastName, nil
//	}
func Compute[T, V any](value func(ctx context.Context, row *T) (V, error), needs ...Col) Computed {
	x := &computedTyped{row: reflect.TypeFor[T](), value: reflect.TypeFor[V](), needs: needs}
	if value != nil {
		x.call = func(f *schema.Field, path rows.Path) maker {
			return func(ctx context.Context, row unsafe.Pointer) (query.Value, error) {
				v, err := value(ctx, (*T)(row))
				if err != nil {
					return query.Null(), err
				}
				if path != rows.Slow {
					return rows.Stored(f, path, unsafe.Pointer(&v))
				}
				return storedAny(f, v)
			}
		}
	}
	return Computed{typed: x}
}

// computedSet is the functions of a client, and what each needs.
type computedSet struct {
	functions rows.Functions
	needs     map[*schema.Field][]*schema.Field
	plugins   *installed
}

// computedFields finds the fields of Config.Computed and refuses what could not work.
func computedFields(s *schema.Schema, in map[string]map[string]Computed, types []*rows.Type, p *installed) (computedSet, error) {
	out := computedSet{plugins: p}
	if len(in) == 0 {
		return out, nil
	}
	out.functions, out.needs = rows.Functions{}, map[*schema.Field][]*schema.Field{}
	entries := map[*schema.Field]Computed{}
	var order []*schema.Field
	for _, name := range slices.Sorted(maps.Keys(in)) {
		m := s.Model(name)
		if m == nil {
			return out, computedWrong(nil, "", fmt.Sprintf("Config.Computed names %q, which is no model", name), diag.DidYouMean(name, accessors(s)...))
		}
		for _, field := range slices.Sorted(maps.Keys(in[name])) {
			f := m.Field(field)
			switch {
			case f == nil:
				return out, computedWrong(m, field, fmt.Sprintf("Config.Computed: there is no field %q", field), diag.DidYouMean(field, computedNames(m)...))
			case !f.Computed:
				return out, computedWrong(m, field, "Config.Computed: the field is not @computed", "its values come from elsewhere")
			}
			if _, twice := entries[f]; twice {
				return out, computedWrong(m, field, fmt.Sprintf("Config.Computed: the field is there twice, under %q and %q", m.Name, m.Accessor), "leave one")
			}
			entries[f] = in[name][field]
			order = append(order, f)
		}
	}
	for _, f := range order {
		if err := out.add(f, entries[f], types[f.Model.Index]); err != nil {
			return out, err
		}
	}
	for _, f := range order {
		if err := out.ends(f); err != nil {
			return out, err
		}
	}
	return out, nil
}

// add makes the function of one field.
func (s *computedSet) add(f *schema.Field, c Computed, t *rows.Type) (err error) {
	m := f.Model
	switch {
	case c.Value != nil && c.typed != nil:
		return computedWrong(m, f.Name, "Config.Computed: the field has two functions, Compute's and Value", "leave one")
	case c.typed != nil && len(c.Needs) > 0:
		return computedWrong(m, f.Name, "Config.Computed: what Compute's function needs are its columns", "leave Needs out")
	case c.Value == nil && (c.typed == nil || c.typed.call == nil):
		return computedWrong(m, f.Name, "Config.Computed: the field has no function", "give Value, or make it with Compute")
	}
	fn := &rows.Function{Field: f}
	if c.typed == nil {
		fn.Call = func(ctx context.Context, row unsafe.Pointer) (query.Value, error) {
			v, err := c.Value(ctx, (*Record)(row))
			if err != nil {
				return query.Null(), err
			}
			return storedAny(f, v)
		}
		for _, name := range c.Needs {
			if err := s.need(f, name, m.Field(name)); err != nil {
				return err
			}
		}
	} else {
		if fn.Type, fn.Call, err = c.typed.function(f, t); err != nil {
			return err
		}
		for _, c := range c.typed.needs {
			if err := s.needColumn(f, c); err != nil {
				return err
			}
		}
	}
	fn.Call = s.guarded(f, fn.Call)
	s.functions[f] = fn
	if s.needs[f] == nil {
		s.needs[f] = []*schema.Field{}
	}
	return nil
}

type maker = func(context.Context, unsafe.Pointer) (query.Value, error)

// guarded makes a panic of a function an error, which fails the call and nothing else.
func (s *computedSet) guarded(f *schema.Field, call maker) maker {
	return func(ctx context.Context, row unsafe.Pointer) (v query.Value, err error) {
		defer func() {
			x := recover()
			if x == nil {
				return
			}
			s.plugins.log().ErrorContext(ctx, "litestone: a function of the program panicked",
				"in", "Config.Computed", "model", f.Model.Accessor, "field", f.Name, "panic", fmt.Sprint(x), "stack", string(debug.Stack()))
			if cause, ok := x.(error); ok {
				err = fmt.Errorf("the function panicked: %w", cause)
			} else {
				err = fmt.Errorf("the function panicked: %v", x)
			}
		}()
		return call(ctx, row)
	}
}

// need adds an input.
func (s *computedSet) need(f *schema.Field, name string, n *schema.Field) error {
	switch {
	case n == nil:
		names := make([]string, 0, len(f.Model.Fields))
		for _, x := range f.Model.Fields {
			if inputOf(x) {
				names = append(names, x.Name)
			}
		}
		return computedWrong(f.Model, f.Name, fmt.Sprintf("Config.Computed: it needs %q, which is no field of the model", name), diag.DidYouMean(name, names...))
	case !inputOf(n):
		return computedWrong(f.Model, f.Name, fmt.Sprintf("Config.Computed: it needs %s, which answers rows of another model", name), "need columns, or a @from field that is a value")
	case !slices.Contains(s.needs[f], n):
		s.needs[f] = append(s.needs[f], n)
	}
	return nil
}

// needColumn adds an input named by its column.
func (s *computedSet) needColumn(f *schema.Field, c query.Col) error {
	if c == nil {
		return computedWrong(f.Model, f.Name, "Config.Computed: it needs a column that is nil", "")
	}
	r := query.RefOfColumn(c)
	if p, ok := c.(interface{ Path() []string }); ok && len(p.Path()) > 0 {
		return computedWrong(f.Model, f.Name, fmt.Sprintf("Config.Computed: it needs a key inside %s", r.Name), "need the field")
	}
	n, err := r.Field(f.Model)
	if err != nil {
		return computedWrong(f.Model, f.Name, fmt.Sprintf("Config.Computed: it needs %s of %s, which is another model", r.Name, r.Model), "use columns of "+f.Model.Name)
	}
	return s.need(f, r.Name, n)
}

// inputOf reports whether functions can be given a field: one that holds a value of the row.
func inputOf(f *schema.Field) bool {
	return f.Stored() || f.Computed || f.From != nil && f.From.Kind != schema.FromFirst && f.From.Kind != schema.FromLast
}

// ends refuses a computed field that needs itself, or one that nothing fills.
func (s *computedSet) ends(f *schema.Field) error {
	var walk func(x *schema.Field, path []*schema.Field) error
	walk = func(x *schema.Field, path []*schema.Field) error {
		for _, n := range s.needs[x] {
			switch {
			case !n.Computed:
			case s.functions[n] == nil:
				return computedWrong(f.Model, x.Name, fmt.Sprintf("Config.Computed: it needs %s, which has no function", n.Name), "register one")
			case slices.Contains(path, n):
				return computedWrong(f.Model, x.Name, fmt.Sprintf("Config.Computed: it needs %s, which needs it", n.Name), "leave one of them out")
			default:
				if err := walk(n, append(path[:len(path):len(path)], n)); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return walk(f, []*schema.Field{f})
}

// function makes a field's function of one over a struct. t is the model's generated struct; nil for
// a client without: then what the function takes must fit the model.
func (c *computedTyped) function(f *schema.Field, t *rows.Type) (*rows.Type, maker, error) {
	m := f.Model
	switch {
	case c.row.Kind() != reflect.Struct:
		return nil, nil, computedWrong(m, f.Name, fmt.Sprintf("Config.Computed: the function takes a %s, not a generated struct", c.row), "give Value a function over *litestone.Record")
	case t == nil:
		var err error
		if t, err = rows.Describe(m, c.row); err != nil {
			return nil, nil, computedWrong(m, f.Name, "Config.Computed: the function takes a "+c.row.String()+": "+err.Error(), "")
		}
	case t.Go != c.row:
		return nil, nil, computedWrong(m, f.Name, fmt.Sprintf("Config.Computed: the function takes a %s, and rows are %s", c.row, t.Go), "use the model's own struct")
	}
	want := t.FieldType(f)
	if want == nil {
		return nil, nil, computedWrong(m, f.Name, fmt.Sprintf("Config.Computed: %s has no such field", t.Go), "run lite2go again")
	}
	if c.value != want && !(want.Kind() == reflect.Pointer && c.value == want.Elem()) {
		return nil, nil, computedWrong(m, f.Name, fmt.Sprintf("Config.Computed: the function answers %s, and the field is %s", c.value, want), "")
	}
	return t, c.call(f, rows.PathOf(f, c.value)), nil
}

func computedWrong(m *schema.Model, field, message, hint string) *Error {
	e := &Error{Code: CodeConfig, Operation: "open", Message: message, Hint: hint}
	if m != nil {
		e.Model, e.Fields = m.Accessor, []string{field}
	}
	return e
}

func accessors(s *schema.Schema) []string {
	names := make([]string, len(s.Models))
	for i, m := range s.Models {
		names[i] = m.Accessor
	}
	return names
}

func computedNames(m *schema.Model) (names []string) {
	for _, f := range m.Fields {
		if f.Computed {
			names = append(names, f.Name)
		}
	}
	return names
}
