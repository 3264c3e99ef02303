package litestone_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/driver/sqliteshim"
)

const peopleSchema = `
enum Mood { fine odd }
type Address {
  city Text
  geo  Json? @type(Geo)
}
type Geo { lat Real }
model people {
  id        Integer @id
  name      Text
  bio       Text?
  mood      Mood @default(fine)
  score     Real?
  at        DateTime
  tags      Text[]
  address   Json? @type(Address)
  secret    Text @guarded
  pay       Integer @allow('read', bossId == auth().id)
  bossId    Integer?
  boss      people? @relation("tree", fields: [bossId], references: [id])
  team      people[] @relation("tree")
  notes     notes[]
  noted     Integer @from(notes, count: true)
  latest    notes @from(notes, last: true)
  loud      Text @generated("upper({name})")
  deletedAt DateTime?
  @@softDelete
  @@fts([name, bio])
  @@allow('read', auth() != null)
}
model notes {
  id      Integer @id
  text    Text
  ownerId Integer
  owner   people @relation(fields: [ownerId], references: [id])
  topics  topics[]
  @@allow('read', ownerId == auth().id || check(owner))
}
model topics {
  key   Text @id
  notes notes[]
  @@deny('read', key == 'hidden')
  @@allow('read', true)
}
`

// watched is a database whose statements are seen.
type watched struct {
	db    *litestone.Client
	names map[string]bool // what statements may name
	clock *sql.Conn       // tells whether anybody wrote

	mu   sync.Mutex
	seen []string
}

func (w *watched) BeforeQuery(ctx context.Context, e *bun.QueryEvent) context.Context {
	w.mu.Lock()
	w.seen = append(w.seen, e.Query)
	w.mu.Unlock()
	return ctx
}

func (w *watched) AfterQuery(context.Context, *bun.QueryEvent) {}

// statements gives the texts of what ran since the last time.
func (w *watched) statements() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.seen
	w.seen = nil
	return s
}

