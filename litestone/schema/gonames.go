package schema

import "strconv"

// goNames gives every declaration its Go name. In the generated package stand, side by side: per
// model its struct, the struct's Create and Update inputs and the plural that columns hang on; per
// enum its type and one constant a value; per type its struct. A name that is taken gets an
// underscore at its end, the later declaration gives way.
func (c *checker) goNames() {
	taken := map[string]bool{"Client": true, "Open": true, "Schema": true, "Tables": true}
	take := func(name string, with ...string) string {
		name = freeName(name, func(n string) bool {
			if taken[n] {
				return true
			}
			for _, w := range with {
				if taken[n+w] {
					return true
				}
			}
			return false
		})
		taken[name] = true
		for _, w := range with {
			taken[name+w] = true
		}
		return name
	}
	for _, m := range c.s.Models {
		one, many := modelGoNames(m.Name)
		m.GoName = take(one, "Create", "Update")
		if clientMethod(many) {
			taken[many] = true
		}
		m.GoPlural = take(many)
		fieldGoNames(m.Fields, "Row", "BaseModel")
	}
	for _, t := range c.s.Types {
		t.GoName = take(goName(t.Name))
		fieldGoNames(t.Fields)
		if loose := c.types[t.Name].loose; loose != nil {
			loose.GoName = t.GoName
		}
	}
	for _, e := range c.s.Enums {
		e.GoName = take(goName(e.Name))
		for i := range e.Values {
			e.Values[i].GoName = take(e.GoName + goName(e.Values[i].Name))
		}
		steps := map[string]bool{}
		for i := range e.Transitions {
			e.Transitions[i].GoName = freeName(goName(e.Transitions[i].Name), func(n string) bool { return steps[n] })
			steps[e.Transitions[i].GoName] = true
		}
	}
}

// fieldGoNames names the fields of one struct; reserved holds what it embeds.
func fieldGoNames(fields []*Field, reserved ...string) {
	taken := map[string]bool{}
	for _, r := range reserved {
		taken[r] = true
	}
	for _, f := range fields {
		f.GoName = freeName(goName(f.Name), func(n string) bool { return taken[n] })
		taken[f.GoName] = true
	}
}

// clientMethod: names the typed client has of its own, beside its tables.
func clientMethod(name string) bool {
	switch name {
	case "As", "AsID", "AsSystem", "Attach", "Backup", "Bun", "CacheSize", "Close", "Client", "Databases", "Detach", "Enums", "Lock", "Locks",
		"Query", "RotateKey", "SQL", "Schema", "SoftDelete", "Subject", "Table", "TapQuery", "Transaction", "WalStatus":
		return true
	}
	return false
}

// freeName adds underscores until a name is free.
func freeName(name string, taken func(string) bool) string {
	for taken(name) {
		name += "_"
	}
	return name
}

// numberedName adds _2, _3, … until a name is free.
func numberedName(name string, taken func(string) bool) string {
	free := name
	for i := 2; taken(free); i++ {
		free = name + "_" + strconv.Itoa(i)
	}
	return free
}
