package schema

import (
	"slices"
	"strconv"

	"github.com/litestone-go/orm/litestone/syntax"
)

// operand is a resolved side of a comparison with the field its value comes from, if any.
type operand struct {
	op   Operand
	leaf *Field // the column, or the field of a type at the end of a JSON path
}

// compare resolves x op y. Literals are brought into the form of the field they meet.
func (r *resolver) compare(e *syntax.Binary) Expr {
	op := CompareOp(slices.Index([]string{"==", "!=", "<", "<=", ">", ">="}, e.Op))
	x, y := unparen(e.X), unparen(e.Y)
	a, b := r.operands(x, y)
	if a.op == nil || b.op == nil {
		return nil
	}
	a, b = r.fit(a, b, x), r.fit(b, a, y)
	if a.op == nil || b.op == nil {
		return nil
	}
	if isNull(a.op) || isNull(b.op) {
		if op != Eq && op != Ne {
			return r.fail(e.Span, CodeWrongPolicy, "write == null or != null", "nothing is less or greater than null")
		}
	}
	for _, side := range [][2]operand{{a, b}, {b, a}} {
		if x, ok := side[0].op.(RelationRef); ok && isNull(side[1].op) && x.Relation.Across && x.Relation.Kind != BelongsTo {
			return r.lookUp(e.Span, x.Relation)
		}
		if problem, hint := r.meets(side[0], side[1], op); problem != "" {
			return r.fail(e.Span, CodeWrongPolicy, hint, "%s", problem)
		}
	}
	return Compare{Op: op, X: a.op, Y: b.op}
}

func isNull(o Operand) bool { l, ok := o.(Literal); return ok && l.Value == nil }

// meets says why a may not be compared with b.
func (r *resolver) meets(a, b operand, op CompareOp) (problem, hint string) {
	switch x := a.op.(type) {
	case AuthRef:
		if _, rel := b.op.(RelationRef); len(x.Path) == 0 && !rel && !isNull(b.op) {
			return "auth() as a whole is compared with null or a relation only", "write auth().id"
		}
		if len(x.Path) == 0 && op != Eq && op != Ne {
			return "auth() as a whole has no order", "write == or !="
		}
	case RelationRef:
		if op != Eq && op != Ne {
			return "the relation " + x.Relation.Name() + " has no order", "write == or !="
		}
		switch y := b.op.(type) {
		case AuthRef:
			if len(y.Path) > 0 {
				return "the relation " + x.Relation.Name() + " is compared with auth() as a whole", "write " + x.Relation.Name() + " == auth(), or compare its foreign key"
			}
			if s := r.c.subject(); s != nil && s != x.Relation.Target {
				return "the relation " + x.Relation.Name() + " leads to model " + x.Relation.Target.Name + ", and auth() is of model " + s.Name, ""
			}
		case RelationRef:
			if y.Relation.Target != x.Relation.Target {
				return "the relations " + x.Relation.Name() + " and " + y.Relation.Name() + " lead to different models", ""
			}
		default:
			if !isNull(b.op) {
				return "the relation " + x.Relation.Name() + " is compared with auth(), null or another relation only", "compare its foreign key"
			}
		}
	case FieldRef:
		if a.leaf.Encrypted != nil && !isNull(b.op) {
			return "the field " + a.leaf.Name + " is encrypted, so no rule can read it", ""
		}
		if (a.leaf.List || a.leaf.Type == Json || a.leaf.Type == Blob || a.leaf.Type == File) && !isNull(b.op) {
			return "the field " + a.leaf.Name + " of type " + a.leaf.TypeName() + " can be compared with null only", ""
		}
	case NowRef:
		if b.leaf != nil && b.leaf.Type != DateTime && b.leaf.Type != Text {
			return "now() is compared with a DateTime, and the field " + b.leaf.Name + " is " + b.leaf.Type.String(), ""
		}
	}
	return "", ""
}

