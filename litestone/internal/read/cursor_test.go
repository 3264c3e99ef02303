package read_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/session"
)

const accounts = `
model accounts {
  id     Integer @id
  handle Text @unique
  plan   Text
  credit Integer?
  meta   Json? @type(Meta)
  boss   accounts? @relation(fields: [bossId], references: [id])
  bossId Integer?
  staff  accounts[]
  @@index([plan])
}
type Meta { level Integer? }`

// fill makes accounts with ties and nulls in every field but the key.
func fill(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		credit, meta, boss := fmt.Sprint(i%4*10), "NULL", "NULL"
		if i%5 == 0 {
			credit = "NULL"
		}
		if i%3 == 0 {
			meta = fmt.Sprintf(`'{"level":%d}'`, i%2)
		}
		if i > 3 {
			boss = fmt.Sprint(i % 3)
			if i%3 == 0 {
				boss = "NULL"
			}
		}
		fmt.Fprintf(&b, "INSERT INTO accounts VALUES (%d,'%c%d','%s',%s,%s,%s);\n", i, 'a'+i%7, i, []string{"free", "pro"}[i%2], credit, meta, boss)
	}
	return b.String()
}

type page struct {
	Items []struct {
		ID int `json:"id"`
	} `json:"items"`
	Next string `json:"nextCursor"`
	More bool   `json:"hasMore"`
}

// pages walks all pages and gives the ids in their order.
func (f *fixture) pages(s *session.Session, orderBy string, limit int) (ids []int) {
	f.t.Helper()
	cursor := ""
	for range 1000 {
		args := fmt.Sprintf(`{"limit":%d,"orderBy":%s`, limit, orderBy)
		if cursor != "" {
			args += fmt.Sprintf(`,"cursor":%q`, cursor)
		}
		var p page
		text := f.answer(s, "accounts.findManyCursor", args+"}")
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			f.t.Fatalf("%s: %s", args, text)
		}
		for _, it := range p.Items {
			ids = append(ids, it.ID)
		}
		if p.More != (p.Next != "") || p.More && len(p.Items) != limit {
			f.t.Fatalf("%s: a page of %d rows says more=%v, next=%q", args, len(p.Items), p.More, p.Next)
		}
		if !p.More {
			return ids
		}
		cursor = p.Next
	}
	f.t.Fatalf("order %s: the pages do not end", orderBy)
	return nil
}

// Whatever the order and the size of pages, all pages together are the list in that order.
func TestPagesAreTheWholeList(t *testing.T) {
	f := open(t, accounts, fill(37))
	for _, order := range []string{
		`[]`, `{"id":"desc"}`, `{"handle":"asc"}`, `{"plan":"asc"}`, `{"plan":"desc"}`,
		`{"credit":"asc"}`, `{"credit":"desc"}`, `{"credit":{"dir":"asc","nulls":"last"}}`, `{"credit":{"dir":"desc","nulls":"first"}}`,
		`[{"plan":"asc"},{"credit":"desc"}]`, `[{"credit":"desc"},{"plan":"asc"},{"id":"desc"}]`,
		`[{"plan":"desc"},{"credit":{"dir":"asc","nulls":"last"}},{"handle":"desc"}]`,
		`{"meta":{"level":"desc"}}`, `{"boss":{"handle":"asc"}}`, `[{"boss":{"boss":{"id":"asc"}}},{"plan":"desc"}]`,
		`{"staff":{"_count":"desc"}}`, `{"staff":{"_sum":{"credit":"asc"}}}`,
	} {
		full := f.pages(nil, order, 1000)
		if len(full) != 37 {
			t.Fatalf("order %s: %d rows", order, len(full))
		}
		seen := slices.Clone(full)
		slices.Sort(seen)
		if len(slices.Compact(seen)) != 37 {
			t.Fatalf("order %s: rows repeat: %v", order, full)
		}
		for _, limit := range []int{1, 2, 5, 36, 37} {
			if got := f.pages(nil, order, limit); !slices.Equal(got, full) {
				t.Errorf("order %s, pages of %d:\n got %v\nwant %v", order, limit, got, full)
			}
		}
	}
}

