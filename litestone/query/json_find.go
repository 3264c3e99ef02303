package query

import (
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/liteerr"
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

// DecodeSearch reads the arguments of search beside its text, which the caller puts into
// a.Search.Text.
func DecodeSearch(sc *Scope, tree any, a *FindArgs) error {
	a.Search = new(Search)
	return DecodeFind(sc.as(opSearch), tree, a)
}

// decodeShape reads select and include.
func decodeShape(sc *Scope, o map[string]any, a *FindArgs) (err error) {
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
		*offset, err = sc.count("offset", f)
	}
	return err
}

// arguments gives a call's arguments as an object of known names; nil for none.
func arguments(sc *Scope, tree any, known []string) (map[string]any, error) {
	if tree == nil {
		return nil, nil
	}
	if j, ok := tree.(JSON); ok {
		t, err := j.Tree()
		if err != nil {
			return nil, err
		}
		return arguments(sc, t, known)
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

// decodeRecursive reads true, or {direction, nested, maxDepth, via}.
func decodeRecursive(sc *Scope, v any) (*Recursive, error) {
	if v == nil || v == false {
		return nil, nil
	}
	r := new(Recursive)
	if v != true {
		o, ok := object(v)
		if !ok {
			return nil, sc.invalid("recursive", "must be true, false or an object, not "+described(v), "")
		}
		if err := onlyArguments(sc, join(sc.Path, "recursive"), o, []string{"direction", "nested", "maxDepth", "via"}); err != nil {
			return nil, err
		}
		if err := r.decode(sc, o); err != nil {
			return nil, err
		}
	}
	return r, checkRecursive(sc, r)
}

func (r *Recursive) decode(sc *Scope, o map[string]any) (err error) {
	switch o["direction"] {
	case nil, "descendants":
	case "ancestors":
		r.Ancestors = true
	default:
		return sc.invalid("direction", "must be descendants or ancestors", "")
	}
	if r.Nested, err = sc.boolean("nested", o["nested"]); err != nil {
		return err
	}
	if d := o["maxDepth"]; d != nil {
		n, err := sc.count("maxDepth", d)
		if err != nil {
			return err
		}
		r.MaxDepth = int(min(n, 1<<30))
		if n == 0 {
			return sc.invalid("maxDepth", "must be at least 1", "leave it out for no bound")
		}
	}
	if via := o["via"]; via != nil {
		if r.Via, err = sc.text("via", via); err != nil {
			return err
		}
	}
	return nil
}

// decodeMarks reads highlight, snippet and withRank of a search.
func decodeMarks(sc *Scope, o map[string]any, a *FindArgs) (err error) {
	if a.Search == nil {
		a.Search = new(Search)
	}
	if a.Search.Highlight, err = decodeMark(sc, "highlight", o["highlight"]); err != nil {
		return err
	}
	if a.Search.Snippet, err = decodeMark(sc, "snippet", o["snippet"]); err != nil {
		return err
	}
	if rank, ok := o["withRank"]; ok && rank != nil {
		with, err := sc.boolean("withRank", rank)
		if err != nil {
			return err
		}
		a.Search.NoRank = !with
	}
	return nil
}

// The marks a search puts around its matches unless told.
const (
	markOpen     = "<mark>"
	markClose    = "</mark>"
	markEllipsis = "…"
	markLength   = 32
)

// DefaultMark shows all fields of the index, matches between <mark> and </mark>, snippets of 32
// tokens with … where text is left out.
func DefaultMark() Mark {
	return Mark{Open: markOpen, Close: markClose, Ellipsis: markEllipsis, Length: markLength}
}

// decodeMark reads true, or {field | fields, open, close | tags, length, ellipsis}.
func decodeMark(sc *Scope, name string, v any) (*Mark, error) {
	if v == nil || v == false {
		return nil, nil
	}
	if sc.Model.FTS == nil {
		return nil, noIndex(sc)
	}
	m := DefaultMark()
	if v == true {
		return &m, nil
	}
	o, ok := object(v)
	if !ok {
		return nil, sc.invalid(name, "must be true, false or an object, not "+described(v), "")
	}
	if err := onlyArguments(sc, join(sc.Path, name), o, []string{"field", "fields", "open", "close", "tags", "length", "ellipsis"}); err != nil {
		return nil, err
	}
	return &m, m.decode(sc, name, o)
}

func noIndex(sc *Scope) error {
	return &liteerr.Error{Code: liteerr.Unsupported, Model: sc.Model.Accessor, Operation: opSearch,
		Message: "the model has no full-text index", Hint: "add @@fts([…]) to it"}
}

func (m *Mark) decode(sc *Scope, name string, o map[string]any) (err error) {
	var fields []any
	if f := o["field"]; f != nil {
		fields = append(fields, f)
	}
	if l := o["fields"]; l != nil {
		more, ok := list(l)
		if !ok {
			more = []any{l}
		}
		fields = append(fields, more...)
	}
	for _, f := range fields {
		ref, err := ftsField(sc, name, f)
		if err != nil {
			return err
		}
		m.Fields = append(m.Fields, ref)
	}
	if tags := o["tags"]; tags != nil {
		pair, ok := list(tags)
		if !ok || len(pair) != 2 {
			return sc.invalid(name, "tags must be a list of two texts", "")
		}
		o = map[string]any{"open": pair[0], "close": pair[1], "length": o["length"], "ellipsis": o["ellipsis"]}
	}
	for key, to := range map[string]*string{"open": &m.Open, "close": &m.Close, "ellipsis": &m.Ellipsis} {
		if o[key] != nil {
			if *to, err = sc.text(name, o[key]); err != nil {
				return err
			}
		}
	}
	if l := o["length"]; l != nil {
		n, err := sc.count(name, l)
		if err != nil {
			return err
		}
		m.Length = int(min(n, 65))
	}
	return checkMark(sc, m)
}

func ftsField(sc *Scope, name string, v any) (Ref, error) {
	s, err := sc.text(name, v)
	if err != nil {
		return Ref{}, err
	}
	var names []string
	for _, f := range sc.Model.FTS.Fields {
		if f.Name == s {
			return RefOf(sc.Model, f), nil
		}
		names = append(names, f.Name)
	}
	return Ref{}, sc.unknown(s, "field of the full-text index", names)
}
