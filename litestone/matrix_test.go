package litestone_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/plugins/gate"
)

// matrixSchema has every kind of rule and of relation. Two databases of it differ only in what the
// asker may not see: TestNothingForbiddenMakesADifference makes every call on both that the schema
// gives occasion to, and no answer, error or row left behind may differ.
const matrixSchema = `database side { path ":memory:" }
enum Stage { idea running done
  transitions { start: idea -> running  finish: running -> done }
}
model people {
  id Integer @id
  team Integer
  name Text
  email Text @unique
  wage Integer @allow('read', auth().admin)
  grade Integer? @allow('read', id == auth().id)
  secret Text @guarded
  note Text @omit(all)
  bio Text @default("")
  rank Integer @default(0) @allow('write', auth().admin)
  bossId Integer?
  boss people? @relation("boss", fields: [bossId], references: [id])
  staff people[] @relation("boss")
  leads projects[]
  joined projects[] @relation("members")
  pins pins[]
  vaults vaults[]
  visits visits[]
  safe safes?
  leadCount Integer @from(leads, count: true)
  spent Integer? @from(leads, sum: cost)
  lastPin pins? @from(pins, last: true)
  all Text @computed
  band Integer? @computed
  graded Text? @computed
  told Text? @computed
  twice Text? @computed
  deletedAt DateTime?
  @@softDelete
  @@fts([name, bio])
  @@allow('all', team == auth().team)
}
model projects {
  id Integer @id
  team Integer
  title Text
  code Text @unique
  cost Integer?
  stage Stage @default(idea)
  plan Json?
  labels Text[]
  at DateTime?
  leadId Integer?
  lead people? @relation(fields: [leadId], references: [id])
  ownerId Integer? @guarded
  hidden Boolean @default(false)
  members people[] @relation("members")
  tasks tasks[]
  @@allow('all', team == auth().team)
  @@deny('all', hidden)
}
model tasks {
  id Integer @id
  title Text
  hours Integer?
  projectId Integer?
  project projects? @relation(fields: [projectId], references: [id])
  deletedAt DateTime?
  @@softDelete
  @@allow('all', check(project, 'read'))
}
model pins {
  id Integer @id
  label Text
  personId Integer?
  person people? @relation(fields: [personId], references: [id])
}
model vaults {
  id Integer @id
  content Text
  personId Integer?
  person people? @relation(fields: [personId], references: [id])
  @@gate("5")
}
model visits {
  id Integer @id
  team Integer
  place Text
  mood Text @guarded
  cost Integer @default(0) @allow('read', auth().admin)
  personId Integer?
  person people? @relation(fields: [personId], references: [id])
  stops stops[]
  all Text @computed
  price Integer? @computed
  deletedAt DateTime?
  @@softDelete
  @@allow('all', team == auth().team)
  @@db(side)
}
model stops {
  id Integer @id
  label Text
  visitId Integer?
  visit visits? @relation(fields: [visitId], references: [id])
  projectId Integer?
  project projects? @relation(fields: [projectId], references: [id])
  @@db(side)
}
model safes {
  id Integer @id
  content Text
  personId Integer? @unique
  person people? @relation(fields: [personId], references: [id])
  @@gate("5")
  @@db(side)
}
`

