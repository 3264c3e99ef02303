package ddl

import (
	"strconv"
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// Now is the time of the running statement in the form a DateTime is stored in.
const Now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"

// DefaultSQL gives what SQLite itself fills f with in a row that does not name it: a literal,
// or an expression in parentheses; "" when nothing in SQL can (a sibling's value, a value of
// the caller, an encrypted value). It is evaluated anew for every row.
func DefaultSQL(f *schema.Field) string {
	if f.Generated != nil || f.Encrypted != nil {
		return ""
	}
	d := f.Default
	if d == nil {
		switch {
		case f.List && !f.Optional:
			return "'[]'"
		case f.UpdatedAt && !f.Optional:
			return "(" + Now + ")"
		}
		return ""
	}
	switch d.Kind {
	case schema.DefaultLiteral:
		return literal(f, d.Literal)
	case schema.DefaultEmptyList:
		return "'[]'"
	case schema.DefaultNow:
		return "(" + Now + ")"
	case schema.DefaultUUID:
		return "(" + uuidSQL + ")"
	case schema.DefaultULID:
		return "(" + ulidSQL() + ")"
	case schema.DefaultCUID:
		return "(" + cuidSQL + ")"
	case schema.DefaultNanoID:
		return "(" + nanoidSQL + ")"
	}
	return ""
}

// ConstantDefault reports whether DefaultSQL is a literal: the same value for every row, which
// is what ALTER TABLE ADD COLUMN can fill old rows with.
func ConstantDefault(f *schema.Field) bool {
	s := DefaultSQL(f)
	return s != "" && !strings.HasPrefix(s, "(") && !strings.HasPrefix(s, "CAST(")
}

func literal(f *schema.Field, v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return "1"
		}
		return "0"
	case int64:
		if f.Type == schema.Real && !f.List {
			return realLiteral(float64(v))
		}
		return strconv.FormatInt(v, 10)
	case float64:
		return realLiteral(v)
	case string:
		if f.Type == schema.Blob && !f.List {
			return blobLiteral(v)
		}
		if s := TextLiteral(v); !strings.HasPrefix(s, "CAST(") {
			return s
		}
		return "(" + TextLiteral(v) + ")"
	}
	return ""
}

// uuidSQL is a version 4 UUID (RFC 9562, 5.4).
const uuidSQL = "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || " +
	"substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"

// crockford is the alphabet of ULIDs; the sixteen digits of hex() are its first.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// The expressions below are what a row gets that comes in by plain SQL, or stood in the table
// before the column did; the client makes its own values. They have the form of the real
// thing but take their letters from hex(), so that a table's text stays readable: 64, 84 and
// 96 random bits instead of 80, 126 and 120.

// ulidSQL is 48 bits of time in milliseconds in Crockford's base 32
// (https://github.com/ulid/spec) and 16 random letters. The time is the same in all ten
// letters: 'now' stands still within a statement's step.
func ulidSQL() string {
	var b strings.Builder
	for shift := 45; shift >= 0; shift -= 5 {
		b.WriteString("substr('" + crockford + "', 1 + ((CAST(round(unixepoch('subsec') * 1000) AS INTEGER) >> " + strconv.Itoa(shift) + ") & 31), 1) || ")
	}
	b.WriteString("hex(randomblob(8))")
	return b.String()
}

// nanoidSQL is 21 letters.
const nanoidSQL = "substr(lower(hex(randomblob(11))), 2)"

// cuidSQL is 24 letters and digits, a letter first. abs() comes after %, since abs of the
// least integer is an error.
const cuidSQL = "substr('abcdefghijklmnopqrstuvwxyz', 1 + abs(random() % 26), 1) || substr(lower(hex(randomblob(12))), 2)"
