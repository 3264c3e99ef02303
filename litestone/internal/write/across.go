package write

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// Beside runs f with connections to the databases that the relations of an answer lead to: those of
// away, beside that of model m, whose rows were written on home.
type Beside func(ctx context.Context, m *schema.Model, home *conn.Conn, away []*schema.Model, f func([]read.Place) error) error

// relations reads the relations of an answer, wherever their rows are.
func (k *work) relations(ctx context.Context, s *read.Answers) error {
	away := s.Away()
	if away == nil {
		return k.call.Relations(ctx, s)
	}
	if k.c.Beside == nil {
		return &liteerr.Error{Code: liteerr.Unsupported, Model: k.m.Accessor, Message: "the answer's relations lead into another database"}
	}
	return k.c.Beside(ctx, k.m, k.conn, away, func(places []read.Place) error {
		k.call.Places = places
		defer func() { k.call.Places = nil }()
		return k.call.Relations(ctx, s)
	})
}
