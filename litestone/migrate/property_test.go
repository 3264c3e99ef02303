package migrate_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/migrate"
	"github.com/litestone-go/orm/litestone/schema"
)

// Names come from small pools, so that two random schemas share models and fields that differ.
var (
	modelNames = []string{"apples", "Pears", "order", "kids"}
	fieldNames = []string{"a", "bTwo", "select", "d"}
	usual      = map[string]string{"a": "Text", "bTwo": "Integer", "select": "Hue", "d": "Json"}
)

// randomSchema draws a schema of one to four models. Former names are drawn from the same pools,
// so that they sometimes are names the other schema has.
func randomSchema(t *rapid.T) string {
	var b strings.Builder
	b.WriteString("enum Hue { " + rapid.SampledFrom([]string{"red blue", "red blue green", "red"}).Draw(t, "enum") + " }\n")
	b.WriteString("function shout(x: Text): Text { @@expr(\"upper({x})\") }\n")
	names := rapid.Permutation(modelNames).Draw(t, "models")[:rapid.IntRange(1, len(modelNames)).Draw(t, "n")]
	here := map[string]bool{}
	for _, n := range names {
		here[n] = true
	}
	// A foreign key may point anywhere, at its own model and in circles too.
	parents := map[string]string{}
	for _, n := range names {
		if rapid.Bool().Draw(t, "child") {
			parents[n] = rapid.SampledFrom(names).Draw(t, "parent")
		}
	}
	many := len(names) > 1 && rapid.Bool().Draw(t, "many")
	for i, n := range names {
		fmt.Fprintf(&b, "model %s {\n  id Integer @id\n", n)
		var texts, columns []string
		order := rapid.Permutation(fieldNames).Draw(t, "fields")
		n0 := rapid.IntRange(1, len(fieldNames)).Draw(t, "n")
		for _, f := range order[:n0] {
			typ := rapid.SampledFrom([]string{"Text", "Text", "Integer", "Real", "Boolean", "Hue", "Json", "Text[]", "DateTime", "Blob"}).Draw(t, "type")
			if rapid.IntRange(0, 3).Draw(t, "usual") > 0 {
				typ = usual[f]
			}
			line, optional := "  "+f+" "+typ, rapid.IntRange(0, 2).Draw(t, "optional") > 0
			if optional {
				line += "?"
			}
			if d := map[string]string{"Text": `"it's"`, "Integer": "7", "Real": "0.5", "Boolean": "true", "Hue": "red", "DateTime": "now()"}[typ]; d != "" && rapid.Bool().Draw(t, "default") {
				if typ == "Text" && rapid.Bool().Draw(t, "uuid") {
					d = "uuid()"
				}
				line += " @default(" + d + ")"
			}
			if typ != "Json" && typ != "Text[]" && rapid.IntRange(0, 5).Draw(t, "unique") == 0 {
				line += " @unique"
			}
			if n0 < len(order) && rapid.IntRange(0, 3).Draw(t, "renamed") == 0 {
				line += ` @was("` + rapid.SampledFrom(order[n0:]).Draw(t, "was") + `")`
			}
			b.WriteString(line + "\n")
			columns = append(columns, f)
			if typ == "Text" {
				texts = append(texts, f)
			}
		}
		if len(texts) > 0 {
			if rapid.Bool().Draw(t, "generated") {
				b.WriteString(rapid.SampledFrom([]string{
					"  gen Text @generated(\"{" + texts[0] + "} || '!'\")\n",
					"  gen Text @generated(\"{" + texts[0] + "} || '!'\", stored)\n",
					"  gen Text @shout(" + texts[0] + ")\n",
				}).Draw(t, "gen"))
			}
			if rapid.Bool().Draw(t, "fts") {
				b.WriteString("  @@fts([" + strings.Join(texts, ", ") + "])\n")
			}
		}
		if rapid.Bool().Draw(t, "index") {
			b.WriteString("  @@index([" + strings.Join(rapid.Permutation(columns).Draw(t, "columns")[:rapid.IntRange(1, len(columns)).Draw(t, "n")], ", ") + "])\n")
		}
		if rapid.Bool().Draw(t, "soft") {
			b.WriteString("  deletedAt DateTime?\n  @@softDelete\n")
		}
		if rapid.IntRange(0, 4).Draw(t, "loose") == 0 {
			b.WriteString("  @@noStrict\n")
		}
		if p := parents[n]; p != "" {
			action := rapid.SampledFrom([]string{"", ", onDelete: Cascade", ", onDelete: SetNull", ", onDelete: Restrict"}).Draw(t, "action")
			fmt.Fprintf(&b, "  up %s? @relation(\"up_%s\", fields: [upId], references: [id]%s)\n  upId Integer?\n", p, n, action)
		}
		for _, c := range names {
			if parents[c] == n {
				fmt.Fprintf(&b, "  downs_%s %s[] @relation(\"up_%s\")\n", c, c, c)
			}
		}
		if many && i < 2 {
			fmt.Fprintf(&b, "  links %s[]\n", names[1-i])
		}
		var others []string
		for _, o := range modelNames {
			if !here[o] {
				others = append(others, o)
			}
		}
		if len(others) > 0 && rapid.IntRange(0, 3).Draw(t, "renamed") == 0 {
			b.WriteString(`  @@was("` + rapid.SampledFrom(others).Draw(t, "was") + "\")\n")
		}
		b.WriteString("}\n")
	}
	return b.String()
}

