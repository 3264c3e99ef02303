package query

// SearchFind is the arguments of a search beside its text, typed.
type SearchFind struct {
	Find
	Highlight   *Mark // the whole texts with their matches marked, as _highlight; nil: none
	Snippet     *Mark // the parts around matches, as _snippet; nil: none
	WithoutRank bool  // leave _rank out
}

// Finding resolves a typed search. A Mark's fields must be of the model's full-text index.
func (f SearchFind) Finding(sc *Scope, a *FindArgs) error {
	sc = sc.as(opSearch)
	if err := f.Find.Finding(sc, a); err != nil {
		return err
	}
	if a.Search == nil {
		a.Search = new(Search)
	}
	for _, m := range []*Mark{f.Highlight, f.Snippet} {
		if err := checkMark(sc, m); err != nil {
			return err
		}
	}
	a.Search.Highlight, a.Search.Snippet, a.Search.NoRank = f.Highlight, f.Snippet, f.WithoutRank
	return nil
}

// MarkIn shows matches in some of the index's fields, as DefaultMark does; without columns in all.
func MarkIn(cols ...TextColumn) *Mark {
	m := DefaultMark()
	for _, c := range cols {
		m.Fields = append(m.Fields, c.ref)
	}
	return &m
}

// Between changes what stands before and after a match.
func (m *Mark) Between(open, closing string) *Mark {
	c := *m
	c.Open, c.Close = open, closing
	return &c
}

// Tokens changes how long a snippet is, 1 to 64 tokens, and what stands where text is left out.
func (m *Mark) Tokens(n int, ellipsis string) *Mark {
	c := *m
	c.Length, c.Ellipsis = n, ellipsis
	return &c
}

func checkMark(sc *Scope, m *Mark) error {
	if m == nil {
		return nil
	}
	if sc.Model.FTS == nil {
		return noIndex(sc)
	}
	for _, r := range m.Fields {
		f, err := r.Field(sc.Model)
		if err != nil {
			return err
		}
		if _, err := ftsField(sc, "", f.Name); err != nil {
			return err
		}
	}
	if m.Length < 1 || m.Length > 64 {
		return sc.invalid("length", "must lie between 1 and 64 tokens", "")
	}
	return nil
}
