package litestone_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/plugins/encrypt"
)

const eventSchema = `
enum State { open paid closed  transitions { pay: open -> paid   settle: open -> paid   close: [open, paid] -> closed } }
model shops {
  id Integer @id
  name Text
  invoices invoices[]
  tags tags[]
  @@softDelete(cascade)
  deletedAt DateTime?
}
model invoices {
  id Integer @id
  amount Integer
  state State @default(open)
  deletedAt DateTime?
  shop shops @relation(fields: [shopId], references: [id], onDelete: Cascade)
  shopId Integer
  lines lines[] @hardDelete
  @@softDelete(cascade)
}
model lines {
  id Integer @id
  text Text
  invoice invoices @relation(fields: [invoiceId], references: [id], onDelete: Cascade)
  invoiceId Integer
}
model tags { id Integer @id  name Text  shops shops[] }`

// describe tells what is in an event.
func describe(e *litestone.Event) string {
	id := func(r *litestone.Record) string {
		if r == nil {
			return "-"
		}
		return text(r, "id")
	}
	out := []string{string(e.Kind), e.Model.Accessor, "by", e.Operation}
	for _, r := range e.Rows {
		out = append(out, id(r.Before)+">"+id(r.After))
	}
	for _, s := range e.Steps {
		out = append(out, s.Field+":"+s.Name+":"+s.From+">"+s.To)
	}
	if e.Rows == nil {
		out = append(out, fmt.Sprintf("counted %d", e.Count))
	} else if e.Count != len(e.Rows) {
		out = append(out, fmt.Sprintf("%d of %d rows", len(e.Rows), e.Count))
	}
	if e.Auth != nil {
		out = append(out, fmt.Sprintf("as %v", e.Auth["id"]))
	}
	if e.System {
		out = append(out, "as the system")
	}
	return strings.Join(out, " ")
}

// changes gives events that note what they are told of.
func changes(r *recorder) litestone.Events {
	return litestone.Events{Change: func(_ context.Context, e *litestone.Event) error { r.note("%s", describe(e)); return nil }}
}

