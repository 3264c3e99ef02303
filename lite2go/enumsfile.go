package lite2go

import (
	"strconv"
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

type enumsView struct {
	head
	Enums []enumView
}

type enumView struct {
	Doc         []string
	Name        string
	Values      []value
	All         string // the values' names in declared order, joined by commas
	Transitions []value
}

func (g *generator) enumsFile() job {
	v := enumsView{head: g.head(imports{})}
	for _, e := range g.schema.Enums {
		v.Enums = append(v.Enums, g.enumView(e))
	}
	return job{file: "enums.go", template: "enums.tmpl", view: v}
}

func (g *generator) enumView(e *schema.Enum) enumView {
	n := g.names.enums[e]
	v := enumView{Name: n.name, Doc: []string{n.name + " is a value of enum " + e.Name + "."}, All: strings.Join(n.values, ", ")}
	if own := comment(e.Doc); len(own) > 0 {
		v.Doc = append(append(v.Doc, ""), own...)
	}
	for i, x := range e.Values {
		v.Values = append(v.Values, value{Doc: comment(x.Doc), Name: n.values[i], Expr: strconv.Quote(x.Name)})
	}
	for i, t := range e.Transitions {
		v.Transitions = append(v.Transitions, value{
			Doc:  []string{"From " + strings.Join(t.From, " or ") + " to " + t.To + "."},
			Name: n.transitions[i],
			Expr: strconv.Quote(t.Name),
		})
	}
	return v
}
