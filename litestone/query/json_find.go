package query

import (
	"slices"
	"strings"
)

// Finding reads the text as the arguments of sc.Operation.
func (j JSON) Finding(sc *Scope, a *FindArgs) error {
	tree, err := j.Tree()
	if err != nil {
		return err
	}
	return DecodeFind(sc, tree, a)
}

// Finding reads the map as the arguments of sc.Operation.
func (m Map) Finding(sc *Scope, a *FindArgs) error { return DecodeFind(sc, map[string]any(m), a) }

// findArguments lists what each read takes, so that an argument without effect is refused.
func findArguments(operation string) []string {
	switch operation {
	case opCount, "exists":
		return []string{"where", "withDeleted", "onlyDeleted", "$raw"}
	case opFindUnique, "findUniqueOrThrow":
		return []string{"where", "select", "include", "withDeleted", "onlyDeleted", "$raw"}
	case opFindFirst, "findFirstOrThrow":
		return []string{"where", "orderBy", "select", "include", "offset", "distinct", "withDeleted", "onlyDeleted", "window", "$raw"}
	case "findManyCursor":
		return []string{"where", "orderBy", "select", "include", "limit", "cursor", "withDeleted", "onlyDeleted", "$raw"}
	case opInclude:
		return []string{"where", "orderBy", "select", "include", "limit", "offset", "withDeleted", "onlyDeleted", "$raw"}
	case opSearch:
		return []string{"where", "orderBy", "select", "include", "limit", "offset", "withDeleted", "onlyDeleted", "highlight", "snippet", "withRank", "$raw"}
	}
	return []string{"where", "orderBy", "select", "include", "limit", "offset", "distinct", "withDeleted", "onlyDeleted", "window", "recursive", "$raw"}
}

// DecodeFind reads the arguments of a read; sc.Operation says which, "" is findMany. tree is what
// JSON.Tree gives; nil is no arguments. An unknown argument, name, operator, unit or direction and
// any value of the wrong kind is a validation error that names its path.
func DecodeFind(sc *Scope, tree any, a *FindArgs) error {
	o, err := arguments(sc, tree, findArguments(sc.Operation))
	if err != nil || o == nil {
		return err
	}
	if a.Where, err = decodeWhereArguments(sc, o); err != nil {
		return err
	}
	if err := decodePage(sc, o, &a.Limit, &a.HasLimit, &a.Offset); err != nil {
		return err
	}
	if a.WithDeleted, err = sc.boolean("withDeleted", o["withDeleted"]); err != nil {
		return err
	}
	if a.OnlyDeleted, err = sc.boolean("onlyDeleted", o["onlyDeleted"]); err != nil {
		return err
	}
	if a.Distinct, err = sc.boolean("distinct", o["distinct"]); err != nil {
		return err
	}
	if c := o["cursor"]; c != nil {
		if a.Cursor, err = sc.text("cursor", c); err != nil {
			return err
		}
	}
	if a.Recursive, err = decodeRecursive(sc, o["recursive"]); err != nil {
		return err
	}
	if a.Windows, err = decodeWindows(sc, o["window"]); err != nil {
		return err
	}
	if sc.Operation == opSearch {
		if err := decodeMarks(sc, o, a); err != nil {
			return err
		}
	}
	names := orderNames{depth: a.Recursive != nil, rank: sc.Operation == opSearch, windows: a.Windows}
	if a.OrderBy, err = decodeOrderBy(sc, o["orderBy"], names); err != nil {
		return err
	}
	return decodeShape(sc, o, a)
}

// DecodeCount reads the arguments of count and exists.
func DecodeCount(sc *Scope, tree any, a *FindArgs) error {
	if sc.Operation == "" {
		sc = sc.as(opCount)
	}
	return DecodeFind(sc, tree, a)
}

// decodeShape reads select and include.
func decodeShape(sc *Scope, o map[string]any, a *FindArgs) (err error) {
	a.Most = sc.most()
	if a.Select, err = decodeSelectAny(sc, o["select"]); err != nil {
		return err
	}
	if i, ok := o["include"].(Including); ok {
		a.Include, err = i.Including(sc)
	} else {
		a.Include, err = decodeInclude(sc, o["include"])
	}
	return err
}

// decodeSelectAny takes typed selections inside a Map too.
func decodeSelectAny(sc *Scope, v any) (*Select, error) {
	if s, ok := v.(Selection); ok {
		return s.Selection(sc)
	}
	return decodeSelect(sc, v)
}

// decodeWhereArguments reads where and, beside it, $raw.
func decodeWhereArguments(sc *Scope, o map[string]any) (*Cond, error) {
	w, hasWhere := o["where"]
	raw, hasRaw := o["$raw"]
	if !hasWhere && !hasRaw {
		return nil, nil
	}
	var c Cond
	var err error
	if hasWhere {
		if c, err = decodeWhere(sc, w); err != nil {
			return nil, err
		}
	}
	if hasRaw {
		r, err := decodeRaw(sc, "$raw", raw)
		if err != nil {
			return nil, err
		}
		c = c.And(r)
	}
	return &c, nil
}

func decodePage(sc *Scope, o map[string]any, limit *int64, has *bool, offset *int64) (err error) {
	if l := o["limit"]; l != nil {
		if *limit, err = sc.count("limit", l); err != nil {
			return err
		}
		*has = true
	}
	if f := o["offset"]; f != nil {
		if *offset, err = sc.count("offset", f); err != nil {
			return err
		}
	}
	return sc.capRows(limit, has)
}

// arguments gives a call's arguments as an object of known names; nil for none.
func arguments(sc *Scope, tree any, known []string) (map[string]any, error) {
	if tree == nil {
		return nil, nil
	}
	tree, err := sc.parsed(tree)
	if err != nil {
		return nil, err
	}
	o, ok := object(tree)
	if !ok {
		return nil, sc.invalid("", "the arguments must be an object, not "+described(tree), "")
	}
	return o, onlyArguments(sc, sc.Path, o, known)
}

// onlyArguments refuses names that are not known.
func onlyArguments(sc *Scope, path string, o map[string]any, known []string) error {
	fine := true
	for name := range o {
		fine = fine && slices.Contains(known, name)
	}
	if fine {
		return nil
	}
	for _, name := range sortedKeys(o) {
		if slices.Contains(known, name) {
			continue
		}
		e := sc.unknownAt(join(path, name), name, "argument", known)
		if e.Hint == "" {
			e.Hint = "it takes " + strings.Join(known, ", ")
		}
		return e
	}
	return nil
}
