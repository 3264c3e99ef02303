package litestone_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// countRows makes n calls of one statement each.
func countRows(t *testing.T, db *litestone.Client, n int) {
	t.Helper()
	for range n {
		if _, err := db.Table("people").Count(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
}

// TestBufferedHandlerGetsAllInOrder: from many goroutines, and all of it before Close returns.
func TestBufferedHandlerGetsAllInOrder(t *testing.T) {
	var got []int // by one goroutine at a time
	handler := litestone.Buffered(10_000, func(_ context.Context, e litestone.QueryEvent) { got = append(got, int(e.Args["limit"].(int64))) })
	cfg := observedConfig()
	cfg.OnQuery = handler
	db, err := litestone.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		if _, err := db.Table("people").FindMany(t.Context(), litestone.Map{"limit": i}); err != nil {
			t.Fatal(err)
		}
	}
	handler.Flush()
	for i, n := range got {
		if i != n {
			t.Fatalf("out of order: %v", got)
		}
	}
	var all sync.WaitGroup
	for range 4 {
		all.Add(1)
		go func() {
			defer all.Done()
			for range 100 {
				_, _ = db.Table("people").FindMany(t.Context(), litestone.Map{"limit": 1})
			}
		}()
	}
	all.Wait()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if len(got) != 450 || handler.Dropped() != 0 {
		t.Errorf("%d events, %d dropped", len(got), handler.Dropped())
	}
	handler.ObserveQuery(t.Context(), litestone.QueryEvent{})
	if len(got) != 450 || handler.Dropped() != 1 {
		t.Errorf("after Close: %d events, %d dropped", len(got), handler.Dropped())
	}
}

// TestBufferedHandlerNeverBlocks: what finds no room is dropped, counted and reported.
func TestBufferedHandlerNeverBlocks(t *testing.T) {
	var log lockedText
	entered, leave := make(chan struct{}, 100), make(chan struct{})
	var n atomic.Int64
	handler := litestone.Buffered(3, func(context.Context, litestone.QueryEvent) {
		entered <- struct{}{}
		<-leave
		n.Add(1)
	})
	cfg := observedConfig()
	cfg.OnQuery, cfg.Logger = handler, slog.New(slog.NewTextHandler(&log, nil))
	db := openText(t, cfg)
	countRows(t, db, 1)
	<-entered
	countRows(t, db, 10) // two of them wait beside the one that is being handled
	if d := handler.Dropped(); d != 8 {
		t.Errorf("%d dropped", d)
	}
	close(leave)
	handler.Flush()
	if n.Load() != 3 {
		t.Errorf("%d handled", n.Load())
	}
	countRows(t, db, 1)
	handler.Close()
	if n.Load() != 4 || !strings.Contains(log.String(), "dropped=8 buffer=3") || strings.Count(log.String(), "dropped=") != 1 {
		t.Errorf("%d handled, %s", n.Load(), log.String())
	}
}

// TestBufferedHandlerMayCallTheClient: its calls are not told of, with the context it was given.
func TestBufferedHandlerMayCallTheClient(t *testing.T) {
	var db *litestone.Client
	var told atomic.Int64
	handler := litestone.Buffered(0, func(ctx context.Context, e litestone.QueryEvent) {
		told.Add(1)
		if _, err := db.Table("groups").Create(ctx, litestone.Map{"data": obj{"name": e.Operation}}); err != nil {
			t.Error(err)
		}
	})
	cfg := observedConfig()
	cfg.OnQuery = handler
	db = openText(t, cfg)
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := db.Table("people").Count(ctx, nil); err != nil {
		t.Fatal(err)
	}
	cancel() // the handler does not mind
	handler.Flush()
	if n, err := db.SQL("SELECT 1 FROM groups WHERE name = 'count'").Rows(t.Context()); len(n) != 1 || err != nil {
		t.Error(n, err)
	}
	handler.Flush()
	if told.Load() != 2 { // count, and the SQL above
		t.Errorf("%d told", told.Load())
	}
}

// TestBufferedHandlerSurvivesAPanic: the next events are handled.
func TestBufferedHandlerSurvivesAPanic(t *testing.T) {
	var log lockedText
	n := 0
	handler := litestone.Buffered(10, func(context.Context, litestone.QueryEvent) {
		if n++; n == 1 {
			panic("of the handler")
		}
	})
	cfg := observedConfig()
	cfg.OnQuery, cfg.Logger = handler, slog.New(slog.NewTextHandler(&log, nil))
	db := openText(t, cfg)
	countRows(t, db, 2)
	handler.Flush()
	if n != 2 || !strings.Contains(log.String(), "of the handler") {
		t.Error(n, log.String())
	}
}

type lockedText struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedText) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lockedText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var exampleShop = litestone.Config{DB: ":memory:", SchemaText: `
model users {
  id    Integer @id
  name  Text
  pin   Text @guarded
  posts posts[]
}
model posts {
  id     Integer @id
  title  Text
  userId Integer
  user   users @relation(fields: [userId], references: [id])
}`}