func (c *checker) subject() *Model {
	for _, md := range c.order {
		if md.m.Subject {
			return md.m
		}
	}
	return nil
}

// fit brings a literal into the form of the field on the other side.
func (r *resolver) fit(o, other operand, e syntax.Expr) operand {
	lit, ok := o.op.(Literal)
	if !ok || lit.Value == nil || other.leaf == nil {
		return o
	}
	f := other.leaf
	problem := func(hint string) operand {
		r.fail(e.ExprSpan(), CodeWrongPolicy, hint, "the value does not fit the field %s of type %s", f.Name, f.TypeName())
		return operand{}
	}
	switch f.Type {
	case Integer, Real:
		switch lit.Value.(type) {
		case int64, float64:
			return o
		}
		return problem("write a number")
	case Boolean:
		if _, ok := lit.Value.(bool); !ok {
			return problem("write true or false")
		}
	case Text, EnumType, DateTime:
		s, ok := lit.Value.(string)
		if !ok {
			return problem("a text stands in quotes")
		}
		if f.Type == EnumType && !f.Enum.Has(s) {
			return problem(suggest(s, f.Enum.valueNames()...))
		}
		if f.Type == DateTime {
			t, ok := StoredDateTime(s)
			if !ok {
				return problem(`write "2026-01-31" or "2026-01-31T10:00:00Z"`)
			}
			if f.Model != nil { // inside typed JSON times are kept as written
				return operand{op: Literal{Value: t}}
			}
		}
	}
	return o
}

// operands resolves both sides. A bare word that is no field may be a value of the enum it is
// compared with.
func (r *resolver) operands(x, y syntax.Expr) (a, b operand) {
	strange := func(e syntax.Expr) bool {
		word, ok := bareWord(e)
		return ok && r.scope.field(word) == nil
	}
	if strange(x) && !strange(y) {
		b = r.operand(y)
		return r.valueOr(x, b), b
	}
	a = r.operand(x)
	return a, r.valueOr(y, a)
}

func (r *resolver) valueOr(e syntax.Expr, other operand) operand {
	word, ok := bareWord(e)
	if ok && other.leaf != nil && other.leaf.Enum != nil && other.leaf.Enum.Has(word) && r.scope.field(word) == nil {
		return operand{op: Literal{Value: word}}
	}
	return r.operand(e)
}

// field finds a name in the scope or one outwards.
func (s *policyScope) field(name string) *Field {
	for ; s != nil; s = s.outer {
		if f := s.model.byName[name]; f != nil {
			return f
		}
	}
	return nil
}

// operand resolves a value; its op is nil after a report.
func (r *resolver) operand(e syntax.Expr) operand {
	switch e := e.(type) {
	case *syntax.Paren:
		return r.operand(e.X)
	case *syntax.Name:
		return r.name(e)
	case *syntax.Str:
		return operand{op: Literal{Value: e.Value}}
	case *syntax.Bool:
		return operand{op: Literal{Value: e.Value}}
	case *syntax.Null:
		return operand{op: Literal{}}
	case *syntax.Num:
		if i, err := strconv.ParseInt(e.Text, 10, 64); err == nil {
			return operand{op: Literal{Value: i}}
		}
		if x, err := strconv.ParseFloat(e.Text, 64); err == nil {
			return operand{op: Literal{Value: x}}
		}
		r.fail(e.Span, CodeWrongPolicy, "", "%s is no number that can be kept", e.Text)
	case *syntax.Call:
		return r.callOperand(e)
	case *syntax.Bad, nil:
		r.failed = true
	default:
		r.fail(e.ExprSpan(), CodeWrongPolicy, "compare a field, auth(), now() or a literal", "this cannot be compared")
	}
	return operand{}
}

