package litestone_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/litestone-go/orm/plugins/encrypt"
)

// sentinelSchema has every kind of confidential field, wherever a value can go to.
const sentinelSchema = `
enum Stage { idea running done
  transitions { start: idea -> running  finish: running -> done }
}
type Card { number Text @length(1, 9)  kind Text? }
model keepers {
  id Integer @id
  content Text
  token Text? @guarded @unique @length(0, 200)
  pin Integer? @guarded(all) @lt(99999999)
  sealed Text? @encrypted
  found Text? @encrypted(searchable: true)
  hush Text? @secret
  loud Text? @generated("upper({token})")
  plan Json? @guarded
  card Json? @type(Card) @guarded
  tags Text[] @guarded
  born DateTime? @guarded
  rate Real? @guarded
  stage Stage @default(idea) @guarded
  mail Text? @guarded @email
  bossId Integer?
  boss keepers? @relation("boss", fields: [bossId], references: [id])
  staff keepers[] @relation("boss")
  notes notes[]
  friends keepers[] @relation("friends")
  friendsOf keepers[] @relation("friends")
  worth Integer? @from(notes, sum: pin)
  most Text? @from(notes, max: token)
  deletedAt DateTime?
  @@softDelete
  @@allow('read', token == auth().token || content != 'hidden')
  @@allow('write', true)
}
model notes {
  id Integer @id
  content Text
  token Text? @guarded
  pin Integer? @guarded
  keeperId Integer?
  keeper keepers? @relation(fields: [keeperId], references: [id])
  number Integer? @sequence(scope: token)
  @@fts([token])
}
`

// hushed stands in every text of a confidential field, and hushedDigits in every number.
const (
	hushed       = "SENTINEL"
	hushedDigits = "7777"
)

// eavesdropper keeps all that a client tells about itself.
type eavesdropper struct {
	mu     sync.Mutex
	events []litestone.QueryEvent
	texts  []string
	log    bytes.Buffer
}

func (e *eavesdropper) ObserveQuery(_ context.Context, q litestone.QueryEvent) {
	q.Duration, q.Time = 0, time.Time{} // whose digits may be any
	text, err := json.Marshal(q)
	if err != nil {
		text = []byte("no JSON: " + err.Error())
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.events = append(e.events, q)
	if e.texts = append(e.texts, string(text)); q.Err != nil {
		e.texts = append(e.texts, q.Err.Error())
	}
}

func (e *eavesdropper) ObserveOperation(ctx context.Context, o plugin.Operation) (context.Context, func(plugin.Outcome)) {
	return ctx, func(out plugin.Outcome) {
		if out.Err != nil {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.texts = append(e.texts, outcome(nil, out.Err))
		}
	}
}

func (e *eavesdropper) Write(b []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.log.Write(b)
}

// take gives what was heard since the last time.
func (e *eavesdropper) take() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := append(e.texts, e.log.String())
	e.texts, e.events = nil, nil
	e.log.Reset()
	return out
}

func withoutTimes(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey || a.Key == "duration" {
		return slog.Attr{}
	}
	return a
}

func tellsSentinel(s string) bool {
	return strings.Contains(strings.ToUpper(s), hushed) || strings.Contains(s, hushedDigits)
}

func sentinelClient(t *testing.T, e *eavesdropper) *litestone.Client {
	t.Helper()
	return openText(t, litestone.Config{
		SchemaText: sentinelSchema, DB: ":memory:", OnQuery: e, SlowQuery: time.Nanosecond, PolicyDebug: true,
		Logger:  slog.New(slog.NewJSONHandler(e, &slog.HandlerOptions{ReplaceAttr: withoutTimes})),
		Filters: map[string]litestone.Predicate{"notes": litestone.Map{"NOT": obj{"token": "SENTINEL of a filter"}}},
		FilterFuncs: map[string]func(map[string]any) litestone.Predicate{"keepers": func(map[string]any) litestone.Predicate {
			return litestone.Map{"OR": []any{obj{"pin": nil}, obj{"pin": obj{"not": 77779999}}}}
		}},
		Now:     func() time.Time { return time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC) },
		Plugins: []plugin.Plugin{encrypt.New("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"), plugin.New("ear", plugin.OperationFunc(e.ObserveOperation))},
	})
}