// matrixRows fills a database; § is A or B, # is 1 or 2. Keys, unique values and foreign keys of
// hidden rows are the same in both, since constraints tell of them whoever writes. What only one
// has takes no part in any constraint.
const matrixRows = `
INSERT INTO people (id, team, name, email, wage, grade, secret, note, bio, rank, bossId, deletedAt) VALUES
  (1, 1, 'me', 'me@x', 50#, 5, 'FORBIDDEN secret § 1', 'n', 'likes tea', 1, NULL, NULL),
  (2, 1, 'friend', 'friend@x', 60#, 4#, 'FORBIDDEN secret § 2', 'n', 'likes tea', 1, 1, NULL),
  (3, 1, 'gone', 'gone@x', 70#, 3#, 'FORBIDDEN secret § 3', 'n', 'tea', 1, 1, '2026-01-01T00:00:00.000Z'),
  (11, 2, 'FORBIDDEN name §', 'f11@x', 80#, 2#, 'FORBIDDEN secret § 11', 'FORBIDDEN note §', 'FORBIDDEN bio § tea', 9#, 1, NULL),
  (90, 2, 'FORBIDDEN last §', 'f90@x', 90#, 2#, 'FORBIDDEN secret § 90', 'FORBIDDEN note §', 'FORBIDDEN bio §', 9#, NULL, NULL);
INSERT INTO projects (id, team, title, code, cost, stage, plan, labels, at, leadId, ownerId, hidden) VALUES
  (1, 1, 'own', 'c1', 10, 'idea', '{"a":1}', '["x"]', '2026-01-05T00:00:00.000Z', 1, 1#, 0),
  (2, 1, 'led by others', 'c2', 20, 'running', NULL, '[]', '2026-02-05T00:00:00.000Z', 11, 2#, 0),
  (11, 2, 'FORBIDDEN title §', 'f11', 50#, 'idea', '{"a":"FORBIDDEN plan §"}', '["FORBIDDEN label §"]', '2026-03-0#T00:00:00.000Z', 1, 1#, 0),
  (12, 1, 'FORBIDDEN hidden §', 'f12', 60#, 'done', '{"a":#}', '["FORBIDDEN label §"]', '2026-04-0#T00:00:00.000Z', 2, 1#, 1),
  (90, 2, 'FORBIDDEN far §', 'f90', 70#, 'running', NULL, '[]', NULL, 11, 1#, 0);
INSERT INTO tasks (id, title, hours, projectId) VALUES
  (1, 'mine', 1, 1), (2, 'also mine', 2, 2),
  (11, 'FORBIDDEN task §', 7#, 11), (12, 'FORBIDDEN task §', 8#, 12), (90, 'FORBIDDEN orphan §', 9#, NULL);
INSERT INTO pins (id, label, personId) VALUES (1, 'mine', 1), (2, 'on a stranger', 11), (3, 'on nobody', NULL), (90, 'last', NULL);
INSERT INTO vaults (id, content, personId) VALUES (1, 'FORBIDDEN content §', 1), (90, 'FORBIDDEN content §', NULL);
INSERT INTO _members (colPeople, colProjects) VALUES (1, 1), (11, 1), (1, 11), (11, 11), (2, 12);
INSERT INTO visits (id, team, place, mood, cost, personId, deletedAt) VALUES
  (1, 1, 'here', 'FORBIDDEN mood § 1', 1#, 1, NULL), (2, 1, 'there', 'FORBIDDEN mood § 2', 2#, 11, NULL),
  (3, 1, 'once', 'FORBIDDEN mood § 3', 3#, 1, '2026-01-01T00:00:00.000Z'),
  (11, 2, 'FORBIDDEN place §', 'FORBIDDEN mood §', 4#, 1, NULL), (90, 2, 'FORBIDDEN place §', 'FORBIDDEN mood §', 5#, #, NULL);
INSERT INTO stops (id, label, visitId, projectId) VALUES (1, 'seen', 1, 1), (2, 'on a stranger', 11, 11), (3, 'on hidden work', 2, 12), (90, 'last', NULL, NULL);
INSERT INTO safes (id, content, personId) VALUES (1, 'FORBIDDEN content §', 1), (90, 'FORBIDDEN content §', NULL);
`

// matrixExtra stands in one of the two only.
const matrixExtra = `
INSERT INTO people (id, team, name, email, wage, grade, secret, note, bio) VALUES (13, 2, 'FORBIDDEN extra', 'f13@x', 1, 1, 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN extra tea');
INSERT INTO projects (id, team, title, code, cost, stage, leadId) VALUES (13, 2, 'FORBIDDEN extra', 'f13', 5, 'idea', 13), (14, 2, 'FORBIDDEN extra', 'f14', 5, 'running', 11);
INSERT INTO tasks (id, title, hours, projectId) VALUES (13, 'FORBIDDEN extra', 5, 13), (14, 'FORBIDDEN extra', 5, 11);
INSERT INTO vaults (id, content) VALUES (13, 'FORBIDDEN extra');
INSERT INTO _members (colPeople, colProjects) VALUES (13, 13), (13, 11);
INSERT INTO visits (id, team, place, mood, cost, personId) VALUES (13, 2, 'FORBIDDEN extra', 'FORBIDDEN', 5, 1), (14, 2, 'FORBIDDEN extra', 'FORBIDDEN', 5, 2);
INSERT INTO safes (id, content, personId) VALUES (13, 'FORBIDDEN extra', 2);
`

// matrixFunctions tell all they are given, of which nothing may be forbidden.
func matrixFunctions() map[string]map[string]litestone.Computed {
	all := litestone.Computed{Value: func(_ context.Context, r *litestone.Record) (any, error) { return fmt.Sprint(r.Map()), nil }}
	of := func(needs ...string) litestone.Computed {
		return litestone.Computed{Needs: needs, Value: func(_ context.Context, r *litestone.Record) (any, error) {
			v, _ := r.Get(needs[0])
			return v, nil
		}}
	}
	return map[string]map[string]litestone.Computed{
		"people": {"all": all, "band": of("wage"), "graded": {Needs: []string{"grade"}, Value: all.Value}, "told": of("secret", "name"), "twice": of("graded", "told")},
		"visits": {"all": all, "price": of("cost")},
	}
}

