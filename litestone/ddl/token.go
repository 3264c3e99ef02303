package ddl

import (
	"strconv"

	"github.com/litestone-go/orm/litestone/schema"
)

// TokenLength is how many characters of a searchable encrypted value are its search token: they
// are what indexes hold and what equality compares. Databases depend on it.
const TokenLength = 47

// Token gives the expression that an encrypted field is indexed and searched by; column is the
// column as SQL. SQLite uses an index over an expression only where the query has the very same one
// (https://www.sqlite.org/expridx.html).
func Token(column string) string {
	return "substr(" + column + ", 1, " + strconv.Itoa(TokenLength) + ")"
}

// Searchable reports whether a field is found by its token.
func Searchable(f *schema.Field) bool { return f.Encrypted != nil && f.Encrypted.Searchable }