// OnQuery is told of every statement, with the values that may be shown.
func ExampleQueryFunc() {
	ctx := context.Background()
	cfg := exampleShop
	cfg.OnQuery = litestone.QueryFunc(func(_ context.Context, e litestone.QueryEvent) {
		fmt.Println(e.Model, e.Operation, e.Database, "for", e.ActorID, "rows:", e.RowCount)
		fmt.Println(" ", e.SQL, e.Params)
	})
	db, err := litestone.Open(ctx, cfg)
	if err != nil {
		panic(err)
	}
	defer db.Close()
	me := db.As(map[string]any{"id": "user_abc"})
	if _, err := me.Table("users").Create(ctx, litestone.JSON(`{"data": {"name": "Ada", "pin": "1815"}, "select": false}`)); err != nil {
		panic(err)
	}
	if _, err := me.Table("users").Count(ctx, litestone.JSON(`{"where": {"name": "Ada"}}`)); err != nil {
		panic(err)
	}
	// Output:
	// users create main for user_abc rows: 1
	//   INSERT INTO "users" ("name", "pin") VALUES (?, ?) [Ada [redacted]]
	// users count main for user_abc rows: 1
	//   SELECT count(*) FROM "users" WHERE ("users"."name" = ?) [Ada]
}

// A tap listens for a while: in a test, say, that counts statements.
func ExampleClient_TapQuery() {
	ctx := context.Background()
	db, err := litestone.Open(ctx, exampleShop)
	if err != nil {
		panic(err)
	}
	defer db.Close()
	var log []litestone.QueryEvent
	stop := db.TapQuery(func(e litestone.QueryEvent) { log = append(log, e) })
	for range 3 {
		if _, err := db.Table("users").Create(ctx, litestone.JSON(`{"data": {"name": "n", "pin": "p", "posts": {"create": {"title": "t"}}}, "select": false}`)); err != nil {
			panic(err)
		}
	}
	before := len(log)
	if _, err := db.Table("users").FindMany(ctx, litestone.JSON(`{"include": {"posts": true}}`)); err != nil {
		panic(err)
	}
	stop()
	for _, e := range log[before:] {
		fmt.Println(e.Statement, e.Target, e.RowCount)
	}
	// Output:
	// 1 users 3
	// 2 posts 3
}

// A buffered handler works in the background: no call waits for it, and Close flushes it.
func ExampleBuffered() {
	ctx := context.Background()
	sent := 0
	telemetry := litestone.Buffered(1000, func(ctx context.Context, e litestone.QueryEvent) {
		sent++ // to a slow service
	})
	cfg := exampleShop
	cfg.OnQuery = telemetry
	db, err := litestone.Open(ctx, cfg)
	if err != nil {
		panic(err)
	}
	for range 10 {
		if _, err := db.Table("users").Exists(ctx, nil); err != nil {
			panic(err)
		}
	}
	if err := db.Close(); err != nil {
		panic(err)
	}
	fmt.Println(sent, "sent,", telemetry.Dropped(), "dropped")
	// Output: 10 sent, 0 dropped
}
