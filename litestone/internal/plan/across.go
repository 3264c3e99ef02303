package plan

import (
	"errors"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// A relation into another database is read as any other: by a statement of its own, which stands on
// the target's database with the target's guards. What would need one statement over both files is
// refused.

// errApart marks the refusal of a statement over two databases.
var errApart = errors.New("one statement reads one database")

// apart refuses a statement over a relation into another database; nil for any other relation. what
// names what the caller asks for.
func apart(r *schema.Relation, what string) error {
	if !r.Across {
		return nil
	}
	e := &liteerr.Error{Code: liteerr.Unsupported, Model: r.Model.Accessor, Fields: []string{r.Name()}, Err: errApart,
		Message: what + " the relation would need one statement over two databases: " + r.Target.Accessor + " is stored in " +
			r.Target.Database.Name + ", " + r.Model.Accessor + " in " + r.Model.Database.Name}
	switch {
	case what == ordering:
		e.Hint = "include the relation and sort the answer"
	default:
		e.Hint = "find " + r.Remote[0].Name + " of " + r.Target.Accessor + " by a call of its own first, and filter " + r.Local[0].Name + " by that list"
	}
	return e
}

// What is refused over a relation into another database.
const (
	filtering = "a filter over"
	ordering  = "an order over"
)

// beneath puts a relation's name before the path of a refusal below it: model m is asked.
func beneath(err error, m *schema.Model, relation string) error {
	e, ok := err.(*liteerr.Error)
	if !ok || e.Err != errApart || len(e.Fields) == 0 {
		return err
	}
	c := *e
	c.Model, c.Fields = m.Accessor, []string{relation + "." + e.Fields[0]}
	return &c
}

// stands is the database of a relation's rows, where a statement of their own reads them.
func (b *builder) stands(r *schema.Relation) *schema.Database {
	if r.Across {
		return r.Target.Database
	}
	return b.home
}

// Numbers of rows by their parents' keys, as an include reads them: the parent's own statement shows 0
// in their place.

// tally counts the rows of a relation into another database for a batch of parents, by one statement.
func (b *builder) tally(out *outputs, t *Table, r *schema.Relation, name string, reach reach, where *query.Cond) error {
	in := &Include{Field: r.Field, Relation: r, Count: name}
	for _, f := range r.Local {
		in.Parent = append(in.Parent, out.link(t, f))
	}
	cb := newBuilder(b.env, b.slots)
	cb.home, cb.checks, cb.at = b.stands(r), b.checks, b.at+"_count."+name+"."
	to, guards, err := cb.open(r.Target, true, reach)
	if err != nil {
		return err
	}
	body := &Body{From: to}
	for i, f := range r.Remote {
		in.Child = append(in.Child, i)
		body.GroupBy = append(body.GroupBy, to.column(f))
		body.Out = append(body.Out, Output{Kind: OutLink, Expr: to.column(f), Field: f})
	}
	body.Out = append(body.Out, Output{Kind: OutPlain, Expr: Call{Name: "count", Star: true}})
	body.Where = append(All{InKeys{body.GroupBy, confidentialLink(r)}}, guards...)
	if !where.Empty() {
		e, err := cb.caller().where(to, r.Target, where)
		if err != nil {
			return beneath(err, t.Model, r.Name())
		}
		body.Where = append(body.Where, e)
	}
	b.checks = cb.checks
	in.Rows = &Rows{Model: r.Target, Select: &Select{body}}
	out.includes = append(out.includes, in)
	out.cols = append(out.cols, Output{Kind: OutCount, Expr: zero, Name: name})
	return nil
}

// distinguishable refuses counts that are read after the rows were told apart.
func distinguishable(out *outputs, m *schema.Model, args *query.FindArgs) error {
	if !args.Distinct {
		return nil
	}
	for _, in := range out.includes {
		if in.Count != "" {
			return &liteerr.Error{Code: liteerr.Unsupported, Model: m.Accessor, Fields: []string{"_count." + in.Count},
				Message: "rows are told apart before the rows of another database are counted", Hint: "leave out distinct or the count"}
		}
	}
	return nil
}

// Away gives the models that a read reads beside its own table where some of them stand in another
// database; nil where all stand in one.
func (r *Rows) Away() (models []*schema.Model) {
	across := false
	r.walk(func(in *Include) {
		across = across || in.Relation.Across
		models = append(models, in.Rows.Model)
	})
	if !across {
		return nil
	}
	return models
}

func (r *Rows) walk(f func(*Include)) {
	for _, in := range r.Includes {
		f(in)
		in.Rows.walk(f)
	}
}
