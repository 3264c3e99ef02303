package read

import (
	"context"
	"fmt"
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/schema"
)

// Guard is one rule that keeps rows, a field or a whole model from who asks. It holds no value of any
// row, and of conditions made in Go only their SQL, whose values are not shown.
type Guard struct {
	Kind      plan.GuardKind `json:"kind"`
	Relation  string         `json:"relation,omitempty"`  // whose rows it guards, as "posts.comments"; empty for the call's own
	Model     string         `json:"model"`               // its accessor
	Operation string         `json:"operation,omitempty"` // what it judges: "read", "create", "update", "post-update", "delete"; of a field "read" or "write"; empty for filters and scopes, which hold for all
	Field     string         `json:"field,omitempty"`     // of a field's rules; the stamp of a soft delete
	Name      string         `json:"name,omitempty"`      // a scope's
	Rule      string         `json:"rule,omitempty"`      // as the schema has it; of filters and scopes the SQL of their condition
	At        string         `json:"at,omitempty"`        // where the schema has it: "schema.lite:12:3"; empty for what Go code brought
	Message   string         `json:"message,omitempty"`   // the rule's own message
	Need      int            `json:"need,omitempty"`      // of a gate: the level asked for, 1 to 9
	Level     int            `json:"level,omitempty"`     // and the level who asks has, 0 to 7
	Holds     Truth          `json:"holds,omitempty"`     // what SQLite says of it
	Blocks    bool           `json:"blocks,omitempty"`    // it keeps the row that was asked about
}

// Truth is what SQLite says of a condition.
type Truth string

// The truths. NULL is unknown: it neither allows nor fails to deny.
const (
	True    Truth = "true"
	False   Truth = "false"
	Unknown Truth = "unknown"
	Depends Truth = "depends" // on the row; no row was asked about
)

// String renders "deny delete on posts: locked == true (schema.lite:7:3): true, blocks".
func (g Guard) String() string {
	var b strings.Builder
	b.WriteString(string(g.Kind))
	if g.Operation != "" {
		b.WriteString(" " + g.Operation)
	}
	b.WriteString(" on " + g.Model)
	if g.Field != "" {
		b.WriteString("." + g.Field)
	}
	if g.Relation != "" {
		b.WriteString(" in " + g.Relation)
	}
	if g.Kind == plan.GuardGate {
		fmt.Fprintf(&b, ": level %d of %d", g.Level, g.Need)
	}
	if g.Name != "" {
		b.WriteString(" " + g.Name)
	}
	if g.Rule != "" {
		b.WriteString(": " + g.Rule)
	}
	if g.At != "" {
		b.WriteString(" (" + g.At + ")")
	}
	if g.Holds != "" {
		b.WriteString(": " + string(g.Holds))
	}
	if g.Blocks {
		b.WriteString(", blocks")
	}
	return b.String()
}

// Describe shows guards.
func (e *Engine) Describe(list []plan.Noted) []Guard {
	out := make([]Guard, len(list))
	for i := range list {
		out[i] = e.guard(&list[i])
	}
	return out
}

// guard shows what was noted.
func (e *Engine) guard(n *plan.Noted) Guard {
	g := Guard{Kind: n.Kind, Relation: n.Relation, Model: n.Model.Accessor, Name: n.Name}
	switch n.Kind {
	case plan.GuardFilter, plan.GuardSession, plan.GuardPlugin, plan.GuardScope:
		g.Rule = e.text(n.Cond)
		return g
	}
	g.Operation = n.Op.String()
	switch n.Kind {
	case plan.GuardAllow, plan.GuardDeny:
		g.Rule, g.Message, g.At = n.Rule.Source, n.Rule.Message, At(n.Rule.Span)
	case plan.GuardGate:
		g.Need, g.At = n.Gate.Need, At(n.Model.Gate.Span)
	case plan.GuardDeleted:
		g.Field = n.Field.Name
		if x, ok := n.Cond.(plan.IsNull); ok {
			g.Rule = n.Field.Name + map[bool]string{false: " == null", true: " != null"}[x.Negate]
		}
	case plan.GuardField:
		g.Field = n.Field.Name
		fieldGuard(&g, n)
	}
	return g
}

// text is the SQL of a condition, as it stands in statements but for what only keeps it apart there.
func (e *Engine) text(x plan.Expr) string {
	for {
		switch c := x.(type) {
		case nil:
			return ""
		case plan.Raw:
			return strings.TrimSpace(c.SQL)
		case plan.All:
			if len(c) == 1 {
				x = c[0]
				continue
			}
		}
		return e.Dialect.Condition(x)
	}
}

func fieldGuard(g *Guard, n *plan.Noted) {
	g.Operation = "read"
	if n.Write {
		g.Operation = "write"
	}
	if !n.Write && n.Field.Guarded != schema.Shown {
		g.Rule = "@guarded"
		if n.Field.Encrypted != nil {
			g.Rule = "@encrypted"
		}
		g.At = At(n.Field.Span)
		return
	}
	var rules []string
	for _, r := range n.Field.Rules {
		if n.Write && r.Write || !n.Write && r.Read {
			rules = append(rules, r.Source)
			if g.At == "" {
				g.At = At(r.Span)
			}
		}
	}
	g.Rule = strings.Join(rules, " || ")
	if len(rules) > 1 {
		g.Rule = "(" + strings.Join(rules, ") || (") + ")"
	}
}

// At is where a span begins, as "schema.lite:12:3"; empty for what stands in no file.
func At(s diag.Span) string {
	if s.IsZero() {
		return ""
	}
	p := s.Pos()
	return fmt.Sprintf("%s:%d:%d", s.File.Name, p.Line, p.Column)
}

// guards shows the guards a trace noted, and what holds of them whatever the row.
func (c *Call) guards(ctx context.Context, list []plan.Noted) ([]Guard, error) {
	out := make([]Guard, len(list))
	var ask []plan.Expr
	for i := range list {
		n := &list[i]
		out[i] = c.Engine.guard(n)
		switch {
		case n.Kind == plan.GuardGate:
			if err := c.level(ctx, &out[i], n.Gate); err != nil {
				return nil, err
			}
		case n.Always != nil:
			ask = append(ask, plan.IsTrue{X: n.Always}, plan.IsFalse{X: n.Always})
		default:
			out[i].Holds = Depends
		}
	}
	if len(ask) == 0 {
		return out, nil
	}
	stmt := c.Engine.Dialect.Exprs(ask)
	err := c.Conn.Run(ctx, conn.Query{SQL: stmt.SQL}, c.binding.Args(nil, stmt.Args), func(r *conn.Row) error {
		at := 0
		for i := range list {
			n := &list[i]
			if n.Kind == plan.GuardGate || n.Always == nil {
				continue
			}
			if out[i].Holds = truth(r, at); out[i].Holds == Unknown && n.UsesRow() {
				out[i].Holds = Depends
			}
			at += 2
		}
		return nil
	})
	return out, err
}

// level asks the session's level for a gate.
func (c *Call) level(ctx context.Context, g *Guard, gate plan.Gate) (err error) {
	if c.Engine.Level != nil {
		if g.Level, err = c.Engine.Level(ctx, c.Session, gate.Model); err != nil {
			return err
		}
	}
	g.Holds = False
	if g.Level >= gate.Need {
		g.Holds = True
	}
	return nil
}

// truth reads whether a condition is true, and whether it is false.
func truth(r *conn.Row, at int) Truth {
	switch {
	case r.Int64(at) != 0:
		return True
	case r.Int64(at+1) != 0:
		return False
	}
	return Unknown
}
