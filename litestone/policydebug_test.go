package litestone_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// journal keeps log lines as they are written.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

// take gives the lines of a level since the last time.
func (j *journal) take(t testing.TB, level string) (out []map[string]any) {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, line := range strings.Split(strings.TrimSpace(j.b.String()), "\n") {
		var v map[string]any
		if line == "" {
			continue
		}
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if v["level"] == level {
			out = append(out, v)
		}
	}
	j.b.Reset()
	return out
}

func (j *journal) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(j, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func texts(v any) (out []string) {
	list, _ := v.([]any)
	for _, x := range list {
		out = append(out, fmt.Sprint(x))
	}
	return out
}

func TestPolicyDebugNamesTheRulesThatRefuse(t *testing.T) {
	var log journal
	db := openConfig(t, litestone.Config{PolicyDebug: true, Logger: log.logger(), SchemaText: `
model teams { id Integer @id  name Text  items items[] }
model items {
  id     Integer @id
  teamId Integer?
  team   teams?  @relation(fields: [teamId], references: [id])
  n      Integer @default(0)
  token  Text?   @guarded
  state  Step    @default(a)
  @@allow('create', n < 10, "small ones only")
  @@allow('create', auth().admin)
  @@deny('create', n == 3)
  @@deny('create', n == 4)
  @@deny('create', team.name == "closed")
  @@deny('create', check(items, n == 7))
  @@allow('update', n < 50)
  @@deny('post-update', n == 5)
  @@deny('read', n == 6)
}
enum Step { a b transitions { go: a -> b } }`})
	sys := db.AsSystem()
	must(t, sys, "teams.createMany", args{"data": []any{args{"id": 1, "name": "open"}, args{"id": 2, "name": "closed"}}})
	must(t, sys, "items.createMany", args{"data": []any{args{"id": 1, "teamId": 1}, args{"id": 2, "n": 60, "token": "SENTINEL"}}})
	me := db.As(args{"id": "ann", "secret": "SENTINEL"})
	const (
		small  = `allow create on items: n < 10 (schema:10:3)`
		admin  = `allow create on items: auth().admin (schema:11:3)`
		three  = `deny create on items: n == 3 (schema:12:3)`
		four   = `deny create on items: n == 4 (schema:13:3)`
		closed = `deny create on items: team.name == "closed" (schema:14:3)`
		seven  = `deny create on items: check(items, n == 7) (schema:15:3)`
		five   = `deny post-update on items: n == 5 (schema:17:3)`
	)
	for _, c := range []struct {
		call  string
		args  args
		rules []string
	}{
		{"items.create", args{"data": args{"n": 20, "teamId": 1}}, []string{small, admin}},
		{"items.create", args{"data": args{"n": 3, "teamId": 1, "token": "SENTINEL"}}, []string{three}},
		{"items.create", args{"data": args{"n": 4, "teamId": 1}}, []string{four}},
		{"items.create", args{"data": args{"n": 1, "teamId": 2}}, []string{closed}},
		{"items.create", args{"data": args{"n": 7, "teamId": 1}}, []string{seven}},
		{"items.createMany", args{"data": []any{args{"n": 1, "teamId": 1}, args{"n": 20, "teamId": 2}}}, []string{small, admin, closed}},
		{"items.update", args{"where": args{"id": 1}, "data": args{"n": 5}}, []string{five}},
		{"items.updateMany", args{"where": args{"id": 1}, "data": args{"n": 5}}, []string{five}},
		{"items.upsert", args{"where": args{"id": 1}, "create": args{"id": 1}, "update": args{"n": 5}}, []string{five}},
		{"items.upsert", args{"where": args{"id": 9}, "create": args{"id": 9, "n": 3, "teamId": 1}, "update": args{"n": 1}}, []string{three}},
		{"teams.update", args{"where": args{"id": 2}, "data": args{"items": args{"create": args{"n": 1}}}}, []string{closed}},
	} {
		log.take(t, "INFO")
		_, err := me.Call(t.Context(), c.call, c.args)
		wantError(t, err, litestone.CodeAccessDenied)
		lines := log.take(t, "INFO")
		if len(lines) != 1 || !slices.Equal(texts(lines[0]["rules"]), c.rules) || lines[0]["model"] != "items" || lines[0]["actor"] != "ann" {
			t.Errorf("%s %v\n %v\nwant %v", c.call, c.args, lines, c.rules)
		}
		var e *litestone.Error
		if !errors.As(err, &e) || len(e.Rules()) != len(c.rules) || e.Rules()[0].At == "" {
			t.Errorf("%s: the error knows %v", c.call, e.Rules())
		}
		text, _ := json.Marshal(e)
		for _, rule := range e.Rules() {
			if shown := err.Error() + string(text); strings.Contains(shown, rule.Source) || strings.Contains(shown, rule.At) || strings.Contains(shown, "#") {
				t.Errorf("the caller is told the rule: %s", shown)
			}
		}
		if strings.Contains(fmt.Sprint(lines), "SENTINEL") {
			t.Errorf("a value is logged: %v", lines)
		}
	}
	// A row that is there and may not be changed refuses an upsert; what hid it is told too.
	_, err := me.Call(t.Context(), "items.upsert", args{"where": args{"id": 2}, "create": args{"id": 2, "teamId": 1}, "update": args{"n": 1}})
	wantError(t, err, litestone.CodeAccessDenied)
	lines := log.take(t, "INFO")
	if len(lines) != 2 || !slices.Equal(texts(lines[1]["guards"]), []string{"allow update on items: n < 50 (schema:16:3): false, blocks"}) {
		t.Errorf("%v", lines)
	}
}

func TestPolicyDebugTellsWhatHidARow(t *testing.T) {
	var log journal
	db := openWhy(t, litestone.Config{PolicyDebug: true, Logger: log.logger()})
	me := db.As(args{"id": 1, "org": 1})
	where := func(id int) args { return args{"where": args{"id": id}} }
	data := func(id int) args { return args{"where": args{"id": id}, "data": args{"locked": nil}} }
	for _, c := range []struct {
		call string
		args []any
		want []string
	}{
		{"docs.findUnique", []any{where(3)}, []string{"deny read on docs: locked (schema:15:3): true, blocks"}},
		{"docs.findFirst", []any{args{"where": args{"token": "tok"}}}, nil}, // refused: see below
		{"docs.findFirst", []any{where(2)}, []string{
			"allow read on docs: orgId == auth().org (schema:13:3): false, blocks", "allow read on docs: auth().admin (schema:14:3): false, blocks"}},
		{"docs.findUnique", []any{where(5)}, []string{"softDelete read on docs.deletedAt: deletedAt == null: false, blocks"}},
		{"docs.update", []any{data(3)}, []string{"allow update on docs: ownerId == auth().id (schema:18:3): false, blocks"}},
		{"docs.update", []any{data(4)}, []string{"deny read on docs: locked (schema:15:3): unknown, blocks"}}, // changed, and not shown
		{"docs.remove", []any{where(3)}, []string{"allow delete on docs: ownerId == auth().id (schema:20:3): false, blocks"}},
		{"docs.delete", []any{where(3)}, []string{"allow delete on docs: ownerId == auth().id (schema:20:3): false, blocks"}},
		{"docs.restore", []any{where(1)}, []string{"softDelete update on docs.deletedAt: deletedAt != null: false, blocks"}},
		{"docs.findUnique", []any{where(99)}, nil},
		{"docs.findUnique", []any{where(1)}, nil},
	} {
		log.take(t, "INFO")
		_, err := me.Call(t.Context(), c.call, c.args...)
		if err != nil && !errors.Is(err, litestone.ErrAccessDenied) {
			t.Fatal(err)
		}
		lines := log.take(t, "INFO")
		var got []string
		if len(lines) > 0 {
			got = texts(lines[0]["guards"])
		}
		if !slices.Equal(got, c.want) || len(lines) > 1 || strings.Contains(fmt.Sprint(lines), "hush") {
			t.Errorf("%s %v\n%v\nwant\n%v", c.call, c.args, lines, c.want)
		}
	}
	// Inside a transaction its own rows are judged.
	err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		must(t, tx.AsSystem(), "docs.create", args{"data": args{"id": 40, "orgId": 2, "locked": false}})
		_, err := tx.As(args{"id": 1, "org": 1}).Table("docs").FindUnique(ctx, litestone.Map{"where": args{"id": 40}})
		return err
	})
	if lines := log.take(t, "INFO"); err != nil || len(lines) != 1 || len(texts(lines[0]["guards"])) != 2 {
		t.Errorf("%v %v", lines, err)
	}
	if must(t, db.AsSystem(), "docs.findUnique", where(77)); len(log.take(t, "INFO")) != 0 {
		t.Error("nothing is hidden from the system")
	}
}

