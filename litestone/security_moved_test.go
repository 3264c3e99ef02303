package litestone_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// movedSchema has rules that look at other rows, so that they are asked when a call ends.
const movedSchema = `
model blogs { id Integer @id  owner Integer  posts posts[]  lines lines[] }
model posts {
  id Integer @id
  code Text? @unique
  blogId Integer?
  blog blogs? @relation(fields: [blogId], references: [id])
  @@allow('create', blog.owner == auth().id)
  @@allow('read, update, delete', true)
}
model lines {
  n Integer
  owner Integer
  blogId Integer
  blog blogs @relation(fields: [blogId], references: [id], onUpdate: Cascade)
  @@id([blogId, n])
  @@allow('create', blog.owner == auth().id)
  @@allow('read, update, delete', true)
}
model rooms { id Integer @id  shelves shelves[] }
model shelves { id Integer @id  owner Integer  books books[]  roomId Integer?  room rooms? @relation(fields: [roomId], references: [id]) }
model books {
  n Integer
  shelfId Integer @default(0)
  shelf shelves @relation(fields: [shelfId], references: [id], onDelete: SetDefault)
  @@id([shelfId, n])
  @@allow('create', shelf.owner == auth().id)
  @@allow('read, update, delete', true)
}`

// TestRowsDoNotEscapeTheirRulesUnderAnotherKey: a row that may not be made is not made and moved
// away before it is judged.
func TestRowsDoNotEscapeTheirRulesUnderAnotherKey(t *testing.T) {
	denied := func(call, args string) attack {
		return attack{who(2), call, args, "", litestone.CodeAccessDenied, ""}
	}
	scene{
		schema: movedSchema,
		fill:   []string{`INSERT INTO blogs VALUES (1, 1), (2, 2)`, `INSERT INTO rooms VALUES (1)`, `INSERT INTO shelves VALUES (0, 1, NULL), (1, 1, 1), (2, 2, 1)`},
		attacks: []attack{
			denied("posts.create", `{"data": {"id": 1, "blogId": 1}}`),
			denied("blogs.update", `{"where": {"id": 1}, "data": {"posts": {"create": {"id": 1}}}}`),
			denied("blogs.update", `{"where": {"id": 1}, "data": {"posts": {"create": {"id": 1}, "update": {"where": {"id": 1}, "data": {"id": 5}}}}}`),
			denied("blogs.update", `{"where": {"id": 1}, "data": {"posts": {"create": {"id": 1}, "updateMany": {"where": {"id": 1}, "data": {"id": 5}}}}}`),
			denied("blogs.update", `{"where": {"id": 1}, "data": {"posts": {"create": {"id": 1}, "upsert": {"where": {"id": 1}, "create": {"id": 6}, "update": {"id": 5}}}}}`),
			denied("posts.upsertMany", `{"data": [{"id": 1, "code": "a", "blogId": 1}, {"id": 5, "code": "a", "blogId": 1}], "conflictTarget": ["code"]}`),
			denied("posts.upsertMany", `{"data": [{"id": 1, "code": "a", "blogId": 1}, {"id": 5, "code": "a", "blogId": null}], "conflictTarget": ["code"]}`),
			// the key of a line follows that of its blog
			denied("blogs.update", `{"where": {"id": 1}, "data": {"lines": {"create": {"n": 1, "owner": 2}, "update": {"where": {"n": 1}, "data": {"blog": {"update": {"id": 7}}}}}}}`),
			// the key of a book is another one when its shelf is gone
			denied("rooms.update", `{"where": {"id": 1}, "data": {"shelves": {"update": {"where": {"id": 1}, "data": {"books": {"create": {"n": 1}}}}, "delete": {"id": 1}}}}`),
			denied("rooms.update", `{"where": {"id": 1}, "data": {"shelves": {"update": [{"where": {"id": 1}, "data": {"books": {"create": {"n": 1}}}}, {"where": {"id": 1}, "data": {"room": {"update": {"shelves": {"deleteMany": {"id": 1}}}}}}]}}}`),
			// what may be made may be moved, and the last word is the key's
			{who(2), "blogs.update", `{"where": {"id": 2}, "data": {"posts": {"create": {"id": 1}, "update": {"where": {"id": 1}, "data": {"id": 5}}}}, "select": {"posts": true}}`,
				`{"posts":[{"id":5,"code":null,"blogId":2}]}`, "", ""},
			{who(2), "posts.upsertMany", `{"data": [{"id": 1, "code": "a", "blogId": 2}, {"id": 6, "code": "a", "blogId": null}], "conflictTarget": ["code"]}`, `{"count":2}`, "", ""},
			{nil, "posts.findMany", `{"orderBy": {"id": "asc"}}`, `[{"id":5,"code":null,"blogId":2},{"id":6,"code":"a","blogId":null}]`, "", ""},
			{nil, "lines.count", `{}`, `0`, "", ""},
			{nil, "books.count", `{}`, `0`, "", ""},
		},
	}.run(t)
}

// TestRowsOfAStreamDoNotEscapeTheirRules: nor where the rows come in batches, of which the first ones
// have left their keys in a table.
func TestRowsOfAStreamDoNotEscapeTheirRules(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: movedSchema, DB: ":memory:"})
	must(t, db.AsSystem(), "blogs.create", args{"data": args{"id": 1, "owner": 1}})
	must(t, db.AsSystem(), "blogs.create", args{"data": args{"id": 2, "owner": 2}})
	for _, c := range []struct{ blog, before, between int }{{1, 0, 0}, {1, 5000, 3}, {1, 3, 5000}, {2, 5000, 5000}} {
		var list []any
		id := 0
		fill := func(n int) {
			for range n {
				id++
				list = append(list, args{"id": id, "code": fmt.Sprint("c", id), "blogId": 2})
			}
		}
		fill(c.before)
		list = append(list, args{"id": 100_000, "code": "moved", "blogId": c.blog})
		fill(c.between)
		list = append(list, args{"id": 100_001, "code": "moved", "blogId": c.blog})
		err := upsertAll(t, db.As(who(2)), list)
		var e *litestone.Error
		switch n, ok := 0, false; {
		case c.blog == 2:
			if err != nil {
				t.Errorf("%+v: %v", c, err)
			}
		case !errors.As(err, &e) || e.Code != litestone.CodeAccessDenied:
			t.Errorf("%+v: error %v", c, err)
		default:
			if n, ok = e.Row(); !ok || n != c.before {
				t.Errorf("%+v: the error is about row %d", c, n)
			}
		}
		var want any = int64(0)
		if c.blog == 2 {
			want = int64(id + 1)
		}
		if got := must(t, db, "posts.count", args{}); got != want {
			t.Errorf("%+v: %v rows, want %v", c, got, want)
		}
	}
}

func upsertAll(t *testing.T, db *litestone.Client, list []any) error {
	_, err := db.Table("posts").UpsertManySeq(t.Context(), slices.Values(list), args{"conflictTarget": []any{"code"}})
	return err
}
