package query

import (
	"github.com/litestone-go/orm/litestone/liteerr"
)

// Data is the values of one row of a write, resolved: names are fields, values are in the
// form SQLite stores, typed Json and lists as JSON text.
type Data struct {
	Set    []Assign
	Nested []Nested
	Issues []liteerr.Issue // wrong types found while decoding; reported together with the validators'
}

// Assign gives a field a value. Value NULL is an explicit null.
type Assign struct {
	Ref   Ref
	Value Value
}

// NestedOp is one nested write operation.
type NestedOp uint8

// The nested operations.
const (
	NestCreate NestedOp = iota
	NestConnect
	NestConnectOrCreate
	NestSet
	NestDisconnect
	NestUpdate
	NestUpdateMany
	NestUpsert
	NestDelete
	NestDeleteMany
)

func (o NestedOp) String() string {
	return [...]string{"create", "connect", "connectOrCreate", "set", "disconnect", "update", "updateMany", "upsert", "delete", "deleteMany"}[o]
}

// Nested is one nested operation on one relation. A list given in JSON makes one Nested per
// element, in order; set: [] is one Nested with no Where.
type Nested struct {
	Ref    Ref
	Op     NestedOp
	Where  *Cond   // connect, connectOrCreate, update, upsert, delete…; nil for a to-one's own row
	Wheres []*Cond // set: the rows that shall be linked
	Create *Data   // create, connectOrCreate, upsert
	Update *Data   // update, updateMany, upsert
	Index  int     // its place among those of its operation
}

// CreateArgs is a resolved create; createMany has several Rows.
type CreateArgs struct {
	Rows   []Data
	Return FindArgs // Select and Include of the answer
}

// UpdateArgs is a resolved update or updateMany.
type UpdateArgs struct {
	Where  *Cond
	Data   Data
	Return FindArgs
}

// UpsertArgs is a resolved upsert.
type UpsertArgs struct {
	Where  *Cond
	Create Data
	Update Data
	Return FindArgs
}

// UpsertManyArgs is a resolved upsertMany.
type UpsertManyArgs struct {
	Rows           []Data
	ConflictTarget []Ref // none: the key
	Update         []Ref // fields overwritten on conflict; nil: all given but the target
	HasUpdate      bool
}

// DeleteArgs is a resolved remove, removeMany, delete, deleteMany or restore.
type DeleteArgs struct {
	Where  *Cond
	Return FindArgs
}
