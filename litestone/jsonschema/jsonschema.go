// Package jsonschema writes JSON Schema documents (draft 2020-12) for the models of a checked
// schema: what a row looks like in an answer, what a create takes, what an update takes.
//
// Keywords say what every value must be. What they cannot say, and what tools may want to know
// beside it, stands under "x-litestone": keys, defaults made by a function, transforms, the
// validators with their messages, relations, transitions of enums.
//
// The same schema and options give the same bytes.
package jsonschema

import (
	"github.com/litestone-go/orm/litestone/schema"
)

// Draft is the dialect of the documents.
const Draft = "https://json-schema.org/draft/2020-12/schema"

// Mode says what a document describes.
type Mode uint8

// The modes.
const (
	Full   Mode = iota // a row as calls answer it
	Create             // the data of a create
	Update             // the data of an update: nothing is required
)

// String gives the mode's name: "full", "create", "update".
func (m Mode) String() string { return [...]string{"full", "create", "update"}[m] }

// Audience says for whom a document is.
type Audience uint8

// The audiences.
const (
	Public Audience = iota // callers with policies: without what they can never read
	System                 // the program itself
)

// String gives the audience's name: "public", "system".
func (a Audience) String() string { return [...]string{"public", "system"}[a] }

// Options say what to write. The zero value describes answered rows to the public.
type Options struct {
	Mode     Mode
	Audience Audience

	// ID is the document's $id. Defaults to none.
	ID string

	// Relations adds relations: to answered rows as what an include brings; to inputs the names
	// of the nested operations, whose contents are not described.
	// Defaults to false: a document describes the row alone.
	Relations bool
}

// Model gives the document of one model, indented, with a line break at its end.
//
// In a Public document of answered rows, fields that are @guarded, @encrypted, @secret or
// @omit(all) are missing. Inputs keep them, writeOnly: anyone may write them (seed "Field
// attributes", SPEC "Access").
//
// A model whose rows are never written so (see Describes) is described as an object without
// properties.
func Model(m *schema.Model, o Options) []byte {
	w := newWriter(o)
	w.root = m
	doc := object{{"$schema", Draft}}
	if o.ID != "" {
		doc = append(doc, member{"$id", o.ID})
	}
	doc = append(doc, w.model(m)...)
	if defs := w.defs(); len(defs) > 0 {
		doc = append(doc, member{"$defs", defs})
	}
	return doc.text()
}

// Schema gives one document whose $defs hold every model Describes names, by declared name, with
// the enums and types they use.
func Schema(s *schema.Schema, o Options) []byte {
	w := newWriter(o)
	for _, m := range s.Models {
		if Describes(m, o) {
			w.needModel(m)
		}
	}
	doc := object{{"$schema", Draft}}
	if o.ID != "" {
		doc = append(doc, member{"$id", o.ID})
	}
	return append(doc, member{"$defs", w.defs()}).text()
}

// Describes reports whether there is anything to say of a model: log entries are written by
// nobody and read by the system, rows of jsonl files are never updated.
func Describes(m *schema.Model, o Options) bool {
	switch {
	case m.Auto:
		return o.Mode == Full && o.Audience == System
	case !m.Writable():
		return o.Mode != Update
	}
	return true
}
