package ddl

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
)

// Quote writes a name where SQLite expects nothing but a name.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Tick writes a name inside an expression that cannot be qualified. In double quotes an
// unknown name would silently become a string (https://www.sqlite.org/quirks.html#dblquote).
func Tick(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// TextLiteral writes a text as an SQL literal. A NUL byte would end the statement, so such a
// text goes through its bytes.
func TextLiteral(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		return "CAST(" + blobLiteral(s) + " AS TEXT)"
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

func blobLiteral(s string) string { return "x'" + hex.EncodeToString([]byte(s)) + "'" }

// realLiteral writes a number that SQLite reads back bit for bit and as REAL. SQLite has no
// word for infinity, but reads what is too large as it.
func realLiteral(v float64) string {
	if math.IsInf(v, 0) {
		if v < 0 {
			return "-9e999"
		}
		return "9e999"
	}
	s := strconv.FormatFloat(v, 'g', -1, 64)
	if strings.ContainsAny(s, ".e") {
		return s
	}
	return s + ".0"
}

func quoteAll(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = Quote(n)
	}
	return strings.Join(out, ", ")
}
