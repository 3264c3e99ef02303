package query

import (
	"fmt"
	"slices"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// dataFor says what kind of row a data object fills.
type dataFor uint8

const (
	forCreate dataFor = iota
	forUpdate
	forBulkCreate // no nested operations
	forBulkUpdate
)

func (k dataFor) create() bool { return k == forCreate || k == forBulkCreate }
func (k dataFor) bulk() bool   { return k >= forBulkCreate }

// DecodeData reads the values of one row. Values come in the schema's order. Unknown names, fields
// nobody can write and impossible nested operations are errors at once; values of the wrong type
// are collected in Data.Issues, with paths that begin at the row (a nested row's Data has issues
// of its own), to be reported together with the validators'.
func DecodeData(sc *Scope, v any, create bool) (Data, error) {
	if create {
		return decodeData(sc, v, forCreate)
	}
	return decodeData(sc, v, forUpdate)
}

// DecodeBulkRow is DecodeData for one of the rows of a createMany or upsertMany, which take no
// operations on relations.
func DecodeBulkRow(sc *Scope, v any) (Data, error) { return decodeData(sc, v, forBulkCreate) }

func decodeData(sc *Scope, v any, kind dataFor) (Data, error) {
	if j, ok := v.(JSON); ok {
		tree, err := j.Tree()
		if err != nil {
			return Data{}, err
		}
		v = tree
	}
	var d Data
	o, ok := object(v)
	if !ok {
		return d, sc.invalid("data", "must be an object of fields, not "+described(v), "")
	}
	if err := sc.checkDepth(); err != nil {
		return d, err
	}
	if err := knownFields(sc, o); err != nil {
		return d, err
	}
	d.Set = make([]Assign, 0, len(o))
	for _, f := range sc.Model.Fields {
		val, ok := o[f.Name]
		switch {
		case !ok:
		case f.Relation != nil && kind.bulk():
			return d, sc.invalid(f.Name, "a call for many rows takes no operations on relations", "set the foreign key, or write the rows one by one")
		case f.Relation != nil && f.From == nil:
			n, err := decodeNest(sc, f, val, kind)
			if err != nil {
				return d, err
			}
			d.Nested = append(d.Nested, n...)
		case f.ReadOnly() || !f.Stored():
			return d, sc.invalid(f.Name, "cannot be written: its value is derived", "leave it out")
		default:
			value, issue := FromAny(f, val, f.Name)
			if issue != nil {
				d.Issues = append(d.Issues, *issue)
				continue
			}
			d.Set = append(d.Set, Assign{Ref: RefOf(sc.Model, f), Value: value})
		}
	}
	return d, nil
}

func knownFields(sc *Scope, o map[string]any) error {
	known := 0
	for name := range o {
		if sc.Model.Field(name) != nil {
			known++
		}
	}
	if known == len(o) {
		return nil
	}
	for _, name := range sortedKeys(o) {
		if sc.Model.Field(name) == nil {
			return sc.unknown(name, "field", fieldNames(sc.Model, func(f *schema.Field) bool { return !f.ReadOnly() }))
		}
	}
	return nil
}

// decodeRows reads a list of rows.
func decodeRows(sc *Scope, v any, kind dataFor) ([]Data, error) {
	l, ok := list(v)
	if !ok {
		return nil, sc.invalid("data", "must be a list of rows, not "+described(v), "")
	}
	rows := make([]Data, 0, len(l))
	for i, e := range l {
		d, err := decodeData(sc, e, kind)
		if err != nil {
			return nil, liteerr.Under(err, liteerr.Nth("data", i))
		}
		rows = append(rows, d)
	}
	return rows, nil
}

// nestedOps are the operations in the order they run; the order of an object's keys says nothing. What is
// about all linked rows comes first and leaves those alone that the call links itself:
// {deleteMany: {}, create: …} and {set: [], connect: …} replace the rows of a relation.
func nestedOps() []NestedOp {
	return []NestedOp{NestSet, NestUpdateMany, NestDeleteMany, NestCreate, NestConnect, NestConnectOrCreate,
		NestDisconnect, NestUpdate, NestUpsert, NestDelete}
}

// decodeNest reads {operation: …} on a relation.
func decodeNest(sc *Scope, f *schema.Field, v any, kind dataFor) ([]Nested, error) {
	if n, ok := v.(Nest); ok {
		return n.Nested(sc, f, kind.create(), dataEncoder{})
	}
	o, ok := object(v)
	if !ok {
		return nil, sc.invalid(f.Name, "takes operations as create or connect, not "+described(v), "")
	}
	in := sc.inside(f, opWrite)
	if err := in.checkDepth(); err != nil {
		return nil, err
	}
	names := make([]string, 0, len(nestedOps()))
	known := 0
	var out []Nested
	for _, op := range nestedOps() {
		names = append(names, op.String())
		val, ok := o[op.String()]
		if !ok {
			continue
		}
		known++
		if err := checkNestedOp(sc, f, op, kind.create()); err != nil {
			return nil, err
		}
		rows, err := decodeStep(sc, in, f, op, val)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			if err := checkNestedRow(sc, f, &rows[i]); err != nil {
				return nil, liteerr.Under(err, rows[i].Step(f))
			}
		}
		out = append(out, rows...)
	}
	if known < len(o) {
		for _, name := range sortedKeys(o) {
			if !slices.Contains(names, name) {
				return nil, sc.unknownOp(f.Name, name, names)
			}
		}
	}
	return out, checkNestedAll(sc, f, out)
}

