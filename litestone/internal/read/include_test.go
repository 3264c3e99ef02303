package read_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

const library = `
model authors {
  id      Integer @id
  name    Text
  pay     Integer @allow('read', auth().id == id)
  secret  Text @guarded
  country countries? @relation(fields: [code], references: [code])
  code    Text?
  books   books[]
  bookCount Integer @from(books, count: true)
  deletedAt DateTime?
  @@softDelete
  @@allow('read', name != 'hidden')
}
model countries {
  id      Integer @id
  code    Text @unique
  authors authors[]
}
model books {
  id       Integer @id
  title    Text
  author   authors? @relation(fields: [authorId], references: [id])
  authorId Integer?
  editor   authors? @relation("edits", fields: [editorId], references: [id])
  editorId Integer?
  tags     tags[]
}
model tags {
  id    Integer @id
  name  Text
  books books[]
}`

const libraryRows = `INSERT INTO countries VALUES (1,'no'),(2,'at');
INSERT INTO authors(id,name,pay,secret,code,deletedAt) VALUES (1,'ann',5,'s','no',NULL),(2,'hidden',6,'s','at',NULL),(3,'gone',7,'s','at','2024-01-01T00:00:00.000Z'),(4,'dan',8,'s',NULL,NULL);
INSERT INTO books VALUES (1,'a',1,4),(2,'b',2,1),(3,'c',3,NULL),(4,'d',NULL,2),(5,'e',1,1)`

func TestJoinedIncludes(t *testing.T) {
	f := open(t, library, libraryRows)
	ann := as(map[string]any{"id": 1})
	for _, c := range []struct {
		name, call, args, want string
		took                   int
	}{
		{"a missing, a hidden and a deleted row are null", "books.findMany", `{"include":{"author":{"select":{"id":true}}},"select":{"id":true},"orderBy":{"id":"asc"}}`,
			`[{"id":1,"author":{"id":1}},{"id":2,"author":null},{"id":3,"author":null},{"id":4,"author":null},{"id":5,"author":{"id":1}}]`, 1},
		{"two relations to one model", "books.findMany", `{"where":{"id":{"in":[1,2]}},"select":{"id":true,"author":{"select":{"name":true}},"editor":{"select":{"name":true}}},"orderBy":{"id":"asc"}}`,
			`[{"id":1,"author":{"name":"ann"},"editor":{"name":"dan"}},{"id":2,"author":null,"editor":{"name":"ann"}}]`, 1},
		{"field rules of the target", "books.findMany", `{"where":{"id":1},"include":{"author":true,"editor":true}}`,
			`[{"id":1,"title":"a","author":{"id":1,"name":"ann","pay":5,"code":"no","bookCount":2,"deletedAt":null},"authorId":1,"editor":{"id":4,"name":"dan","code":null,"bookCount":0,"deletedAt":null},"editorId":4}]`, 1},
		{"a key that is not the id", "authors.findMany", `{"select":{"name":true,"country":true},"orderBy":{"id":"asc"}}`,
			`[{"name":"ann","country":{"id":1,"code":"no"}},{"name":"dan","country":null}]`, 1},
		{"nested arguments take a statement of their own", "books.findMany", `{"where":{"id":5},"select":{"author":{"include":{"country":true},"select":{"name":true}}}}`,
			`[{"author":{"name":"ann","country":{"id":1,"code":"no"}}}]`, 2},
		{"joined inside a list relation", "authors.findMany", `{"where":{"id":1},"select":{"books":{"select":{"title":true,"editor":{"select":{"name":true}}},"orderBy":{"id":"asc"}}}}`,
			`[{"books":[{"title":"a","editor":{"name":"dan"}},{"title":"e","editor":{"name":"ann"}}]}]`, 2},
		{"not joined where rows are numbered per parent", "authors.findMany", `{"where":{"id":1},"select":{"books":{"select":{"title":true,"editor":{"select":{"name":true}}},"orderBy":{"id":"desc"},"limit":1}}}`,
			`[{"books":[{"title":"e","editor":{"name":"ann"}}]}]`, 3},
		{"not joined where SQLite would sort first", "books.findMany", `{"select":{"id":true,"author":{"select":{"name":true}}},"orderBy":{"title":"desc"},"limit":1}`, `[{"id":5,"author":{"name":"ann"}}]`, 2},
		{"distinct", "books.findMany", `{"where":{"authorId":1},"select":{"authorId":true,"author":{"select":{"name":true}}},"distinct":true}`, `[{"author":{"name":"ann"},"authorId":1}]`, 2},
		{"counts and cursors beside", "books.findManyCursor", `{"limit":1,"select":{"id":true,"editor":{"select":{"name":true}}},"include":{"_count":true}}`, "", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			f.t = t
			if c.want != "" {
				f.expect(ann, c.call, c.args, c.want)
			} else {
				t.Log(f.answer(ann, c.call, c.args))
			}
			f.took(c.took)
		})
	}
	f.t = t
	f.expect(ann, "books.findMany", `{"include":{"author":{"where":{"secret":"s"}}},"where":{"id":99}}`, `error access_denied secret`)
}

