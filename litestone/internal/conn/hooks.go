package conn

import (
	"context"
	"database/sql"
	"time"

	"github.com/uptrace/bun"

	"github.com/litestone-go/orm/litestone/query"
)

type hookEvent = bun.QueryEvent

// hooks fires the query hooks for statements of the runner, in bun's order: before hooks
// first to last, after hooks last to first.
type hooks struct {
	bun   *bun.DB
	hooks []bun.QueryHook
}

// hooks gives nil when nothing is to be fired.
func (c *Conn) hooks() *hooks {
	if c.quiet {
		return nil
	}
	return c.h.db.hooks
}

// before makes the event of a statement. Query and QueryTemplate are the text with its
// placeholders, since values are bound and never part of it; QueryArgs holds the values.
func (k *hooks) before(ctx context.Context, sql string, args []query.Value) (context.Context, *hookEvent) {
	e := &hookEvent{DB: k.bun, Query: sql, QueryTemplate: sql, StartTime: time.Now()}
	if len(args) > 0 {
		e.QueryArgs = make([]any, len(args))
		for i, a := range args {
			e.QueryArgs[i] = a.Any()
		}
	}
	for _, hook := range k.hooks {
		ctx = hook.BeforeQuery(ctx, e)
	}
	return ctx, e
}

// after completes the event. Result is that of Exec, or for Run the number of rows given.
func (k *hooks) after(ctx context.Context, e *hookEvent, r sql.Result, err error) {
	if err == nil {
		e.Result = r
	}
	e.Err = err
	for i := len(k.hooks) - 1; i >= 0; i-- {
		k.hooks[i].AfterQuery(ctx, e)
	}
}
