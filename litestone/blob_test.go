package litestone_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

// TestBlobsInJSON holds that what an answer writes for a Blob is what arguments take for it: values
// and conditions, in every call that has them.
func TestBlobsInJSON(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: strings.ReplaceAll(`
model files {
  id   Integer @id
  sum  Blob @unique
  body Blob?
}
database logs { path "$DIR" driver jsonl }
model entries {
  body Blob?
  @@db(logs)
}`, "$DIR", t.TempDir()), DB: ":memory:"})
	call := func(name, args string) string {
		t.Helper()
		v, err := db.Call(t.Context(), name, litestone.JSON(args))
		if err != nil {
			t.Fatalf("%s %s: %v", name, args, err)
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for id := 1; id <= 60; id++ {
		raw := make([]byte, random.IntN(70))
		for i := range raw {
			raw[i] = byte(random.Uint32())
		}
		text := base64.StdEncoding.EncodeToString(raw)
		row := fmt.Sprintf(`{"id":%d,"sum":"%s","body":"%s"}`, id, base64.StdEncoding.EncodeToString(fmt.Append(raw, id)), text)
		if got := call("files.create", `{"data":`+row+`}`); got != row {
			t.Fatalf("%s came back as %s", row, got)
		}
		var stored []byte
		if err := db.SQL("SELECT body FROM files WHERE id = ?", id).Scan(t.Context(), &stored); err != nil || string(stored) != string(raw) {
			t.Fatalf("%x stands in the table, not %x: %v", stored, raw, err)
		}
		call("entries.create", `{"data":{"body":"`+text+`"}}`)
		if got := call("entries.count", `{"where":{"body":"`+text+`"}}`); got == "0" {
			t.Errorf("no entry with %s", text)
		}
	}
	for _, c := range []struct{ name, args, want string }{
		{"files.updateMany", `{"data":{"body":null}}`, `{"count":60}`},
		{"files.update", `{"where":{"id":1},"data":{"sum":"AQ==","body":"+/8="}}`, `{"id":1,"sum":"AQ==","body":"+/8="}`},
		{"files.findUnique", `{"where":{"sum":"AQ=="}}`, `{"id":1,"sum":"AQ==","body":"+/8="}`},
		{"files.findMany", `{"where":{"body":{"in":["AAAA","+/8="]}},"select":{"id":true}}`, `[{"id":1}]`},
		{"files.findMany", `{"where":{"body":["+/8="]},"select":{"id":true}}`, `[{"id":1}]`},
		{"files.count", `{"where":{"body":{"not":"+/8="}}}`, `0`},
		{"files.count", `{"where":{"sum":{"notIn":["AQ=="]}}}`, `59`},
		{"files.upsert", `{"where":{"sum":"AQ=="},"create":{"id":1,"sum":"AQ=="},"update":{"body":""}}`, `{"id":1,"sum":"AQ==","body":""}`},
		{"files.upsertMany", `{"data":[{"id":1,"sum":"Ag==","body":"Aw=="}]}`, `{"count":1}`},
		{"files.findFirst", `{"where":{"id":1}}`, `{"id":1,"sum":"Ag==","body":"Aw=="}`},
		{"files.groupBy", `{"by":["body"],"where":{"id":1},"_count":true}`, `[{"body":"Aw==","_count":1}]`},
	} {
		if got := call(c.name, c.args); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.name, c.args, got, c.want)
		}
	}
	for _, bad := range []string{`"A"`, `"AQ"`, `"AQ=="x`, `"AQ==\n"`, `"AR=="`, `"-_8="`, `"é"`, `5`, `true`, `["AQ=="]`, `{"a":1}`} {
		for _, args := range []string{`{"data":{"sum":` + bad + `}}`} {
			var e *litestone.Error
			_, err := db.Call(t.Context(), "files.create", litestone.JSON(args))
			if !errors.As(err, &e) || e.Code != litestone.CodeValidation {
				t.Errorf("%s: %v", args, err)
			}
		}
	}
	if _, err := db.Call(t.Context(), "files.findMany", litestone.JSON(`{"where":{"sum":"AQ"}}`)); !errors.Is(err, litestone.ErrValidation) {
		t.Error(err)
	}
}
