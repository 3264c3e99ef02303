// Package sqlgen renders plans as SQL with placeholders. It takes nothing but plans, and every
// name in them is quoted here; every value is a parameter.
package sqlgen

import (
	"strconv"
	"strings"

	"github.com/litestone-go/orm/litestone/internal/plan"
)

// Stmt is a statement and where its arguments come from, in order.
type Stmt struct {
	SQL  string
	Args []plan.Source
}

// Refusal is how a statement refuses a row that its policy forbids.
type Refusal uint8

// The ways, best first; Open finds out which one the SQLite at hand has.
const (
	Raise     Refusal = iota // RAISE(ABORT, …) inside RETURNING
	JSONError                // an erroring json_extract, which rolls the statement back as well
)

// Dialect is what differs between engines and versions.
type Dialect struct {
	Refusal Refusal
}

// Select renders a read. keys is the size of the batch of parents an include reads for; sizes
// beyond MaxKeys travel as one JSON array.
func (d Dialect) Select(s *plan.Select, keys int) Stmt {
	w := writer{d: d, keys: keys}
	w.query(s)
	return w.stmt()
}

// Exprs renders SELECT of expressions that stand on no table.
func (d Dialect) Exprs(list []plan.Expr) Stmt {
	w := writer{d: d}
	w.text("SELECT ")
	for i, e := range list {
		if i > 0 {
			w.text(", ")
		}
		w.expr(e)
	}
	return w.stmt()
}

// Condition renders a condition for people to read: it is no statement, and its values are not shown.
func (d Dialect) Condition(e plan.Expr) string {
	w := writer{d: d}
	w.expr(e)
	return w.stmt().SQL
}

// MaxKeys is the largest batch of keys written as parameters.
const MaxKeys = 256

// Keys rounds a batch up to a size that statements are made for: exact up to four, then powers
// of two, then -1 for one JSON array.
func Keys(n int) int {
	if n <= 4 {
		return n
	}
	if n > MaxKeys {
		return -1
	}
	p := 8
	for p < n {
		p *= 2
	}
	return p
}

type writer struct {
	d    Dialect
	hide int // parameters are values of a confidential field, while it is above 0
	b    strings.Builder
	args []plan.Source
	keys int
}

func (w *writer) stmt() Stmt { return Stmt{SQL: w.b.String(), Args: w.args} }

func (w *writer) text(s string) { w.b.WriteString(s) }

func (w *writer) num(n int) { w.b.WriteString(strconv.Itoa(n)) }

// name writes an identifier in double quotes, inner quotes doubled.
func (w *writer) name(s string) {
	w.b.WriteByte('"')
	if strings.IndexByte(s, '"') < 0 {
		w.b.WriteString(s)
	} else {
		w.b.WriteString(strings.ReplaceAll(s, `"`, `""`))
	}
	w.b.WriteByte('"')
}

func (w *writer) column(c plan.Column) {
	w.name(c.Table.Qualifier())
	w.text(".")
	w.name(c.Name)
}

func (w *writer) param(s plan.Source) {
	s.Hidden = s.Hidden || w.hide > 0
	w.args = append(w.args, s)
	w.b.WriteByte('?')
}
