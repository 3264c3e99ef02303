package schema

import (
	"slices"
	"strconv"
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
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

// bindModel binds the block attributes of a model and those of its fields.
func (c *checker) bindModel(md *modelDecl) {
	bound := make([]*use, len(md.attrs)) // in source order: what traits give stands before the host's
	first := map[string]*use{}           // of attributes that stand once
	for _, own := range []bool{true, false} {
		for i, at := range md.attrs {
			if (at.trait == nil) != own {
				continue
			}
			row := c.rowOf(md.at(), at.attr, true)
			if row == nil {
				continue
			}
			// The host's own attribute wins over a trait's; the first of two traits stands when
			// both say the same.
			if o := first[row.name]; o != nil && !row.repeat {
				switch {
				case own:
					c.duplicateAttr(md.at(), at.attr, o.attr)
				case o.trait != nil && o.attr.Span.Text() != at.attr.Span.Text():
					d := c.fail(at.attr.Span, CodeTraitConflict, "write the attribute in the model itself", "%s: two of its traits give different %s", md.at(), row.name)
					d.Related = []diag.Related{{Message: "the other one", Span: o.attr.Span}}
				}
				continue
			}
			if bound[i] = c.bind(&use{row: row, attr: at.attr, model: md, trait: at.trait}); bound[i] != nil {
				first[row.name] = bound[i]
			}
		}
	}
	for _, u := range bound {
		if u != nil {
			md.uses = append(md.uses, u)
		}
	}
	for _, d := range md.fields {
		c.bindField(d)
	}
}

func (m *modelDecl) useOf(name string) *use {
	for _, u := range m.uses {
		if u.row.name == name {
			return u
		}
	}
	return nil
}

func (d *fieldDecl) useOf(name string) *use {
	for _, u := range d.uses {
		if u.row.name == name {
			return u
		}
	}
	return nil
}

func (c *checker) duplicateAttr(at string, a, first *syntax.Attr) {
	d := c.fail(a.Span, CodeDuplicateAttribute, "keep one of them", "%s: %s stands twice", at, atName(a))
	d.Related = []diag.Related{{Message: "first here", Span: first.Span}}
}

func (c *checker) bindField(d *fieldDecl) {
	for _, a := range d.tree.Attrs {
		if fn := c.functions[a.Name.Name]; fn != nil && a.Paren && !a.Block {
			c.bindFunction(d, a, fn)
			continue
		}
		row := c.rowOf(d.at(), a, false)
		if row == nil {
			continue
		}
		if first := d.useOf(row.name); first != nil && !row.repeat {
			c.duplicateAttr(d.at(), a, first.attr)
			continue
		}
		if u := c.bind(&use{row: row, attr: a, field: d, trait: d.trait}); u != nil && c.mayStandHere(u) {
			d.uses = append(d.uses, u)
		}
	}
}

// rowOf finds the row of the table for an attribute; nil when it was reported.
func (c *checker) rowOf(at string, a *syntax.Attr, block bool) *attribute {
	if a.Name.Name == "" {
		return nil
	}
	name := atName(a)
	if row := c.table[name]; row != nil && a.Block == block {
		return row
	}
	hint := ""
	other := "@" + name
	if a.Block {
		other = strings.TrimPrefix(name, "@")
	}
	switch {
	case c.table[other] != nil && a.Block:
		hint = other + " stands on a field"
	case c.table[other] != nil:
		hint = other + " stands on a line of its own in the model"
	case !a.Block && c.functions[a.Name.Name] != nil:
		if !a.Paren {
			hint = "a function is called with its arguments: " + name + "(…)"
		}
	default:
		var names []string
		for n, row := range c.table {
			if strings.HasPrefix(n, "@@") == block && row.name == n {
				names = append(names, n)
			}
		}
		if !block {
			for _, fn := range c.s.Functions {
				names = append(names, "@"+fn.Name)
			}
		}
		slices.Sort(names)
		hint = diag.DidYouMean(name, names...)
	}
	c.fail(a.Span, CodeUnknownAttribute, hint, "%s: there is no attribute %s", at, name)
	return nil
}

func atName(a *syntax.Attr) string {
	if a.Block {
		return "@@" + a.Name.Name
	}
	return "@" + a.Name.Name
}

// bind gives each argument to its parameter: named ones by their name, the others in order, where
// an optional parameter of another kind is passed over. Nil when something was reported.
func (c *checker) bind(u *use) *use {
	u.args = make([]*syntax.Arg, len(u.row.params))
	ok, next := true, 0
	for _, a := range u.attr.Args {
		if _, reported := a.Value.(*syntax.Bad); reported || a.Value == nil {
			return nil
		}
		i := -1
		if a.Name.Name != "" {
			i = slices.IndexFunc(u.row.params, func(p param) bool { return p.name == a.Name.Name })
			if i < 0 {
				c.unknownArg(u, a)
				ok = false
				continue
			}
			if u.args[i] != nil {
				c.fail(a.Span, CodeDuplicateArgument, "keep one of them", "%s: %s: the argument %s is given twice", u.at(), u.row.name, a.Name.Name)
				ok = false
				continue
			}
		} else {
			i = u.positional(a, &next)
			if i < 0 {
				c.fail(a.Span, CodeUnknownArgument, u.row.usage(), "%s: %s takes no argument here", u.at(), u.row.name)
				ok = false
				continue
			}
		}
		p := u.row.params[i]
		if problem := p.problem(a.Value); problem != "" {
			c.fail(exprSpan(a.Value, a.Span), CodeWrongArgument, u.row.usage(), "%s: %s: %s", u.at(), u.row.name, problem)
			ok = false
			continue
		}
		u.args[i] = a
	}
	for i, p := range u.row.params {
		if p.required && u.args[i] == nil && ok {
			c.fail(u.attr.Span, CodeMissingArgument, u.row.usage(), "%s: %s: the argument %s is missing", u.at(), u.row.name, p.name)
			ok = false
		}
	}
	if !ok {
		return nil
	}
	return u
}

func (u *use) positional(a *syntax.Arg, next *int) int {
	params := u.row.params
	fallback := -1
	for i := *next; i < len(params); i++ {
		if params[i].named || u.args[i] != nil {
			continue
		}
		if params[i].problem(a.Value) == "" {
			*next = i + 1
			return i
		}
		if fallback < 0 {
			fallback = i
		}
		if params[i].required {
			break
		}
	}
	return fallback
}

func (c *checker) unknownArg(u *use, a *syntax.Arg) {
	var names []string
	for _, p := range u.row.params {
		names = append(names, p.name)
	}
	hint := diag.DidYouMean(a.Name.Name, names...)
	if hint == "" {
		hint = u.row.usage()
	}
	c.fail(a.Span, CodeUnknownArgument, hint, "%s: %s has no argument %s", u.at(), u.row.name, a.Name.Name)
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

// bareWord reads a name of one part.
func bareWord(e syntax.Expr) (string, bool) {
	n, ok := e.(*syntax.Name)
	if !ok || len(n.Parts) != 1 || n.Parts[0].Name == "" {
		return "", false
	}
	return n.Parts[0].Name, true
}

// apply runs the attributes of one stage, models in declared order, fields before blocks.
func (c *checker) apply(s stage) {
	run := func(u *use) {
		if u.row.stage == s && u.row.apply != nil {
			u.row.apply(c, u)
		}
	}
	for _, md := range c.order {
		for _, d := range md.fields {
			for _, u := range d.uses {
				run(u)
			}
		}
		for _, u := range md.uses {
			run(u)
		}
	}
	for _, t := range c.s.Types {
		for _, d := range c.types[t.Name].fields {
			for _, u := range d.uses {
				run(u)
			}
		}
	}
}
