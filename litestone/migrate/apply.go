package migrate

import (
	"context"
	"fmt"
	"sort"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/introspect"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// analyze looks at a part of each index, which is enough for the planner and does not read
// large tables whole (https://www.sqlite.org/lang_analyze.html#approximate_analyze_for_large_databases).
const analyze = "PRAGMA analysis_limit=1000; ANALYZE main; PRAGMA analysis_limit=0"

// apply carries a plan out: ask the rows, change, prove that nothing was lost, remember.
func (p *pusher) apply(ctx context.Context, plan *Plan) error {
	work := func(tx *conn.Tx) error {
		c := tx.Conn()
		if err := p.still(ctx, c, p.version); err != nil {
			return err
		}
		if plan.Empty() {
			return p.finish(ctx, c)
		}
		before, err := p.count(ctx, c, plan)
		if err != nil {
			return err
		}
		// The checks speak of tables by their new names.
		if err := runSteps(ctx, c, p.renames, nil); err != nil {
			return err
		}
		if err := p.ask(ctx, c, plan); err != nil {
			return err
		}
		if err := p.run(ctx, c, plan); err != nil {
			return err
		}
		if err := p.prove(ctx, c, plan, before); err != nil {
			return err
		}
		if err := c.Script(ctx, analyze); err != nil {
			return err
		}
		return p.finish(ctx, c)
	}
	if plan.rebuilds() {
		return p.db.Rebuild(ctx, work)
	}
	return p.db.Tx(ctx, work)
}

// ask runs every check of the plan and answers all that stand in the way at once.
func (p *pusher) ask(ctx context.Context, c *conn.Conn, plan *Plan) error {
	var refused []*liteerr.Error
	var lost []string
	for i := range plan.Steps {
		s := &plan.Steps[i]
		for j := range s.Checks {
			n, err := number(ctx, c, s.Checks[j].SQL)
			if err != nil {
				return failed(err, s, s.Checks[j].SQL)
			}
			if n > 0 {
				refused = append(refused, s.Checks[j].refusal(n))
			}
		}
		if p.o.AcceptDataLoss {
			continue
		}
		for _, l := range s.Loses {
			n, err := number(ctx, c, l.SQL)
			if err != nil {
				return failed(err, s, l.SQL)
			}
			if n > 0 {
				lost = append(lost, l.words(n))
			}
		}
	}
	if err := joined(refused); err != nil {
		return err
	}
	if len(lost) > 0 {
		return dataLoss(lost)
	}
	return nil
}

// run runs the statements of a plan after its renames.
func (p *pusher) run(ctx context.Context, c *conn.Conn, plan *Plan) error {
	return runSteps(ctx, c, plan.Steps[len(p.renames):], p.o.Progress)
}

// count counts the rows of every table, where the plan makes one anew.
func (p *pusher) count(ctx context.Context, c *conn.Conn, plan *Plan) (map[string]int64, error) {
	if !plan.rebuilds() {
		return nil, nil
	}
	out := map[string]int64{}
	for i := range p.found.Tables {
		name := p.found.Tables[i].Name
		if catalog.Same(name, ddl.SequencesTable) || catalog.Same(name, ddl.StateTable) {
			continue // the plan itself may write there
		}
		n, err := number(ctx, c, "SELECT count(*) FROM main."+ddl.Quote(name))
		if err != nil {
			return nil, err
		}
		out[renamed(p.renames, name)] = n
	}
	return out, nil
}

// prove looks at the result before it is committed: every table has its rows, no foreign key
// dangles, nothing is left to do, and what others made still works.
func (p *pusher) prove(ctx context.Context, c *conn.Conn, plan *Plan, before map[string]int64) error {
	names := make([]string, 0, len(before))
	for name := range before {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		n, err := number(ctx, c, "SELECT count(*) FROM main."+ddl.Quote(name))
		if err != nil {
			return err
		}
		if n != before[name] {
			return broken(fmt.Sprintf("table %s has %d rows after the change instead of %d", name, n, before[name]))
		}
	}
	if err := p.checkForeignKeys(ctx, c, plan); err != nil {
		return err
	}
	after, err := introspect.Read(ctx, c)
	if err != nil {
		return err
	}
	left, err := p.compare(after)
	if err != nil {
		return err
	}
	left = append(left, renames(p.s, p.d, p.want, after)...)
	if len(left) > 0 {
		return broken("after the change there is still to do: " + left[0].Comment)
	}
	for i := range p.live.Views {
		v := &p.live.Views[i]
		if now := after.View(v.Name); now != nil && len(v.Columns) > 0 && len(now.Columns) == 0 {
			return &liteerr.Error{Code: liteerr.Config, Operation: operation, Message: "the view " + v.Name + " reads something the change takes away",
				Hint: "drop or change the view first"}
		}
	}
	return nil
}

// checkForeignKeys asks SQLite about the tables the plan made anew and those that point at
// them. Others may hold violations of old that are not for a push to judge.
func (p *pusher) checkForeignKeys(ctx context.Context, c *conn.Conn, plan *Plan) error {
	touched := map[string]bool{}
	for i := range plan.Steps {
		if r, ok := plan.Steps[i].Change.(RebuildTable); ok {
			touched[catalog.Fold(r.Table)] = true
		}
	}
	var names []string
	for i := range p.want.Tables {
		t := &p.want.Tables[i]
		check := touched[catalog.Fold(t.Name)]
		for _, f := range t.ForeignKeys {
			check = check || touched[catalog.Fold(f.Parent)]
		}
		if check {
			names = append(names, t.Name)
		}
	}
	for i := range p.live.Tables {
		t := &p.live.Tables[i]
		if p.want.Table(t.Name) != nil {
			continue
		}
		for _, f := range t.ForeignKeys {
			if touched[catalog.Fold(f.Parent)] {
				names = append(names, t.Name)
				break
			}
		}
	}
	var refused []*liteerr.Error
	for _, name := range names {
		err := c.Run(ctx, conn.Query{SQL: `SELECT k.parent, count(*) FROM pragma_foreign_key_check(` + ddl.TextLiteral(name) + `) AS k GROUP BY k.parent`}, nil, func(r *conn.Row) error {
			refused = append(refused, &liteerr.Error{Code: liteerr.ForeignKey, Model: name, Operation: operation,
				Message: fmt.Sprintf("%d %s at rows of %s that are not there", r.Int64(1), plural(int(r.Int64(1)), "row points", "rows point"), r.Text(0)),
				Hint:    "delete or correct these rows first"})
			return nil
		})
		if err != nil {
			return err
		}
	}
	return joined(refused)
}

// broken is an error no user can have caused; everything is rolled back.
func broken(message string) error {
	return &liteerr.Error{Code: liteerr.SQL, Operation: operation, Message: message + "; nothing was changed", Hint: "please report this as a bug of Litestone"}
}

func number(ctx context.Context, c *conn.Conn, sql string) (int64, error) {
	var n int64
	err := c.Run(ctx, conn.Query{SQL: sql}, nil, func(r *conn.Row) error {
		n = r.Int64(0)
		return nil
	})
	return n, err
}
