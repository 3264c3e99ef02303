package litestone_test

import (
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// TestLogsTellNothingForbidden: fields of rows kept in files are guarded like all others, and audit
// entries are not for those who are audited. Row policies need an sqlite database; the schema says so.
func TestLogsTellNothingForbidden(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: strings.ReplaceAll(`database main { path "$DIR/app.db" }
database events { path "$DIR/events/" driver jsonl }
database trail { path "$DIR/trail/" driver logger }
model users {
  id Integer @id
  name Text
  secret Text @guarded @log(trail)
  @@log(trail)
}
model visits {
  id Integer @id
  userId Integer
  place Text
  code Text @guarded
  @@db(events)
}`, "$DIR", t.TempDir())})
	for _, row := range []string{`{"id": 1, "userId": 1, "place": "here", "code": "c1"}`, `{"id": 2, "userId": 2, "place": "there", "code": "c2"}`} {
		if _, err := db.AsSystem().Call(t.Context(), "visits.create", litestone.JSON(`{"data": `+row+`}`)); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range []attack{
		{who(1), "visits.findFirst", `{"where": {"id": 1}}`, `{"id":1,"userId":1,"place":"here"}`, "", ""},
		{who(1), "visits.findFirst", `{"where": {"id": 1}, "select": {"code": true}}`, `{}`, "", ""},
		{who(1), "visits.count", `{"where": {"code": "c1"}}`, "", litestone.CodeAccessDenied, ""},
		{who(1), "visits.findMany", `{"orderBy": {"code": "asc"}}`, "", litestone.CodeAccessDenied, ""},
		{who(1), "visits.aggregate", `{"_max": {"code": true}}`, "", litestone.CodeAccessDenied, ""},
		{who(1), "visits.create", `{"data": {"id": 6, "userId": 1, "place": "y", "code": "c"}}`, `{"id":6,"userId":1,"place":"y"}`, "", ""},
		{who(1), "visits.update", `{"where": {"id": 1}, "data": {"place": "z"}}`, "", litestone.CodeUnsupported, ""},
		{who(1), "visits.count", `{"where": {"$raw": "1 = 1"}}`, "", litestone.CodeValidation, ""},
	} {
		a.run(t, db.As(a.as))
	}
	if n, err := db.AsSystem().Table("visits").Count(t.Context(), nil); err != nil || n != 3 {
		t.Errorf("the file has %d rows (%v), want 3", n, err)
	}
	for _, m := range db.Schema().Models {
		if !m.Auto {
			continue
		}
		for _, op := range []string{"findMany", "count", "exists", "findFirst", "aggregate", "create", "updateMany", "deleteMany"} {
			args := map[string]string{"create": `{"data": {}}`, "updateMany": `{"data": {}}`, "aggregate": `{"_count": true}`}[op]
			if args == "" {
				args = `{}`
			}
			v, err := db.As(who(1)).Call(t.Context(), m.Accessor+"."+op, litestone.JSON(args))
			if err == nil {
				t.Errorf("a scoped client may call %s.%s: %v", m.Accessor, op, v)
			}
		}
		if _, err := db.As(who(1)).Query(t.Context(), litestone.JSON(`{"`+m.Accessor+`": {}}`)); err == nil {
			t.Errorf("a scoped client may query %s", m.Accessor)
		}
	}
}
