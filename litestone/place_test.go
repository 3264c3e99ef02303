package litestone_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/litestone-go/orm/lite2go/testdata/blog/models"
	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
)

const shelfSchema = `
model shelves {
  id    Integer @id
  name  Text @unique
  books books[]
  tags  tags[]
}
model books {
  id      Integer @id
  title   Text @length(1, 10)
  isbn    Text? @unique
  price   Integer @default(1)
  shelf   shelves? @relation(fields: [shelfId], references: [id])
  shelfId Integer?
  pages   pages[]
  at      DateTime?
  @@allow('read', true)
  @@allow('update', price < 100)
  @@allow('create', price < 100, "too dear")
  @@allow('delete', true)
}
model pages {
  id     Integer @id
  num    Integer @gte(1)
  book   books? @relation(fields: [bookId], references: [id])
  bookId Integer?
}
model tags {
  id      Integer @id
  word    Text @unique
  shelves shelves[]
}
database logs { path "$DIR" driver jsonl }
model lines {
  text Text @length(1, 5)
  @@db(logs)
}`

// refuser is a plugin that refuses rows with a title of its own.
type refuser struct{}

func (refuser) Name() string { return "refuser" }

func (refuser) BeforeCreate(_ context.Context, c *plugin.Create) error {
	if v, ok := c.Values.Get("title"); ok && v.Str() == "REFUSE" {
		return errors.New("refused")
	}
	return nil
}

