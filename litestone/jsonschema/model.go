package jsonschema

import (
	"strconv"

	"github.com/litestone-go/orm/litestone/schema"
)

// writer writes one document and remembers what its $defs must hold.
type writer struct {
	Options
	root   *schema.Model // described by the document itself
	named  map[string]int
	needed []definition // in the order they were first named
}

// definition is one entry of $defs.
type definition struct {
	name string
	make func() object
}

func newWriter(o Options) *writer { return &writer{Options: o, named: map[string]int{}} }

func (w *writer) input() bool { return w.Mode != Full }

// need gives the reference to a definition, which is made later.
func (w *writer) need(name string, make func() object) object {
	if _, ok := w.named[name]; !ok {
		w.named[name] = len(w.needed)
		w.needed = append(w.needed, definition{name, make})
	}
	return object{{"$ref", "#/$defs/" + pointer(name)}}
}

func (w *writer) needModel(m *schema.Model) object {
	if m == w.root {
		return object{{"$ref", "#"}}
	}
	return w.need(m.Name, func() object { return w.model(m) })
}

// defs makes what was named; making it may name more.
func (w *writer) defs() object {
	out := object{}
	for i := 0; i < len(w.needed); i++ {
		d := w.needed[i]
		out = append(out, member{d.name, d.make()})
	}
	return out
}

// pointer escapes a name inside a JSON pointer in a URI (RFC 6901). Names of the language are
// letters, digits and underscores; other letters are percent-encoded.
func pointer(name string) string {
	var b []byte
	for i := 0; i < len(name); i++ {
		if c := name[i]; c < 0x80 {
			b = append(b, c)
		} else {
			b = append(b, '%')
			b = append(b, hex(c>>4), hex(c&15))
		}
	}
	return string(b)
}

func hex(n byte) byte { return "0123456789ABCDEF"[n] }

// model describes a model as an object.
func (w *writer) model(m *schema.Model) object {
	out := object{{"title", m.Name}}
	if m.Doc != "" {
		out = append(out, member{"description", m.Doc})
	}
	properties, required := object{}, []string{}
	foreign := w.foreign(m)
	for _, f := range m.Fields {
		if !Describes(m, w.Options) || !w.shows(f) {
			continue
		}
		p, ok := w.property(f)
		if !ok {
			continue
		}
		properties = append(properties, member{f.Name, p})
		if w.required(f) && !foreign[f] {
			required = append(required, f.Name)
		}
	}
	out = append(out, member{"type", "object"}, member{"properties", properties})
	if len(required) > 0 {
		out = append(out, member{"required", required})
	}
	// Answers may carry more: counts, ranks, window columns, and relations where those are not
	// described.
	if w.input() {
		out = append(out, member{"additionalProperties", false})
	}
	return append(out, member{"x-litestone", w.modelFacts(m)})
}

// foreign are the keys that a nested create or connect fills.
func (w *writer) foreign(m *schema.Model) map[*schema.Field]bool {
	out := map[*schema.Field]bool{}
	if !w.Relations || !w.input() {
		return out
	}
	for _, r := range m.Relations {
		if r.Kind == schema.BelongsTo && !r.Across {
			for _, f := range r.Local {
				out[f] = true
			}
		}
	}
	return out
}

// shows reports whether the audience meets the field at all.
func (w *writer) shows(f *schema.Field) bool {
	if w.input() {
		return f.Relation != nil && !f.Relation.Across || f.Stored() && !f.ReadOnly()
	}
	if w.Audience == System {
		return true
	}
	return f.Guarded == schema.Shown && f.Encrypted == nil && f.Omit != schema.Everywhere
}

// required reports whether the field is always there.
func (w *writer) required(f *schema.Field) bool {
	switch w.Mode {
	case Create:
		return f.Required()
	case Update:
		return false
	}
	if f.Relation != nil || f.Computed || f.Omit != schema.Shown {
		return false
	}
	if w.Audience == Public {
		for _, r := range f.Rules {
			if r.Read {
				return false
			}
		}
	}
	return f.Stored() || f.From != nil
}

// modelFacts is what tools want to know of a model. Gates and rules are the program's own matter.
func (w *writer) modelFacts(m *schema.Model) object {
	out := object{{"model", m.Name}, {"accessor", m.Accessor}, {"mode", w.Mode.String()}, {"audience", w.Audience.String()}}
	if len(m.Key) > 0 {
		out = append(out, member{"key", names(m.Key)})
	}
	if m.SoftDelete != nil {
		out = append(out, member{"softDelete", true})
	}
	if m.FTS != nil {
		out = append(out, member{"search", names(m.FTS.Fields)})
	}
	var uniques [][]string
	for _, u := range m.Uniques {
		if len(u.Fields) > 1 {
			uniques = append(uniques, names(u.Fields))
		}
	}
	if uniques != nil {
		out = append(out, member{"unique", uniques})
	}
	if w.Audience == System {
		out = append(out, member{"database", m.Database.Name}, member{"table", m.Table})
		if g := m.Gate; g != nil {
			out = append(out, member{"gate", gate(g)})
		}
	}
	return out
}

func gate(g *schema.Gate) string {
	return strconv.Itoa(g.Read) + "." + strconv.Itoa(g.Create) + "." + strconv.Itoa(g.Update) + "." + strconv.Itoa(g.Delete)
}

func names(fields []*schema.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Name
	}
	return out
}
