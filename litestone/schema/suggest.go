package schema

import (
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
)

// suggest hints at the name that was meant, or names what there is when that is not much.
func suggest(name string, candidates ...string) string {
	if hint := diag.DidYouMean(name, candidates...); hint != "" {
		return hint
	}
	if len(candidates) == 0 || len(candidates) > 8 {
		return ""
	}
	return "there is " + strings.Join(candidates, ", ")
}

// a puts the article before a word.
func a(word string) string {
	if word != "" && strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}