func (r *resolver) callOperand(e *syntax.Call) operand {
	name := e.Func.Name
	switch {
	case name == "auth" && len(e.Args) == 0:
		return operand{op: AuthRef{Path: identNames(e.Path)}}
	case name == "now" && len(e.Args) == 0 && len(e.Path) == 0:
		return operand{op: NowRef{}}
	case name == "auth" || name == "now":
		r.fail(e.Span, CodeWrongPolicy, "write "+name+"()", "%s() takes no arguments%s", name, map[bool]string{true: " and has no fields"}[name == "now"])
	case name == "check":
		r.fail(e.Span, CodeWrongPolicy, "check() stands alone or with &&, || and !", "check() cannot be compared")
	default:
		r.fail(e.Func.Span, CodeUnknownFunction, suggest(name, "auth", "now", "check"), "there is no function %s()", name)
	}
	return operand{}
}

// name resolves a dotted name: a field of the row, or of rows reached over to-one relations, or a
// key inside a typed Json field.
func (r *resolver) name(e *syntax.Name) operand {
	scope, outer := r.scope, 0
	for scope.model.byName[e.Parts[0].Name] == nil && scope.outer != nil {
		scope, outer = scope.outer, outer+1
	}
	if scope.model.byName[e.Parts[0].Name] == nil {
		scope, outer = r.scope, 0
	}
	var path []*Relation
	m := scope.model
	for i, part := range e.Parts {
		f := m.byName[part.Name]
		if f == nil {
			return r.unknownName(e, i, m)
		}
		last := i == len(e.Parts)-1
		switch {
		case f.Relation != nil && f.From == nil:
			if f.Relation.List() {
				r.fail(part.Span, CodeWrongPolicy, "ask for one of its rows: check("+part.Name+", field == value)", "the relation %s is a list", part.Name)
				return operand{}
			}
			if last {
				return operand{op: RelationRef{Path: path, Relation: f.Relation, Outer: outer}}
			}
			if f.Relation.Across {
				r.lookUp(part.Span, f.Relation)
				return operand{}
			}
			path = append(path, f.Relation)
			m = f.Relation.Target
			continue
		case f.Type == RelationType && f.From == nil:
			r.failed = true // the relation was reported
			return operand{}
		case !f.Stored():
			r.fail(part.Span, CodeFieldWithoutColumn, "rules see stored columns and relations; ask related rows with check(relation, field == value)", "the field %s has no column", part.Name)
			return operand{}
		case last:
			return operand{op: FieldRef{Path: path, Field: f, Outer: outer}, leaf: f}
		}
		return r.jsonPath(e, i, FieldRef{Path: path, Field: f, Outer: outer})
	}
	return operand{}
}

// jsonPath follows the rest of a name into a typed Json field.
func (r *resolver) jsonPath(e *syntax.Name, i int, ref FieldRef) operand {
	leaf := ref.Field
	for _, part := range e.Parts[i+1:] {
		if leaf.JSONType == nil || leaf.List {
			r.fail(part.Span, CodeWrongPolicy, "", "the field %s is neither a relation nor typed Json, so it has no %s", leaf.Name, part.Name)
			return operand{}
		}
		next := leaf.JSONType.Field(part.Name)
		if next == nil {
			var names []string
			for _, f := range leaf.JSONType.Fields {
				names = append(names, f.Name)
			}
			r.fail(part.Span, CodeUnknownField, suggest(part.Name, names...), "type %s has no field %s", leaf.JSONType.Name, part.Name)
			return operand{}
		}
		leaf = next
		ref.JSON = append(ref.JSON, part.Name)
	}
	return operand{op: ref, leaf: leaf}
}

func (r *resolver) unknownName(e *syntax.Name, i int, m *Model) operand {
	part := e.Parts[i]
	hint := suggest(part.Name, m.fieldNames()...)
	if i == 0 && (part.Name == "auth" || part.Name == "now") {
		hint = "write " + part.Name + "()"
	}
	r.fail(part.Span, CodeUnknownField, hint, "model %s has no field %s", m.Name, part.Name)
	return operand{}
}
