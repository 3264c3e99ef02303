// Package multi_test reads over relations between the databases of a generated client.
package multi_test

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"

	"github.com/litestone-go/orm/lite2go/testdata/multi/models"
	"github.com/litestone-go/orm/litestone"
)

// Typed calls take relations into other databases as any others, and answer what the same calls as JSON
// do. Inputs have their keys as plain fields, and no nested writes.
func TestTypedRelationsAcrossDatabases(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("ANALYTICS_DB", filepath.Join(t.TempDir(), "analytics.db"))
	ctx := t.Context()
	db, err := models.Open(ctx, litestone.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	for _, mail := range []string{"ada@x.org", "bob@x.org"} {
		if _, err := db.People.Create(ctx, models.PersonCreate{Email: mail}); err != nil {
			t.Fatal(err)
		}
	}
	for i, path := range []string{"/a", "/b", "/c"} {
		if _, err := db.PageViews.Create(ctx, models.PageViewCreate{Path: path, Duration: int64(i), PersonID: litestone.Set(int64(i%2 + 1))}); err != nil {
			t.Fatal(err)
		}
	}
	made, err := db.APIRequests.Create(ctx, models.APIRequestCreate{Method: "GET", Path: "/x", Status: 200, PersonID: 1},
		litestone.Returning{Include: models.APIRequests.Person})
	if err != nil || made.Person == nil || made.Person.Email != "ada@x.org" {
		t.Fatal(made, err)
	}
	if _, err := db.APIRequests.CreateMany(ctx, []models.APIRequestCreate{{Method: "GET", Path: "/y", Status: 404, PersonID: 2}, {Method: "PUT", Path: "/z", Status: 200, PersonID: 1}}); err != nil {
		t.Fatal(err)
	}

	p, v, r := models.People, models.PageViews, models.APIRequests
	for _, x := range []struct {
		find litestone.Find
		json string
		want string
	}{
		{litestone.Find{OrderBy: p.ID.Asc(), Include: litestone.Includes(p.Requests.With(litestone.Find{Select: r.Path}), p.Views.With(litestone.Find{Select: v.Path, OrderBy: v.ID.Desc(), Limit: 1})), Select: p.ID},
			`{"orderBy":{"id":"asc"},"select":{"id":true},"include":{"requests":{"select":{"path":true}},"views":{"select":{"path":true},"orderBy":{"id":"desc"},"limit":1}}}`,
			`[{"id":1,"views":[{"path":"/c"}],"requests":[{"path":"/x"},{"path":"/z"}]},{"id":2,"views":[{"path":"/b"}],"requests":[{"path":"/y"}]}]`},
		{litestone.Find{Where: p.ID.Eq(1), Select: p.Email, Include: litestone.Includes(p.Requests.With(litestone.Find{Where: r.Status.Eq(200), Select: litestone.Fields(r.Path, r.Person.With(litestone.Find{Select: p.ID}))}), litestone.Counts(p.Requests, p.Views.Counted("late", v.Duration.Gt(1))))},
			`{"where":{"id":1},"select":{"email":true},"include":{"requests":{"where":{"status":200},"select":{"path":true,"person":{"select":{"id":true}}}},"_count":{"select":{"requests":true,"late":{"relation":"views","where":{"duration":{"gt":1}}}}}}}`,
			`[{"email":"ada@x.org","requests":[{"path":"/x","person":{"id":1}},{"path":"/z","person":{"id":1}}],"_count":{"late":1,"requests":2}}]`},
	} {
		typed, err := db.People.FindMany(ctx, x.find)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := json.Marshal(typed); string(got) != x.want {
			t.Errorf("typed:\n%s\nwant\n%s", got, x.want)
		}
		dynamic, err := db.Table("people").FindMany(ctx, litestone.JSON(x.json))
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := json.Marshal(dynamic); string(got) != x.want {
			t.Errorf("JSON:\n%s\nwant\n%s", got, x.want)
		}
	}
	page, err := db.PageViews.FindManyCursor(ctx, litestone.Find{OrderBy: v.ID.Asc(), Limit: 2, Include: v.Person.With(litestone.Find{Include: litestone.Counts(p.Requests)})})
	if err != nil || len(page.Items) != 2 || page.Items[1].Person.Email != "bob@x.org" || page.Items[1].Person.Count("requests") != 1 {
		t.Error(page, err)
	}
	explained, err := db.PageViews.Explain(ctx, litestone.Find{Include: v.Person.With(litestone.Find{Include: litestone.Includes(p.Requests, litestone.Counts(p.Views))})})
	if err != nil {
		t.Fatal(err)
	}
	var read []string
	for _, e := range explained {
		read = append(read, e.Relation)
		if len(e.Plan) == 0 {
			t.Errorf("%+v", e)
		}
	}
	if got, _ := json.Marshal(read); string(got) != `["","person","person.requests","person._count.views"]` {
		t.Error(string(got))
	}
	var refused *litestone.Error
	if _, err := db.People.FindMany(ctx, litestone.Find{Where: p.Views.Some(v.Duration.Gt(1))}); !errors.As(err, &refused) || refused.Code != litestone.CodeUnsupported || refused.Fields[0] != "views" {
		t.Error(err)
	}
	if _, err := db.APIRequests.FindMany(ctx, litestone.Find{OrderBy: r.Person.By(p.Email.Asc())}); !errors.As(err, &refused) || refused.Code != litestone.CodeUnsupported || refused.Fields[0] != "person" {
		t.Error(err)
	}
}
