package hooks_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/litestone-go/orm/hooks"
	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
)

// Each call is a span; those of a transaction stand below it.
func ExampleOpenTelemetry() {
	ctx := context.Background()
	recorder := tracetest.NewSpanRecorder() // a program has an exporter here
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	db, err := litestone.Open(ctx, litestone.Config{
		SchemaText: `model users { id Integer @id  name Text }`, DB: ":memory:",
		Plugins: []plugin.Plugin{hooks.OpenTelemetry(hooks.WithTracerProvider(provider))},
	})
	if err != nil {
		panic(err)
	}
	defer db.Close()
	err = db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
		if _, err := tx.Table("users").Create(ctx, litestone.JSON(`{"data": {"name": "Ada"}}`)); err != nil {
			return err
		}
		_, err := tx.Table("users").FindMany(ctx, nil)
		return err
	})
	if err != nil {
		panic(err)
	}
	spans := recorder.Ended()
	for _, s := range spans {
		fmt.Println(s.Name(), s.Parent().SpanID() == spans[len(spans)-1].SpanContext().SpanID())
	}
	// Output:
	// users.create true
	// users.findMany true
	// transaction false
}

// Every statement as a log line.
func ExampleLog() {
	ctx := context.Background()
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		switch a.Key {
		case "level", "model", "operation", "sql", "params", "rowCount":
			return a
		}
		return slog.Attr{}
	}}))
	db, err := litestone.Open(ctx, litestone.Config{
		SchemaText: `model users { id Integer @id  name Text  pin Text? @guarded }`, DB: ":memory:",
		Plugins: []plugin.Plugin{hooks.Log(logger)},
	})
	if err != nil {
		panic(err)
	}
	defer db.Close()
	if _, err := db.Table("users").Create(ctx, litestone.JSON(`{"data": {"name": "Ada", "pin": "1815"}, "select": false}`)); err != nil {
		panic(err)
	}
	// Output:
	// level=DEBUG model=users operation=create rowCount=1 sql="INSERT INTO \"users\" (\"name\", \"pin\") VALUES (?, ?)" params="[Ada [redacted]]"
}