func told(t *testing.T, r *recorder, what string, want ...string) {
	t.Helper()
	if got := r.take(); !slices.Equal(got, want) {
		t.Errorf("%s:\n got %s\nwant %s", what, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

// TestEventsOfEveryCall: every way rows are written is told, in its order.
func TestEventsOfEveryCall(t *testing.T) {
	var r recorder
	db := openConfig(t, litestone.Config{SchemaText: eventSchema, OnEvent: changes(&r)})
	me := db.As(args{"id": "me"})
	for _, step := range []struct {
		call string
		args []any
		want []string
	}{
		{"shops.create", []any{args{"data": args{"id": 1, "name": "a", "invoices": args{"create": []any{
			args{"id": 1, "amount": 5, "lines": args{"create": args{"id": 1, "text": "x"}}}, args{"id": 2, "amount": 6}}}}}}, []string{
			"create shops by create ->1 as me", "create invoices by create ->1 as me", "create lines by create ->1 as me", "create invoices by create ->2 as me"}},
		{"shops.createMany", []any{args{"data": []any{args{"id": 2, "name": "b"}, args{"id": 3, "name": "c"}}}}, []string{"create shops by createMany ->2 ->3 as me"}},
		{"shops.findMany", []any{args{}}, nil},
		{"shops.update", []any{args{"where": args{"id": 2}, "data": args{"name": "B"}}}, []string{"update shops by update 2>2 as me"}},
		{"shops.update", []any{args{"where": args{"id": 9}, "data": args{"name": "B"}}}, nil},
		{"shops.update", []any{args{"where": args{"id": 2}, "data": args{"id": 7}}}, []string{"update shops by update 2>7 as me"}},
		{"shops.updateMany", []any{args{"where": args{"id": args{"gt": 1}}, "data": args{"name": "x"}}}, []string{"update shops by updateMany 3>3 7>7 as me"}},
		{"shops.upsert", []any{args{"where": args{"id": 7}, "create": args{"id": 7, "name": "n"}, "update": args{"name": "u"}}}, []string{"update shops by upsert 7>7 as me"}},
		{"shops.upsert", []any{args{"where": args{"id": 8}, "create": args{"id": 8, "name": "n"}, "update": args{"name": "u"}}}, []string{"create shops by upsert ->8 as me"}},
		{"shops.upsertMany", []any{args{"data": []any{args{"id": 8, "name": "m"}, args{"id": 9, "name": "m"}, args{"id": 10, "name": "m"}}}}, []string{
			"update shops by upsertMany 8>8 as me", "create shops by upsertMany ->9 ->10 as me"}},
		{"invoices.transition", []any{1, "settle"}, []string{"transition invoices by transition 1>1 state:settle:open>paid as me"}},
		{"invoices.update", []any{args{"where": args{"id": 2}, "data": args{"state": "paid"}}}, []string{"transition invoices by update 2>2 state:pay:open>paid as me"}},
		{"invoices.update", []any{args{"where": args{"id": 2}, "data": args{"state": "paid", "amount": 7}}}, []string{"update invoices by update 2>2 as me"}},
		{"invoices.updateMany", []any{args{"data": args{"state": "open"}}}, []string{"update invoices by updateMany 1>1 2>2 as me"}}, // no step leads there
		{"shops.update", []any{args{"where": args{"id": 1}, "data": args{"invoices": args{"update": args{"where": args{"id": 2}, "data": args{"state": "closed"}}}}}}, []string{
			"transition invoices by update 2>2 state:close:open>closed as me"}},
		{"shops.update", []any{args{"where": args{"id": 3}, "data": args{"invoices": args{"connect": args{"id": 2}}}}}, []string{"update invoices by update 2>2 as me"}},
		{"shops.remove", []any{args{"where": args{"id": 1}}}, []string{"remove shops by remove 1>1 as me", "remove invoices by remove 1>1 as me", "delete lines by remove 1>- as me"}},
		{"shops.restore", []any{args{"where": args{"id": 1}}}, []string{"restore shops by restore 1>1 as me", "restore invoices by restore 1>1 as me"}},
		{"shops.removeMany", []any{args{"where": args{"id": args{"gte": 8}}}}, []string{"remove shops by removeMany 8>8 9>9 10>10 as me"}},
		{"shops.deleteMany", []any{args{"where": args{"id": args{"gte": 8}}}}, []string{"delete shops by deleteMany 8>- 9>- 10>- as me"}},
		{"shops.delete", []any{args{"where": args{"id": 1}}}, []string{"delete invoices by delete 1>- as me", "delete shops by delete 1>- as me"}}, // SQLite deletes the invoice
		{"shops.update", []any{args{"where": args{"id": 3}, "data": args{"invoices": args{"delete": args{"id": 2}}}}}, []string{"delete invoices by update 2>- as me"}},
	} {
		must(t, me, step.call, step.args...)
		told(t, &r, step.call, step.want...)
	}
	must(t, db, "tags.create", args{"data": args{"id": 1, "name": "t"}})
	must(t, db.AsSystem(), "tags.create", args{"data": args{"id": 2, "name": "t"}})
	told(t, &r, "nobody and the system", "create tags by create ->1", "create tags by create ->2 as the system")
	_, err := me.Call(t.Context(), "shops.createMany", args{"data": []any{args{"id": 50, "name": "a"}, args{"id": 50, "name": "b"}}})
	refusedWith(t, err, litestone.CodeUnique, "")
	told(t, &r, "a call that failed")
}

// TestEventRows: the rows as they were and as they are, without what is not for everybody.
func TestEventRows(t *testing.T) {
	const text = `
model users {
  id Integer @id
  name Text
  mail Text? @encrypted(searchable: true)
  token Text? @secret
  note Text? @guarded
  hidden Text? @guarded(all)
  born DateTime?
  extra Json?
  shown Text? @omit(all)
  @@softDelete
  deletedAt DateTime?
}
database audit { path "$DIR/audit/"  driver logger }`
	const sentinel = "sesame"
	var got []string
	on := litestone.Events{Change: func(_ context.Context, e *litestone.Event) error {
		b, err := json.Marshal(e)
		got = append(got, string(b))
		for _, r := range e.Rows {
			for _, rec := range []*litestone.Record{r.Before, r.After} {
				if rec == nil {
					continue
				}
				for _, f := range []string{"mail", "token", "note", "hidden"} {
					if v, ok := rec.Get(f); ok || !rec.Value(e.Model.Field(f)).IsNull() {
						t.Errorf("%s shows %s: %v", e.Kind, f, v)
					}
				}
			}
		}
		return err
	}}
	clock := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	db := openConfig(t, litestone.Config{SchemaText: strings.ReplaceAll(text, "$DIR", t.TempDir()), OnEvent: on,
		Plugins: []plugin.Plugin{encrypt.New("0123456789abcdef0123456789ABCDEF")}, Now: func() time.Time { return clock }})
	me := db.As(args{"id": 7, "type": "admin"})
	secrets := args{"mail": sentinel, "token": sentinel, "note": sentinel, "hidden": sentinel}
	row := args{"id": 1, "name": "a", "born": "2000-01-01", "extra": args{"k": []any{1}}, "shown": "s"}
	for k, v := range secrets {
		row[k] = v
	}
	must(t, me, "users.create", args{"data": row, "select": false})
	must(t, me, "users.update", args{"where": args{"id": 1}, "data": args{"name": "b", "token": sentinel + "2"}, "select": false})
	must(t, me, "users.remove", args{"where": args{"id": 1}, "select": false})
	must(t, me, "users.delete", args{"where": args{"id": 1}, "select": false})
	shape := func(name, deleted string) string {
		return `{"id":1,"name":"` + name + `","born":"2000-01-01T00:00:00.000Z","extra":{"k":[1]},"shown":"s","deletedAt":` + deleted + `}`
	}
	event := func(kind, op, before, after string) string {
		return `{"kind":"` + kind + `","model":"users","operation":"` + op + `","count":1,"rows":[{"before":` + before + `,"after":` + after + `}],"actorId":7,"actorType":"admin","at":"2024-05-06T07:08:09.000Z"}`
	}
	const at = `"2024-05-06T07:08:09.000Z"`
	want := []string{
		event("create", "create", "null", shape("a", "null")), event("update", "update", shape("a", "null"), shape("b", "null")),
		event("remove", "remove", shape("b", "null"), shape("b", at)), event("delete", "delete", shape("b", at), "null"),
	}
	if !slices.Equal(got, want) {
		t.Errorf("\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
	if strings.Contains(strings.Join(got, ""), sentinel) {
		t.Error("a value that is not for everybody was told")
	}
}

// TestEventHandlers: who is told what.
func TestEventHandlers(t *testing.T) {
	var r recorder
	note := func(name string) func(context.Context, *litestone.Event) error {
		return func(_ context.Context, e *litestone.Event) error {
			r.note("%s: %s %s", name, e.Kind, e.Model.Accessor)
			return nil
		}
	}
	db := openConfig(t, litestone.Config{SchemaText: eventSchema, OnEvent: litestone.Events{
		Create: note("Create"), Update: note("Update"), Remove: note("Remove"), Transition: note("Transition"), Change: note("Change"), Models: []string{"invoices"}}})
	must(t, db, "shops.create", args{"data": args{"id": 1, "name": "a", "invoices": args{"create": args{"id": 1, "amount": 5}}}})
	told(t, &r, "create", "Create: create invoices", "Change: create invoices")
	must(t, db, "invoices.update", args{"where": args{"id": 1}, "data": args{"amount": 6}})
	told(t, &r, "update", "Update: update invoices", "Change: update invoices")
	must(t, db, "invoices.transition", 1, "close")
	told(t, &r, "transition", "Update: transition invoices", "Transition: transition invoices", "Change: transition invoices")
	must(t, db, "shops.remove", args{"where": args{"id": 1}})
	told(t, &r, "remove", "Remove: remove invoices", "Change: remove invoices")
	must(t, db, "shops.restore", args{"where": args{"id": 1}})
	told(t, &r, "restore", "Update: restore invoices", "Change: restore invoices")
	must(t, db, "shops.delete", args{"where": args{"id": 1}})
	told(t, &r, "delete", "Remove: delete invoices", "Change: delete invoices")
}

func TestEventsThatDoNotFitFailOpen(t *testing.T) {
	for want, on := range map[string]litestone.Events{
		`Config.OnEvent.Models names "shop", which is no model (did you mean shops?)`: {Models: []string{"shop"}},
		"Config.OnEvent.MaxRows is below 0":                                           {MaxRows: -1},
	} {
		db, err := litestone.Open(t.Context(), litestone.Config{SchemaText: eventSchema, DB: ":memory:", OnEvent: on})
		if err == nil {
			db.Close()
		}
		refusedWith(t, err, litestone.CodeConfig, want)
	}
}

// TestEventsWaitForTheCommit: those of a transaction come when the outermost one has committed, and
// nothing that was undone comes at all.
func TestEventsWaitForTheCommit(t *testing.T) {
	var r recorder
	db := openConfig(t, litestone.Config{SchemaText: eventSchema, OnEvent: changes(&r)})
	undo := errors.New("undo")
	create := func(c *litestone.Client, id int) {
		t.Helper()
		must(t, c, "tags.create", args{"data": args{"id": id, "name": "t"}})
	}
	run := func(ctx context.Context, fn func(ctx context.Context, tx *litestone.Client) error) error {
		return db.As(args{"id": "me"}).Transaction(ctx, fn)
	}
	err := run(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		create(tx, 1)
		must(t, tx, "tags.update", args{"where": args{"id": 1}, "data": args{"name": "u"}})
		if err := tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error { create(tx, 2); return undo }); !errors.Is(err, undo) {
			t.Error(err)
		}
		if err := tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
			create(tx, 3)
			tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error { create(tx, 4); return undo })
			return nil
		}); err != nil {
			t.Error(err)
		}
		if _, err := tx.Call(ctx, "tags.create", args{"data": args{"id": 1, "name": "t"}}); !errors.Is(err, litestone.ErrUnique) {
			t.Error(err)
		}
		func() { // a panic in a savepoint
			defer func() { recover() }()
			tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error { create(tx, 5); panic(undo) })
		}()
		create(tx.AsSystem(), 6)
		told(t, &r, "before the commit")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	told(t, &r, "after the commit", "create tags by create ->1 as me", "update tags by update 1>1 as me", "create tags by create ->3 as me", "create tags by create ->6 as the system")

	for name, end := range map[string]func(cancel func()) error{
		"error":     func(func()) error { return undo },
		"panic":     func(func()) error { panic(undo) },
		"cancelled": func(cancel func()) error { cancel(); return nil },
	} {
		func() {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			defer func() { recover() }()
			if err := run(ctx, func(ctx context.Context, tx *litestone.Client) error { create(tx, 10); return end(cancel) }); err == nil {
				t.Errorf("%s: no error", name)
			}
		}()
		told(t, &r, name)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := db.Call(ctx, "tags.create", args{"data": args{"id": 11, "name": "t"}}); !errors.Is(err, litestone.ErrCancelled) {
		t.Error(err)
	}
	told(t, &r, "a call that was cancelled")
	if n := must(t, db, "tags.count", args{}); n != int64(3) {
		t.Errorf("%v rows", n)
	}
}

// TestEventHandlersThatFail: nothing is undone, the others are told, and the log knows.
func TestEventHandlersThatFail(t *testing.T) {
	var r recorder
	var logged bytes.Buffer
	boom := errors.New("boom")
	db := openConfig(t, litestone.Config{SchemaText: eventSchema, Logger: slog.New(slog.NewTextHandler(&logged, nil)), OnEvent: litestone.Events{
		Create: func(context.Context, *litestone.Event) error { panic(boom) },
		Update: func(context.Context, *litestone.Event) error { return boom },
		Change: func(_ context.Context, e *litestone.Event) error { r.note("%s", describe(e)); return nil },
	}})
	err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		must(t, tx, "tags.create", args{"data": args{"id": 1, "name": "t"}})
		must(t, tx, "tags.update", args{"where": args{"id": 1}, "data": args{"name": "u"}})
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	told(t, &r, "the others", "create tags by create ->1", "update tags by update 1>1")
	for _, word := range []string{"handler=Config.OnEvent.Create model=tags kind=create operation=create rows=1", "Config.OnEvent.Create panicked: boom", "events_test.go",
		"handler=Config.OnEvent.Update model=tags kind=update operation=update rows=1 error=boom"} {
		if !strings.Contains(logged.String(), word) {
			t.Errorf("the log lacks %s: %s", word, logged.String())
		}
	}
	if n := must(t, db, "tags.count", args{}); n != int64(1) {
		t.Errorf("%v rows", n)
	}
}

// TestEventHandlersUseTheClient: their calls are calls of their own, whose events come in turn.
func TestEventHandlersUseTheClient(t *testing.T) {
	var r recorder
	var db *litestone.Client
	tx := false
	on := litestone.Events{
		Create: func(ctx context.Context, e *litestone.Event) error {
			if e.Model.Accessor != "shops" {
				return nil
			}
			for range e.Rows {
				write := func(ctx context.Context, c *litestone.Client) error {
					_, err := c.Table("tags").Create(ctx, args{"data": args{"name": "t"}})
					return err
				}
				if tx {
					if err := db.Transaction(ctx, write); err != nil {
						return err
					}
				} else if err := write(ctx, db); err != nil {
					return err
				}
			}
			n, err := db.Table("tags").Count(ctx, nil)
			r.note("%d tags", n)
			return err
		},
		Change: func(_ context.Context, e *litestone.Event) error { r.note("%s", describe(e)); return nil },
	}
	db = openConfig(t, litestone.Config{SchemaText: eventSchema, OnEvent: on})
	must(t, db, "shops.create", args{"data": args{"id": 1, "name": "a", "invoices": args{"create": args{"id": 1, "amount": 1}}}})
	told(t, &r, "a call", "1 tags", "create shops by create ->1", "create invoices by create ->1", "create tags by create ->1")
	for _, tx = range []bool{false, true} {
		r.take()
		err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
			must(t, tx, "shops.deleteMany", args{})
			must(t, tx, "tags.deleteMany", args{})
			must(t, tx, "shops.createMany", args{"data": []any{args{"id": 1, "name": "a"}, args{"id": 2, "name": "b"}}})
			must(t, tx, "invoices.create", args{"data": args{"id": 1, "amount": 1, "shopId": 1}})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		got := r.take()
		got = got[slices.Index(got, "2 tags"):]
		if want := []string{"2 tags", "create shops by createMany ->1 ->2", "create invoices by create ->1", "create tags by create ->1", "create tags by create ->2"}; !slices.Equal(got, want) {
			t.Errorf("a transaction: got %v", got)
		}
	}
}

// TestEventsOfLongTransactions: beyond MaxRows rows are counted, and what is undone is not.
func TestEventsOfLongTransactions(t *testing.T) {
	var r recorder
	on := changes(&r)
	on.MaxRows = 3
	db := openConfig(t, litestone.Config{SchemaText: eventSchema, OnEvent: on})
	tags := func(from, n int) args {
		var list []any
		for i := range n {
			list = append(list, args{"id": from + i, "name": "t"})
		}
		return args{"data": list}
	}
	must(t, db, "tags.createMany", tags(1, 2))
	told(t, &r, "below", "create tags by createMany ->1 ->2")
	must(t, db, "tags.createMany", tags(3, 5))
	told(t, &r, "above", "create tags by createMany ->3 ->4 ->5", "create tags by createMany counted 2")
	undo := errors.New("undo")
	err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		for i := range 3 {
			must(t, tx, "tags.delete", args{"where": args{"id": i + 1}})
		}
		tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
			must(t, tx, "tags.createMany", tags(100, 5))
			must(t, tx, "shops.create", args{"data": args{"id": 1, "name": "a"}})
			return undo
		})
		for i := range 40 {
			must(t, tx, "tags.create", args{"data": args{"id": 100 + i, "name": "t"}})
			must(t, tx.As(args{"id": "you"}), "tags.update", args{"where": args{"id": 100 + i}, "data": args{"name": "u"}})
		}
		tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
			must(t, tx, "tags.deleteMany", args{})
			must(t, tx, "tags.create", args{"data": args{"id": 1, "name": "t"}})
			return undo
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got := r.take()
	want := []string{"delete tags by delete 1>-", "delete tags by delete 2>-", "delete tags by delete 3>-", "create tags by create counted 40"}
	updates := 0
	for _, s := range got[min(len(want), len(got)):] {
		if s == "update tags by update counted 1 as you" { // each As is a subject of its own
			updates++
		}
	}
	if len(got) != len(want)+40 || !slices.Equal(got[:len(want)], want) || updates != 40 {
		t.Errorf("a transaction: got %v", got)
	}
	// Room that an undone savepoint took is free again.
	err = db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
			must(t, tx, "tags.createMany", tags(200, 5))
			return undo
		})
		must(t, tx, "tags.createMany", tags(200, 3))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	told(t, &r, "room", "create tags by createMany ->200 ->201 ->202")
}

