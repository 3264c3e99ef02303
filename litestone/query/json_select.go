package query

import (
	"github.com/litestone-go/orm/litestone/schema"
)

// Selection reads the text as a select.
func (j JSON) Selection(sc *Scope) (*Select, error) {
	tree, err := j.Tree()
	if err != nil {
		return nil, err
	}
	return decodeSelect(sc, tree)
}

// Selection reads the map as a select.
func (m Map) Selection(sc *Scope) (*Select, error) { return decodeSelect(sc, m) }

// Including reads the text as an include.
func (j JSON) Including(sc *Scope) (*Include, error) {
	tree, err := j.Tree()
	if err != nil {
		return nil, err
	}
	return decodeInclude(sc, tree)
}

// Including reads the map as an include.
func (m Map) Including(sc *Scope) (*Include, error) { return decodeInclude(sc, m) }

// decodeSelect reads {field: true, relation: true | {…}, _count: …}. Fields come in the schema's
// order, whatever order they were named in.
func decodeSelect(sc *Scope, v any) (*Select, error) {
	if v == nil {
		return nil, nil
	}
	if v == false {
		if sc.Operation != opWrite {
			return nil, sc.invalid("select", "false is for writes only", "name the fields to read")
		}
		return &Select{None: true}, nil
	}
	o, ok := object(v)
	if !ok {
		return nil, sc.invalid("select", "must be an object, not "+described(v), `as {"id": true}`)
	}
	sc, err := sc.deeper()
	if err != nil {
		return nil, err
	}
	for _, key := range sortedKeys(o) {
		if key != "_count" && sc.Model.Field(key) == nil {
			return nil, sc.unknown(key, "field", fieldNames(sc.Model, nil))
		}
	}
	s, inc := new(Select), new(Include)
	for _, f := range sc.Model.Fields {
		val, ok := o[f.Name]
		switch {
		case !ok || val == nil || val == false:
		case f.Relation != nil:
			err = decodeIncluded(sc, inc, f, val)
		default:
			err = decodeSelected(sc, s, f, val)
		}
		if err != nil {
			return nil, err
		}
	}
	if c, ok := o["_count"]; ok && c != nil && c != false {
		if err := decodeCounts(sc, inc, c); err != nil {
			return nil, err
		}
		s.Count = true
	}
	if len(inc.Relations) > 0 || s.Count {
		s.Include = inc
	}
	if len(s.Fields) == 0 && s.Include == nil {
		return nil, sc.invalid("select", "selects nothing", "name at least one field")
	}
	return s, nil
}

// decodeSelected reads field: true, and {resolve: false} on a File field.
func decodeSelected(sc *Scope, s *Select, f *schema.Field, v any) error {
	raw := false
	if o, ok := object(v); ok && f.Type == schema.File {
		if err := onlyArguments(sc, join(sc.Path, f.Name), o, []string{"resolve"}); err != nil {
			return err
		}
		raw = o["resolve"] == false
		if _, isBool := o["resolve"].(bool); !isBool {
			return sc.invalid(f.Name, "resolve must be true or false", "")
		}
	} else if v != true {
		return sc.invalid(f.Name, "must be true or false, not "+described(v), "")
	}
	s.merge(&Select{Fields: []Ref{RefOf(sc.Model, f)}, Raw: rawFlag(raw)})
	return nil
}

func rawFlag(raw bool) []bool {
	if raw {
		return []bool{true}
	}
	return nil
}

// decodeInclude reads {relation: true | {…}, _count: …}, relations in the schema's order.
func decodeInclude(sc *Scope, v any) (*Include, error) {
	if v == nil {
		return nil, nil
	}
	o, ok := object(v)
	if !ok {
		return nil, sc.invalid("include", "must be an object, not "+described(v), `as {"relation": true}`)
	}
	sc, err := sc.deeper()
	if err != nil {
		return nil, err
	}
	for _, key := range sortedKeys(o) {
		if key == "_count" {
			continue
		}
		if f := sc.Model.Field(key); f == nil || f.Relation == nil {
			return nil, sc.unknown(key, "relation", fieldNames(sc.Model, isRelation))
		}
	}
	inc := new(Include)
	for _, rel := range sc.Model.Relations {
		if val, ok := o[rel.Field.Name]; ok && val != nil && val != false {
			if err := decodeIncluded(sc, inc, rel.Field, val); err != nil {
				return nil, err
			}
		}
	}
	if c, ok := o["_count"]; ok && c != nil && c != false {
		if err := decodeCounts(sc, inc, c); err != nil {
			return nil, err
		}
	}
	return inc, nil
}

