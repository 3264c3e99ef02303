package catalog_test

import (
	"testing"

	"github.com/litestone-go/orm/litestone/catalog"
)

func TestNamesFoldAsSQLiteFoldsThem(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"users", "USERS", true},
		{"a_1", "A_1", true},
		{"", "", true},
		{"users", "user", false},
		{"É", "é", false}, // SQLite folds ASCII only
		{"@", "`", false},
		{"[", "{", false},
	} {
		if got := catalog.Same(tt.a, tt.b); got != tt.same {
			t.Errorf("Same(%q, %q) = %v", tt.a, tt.b, got)
		}
		if got := catalog.Fold(tt.a) == catalog.Fold(tt.b); got != tt.same {
			t.Errorf("Fold of %q and %q equal: %v", tt.a, tt.b, got)
		}
	}
}

func TestIntegerKeyIsTheRowID(t *testing.T) {
	integer := []catalog.Column{{Name: "Id", Type: "INTEGER"}}
	for name, tt := range map[string]struct {
		table catalog.Table
		want  string
	}{
		"integer":       {catalog.Table{Columns: integer, Key: []string{"id"}}, "Id"},
		"int":           {catalog.Table{Columns: []catalog.Column{{Name: "id", Type: "INT"}}, Key: []string{"id"}}, ""},
		"without rowid": {catalog.Table{Columns: integer, Key: []string{"id"}, WithoutRowID: true}, ""},
		"two columns":   {catalog.Table{Columns: integer, Key: []string{"id", "b"}}, ""},
		"no key":        {catalog.Table{Columns: integer}, ""},
	} {
		if got := tt.table.IntegerKey(); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestAlikeLooksAtAllButTheName(t *testing.T) {
	x := catalog.Index{Name: "x", Unique: true, Parts: []catalog.Part{{Column: "a"}, {Expr: "lower(b)", Desc: true}}, Where: "a is null"}
	same := catalog.Index{Name: "y", Unique: true, Parts: []catalog.Part{{Column: "A"}, {Expr: "lower(b)", Desc: true}}, Where: "a is null", SQL: "…"}
	if !x.Alike(&same) {
		t.Error("a name makes a difference")
	}
	for name, change := range map[string]func(*catalog.Index){
		"unique":    func(y *catalog.Index) { y.Unique = false },
		"where":     func(y *catalog.Index) { y.Where = "" },
		"order":     func(y *catalog.Index) { y.Parts = []catalog.Part{{Column: "a", Desc: true}, y.Parts[1]} },
		"collation": func(y *catalog.Index) { y.Parts = []catalog.Part{{Column: "a", Collation: "NOCASE"}, y.Parts[1]} },
		"columns":   func(y *catalog.Index) { y.Parts = y.Parts[:1] },
	} {
		y := same
		if change(&y); x.Alike(&y) {
			t.Errorf("%s makes no difference", name)
		}
	}
}
