package litestone

import (
	"fmt"
	"slices"
	"time"

	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
)

// tally counts the rows of a transaction that its events do not hold. It takes little room whatever
// is written: what repeats is one count.
type tally struct{ list []tallied }

// tallied is how often the same happened.
type tallied struct {
	asker     *session.Session
	operation string
	model     *schema.Model
	kind      EventKind
	steps     []Step
	rows      int
	at        time.Time
}

// tallyReach is how far back the same is looked for, and what a mark has to keep.
const tallyReach = 16

// tallyMark is the place back goes to.
type tallyMark struct {
	n    int
	last []tallied
}

// count adds rows.
func (t *tally) count(c tallied) {
	for i := len(t.list) - 1; i >= max(0, len(t.list)-tallyReach); i-- {
		if x := &t.list[i]; x.same(&c) {
			x.rows += c.rows
			x.at = c.at
			return
		}
	}
	t.list = append(t.list, c)
}

func (c *tallied) same(o *tallied) bool {
	return c.model == o.model && c.kind == o.kind && c.asker == o.asker && c.operation == o.operation && slices.Equal(c.steps, o.steps)
}

func (t *tally) mark() tallyMark {
	n := len(t.list)
	return tallyMark{n, slices.Clone(t.list[max(0, n-tallyReach):])}
}

// back forgets what was tallied after a mark.
func (t *tally) back(m tallyMark) {
	clear(t.list[m.n:])
	t.list = t.list[:m.n]
	copy(t.list[m.n-len(m.last):], m.last)
}

// events gives the counts as events, in the order of their first rows.
func (t *tally) events() (out []*Event) {
	type key struct {
		asker           *session.Session
		model           *schema.Model
		operation, rest string
	}
	seen := map[key]*Event{}
	for _, c := range t.list {
		k := key{c.asker, c.model, c.operation, string(c.kind) + fmt.Sprint(c.steps)}
		if e := seen[k]; e != nil {
			e.Count += c.rows
			e.At = c.at
			continue
		}
		call := plugin.Call{Who: who(c.asker), Model: c.model, Operation: c.operation}
		seen[k] = &Event{Call: call, Kind: c.kind, Count: c.rows, Steps: c.steps, At: c.at}
		out = append(out, seen[k])
	}
	return out
}