// version changes whenever another connection commits a write
// (https://www.sqlite.org/pragma.html#pragma_data_version).
func (w *watched) version(t testing.TB) (n int64) {
	t.Helper()
	if err := w.clock.QueryRowContext(context.Background(), "PRAGMA data_version").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func openWatched(t testing.TB) *watched {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "fuzz.db")
	s, err := schema.FromText("fuzz.lite", peopleSchema, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{names: known(s)}
	if w.db, err = litestone.Open(ctx, litestone.Config{Parsed: s, DB: path, QueryHooks: []bun.QueryHook{w}}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.db.Close() })
	system := w.db.AsSystem()
	for i, row := range []string{
		`{"id": 1, "name": "Ada", "score": 1.5, "at": "2024-01-31", "tags": ["a", "b"], "address": {"city": "Oslo", "geo": {"lat": 59.9}}, "secret": "S", "pay": 5, "notes": {"create": [{"id": 1, "text": "one", "topics": {"create": [{"key": "hidden"}, {"key": "open"}]}}]}}`,
		`{"id": 2, "name": "Bo_%", "mood": "odd", "at": "2024-02-29", "tags": [], "secret": "S", "pay": 6, "bossId": 1}`,
		`{"id": 3, "name": "it's", "score": -1e300, "at": "2025-01-01", "tags": ["b"], "secret": "S", "pay": 7, "bossId": 2, "notes": {"create": [{"id": 2, "text": "two"}]}}`,
	} {
		if _, err := system.Call(ctx, "people.create", litestone.JSON(`{"data": `+row+`}`)); err != nil {
			t.Fatal(i, err)
		}
	}
	other, err := sql.Open(sqliteshim.DriverName(), "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	if w.clock, err = other.Conn(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.clock.Close() })
	w.version(t)
	w.statements()
	return w
}

// known gives every identifier that a statement over the schema may have.
func known(s *schema.Schema) map[string]bool {
	names := map[string]bool{"rowid": true, "rank": true, "value": true, "key": true}
	for _, m := range s.Models {
		names[m.Table] = true
		for _, f := range m.Columns {
			names[f.Column] = true
		}
		if m.FTS != nil {
			names[m.FTS.Table] = true
		}
	}
	for _, j := range s.Joins {
		names[j.Table], names[j.ColumnA], names[j.ColumnB] = true, true, true
	}
	return names
}

// ours are the names plans make up: aliases, columns of subqueries and of trees.
var ours = regexp.MustCompile(`^(_a0_\d+|_litestone_\w+|[cka]\d+|n|rn|_each)$`)

// vocabulary are all the words a read may have outside of quotes.
var vocabulary = strings.Fields(`SELECT DISTINCT FROM WHERE AND OR NOT IS NULL TRUE FALSE IN EXISTS AS JOIN LEFT ON USING ORDER GROUP BY HAVING
	LIMIT OFFSET ASC DESC NULLS FIRST LAST CASE WHEN THEN ELSE END LIKE ESCAPE MATCH UNION ALL WITH RECURSIVE OVER PARTITION ROWS RANGE BETWEEN
	PRECEDING FOLLOWING CURRENT ROW UNBOUNDED FILTER VALUES BEGIN COMMIT ROLLBACK DEFERRED EXPLAIN QUERY PLAN CROSS
	count sum avg min max total group_concat coalesce json json_each json_extract json_type json_array json_array_length json_group_array
	strftime substr rank value key highlight snippet length date datetime abs
	row_number rank dense_rank cume_dist percent_rank ntile lag lead first_value last_value nth_value`)

var tokens = regexp.MustCompile("(?s)\"(?:[^\"]|\"\")*\"|`(?:[^`]|``)*`|'(?:[^']|'')*'|[A-Za-z_$\\x80-\\xff][A-Za-z0-9_$\\x80-\\xff]*|--|/\\*|;|\\[")

// constants are the texts a read may hold: of intervals and LIKE.
var constants = regexp.MustCompile(`^'([-%Q:YmdHGVWTZ+. 0-9]*|\\|(start of|weekday|-?\d+) .*|now)'$`)

// strays gives the names, words and texts of a statement that it may not have.
func (w *watched) strays(statement string) (out []string) {
	for _, t := range tokens.FindAllString(statement, -1) {
		switch t[0] {
		case '"', '`':
			name := strings.ReplaceAll(t[1:len(t)-1], t[:1]+t[:1], t[:1])
			if !w.names[name] && !ours.MatchString(name) {
				out = append(out, t)
			}
		case '\'':
			if !constants.MatchString(t) {
				out = append(out, t)
			}
		default:
			fine := false
			for _, k := range vocabulary {
				fine = fine || k == t
			}
			if !fine {
				out = append(out, t)
			}
		}
	}
	return out
}

// reads are the calls whose arguments are fuzzed.
var reads = []string{
	"people.findMany", "people.findFirst", "people.findUnique", "people.findManyCursor", "people.findManyAndCount", "people.count", "people.exists",
	"people.aggregate", "people.groupBy", "people.search", "people.query", "notes.findMany", "notes.groupBy", "topics.findMany", "topics.findManyCursor", "$query",
}

// ask runs one call as JSON arguments say.
func (w *watched) ask(c *litestone.Client, call string, args any) (any, error) {
	if call == "people.search" {
		return c.Call(context.Background(), call, "ada OR it*", args)
	}
	return c.Call(context.Background(), call, args)
}

// hold asks and checks what must hold whatever the arguments are.
func (w *watched) hold(t *testing.T, c *litestone.Client, call string, args any) {
	before := w.version(t)
	w.statements()
	_, err := w.ask(c, call, args)
	var e *litestone.Error
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("%s %s: untyped error %T %v", call, args, err, err)
	}
	if e != nil && e.Code == litestone.CodeSQL && !limits(e.Error()) {
		t.Fatalf("%s %s: SQLite refuses the statement: %v", call, args, err)
	}
	for _, s := range w.statements() {
		if out := w.strays(s); len(out) > 0 {
			t.Fatalf("%s %s: the statement has %q\n%s", call, args, out, s)
		}
	}
	if w.version(t) != before {
		t.Fatalf("%s %s wrote", call, args)
	}
}

// limits tells refusals of SQLite that follow from the size of numbers and conditions.
func limits(message string) bool {
	for _, m := range []string{"overflow", "too large", "too many", "too complex", "too deep", "parser stack"} {
		if strings.Contains(message, m) {
			return true
		}
	}
	return false
}

// FuzzArguments gives any JSON as the arguments of every read, as a request body and as arguments of
// trusted code: never a panic, only typed errors, never a write, and no statement with a name that
// the schema does not have.
func FuzzArguments(f *testing.F) {
	w := openWatched(f)
	ada := w.db.As(map[string]any{"id": 1})
	for i := range reads {
		for _, s := range argumentSeeds {
			f.Add(uint8(i), s)
		}
	}
	f.Fuzz(func(t *testing.T, at uint8, args string) {
		call := reads[int(at)%len(reads)]
		w.hold(t, ada, call, litestone.JSON(args))
		w.hold(t, ada, call, litestone.Untrusted(args))
		if !strings.Contains(args, "$raw") && !strings.Contains(args, "filter") && !strings.Contains(args, `\u`) { // trusted code's own SQL
			w.hold(t, w.db.AsSystem(), call, litestone.JSON(args))
		}
	})
}