// Fragments name columns without their table, and both tables have an id.
func TestIncludesBesideRawFragments(t *testing.T) {
	f := open(t, library, libraryRows)
	f.expectRaw("books.findMany", `{"select":{"id":true,"author":{"select":{"id":true}}},"orderBy":{"id":"asc"}}`, "id < ? AND title <> 'x'", []any{3}, `[{"id":1,"author":{"id":1}},{"id":2,"author":null}]`)
	raw := query.SQL("name = ?", "dan").Cond()
	f.filtered(map[*schema.Model]*query.Cond{f.model("authors"): &raw})
	f.expect(system, "books.findMany", `{"select":{"id":true,"author":{"select":{"id":true}},"editor":{"select":{"id":true}}},"where":{"id":1}}`, `[{"id":1,"author":null,"editor":{"id":4}}]`)
}

// Batches of any size, of keys of one field, of several, of text, over a join table.
func TestIncludesForManyParents(t *testing.T) {
	f := open(t, `
model halls {
  a     Integer
  b     Text
  seats seats[]
  tags  marks[]
  n     Integer @unique
  @@id([a, b])
}
model seats {
  id   Integer @id
  hall halls? @relation(fields: [ha, hb], references: [a, b])
  ha   Integer?
  hb   Text?
}
model marks {
  id   Text @id
  hall halls? @relation(fields: [hallN], references: [n])
  hallN Integer?
  likes likes[]
}
model likes {
  id    Integer @id
  marks marks[]
}`, `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 700)
		INSERT INTO halls SELECT i % 7, 'b"é' || i, 9007199254740993 + i FROM n;
	INSERT INTO seats SELECT n - 9007199254740993, a, b FROM halls;
	INSERT INTO seats SELECT 1000 + n - 9007199254740993, a, b FROM halls WHERE a = 3;
	INSERT INTO seats VALUES (5000, NULL, 'x'), (5001, NULL, NULL);
	INSERT INTO marks SELECT 'm' || b, n FROM halls;
	INSERT INTO likes VALUES (1),(2)`)
	r := f.model("marks").Field("likes").Relation
	f.sql(fmt.Sprintf("INSERT INTO %q (%q, %q) SELECT id, 1 FROM marks; INSERT INTO %q (%q, %q) SELECT id, 2 FROM marks WHERE id LIKE '%%7'",
		r.Join.Table, r.JoinLocal, r.JoinRemote, r.Join.Table, r.JoinLocal, r.JoinRemote))
	for _, limit := range []int{1, 2, 3, 4, 5, 8, 9, 100, 256, 257, 700} {
		var halls []struct {
			A     int
			B     string
			Seats []struct {
				Ha int
				Hb string
			}
			Tags []struct {
				ID    string
				Likes []struct{ ID int }
			}
		}
		text := f.answer(nil, "halls.findMany", fmt.Sprintf(`{"include":{"seats":true,"tags":{"include":{"likes":true}}},"limit":%d}`, limit))
		if err := json.Unmarshal([]byte(text), &halls); err != nil || len(halls) != limit {
			t.Fatalf("%d: %v %d", limit, err, len(halls))
		}
		f.took(4)
		for _, h := range halls {
			seats, likes := 1, 1
			if h.A == 3 {
				seats = 2
			}
			if strings.HasSuffix(h.B, "7") {
				likes = 2
			}
			if len(h.Seats) != seats || h.Seats[0].Ha != h.A || h.Seats[seats-1].Hb != h.B || len(h.Tags) != 1 || h.Tags[0].ID != "m"+h.B || len(h.Tags[0].Likes) != likes {
				t.Fatalf("%d: %+v", limit, h)
			}
		}
	}
	f.expect(nil, "seats.findMany", `{"where":{"id":{"gte":5000}},"orderBy":{"id":"asc"},"select":{"id":true,"hall":true}}`, `[{"id":5000,"hall":null},{"id":5001,"hall":null}]`)
}

// Shapes, statements for sizes of batches and the room of ended calls are shared.
func TestReadsSideBySide(t *testing.T) {
	f := openPeople(t)
	m := f.model("person")
	ref := func(name string) query.Ref { return query.RefOf(m, m.Field(name)) }
	var wait sync.WaitGroup
	for g := range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			ctx := context.Background()
			for i := range 40 {
				id := int64((g*40+i)%480 + 21)
				n := int64(i%30 + 1)
				args := query.FindArgs{
					Where: &query.Cond{Op: query.OpGte, Ref: ref("id"), Value: query.Int(id)}, OrderBy: []query.Order{{Ref: ref("id")}}, Limit: n, HasLimit: true,
					Include: &query.Include{Relations: []query.IncludeRelation{{Ref: ref("boss")}, {Ref: ref("children")}}},
				}
				err := f.quiet.Read(ctx, func(c *conn.Conn) error {
					list := f.typed(ctx, c, &args, 0)
					for j, p := range list {
						if p.ID != id+int64(j) || p.Boss == nil || p.Boss.ID != p.ID%20+1 || *p.BossID != p.Boss.ID || p.Children == nil {
							return fmt.Errorf("row %d of %d: %+v", j, id, p)
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wait.Wait()
	if n := f.engine.Shapes(); n != 1 {
		t.Errorf("%d shapes were compiled for calls of one shape", n)
	}
}
