package litestone_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/litestone-go/orm/lite2go/testdata/blog/models"
	"github.com/litestone-go/orm/litestone"
)

// typedCalls is every method of a typed table, asked by somebody who may see posts 1 and 3 only. Each
// tells all that it answers.
var typedCalls = map[string]func(context.Context, *models.Client) (any, error){
	"FindMany": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.FindMany(ctx, litestone.Find{OrderBy: models.Posts.ID.Asc(), Include: models.Posts.Author.With(litestone.Find{Include: models.People.Posts})})
	},
	"FindFirst": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.FindFirst(ctx, litestone.Find{Where: models.Posts.ID.Eq(2)})
	},
	"FindFirstOrThrow": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.FindFirstOrThrow(ctx, litestone.Find{Where: models.Posts.Title.StartsWith("FORBIDDEN")})
	},
	"FindUnique": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.FindUnique(ctx, litestone.Find{Where: models.Posts.ID.Eq(2)})
	},
	"FindUniqueOrThrow": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.FindUniqueOrThrow(ctx, litestone.Find{Where: models.Posts.ID.Eq(2)})
	},
	"Count": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.Count(ctx, litestone.Find{Where: models.Posts.Body.Contains("tea")})
	},
	"Exists": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.Exists(ctx, litestone.Find{Where: models.Posts.Title.Contains("FORBIDDEN")})
	},
	"Search": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.Search(ctx, "tea OR FORBIDDEN", litestone.SearchFind{WithoutRank: true, Highlight: litestone.MarkIn(models.Posts.Body), Find: litestone.Find{OrderBy: models.Posts.ID.Asc()}})
	},
	"Aggregate": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.Aggregate(ctx, litestone.Aggregate{Items: []litestone.AggExpr{litestone.Count(), litestone.Max(models.Posts.Title), litestone.Sum(models.Posts.Words)}})
	},
	"GroupBy": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.GroupBy(ctx, litestone.GroupBy{By: []litestone.Col{models.Posts.Title}, Items: []litestone.AggExpr{litestone.Count()}, OrderBy: models.Posts.Title.Asc()})
	},
	"FindManyCursor": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.FindManyCursor(ctx, litestone.Find{OrderBy: models.Posts.Title.Desc(), Limit: 1})
	},
	"FindManyAndCount": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.FindManyAndCount(ctx, litestone.Find{OrderBy: models.Posts.ID.Asc(), Limit: 1})
	},
	"Dynamic": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.Dynamic().FindMany(ctx, litestone.JSON(`{"orderBy": {"id": "asc"}}`))
	},
	"Scope": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.Scope("drafts").FindMany(ctx, litestone.Find{})
	},
	"Explain": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.Explain(ctx, litestone.Find{})
	},
	"ExplainAs": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.ExplainAs(ctx, who(1), litestone.Find{})
	},
	"Why": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.Why(ctx, litestone.Question{Auth: who(1), Where: models.Posts.ID.Eq(2)})
	},
	"Create": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.Create(ctx, models.PostCreate{ID: litestone.Set[int64](500), Title: "new", AuthorID: litestone.Set[int64](2)}, litestone.Returning{Include: models.Posts.Author.With(litestone.Find{Include: models.People.Posts})})
	},
	"CreateMany": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.CreateMany(ctx, []models.PostCreate{{ID: litestone.Set[int64](500), Title: "new", AuthorID: litestone.Set[int64](2)}})
	},
	"CreateManySeq": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.CreateManySeq(ctx, iter.Seq[models.PostCreate](func(yield func(models.PostCreate) bool) {
			yield(models.PostCreate{ID: litestone.Set[int64](500), Title: "new", AuthorID: litestone.Set[int64](2)})
		}))
	},
	"Update": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.Update(ctx, models.Posts.ID.Eq(2), models.PostUpdate{Keywords: litestone.Set([]string{"k"})}, litestone.Returning{Include: models.Posts.Author})
	},
	"UpdateMany": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.UpdateMany(ctx, models.Posts.ID.Gt(1), models.PostUpdate{Keywords: litestone.Set([]string{"k"})})
	},
	"Upsert": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.Upsert(ctx, models.Posts.ID.Eq(2), models.PostCreate{Title: "new", AuthorID: litestone.Set[int64](2)}, models.PostUpdate{Keywords: litestone.Set([]string{"k"})})
	},
	"UpsertMany": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.UpsertMany(ctx, []models.PostCreate{{ID: litestone.Set[int64](2), Title: "new", AuthorID: litestone.Set[int64](2)}})
	},
	"UpsertManySeq": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.UpsertManySeq(ctx, slices.Values([]models.PostCreate{{ID: litestone.Set[int64](2), Title: "new", AuthorID: litestone.Set[int64](2)}}))
	},
	"Remove": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.Remove(ctx, models.Posts.ID.Eq(2))
	},
	"Delete": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.Delete(ctx, models.Posts.ID.Eq(2))
	},
	"RemoveMany": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.RemoveMany(ctx, models.Posts.ID.Eq(2))
	},
	"DeleteMany": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.DeleteMany(ctx, models.Posts.ID.Eq(2))
	},
	"Restore": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.Restore(ctx, models.Posts.ID.Gt(0))
	},
	"Transition": func(ctx context.Context, c *models.Client) (any, error) {
		return c.Posts.Transition(ctx, int64(2), "publish")
	},
	"OptimizeFTS": func(ctx context.Context, c *models.Client) (any, error) { return nil, c.Posts.OptimizeFTS(ctx) },
}

