package syntax

import "github.com/litestone-go/orm/litestone/diag"

// File is one parsed .lite file: declarations in source order, comments kept.
type File struct {
	Source   *diag.File
	Imports  []*Import
	Decls    []Decl
	Comments []*Comment // every comment of the file in source order
}

// Comment is one // or /* */ or /// comment.
type Comment struct {
	Span diag.Span
	Text string // with its marks
	Doc  bool   // written with ///
}

// Import is `import "./other.lite"`.
type Import struct {
	Span diag.Span
	Path String
}

// Decl is a top-level declaration: *Model, *Trait, *Type, *Enum, *Function, *Database.
type Decl interface {
	decl()
	DeclName() Ident
	DeclSpan() diag.Span
}

// Ident is a name with its place. An empty Name marks a name the parser missed and reported.
type Ident struct {
	Name string
	Span diag.Span
}

// String is a quoted literal, unescaped.
type String struct {
	Value string
	Span  diag.Span
}

// Model is `model name { … }`.
type Model struct {
	Span   diag.Span
	Doc    string // the /// text before it, without marks, lines joined by \n
	Name   Ident
	Fields []*Field
	Attrs  []*Attr // @@attributes

	Body diag.Span // { … } with its braces; zero where it is missing
}

// Trait is `trait Name { … }`: members spliced into models by @@trait(Name).
type Trait struct {
	Span   diag.Span
	Doc    string
	Name   Ident
	Fields []*Field
	Attrs  []*Attr

	Body diag.Span // { … } with its braces; zero where it is missing
}

// Type is `type Name { … }`: the shape of a typed Json field.
type Type struct {
	Span   diag.Span
	Doc    string
	Name   Ident
	Fields []*Field
	Attrs  []*Attr

	Body diag.Span // { … } with its braces; zero where it is missing
}

// Field is `name Type? @attr …`, in a model, trait or type.
type Field struct {
	Span  diag.Span
	Doc   string
	Name  Ident
	Type  TypeRef
	Attrs []*Attr
}

// TypeRef is `Name`, `Name?`, `Name[]` or `Name[]?`.
type TypeRef struct {
	Span     diag.Span
	Name     Ident
	List     bool
	Optional bool
}

// Attr is `@name(args)` or `@@name(args)`.
type Attr struct {
	Span  diag.Span
	Name  Ident // without the @ signs
	Block bool  // written @@
	Paren bool  // had parentheses, even empty ones
	Args  []*Arg
}

// Arg is one argument, named (`fields: [a]`) or positional.
type Arg struct {
	Span  diag.Span
	Name  Ident // Name.Name empty: positional
	Value Expr
}

// Enum is `enum Name { a b c  transitions { go: a -> b  undo: [b, c] -> a } }`.
type Enum struct {
	Span        diag.Span
	Doc         string
	Name        Ident
	Values      []*EnumValue
	Transitions []*Transition
	HasMachine  bool      // a transitions block stands there, even an empty one
	Machine     diag.Span // transitions { … }

	Body diag.Span // { … } with its braces; zero where it is missing
}

// EnumValue is one value of an enum.
type EnumValue struct {
	Span diag.Span
	Doc  string
	Name Ident
}

// Transition is `name: from -> to` or `name: [a, b] -> to`.
type Transition struct {
	Span diag.Span
	Name Ident
	From []Ident
	To   Ident
}

// Function is `function name(a: Text): Text { @@expr("…") }`.
type Function struct {
	Span   diag.Span
	Doc    string
	Name   Ident
	Params []*Param
	Result TypeRef
	Attrs  []*Attr

	Body diag.Span // { … } with its braces; zero where it is missing
}

// Param is one parameter of a function.
type Param struct {
	Span diag.Span
	Name Ident
	Type TypeRef
}

// Database is `database name { path "…"  driver jsonl; retention 30d }`.
type Database struct {
	Span     diag.Span
	Doc      string
	Name     Ident
	Settings []*Setting

	Body diag.Span // { … } with its braces; zero where it is missing
}

// Setting is one `key value` of a database block.
type Setting struct {
	Span  diag.Span
	Name  Ident
	Value Expr
}

func (d *Model) decl()    {}
func (d *Trait) decl()    {}
func (d *Type) decl()     {}
func (d *Enum) decl()     {}
func (d *Function) decl() {}
func (d *Database) decl() {}

// DeclName and DeclSpan let declarations be handled alike.
func (d *Model) DeclName() Ident        { return d.Name }
func (d *Trait) DeclName() Ident        { return d.Name }
func (d *Type) DeclName() Ident         { return d.Name }
func (d *Enum) DeclName() Ident         { return d.Name }
func (d *Function) DeclName() Ident     { return d.Name }
func (d *Database) DeclName() Ident     { return d.Name }
func (d *Model) DeclSpan() diag.Span    { return d.Span }
func (d *Trait) DeclSpan() diag.Span    { return d.Span }
func (d *Type) DeclSpan() diag.Span     { return d.Span }
func (d *Enum) DeclSpan() diag.Span     { return d.Span }
func (d *Function) DeclSpan() diag.Span { return d.Span }
func (d *Database) DeclSpan() diag.Span { return d.Span }