// dataEncoder reads maps and JSON as rows, for a Nest inside a Map.
type dataEncoder struct{}

func (dataEncoder) EncodeInput(sc *Scope, input any, create bool) (Data, error) {
	return DecodeData(sc, input, create)
}

// decodeStep reads one operation: one value or, on a list relation, a list of them.
func decodeStep(sc, in *Scope, f *schema.Field, op NestedOp, v any) ([]Nested, error) {
	ref := RefOf(sc.Model, f)
	items := []any{v}
	if l, ok := list(v); ok {
		if !f.Relation.List() {
			return nil, sc.invalid(f.Name, op.String()+" takes one row here, not a list", "")
		}
		items = l
	}
	if op == NestSet {
		n := Nested{Ref: ref, Op: op, Wheres: make([]*Cond, 0, len(items))}
		for _, item := range items {
			c, err := decodePredicate(in, item)
			if err != nil {
				return nil, err
			}
			n.Wheres = append(n.Wheres, c)
		}
		return []Nested{n}, nil
	}
	out := make([]Nested, 0, len(items))
	for i, item := range items {
		n := Nested{Ref: ref, Op: op, Index: i}
		does, err := n.decode(sc, in, f, item)
		if err != nil {
			return nil, liteerr.Under(err, n.Step(f))
		}
		if does {
			out = append(out, n)
		}
	}
	return out, nil
}

// decode reads one element of an operation; false when it does nothing (disconnect: false).
func (n *Nested) decode(sc, in *Scope, f *schema.Field, v any) (bool, error) {
	single := !f.Relation.List()
	var err error
	switch n.Op {
	case NestCreate:
		return true, n.decodeCreate(in, v)
	case NestDisconnect, NestDelete:
		if b, ok := v.(bool); ok && single {
			return b, nil
		}
		n.Where, err = decodePredicate(in, v)
		return true, err
	case NestConnect, NestDeleteMany:
		n.Where, err = decodePredicate(in, v)
		return true, err
	}
	o, ok := object(v)
	if !ok {
		return false, sc.invalid(f.Name, n.Op.String()+" must be an object, not "+described(v), "")
	}
	switch n.Op {
	case NestConnectOrCreate:
		err = n.decodeParts(sc, in, f, o, "where", "create")
	case NestUpsert:
		err = n.decodeParts(sc, in, f, o, "where", "create", "update")
	case NestUpdate:
		if single && !wrapped(in, o) {
			return true, n.decodeUpdate(in, o)
		}
		err = n.decodeParts(sc, in, f, o, "where", "data")
	case NestUpdateMany:
		err = n.decodeParts(sc, in, f, o, "where", "data")
	}
	return true, err
}

// wrapped tells {where, data} from a row's own values: on a to-one relation both are accepted.
func wrapped(in *Scope, o map[string]any) bool {
	for k := range o {
		if k != "data" && k != "where" || in.Model.Field(k) != nil {
			return false
		}
	}
	_, ok := object(o["data"])
	return ok
}

func (n *Nested) decodeParts(sc, in *Scope, f *schema.Field, o map[string]any, known ...string) error {
	for _, k := range sortedKeys(o) {
		if !slices.Contains(known, k) {
			return sc.invalid(f.Name, fmt.Sprintf("%s has no argument %q", n.Op, k), "it takes "+orList(known))
		}
	}
	if w, ok := o["where"]; ok {
		c, err := decodePredicate(in, w)
		if err != nil {
			return err
		}
		n.Where = c
	}
	if v, ok := o["create"]; ok {
		if err := n.decodeCreate(in, v); err != nil {
			return err
		}
	}
	v, ok := o["data"]
	if !ok {
		v, ok = o["update"]
	}
	if ok {
		return n.decodeUpdate(in, v)
	}
	return nil
}

func (n *Nested) decodeCreate(in *Scope, v any) error {
	d, err := decodeData(in, v, forCreate)
	n.Create = &d
	return err
}

func (n *Nested) decodeUpdate(in *Scope, v any) error {
	d, err := decodeData(in, v, forUpdate)
	n.Update = &d
	return err
}

// Step is the operation's place in the data of the row that holds it, as "books.create[1]"; f is the
// relation's field.
func (n *Nested) Step(f *schema.Field) string {
	step := f.Name + "." + n.Op.String()
	if f.Relation != nil && f.Relation.List() && n.Op != NestSet {
		step = liteerr.Nth(step, n.Index)
	}
	return step
}
