package litestone_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone"
)

var errMine = errors.New("mine")

func insertName(t *testing.T, ctx context.Context, c *litestone.Client, table, name string) {
	t.Helper()
	if _, err := c.Table(table).Create(ctx, litestone.Map{"data": map[string]any{"name": name}}); err != nil {
		t.Error(err)
	}
}

// text gives a field of a row as text.
func text(r *litestone.Record, name string) string {
	v, _ := r.Get(name)
	return fmt.Sprint(v)
}

// names joins the names of a table's rows.
func names(t *testing.T, ctx context.Context, c *litestone.Client, table string) string {
	t.Helper()
	all, err := c.Table(table).FindMany(ctx, litestone.Map{"orderBy": map[string]any{"name": "asc"}})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range all {
		out = append(out, text(r, "name"))
	}
	return strings.Join(out, " ")
}

func TestTransactionOverSeveralDatabases(t *testing.T) {
	dir := t.TempDir()
	db := openText(t, litestone.Config{SchemaText: strings.ReplaceAll(twoDatabases, "$DIR", dir)})
	ends := map[string]func(ctx context.Context, cancel func()) error{
		"error":     func(context.Context, func()) error { return errMine },
		"panic":     func(context.Context, func()) error { panic(errMine) },
		"cancelled": func(_ context.Context, cancel func()) error { cancel(); return nil },
		"refused": func(ctx context.Context, _ func()) error {
			_, err := db.Table("users").Count(ctx, nil)
			if !errors.Is(err, litestone.ErrUnsupported) {
				t.Errorf("a call on the client itself: %v", err)
			}
			return err
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			defer func() {
				if p := recover(); p != nil && p != errMine {
					t.Errorf("panic %v", p)
				}
				if got := names(t, t.Context(), db, "users") + names(t, t.Context(), db, "events"); got != "" {
					t.Errorf("kept %s", got)
				}
			}()
			err := db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
				insertName(t, ctx, tx, "users", "a")
				insertName(t, ctx, tx, "events", "b")
				if got := names(t, ctx, tx, "users") + names(t, ctx, tx, "events"); got != "ab" {
					t.Errorf("the transaction sees %q", got)
				}
				return end(ctx, cancel)
			})
			if err == nil {
				t.Error("no error")
			}
		})
	}
	err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		insertName(t, ctx, tx, "users", "a")
		insertName(t, ctx, tx, "events", "b")
		inner := tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
			insertName(t, ctx, tx, "users", "c")
			insertName(t, ctx, tx, "events", "d")
			return errMine
		})
		if inner != errMine {
			t.Errorf("inner: %v", inner)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := names(t, t.Context(), db, "users") + names(t, t.Context(), db, "events"); got != "ab" {
		t.Errorf("kept %q", got)
	}
}

// TestTransactionPanicInASavepoint recovers inside: only the inner transaction is undone.
func TestTransactionPanicInASavepoint(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: strings.ReplaceAll(twoDatabases, "$DIR", t.TempDir())})
	err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		insertName(t, ctx, tx, "users", "a")
		func() {
			defer func() { recover() }()
			tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
				insertName(t, ctx, tx, "users", "b")
				panic("inside")
			})
		}()
		insertName(t, ctx, tx, "users", "c")
		return nil
	})
	if got := names(t, t.Context(), db, "users"); err != nil || got != "a c" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestTransactionStaysScoped begins on a view of As: every call inside is that subject's.
func TestTransactionStaysScoped(t *testing.T) {
	db := openText(t, litestone.Config{DB: ":memory:", SchemaText: `
model notes {
  id Integer @id
  name Text
  ownerId Integer? @default(auth().id)
  @@allow('all', ownerId == auth().id)
}`})
	insertName(t, t.Context(), db.AsSystem(), "notes", "system's")
	err := db.As(map[string]any{"id": 1}).Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		insertName(t, ctx, tx, "notes", "mine")
		if got := names(t, ctx, tx, "notes"); got != "mine" {
			t.Errorf("sees %q", got)
		}
		if _, err := tx.SQL("DELETE FROM notes").Exec(ctx); !errors.Is(err, litestone.ErrAccessDenied) {
			t.Errorf("raw SQL: %v", err)
		}
		return tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
			if n, err := tx.Table("notes").DeleteMany(ctx, nil); n != 1 || err != nil {
				t.Errorf("deleted %d: %v", n, err)
			}
			return nil
		})
	})
	if got := names(t, t.Context(), db.AsSystem(), "notes"); err != nil || got != "system's" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestBusyIsWaitedForThenTold lets one client hold the write lock of a file that another wants.
