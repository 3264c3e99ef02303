// Package syntax turns .lite text into a tree and back.
//
// The way of a text through the package:
//
//	Load, ParseString    a schema's files, imports followed
//	Parse                one file
//	  lexer              bytes → tokens; comments are kept beside them
//	  parse_decl …       tokens → declarations, fields, attributes, expressions
//	Format               tree and comments → the canonical text
//	Dump                 tree → an outline for tests and tools
//
// The grammar is free of line breaks: a field ends where its attributes end. Line breaks matter in
// two places only: a /// comment documents what stands before it on its line, else what comes next;
// and recovery from a mistake goes on at the next line.
//
// The parser accepts more than the language, so that a complaint can say what was meant, and goes on
// after a mistake: all errors of a file are reported at once, and whatever could be read is in the
// tree. It knows no attribute, type or setting by name; package schema does.
//
// Words that begin declarations (model, enum, type, …) are ordinary names everywhere else.
package syntax
