package schema_test

import (
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/schema"
)

// TestEncryptedFieldsAreNotCompared: what would compare values that are stored differently each time
// is refused, and what is found by its token gets an index.
func TestEncryptedFieldsAreNotCompared(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"@unique", `model a { id Integer @id  s Text? @unique @encrypted }`, "@unique cannot compare"},
		{"@@unique", "model a {\n id Integer @id\n n Integer\n s Text? @encrypted\n @@unique([n, s])\n}", "@@unique cannot compare"},
		{"a key", `model a { id Text @id @encrypted }`, "a key cannot be encrypted"},
		{"a foreign key", "model a {\n id Text @id\n bs b[]\n}\nmodel b {\n id Integer @id\n a a @relation(fields: [aId], references: [id])\n aId Text @encrypted(searchable: true)\n}", "a foreign key cannot be encrypted"},
		{"searchable", "model a {\n id Integer @id\n n Integer\n s Text? @unique @encrypted(searchable: true)\n r Text? @encrypted(searchable: true)\n @@unique([n, r])\n}", ""},
	} {
		s, err := schema.FromText("a.lite", c.text, schema.Options{})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		case c.want == "":
			m := s.Model("a")
			var names []string
			for _, x := range append(append([]*schema.Index{}, m.Uniques...), m.Indexes...) {
				names = append(names, x.Name)
			}
			if got := strings.Join(names, " "); got != "uniq_a_s uniq_a_n_r idx_a_r" {
				t.Errorf("%s: indexes %s", c.name, got)
			}
		}
	}
}
