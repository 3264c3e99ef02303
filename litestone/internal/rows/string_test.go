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

func FuzzAppendFloat(f *testing.F) {
	for _, x := range []float64{0, 1, -1.5, 1e21, 1e20, 1e-7, 1e-6, 5e-324, 1.7976931348623157e308, 1e-10, -1e-9} {
		f.Add(x)
	}
	f.Fuzz(func(t *testing.T, x float64) {
		want, err := json.Marshal(x)
		if err != nil {
			want = []byte("null")
		}
		if got := appendFloat(nil, x); string(got) != string(want) {
			t.Fatalf("%g gives %s, want %s", x, got, want)
		}
	})
}
