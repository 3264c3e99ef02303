package read

import (
	"fmt"
	"math"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// Budget is how many rows one call, or all reads of one Query, may answer, at all levels together. A
// row that stands in the answer several times, below several parents, counts each time: what a caller
// may make the answer is what must be bounded, not what SQLite was asked. It serves one goroutine.
type Budget struct{ most, left int64 }

// NewBudget makes a budget.
func NewBudget(most int64) *Budget { return &Budget{most, most} }

// Bound gives the call a budget of its own, unless it stands under another one; 0 is none.
func (c *Call) Bound(most int64) {
	if most > 0 && c.Budget == nil {
		c.Budget = NewBudget(most)
	}
}

func (b *Budget) exceeded() error {
	return &liteerr.Error{Code: liteerr.Validation, Message: fmt.Sprintf("the answer has more than %d rows, those of relations counted", b.most),
		Hint: "ask for pages, or include less"}
}

func (b *Budget) spend(n int64) error {
	if n > b.left {
		return b.exceeded()
	}
	b.left -= n
	return nil
}

// taking is what takes the rows of a statement in: no more than the budget has left, and one by which
// a page learns that there are more.
func (c *Call) taking(b *rows.Batch) func(*conn.Row) error {
	if c.Budget == nil {
		return b.Add
	}
	return func(r *conn.Row) error {
		if int64(len(b.Rows)) > c.Budget.left {
			return c.Budget.exceeded()
		}
		return b.Add(r)
	}
}

// spend takes the rows of a batch out of the budget, each as often as it stands in the answer.
func (c *Call) spend(b *rows.Batch) error {
	if c.Budget == nil {
		return nil
	}
	var n int64
	for i := range b.Rows {
		n += weight(b, i) * int64(1+b.Beside(i))
		if n > c.Budget.left {
			return c.Budget.exceeded()
		}
	}
	return c.Budget.spend(n)
}

func weight(b *rows.Batch, i int) int64 {
	if b.Weights == nil {
		return 1
	}
	return b.Weights[i]
}

// weigh notes how often each row stands in the answer: below each of its parents, as often as these
// do.
func (x *linkIndex) weigh(parents, kids *rows.Batch) {
	kids.Weights = make([]int64, len(kids.Rows))
	for i := range kids.Rows {
		for p := x.first[i]; p >= 0; p = x.next[p] {
			if w := weight(parents, int(p)); kids.Weights[i] < math.MaxInt64-w {
				kids.Weights[i] += w
			}
		}
	}
}
