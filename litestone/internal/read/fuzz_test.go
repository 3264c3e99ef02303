package read_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/liteerr"
)

// Whatever the arguments: no panic, no statement SQLite does not know, and nobody sees a row or a
// field that the policy alone would not show him.
func FuzzReads(f *testing.F) {
	x := open(f, `
model memos {
  id    Integer @id
  owner Integer
  text  Text
  size  Real?
  at    DateTime
  hush  Text @guarded
  pay   Integer @allow('read', owner == auth().id)
  up    memos? @relation(fields: [upId], references: [id])
  upId  Integer?
  downs memos[]
  @@fts([text])
  @@allow('read', owner == auth().id)
}`, `INSERT INTO memos VALUES (1,1,'one pear',1.5,'2024-01-01T00:00:00.000Z','HUSH',1,NULL),(2,2,'SECRET','2','2024-01-02T00:00:00.000Z','HUSH',2,1),
	(3,1,'three',NULL,'2024-02-01T00:00:00.000Z','HUSH',3,2),(4,2,'SECRET',4,'2024-03-01T00:00:00.000Z','HUSH',4,3)`)
	ann := as(map[string]any{"id": 1})
	ops := []string{"findMany", "findFirst", "findUnique", "findManyAndCount", "findManyCursor", "count", "exists", "aggregate", "groupBy"}
	for _, s := range []string{
		`{"where":{"OR":[{"text":{"contains":"E"}},{"NOT":{"id":1}}]},"orderBy":[{"up":{"text":"asc"}},{"downs":{"_count":"desc"}}],"include":{"up":true,"downs":{"limit":1},"_count":true}}`,
		`{"where":{"up":{"is":null},"downs":{"every":{"owner":2}}},"select":{"id":true,"hush":true},"distinct":true,"limit":3,"offset":1}`,
		`{"recursive":{"nested":true},"where":{"id":1}}`, `{"recursive":{"direction":"ancestors","maxDepth":3},"window":{"w":{"lag":"text","orderBy":{"id":"asc"}}}}`,
		`{"_count":true,"_sum":{"size":true},"_stringAgg":{"field":"text","separator":"|","distinct":true},"_x":{"max":"text","filter":{"id":{"gt":1}}}}`,
		`{"by":["owner","at"],"interval":{"at":"week"},"where":{"at":{"gte":"2024-01-01","lte":"2024-03-01"}},"_count":true,"having":{"_count":{"gte":0}},"orderBy":{"_max":{"text":"desc"}}}`,
		`{"where":{"hush":"HUSH"}}`, `{"orderBy":{"hush":"asc"}}`, `{"cursor":"AQ","limit":2}`, `{"limit":"1"}`, `{"where":{"id":{"in":[]}}}`, `[]`, `{"where":{"text":{"contains":"%_\\"}}}`,
	} {
		for i := range ops {
			f.Add(uint8(i), s)
		}
	}
	f.Fuzz(func(t *testing.T, op uint8, args string) {
		x.t = t
		call := "memos." + ops[int(op)%len(ops)]
		if strings.Contains(args, `"$raw"`) {
			return // trusted code's own
		}
		out, err := x.do(ann, call, args)
		if err != nil {
			e, ok := err.(*liteerr.Error)
			if !ok {
				t.Fatalf("%s %s: untyped error %v", call, args, err)
			}
			if e.Code == liteerr.SQL && !strings.Contains(e.Error(), "overflow") && !strings.Contains(e.Error(), "too") {
				t.Fatalf("%s %s: SQLite refused the statement: %v", call, args, err)
			}
			return
		}
		b, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		if text := string(b); strings.Contains(text, "SECRET") && !strings.Contains(args, "SECRET") || strings.Contains(text, "HUSH") && !strings.Contains(args, "HUSH") {
			t.Fatalf("%s %s shows what is hidden: %s", call, args, text)
		}
	})
}

func FuzzCursor(f *testing.F) {
	x := open(f, accounts, fill(3))
	for _, c := range []string{"", "AQ", "bnVsbA", "e30", "not a cursor", "AQAAAAAAAAAAAAAAAA"} {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		x.t = t
		args, _ := json.Marshal(map[string]any{"cursor": cursor, "limit": 1})
		if got := x.answer(nil, "accounts.findManyCursor", string(args)); cursor != "" && got != "error validation cursor" {
			t.Fatalf("%q: %s", cursor, got)
		}
	})
}