// sentinelValues are values that confidential fields have, and others that they do not take.
func sentinelValues(s *schema.Schema) map[*schema.Field][]any {
	out := map[*schema.Field][]any{}
	for _, m := range s.Models {
		for _, f := range m.Fields {
			switch {
			case f.Relation != nil || f.Name == "deletedAt":
			case f.Name == "id":
				out[f] = []any{int64(1), int64(2)}
			case !f.Confidential() && f.Type == schema.Text:
				out[f] = []any{"hidden", "plain"}
			case !f.Confidential():
				out[f] = []any{int64(1)}
			case f.List:
				out[f] = []any{`["SENTINEL one"]`}
			case f.Name == "card":
				out[f] = []any{`{"number":"SENTINEL9"}`}
			case f.Type == schema.Json:
				out[f] = []any{`{"a":"SENTINEL"}`}
			case f.Type == schema.DateTime:
				out[f] = []any{"7777-01-02T03:04:05.000Z"}
			case f.Type == schema.Real:
				out[f] = []any{0.77771, 7777.5}
			case f.Type == schema.EnumType:
				out[f] = []any{"idea"}
			case f.Type == schema.Integer:
				out[f] = []any{int64(77770001), int64(77770002)}
			case f.Name == "mail":
				out[f] = []any{"sentinel.sentinel@sentinel.sentinel"}
			default:
				out[f] = []any{"SENTINELSENTINELSENTINEL-" + f.Name + "-1", "SENTINELSENTINELSENTINEL-" + f.Name + "-2"}
			}
		}
	}
	return out
}

// wrongData gives fields values they do not take: the error must not repeat them.
func wrongData(m *schema.Model) (out []obj) {
	for _, f := range m.Columns {
		if !f.Confidential() || f.ReadOnly() {
			continue
		}
		for _, v := range []any{
			"SENTINEL, not what it takes", json.Number("77770009"), json.Number("7777.25"), 77770009, 7777.25, true, []any{"SENTINEL"}, obj{"x": "SENTINEL"}, obj{"number": "SENTINEL, far too long"},
			strings.Repeat("SENTINEL", 50), "SENTINEL@", []byte("SENTINEL"), time.Date(7777, 1, 1, 0, 0, 0, 0, time.UTC), int64(7777000077770000), "7777-99-99", time.Date(77771, 1, 1, 0, 0, 0, 0, time.UTC), json.Number("77770000000000000000000"), json.Number("7777e999"),
		} {
			out = append(out, obj{f.Name: v})
		}
	}
	return out
}

