// Package diag holds positions in schema files and what is reported about them.
//
// A File is one source text, a Span a byte range of it, a Diagnostic one complaint about a span,
// a List all complaints about a schema. A List with errors is an error: it renders every complaint
// at once, each with its line, excerpt, carets and hint. Editors read the same as JSON.
package diag

import "sync"

// Severity orders diagnostics.
type Severity uint8

// The severities. Only errors refuse a schema.
const (
	Error Severity = iota
	Warning
)

// File is one source text. Text is kept as read, so excerpts are exact.
type File struct {
	Name string // as given or resolved from an import; "schema" for text without a file
	Text string

	once  sync.Once
	lines []int // byte offsets of line starts, made on first use
}

// Span is a half-open byte range of a file.
type Span struct {
	File       *File
	Start, End int
}

// Diagnostic is one thing to say about a schema.
type Diagnostic struct {
	Severity Severity
	Code     string // stable, kebab-case: "unknown-attribute"
	Message  string // one sentence in plain words, naming the object
	Hint     string // what to do; may be empty
	Span     Span
	Related  []Related // other places that matter, e.g. the first of two duplicates
}

// Related is a second place a diagnostic points at.
type Related struct {
	Message string
	Span    Span
}

// List is all diagnostics of a schema in source order. As an error it renders every one of
// them with line, column, excerpt, caret and hint.
type List []Diagnostic
