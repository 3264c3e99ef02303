package schema

import (
	"slices"
	"strconv"
	"strings"

	"github.com/litestone-go/orm/litestone/syntax"
)

// An attribute is one row of the attribute table: its name, where it may stand, what arguments it
// takes, and what it does. What no row takes is an error.
type attribute struct {
	name   string // with its @ or @@
	params []param
	on     typeSet  // field attributes: the types it stands on; 0 for any but relations
	lists  listRule // field attributes: whether it stands on lists
	inType bool     // may stand on a field of a type
	column bool     // wants a stored column that is written by callers: not generated, derived or computed
	repeat bool     // may stand several times
	sqlite bool     // needs a model in an sqlite database
	shared bool     // a schema function may have the same name: it takes no arguments itself
	stage  stage
	apply  func(*checker, *use)

	notInTrait bool // @@ only
}

// stage says in which pass an attribute is applied.
type stage uint8

const (
	shape    stage = iota // columns, keys and databases: before names are derived
	relation              // read while relations are linked
	content               // may look at every column and relation
	access                // policies
)

// typeSet is a set of Scalars.
type typeSet uint16

func on(types ...Scalar) (s typeSet) {
	for _, t := range types {
		s |= 1 << t
	}
	return s
}

func (s typeSet) has(t Scalar) bool { return s&(1<<t) != 0 }

// listRule says whether an attribute stands on lists.
type listRule uint8

const (
	singleOnly listRule = iota
	alsoLists
	listsOnly
)

// argKind is what an argument must be.
type argKind uint8

const (
	argText argKind = iota
	argInt
	argNumber
	argBool
	argTrue   // only the word true
	argWord   // a bare name
	argFields // [a, b]
	argNames  // a or [a, b]
	argAny    // read by apply
)

// param is one argument an attribute takes.
type param struct {
	name     string
	kind     argKind
	required bool
	named    bool     // only as name: value
	words    []string // argWord: the words there are; nil for any
}

// use is one attribute in a schema, bound to its row and arguments.
type use struct {
	row   *attribute
	attr  *syntax.Attr
	args  []*syntax.Arg // by parameter; nil where none was given
	model *modelDecl    // block attributes
	field *fieldDecl    // field attributes
	fn    *Function     // the schema function called, row is then functionCall
	trait *syntax.Trait
}

// at names what the attribute stands on.
func (u *use) at() string {
	if u.field != nil {
		return u.field.at()
	}
	return u.model.at()
}

func (u *use) arg(name string) *syntax.Arg {
	for i := range u.row.params {
		if u.row.params[i].name == name {
			return u.args[i]
		}
	}
	return nil
}

// The typed readers answer a zero value for an argument that was not given; binding has checked
// the kinds.

func (u *use) text(name string) string {
	if a := u.arg(name); a != nil {
		return a.Value.(*syntax.Str).Value
	}
	return ""
}

func (u *use) word(name string) string {
	if a := u.arg(name); a != nil {
		w, _ := bareWord(a.Value)
		return w
	}
	return ""
}

func (u *use) boolean(name string, otherwise bool) bool {
	if a := u.arg(name); a != nil {
		return a.Value.(*syntax.Bool).Value
	}
	return otherwise
}

func (u *use) number(name string) float64 {
	if a := u.arg(name); a != nil {
		n, _ := strconv.ParseFloat(a.Value.(*syntax.Num).Text, 64)
		return n
	}
	return 0
}

func (u *use) integer(name string, otherwise int) int {
	if a := u.arg(name); a != nil {
		n, _ := strconv.Atoi(a.Value.(*syntax.Num).Text)
		return n
	}
	return otherwise
}

// names gives the bare names of an argFields or argNames argument.
func (u *use) names(name string) []syntax.Ident {
	a := u.arg(name)
	if a == nil {
		return nil
	}
	if l, ok := a.Value.(*syntax.List); ok {
		out := make([]syntax.Ident, 0, len(l.Items))
		for _, item := range l.Items {
			if n, ok := item.(*syntax.Name); ok && len(n.Parts) == 1 {
				out = append(out, n.Parts[0])
			}
		}
		return out
	}
	if n, ok := a.Value.(*syntax.Name); ok {
		return n.Parts[:1]
	}
	return nil
}

// usage shows how the attribute is written.
func (r *attribute) usage() string {
	if len(r.params) == 0 {
		return "write " + r.name
	}
	var parts []string
	for _, p := range r.params {
		s := p.name
		if len(p.words) > 0 {
			s = strings.Join(p.words, " or ")
		}
		switch {
		case p.named:
			s = p.name + ": " + p.kind.example()
		case p.kind == argText:
			s = `"` + s + `"`
		case p.kind == argFields:
			s = "[" + s + "]"
		}
		if !p.required && len(r.params) > 1 {
			s += "?"
		}
		parts = append(parts, s)
	}
	full := r.name + "(" + strings.Join(parts, ", ") + ")"
	if slices.ContainsFunc(r.params, func(p param) bool { return p.required }) {
		return "write " + full
	}
	return "write " + r.name + " or " + full
}

func (k argKind) example() string {
	return [...]string{`"…"`, "1", "1", "true or false", "true", "name", "[name]", "name", "value"}[k]
}

// problem says why a value does not fit the parameter; "" when it fits.
func (p param) problem(e syntax.Expr) string {
	switch p.kind {
	case argText:
		if _, ok := e.(*syntax.Str); !ok {
			return "the argument " + p.name + " must be a text in quotes"
		}
	case argInt, argNumber:
		n, ok := e.(*syntax.Num)
		if !ok {
			return "the argument " + p.name + " must be a number"
		}
		if _, err := strconv.ParseFloat(n.Text, 64); err != nil {
			return "the argument " + p.name + " is no number that can be kept"
		}
		if _, err := strconv.Atoi(n.Text); p.kind == argInt && (err != nil || n.Text[0] == '-') {
			return "the argument " + p.name + " must be a whole number, 0 or more"
		}
	case argBool:
		if _, ok := e.(*syntax.Bool); !ok {
			return "the argument " + p.name + " must be true or false"
		}
	case argTrue:
		if b, ok := e.(*syntax.Bool); !ok || !b.Value {
			return "the argument " + p.name + " must be true"
		}
	case argWord:
		w, ok := bareWord(e)
		if !ok {
			return "the argument " + p.name + " must be a plain name"
		}
		if p.words != nil && !slices.Contains(p.words, w) {
			return "only " + strings.Join(p.words, " or ") + " may stand here, not " + w
		}
	case argFields, argNames:
		l, ok := e.(*syntax.List)
		if !ok {
			if _, bare := bareWord(e); bare && p.kind == argNames {
				return ""
			}
			return "the argument " + p.name + " must be a list in brackets"
		}
		if len(l.Items) == 0 {
			return "the argument " + p.name + " is an empty list"
		}
		for _, item := range l.Items {
			if _, ok := bareWord(item); !ok {
				return "the argument " + p.name + " must list plain names"
			}
		}
	}
	return ""
}
