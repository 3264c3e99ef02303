package query

import "strings"

// Route says which call the arguments of query() mean: "groupBy" where by stands, "aggregate"
// where a name beginning with _ does, else "findMany". A bad tree is findMany's to refuse.
func Route(tree any) string {
	if j, ok := tree.(JSON); ok {
		tree, _ = j.Tree()
	}
	if u, ok := tree.(Untrusted); ok {
		tree, _ = JSON(u).Tree()
	}
	o, _ := object(tree)
	if _, ok := o["by"]; ok {
		return "groupBy"
	}
	for name := range o {
		if strings.HasPrefix(name, "_") {
			return "aggregate"
		}
	}
	return opFindMany
}