// twin is one of the two databases.
type twin struct {
	db, me *litestone.Client
	hidden string // what of it the asker may not see, as the system shows it
	shown  string // what he sees
}

func newTwin(t *testing.T, v, n string, extra bool) *twin {
	t.Helper()
	at := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	db := openText(t, litestone.Config{SchemaText: matrixSchema, DB: ":memory:", Now: func() time.Time { return at }, Computed: matrixFunctions(), Plugins: []plugin.Plugin{
		gate.New(gate.Options{GetLevel: func(context.Context, map[string]any, string) (int, error) { return 2, nil }}),
	}})
	text := matrixRows
	if extra {
		text += matrixExtra
	}
	join := db.Schema().Joins[0]
	for _, r := range db.Schema().Model("people").Relations {
		if r.Join == join {
			text = strings.NewReplacer("_members", join.Table, "colPeople", r.JoinLocal, "colProjects", r.JoinRemote).Replace(text)
		}
	}
	replace := strings.NewReplacer("§", v, "#", n)
	for _, s := range strings.Split(replace.Replace(text), ";") {
		if s = strings.TrimSpace(s); s != "" {
			if _, err := db.SQL(s).On(where(db, s)).Exec(t.Context()); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
	}
	w := &twin{db: db, me: db.As(who(1, "team", 1))}
	w.hidden, w.shown = w.hides(t.Context(), db), w.sees(t.Context(), w.me)
	return w
}

// where is the database of the table that a statement's text names.
func where(db *litestone.Client, statement string) string {
	for _, m := range db.Schema().Models {
		if strings.Contains(statement+" ", " "+m.Table+" ") {
			return m.Database.Name
		}
	}
	return "main"
}

// sees is all rows that somebody sees.
func (w *twin) sees(ctx context.Context, c *litestone.Client) string {
	var b strings.Builder
	for _, m := range w.db.Schema().Models {
		args := litestone.Map{"orderBy": obj{"id": "asc"}}
		if m.SoftDelete != nil {
			args["withDeleted"] = true
		}
		v, err := c.Call(ctx, m.Accessor+".findMany", args)
		b.WriteString(outcome(v, err) + "\n")
	}
	return b.String()
}

// hides is the stored rows that the asker may not see, and what he may not write.
func (w *twin) hides(ctx context.Context, system *litestone.Client) string {
	var b strings.Builder
	for _, table := range []string{"people WHERE id > 10 AND id < 500", "projects WHERE id > 10 AND id < 500", "tasks WHERE id > 10 AND id < 500", "vaults",
		"visits WHERE id > 10 AND id < 500", "safes", "(SELECT id FROM people WHERE rank > 1 AND (id < 10 OR id >= 500))"} {
		rows, err := system.SQL("SELECT * FROM " + table + " ORDER BY id").On(where(system, " "+table)).Rows(ctx)
		b.WriteString(outcome(rows, err) + "\n")
	}
	return b.String()
}

// outcome is an answer or an error as text, with all that an error tells.
func outcome(v any, err error) string {
	var e *litestone.Error
	switch {
	case errors.As(err, &e):
		return fmt.Sprintf("%s: %s (%s) %v %v", e.Code, e.Error(), e.Hint, e.Fields, e.Issues)
	case err != nil:
		return "untyped: " + err.Error()
	}
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

var errTakenBack = errors.New("undo")

// writes reports whether an operation may change rows.
func writes(op string) bool {
	for _, p := range []string{"create", "update", "upsert", "remove", "delete", "restore", "transition"} {
		if strings.HasPrefix(op, p) {
			return true
		}
	}
	return false
}

// call runs a call and tells its outcome; what it wrote is told too, and undone.
func (w *twin) call(ctx context.Context, model, op string, args []any) (out, hidden string) {
	list := make([]any, len(args))
	for i, a := range args {
		if list[i] = a; reflect.TypeOf(a) == reflect.TypeFor[obj]() {
			list[i] = litestone.Map(a.(obj))
		}
	}
	if !writes(op) {
		return outcome(w.me.Call(ctx, model+"."+op, list...)), w.hidden
	}
	hidden = w.hidden
	err := w.me.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
		v, err := tx.Call(ctx, model+"."+op, list...)
		if out = outcome(v, err); err == nil && out != "null" && out != `{"count":0}` && out != "[]" {
			out += "\n" + w.sees(ctx, tx)
			hidden = w.hides(ctx, tx.AsSystem())
		}
		return errTakenBack
	})
	if !errors.Is(err, errTakenBack) {
		out += " | " + err.Error()
	}
	return out, hidden
}

// refusals are what a call on a model behind a gate comes to.
var refusals = []string{"access_denied", "validation", "unsupported", "not_found", "transition_not_found"}

