package diag

import "strings"

// Suggest gives the candidate most like a misspelt name, or "" when none is close enough to be
// meant. Case is the smallest of mistakes; otherwise insertions, losses, changes and swaps of
// neighbouring bytes count one each, and a name may hold about one for every three bytes.
// Among equals the first candidate wins.
func Suggest(name string, candidates ...string) string {
	if name == "" || len(name) > maxSuggestLength {
		return ""
	}
	best, bestCost := "", 2*max(1, (len(name)+1)/3)+1
	lower := strings.ToLower(name)
	for _, c := range candidates {
		if c == "" || c == name || len(c) > maxSuggestLength {
			continue
		}
		cost := 2 * distance(lower, strings.ToLower(c))
		if cost == 0 {
			cost = 1 // differs by case only
		}
		if cost < bestCost && !allChanged(cost, lower, c) {
			best, bestCost = c, cost
		}
	}
	return best
}

// DidYouMean is Suggest as a hint: "did you mean Text?", or "" without a suggestion.
func DidYouMean(name string, candidates ...string) string {
	if s := Suggest(name, candidates...); s != "" {
		return "did you mean " + s + "?"
	}
	return ""
}

const maxSuggestLength = 64 // keeps the table of distance small on hostile names

// allChanged tells names that share nothing: x for y is no misspelling.
func allChanged(cost int, name, candidate string) bool {
	return cost >= 2*max(len(name), len(candidate))
}

// distance is the optimal string alignment distance in bytes.
func distance(a, b string) int {
	var rows [3][maxSuggestLength + 1]int
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := above[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, above[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
