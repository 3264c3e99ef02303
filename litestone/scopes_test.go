package litestone_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/query"
)

// TestNothingIsWrittenUnderAScope: a write that left the scope's condition out would reach all rows.
func TestNothingIsWrittenUnderAScope(t *testing.T) {
	ctx := context.Background()
	db, err := litestone.Open(ctx, litestone.Config{DB: ":memory:", AutoMigrate: true, SchemaText: `
enum State { draft live  transitions { publish: draft -> live } }
model notes { id Integer @id  state State @default(draft)  deletedAt DateTime?  @@softDelete }`,
		Scopes: map[string]map[string]litestone.Scope{"notes": {
			"live":   litestone.NewScope(litestone.JSON(`{"where":{"state":"live"}}`)),
			"newest": litestone.ScopeFunc(func(map[string]any) query.Finding { return litestone.JSON(`{"orderBy":{"id":"desc"},"limit":1}`) }),
		}}})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	notes := db.Table("notes")
	if _, err := notes.CreateMany(ctx, litestone.JSON(`{"data":[{"id":1},{"id":2,"state":"live"}]}`)); err != nil {
		t.Fatal(err)
	}
	const data, where = `"data":{"state":"draft"}`, `"where":{"id":1}`
	for op, args := range map[string][]any{
		"create":     {litestone.JSON(`{` + data + `}`)},
		"createMany": {litestone.JSON(`{"data":[{"id":9}]}`)},
		"update":     {litestone.JSON(`{` + where + `,` + data + `}`)},
		"updateMany": {litestone.JSON(`{` + data + `}`)},
		"upsert":     {litestone.JSON(`{` + where + `,"create":{"id":1},"update":{"state":"live"}}`)},
		"upsertMany": {litestone.JSON(`{"data":[{"id":1,"state":"live"}]}`)},
		"remove":     {litestone.JSON(`{` + where + `}`)},
		"removeMany": {litestone.JSON(`{}`)},
		"delete":     {litestone.JSON(`{` + where + `}`)},
		"deleteMany": {litestone.JSON(`{}`)},
		"restore":    {litestone.JSON(`{` + where + `}`)},
		"transition": {1, "publish"},
	} {
		for _, scope := range []string{"live", "newest", "live.newest"} {
			if _, err := db.Call(ctx, "notes."+scope+"."+op, args...); !errors.Is(err, litestone.ErrUnsupported) {
				t.Errorf("%s.%s: %v, want unsupported", scope, op, err)
			}
		}
	}
	if _, err := notes.Scope("live").CreateManySeq(ctx, func(yield func(any) bool) { yield(litestone.JSON(`{"id":9}`)) }); !errors.Is(err, litestone.ErrUnsupported) {
		t.Errorf("CreateManySeq: %v, want unsupported", err)
	}
	if n, err := notes.Scope("live").Scope("newest").Count(ctx, litestone.JSON(`{}`)); n != 1 || err != nil {
		t.Errorf("count under both: %d, %v", n, err)
	}
	rows, err := notes.FindMany(ctx, litestone.JSON(`{"withDeleted":true,"orderBy":{"id":"asc"},"select":{"id":true,"state":true}}`))
	if text, _ := json.Marshal(rows); err != nil || string(text) != `[{"id":1,"state":"draft"},{"id":2,"state":"live"}]` {
		t.Errorf("after all: %s, %v", text, err)
	}
}
