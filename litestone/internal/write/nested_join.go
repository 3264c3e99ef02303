package write

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
)

// join links two rows of a many-to-many relation; linking them again does nothing.
func (k *work) join(ctx context.Context, linked *plan.Within, p *place) error {
	return k.joined(ctx, linked, p, false)
}

// part takes the link of two rows away.
func (k *work) part(ctx context.Context, linked *plan.Within, p *place) error {
	return k.joined(ctx, linked, p, true)
}

func (k *work) joined(ctx context.Context, linked *plan.Within, p *place, unlink bool) error {
	l := &plan.Linking{Relation: linked.Relation, Local: linked.Values[0], Remote: p.of(linked.Relation.Remote[0])}
	s := k.mark(false, shapeLink, 0)
	s.Linking(l, unlink)
	x, ok := k.call.Compiled().(*sqlgen.Stmt)
	if !ok {
		s = k.mark(true, shapeLink, 0)
		s.Linking(l, unlink)
		_, slots, err := k.call.Planning()
		if err != nil {
			return k.fault(err)
		}
		w := plan.Link(slots, l)
		if unlink {
			w = plan.Unlink(slots, l)
		}
		stmt := k.e.read.Dialect.Write(w, 0)
		x = &stmt
		k.call.Keep(x)
	}
	k.args = k.call.Bind().Args(k.args[:0], x.Args)
	_, err := k.call.Exec(ctx, nil, conn.Query{SQL: x.SQL, Short: true}, x.Args, k.args)
	return k.fault(err)
}
