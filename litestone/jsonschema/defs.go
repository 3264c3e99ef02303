package jsonschema

import "github.com/litestone-go/orm/litestone/schema"

// needEnum names an enum's definition.
func (w *writer) needEnum(e *schema.Enum) object {
	return w.need(e.Name, func() object {
		out := object{{"title", e.Name}}
		if e.Doc != "" {
			out = append(out, member{"description", e.Doc})
		}
		values := make([]string, len(e.Values))
		docs := object{}
		for i, v := range e.Values {
			values[i] = v.Name
			if v.Doc != "" {
				docs = append(docs, member{v.Name, v.Doc})
			}
		}
		out = append(out, member{"type", "string"}, member{"enum", values})
		facts := object{{"enum", e.Name}}
		if len(docs) > 0 {
			facts = append(facts, member{"values", docs})
		}
		if e.HasMachine {
			steps := object{}
			for _, t := range e.Transitions {
				steps = append(steps, member{t.Name, object{{"from", t.From}, {"to", t.To}}})
			}
			facts = append(facts, member{"transitions", steps})
		}
		return append(out, member{"x-litestone", facts})
	})
}

// needType names the definition of a typed Json value. A field that takes unknown keys has one of
// its own.
func (w *writer) needType(t *schema.Type) object {
	name := t.Name
	if !t.Strict {
		name += ".open" // no declared name has a dot
	}
	return w.need(name, func() object { return w.typ(t) })
}

func (w *writer) typ(t *schema.Type) object {
	out := object{{"title", t.Name}}
	if t.Doc != "" {
		out = append(out, member{"description", t.Doc})
	}
	properties, required := object{}, []string{}
	for _, f := range t.Fields {
		p, ok := w.property(f)
		if !ok {
			continue
		}
		properties = append(properties, member{f.Name, p})
		// A missing key is filled on the way in, so stored values have it.
		if !f.Optional && (!w.input() || f.Default == nil && !f.List) {
			required = append(required, f.Name)
		}
	}
	out = append(out, member{"type", "object"}, member{"properties", properties})
	if len(required) > 0 {
		out = append(out, member{"required", required})
	}
	if t.Strict {
		out = append(out, member{"additionalProperties", false})
	}
	return append(out, member{"x-litestone", object{{"type", t.Name}}})
}
