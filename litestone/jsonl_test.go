package litestone_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone"
)

// jsonlScript runs calls on a schema with a jsonl database and compares their answers.
type jsonlScript struct {
	t   *testing.T
	db  *litestone.Client
	dir string
}

func openJSONL(t *testing.T, models string, change ...func(*litestone.Config)) *jsonlScript {
	s := &jsonlScript{t: t, dir: t.TempDir()}
	cfg := litestone.Config{SchemaText: strings.ReplaceAll(`
database main { path "$DIR/main.db" }
database logs { path "$DIR/logs/"; driver jsonl }
`+models, "$DIR", s.dir)}
	for _, f := range change {
		f(&cfg)
	}
	s.db = openText(t, cfg)
	return s
}

func (s *jsonlScript) call(c *litestone.Client, call, want string) {
	s.t.Helper()
	s.callIn(context.Background(), c, call, want)
}

// callIn runs "users.create {json}" and compares its answer, or its error's code and fields when
// want begins with !.
func (s *jsonlScript) callIn(ctx context.Context, c *litestone.Client, call, want string) {
	s.t.Helper()
	name, args, some := strings.Cut(call, " ")
	var list []any
	if some {
		list = append(list, litestone.JSON(args))
	}
	v, err := c.Call(ctx, name, list...)
	var e *litestone.Error
	if errors.As(err, &e) {
		if got := "!" + strings.Join(append([]string{string(e.Code)}, e.Fields...), " "); got != want {
			s.t.Errorf("%s: %v (%s), want %s", call, err, got, want)
		}
		return
	}
	if err != nil {
		s.t.Fatalf("%s: %v", call, err)
	}
	b, err := json.Marshal(v)
	if got := string(b); err != nil || got != want {
		s.t.Errorf("%s: %s, want %s", call, got, want)
	}
}

const visits = `
model visits {
  id Integer @id
  path Text
  ms Real?
  @@index([path])
  @@db(logs)
}
model notes {
  text Text @trim
  tag Text? @omit
  pin Text? @guarded
  by Integer? @default(auth().id)
  at DateTime @default(now())
  @@db(logs)
}
model users {
  id Integer @id
  name Text
}
`

func TestJSONLKeys(t *testing.T) {
	s := openJSONL(t, visits)
	s.call(s.db, `visits.create {"data":{"path":"/"}}`, `{"id":1,"path":"/","ms":null}`)
	s.call(s.db, `visits.createMany {"data":[{"path":"/a"},{"id":9,"path":"/b"},{"path":"/c"},{"id":null,"path":"/d"}]}`, `{"count":4}`)
	s.call(s.db, `visits.create {"data":{"path":"/e"},"select":{"id":true}}`, `{"id":12}`)
	s.call(s.db, `visits.findMany {"select":{"id":true}}`, `[{"id":1},{"id":2},{"id":9},{"id":10},{"id":11},{"id":12}]`)
	s.call(s.db, `visits.create {"data":{"id":9,"path":"/x"}}`, `!unique id`)
	s.call(s.db, `visits.createMany {"data":[{"id":20,"path":"/x"},{"id":9,"path":"/x"}]}`, `!unique id`)
	s.call(s.db, `visits.createMany {"data":[{"id":20,"path":"/x"},{"id":20,"path":"/x"}]}`, `!unique id`)
	s.call(s.db, `visits.count`, `6`)
	other := openText(t, litestone.Config{Parsed: s.db.Schema()})
	s.call(other, `visits.create {"data":{"path":"/f"},"select":{"id":true}}`, `{"id":13}`)
	s.call(s.db, `visits.create {"data":{"path":"/g"},"select":{"id":true}}`, `{"id":14}`)
	b, err := os.ReadFile(filepath.Join(s.dir, "logs", "visits.jsonl"))
	if err != nil || strings.Count(string(b), "\n") != 8 || !strings.HasPrefix(string(b), `{"id":1,"path":"/","ms":null}`+"\n") {
		t.Errorf("%v: the file is\n%s", err, b)
	}
}

