package read

import (
	"unsafe"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/query"
)

// nested is a compiled tree of rows.
type nested struct {
	plan   *plan.Tree
	nester *rows.Nester
}

// roots hangs the rows below each other and keeps the topmost ones that limit and offset ask for.
func (t *nested) roots(b *rows.Batch, values []query.Value) []unsafe.Pointer {
	top := t.nester.Roots(b)
	if t.plan.Offset >= 0 {
		top = top[min(int64(len(top)), values[t.plan.Offset].Int64()):]
	}
	if t.plan.Limit >= 0 {
		top = top[:min(int64(len(top)), values[t.plan.Limit].Int64())]
	}
	return top
}