func TestCursorsOfOthersAreRefused(t *testing.T) {
	f := open(t, accounts, fill(5))
	var p page
	if err := json.Unmarshal([]byte(f.answer(nil, "accounts.findManyCursor", `{"limit":1,"orderBy":{"plan":"asc"}}`)), &p); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(p.Next, "plan") || p.Next == "" {
		t.Errorf("cursor %q", p.Next)
	}
	call := func(order, cursor string) string {
		return f.answer(nil, "accounts.findManyCursor", fmt.Sprintf(`{"limit":1,"orderBy":%s,"cursor":%q,"select":{"id":true}}`, order, cursor))
	}
	if got := call(`{"plan":"asc"}`, p.Next); !strings.HasPrefix(got, `{"hasMore":true,"items":[{"id":4}]`) {
		t.Errorf("its own cursor: %s", got)
	}
	const refused = "error validation cursor"
	for _, order := range []string{`{"plan":"desc"}`, `{"handle":"asc"}`, `[]`, `[{"plan":"asc"},{"id":"desc"}]`} {
		if got := call(order, p.Next); got != refused {
			t.Errorf("order %s: %s", order, got)
		}
	}
	for i := range p.Next {
		for _, c := range "Az9_" {
			if bad := p.Next[:i] + string(c) + p.Next[i+1:]; bad != p.Next {
				if got := call(`{"plan":"asc"}`, bad); got != refused {
					t.Fatalf("cursor %q: %s", bad, got)
				}
			}
		}
	}
	for _, bad := range []string{"not a cursor", "bnVsbA", "e30", p.Next + "A", p.Next[:len(p.Next)-1], p.Next + "=", " "} {
		if got := call(`{"plan":"asc"}`, bad); got != refused {
			t.Errorf("cursor %q: %s", bad, got)
		}
	}
}

func TestCursorLimits(t *testing.T) {
	f := open(t, accounts, fill(25))
	var p page
	json.Unmarshal([]byte(f.answer(nil, "accounts.findManyCursor", `{}`)), &p)
	if len(p.Items) != 20 || !p.More {
		t.Errorf("the default page has %d rows, more %v", len(p.Items), p.More)
	}
	f.expect(nil, "accounts.findManyCursor", `{"limit":0}`, `{"hasMore":false,"items":[],"nextCursor":""}`)
	f.expect(nil, "accounts.findManyCursor", `{"where":{"id":99}}`, `{"hasMore":false,"items":[],"nextCursor":""}`)
}

func TestFindManyAndCount(t *testing.T) {
	f := open(t, accounts, fill(9))
	for _, c := range []struct{ args, want string }{
		{`{"orderBy":{"id":"asc"},"limit":2,"offset":1,"select":{"id":true}}`, `{"rows":[{"id":2},{"id":3}],"total":9}`},
		{`{"orderBy":{"id":"asc"},"limit":2,"offset":8,"select":{"id":true}}`, `{"rows":[{"id":9}],"total":9}`},
		{`{"where":{"plan":"none"}}`, `{"rows":[],"total":0}`},
		{`{"limit":0,"where":{"plan":"pro"}}`, `{"rows":[],"total":5}`},
		{`{"limit":3,"offset":40}`, `{"rows":[],"total":9}`},
		{`{"select":{"plan":true},"distinct":true,"limit":1,"orderBy":{"plan":"asc"}}`, `{"rows":[{"plan":"free"}],"total":2}`},
		{`{"where":{"id":1},"recursive":true,"limit":1,"select":{"id":true},"orderBy":{"id":"desc"}}`, `{"rows":[{"id":7,"_depth":1}],"total":2}`},
	} {
		f.expect(nil, "accounts.findManyAndCount", c.args, c.want)
	}
}