// TestTypedCallsTellNothingForbidden makes every typed call on two databases that differ in a post
// the asker may not read. A method this test does not know fails it.
func TestTypedCallsTellNothingForbidden(t *testing.T) {
	table := reflect.TypeFor[litestone.Table[models.Post, models.PostCreate, models.PostUpdate]]()
	var methods []string
	for i := range table.NumMethod() {
		methods = append(methods, table.Method(i).Name)
		if typedCalls[table.Method(i).Name] == nil {
			t.Errorf("Table.%s is not in typedCalls", table.Method(i).Name)
		}
	}
	at := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	open := func(v string) *models.Client {
		db, err := models.Open(t.Context(), litestone.Config{DB: ":memory:", Now: func() time.Time { return at }, Scopes: map[string]map[string]litestone.Scope{
			"posts": {"drafts": litestone.NewScope(litestone.Find{Where: models.Posts.Status.Eq(models.StatusDraft)})},
		}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		for _, s := range []string{
			`INSERT INTO people (id, email) VALUES (1, 'a@x.org'), (2, 'b@x.org')`,
			`INSERT INTO posts (id, title, body, status, authorId, createdAt) VALUES (1, 'one', 'tea', 'published', 1, '2026-01-01T00:00:00.000Z'),
			  (2, 'FORBIDDEN ` + v + `', 'FORBIDDEN tea ` + strings.Repeat(v, len(v)) + `', 'draft', 1, '2026-01-01T00:00:00.000Z'), (3, 'three', 'tea', 'draft', 2, '2026-01-01T00:00:00.000Z')`,
		} {
			if _, err := db.SQL(s).Exec(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		return db
	}
	tell := func(db *models.Client, name string) (out string) {
		err := db.As(who(2)).Transaction(t.Context(), func(ctx context.Context, tx *models.Client) error {
			v, err := typedCalls[name](ctx, tx)
			out = outcome(v, err) + fmt.Sprintf(" %+v", plainly(v))
			return errTakenBack
		})
		if !errors.Is(err, errTakenBack) {
			t.Errorf("%s: %v", name, err)
		}
		return out
	}
	a, b := open("A"), open("BBB")
	slices.Sort(methods)
	for _, name := range methods {
		if typedCalls[name] == nil {
			continue
		}
		one, two := tell(a, name), tell(b, name)
		if one != two || strings.Contains(one, "FORBIDDEN") {
			t.Errorf("%s\n one: %s\n two: %s", name, one, two)
		}
	}
}

// plainly follows the pointers of what a call answers, so that fields JSON leaves out show too.
func plainly(v any) []any {
	var out []any
	var walk func(reflect.Value, int)
	walk = func(r reflect.Value, depth int) {
		if depth > 6 {
			return
		}
		switch r.Kind() {
		case reflect.Pointer, reflect.Interface:
			if !r.IsNil() {
				walk(r.Elem(), depth+1)
			}
		case reflect.Slice:
			for i := range r.Len() {
				walk(r.Index(i), depth+1)
			}
		case reflect.Struct:
			for i := range r.NumField() {
				if r.Type().Field(i).IsExported() {
					walk(r.Field(i), depth+1)
				}
			}
		case reflect.String, reflect.Int64, reflect.Bool, reflect.Float64:
			out = append(out, r.Interface())
		}
	}
	walk(reflect.ValueOf(v), 0)
	return out
}
