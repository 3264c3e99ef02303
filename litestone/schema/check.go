package schema

import (
	"slices"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/syntax"
)

// Options are the settings that come from outside the schema text.
type Options struct {
	// Pluralize makes table names plural: model user → table users. Defaults to false.
	Pluralize bool
}

// Check turns parsed files into a schema. Every mistake of all files is reported at once, in
// source order; the schema is nil when one of them is an error. Warnings are in the list and in
// Schema.Warnings. The trees are not changed.
func Check(files []*syntax.File, o Options) (*Schema, diag.List) {
	c := newChecker(files, o)
	for _, p := range passes() {
		p.run(c)
	}
	c.settle()
	if c.errs.HasErrors() {
		return nil, c.errs
	}
	c.s.Warnings = slices.Clip(c.errs)
	return c.s, c.errs
}

// A pass is one reading of all declarations. Each may rely on what the passes before it made.
type pass struct {
	name string
	run  func(*checker)
}

// passes lists the passes in their order:
//
//	declarations  names taken; databases, enums and functions read; models, types, traits opened
//	traits        fields and attributes of traits spliced into their hosts
//	fields        types resolved, attributes bound to their arguments, what shapes a column applied
//	names         tables, accessors and Go names derived
//	relations     both sides of every relation linked, join tables made
//	attributes    defaults, generated and derived fields, validators, indexes, logs
//	policies      rules resolved to expressions; gates; cycles through check()
//	rules         what must hold for the schema as a whole
//	automatic     the models that logger databases bring along
func passes() []pass {
	return []pass{
		{"declarations", (*checker).declare},
		{"traits", (*checker).spliceTraits},
		{"fields", (*checker).resolveFields},
		{"names", (*checker).nameEverything},
		{"relations", (*checker).linkRelations},
		{"attributes", (*checker).applyAttributes},
		{"policies", (*checker).resolvePolicies},
		{"rules", (*checker).holdRules},
		{"automatic", (*checker).addAutomatic},
	}
}

// checker holds one schema while it is being made.
type checker struct {
	opts  Options
	files []*syntax.File
	s     *Schema
	errs  diag.List

	table     map[string]*attribute  // by the name with its @ signs
	call      *attribute             // the row of calls of schema functions
	decls     map[string]syntax.Decl // models, traits, types and enums share their names
	models    map[string]*modelDecl
	order     []*modelDecl // models in declared order
	traits    map[string]*traitDecl
	types     map[string]*typeDecl
	enums     map[string]*Enum
	functions map[string]*Function
	loggers   []*Database
}

// modelDecl is a model while it is being made.
type modelDecl struct {
	tree   *syntax.Model
	m      *Model
	fields []*fieldDecl
	attrs  []attrAt
	uses   []*use // the block attributes, bound
	mapped bool   // @@map gave the table
	trait  bool   // stands for a trait that no model uses
	keyBy  *use   // @@id, or the first @id
}

// typeDecl is a type while it is being made.
type typeDecl struct {
	tree   *syntax.Type
	t      *Type
	loose  *Type // the same with Strict false, made on first use
	fields []*fieldDecl
}

// fieldDecl is a field while it is being made.
type fieldDecl struct {
	tree  *syntax.Field
	f     *Field
	host  *modelDecl // nil in a type
	typ   *typeDecl  // nil in a model
	trait *syntax.Trait
	uses  []*use
	half  *use   // its @relation, where one of the arguments was reported: the others still tell mistakes
	bad   bool   // its type is unknown: nothing that depends on it is reported
	model *Model // the declared type is a model
}

// attrAt is a block attribute with the trait it came from (nil: the host's own).
type attrAt struct {
	attr  *syntax.Attr
	trait *syntax.Trait
}

func newChecker(files []*syntax.File, o Options) *checker {
	c := &checker{
		opts: o, files: files, s: &Schema{byName: map[string]*Model{}},
		table: attributeTable(), call: functionCall(), decls: map[string]syntax.Decl{},
		models: map[string]*modelDecl{}, traits: map[string]*traitDecl{}, types: map[string]*typeDecl{},
		enums: map[string]*Enum{}, functions: map[string]*Function{},
	}
	for _, f := range files {
		c.s.Files = append(c.s.Files, f.Source)
	}
	return c
}

