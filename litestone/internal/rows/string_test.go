package rows

import (
	"encoding/json"
	"testing"
)

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "plain", `a"b\c`, "tab\tnew\nret\r\x00\x1f", "grün ≠ 日本", "\u2028\u2029", "bad \xff utf8", "<b>&</b>", "\x7f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := appendString(nil, s)
		var back, want string
		if err := json.Unmarshal(got, &back); err != nil {
			t.Fatalf("%q gives %s: %v", s, got, err)
		}
		j, _ := json.Marshal(s)
		if json.Unmarshal(j, &want); back != want {
			t.Fatalf("%q comes back as %q, not %q", s, back, want)
		}
	})
}
