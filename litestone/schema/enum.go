package schema

import (
	"slices"

	"github.com/litestone-go/orm/litestone/syntax"
)

func (c *checker) declareEnum(d *syntax.Enum) {
	e := &Enum{Name: d.Name.Name, Doc: d.Doc, HasMachine: d.HasMachine, Span: d.Span}
	for _, v := range d.Values {
		switch {
		case v.Name.Name == "":
		case e.Has(v.Name.Name):
			c.fail(v.Name.Span, CodeDuplicateEnumValue, "leave one out", "enum %s: the value %s stands twice", e.Name, v.Name.Name)
		default:
			e.Values = append(e.Values, EnumValue{Name: v.Name.Name, Doc: v.Doc})
		}
	}
	if len(e.Values) == 0 {
		c.fail(d.Name.Span, CodeEmptyEnum, "write its values between the braces", "enum %s has no values", e.Name)
	}
	for _, t := range d.Transitions {
		c.declareTransition(e, t)
	}
	c.enums[e.Name] = e
	c.s.Enums = append(c.s.Enums, e)
}

// declareTransition checks a step: its name is new, both ends are values, and it leads elsewhere.
func (c *checker) declareTransition(e *Enum, t *syntax.Transition) {
	if t.Name.Name == "" {
		return
	}
	if slices.ContainsFunc(e.Transitions, func(o Transition) bool { return o.Name == t.Name.Name }) {
		c.fail(t.Name.Span, CodeDuplicateTransition, "give each transition its own name; several states go into one as [a, b] -> c",
			"enum %s: the transition %s stands twice", e.Name, t.Name.Name)
		return
	}
	out := Transition{Name: t.Name.Name, To: t.To.Name}
	for _, end := range append(slices.Clone(t.From), t.To) {
		if end.Name != "" && !e.Has(end.Name) {
			c.fail(end.Span, CodeUnknownEnumValue, suggest(end.Name, e.valueNames()...),
				"enum %s: transition %s: %s is not a value of the enum", e.Name, t.Name.Name, end.Name)
		}
	}
	for _, from := range t.From {
		if from.Name != "" && from.Name == t.To.Name {
			c.fail(from.Span, CodeTransitionToItself, "leave it out: keeping a state is always allowed",
				"enum %s: transition %s leads from %s to itself", e.Name, t.Name.Name, from.Name)
		}
		out.From = append(out.From, from.Name)
	}
	e.Transitions = append(e.Transitions, out)
}

func (e *Enum) valueNames() []string {
	names := make([]string, len(e.Values))
	for i := range e.Values {
		names[i] = e.Values[i].Name
	}
	return names
}