// fail reports an error; hint may be empty.
func (c *checker) fail(at diag.Span, code, hint, format string, args ...any) *diag.Diagnostic {
	d := c.errs.Errorf(at, code, format, args...)
	d.Hint = hint
	return d
}

// warn reports a warning.
func (c *checker) warn(at diag.Span, code, hint, format string, args ...any) {
	c.errs.Warnf(at, code, format, args...).Hint = hint
}

// settle brings the diagnostics into source order and drops what several hosts of one trait
// report alike.
func (c *checker) settle() {
	rank := make(map[*diag.File]int, len(c.files))
	for i, f := range c.files {
		rank[f.Source] = i
	}
	slices.SortStableFunc(c.errs, func(a, b diag.Diagnostic) int {
		if d := rank[a.Span.File] - rank[b.Span.File]; d != 0 {
			return d
		}
		return a.Span.Start - b.Span.Start
	})
	type key struct {
		span diag.Span
		code string
	}
	seen := map[key]bool{}
	c.errs = slices.DeleteFunc(c.errs, func(d diag.Diagnostic) bool {
		k := key{d.Span, d.Code}
		again := seen[k]
		seen[k] = true
		return again
	})
}

// at names the field for a message: "model users: field email".
func (d *fieldDecl) at() string {
	if d.typ != nil {
		return "type " + d.typ.t.Name + ": field " + d.f.Name
	}
	return d.host.at() + ": field " + d.f.Name
}

func (m *modelDecl) at() string {
	if m.trait {
		return "trait " + m.m.Name
	}
	return "model " + m.m.Name
}

// FromText parses and checks one text. The error is a *liteerr.Error of code Schema whose Err is
// the diag.List with everything found; its message shows all of it. Imports are not followed: they
// are an error.
func FromText(name, text string, o Options) (*Schema, error) {
	file, diags := syntax.ParseString(name, text)
	files := []*syntax.File{file}
	for _, i := range file.Imports {
		diags.Errorf(i.Path.Span, CodeImportWithoutFile, "an import needs a schema that was read from a file").Hint =
			"open the schema by its path"
	}
	return finish(files, diags, o)
}

// FromFile reads a file and everything it imports, parses and checks it. Errors as FromText.
func FromFile(path string, o Options) (*Schema, error) {
	files, diags := syntax.Load(nil, path)
	return finish(files, diags, o)
}

// finish checks what was parsed. After syntax errors the text is checked all the same, but names
// that nobody declares are not reported: what declares them may be what could not be read.
func finish(files []*syntax.File, diags diag.List, o Options) (*Schema, error) {
	s, found := Check(files, o)
	if !diags.HasErrors() {
		diags = append(diags, found...)
		if diags.HasErrors() {
			diags.Sort()
			return nil, schemaError(diags)
		}
		s.Warnings = slices.Clip(diags)
		return s, nil
	}
	for _, d := range found {
		if !missesSomething(d.Code) {
			diags = append(diags, d)
		}
	}
	diags.Sort()
	return nil, schemaError(diags)
}

// missesSomething: mistakes of leaving out, which what could not be read may have held.
func missesSomething(code string) bool {
	switch code {
	case CodeUnknownType, CodeUnknownTrait, CodeUnknownDatabase, CodeUnknownField, CodeUnknownRelation, CodeUnknownAttribute,
		CodeUnknownEnumValue, CodeMissingPath, CodeMissingArgument, CodeModelWithoutColumns, CodeModelWithoutKey, CodeEmptyEnum, CodeEmptyType,
		CodeFunctionWithoutExpr, CodeLogWithoutLogger, CodeRelationWithoutOtherSide, CodeSoftDeleteWithoutStamp,
		CodeReferencesNotUnique, CodeHasOneNotUnique:
		return true
	}
	return false
}

func schemaError(diags diag.List) error {
	return &liteerr.Error{Code: liteerr.Schema, Err: diags}
}