func openShelf(t *testing.T) *litestone.Client {
	t.Helper()
	db := openText(t, litestone.Config{SchemaText: strings.ReplaceAll(shelfSchema, "$DIR", t.TempDir()), DB: ":memory:", Plugins: []plugin.Plugin{refuser{}}})
	for call, data := range map[string]string{
		"shelves.createMany": `[{"id":1,"name":"a"},{"id":2,"name":"b"}]`,
		"tags.createMany":    `[{"id":1,"word":"x"}]`,
	} {
		if _, err := db.Call(t.Context(), call, litestone.JSON(`{"data":`+data+`}`)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Call(t.Context(), "books.createMany", litestone.JSON(`{"data":[{"id":1,"title":"taken","isbn":"1","shelfId":1},{"id":2,"title":"other"}]}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := db.AsSystem().Call(t.Context(), "books.create", litestone.JSON(`{"data":{"id":3,"title":"dear","price":900}}`)); err != nil {
		t.Fatal(err)
	}
	return db
}

// TestErrorsSayWhichRow makes calls with one bad row among good ones, each in its way, and wants the
// error to say which.
func TestErrorsSayWhichRow(t *testing.T) {
	db := openShelf(t)
	for _, c := range []struct{ call, args, code, at, fields string }{
		// Rows of bulk calls.
		{"books.createMany", `{"data":[{"title":"a"},{"title":"b","isbn":"1"}]}`, "unique", "data[1]", "isbn"},
		{"books.createMany", `{"data":[{"title":"a","isbn":"7"},{"title":"b"},{"title":"c","isbn":"7"}]}`, "unique", "data[2]", "isbn"},
		{"books.createMany", `{"data":[{"title":"a"},{"title":"b","shelfId":9}]}`, "foreign_key", "data[1]", ""},
		{"books.createMany", `{"data":[{"title":"a"},{}]}`, "not_null", "data[1]", "title"},
		{"books.createMany", `{"data":[{"title":"a"},{"title":null}]}`, "not_null", "data[1]", "title"},
		{"books.createMany", `{"data":[{"title":"a"},{"title":""}]}`, "validation", "data[1]", "title"},
		{"books.createMany", `{"data":[{"title":"a"},{"title":"b","price":"much"}]}`, "validation", "data[1]", "price"},
		{"books.createMany", `{"data":[{"title":"a"},{"title":"b","at":"soon"}]}`, "validation", "data[1]", "at"},
		{"books.createMany", `{"data":[{"title":"a"},{"titel":"b"}]}`, "validation", "data[1]", "titel"},
		{"books.createMany", `{"data":[{"title":"a"},{"title":"b","pages":{"create":{"num":1}}}]}`, "validation", "data[1]", "pages"},
		{"books.createMany", `{"data":[{"title":"a"},5]}`, "validation", "data[1]", "data"},
		{"books.createMany", `{"data":[{"title":"a"},{"title":"b","price":100}]}`, "access_denied", "data[1]", ""},
		{"books.createMany", `{"data":[{"title":"a"},{"title":"REFUSE"}]}`, "validation", "data[1]", ""},
		{"books.createMany", `{"data":5}`, "validation", "", "data"},
		{"books.upsertMany", `{"data":[{"id":1,"title":"a"},{"id":8,"title":"b","isbn":"1"}]}`, "unique", "data[1]", "isbn"},
		{"books.upsertMany", `{"data":[{"id":1,"title":"a"},{"id":2,"isbn":"1"}]}`, "unique", "data[1]", "isbn"},
		{"books.upsertMany", `{"data":[{"id":1,"title":"a"},{"id":2,"shelfId":7}]}`, "foreign_key", "data[1]", ""},
		{"books.upsertMany", `{"data":[{"id":1,"title":"a"},{"id":3,"title":"b"}]}`, "access_denied", "data[1]", ""},
		{"books.upsertMany", `{"data":[{"id":1,"title":"a"},{"id":2,"title":null}]}`, "not_null", "data[1]", "title"},
		{"shelves.upsertMany", `{"data":[{"id":1,"name":"a"},{"id":2}]}`, "", "", ""},
		{"shelves.upsertMany", `{"data":[{"id":1,"name":"z"},{"id":2,"name":"z"}]}`, "unique", "data[1]", "name"},
		{"lines.createMany", `{"data":[{"text":"a"},{"text":""}]}`, "validation", "data[1]", "text"},
		{"lines.createMany", `{"data":[{"text":"a"},{"text":null}]}`, "not_null", "data[1]", "text"},
		// Calls about one row, which needs no place.
		{"books.create", `{"data":{"title":"b","isbn":"1"}}`, "unique", "", "isbn"},
		{"books.update", `{"where":{"id":2},"data":{"isbn":"1"}}`, "unique", "", "isbn"},
		{"books.updateMany", `{"where":{"id":2},"data":{"isbn":"1"}}`, "unique", "", "isbn"},
		{"books.upsert", `{"where":{"id":8},"create":{"id":8,"title":""},"update":{"title":"b"}}`, "validation", "create", "title"},
		{"books.upsert", `{"where":{"id":8},"create":{"id":8,"title":"a"},"update":{"title":""}}`, "validation", "update", "title"},
		{"books.upsert", `{"where":{"id":8},"create":{"id":8,"title":"a"},"update":{"titel":""}}`, "validation", "update", "titel"},
		// Nested rows.
		{"shelves.create", `{"data":{"name":"c","books":{"create":[{"title":"a"},{"title":"b","isbn":"1"}]}}}`, "unique", "data.books.create[1]", "isbn"},
		{"shelves.create", `{"data":{"name":"c","books":{"create":[{"title":"a"},{"title":""}]}}}`, "validation", "data.books.create[1]", "books.title"},
		{"shelves.create", `{"data":{"name":"c","books":{"create":[{"title":"a"},{}]}}}`, "not_null", "data.books.create[1]", "books.title"},
		{"shelves.create", `{"data":{"name":"c","books":{"create":[{"title":"a"},{"titel":"b"}]}}}`, "validation", "data.books.create[1]", "books.titel"},
		{"shelves.create", `{"data":{"name":"c","books":{"create":[{"title":"a"},{"title":"b","price":100}]}}}`, "access_denied", "data.books.create[1]", ""},
		{"shelves.create", `{"data":{"name":"c","books":{"create":[{"title":"a"},{"title":"b","pages":{"create":[{"num":1},{"num":2},{"num":0}]}}]}}}`, "validation", "data.books.create[1].pages.create[2]", "books.pages.num"},
		{"shelves.create", `{"data":{"name":"c","books":{"create":[{"title":"a"},{"title":"b","pages":{"create":{"id":1,"num":1}}},{"title":"c","pages":{"create":{"id":1,"num":1}}}]}}}`, "unique", "data.books.create[2].pages.create[0]", "id"},
		{"shelves.create", `{"data":{"name":"c","books":{"connect":[{"id":1},{"id":77}]}}}`, "not_found", "data.books.connect[1]", "books"},
		{"shelves.create", `{"data":{"name":"c","books":{"connect":[{"id":1},{}]}}}`, "validation", "data.books.connect[1]", "books"},
		{"shelves.create", `{"data":{"name":"c","books":{"connect":[{"id":1},{"id":"x"}]}}}`, "validation", "data.books.connect[1]", "books.id"},
		{"shelves.create", `{"data":{"name":"c","books":{"connectOrCreate":[{"where":{"id":1},"create":{"title":"q"}},{"where":{"id":77},"create":{"title":"b","isbn":"1"}}]}}}`, "unique", "data.books.connectOrCreate[1]", "isbn"},
		{"shelves.create", `{"data":{"name":"c","tags":{"create":[{"word":"y"},{"word":"x"}]}}}`, "unique", "data.tags.create[1]", "word"},
		{"shelves.update", `{"where":{"id":1},"data":{"books":{"update":[{"where":{"id":1},"data":{"price":2}},{"where":{"id":2},"data":{"price":2}}]}}}`, "not_found", "data.books.update[1]", "books"},
		{"shelves.update", `{"where":{"id":1},"data":{"books":{"set":[{"id":1},{"id":77}]}}}`, "not_found", "data.books.set", "books"},
		{"shelves.update", `{"where":{"id":1},"data":{"books":{"delete":[{"id":77}]}}}`, "not_found", "data.books.delete[0]", "books"},
		{"shelves.upsert", `{"where":{"id":1},"create":{"name":"a"},"update":{"books":{"create":[{"title":"a"},{"title":"b","isbn":"1"}]}}}`, "unique", "update.books.create[1]", "isbn"},
		{"pages.create", `{"data":{"num":1,"book":{"create":{"title":"b","isbn":"1"}}}}`, "unique", "data.book.create", "isbn"},
		{"pages.create", `{"data":{"num":1,"book":{"connect":{"id":77}}}}`, "not_found", "data.book.connect", "book"},
	} {
		var e *litestone.Error
		err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
			if _, err := tx.Call(ctx, c.call, litestone.JSON(c.args)); err != nil {
				return err
			}
			return errUndone
		})
		if c.code == "" {
			if !errors.Is(err, errUndone) {
				t.Errorf("%s %s: %v", c.call, c.args, err)
			}
			continue
		}
		if !errors.As(err, &e) || string(e.Code) != c.code || e.At != c.at || strings.Join(e.Fields, " ") != c.fields {
			t.Errorf("%s %s:\ngot %+v\nwant %s at %q, fields %q", c.call, c.args, err, c.code, c.at, c.fields)
			continue
		}
		for _, i := range e.Issues {
			if i.At != c.at {
				t.Errorf("%s %s: issue %s at %q", c.call, c.args, i.Path, i.At)
			}
		}
	}
}

var errUndone = errors.New("undone")

// TestIssuesSayWhichRow holds that each of several failing values tells its row.
func TestIssuesSayWhichRow(t *testing.T) {
	db := openShelf(t)
	_, err := db.Table("shelves").Create(t.Context(), litestone.JSON(`{"data":{"name":5,"books":{"create":[{"title":""},{"title":"b"},{"title":"","pages":{"create":[{"num":0}]}}]}}}`))
	var e *litestone.Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	var got []string
	for _, i := range e.Issues {
		got = append(got, i.At+" "+i.Path)
	}
	want := []string{" name", "data.books.create[0] books.title", "data.books.create[2] books.title", "data.books.create[2].pages.create[0] books.pages.num"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, ok := e.Row(); ok || e.At != "" {
		t.Errorf("row of %v", err)
	}
}

// TestStreamsSayWhichRow counts rows of an iterator over its parts.
func TestStreamsSayWhichRow(t *testing.T) {
	db := openShelf(t)
	for name, bad := range map[string]any{
		"unique":        map[string]any{"title": "a", "isbn": "1"},
		"foreign_key":   map[string]any{"title": "a", "shelfId": 9},
		"not_null":      map[string]any{},
		"validation":    litestone.JSON(`{"title":""}`),
		"access_denied": map[string]any{"title": "a", "price": 100},
	} {
		for _, at := range []int{0, 999, 1000, 1503} {
			rows := func(yield func(any) bool) {
				for i := range 1600 {
					var row any = map[string]any{"title": "a"}
					if i == at {
						row = bad
					}
					if !yield(row) {
						return
					}
				}
			}
			_, err := db.Table("books").CreateManySeq(t.Context(), rows)
			if code, row := rowOf(err); string(code) != name || row != at {
				t.Errorf("CreateManySeq, %s of row %d: %v", name, at, err)
			}
			_, err = db.Table("books").UpsertManySeq(t.Context(), rows, nil)
			if code, row := rowOf(err); string(code) != name || row != at {
				t.Errorf("UpsertManySeq, %s of row %d: %v", name, at, err)
			}
		}
	}
	for _, bad := range []any{map[string]any{"titel": "x"}, 7, map[string]any{"title": "a", "pages": map[string]any{"create": map[string]any{"num": 1}}}, map[string]any{"title": "REFUSE"}} {
		rows := slices.Values([]any{map[string]any{"title": "a"}, bad})
		_, err := db.Table("books").CreateManySeq(t.Context(), rows)
		if code, row := rowOf(err); (code != litestone.CodeValidation && code != litestone.CodeAccessDenied) || row != 1 {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if n, err := db.Table("books").Count(t.Context(), nil); err != nil || n != 3 {
		t.Error(n, err)
	}
}

// TestTypedBulkCallsTakeNoNestedRows holds that what a bulk call would leave out is refused.
func TestTypedBulkCallsTakeNoNestedRows(t *testing.T) {
	db, err := models.Open(t.Context(), litestone.Config{DB: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	nested := models.PersonCreate{Email: "b@example.com", Posts: litestone.Create(models.PostCreate{Title: "p"})}
	rows := []models.PersonCreate{{Email: "a@example.com"}, nested}
	for name, call := range map[string]func() (int64, error){
		"CreateMany":    func() (int64, error) { return db.People.CreateMany(t.Context(), rows) },
		"CreateManySeq": func() (int64, error) { return db.People.CreateManySeq(t.Context(), slices.Values(rows)) },
		"UpsertMany":    func() (int64, error) { return db.People.UpsertMany(t.Context(), rows) },
		"UpsertManySeq": func() (int64, error) { return db.People.UpsertManySeq(t.Context(), slices.Values(rows)) },
		"UpdateMany": func() (int64, error) {
			return db.People.UpdateMany(t.Context(), nil, models.PersonUpdate{Posts: litestone.Create(models.PostCreate{Title: "p"})})
		},
	} {
		n, err := call()
		var e *litestone.Error
		if !errors.As(err, &e) || e.Code != litestone.CodeValidation || n != 0 || !slices.Equal(e.Fields, []string{"posts"}) {
			t.Errorf("%s: %d, %v", name, n, err)
			continue
		}
		if row, ok := e.Row(); ok != (name != "UpdateMany") || ok && row != 1 {
			t.Errorf("%s: row %d of %v", name, row, err)
		}
	}
	if n, err := db.People.Count(t.Context(), litestone.Find{}); n != 0 || err != nil {
		t.Error(n, err)
	}
}

// TestTypedErrorsSayWhere holds that typed calls tell the same places as those with JSON.
func TestTypedErrorsSayWhere(t *testing.T) {
	db, err := models.Open(t.Context(), litestone.Config{DB: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	bad := litestone.Nests(litestone.Create(models.PostCreate{Title: "p"}, models.PostCreate{Title: "q"}), litestone.Connect(models.Posts.ID.Eq(1), nil))
	wrong := litestone.Create(models.PostCreate{Title: "p"}, models.PostCreate{Title: ""})
	ctx := t.Context()
	for name, c := range map[string]struct {
		call func() error
		at   string
	}{
		"create": {func() error {
			_, err := db.People.Create(ctx, models.PersonCreate{Email: "a@b.co", Posts: bad})
			return err
		}, "data.posts.connect[1]"},
		"create wrong": {func() error {
			_, err := db.People.Create(ctx, models.PersonCreate{Email: "a@b.co", Posts: wrong})
			return err
		}, "data.posts.create[1]"},
		"update": {func() error {
			_, err := db.People.Update(ctx, models.People.ID.Eq(1), models.PersonUpdate{Posts: bad})
			return err
		}, "data.posts.connect[1]"},
		"upsert create": {func() error {
			_, err := db.People.Upsert(ctx, models.People.ID.Eq(1), models.PersonCreate{Email: "a@b.co", Posts: bad}, models.PersonUpdate{})
			return err
		}, "create.posts.connect[1]"},
		"upsert update": {func() error {
			_, err := db.People.Upsert(ctx, models.People.ID.Eq(1), models.PersonCreate{Email: "a@b.co"}, models.PersonUpdate{Posts: bad})
			return err
		}, "update.posts.connect[1]"},
		"createMany": {func() error {
			_, err := db.People.CreateMany(ctx, []models.PersonCreate{{Email: "a@b.co"}, {Email: "no"}})
			return err
		}, "data[1]"},
	} {
		var e *litestone.Error
		if err := c.call(); !errors.As(err, &e) || e.Code != litestone.CodeValidation || e.At != c.at {
			t.Errorf("%s: %v, want it at %s", name, err, c.at)
		}
	}
}
