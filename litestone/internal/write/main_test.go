package write_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/litestone-go/orm/litestone"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// step is one call and its answer: want as JSON, or err as "code" or "code: field, field".
type step struct {
	as   string // "" nobody, "system", or auth() as JSON
	call string // "users.create", or SQL that begins with SELECT
	args string
	want string
	err  string
}

// play opens a fresh database with a schema and runs the steps in order.
func play(t *testing.T, schema string, steps ...step) *litestone.Client {
	t.Helper()
	db := open(t, schema)
	for i, s := range steps {
		db.play(t, i, s)
	}
	return db.Client
}

type client struct{ *litestone.Client }

func open(t *testing.T, schema string) client {
	t.Helper()
	db, err := litestone.Open(context.Background(), litestone.Config{SchemaText: schema, DB: filepath.Join(t.TempDir(), "t.db"), Now: clock()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return client{db}
}

// clock stands still: stamps are exact.
func clock() func() time.Time {
	return func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC) }
}

func (db client) play(t *testing.T, i int, s step) {
	t.Helper()
	got, err := db.run(t, s)
	if s.err != "" {
		if code := codeOf(err); code != s.err {
			t.Fatalf("step %d %s %s: error %q (%v), want %q", i, s.call, s.args, code, err, s.err)
		}
		return
	}
	if err != nil {
		t.Fatalf("step %d %s %s: %v", i, s.call, s.args, err)
	}
	if s.want == "" {
		return
	}
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(value(t, s.want), value(t, string(b))); diff != "" {
		t.Fatalf("step %d %s %s: answer (-want +got)\n%s", i, s.call, s.args, diff)
	}
}

func (db client) run(t *testing.T, s step) (any, error) {
	ctx := context.Background()
	if strings.HasPrefix(s.call, "SELECT ") {
		return db.SQL(s.call).Rows(ctx)
	}
	v := db.Client
	switch {
	case s.as == "system":
		v = v.AsSystem()
	case s.as != "":
		v = v.As(value(t, s.as))
	}
	if strings.HasPrefix(s.args, "[") {
		return v.Call(ctx, s.call, value(t, s.args).([]any)...)
	}
	return v.Call(ctx, s.call, litestone.JSON(s.args))
}

// value reads JSON; numbers keep their text.
func value(t *testing.T, s string) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(s)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, s)
	}
	return v
}

func codeOf(err error) string {
	var e *litestone.Error
	if !errors.As(err, &e) {
		return ""
	}
	if len(e.Fields) == 0 {
		return string(e.Code)
	}
	return string(e.Code) + ": " + strings.Join(e.Fields, ", ")
}