// TestEventsOfStreams: a stream is told in pieces of 1,000 rows, and by their number beyond MaxRows.
func TestEventsOfStreams(t *testing.T) {
	var got []string
	on := litestone.Events{MaxRows: 2500, Create: func(_ context.Context, e *litestone.Event) error {
		got = append(got, fmt.Sprint(len(e.Rows), "/", e.Count))
		return nil
	}}
	db := openConfig(t, litestone.Config{SchemaText: eventSchema, OnEvent: on})
	rows := func(yield func(any) bool) {
		for i := range 100_500 {
			if !yield(args{"id": i + 1, "name": "t"}) {
				return
			}
		}
	}
	if _, err := db.Table("tags").CreateManySeq(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	if want := []string{"1000/1000", "1000/1000", "500/500", "0/98000"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestEventsOfAppendOnlyModels: lines are told when they are appended, those of a transaction after its
// commit, and lines that could not be appended never.
func TestEventsOfAppendOnlyModels(t *testing.T) {
	var r recorder
	dir := t.TempDir()
	text := strings.ReplaceAll(`
database main { path "$DIR/main.db" }
database lines { path "$DIR/lines/"  driver jsonl }
database others { path "$DIR/others/"  driver jsonl }
model shops { id Integer @id }
model hits { id Integer @id  path Text  @@db(lines) }
model clicks { id Integer  @@db(others) }`, "$DIR", dir)
	db := openConfig(t, litestone.Config{SchemaText: text, OnEvent: changes(&r)})
	must(t, db, "hits.create", args{"data": args{"id": 1, "path": "/a"}})
	must(t, db, "hits.createMany", args{"data": []any{args{"id": 2, "path": "/b"}, args{"id": 3, "path": "/c"}}})
	told(t, &r, "calls", "create hits by create ->1", "create hits by createMany ->2 ->3")
	if _, err := db.Call(t.Context(), "hits.create", args{"data": args{"id": 1, "path": "/a"}}); !errors.Is(err, litestone.ErrUnique) {
		t.Error(err)
	}
	told(t, &r, "a key that is taken")
	undo := errors.New("undo")
	write := func(end error) error {
		return db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
			id := int64(10)
			if end == nil {
				id = 20
			}
			must(t, tx, "hits.create", args{"data": args{"id": id, "path": "/a"}})
			must(t, tx, "shops.create", args{"data": args{"id": id}})
			must(t, tx, "clicks.create", args{"data": args{"id": id}})
			tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
				must(t, tx, "hits.create", args{"data": args{"id": id + 1, "path": "/a"}})
				return undo
			})
			told(t, &r, "inside")
			return end
		})
	}
	if err := write(undo); !errors.Is(err, undo) {
		t.Error(err)
	}
	told(t, &r, "a transaction that was undone")
	if err := write(nil); err != nil {
		t.Error(err)
	}
	told(t, &r, "a transaction", "create hits by create ->20", "create shops by create ->20", "create clicks by create ->20")

	// The lines of one database cannot be appended any more; the rest of the transaction is there.
	err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		must(t, tx, "hits.create", args{"data": args{"id": 30, "path": "/a"}})
		must(t, tx, "shops.create", args{"data": args{"id": 30}})
		must(t, tx, "clicks.create", args{"data": args{"id": 30}})
		return os.Rename(filepath.Join(dir, "lines"), filepath.Join(dir, "away"))
	})
	if err == nil || !strings.Contains(err.Error(), "the transaction is committed, but its rows of log files are not") {
		t.Errorf("got %v", err)
	}
	told(t, &r, "a transaction without its lines", "create shops by create ->30", "create clicks by create ->30")
}

