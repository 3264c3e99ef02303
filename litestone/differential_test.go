package litestone_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// TestAnswersAreThoseOfAWorldWithoutWhatIsForbidden asks random queries of random databases: as
// somebody whom random policies and field rules restrict, and of a copy without any rule that holds
// only the rows and fields he may read. Both must answer the same. The rules are judged here a
// second time, by code of this test.
//
// LITESTONE_ACCESS is a number of evaluations to run instead of the usual ones, LITESTONE_SEED the
// first of the random worlds.
func TestAnswersAreThoseOfAWorldWithoutWhatIsForbidden(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("LITESTONE_ACCESS"))
	if n == 0 {
		n = 10_000
	}
	seed, _ := strconv.ParseUint(os.Getenv("LITESTONE_SEED"), 10, 64)
	var total tally
	for ; total.asked < n; seed++ {
		one, err := twins(t.Context(), dice{rand.New(rand.NewPCG(seed, 1))}, 50)
		total.add(one)
		if err != nil {
			t.Fatalf("LITESTONE_SEED=%d: %v", seed, err)
		}
	}
	t.Log(total)
	if total.asked > 5000 && (total.denied < total.asked/100 || total.rows < total.asked/3) {
		t.Errorf("the queries are not worth asking: %s", total)
	}
}

// tally is what was asked.
type tally struct{ worlds, asked, denied, apart, rows, hidden int }

func (t *tally) add(o tally) {
	t.worlds += o.worlds
	t.asked += o.asked
	t.denied += o.denied
	t.apart += o.apart
	t.rows += o.rows
	t.hidden += o.hidden
}

func (t tally) String() string {
	return fmt.Sprintf("%d evaluations over %d databases: %d refused, %d over two files, %d answers not empty, %d rows hidden", t.asked, t.worlds, t.denied, t.apart, t.rows, t.hidden)
}

// twins makes a world and its copy and asks both.
func twins(ctx context.Context, d dice, queries int) (sum tally, err error) {
	w := newWorld(d)
	sum.worlds = 1
	for _, m := range w.models {
		for _, r := range m.rows {
			if !w.shows(m, r) {
				sum.hidden++
			}
		}
	}
	real, err := w.open(ctx, false)
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, real.Close()) }()
	copied, err := w.open(ctx, true)
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, copied.Close()) }()
	me := real.As(w.auth)
	for range queries {
		a := asker{d: d, w: w}
		q := a.ask()
		sum.asked++
		got, err := w.answer(ctx, me, q, false)
		if a.apart {
			sum.apart++
			if e := (*litestone.Error)(nil); !errors.As(err, &e) || e.Code != litestone.CodeUnsupported && (!a.denied || e.Code != litestone.CodeAccessDenied) {
				return sum, w.report(q, fmt.Errorf("one statement asks two databases: answers %s, %v", got, err))
			}
			continue
		}
		if a.denied {
			sum.denied++
			if !errors.Is(err, litestone.ErrAccessDenied) {
				return sum, w.report(q, fmt.Errorf("a forbidden field is tested: answers %s, %v", got, err))
			}
			continue
		}
		if err != nil {
			return sum, w.report(q, err)
		}
		want, err := w.answer(ctx, copied, q, true)
		if err != nil {
			return sum, w.report(q, fmt.Errorf("the copy: %w", err))
		}
		if len(want) > 4 {
			sum.rows++
		}
		if got != want {
			return sum, w.report(q, fmt.Errorf("\n got  %s\n want %s", got, want))
		}
	}
	return sum, nil
}

func (w *world) report(q asked, err error) error {
	args, _ := json.Marshal(q.args)
	auth, _ := json.Marshal(w.auth)
	var rows strings.Builder
	for _, m := range w.models {
		for _, text := range w.inserts(m, false) {
			rows.WriteString(text + "\n")
		}
	}
	return fmt.Errorf("%s\n%sas %s: %s.%s %s: %w", w.schema(false), rows.String(), auth, q.model.name, q.op, args, err)
}

// open makes the database, or the copy of what may be seen of it.
func (w *world) open(ctx context.Context, copied bool) (*litestone.Client, error) {
	cfg := litestone.Config{SchemaText: w.schema(copied), DB: ":memory:", Readers: 1, Computed: w.functions(copied)}
	if !copied {
		cfg.Filters = map[string]litestone.Predicate{}
		for _, m := range w.models {
			if m.filter != 99 {
				cfg.Filters[m.name] = litestone.Map{"n": obj{"gte": m.filter}}
			}
		}
	}
	db, err := litestone.Open(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.SchemaText, err)
	}
	type insert struct {
		side bool
		text string
	}
	texts := []insert{{false, "PRAGMA foreign_keys = OFF"}} // what points to a hidden row points nowhere
	if !copied && w.sides {
		texts = append(texts, insert{true, texts[0].text})
	}
	for _, m := range w.models {
		for _, text := range w.inserts(m, copied) {
			texts = append(texts, insert{m.side && !copied, text})
		}
	}
	for _, j := range w.joins {
		for _, p := range j.pairs {
			if !copied || w.shows(j.a, j.a.row(p[0])) && w.shows(j.b, j.b.row(p[1])) {
				texts = append(texts, insert{j.a.side && !copied, fmt.Sprintf("INSERT INTO %s (%s, %s) VALUES (%d, %d)", j.table, j.colA, j.colB, p[0], p[1])})
			}
		}
	}
	for _, x := range texts {
		if _, err := db.SQL(x.text).On(map[bool]string{true: "side", false: "main"}[x.side]).Exec(ctx); err != nil {
			db.Close()
			return nil, fmt.Errorf("%s: %s: %w", cfg.SchemaText, x.text, err)
		}
	}
	return db, nil
}