func TestBusyIsWaitedForThenTold(t *testing.T) {
	file := filepath.Join(t.TempDir(), "app.db")
	text := "model users {\n id Integer @id\n name Text @unique\n}\n"
	holder := openText(t, litestone.Config{SchemaText: text, DB: file})
	// The timeout of one attempt ends long before the holder does: it is tried again.
	patient := openText(t, litestone.Config{SchemaText: text, DB: file, BusyTimeout: 10 * time.Millisecond, BusyTotal: 20 * time.Second})
	hasty := openText(t, litestone.Config{SchemaText: text, DB: file, BusyTimeout: 10 * time.Millisecond})
	held, release := make(chan struct{}), make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- holder.Transaction(context.Background(), func(ctx context.Context, tx *litestone.Client) error {
			insertName(t, ctx, tx, "users", "holder")
			close(held)
			<-release
			return nil
		})
	}()
	<-held
	background, cancel := context.WithCancel(t.Context())
	defer cancel()
	for kind, ctx := range map[string]context.Context{"with a context that ends": background, "without": context.Background()} {
		_, err := hasty.Table("users").Create(ctx, litestone.Map{"data": map[string]any{"name": "hasty"}})
		var e *litestone.Error
		if !errors.As(err, &e) || e.Code != litestone.CodeBusy || !e.Retryable() || e.Model != "users" || e.Operation != "create" {
			t.Errorf("%s: create: %v", kind, err)
		}
		if err := hasty.Transaction(ctx, func(context.Context, *litestone.Client) error { t.Error("began"); return nil }); !errors.Is(err, litestone.ErrBusy) {
			t.Errorf("%s: transaction: %v", kind, err)
		}
	}
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	began := time.Now()
	if _, err := patient.Table("users").Create(ctx, litestone.Map{"data": map[string]any{"name": "late"}}); !errors.Is(err, litestone.ErrCancelled) {
		t.Errorf("a context that ends while waiting: %v", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	time.AfterFunc(300*time.Millisecond, func() { close(release) })
	insertName(t, context.Background(), patient, "users", "patient")
	if err := <-done; err != nil {
		t.Error(err)
	}
	if got := names(t, t.Context(), patient, "users"); got != "holder patient" {
		t.Errorf("%q", got)
	}
	insertName(t, t.Context(), hasty, "users", "later")
}

func TestAccessPerDatabase(t *testing.T) {
	dir := t.TempDir()
	text := strings.ReplaceAll(twoDatabases, "$DIR", dir)
	both := openText(t, litestone.Config{SchemaText: text})
	insertName(t, t.Context(), both, "events", "e")
	insertName(t, t.Context(), both, "users", "u")

	db := openText(t, litestone.Config{SchemaText: text, Access: map[string]litestone.Access{"side": litestone.AccessReadOnly}})
	if got := names(t, t.Context(), db, "events"); got != "e" {
		t.Errorf("%q", got)
	}
	if _, err := db.Table("events").DeleteMany(t.Context(), nil); !errors.Is(err, litestone.ErrReadOnly) {
		t.Error(err)
	}
	err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		insertName(t, ctx, tx, "users", "v")
		if got := names(t, ctx, tx, "events"); got != "e" {
			t.Errorf("%q", got)
		}
		var n int64
		if err := tx.SQL("SELECT count(*) FROM events").On("side").Scan(ctx, &n); err != nil || n != 1 {
			t.Error(n, err)
		}
		if _, err := tx.Table("events").DeleteMany(ctx, nil); !errors.Is(err, litestone.ErrReadOnly) {
			t.Error(err)
		}
		return nil
	})
	if got := names(t, t.Context(), db, "users"); err != nil || got != "u v" {
		t.Errorf("%q, %v", got, err)
	}
	if d := db.Databases(); d["main"].Access != "readwrite" || d["side"].Access != "readonly" {
		t.Errorf("%+v", d)
	}

	off := openText(t, litestone.Config{SchemaText: text, Access: map[string]litestone.Access{"side": litestone.AccessOff}})
	if _, err := off.Table("events").Count(t.Context(), nil); !errors.Is(err, litestone.ErrUnsupported) || !strings.Contains(err.Error(), "database side is not open") {
		t.Error(err)
	}
	if got := names(t, t.Context(), off, "users"); got != "u v" {
		t.Errorf("%q", got)
	}
	if d := off.Databases(); d["side"].Access != "off" {
		t.Errorf("%+v", d)
	}

	ro := openText(t, litestone.Config{SchemaText: text, ReadOnly: true, Access: map[string]litestone.Access{"side": litestone.AccessReadWrite}})
	if err := ro.Transaction(t.Context(), func(context.Context, *litestone.Client) error { return nil }); !errors.Is(err, litestone.ErrReadOnly) {
		t.Error(err)
	}
	if _, err := ro.Table("events").DeleteMany(t.Context(), nil); !errors.Is(err, litestone.ErrReadOnly) {
		t.Errorf("ReadOnly must win: %v", err)
	}
	for _, a := range []map[string]litestone.Access{{"aside": litestone.AccessOff}, {"side": "closed"}} {
		if _, err := litestone.Open(t.Context(), litestone.Config{SchemaText: text, Access: a}); !errors.Is(err, litestone.ErrConfig) {
			t.Errorf("%v: %v", a, err)
		}
	}
}
