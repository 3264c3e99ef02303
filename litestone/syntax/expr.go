package syntax

import "github.com/litestone-go/orm/litestone/diag"

// Expr is an argument's or policy's expression. Policies given as a quoted operation list
// followed by an expression (`@@allow('read', ownerId == auth().id)`) are ordinary arguments.
type Expr interface {
	expr()
	ExprSpan() diag.Span
}

// Name is a dotted name: `red`, `id`, `author.team.id`.
type Name struct {
	Span  diag.Span
	Parts []Ident
}

// Literal kinds.
type (
	// Str is "…" or '…'.
	Str struct {
		Span  diag.Span
		Value string
		Quote byte
	}
	// Num is an integer or real literal, with its sign; Text is as written.
	Num struct {
		Span diag.Span
		Text string
	}
	// Bool is true or false.
	Bool struct {
		Span  diag.Span
		Value bool
	}
	// Null is null.
	Null struct{ Span diag.Span }
	// Unit is a number with a suffix: 30d, 24h, 2w, 1y, 500mb.
	Unit struct {
		Span diag.Span
		Num  string
		Unit string
	}
)

// List is `[a, b]`.
type List struct {
	Span  diag.Span
	Items []Expr
}

// Call is `now()`, `auth()`, `check(rel, 'read')`, `env("X", "d")`, with a trailing path for `auth().team.id`.
type Call struct {
	Span diag.Span
	Func Ident
	Args []*Arg
	Path []Ident // .a.b after the call
}

// Unary is `!x`.
type Unary struct {
	Span diag.Span
	Op   string // "!"
	X    Expr
}

// Binary is `x op y`; Op is one of == != < <= > >= && ||.
type Binary struct {
	Span diag.Span
	Op   string
	X, Y Expr
}

// Paren is `( x )`, kept for the formatter.
type Paren struct {
	Span diag.Span
	X    Expr
}

// Bad marks an expression the parser could not read and reported.
type Bad struct{ Span diag.Span }

func (*Name) expr()   {}
func (*Str) expr()    {}
func (*Num) expr()    {}
func (*Bool) expr()   {}
func (*Null) expr()   {}
func (*Unit) expr()   {}
func (*List) expr()   {}
func (*Call) expr()   {}
func (*Unary) expr()  {}
func (*Binary) expr() {}
func (*Paren) expr()  {}
func (*Bad) expr()    {}

// ExprSpan gives an expression's place.
func (e *Name) ExprSpan() diag.Span   { return e.Span }
func (e *Str) ExprSpan() diag.Span    { return e.Span }
func (e *Num) ExprSpan() diag.Span    { return e.Span }
func (e *Bool) ExprSpan() diag.Span   { return e.Span }
func (e *Null) ExprSpan() diag.Span   { return e.Span }
func (e *Unit) ExprSpan() diag.Span   { return e.Span }
func (e *List) ExprSpan() diag.Span   { return e.Span }
func (e *Call) ExprSpan() diag.Span   { return e.Span }
func (e *Unary) ExprSpan() diag.Span  { return e.Span }
func (e *Binary) ExprSpan() diag.Span { return e.Span }
func (e *Paren) ExprSpan() diag.Span  { return e.Span }
func (e *Bad) ExprSpan() diag.Span    { return e.Span }