// before gives what a model and its fields were called in a former schema, by the rules of @was:
// the first to claim a former name has it, and only where its new one was not there.
type before struct{ a, b *schema.Schema }

func (x before) model(m *schema.Model) *schema.Model {
	if old := x.a.Model(m.Name); old != nil {
		return old
	}
	old := x.a.Model(m.Was)
	for _, other := range x.b.Models {
		if old == nil || other == m {
			break
		}
		if other.Was == m.Was && x.a.Model(other.Name) == nil {
			return nil
		}
	}
	return old
}

func (x before) field(m *schema.Model, f *schema.Field) *schema.Field {
	old := x.model(m)
	if old == nil {
		return nil
	}
	if g := old.Field(f.Name); g != nil {
		return g
	}
	for _, other := range m.Columns {
		if other == f {
			break
		}
		if other.Was == f.Was && old.Field(other.Name) == nil {
			return nil
		}
	}
	if g := old.Field(f.Was); g != nil && g.Stored() {
		return g
	}
	return nil
}

// keptColumns gives the columns of the new schema whose values must come over unchanged, with
// what they were.
func keptColumns(a, b *schema.Schema) map[*schema.Field]*schema.Field {
	x := before{a, b}
	out := map[*schema.Field]*schema.Field{}
	for _, m := range b.Models {
		for _, f := range m.Columns {
			if g := x.field(m, f); g != nil && g.Type == f.Type && g.List == f.List && g.Enum == nil == (f.Enum == nil) && f.Generated == nil && g.Generated == nil {
				out[f] = g
			}
		}
	}
	return out
}

// holds fails unless a column has all the values another had: more of them only where nulls
// had to be filled.
func holds(t fataler, db *conn.DB, f *schema.Field, want string) {
	t.Helper()
	got := dump(t, db, f.Model.Table, f.Column)
	if f.Optional && got != want {
		t.Fatalf("%s.%s is\n%s\ninstead of\n%s", f.Model.Table, f.Column, got, want)
	}
	for _, line := range strings.Split(want, "\n") {
		if !strings.Contains("\n"+got, "\n"+line) {
			t.Fatalf("%s.%s lost %q:\n%s", f.Model.Table, f.Column, line, got)
		}
	}
}

// fillRows puts up to four rows into each table, then points foreign keys at them.
func fillRows(t *rapid.T, db *conn.DB, s *schema.Schema) {
	counts := map[*schema.Model]int{}
	for _, m := range s.Models {
		n := rapid.IntRange(0, 4).Draw(t, "rows")
		counts[m] = n
		for i := 0; i < n; i++ {
			names, values := []string{`"id"`}, []string{fmt.Sprint(i + 1)}
			for _, f := range m.Columns {
				if f.ID || f.Generated != nil || f.Name == "upId" {
					continue
				}
				if f.Optional && rapid.IntRange(0, 2).Draw(t, "null") == 0 {
					continue
				}
				names = append(names, ddl.Quote(f.Column))
				values = append(values, randomValue(t, f, i))
			}
			script(t, db, "INSERT OR IGNORE INTO "+ddl.Quote(m.Table)+" ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(values, ", ")+")")
		}
	}
	for _, m := range s.Models {
		for _, r := range m.Relations {
			if r.Kind == schema.BelongsTo && counts[r.Target] > 0 {
				script(t, db, fmt.Sprintf(`UPDATE "%s" SET "upId" = (SELECT p.id FROM "%s" AS p ORDER BY p.id LIMIT 1) WHERE "id" %% 2 = 1`, m.Table, r.Target.Table))
			}
		}
	}
	for _, j := range s.Joins {
		script(t, db, fmt.Sprintf(`INSERT INTO "%s" SELECT a.id, b.id FROM "%s" AS a JOIN "%s" AS b WHERE (a.id + b.id) %% 2 = 0`, j.Table, j.A.Table, j.B.Table))
	}
}