func isRelation(f *schema.Field) bool { return f.Relation != nil }

// decodeIncluded reads one relation: true, or the arguments of its own read.
func decodeIncluded(sc *Scope, inc *Include, f *schema.Field, v any) error {
	rel := IncludeRelation{Ref: RefOf(sc.Model, f)}
	if v == true && sc.capped {
		v = map[string]any{}
	}
	if v != true {
		o, ok := object(v)
		if !ok {
			return sc.invalid(f.Name, "must be true, false or an object, not "+described(v), "")
		}
		in := sc.inside(f, opInclude)
		in.includes++
		if err := in.checkDepth(); err != nil {
			return err
		}
		rel.Args = new(FindArgs)
		if err := DecodeFind(in, o, rel.Args); err != nil {
			return err
		}
	}
	inc.Relations = append(inc.Relations, rel)
	return nil
}

// decodeCounts reads _count: true, or {select: {relation: true | {where}, alias: {relation, where}}}.
func decodeCounts(sc *Scope, inc *Include, v any) error {
	if v == true {
		inc.CountAll = true
		return nil
	}
	o, ok := object(v)
	if !ok {
		return sc.invalid("_count", "must be true or {select: {…}}, not "+described(v), "")
	}
	if err := onlyArguments(sc, join(sc.Path, "_count"), o, []string{"select"}); err != nil {
		return err
	}
	chosen, ok := object(o["select"])
	if !ok {
		return sc.invalid("_count", "select must name relations", "")
	}
	for _, name := range sortedKeys(chosen) {
		val := chosen[name]
		if val == nil || val == false {
			if f := sc.Model.Field(name); f == nil || f.Relation == nil {
				return sc.unknown(name, "relation", fieldNames(sc.Model, isListRelation))
			}
			continue
		}
		c, err := decodeCount(sc, name, val)
		if err != nil {
			return err
		}
		inc.Counts = append(inc.Counts, c)
	}
	return nil
}

func isListRelation(f *schema.Field) bool { return f.Relation != nil && f.Relation.List() }

func decodeCount(sc *Scope, name string, v any) (IncludeCount, error) {
	c := IncludeCount{Name: name}
	relation := name
	o, isObject := object(v)
	switch {
	case isObject:
		if err := onlyArguments(sc, join(sc.Path, name), o, []string{"relation", "where", "withDeleted", "onlyDeleted"}); err != nil {
			return c, err
		}
		if r, ok := o["relation"]; ok {
			var err error
			if relation, err = sc.text(name, r); err != nil {
				return c, err
			}
		}
	case v != true:
		return c, sc.invalid(name, "must be true, false or an object, not "+described(v), "")
	}
	f := sc.Model.Field(relation)
	if f == nil || f.Relation == nil {
		return c, sc.unknown(relation, "relation", fieldNames(sc.Model, isListRelation))
	}
	if !f.Relation.List() {
		return c, sc.invalid(relation, "only list relations can be counted", "")
	}
	if name != relation && !plainName(name) {
		return c, sc.invalid(name, "a count's name is made of letters, digits and _", "")
	}
	c.Ref = RefOf(sc.Model, f)
	if !isObject {
		return c, nil
	}
	var err error
	if c.WithDeleted, err = sc.boolean("withDeleted", o["withDeleted"]); err != nil {
		return c, err
	}
	if c.OnlyDeleted, err = sc.boolean("onlyDeleted", o["onlyDeleted"]); err != nil {
		return c, err
	}
	if w, ok := o["where"]; ok {
		cond, err := decodeWhere(sc.inside(f, opInclude), w)
		if err != nil {
			return c, err
		}
		c.Where = &cond
	}
	return c, nil
}