// TestEventsOfSeveralDatabases come in the order of the calls, whichever database they wrote.
func TestEventsOfSeveralDatabases(t *testing.T) {
	var r recorder
	db := openText(t, litestone.Config{SchemaText: strings.ReplaceAll(twoDatabases, "$DIR", t.TempDir()), OnEvent: changes(&r)})
	err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		insertName(t, ctx, tx, "users", "a")
		insertName(t, ctx, tx, "events", "b")
		insertName(t, ctx, tx, "users", "c")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	told(t, &r, "a transaction", "create users by create ->1", "create events by create ->1", "create users by create ->2")
}

// TestEventsOfManyGoroutines: each sees its own events in order, and all come.
func TestEventsOfManyGoroutines(t *testing.T) {
	var mu sync.Mutex
	seen := map[any][]string{}
	on := litestone.Events{Change: func(ctx context.Context, e *litestone.Event) error {
		mu.Lock()
		defer mu.Unlock()
		for _, r := range e.Rows {
			seen[e.Auth["id"]] = append(seen[e.Auth["id"]], text(r.After, "name"))
		}
		return nil
	}}
	db := openConfig(t, litestone.Config{SchemaText: eventSchema, OnEvent: on})
	var wg sync.WaitGroup
	const workers, rounds = 8, 20
	for w := range workers {
		wg.Go(func() {
			me := db.As(args{"id": w})
			for i := range rounds {
				err := me.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
					for j := range 2 {
						if _, err := tx.Call(ctx, "tags.create", args{"data": args{"name": fmt.Sprint(i, ".", j)}}); err != nil {
							return err
						}
					}
					if i%3 == 0 {
						return errors.New("undo")
					}
					return nil
				})
				if (err != nil) != (i%3 == 0) {
					t.Error(err)
				}
				if _, err := me.Call(t.Context(), "tags.create", args{"data": args{"name": fmt.Sprint(i, ".alone")}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	var want []string
	for i := range rounds {
		if i%3 != 0 {
			want = append(want, fmt.Sprint(i, ".0"), fmt.Sprint(i, ".1"))
		}
		want = append(want, fmt.Sprint(i, ".alone"))
	}
	for w := range workers {
		if !slices.Equal(seen[w], want) {
			t.Errorf("worker %d was told %v", w, seen[w])
		}
	}
}

// TestEventsOfHooks: what a hook writes in the call's transaction comes after the call's own rows.
func TestEventsOfHooks(t *testing.T) {
	var r recorder
	refuse := false
	hooks := litestone.Hooks{After: map[string][]litestone.Hook{"create": {func(ctx context.Context, h *litestone.HookCall) error {
		if h.Model.Accessor != "shops" {
			return nil
		}
		if _, err := h.Client.Table("tags").Create(ctx, args{"data": args{"id": 1, "name": "t"}}); err != nil {
			return err
		}
		if refuse {
			return errors.New("refused")
		}
		return nil
	}}}}
	db := openConfig(t, litestone.Config{SchemaText: eventSchema, OnEvent: changes(&r), Hooks: hooks})
	shop := args{"data": args{"id": 1, "name": "a"}}
	refuse = true
	if _, err := db.Call(t.Context(), "shops.create", shop); err == nil {
		t.Error("no error")
	}
	err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		if _, err := tx.Call(ctx, "shops.create", shop); err == nil {
			t.Error("no error")
		}
		return nil
	})
	told(t, &r, "refused")
	refuse = false
	must(t, db, "shops.create", shop)
	told(t, &r, "a call", "create shops by create ->1", "create tags by create ->1")
	must(t, db, "shops.deleteMany", args{})
	must(t, db, "tags.deleteMany", args{})
	r.take()
	err = errors.Join(err, db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		must(t, tx, "shops.create", shop)
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
	told(t, &r, "a transaction", "create shops by create ->1", "create tags by create ->1")
}
