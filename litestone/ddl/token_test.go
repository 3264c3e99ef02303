package ddl_test

import (
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
)

// TestSearchableFieldsAreIndexedByToken: the value behind the token differs each time, so neither
// UNIQUE nor an index over the whole column would say anything.
func TestSearchableFieldsAreIndexedByToken(t *testing.T) {
	s, err := schema.FromText("crypt.lite", "model logins {\n  id Integer @id\n  mail Text @unique @encrypted(searchable: true)\n  phone Text? @encrypted(searchable: true) @map(\"tel`no\")\n"+
		"  tenant Integer\n  code Text? @encrypted(searchable: true)\n  pin Text? @encrypted\n  deletedAt DateTime?\n  @@unique([tenant, code])\n  @@softDelete\n}", schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, st := range ddl.Build(s, s.Databases[0]) {
		if st.Kind == ddl.Index {
			got = append(got, st.SQL)
		}
		if st.Kind == ddl.Table && strings.Contains(st.SQL, "UNIQUE") {
			t.Errorf("the table compares what is stored: %s", st.SQL)
		}
	}
	want := []string{
		"CREATE UNIQUE INDEX \"uniq_logins_mail\" ON \"logins\" (substr(`mail`, 1, 47))",
		"CREATE UNIQUE INDEX \"uniq_logins_tenant_code\" ON \"logins\" (`tenant`, substr(`code`, 1, 47))",
		"CREATE INDEX \"idx_logins_tel`no\" ON \"logins\" (substr(`tel``no`, 1, 47)) WHERE `deletedAt` IS NULL",
		"CREATE INDEX \"idx_logins_code\" ON \"logins\" (substr(`code`, 1, 47)) WHERE `deletedAt` IS NULL",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("indexes:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if plugin.TokenLength != 47 {
		t.Error("databases depend on the length of tokens")
	}
}