var argumentSeeds = []string{
	``, `{}`, `[]`, `null`, `5`, `"x"`, `{"where": {}}`,
	`{"where": {"OR": [{"name": {"contains": "a\"b'c"}}, {"NOT": {"id": {"in": [1, 2, 3, 4, 5, 6, 7, 8, 9]}}}], "team": {"some": {"boss": {"is": {"name": "x"}}}}}, "limit": 3, "offset": 1}`,
	`{"where": {"tags": {"hasEvery": ["a"], "isEmpty": false}, "address": {"city": "Oslo", "geo": {"lat": {"gt": 1}}}, "mood": ["odd"], "at": {"gte": "2024-01-01"}}}`,
	`{"where": {"noted": {"gt": 0}, "loud": {"startsWith": "A"}, "score": null, "boss": null}}`,
	`{"where": {"secret": "S"}}`, `{"orderBy": {"pay": "asc"}}`, `{"where": {"$raw": "1=1"}}`, `{"$raw": "id = 1"}`, `{"where": {"name\"; DROP TABLE people; --": 1}}`,
	`{"orderBy": [{"boss": {"boss": {"name": "desc"}}}, {"team": {"_sum": {"score": {"dir": "asc", "nulls": "last"}}}}, {"address": {"geo": {"lat": "asc"}}}]}`,
	`{"select": {"id": true, "latest": true, "_count": {"select": {"team": true, "x": {"relation": "notes", "where": {"text": "one"}}}}}}`,
	`{"include": {"boss": {"include": {"team": {"limit": 1, "orderBy": {"id": "desc"}}}}, "notes": {"select": {"text": true, "topics": true}}, "_count": true}, "withDeleted": true}`,
	`{"include": {"owner": {"select": {"pay": true}}, "topics": {"where": {"key": {"not": "x"}}, "limit": 2, "offset": 1}}}`,
	`{"recursive": {"nested": true, "maxDepth": 3}, "orderBy": {"_depth": "desc"}}`, `{"recursive": {"direction": "ancestors", "via": "bossId"}}`,
	`{"window": {"a b": {"rank": true}, "w": {"sum": "score", "partitionBy": ["mood"], "orderBy": {"at": "asc"}, "rows": [-2, 0]}, "l": {"lag": "name", "offset": 2, "default": "it's"}}, "orderBy": {"w": "desc"}}`,
	`{"window": {"w": {"count": true, "filter": {"id": 1}}, "r": {"avg": "score", "orderBy": {"id": "asc"}, "range": [-9223372036854775808, 9223372036854775807]}}}`,
	`{"distinct": true, "select": {"mood": true}, "orderBy": {"mood": "asc"}}`, `{"cursor": "AQ", "limit": 2}`, `{"limit": 0}`, `{"limit": 9223372036854775807, "offset": 9223372036854775807}`,
	`{"_count": {"distinct": "mood"}, "_sum": {"score": true}, "_min": {"at": true}, "_stringAgg": {"field": "name", "separator": "'\";", "orderBy": {"id": "asc"}}, "_x": {"max": "score", "filter": {"mood": "odd"}}}`,
	`{"by": ["mood", "at"], "interval": {"at": "week"}, "fillGaps": {"start": "2024-01-01", "end": "2024-03-01"}, "_count": true, "having": {"OR": [{"_count": {"gt": 0}}, {"_avg": {"score": null}}]}, "orderBy": [{"_count": "desc"}, {"mood": "asc"}], "limit": 5}`,
	`{"by": ["at"], "interval": {"at": "quarter"}, "where": {"at": {"gte": "2024-01-01", "lt": "2025-01-01"}}, "_sum": {"score": true}}`,
	`{"by": ["mood"], "having": {"mood": {"in": ["odd"]}, "NOT": {"_x": 1}}, "_x": {"count": true}}`,
	`{"highlight": {"field": "name", "open": "<b'\">", "close": "</b>"}, "snippet": {"fields": ["name", "bio"], "length": 5}, "where": {"mood": "fine"}, "orderBy": {"_rank": "asc"}}`,
	`{"people": {"where": {"id": 1}}, "n": {"model": "notes", "_count": true}, "by": {"model": "people", "by": ["mood"], "_count": true}}`,
	`{"people": {"where": {"boss": {"is": {"boss": {"is": {"boss": {"isNot": null}}}}}}}, "x": {"model": "nothing"}}`,
	`{"where": {"id": {"gt": "1"}, "at": "2024-13-01"}}`, `{"where": {"id": 1e400}}`, `{"where": {"name": "\u0000\ud800"}}`, "{\"where\": {\"name\": \"\xff\"}}",
}

// TestStraysAreFound holds that the check of statements sees what it must.
func TestStraysAreFound(t *testing.T) {
	w := openWatched(t)
	for statement, want := range map[string]string{
		`SELECT "people"."id" FROM "people" AS "_a0_1" WHERE "people"."name" = ?`: ``,
		`SELECT "people"."nope" FROM "people"`:                                    `"nope"`,
		`SELECT "people"."id" FROM "people"; DROP TABLE "people"`:                 `; DROP TABLE`,
		`SELECT "people"."id" FROM "people" WHERE 'Ada' = name -- x`:              `'Ada' name -- x`,
		`DELETE FROM "notes"`:           `DELETE`,
		"SELECT `secret\"` FROM people": "`secret\"` people",
	} {
		if got := strings.Join(w.strays(statement), " "); got != want {
			t.Errorf("%s: %q, want %q", statement, got, want)
		}
	}
}
