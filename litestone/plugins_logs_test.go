package litestone_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
)

// TestPluginsSeeAppendOnlyModels: rows appended to files are told like others, and a refusal appends
// nothing.
func TestPluginsSeeAppendOnlyModels(t *testing.T) {
	var r recorder
	refuse := false
	parts := append(r.parts(), plugin.AfterWriteFunc(func(context.Context, *plugin.Written) error {
		if refuse {
			return errors.New("boom")
		}
		return nil
	}))
	text := strings.ReplaceAll(`
database main { path "$DIR/main.db" }
database lines { path "$DIR/lines/"  driver jsonl }
model shops { id Integer @id }
model hits { id Integer @id  path Text  @@db(lines) }`, "$DIR", t.TempDir())
	db := openConfig(t, litestone.Config{SchemaText: text, Plugins: []plugin.Plugin{plugin.New("recorder", parts...)}})
	must(t, db, "hits.create", args{"data": args{"id": 1, "path": "/a"}})
	must(t, db, "hits.createMany", args{"data": []any{args{"id": 2, "path": "/b"}, args{"id": 3, "path": "/c"}}})
	want := []string{
		"create create hits [id path]", "wrote create hits created ->1",
		"create createMany hits [id path]", "create createMany hits [id path]", "wrote createMany hits created ->2", "wrote createMany hits created ->3",
	}
	if got := r.take(); !slices.Equal(got, want) {
		t.Errorf("told %v", got)
	}
	refuse = true
	if _, err := db.Call(context.Background(), "hits.create", args{"data": args{"id": 4, "path": "/d"}}); err == nil {
		t.Error("the refusal was lost")
	}
	refuse = false
	if n := must(t, db, "hits.count", args{}); fmt.Sprint(n) != "3" {
		t.Errorf("%v lines", n)
	}
}