func TestJSONLReadsLikeAnyModel(t *testing.T) {
	s := openJSONL(t, visits)
	s.call(s.db, `visits.createMany {"data":[{"path":"/b","ms":2},{"path":"/a","ms":1.5},{"path":"/b"}]}`, `{"count":3}`)
	s.call(s.db, `visits.findMany {"where":{"path":{"in":["/b","/a"]}},"select":{"id":true}}`, `[{"id":1},{"id":2},{"id":3}]`)
	s.call(s.db, `visits.groupBy {"by":["path"],"_count":true,"_sum":{"ms":true},"orderBy":{"path":"asc"}}`, `[{"path":"/a","_count":1,"_sum":{"ms":1.5}},{"path":"/b","_count":2,"_sum":{"ms":2}}]`)
	s.call(s.db, `visits.aggregate {"_max":{"ms":true}}`, `{"_max":{"ms":2}}`)
	s.call(s.db, `visits.findUnique {"where":{"id":2}}`, `{"id":2,"path":"/a","ms":1.5}`)
	s.call(s.db, `visits.exists {"where":{"path":"/z"}}`, `false`)
	s.call(s.db, `visits.findManyAndCount {"limit":1,"orderBy":{"id":"desc"},"select":{"id":true}}`, `{"rows":[{"id":3}],"total":3}`)
	s.call(s.db, `visits.findMany {"distinct":true,"select":{"path":true},"orderBy":{"path":"asc"}}`, `[{"path":"/a"},{"path":"/b"}]`)
	s.call(s.db, `visits.findMany {"window":{"n":{"rowNumber":true,"orderBy":{"ms":"desc"}}},"select":{"id":true}}`, `[{"id":1,"n":1},{"id":2,"n":2},{"id":3,"n":3}]`)
	s.call(s.db, `$query {"slow":{"model":"visits","where":{"ms":{"gt":1.5}},"select":{"id":true}},"users":{"limit":1},"visits":{"limit":1,"select":{"id":true}}}`,
		`{"slow":[{"id":1}],"users":[],"visits":[{"id":1}]}`)
	page, err := s.db.Table("visits").FindManyCursor(t.Context(), litestone.Map{"limit": 2})
	if err != nil || len(page.Items) != 2 || !page.HasMore {
		t.Fatalf("%v, %v", page, err)
	}
	s.call(s.db, `visits.findManyCursor {"limit":2,"select":{"id":true},"cursor":"`+page.NextCursor+`"}`, `{"items":[{"id":3}],"nextCursor":null,"hasMore":false}`)
	s.call(s.db, `visits.search`, `!validation search`)
	s.call(s.db, `visits.updateMany {"data":{"ms":1}}`, `!unsupported`)
}

func TestJSONLWritesGoThroughThePipeline(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC)
	s := openJSONL(t, visits, func(c *litestone.Config) { c.Now = func() time.Time { return now } })
	me := s.db.As(map[string]any{"id": 7})
	s.call(me, `notes.create {"data":{"text":" a ","tag":"t","pin":"1"}}`, `{"text":"a","tag":"t","by":7,"at":"2026-01-02T03:04:05.006Z"}`)
	s.call(me, `notes.findMany`, `[{"text":"a","by":7,"at":"2026-01-02T03:04:05.006Z"}]`)
	s.call(s.db.AsSystem(), `notes.findMany {"select":{"pin":true}}`, `[{"pin":"1"}]`)
	s.call(me, `notes.findMany {"where":{"pin":"1"}}`, `!access_denied pin`)
	s.call(me, `notes.create {"data":{"tag":"x"}}`, `!not_null text`)
	s.call(me, `notes.create {"data":{"text":5}}`, `!validation text`)
	s.call(me, `notes.create {"data":{"text":"b"},"select":false}`, `null`)
	s.call(me, `notes.create {"data":{"text":"b"},"include":{"users":true}}`, `!validation users`)
	s.call(me, `notes.count`, `2`)
}

func TestCursorWithoutKey(t *testing.T) {
	s := openJSONL(t, visits)
	for _, text := range []string{"b", "a", "b", "c", "a"} {
		s.call(s.db, `notes.create {"data":{"text":"`+text+`","at":"2026-01-01"},"select":false}`, `null`)
	}
	for _, c := range []struct{ order, want string }{
		{``, "babca"},
		{`,"orderBy":{"text":"asc"}`, "aabbc"},
		{`,"orderBy":[{"text":"desc"},{"at":"desc"}]`, "cbbaa"},
		{`,"where":{"text":{"not":"c"}},"orderBy":{"at":"desc"}`, "abab"},
	} {
		got, cursor := "", ""
		for n := 0; n == 0 || cursor != ""; n++ {
			args := litestone.JSON(`{"limit":2,"select":{"text":true},"cursor":"` + cursor + `"` + c.order + `}`)
			if cursor == "" {
				args = litestone.JSON(`{"limit":2,"select":{"text":true}` + c.order + `}`)
			}
			page, err := s.db.Table("notes").FindManyCursor(t.Context(), args)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Items {
				text, _ := r.Get("text")
				got += text.(string)
			}
			cursor = page.NextCursor
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.order, got, c.want)
		}
	}
	s.call(s.db, `notes.findMany {"orderBy":{"_line":"asc"}}`, `!validation _line`)
	s.call(s.db, `notes.findManyCursor {"orderBy":{"_line":"asc"}}`, `!validation _line`)
}

