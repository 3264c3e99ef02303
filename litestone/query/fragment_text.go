package query

import "strings"

// Broken says why SQL text is not one whole expression, or nothing where it is. Conditions stand
// in brackets beside rules they must not get out of: a bracket closed too early or a comment that
// never ends would take the rules behind them away.
func (f *Fragment) Broken() string {
	depth := 0
	for i, s := 0, f.SQL; i < len(s); i++ {
		end := i
		switch c := s[i]; {
		case c == '\'' || c == '"' || c == '`':
			// A quote is doubled inside quotes: two quoted parts side by side end at the same place.
			if end = strings.IndexByte(s[i+1:], c); end < 0 {
				return "has a quote that is never closed"
			}
			end += i + 1
		case c == '[':
			if end = strings.IndexByte(s[i:], ']'); end < 0 {
				return "has a [ that is never closed"
			}
			end += i
		case strings.HasPrefix(s[i:], "--"):
			if end = strings.IndexByte(s[i:], '\n'); end < 0 {
				end = len(s) - i
			}
			end += i
		case strings.HasPrefix(s[i:], "/*"):
			if end = strings.Index(s[i+2:], "*/"); end < 0 {
				return "has a comment that is never closed"
			}
			end += i + 3
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth < 0 {
				return "has a ) without its ("
			}
		case c == ';':
			return "holds a semicolon"
		case c == 0:
			return "holds a NUL byte"
		}
		i = end
	}
	if depth > 0 {
		return "has a ( that is never closed"
	}
	return ""
}
