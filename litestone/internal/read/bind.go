package read

import (
	"time"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Binding is where a statement's arguments come from in one call.
type Binding struct {
	Values  []query.Value // the call's own, in the order of its shape
	Session *session.Session
	Now     func() time.Time
	Codec   plan.Codec
	Keys    []query.Value // the batch of parents, Width values each
	Width   int

	now    query.Value           // made on first use: one instant per call
	levels map[*schema.Model]int // of the gates that hide rows instead of refusing; filled when their checks are asked
}

// Instant is the call's time as DateTime text.
func (b *Binding) Instant() query.Value {
	if b.now.IsNull() {
		b.now = query.Text(session.TimeText(b.Now()))
	}
	return b.now
}

// Args fills the arguments of a statement, appending to dst.
func (b *Binding) Args(dst []query.Value, src []plan.Source) []query.Value {
	for i := range src {
		s := &src[i]
		switch s.Kind {
		case plan.FromSlot:
			dst = append(dst, b.Values[s.Slot])
		case plan.FromConst:
			dst = append(dst, s.Const)
		case plan.FromAuth:
			dst = append(dst, b.Session.Lookup(s.Path))
		case plan.FromAuthTruth:
			dst = append(dst, b.Session.Truth(s.Path))
		case plan.FromAuthThere:
			dst = append(dst, b.Session.There(s.Path))
		case plan.FromNow:
			dst = append(dst, b.Instant())
		case plan.FromLike:
			dst = append(dst, plan.LikePattern(b.Values[s.Slot], s.Before, s.After))
		case plan.FromKeys:
			// A batch smaller than its statement repeats its last key.
			n := s.Slot
			if n >= len(b.Keys) {
				n = len(b.Keys) - b.Width + n%b.Width
			}
			dst = append(dst, b.Keys[n])
		case plan.FromKeyJSON:
			dst = append(dst, plan.JSONRows(b.Keys, b.Width))
		case plan.FromToken:
			dst = append(dst, b.token(s.Field, b.Values[s.Slot]))
		case plan.FromConstToken:
			dst = append(dst, b.token(s.Field, s.Const))
		case plan.FromGate:
			dst = append(dst, query.Bool(b.levels[s.Gate.Model] >= s.Gate.Need))
		}
	}
	return dst
}

// token is what a searchable field is compared with for a value; null matches nothing.
func (b *Binding) token(f *schema.Field, v query.Value) query.Value {
	t, ok := b.Codec.Token(f, v)
	if !ok {
		return query.Null()
	}
	return t
}
