package encrypt_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/litestone-go/orm/plugins/encrypt"
)

const (
	hexKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	rawKey = "0123456789abcdef0123456789ABCDEF"
)

func fields(t testing.TB) (ssn, mail, fixed *schema.Field) {
	t.Helper()
	s, err := schema.FromText("crypt.lite", `model users {
  id Integer @id
  ssn Text? @encrypted
  mail Text? @encrypted(searchable: true)
  other Text? @encrypted(searchable: true)
  fixed Text? @encrypted(searchable: true, rotate: false)
}
model guests {
  id Integer @id
  ssn Text? @encrypted
}`, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := s.Model("users")
	return m.Field("ssn"), m.Field("mail"), m.Field("fixed")
}

func sealed(t testing.TB, c plugin.FieldCodec, f *schema.Field, v query.Value) query.Value {
	t.Helper()
	s, err := c.Encode(f, v)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestValuesComeBack(t *testing.T) {
	ssn, mail, _ := fields(t)
	values := []query.Value{
		query.Text(""), query.Text("a"), query.Text("öß 😀 \"q\""), query.Text("v1.AAAA"), query.Text("\x00\xff\xfe"),
		query.Text(strings.Repeat("long ", 10_000)), query.Int(-7), query.Real(1.5), query.Blob([]byte{0, 1, 2}),
	}
	for _, c := range []*encrypt.Codec{encrypt.New(hexKey), encrypt.New(rawKey)} {
		for _, f := range []*schema.Field{ssn, mail} {
			for _, v := range values {
				s := sealed(t, c, f, v)
				got, ok := c.Decode(f, s)
				if !ok || got != v {
					t.Errorf("%s: %q came back as %q, %v", f.Name, v.Any(), got.Any(), ok)
				}
				if again := sealed(t, c, f, v); again == s {
					t.Errorf("%s: %q is stored the same twice", f.Name, v.Any())
				}
			}
		}
	}
}

func TestKeysHaveOneForm(t *testing.T) {
	for _, key := range []string{"", "short", hexKey[:63], hexKey + "0", strings.Repeat("g", 64), rawKey[:31]} {
		var e *liteerr.Error
		err := encrypt.New(key).Check(nil)
		if !errors.As(err, &e) || e.Code != liteerr.Config {
			t.Errorf("key %q: %v", key, err)
			continue
		}
		if key != "" && strings.Contains(err.Error(), key) {
			t.Errorf("the error shows the key: %v", err)
		}
		if err := encrypt.New(hexKey, key).Check(nil); err == nil {
			t.Errorf("older key %q passed", key)
		}
		if _, err := encrypt.New(hexKey).Rotate(key); err == nil {
			t.Errorf("new key %q passed", key)
		}
	}
	for _, key := range []string{hexKey, strings.ToUpper(hexKey), rawKey} {
		if err := encrypt.New(key).Check(nil); err != nil {
			t.Errorf("key %q: %v", key, err)
		}
	}
}

// TestForeignTextReadsNothing: whatever is not this codec's own, for this field, under this key.
func TestForeignTextReadsNothing(t *testing.T) {
	ssn, mail, _ := fields(t)
	c := encrypt.New(hexKey)
	text := sealed(t, c, ssn, query.Text("secret")).Str()
	token := sealed(t, c, mail, query.Text("secret")).Str()
	other := mail.Model.Field("other")
	elsewhere := fieldOf(t, "guests", "ssn")
	bad := []struct {
		name string
		c    *encrypt.Codec
		f    *schema.Field
		v    query.Value
	}{
		{"another key", encrypt.New(rawKey), ssn, query.Text(text)},
		{"another key, searchable", encrypt.New(rawKey), mail, query.Text(token)},
		{"another field", c, other, query.Text(token)},
		{"another model", c, elsewhere, query.Text(text)},
		{"a plain text", c, ssn, query.Text("secret")},
		{"an empty text", c, ssn, query.Text("")},
		{"the mark alone", c, ssn, query.Text("v1.")},
		{"a short envelope", c, ssn, query.Text("v1.AAAAAAAA")},
		{"no base64", c, ssn, query.Text("v1.!!!!")},
		{"another version", c, ssn, query.Text("v2" + text[2:])},
		{"a number", c, ssn, query.Int(1)},
		{"a token alone", c, mail, query.Text(token[:plugin.TokenLength])},
		{"searchable text in a plain field", c, ssn, query.Text(token)},
		{"plain text in a searchable field", c, mail, query.Text(text)},
	}
	for i := range text {
		b := []byte(text)
		b[i] ^= 1
		bad = append(bad, struct {
			name string
			c    *encrypt.Codec
			f    *schema.Field
			v    query.Value
		}{fmt.Sprintf("byte %d changed", i), c, ssn, query.Text(string(b))})
	}
	for i := range token { // the token is bound too
		b := []byte(token)
		b[i] ^= 1
		bad = append(bad, struct {
			name string
			c    *encrypt.Codec
			f    *schema.Field
			v    query.Value
		}{fmt.Sprintf("byte %d of a searchable one changed", i), c, mail, query.Text(string(b))})
	}
	for _, b := range bad {
		if v, ok := b.c.Decode(b.f, b.v); ok || !v.IsNull() {
			t.Errorf("%s reads %q", b.name, v.Any())
		}
	}
}

func fieldOf(t testing.TB, model, field string) *schema.Field {
	t.Helper()
	s, err := schema.FromText("crypt.lite", `model guests { id Integer @id  ssn Text? @encrypted }`, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s.Model(model).Field(field)
}

func TestTokens(t *testing.T) {
	_, mail, _ := fields(t)
	other := mail.Model.Field("other")
	c := encrypt.New(hexKey)
	a := c.Token(mail, query.Text("a@x.io"))
	if got := len(a.Str()); got != plugin.TokenLength {
		t.Errorf("a token has %d bytes, want %d", got, plugin.TokenLength)
	}
	if a != encrypt.New(hexKey).Token(mail, query.Text("a@x.io")) {
		t.Error("tokens of one value differ")
	}
	for name, b := range map[string]query.Value{
		"another value": c.Token(mail, query.Text("A@x.io")),
		"another field": c.Token(other, query.Text("a@x.io")),
		"another key":   encrypt.New(rawKey).Token(mail, query.Text("a@x.io")),
		"another class": c.Token(mail, query.Blob([]byte("a@x.io"))),
	} {
		if a == b {
			t.Errorf("%s has the same token", name)
		}
	}
	if s := sealed(t, c, mail, query.Text("a@x.io")).Str(); !strings.HasPrefix(s, a.Str()) {
		t.Errorf("%q does not begin with the token %q", s, a.Str())
	}
}

func TestRotation(t *testing.T) {
	ssn, mail, fixed := fields(t)
	v := query.Text("secret")
	c := encrypt.New(hexKey)
	old := map[*schema.Field]query.Value{ssn: sealed(t, c, ssn, v), mail: sealed(t, c, mail, v), fixed: sealed(t, c, fixed, v)}
	next, err := c.Rotate(rawKey)
	if err != nil {
		t.Fatal(err)
	}
	read := func(who string, c plugin.FieldCodec, f *schema.Field, stored query.Value, want bool) {
		t.Helper()
		if got, ok := c.Decode(f, stored); ok != want || ok && got != v {
			t.Errorf("%s reads %s as %q, %v", who, f.Name, got.Any(), ok)
		}
	}
	alone := encrypt.New(rawKey)
	for f, stored := range old {
		read("the rotated codec", next, f, stored, true)
		now := sealed(t, next, f, v)
		read("the rotated codec", next, f, now, true)
		read("a codec of the new key alone", alone, f, now, f != fixed)
		read("a codec of the old key alone", c, f, now, f == fixed)
		read("a codec of both", encrypt.New(rawKey, hexKey), f, now, true)
		read("a codec of both", encrypt.New(rawKey, hexKey), f, stored, true)
	}
	if next.Token(mail, v) != alone.Token(mail, v) {
		t.Error("the rotated codec searches with the old key")
	}
	if next.Token(fixed, v) != c.Token(fixed, v) {
		t.Error("a field with rotate: false is searched with the new key")
	}
	again, err := next.(plugin.KeyRotator).Rotate(hexKey)
	if err != nil {
		t.Fatal(err)
	}
	for f, stored := range old {
		read("the codec back at its first key", again, f, stored, true)
		read("the first codec", c, f, sealed(t, again, f, v), true)
	}
}

func TestKeysAreNotPrinted(t *testing.T) {
	c := encrypt.New(rawKey)
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if out := fmt.Sprintf(format, c); strings.Contains(out, rawKey) || len(out) > 40 {
			t.Errorf("%s prints %s", format, out)
		}
	}
	if out := fmt.Sprintf("%+v", []plugin.Plugin{c}); strings.Contains(out, rawKey) || len(out) > 40 {
		t.Errorf("a list prints %s", out)
	}
}

func FuzzDecode(f *testing.F) {
	ssn, mail, _ := fields(f)
	c := encrypt.New(hexKey)
	f.Add(sealed(f, c, ssn, query.Text("x")).Str())
	f.Add(sealed(f, c, mail, query.Text("x")).Str())
	f.Add("v1.")
	f.Add("v1s.")
	f.Fuzz(func(t *testing.T, text string) {
		for _, field := range []*schema.Field{ssn, mail} {
			if v, ok := c.Decode(field, query.Text(text)); ok && v != query.Text("x") {
				t.Errorf("%q reads %q", text, v.Any())
			}
		}
	})
}

func BenchmarkCodec(b *testing.B) {
	ssn, mail, _ := fields(b)
	c := encrypt.New(hexKey)
	v := query.Text("123-45-6789")
	for _, f := range []*schema.Field{ssn, mail} {
		b.Run("encode/"+f.Name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if _, err := c.Encode(f, v); err != nil {
					b.Fatal(err)
				}
			}
		})
		s := sealed(b, c, f, v)
		b.Run("decode/"+f.Name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if _, ok := c.Decode(f, s); !ok {
					b.Fatal("unreadable")
				}
			}
		})
	}
}
