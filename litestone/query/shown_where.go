package query

import (
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// where shows a condition.
func (v Viewer) where(m *schema.Model, c *Cond) Shown {
	switch c.Op {
	case OpAnd, OpOr, OpNot:
		list := make([]any, 0, len(c.Kids))
		for i := range c.Kids {
			if !c.Kids[i].Empty() {
				list = append(list, v.where(m, &c.Kids[i]))
			}
		}
		return joinedShown(c.Op, list)
	case OpRaw:
		params := cut(len(c.Raw.Args), func(i int) any { return v.value(nil, c.Raw.Args[i]) })
		return Shown{"$raw": Shown{"sql": c.Raw.SQL, "params": params}}
	case OpSome, OpEvery, OpNone, OpIs, OpIsNot:
		return v.relation(m, c)
	}
	f, err := c.Ref.Field(m)
	if err != nil {
		return Shown{c.Ref.Name: Redacted}
	}
	return Shown{dotted(c.Ref.Name, c.Path): v.compared(f, c.Op, c.Value, c.List)}
}

var relationOps = map[Op]string{OpSome: "some", OpEvery: "every", OpNone: "none", OpIs: "is", OpIsNot: "isNot"}

func (v Viewer) relation(m *schema.Model, c *Cond) Shown {
	to := target(m, c.Ref)
	if to == nil || (c.Op == OpIs || c.Op == OpIsNot) && len(c.Kids) == 0 {
		return Shown{c.Ref.Name: Shown{relationOps[c.Op]: nil}}
	}
	return Shown{c.Ref.Name: Shown{relationOps[c.Op]: v.where(to, &Cond{Op: OpAnd, Kids: c.Kids})}}
}

// compared shows what a field is compared with: the value itself, or {operator: value}.
func (v Viewer) compared(f *schema.Field, op Op, x Value, list []Value) any {
	switch op {
	case OpEq:
		return v.value(f, x)
	case OpIn, OpNotIn, OpHasEvery, OpHasSome:
		return Shown{op.name(): cut(len(list), func(i int) any { return v.value(f, list[i]) })}
	case OpIsEmpty:
		return Shown{op.name(): x.Int64() != 0}
	}
	return Shown{op.name(): v.value(f, x)}
}

// joinedShown joins conditions; those of an AND stand side by side where their names allow it.
func joinedShown(op Op, list []any) Shown {
	switch op {
	case OpOr:
		return Shown{"OR": list}
	case OpNot:
		return Shown{"NOT": joinedShown(OpAnd, list)}
	}
	out := Shown{}
	for _, e := range list {
		for name, x := range e.(Shown) {
			if _, taken := out[name]; taken {
				return Shown{"AND": list}
			}
			out[name] = x
		}
	}
	return out
}

// dotted names a key inside a typed Json field.
func dotted(name string, path []string) string {
	if len(path) == 0 {
		return name
	}
	return name + "." + strings.Join(path, ".")
}
