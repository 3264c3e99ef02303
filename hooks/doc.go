// Package hooks makes plugins of what programs watch a client with: OpenTelemetry writes spans and
// metrics of calls, Log writes a log line of every statement.
//
//	db, err := models.Open(ctx, litestone.Config{
//		DB:      "app.db",
//		Plugins: []plugin.Plugin{hooks.OpenTelemetry(), hooks.Log(slog.Default())},
//	})
//
// None of them shows a value of an @guarded, @encrypted or @secret field.
package hooks
