package litestone

import "github.com/litestone-go/orm/litestone/query"

// SearchOption says what a search shows of its matches.
type SearchOption func(*query.Search)

// MarkStyle says what stands around a match; the zero value takes <mark> and </mark>, and
// snippets of 32 tokens joined by "…".
type MarkStyle struct {
	Open, Close string
	Ellipsis    string // snippets only
	Tokens      int    // a snippet's length, at most 64
}

// Highlight answers the columns' whole texts with matches marked, as Extra("_highlight"). No
// columns: all of the index.
func Highlight(style MarkStyle, cols ...query.Col) SearchOption {
	return func(s *query.Search) { s.Highlight = style.mark(cols) }
}

// Snippet answers the columns' best passages with matches marked, as Extra("_snippet"). No
// columns: all of the index.
func Snippet(style MarkStyle, cols ...query.Col) SearchOption {
	return func(s *query.Search) { s.Snippet = style.mark(cols) }
}

// WithoutRank leaves Extra("_rank") out.
func WithoutRank() SearchOption { return func(s *query.Search) { s.NoRank = true } }

func (st MarkStyle) mark(cols []query.Col) *query.Mark {
	m := query.DefaultMark()
	m.Fields = refs(cols)
	if st.Open != "" || st.Close != "" {
		m.Open, m.Close = st.Open, st.Close
	}
	if st.Ellipsis != "" {
		m.Ellipsis = st.Ellipsis
	}
	if st.Tokens > 0 {
		m.Length = min(st.Tokens, 64)
	}
	return &m
}
