package query

import (
	"github.com/litestone-go/orm/litestone/liteerr"
)

// DecodeSearch reads the arguments of search beside its text, which the caller puts into
// a.Search.Text.
func DecodeSearch(sc *Scope, tree any, a *FindArgs) error {
	a.Search = new(Search)
	return DecodeFind(sc.as(opSearch), tree, a)
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
