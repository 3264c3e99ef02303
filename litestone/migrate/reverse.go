package migrate

import (
	"context"
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// Reverse plans the way back: from what a plan makes of a database to the database as it is. It
// gives back the catalog, text for text of what Litestone compares, and every row the plan keeps;
// values the plan takes away stay lost, and a table it made goes with the rows it has by then.
// Both ways are tried in a scratch database first.
//
// An error is a way back that does not lead back, with code unsupported: the plan is good, its
// reverse has to be written by hand.
func Reverse(ctx context.Context, db *conn.DB, plan *Plan) (*Plan, error) {
	live, err := readLive(ctx, db)
	if err != nil {
		return nil, err
	}
	return reverse(ctx, live, plan)
}

func reverse(ctx context.Context, live *catalog.Catalog, plan *Plan) (*Plan, error) {
	db, err := openScratch(ctx, live)
	if err != nil {
		return nil, noWayBack(err.Error())
	}
	defer db.Close()
	there, err := try(ctx, db, plan.Steps)
	if err != nil {
		return nil, noWayBack(err.Error())
	}
	back := renamesBack(plan, there, live.Table(ddl.SequencesTable) != nil)
	if len(back) > 0 {
		tried := append([]Step(nil), back...)
		underRename(tried)
		if there, err = try(ctx, db, tried); err != nil {
			return nil, noWayBack(err.Error())
		}
	}
	d := newDiffer(live, there, &schema.Schema{}, &schema.Database{}, statementsOf(live), db.Features().VersionNumber)
	steps, err := d.steps()
	if err != nil {
		return nil, noWayBack(err.Error())
	}
	out := &Plan{Database: plan.Database, Steps: append(steps, dropsOf(live, there)...)}
	after, err := try(ctx, db, out.Steps)
	if err != nil {
		return nil, noWayBack(err.Error())
	}
	left, err := newDiffer(live, after, &schema.Schema{}, &schema.Database{}, statementsOf(live), db.Features().VersionNumber).steps()
	switch {
	case err != nil:
		return nil, noWayBack(err.Error())
	case len(left) > 0:
		return nil, noWayBack("it would leave to do: " + left[0].Comment)
	}
	if more := added(live, after); len(more) > 0 {
		return nil, noWayBack("it would leave behind " + strings.Join(more, ", "))
	}
	if out.rebuilds() {
		underRename(back)
	}
	out.Steps = append(back, out.Steps...)
	return out, nil
}

func noWayBack(why string) error {
	return &liteerr.Error{Code: liteerr.Unsupported, Message: "no way back can be made: " + why, Hint: "write the down file by hand"}
}

// renamesBack takes a plan's renames back, the last one first, from the catalog the plan leads to.
// counters says that there is a table of counters to carry along.
func renamesBack(plan *Plan, there *catalog.Catalog, counters bool) []Step {
	var out []Step
	for i := len(plan.Steps) - 1; i >= 0; i-- {
		step := Step{}
		switch c := plan.Steps[i].Change.(type) {
		case RenameTable:
			step.Change, step.Comment = RenameTable{c.To, c.From}, "rename table "+c.To+" back to "+c.From
			step.SQL = renameTable(there, there.Table(c.To), c.From)
			if counters {
				step.SQL = append(step.SQL, recount("model", c.To, c.From, ""))
			}
		case RenameColumn:
			step.Change, step.Comment = RenameColumn{c.Table, c.To, c.From}, "rename column "+c.Table+"."+c.To+" back to "+c.From
			step.SQL = []string{"ALTER TABLE main." + ddl.Quote(c.Table) + " RENAME COLUMN " + ddl.Quote(c.To) + " TO " + ddl.Quote(c.From)}
			if counters {
				step.SQL = append(step.SQL, recount("field", c.To, c.From, c.Table))
			}
		default:
			continue
		}
		out = append(out, step)
	}
	return out
}

// dropsOf drops what is in a database and was not before: tables that the plan made, with their
// full-text tables.
func dropsOf(before, now *catalog.Catalog) []Step {
	var out []Step
	for i := range now.Tables {
		t := &now.Tables[i]
		if before.Table(t.Name) != nil || bookkeeping(t.Name) && !catalog.Same(t.Name, ddl.SequencesTable) {
			continue
		}
		step := Step{Change: DropTable{t.Name}, Comment: "drop table " + t.Name, rebuilds: true,
			Loses: []Loss{{Table: t.Name, SQL: "SELECT count(*) FROM main." + ddl.Quote(t.Name)}}}
		for _, b := range bundles(now, t) {
			step.SQL = append(step.SQL, dropBundle(b)...)
		}
		step.SQL = append(step.SQL, "DROP TABLE main."+ddl.Quote(t.Name))
		out = append(out, step)
	}
	return out
}

// added names what is in a database and was not before.
func added(before, now *catalog.Catalog) []string {
	var out []string
	for i := range now.Tables {
		t := &now.Tables[i]
		old := before.Table(t.Name)
		if old == nil {
			if !bookkeeping(t.Name) || catalog.Same(t.Name, ddl.SequencesTable) {
				out = append(out, "table "+t.Name)
			}
			continue
		}
		for j := range t.Indexes {
			if x := &t.Indexes[j]; !x.Constraint && old.Index(x.Name) == nil {
				out = append(out, "index "+x.Name)
			}
		}
		for _, g := range t.Triggers {
			if old.Trigger(g.Name) == nil {
				out = append(out, "trigger "+g.Name)
			}
		}
	}
	for i := range now.FTS {
		if before.FTSTable(now.FTS[i].Name) == nil {
			out = append(out, "full-text table "+now.FTS[i].Name)
		}
	}
	for i := range now.Views {
		if before.View(now.Views[i].Name) == nil {
			out = append(out, "view "+now.Views[i].Name)
		}
	}
	return out
}
