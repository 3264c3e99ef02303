package query

import (
	"slices"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// The operations whose arguments differ; the others are their names as they are called.
const (
	opFindMany   = "findMany"
	opFindFirst  = "findFirst"
	opFindUnique = "findUnique"
	opCount      = "count"
	opInclude    = "include"
	opSearch     = "search"
	opWrite      = "write"
)

// inside is the scope of a relation's own arguments.
func (sc *Scope) inside(f *schema.Field, operation string) *Scope {
	return &Scope{
		Schema: sc.Schema, Model: f.Relation.Target, Path: join(sc.Path, f.Name),
		Untrusted: sc.Untrusted, Operation: operation, depth: sc.depth + 1,
		root: sc.called(), call: sc.callName(),
		Limits: sc.Limits, capped: sc.capped, includes: sc.includes, single: !f.Relation.List(),
	}
}

// called is the model the call began at: paths in errors begin there.
func (sc *Scope) called() string {
	if sc.root != "" {
		return sc.root
	}
	return sc.Model.Accessor
}

// as is the same scope for another operation.
func (sc *Scope) as(operation string) *Scope {
	c := *sc
	c.Operation, c.call = operation, sc.callName()
	return &c
}

// invalid reports a mistake at a name below the scope's path.
func (sc *Scope) invalid(name, message, hint string) error {
	e := invalid(sc.called(), join(sc.Path, name), message, hint)
	e.Operation = sc.callName()
	return e
}

// unknown reports a name that nothing has, with the nearest that exists.
func (sc *Scope) unknown(name, kind string, candidates []string) error {
	e := sc.unknownAt(join(sc.Path, name), name, kind, candidates)
	if sc.root != "" {
		e.Message += " of " + sc.Model.Accessor
	}
	return e
}

// unknownAt is unknown with a path of its own.
func (sc *Scope) unknownAt(path, name, kind string, candidates []string) *liteerr.Error {
	e := unknown(sc.called(), path, name, kind, candidates)
	e.Operation = sc.callName()
	return e
}

// callName is the operation the caller called.
func (sc *Scope) callName() string {
	if sc.call != "" || sc.Operation == opInclude || sc.Operation == opWrite {
		return sc.call
	}
	return sc.Operation
}

// plainName reports whether a name given by a caller may name a column of the answer.
func plainName(s string) bool {
	if s == "" || len(s) > 128 || s[0] >= '0' && s[0] <= '9' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