func TestJSONLInTransactions(t *testing.T) {
	s := openJSONL(t, visits)
	s.call(s.db, `visits.create {"data":{"path":"/"},"select":false}`, `null`)
	boom := errors.New("boom")
	for _, fail := range []error{nil, boom} {
		err := s.db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
			s.callIn(ctx, tx, `users.create {"data":{"name":"a"},"select":false}`, `null`)
			s.callIn(ctx, tx, `visits.create {"data":{"path":"/tx"},"select":{"id":true}}`, `{"id":2}`)
			tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
				s.callIn(ctx, tx, `visits.create {"data":{"path":"/inner"},"select":{"id":true}}`, `{"id":3}`)
				return boom
			})
			s.callIn(ctx, tx, `visits.create {"data":{"id":2,"path":"/dup"}}`, `!unique id`)
			s.callIn(ctx, tx, `visits.createMany {"data":[{"path":"/y"},{"path":"/z"}]}`, `{"count":2}`)
			s.callIn(ctx, tx, `visits.findMany {"select":{"id":true,"path":true}}`, `[{"id":1,"path":"/"},{"id":2,"path":"/tx"},{"id":3,"path":"/y"},{"id":4,"path":"/z"}]`)
			s.callIn(ctx, tx, `visits.count {"where":{"path":"/tx"}}`, `1`)
			s.call(s.db, `visits.count`, `1`) // others see none of it
			s.callIn(ctx, s.db, `visits.count`, `!unsupported`)
			s.callIn(ctx, s.db, `visits.create {"data":{"path":"/"}}`, `!unsupported`)
			return fail
		})
		if !errors.Is(err, fail) {
			t.Fatal(err)
		}
		if fail == nil {
			s.call(s.db, `visits.findMany {"select":{"path":true}}`, `[{"path":"/"},{"path":"/tx"},{"path":"/y"},{"path":"/z"}]`)
			os.Remove(filepath.Join(s.dir, "logs", "visits.jsonl"))
			s.call(s.db, `visits.create {"data":{"path":"/"},"select":false}`, `null`)
		}
	}
	s.call(s.db, `visits.count`, `1`)
	s.call(s.db, `users.count`, `1`)
}

func TestJSONLOpenedForReading(t *testing.T) {
	s := openJSONL(t, visits)
	s.call(s.db, `visits.create {"data":{"path":"/"},"select":false}`, `null`)
	s.call(s.db, `users.create {"data":{"name":"a"},"select":false}`, `null`)
	ro := openText(t, litestone.Config{Parsed: s.db.Schema(), ReadOnly: true})
	s.call(ro, `visits.findMany`, `[{"id":1,"path":"/","ms":null}]`)
	s.call(ro, `visits.create {"data":{"path":"/"}}`, `!read_only`)
	s.call(ro, `$databases`, `{"logs":{"driver":"jsonl","access":"readonly","path":"`+filepath.Join(s.dir, "logs")+`"},"main":{"driver":"sqlite","access":"readonly","path":"`+filepath.Join(s.dir, "main.db")+`"}}`)
}

func TestDamagedLogs(t *testing.T) {
	s := openJSONL(t, visits)
	s.call(s.db, `notes.create {"data":{"text":"a"},"select":false}`, `null`)
	f, err := os.OpenFile(filepath.Join(s.dir, "logs", "notes.jsonl"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString("?\n")
	f.Close()
	list, n, err := s.db.DamagedLogs(t.Context())
	if err != nil || n != 1 || len(list) != 1 || list[0].Database != "logs" || list[0].File != "notes.jsonl" || list[0].Reason != "is no JSON object" {
		t.Errorf("%v, %d, %v", list, n, err)
	}
	s.call(s.db, `notes.findMany {"select":{"text":true}}`, `[{"text":"a"}]`)
}

// A column that a schema gained reads as its default in the lines before; one that it lost is
// skipped.
func TestJSONLShapesChange(t *testing.T) {
	s := openJSONL(t, `model visits { path Text  old Text?  @@db(logs) }`)
	s.call(s.db, `visits.create {"data":{"path":"/","old":"x"},"select":false}`, `null`)
	next := openText(t, litestone.Config{SchemaText: `
database logs { path "` + s.dir + `/logs/"; driver jsonl }
model visits { path Text  kind Text @default("page")  n Integer?  @@db(logs) }`})
	s.call(next, `visits.findMany`, `[{"path":"/","kind":"page","n":null}]`)
	s.call(next, `visits.create {"data":{"path":"/b"}}`, `{"path":"/b","kind":"page","n":null}`)
	s.call(s.db, `visits.findMany`, `[{"path":"/","old":"x"},{"path":"/b","old":null}]`)
}
