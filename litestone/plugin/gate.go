package plugin

import (
	"context"

	"github.com/litestone-go/orm/litestone/schema"
)

// Leveler tells the level that @@gate compares with the one an operation asks for. A schema with
// @@gate needs exactly one.
type Leveler interface {
	// Level gives the subject's level for a model: below 0 counts as 0, above 7 as 7. It is asked
	// once per view of As (or context of WithAuth) and model, in each call where nobody is signed
	// in, and never for the system. An error refuses the call. It is asked while the call may hold the database's write lock: it reads
	// what it needs, and writes nothing.
	Level(ctx context.Context, who Who, m *schema.Model) (int, error)
}

// LevelFunc is a Leveler made of a function.
type LevelFunc func(ctx context.Context, who Who, m *schema.Model) (int, error)

// Level calls the function.
func (f LevelFunc) Level(ctx context.Context, who Who, m *schema.Model) (int, error) {
	return f(ctx, who, m)
}