func randomValue(t *rapid.T, f *schema.Field, row int) string {
	if f.Unique {
		switch {
		case f.Type == schema.Boolean || f.Type == schema.EnumType:
			// A value that is taken: the row is not inserted.
		case f.Type == schema.Text:
			return fmt.Sprintf("'%d'", row)
		case f.Type == schema.Blob:
			return fmt.Sprintf("x'0%d'", row)
		case f.Type == schema.DateTime:
			return fmt.Sprintf("'2024-02-0%dT10:00:00.000Z'", row+1)
		default:
			return fmt.Sprint(row)
		}
	}
	var pool []string
	switch {
	case f.List:
		pool = []string{"'[]'", `'["a","b"]'`}
	case f.Type == schema.Integer:
		pool = []string{"0", "1", "-5", "9007199254740993"}
	case f.Type == schema.Real:
		pool = []string{"0.5", "2.0", "-1e300"}
	case f.Type == schema.Boolean:
		pool = []string{"0", "1"}
	case f.Type == schema.EnumType:
		for _, v := range f.Enum.Values {
			pool = append(pool, "'"+v.Name+"'")
		}
	case f.Type == schema.Json:
		pool = []string{`'{"a":1}'`, "'5'", "'null'"}
	case f.Type == schema.DateTime:
		pool = []string{"'2024-02-29T10:00:00.000Z'"}
	case f.Type == schema.Blob:
		pool = []string{"x''", "x'00ff'", "x'616263'"}
	default:
		pool = []string{"''", "'1'", "'2.5'", "'true'", "'red'", "'some words'", "'日本 '' x'", `'[]'`}
	}
	return rapid.SampledFrom(pool).Draw(t, "value")
}

// dump answers the values of one column by row, where it is not null.
func dump(t fataler, db *conn.DB, table, column string) string {
	return rows(t, db, fmt.Sprintf("SELECT id, typeof(%[1]s), quote(%[1]s) FROM %[2]s WHERE %[1]s IS NOT NULL ORDER BY id", ddl.Quote(column), ddl.Quote(table)))
}

func everything(t fataler, db *conn.DB, s *schema.Schema) string {
	out := rows(t, db, "SELECT name, sql FROM sqlite_schema ORDER BY name")
	for _, m := range s.Models {
		for _, f := range m.Columns {
			out += m.Table + "." + f.Column + "\n" + dump(t, db, m.Table, f.Column)
		}
	}
	return out
}

// TestPushKeepsRowsProperty: whatever two schemas and rows are drawn, a push either refuses
// with a code that says why and changes nothing, or keeps every row, every value whose column
// stays what it was, every key, and leaves nothing to do.
func TestPushKeepsRowsProperty(t *testing.T) {
	refused := 0
	total := 0
	rapid.Check(t, func(t *rapid.T) {
		textA, textB := randomSchema(t), randomSchema(t)
		t.Logf("from\n%s\nto\n%s", textA, textB)
		a, b := parse(t, textA), parse(t, textB)
		db, err := conn.Open(ctx, conn.Options{Path: conn.Memory, Readers: 1})
		if err != nil {
			t.Fatalf("%v", err)
		}
		defer db.Close()
		push(t, db, textA, migrate.PushOptions{})
		fillRows(t, db, a)

		was := everything(t, db, a)
		counts := map[string]string{}
		x := before{a, b}
		for _, m := range a.Models {
			counts[m.Table] = rows(t, db, "SELECT count(*) FROM "+ddl.Quote(m.Table))
		}
		for _, m := range b.Models {
			if old := x.model(m); old != nil && old.Table != m.Table {
				counts[m.Table] = counts[old.Table]
				delete(counts, old.Table)
			}
		}
		for _, j := range a.Joins {
			if joinOf(b, j.Table) != nil {
				counts[j.Table] = rows(t, db, "SELECT count(*) FROM "+ddl.Quote(j.Table))
			}
		}
		kept := map[*schema.Field]string{}
		for f, g := range keptColumns(a, b) {
			kept[f] = dump(t, db, g.Model.Table, g.Column)
		}

		total++
		_, err = migrate.Push(ctx, db, b, b.Databases[0], migrate.PushOptions{AcceptDataLoss: true})
		if err != nil {
			refused++
			var e *liteerr.Error
			if !errors.As(err, &e) {
				t.Fatalf("an error without a code: %v", err)
			}
			switch e.Code {
			case liteerr.Validation, liteerr.NotNull, liteerr.Check, liteerr.Unique, liteerr.ForeignKey:
			default:
				t.Fatalf("%v\n%s\n%s", err, textA, textB)
			}
			if after := everything(t, db, a); after != was {
				t.Fatalf("a refused push changed\n%s\nto\n%s", was, after)
			}
			return
		}
		sound(t, db, textB)
		for table, n := range counts {
			if got := rows(t, db, "SELECT count(*) FROM "+ddl.Quote(table)); got != n {
				t.Fatalf("%s has %s rows instead of %s", table, got, n)
			}
		}
		for f, want := range kept {
			holds(t, db, f, want)
		}
	})
	t.Logf("%d of %d pushes were refused", refused, total)
}

func joinOf(s *schema.Schema, table string) *schema.JoinTable {
	for _, j := range s.Joins {
		if j.Table == table {
			return j
		}
	}
	return nil
}
