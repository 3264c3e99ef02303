package query

import (
	"encoding/json"
	"fmt"
)

// Untrusted is arguments as they came in a request body. They are JSON, but raw SQL in them is
// refused and Limits apply: rows without a limit and trees without a depth are capped, and what is
// too large, nested too deep, asks for more or would be answered more is a validation error.
type Untrusted []byte

// Limits bound what an untrusted caller may ask. A zero field takes its default.
type Limits struct {
	Rows    int // rows a list may answer, at each level; defaults to 1,000
	Total   int // rows a whole call or Query may answer, those of relations counted as often as they are shown; defaults to 10,000
	Depth   int // relations included inside one another; defaults to 5
	Tree    int // levels of a recursive read; defaults to 100
	Bytes   int // size of the arguments; defaults to 65,536
	Queries int // reads of one Query; defaults to 50
}

// Effective gives the limits with their defaults filled in.
func (l Limits) Effective() Limits { return l.withDefaults() }

func (l Limits) withDefaults() Limits {
	if l.Rows <= 0 {
		l.Rows = 1000
	}
	if l.Total <= 0 {
		l.Total = 10_000
	}
	if l.Depth <= 0 {
		l.Depth = 5
	}
	if l.Tree <= 0 {
		l.Tree = 100
	}
	if l.Bytes <= 0 {
		l.Bytes = 1 << 16
	}
	if l.Queries <= 0 {
		l.Queries = 50
	}
	return l
}

// parse reads the arguments and makes the scope, and all inside it, untrusted.
func (u Untrusted) parse(sc *Scope) (any, error) {
	sc.Untrusted, sc.capped, sc.Limits = true, true, sc.Limits.withDefaults()
	if len(u) > sc.Limits.Bytes {
		return nil, sc.invalid("", fmt.Sprintf("the arguments are larger than %d bytes", sc.Limits.Bytes), "")
	}
	return JSON(u).Tree()
}

// parsed gives arguments as a tree, whatever they came as.
func (sc *Scope) parsed(args any) (any, error) {
	switch a := args.(type) {
	case JSON:
		return a.Tree()
	case Untrusted:
		return a.parse(sc)
	}
	return args, nil
}

// MarshalJSON gives the text.
func (u Untrusted) MarshalJSON() ([]byte, error) { return json.RawMessage(u).MarshalJSON() }

// capRows holds an untrusted caller's lists within the limit.
func (sc *Scope) capRows(limit *int64, has *bool) error {
	if !sc.capped || sc.single {
		return nil
	}
	most := int64(sc.Limits.Rows)
	if *has && *limit > most {
		return sc.invalid("limit", fmt.Sprintf("must not be more than %d", most), "ask for pages")
	}
	if !*has {
		*limit, *has = most, true
	}
	return nil
}

// most is how many rows a call may answer in all; 0 is any number. Arguments of relations have no
// bound of their own.
func (sc *Scope) most() int64 {
	if !sc.capped || sc.root != "" {
		return 0
	}
	return int64(sc.Limits.Total)
}

// What an untrusted caller may join: each text is as long as all values of its field, and a separator
// between them all would make much of little.
const (
	mostJoined     = 8  // stringAggs in one call
	mostSeparating = 64 // bytes of a separator
)

// capJoined holds the texts an untrusted caller lets be joined within bounds.
func (sc *Scope) capJoined(items []AggItem) error {
	if !sc.capped {
		return nil
	}
	n := 0
	for i := range items {
		if items[i].Func != AggString {
			continue
		}
		if n++; n > mostJoined {
			return sc.invalid(items[i].Name, fmt.Sprintf("must not be more than %d stringAggs", mostJoined), "")
		}
		if len(items[i].Separator) > mostSeparating {
			return sc.invalid(items[i].Name, fmt.Sprintf("must have a separator of at most %d bytes", mostSeparating), "")
		}
	}
	return nil
}

// capTree holds an untrusted caller's tree within the limit.
func (sc *Scope) capTree(r *Recursive) error {
	if !sc.capped {
		return nil
	}
	if r.MaxDepth > sc.Limits.Tree {
		return sc.invalid("maxDepth", fmt.Sprintf("must not be more than %d", sc.Limits.Tree), "")
	}
	if r.MaxDepth == 0 {
		r.MaxDepth = sc.Limits.Tree
	}
	return nil
}

// Finding reads the body as the arguments of sc.Operation.
func (u Untrusted) Finding(sc *Scope, a *FindArgs) error { return DecodeFind(sc, u, a) }

// Aggregating reads the body as the arguments of aggregate.
func (u Untrusted) Aggregating(sc *Scope, a *AggregateArgs) error { return DecodeAggregate(sc, u, a) }

// Grouping reads the body as the arguments of groupBy.
func (u Untrusted) Grouping(sc *Scope, a *GroupArgs) error { return DecodeGroupBy(sc, u, a) }
