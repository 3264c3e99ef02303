package litestone

import "slices"

// Operations names the calls of a table, for tests that must know all of them.
func Operations() []string {
	out := make([]string, 0, len(operations))
	for name := range operations {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