// sample gives the calls to make: each once, and of very many some from everywhere among them
// unless LITESTONE_MATRIX is set.
func sample(list [][]any) (out [][]any) {
	seen := map[string]bool{}
	for _, args := range list {
		text, _ := json.Marshal(args)
		if !seen[string(text)] {
			seen[string(text)] = true
			out = append(out, args)
		}
	}
	if os.Getenv("LITESTONE_MATRIX") != "" || len(out) <= 200 {
		return out
	}
	some := out[:0:0]
	for i := range 200 {
		some = append(some, out[i*len(out)/200])
	}
	return some
}

// TestNothingForbiddenMakesADifference makes the calls that the schema gives occasion to, on two
// databases that differ in forbidden rows and values alone: every operation on every model, with
// every field and every relation wherever they can stand.
func TestNothingForbiddenMakesADifference(t *testing.T) {
	a, b := newTwin(t, "A", "1", false), newTwin(t, "B", "2", true)
	if a.shown != b.shown {
		t.Fatalf("the databases differ in what is shown:\n%s\n%s", a.shown, b.shown)
	}
	if a.hidden == b.hidden || strings.Contains(a.shown, "FORBIDDEN") {
		t.Fatal("the databases do not differ in what is hidden, or it is shown")
	}
	x := paths{schema: a.db.Schema(), values: a.values(t, b)}
	covered := map[string]int{}
	outcomes := map[string]int{}
	failures := 0
	for _, m := range x.schema.Models {
		for _, op := range litestone.Operations() {
			for _, args := range sample(x.of(t, m, op)) {
				covered[op]++
				gotA, hiddenA := a.call(t.Context(), m.Accessor, op, args)
				gotB, hiddenB := b.call(t.Context(), m.Accessor, op, args)
				kind, _, _ := strings.Cut(gotA, ":")
				outcomes[kind]++
				text, _ := json.Marshal(args)
				say := func(format string, v ...any) {
					if failures++; failures < 12 {
						t.Errorf("%s.%s %s\n%s", m.Accessor, op, text, fmt.Sprintf(format, v...))
					}
				}
				switch {
				case gotA != gotB:
					say(" one: %s\n two: %s", differing(gotA, gotB), differing(gotB, gotA))
				case strings.Contains(gotA, "FORBIDDEN") && !strings.Contains(string(text), "FORBIDDEN"):
					say(" tells: %s", gotA)
				case hiddenA != a.hidden:
					say(" changed hidden rows: %s\n to %s", differing(a.hidden, hiddenA), differing(hiddenA, a.hidden))
				case hiddenB != b.hidden:
					say(" changed hidden rows: %s\n to %s", differing(b.hidden, hiddenB), differing(hiddenB, b.hidden))
				case m.Gate != nil && !slices.Contains(refusals, kind):
					say(" passes the gate: %s", gotA)
				case strings.HasPrefix(gotA, "untyped"):
					say(" %s", gotA)
				}
			}
		}
	}
	if failures > 0 {
		t.Errorf("%d calls tell or touch what is forbidden", failures)
	}
	total := 0
	for _, op := range litestone.Operations() {
		if total += covered[op]; covered[op] == 0 && !slices.Contains(rowless, op) {
			t.Errorf("no path leads to %s: give it one in paths.of", op)
		}
	}
	t.Logf("%d calls twice: %v", total, covered)
	if outcomes["access_denied"] < total/50 || outcomes["access_denied"] > total*9/10 {
		t.Errorf("%d of %d calls are refused: the calls are not worth making", outcomes["access_denied"], total)
	}
	if a.sees(t.Context(), a.me) != a.shown {
		t.Error("the calls left something behind")
	}
}

// differing is a text from shortly before it begins to differ from another.
func differing(s, other string) string {
	n := 0
	for n < len(s) && n < len(other) && s[n] == other[n] {
		n++
	}
	from := max(0, n-80)
	return "…" + s[from:min(len(s), from+300)]
}

// rowless are operations that neither read nor write rows for the caller.
var rowless = []string{"optimizeFts"}

// TestEveryClientCallIsKnown holds the calls that stand on no table against the ones this test
// was written for: none but $query reads rows.
func TestEveryClientCallIsKnown(t *testing.T) {
	known := []string{"$query", "$rotateKey", "$enums", "$softDelete", "$databases", "$cacheSize"}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name != "callClient" {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				if c, ok := n.(*ast.CaseClause); ok {
					for _, x := range c.List {
						if l, ok := x.(*ast.BasicLit); ok {
							s, _ := strconv.Unquote(l.Value)
							found = append(found, s)
						}
					}
				}
				return true
			})
		}
	}
	slices.Sort(found)
	slices.Sort(known)
	if !slices.Equal(found, known) {
		t.Errorf("the client's calls are %v, this test knows %v: does a new one read rows?", found, known)
	}
}
