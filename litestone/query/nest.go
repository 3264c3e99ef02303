package query

import (
	"fmt"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// Nest is what a typed write does with the rows of a relation: Create(…), Connect(…), …; Nests
// joins several. The zero Nest does nothing.
type Nest struct{ steps []nestStep }

type nestStep struct {
	op     NestedOp
	where  Predicate
	wheres []Predicate // SetTo only
	create any
	update any
}

// Encoder turns a typed input (a generated struct, JSON or Map) into the values of a row.
// create says whether it is the input of a create or of an update. sc.Model is the row's model
// and sc.Path where the row stands in the call.
type Encoder interface {
	EncodeInput(sc *Scope, input any, create bool) (Data, error)
}

// Create makes new related rows from create inputs.
func Create(rows ...any) Nest {
	n := Nest{make([]nestStep, 0, len(rows))}
	for _, r := range rows {
		n.steps = append(n.steps, nestStep{op: NestCreate, create: r})
	}
	return n
}

// Connect links existing rows, one for each condition. A missing one is not_found.
func Connect(rows ...Predicate) Nest { return eachWhere(NestConnect, rows) }

// ConnectOrCreate links the row the condition finds, else a new one made from create.
func ConnectOrCreate(row Predicate, create any) Nest {
	return Nest{[]nestStep{{op: NestConnectOrCreate, where: row, create: create}}}
}

// SetTo links exactly the rows found, one for each condition, and unlinks all others.
func SetTo(rows ...Predicate) Nest {
	return Nest{[]nestStep{{op: NestSet, wheres: rows}}}
}

// Disconnect unlinks rows; without conditions the row of a to-one relation.
func Disconnect(rows ...Predicate) Nest { return eachWhere(NestDisconnect, rows) }

// Update changes the linked row the condition finds; with nil the row of a to-one relation.
func Update(row Predicate, update any) Nest {
	return Nest{[]nestStep{{op: NestUpdate, where: row, update: update}}}
}

// UpdateMany changes all linked rows the condition finds; with nil all linked rows.
func UpdateMany(rows Predicate, update any) Nest {
	return Nest{[]nestStep{{op: NestUpdateMany, where: rows, update: update}}}
}

// Upsert changes the linked row the condition finds, else makes a new one. With nil it is about
// the row of a to-one relation.
func Upsert(row Predicate, create, update any) Nest {
	return Nest{[]nestStep{{op: NestUpsert, where: row, create: create, update: update}}}
}

// Delete deletes linked rows, one for each condition; without conditions the row of a to-one
// relation.
func Delete(rows ...Predicate) Nest { return eachWhere(NestDelete, rows) }

// DeleteMany deletes all linked rows any condition finds; without conditions all linked rows.
func DeleteMany(rows ...Predicate) Nest { return eachWhere(NestDeleteMany, rows) }

// Nests does several things in their order.
func Nests(parts ...Nest) Nest {
	var n Nest
	for _, p := range parts {
		n.steps = append(n.steps, p.steps...)
	}
	return n
}

// IsZero reports whether the Nest does nothing.
func (n Nest) IsZero() bool { return len(n.steps) == 0 }

func eachWhere(op NestedOp, rows []Predicate) Nest {
	if len(rows) == 0 {
		return Nest{[]nestStep{{op: op}}}
	}
	n := Nest{make([]nestStep, 0, len(rows))}
	for _, r := range rows {
		n.steps = append(n.steps, nestStep{op: op, where: r})
	}
	return n
}

// Nested resolves the Nest given for a relation field of sc.Model. create says whether the row
// that holds it is new. What the relation's kind does not take is a validation error.
func (n Nest) Nested(sc *Scope, f *schema.Field, create bool, enc Encoder) ([]Nested, error) {
	if len(n.steps) == 0 {
		return nil, nil
	}
	in := sc.inside(f, opWrite)
	out := make([]Nested, 0, len(n.steps))
	var count [NestDeleteMany + 1]int
	for _, s := range n.steps {
		if err := checkNestedOp(sc, f, s.op, create); err != nil {
			return nil, err
		}
		row := Nested{Ref: RefOf(sc.Model, f), Op: s.op, Index: count[s.op]}
		count[s.op]++
		if err := s.resolve(sc, in, f, enc, &row); err != nil {
			return nil, liteerr.Under(err, row.Step(f))
		}
		out = append(out, row)
	}
	return out, checkNestedAll(sc, f, out)
}

// resolve fills in what one operation is about.
func (s *nestStep) resolve(sc, in *Scope, f *schema.Field, enc Encoder, row *Nested) (err error) {
	if s.where != nil {
		if row.Where, err = s.where.Predicate(in); err != nil {
			return err
		}
	}
	if s.op == NestSet {
		row.Wheres = make([]*Cond, 0, len(s.wheres))
		for _, w := range s.wheres {
			if w == nil { // refused below, as an empty one is
				w = Cond{}
			}
			c, err := w.Predicate(in)
			if err != nil {
				return err
			}
			row.Wheres = append(row.Wheres, c)
		}
	}
	if row.Create, err = encodeStep(in, enc, s.create, true); err != nil {
		return err
	}
	if row.Update, err = encodeStep(in, enc, s.update, false); err != nil {
		return err
	}
	return checkNestedRow(sc, f, row)
}

func encodeStep(sc *Scope, enc Encoder, input any, create bool) (*Data, error) {
	if input == nil {
		return nil, nil
	}
	d, err := enc.EncodeInput(sc, input, create)
	if err != nil {
		return nil, err
	}
	return &d, nil
}

// checkNestedOp holds the table of operations per kind of relation and per kind of write.
func checkNestedOp(sc *Scope, f *schema.Field, op NestedOp, create bool) error {
	if err := nestsHere(sc, f); err != nil {
		return err
	}
	list := f.Relation.List()
	switch op {
	case NestCreate, NestConnect, NestConnectOrCreate:
		return nil
	case NestSet:
		if list {
			return nil
		}
		return sc.invalid(f.Name, "set is for list relations", "use connect")
	case NestUpdateMany, NestDeleteMany:
		if !list {
			return sc.invalid(f.Name, op.String()+" is for list relations", "use "+op.String()[:len("update")])
		}
	case NestDisconnect, NestDelete:
		if !list && !f.Relation.Optional() {
			return sc.invalid(f.Name, "the relation is required, so its row cannot be taken away", "connect another row")
		}
	}
	if create {
		return sc.invalid(f.Name, op.String()+" makes no sense for a new row: nothing is linked to it yet", "use create, connect or connectOrCreate")
	}
	return nil
}

// checkNestedRow says which conditions and values an operation cannot do without.
func checkNestedRow(sc *Scope, f *schema.Field, n *Nested) error {
	list := f.Relation.List()
	missing := func(what string) error {
		return sc.invalid(f.Name, fmt.Sprintf("%s needs %s", n.Op, what), "")
	}
	needsWhere := n.Op == NestConnect || n.Op == NestConnectOrCreate ||
		list && (n.Op == NestDisconnect || n.Op == NestUpdate || n.Op == NestUpsert || n.Op == NestDelete)
	if needsWhere && n.Where.Empty() {
		return missing("a where that says which row")
	}
	for _, w := range n.Wheres {
		if w.Empty() {
			return missing("a where that says which row, for each row")
		}
	}
	if n.Create == nil && (n.Op == NestCreate || n.Op == NestConnectOrCreate || n.Op == NestUpsert) {
		return missing("the values of the new row")
	}
	if n.Update == nil && (n.Op == NestUpdate || n.Op == NestUpdateMany || n.Op == NestUpsert) {
		return missing("the values to set")
	}
	return nil
}

// checkNestedAll refuses what contradicts itself: a to-one relation has one row.
func checkNestedAll(sc *Scope, f *schema.Field, all []Nested) error {
	if len(all) > 1 && !f.Relation.List() {
		return sc.invalid(f.Name, "takes one operation: it is a single row", "leave one of "+all[0].Op.String()+" and "+all[1].Op.String())
	}
	return nil
}
