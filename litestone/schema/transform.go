package schema

import (
	"strings"
	"unicode"
)

// Apply transforms a text (SPEC "Database"). It answers s itself when there is nothing to do.
func (t Transform) Apply(s string) string {
	switch t {
	case Trim:
		return strings.TrimFunc(s, space)
	case Lower:
		return strings.ToLower(s)
	case Upper:
		return strings.ToUpper(s)
	case Slug:
		return slug(s)
	}
	return s
}

// space is white space and the byte order mark, which texts from files bring along.
func space(r rune) bool { return unicode.IsSpace(r) || r == '\uFEFF' }

// slug keeps letters and digits in lower case; runs of spaces, underscores and hyphens between
// them become one hyphen; everything else goes.
func slug(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range s {
		switch {
		case r == '_' || r == '-' || unicode.IsSpace(r):
			gap = b.Len() > 0
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap {
				b.WriteByte('-')
				gap = false
			}
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// String gives the transform's attribute without its @.
func (t Transform) String() string { return [...]string{"trim", "lower", "upper", "slug"}[t] }
