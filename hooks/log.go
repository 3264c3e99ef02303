package hooks

import (
	"context"
	"log/slog"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
)

// Log makes a plugin that writes every statement to a logger: at level debug, and those that failed at
// level warn. The attributes have the names of an event's JSON form: model, operation, database,
// actorId, duration (milliseconds), rowCount, sql, params, args, … Where the logger does not take the
// level, nothing is written.
func Log(to *slog.Logger) plugin.Plugin {
	return plugin.New("log", plugin.QueryFunc(func(ctx context.Context, e plugin.QueryEvent) {
		level := slog.LevelDebug
		if e.Code != "" {
			level = slog.LevelWarn
		}
		if to.Enabled(ctx, level) {
			to.LogAttrs(ctx, level, "litestone: query", litestone.QueryAttrs(e)...)
		}
	}))
}
