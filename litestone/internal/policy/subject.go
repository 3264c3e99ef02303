package policy

import (
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// AuthPaths are the paths after auth() that rules, field rules, defaults and stamps of a schema name,
// each once, sorted. The whole object, auth() itself, is none of them.
func AuthPaths(s *schema.Schema) [][]string {
	c := named{seen: map[string]bool{}}
	for _, m := range s.Models {
		for _, r := range m.Rules {
			c.expr(r.Expr)
		}
		for _, f := range m.Fields {
			for _, r := range f.Rules {
				c.expr(r.Expr)
			}
			if f.Default != nil {
				c.add(f.Default.Auth)
			}
			c.add(f.UpdatedBy)
		}
	}
	slices.SortFunc(c.paths, slices.Compare[[]string])
	return c.paths
}

// named collects paths.
type named struct {
	seen  map[string]bool
	paths [][]string
}

func (c *named) add(path []string) {
	key := strings.Join(path, ".")
	if len(path) > 0 && !c.seen[key] {
		c.seen[key] = true
		c.paths = append(c.paths, path)
	}
}

func (c *named) expr(e schema.Expr) {
	switch e := e.(type) {
	case schema.And:
		c.expr(e.X)
		c.expr(e.Y)
	case schema.Or:
		c.expr(e.X)
		c.expr(e.Y)
	case schema.Not:
		c.expr(e.X)
	case schema.Compare:
		c.compare(e.X, e.Y)
		c.compare(e.Y, e.X)
	case schema.Truth:
		c.compare(e.X, nil)
	case schema.CheckModel:
		c.expr(e.Expr)
	}
}

// compare collects what one side of a comparison names. A relation compared with the subject, or
// with a part of it, is compared by the fields it references.
func (c *named) compare(x, with schema.Operand) {
	a, ok := x.(schema.AuthRef)
	if !ok {
		return
	}
	r, ok := with.(schema.RelationRef)
	if !ok {
		c.add(a.Path)
		return
	}
	for _, f := range r.Relation.Remote {
		c.add(append(slices.Clone(a.Path), f.Name))
	}
}