// sentinel stands in the copy where the row's field may not be read.
const sentinel = "\u2400"

// functions are those of the computed fields: told tells all columns it is given, which in the copy
// are all but the marked ones; others show what a field with rules holds.
func (w *world) functions(copied bool) map[string]map[string]litestone.Computed {
	out := map[string]map[string]litestone.Computed{}
	for _, m := range w.models {
		of := map[string]litestone.Computed{"told": {Value: func(_ context.Context, r *litestone.Record) (any, error) {
			values := r.Map()
			maps.DeleteFunc(values, func(name string, v any) bool { return strings.HasSuffix(name, "Id") || v == sentinel })
			text, err := json.Marshal(values)
			return string(text), err
		}}}
		names := []string{"told"}
		for _, s := range m.secrets {
			if s.shown && (!copied || !s.never(w)) {
				of["c"+s.name] = litestone.Computed{Needs: []string{s.name}, Value: func(_ context.Context, r *litestone.Record) (any, error) {
					v, _ := r.Get(s.name)
					return v, nil
				}}
				if !s.never(w) {
					names = append(names, "c"+s.name)
				}
			}
		}
		last := names[len(names)-1]
		of["again"] = litestone.Computed{Needs: []string{last}, Value: func(_ context.Context, r *litestone.Record) (any, error) {
			v, _ := r.Get(last)
			return v, nil
		}}
		out[m.name] = of
	}
	return out
}

func (w *world) inserts(m *wModel, copied bool) (out []string) {
	for _, r := range m.rows {
		if copied && !w.shows(m, r) {
			continue
		}
		names := []string{"id", "owner", "n", "tag", "flag", "at", "body"}
		values := []any{r.id, r.owner, r.n, r.tag, r.flag, r.at, r.body}
		for _, s := range m.secrets {
			if copied && s.never(w) {
				continue
			}
			names = append(names, s.name)
			v := r.secrets[s.name]
			if copied && s.rule.judge(w, r) != yes {
				v = sentinel
			}
			values = append(values, v)
		}
		for _, p := range m.parents {
			if copied && p.secret != nil && !p.secret.open(w) {
				continue
			}
			names, values = append(names, p.key), append(values, r.keys[p.key])
		}
		if m.soft {
			names = append(names, "deletedAt")
			values = append(values, map[bool]any{true: "2026-01-01T00:00:00.000Z"}[r.deleted])
		}
		out = append(out, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", m.name, strings.Join(names, ", "), literals(values)))
	}
	return out
}

func literals(values []any) string {
	out := make([]string, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case nil:
			out[i] = "NULL"
		case string:
			out[i] = "'" + v + "'"
		default:
			out[i] = fmt.Sprint(v)
		}
	}
	return strings.Join(out, ", ")
}

// answer asks a query and gives the answer as comparable text. A cursor is followed to its end.
func (w *world) answer(ctx context.Context, c *litestone.Client, q asked, copied bool) (string, error) {
	args := q.args
	if copied {
		args = w.without(args).([]any)
	}
	name := q.model.name + "." + q.op
	if q.op == "$query" {
		name = q.op
	}
	list := make([]any, len(args))
	for i, x := range args {
		if list[i] = x; q.op != "$query" {
			if o, ok := x.(obj); ok {
				list[i] = litestone.Map(o)
			}
		}
	}
	v, err := asTree(c.Call(ctx, name, list...))
	if err != nil {
		return "", err
	}
	if q.op == "findManyCursor" {
		if v, err = w.pages(ctx, c, name, args[0].(obj), v.(obj)); err != nil {
			return "", err
		}
	}
	v = w.strip(v)
	if rows, ok := v.([]any); ok && q.loose {
		sort.Slice(rows, func(i, j int) bool { return fmt.Sprint(rows[i]) < fmt.Sprint(rows[j]) })
	}
	text, err := json.Marshal(v)
	return string(text), err
}

func asTree(v any, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var out any
	err = json.Unmarshal(text, &out)
	return out, err
}

func (w *world) pages(ctx context.Context, c *litestone.Client, name string, args, page obj) (any, error) {
	all := []any{page["items"]}
	for n := 0; page["hasMore"] == true; n++ {
		if n > 50 {
			return nil, errors.New("the cursor has no end")
		}
		next := obj{"cursor": page["nextCursor"]}
		for k, v := range args {
			next[k] = v
		}
		v, err := asTree(c.Call(ctx, name, litestone.Map(next)))
		if err != nil {
			return nil, err
		}
		page = v.(obj)
		all = append(all, page["items"])
	}
	if page["nextCursor"] != nil {
		return nil, fmt.Errorf("the last page has the cursor %v", page["nextCursor"])
	}
	return all, nil
}

// strip takes out of an answer what one of the two shows otherwise: fields the copy marks, and
// foreign keys it lacks.
func (w *world) strip(v any) any {
	switch v := v.(type) {
	case obj:
		for k, x := range v {
			if reflect.DeepEqual(x, sentinel) || w.keyLacks(k, v) {
				delete(v, k)
				continue
			}
			v[k] = w.strip(x)
		}
	case []any:
		for i := range v {
			v[i] = w.strip(v[i])
		}
	}
	return v
}

// keyLacks reports whether a name is a foreign key that some model's copy lacks.
func (w *world) keyLacks(name string, row obj) bool {
	if !strings.HasSuffix(name, "Id") {
		return false
	}
	for _, m := range w.models {
		for _, p := range m.parents {
			if p.key == name && p.secret != nil && !p.secret.open(w) {
				return true
			}
		}
	}
	return false
}