// TestNothingTellsAConfidentialValue makes every call that the schema gives occasion to, with the
// values of confidential fields wherever a value can stand. No event, log line, outcome, error or
// explanation may hold one.
func TestNothingTellsAConfidentialValue(t *testing.T) {
	ctx := t.Context()
	e := &eavesdropper{}
	db := sentinelClient(t, e)
	sys := db.AsSystem()
	values := sentinelValues(db.Schema())
	failures := 0
	check := func(what string, texts ...string) {
		t.Helper()
		for _, s := range texts {
			if tellsSentinel(s) {
				if failures++; failures < 15 {
					t.Errorf("%s tells\n%s", what, s)
				}
			}
		}
	}
	row := func(m *schema.Model, id, nth int) obj {
		out := obj{"id": id, "content": "plain"}
		for _, f := range m.Columns {
			if list := values[f]; f.Confidential() && !f.ReadOnly() && len(list) > 0 {
				v := list[nth%len(list)]
				if s, ok := v.(string); ok && (f.List || f.Type == schema.Json) {
					if err := json.Unmarshal([]byte(s), &v); err != nil {
						t.Fatal(err)
					}
				}
				if f.Unique && nth >= len(list) {
					continue
				}
				out[f.Name] = v
			}
		}
		return out
	}
	for _, m := range db.Schema().Models {
		for i := range 3 {
			if _, err := sys.Table(m.Accessor).Create(ctx, litestone.Map{"data": row(m, i+1, i)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	redacted := map[string]bool{}
	for _, q := range e.events {
		if !strings.HasPrefix(q.SQL, "INSERT INTO \""+q.Target+"\"") {
			continue
		}
		_, columns, _ := strings.Cut(q.SQL, "(")
		columns, _, _ = strings.Cut(columns, ")")
		for i, column := range strings.Split(columns, ", ") {
			if name := strings.Trim(column, `"`); q.Params[i] == "[redacted]" {
				redacted[q.Target+"."+name] = true
			}
		}
	}
	for _, m := range db.Schema().Models {
		for _, f := range m.Columns {
			if name := m.Accessor + "." + f.Name; f.Generated == nil && redacted[name] != f.Confidential() {
				t.Errorf("%s is hidden: %v", name, redacted[name])
			}
		}
	}
	check("create", e.take()...)

	x := paths{schema: db.Schema(), values: values}
	views := []struct {
		name string
		c    *litestone.Client
	}{{"system", sys}, {"nobody", db}, {"user", db.As(map[string]any{"id": 1, "token": "SENTINEL of auth"})}}
	calls, events, told := 0, 0, 0
	for _, m := range db.Schema().Models {
		for _, op := range litestone.Operations() {
			var list [][]any // beside those of the matrix
			switch op {
			case "create", "update":
				for _, d := range wrongData(m) {
					if op == "create" {
						list = append(list, []any{obj{"data": merge(fresh(m, 500), d)}})
					} else {
						list = append(list, []any{obj{"where": obj{"id": 1}, "data": d}})
					}
				}
				list = append(list, []any{obj{"where": obj{"id": 1}, "data": merge(row(m, 500, 0), obj{"id": 500})}})
			case "createMany", "upsertMany":
				list = append(list, []any{obj{"data": []any{row(m, 500, 2), row(m, 501, 0), row(m, 502, 0)}}})
			case "findMany":
				for _, d := range wrongData(m) {
					list = append(list, []any{obj{"where": d}})
				}
				for _, f := range m.Fields {
					for _, v := range values[f] {
						list = append(list, []any{obj{"where": obj{f.Name: obj{"gte": v}}}}, []any{obj{"where": obj{f.Name: obj{"in": slices.Repeat([]any{v}, 300)}}}}, []any{obj{"where": obj{f.Name: []any{v, v, v}}}},
							[]any{obj{"where": obj{f.Name: obj{"notIn": []any{v}}}}}, []any{obj{"window": obj{"w": obj{"lag": f.Name, "default": v, "orderBy": obj{"id": "asc"}}}}},
							[]any{obj{"where": litestone.SQL(`"content" = ?`, "SENTINEL in SQL")}})
					}
				}
			case "groupBy":
				for _, f := range m.Columns {
					for _, v := range values[f] {
						list = append(list, []any{obj{"by": []any{f.Name}, "_count": true, "having": obj{f.Name: obj{"not": v}}}})
						if f.Type == schema.DateTime {
							list = append(list, []any{obj{"by": []any{f.Name}, "interval": obj{f.Name: "month"}, "_count": true, "having": obj{f.Name: v}}},
								[]any{obj{"by": []any{f.Name}, "interval": obj{f.Name: "year"}, "_count": true, "_max": obj{"pin": true}, "fillGaps": obj{"start": "7776-01-01", "end": "7779-01-01"}, "having": obj{"_max": obj{"pin": obj{"gt": 77770000}}}}})
						}
					}
				}
			case "search":
				for _, text := range []string{"SENTINEL", `SENTINEL "`, "SENTINEL AND (", "SENTINEL : tea", "(SENTINEL) SENTINEL : tea", "tea - SENTINEL", "{SENTINEL} : tea", "NEAR(SENTINEL, SENTINEL)", "tea SENTINEL^ SENTINEL", "AND SENTINEL"} {
					list = append(list, []any{text, obj{}})
				}
			}
			for _, args := range append(sample(x.of(t, m, op)), list...) {
				for _, v := range views {
					calls++
					text, _ := json.Marshal(args)
					what := v.name + ": " + m.Accessor + "." + op + " " + string(text)
					var err error
					run := func(ctx context.Context, c *litestone.Client) {
						given := make([]any, len(args))
						for i, a := range args {
							if given[i] = a; given[i] != nil {
								if o, ok := a.(obj); ok {
									given[i] = litestone.Map(o)
								}
							}
						}
						_, err = c.Call(ctx, m.Accessor+"."+op, given...)
					}
					if writes(op) {
						undone := v.c.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
							run(ctx, tx)
							return errTakenBack
						})
						if !errors.Is(undone, errTakenBack) {
							t.Fatal(undone)
						}
					} else {
						run(ctx, v.c)
					}
					if err != nil {
						told++
						check(what+"\nits error", outcome(nil, err))
						if x := errors.Unwrap(err); x != nil {
							check(what+"\nits cause", x.Error())
						}
					}
					e.mu.Lock()
					events += len(e.events)
					e.mu.Unlock()
					check(what, e.take()...)
					if len(args) == 1 && !writes(op) && v.name == "system" {
						list, err := v.c.Table(m.Accessor).Explain(ctx, op, litestone.Map(args[0].(obj)))
						text, _ := json.Marshal(list)
						check(what+"\nits explanation", string(text), outcome(nil, err))
						list, err = v.c.Table(m.Accessor).ExplainAs(ctx, map[string]any{"id": 1, "token": "SENTINEL of auth"}, op, litestone.Map(args[0].(obj)))
						text, _ = json.Marshal(list)
						check(what+"\nits explanation for a user", string(text), outcome(nil, err))
						if where, ok := args[0].(obj)["where"].(obj); ok && op == "findUnique" {
							why, err := db.Table(m.Accessor).Why(ctx, litestone.Question{Auth: map[string]any{"id": 1, "token": "SENTINEL of auth"}, Where: litestone.Map(where)})
							text, _ = json.Marshal(why)
							check(what+"\nwhy", string(text), outcome(nil, err))
						}
						e.take()
					}
				}
			}
		}
	}
	if failures > 0 {
		t.Errorf("%d times a confidential value is told", failures)
	}
	t.Logf("%d calls, %d statements, %d errors", calls, events, told)
	if events < calls/3 || told < calls/20 {
		t.Errorf("%d calls made %d statements and %d errors: they are not worth making", calls, events, told)
	}
}