func TestPolicyDebugListsGuardsOncePerShape(t *testing.T) {
	var log journal
	db := openWhy(t, litestone.Config{PolicyDebug: true, Logger: log.logger()})
	me := db.As(args{"id": 1, "org": 1})
	log.take(t, "DEBUG")
	for range 3 {
		must(t, me, "docs.findMany", args{"where": args{"rank": 1}})
	}
	lines := log.take(t, "DEBUG")
	if len(lines) != 1 || !slices.Contains(texts(lines[0]["guards"]), "allow read on docs: orgId == auth().org (schema:13:3)") {
		t.Errorf("%v", lines)
	}
	must(t, me, "docs.count", args{})
	if lines := log.take(t, "DEBUG"); len(lines) != 1 {
		t.Errorf("%v", lines)
	}
	off := openWhy(t, litestone.Config{Logger: log.logger()})
	log.take(t, "INFO")
	me = off.As(args{"id": 1, "org": 1})
	must(t, me, "docs.findUnique", args{"where": args{"id": 3}})
	_, err := me.Call(t.Context(), "docs.create", args{"data": args{"orgId": 1, "ownerId": 9}})
	var e *litestone.Error
	if !errors.As(err, &e) || e.Code != litestone.CodeAccessDenied || e.Rules() != nil || log.b.Len() != 0 {
		t.Errorf("%v %v, logged %q", err, e.Rules(), log.b.String())
	}
}
