package migrate_test

import (
	"errors"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/migrate"
	"github.com/litestone-go/orm/litestone/schema"
)

// folder is a folder of migration files with the database they are for.
type folder struct {
	db    *conn.DB
	files fstest.MapFS
	clock time.Time
}

func (f *folder) runner(t fataler, s *schema.Schema) *migrate.Runner {
	t.Helper()
	set, err := migrate.ReadSet(f.files, ".")
	if err != nil {
		t.Fatalf("%v", err)
	}
	f.clock = f.clock.Add(time.Minute)
	now := f.clock
	return &migrate.Runner{DB: f.db, Schema: s, Database: s.Databases[0], Set: set, Now: func() time.Time { return now }}
}

// draft writes the migration to a schema; nil when there is nothing to do.
func (f *folder) draft(t fataler, s *schema.Schema) *migrate.Draft {
	t.Helper()
	d, err := f.runner(t, s).Draft(ctx, migrate.DraftOptions{Label: "step"})
	if err != nil {
		t.Fatalf("draft: %v", err)
	}
	if d != nil {
		if d.Down == "" {
			t.Fatalf("no way back: %s\n%s", d.NoDown, d.Up)
		}
		f.files[d.Name+".sql"] = &fstest.MapFile{Data: []byte(d.Up)}
		f.files[d.Name+".down.sql"] = &fstest.MapFile{Data: []byte(d.Down)}
	}
	return d
}

func refusal(t fataler, err error) {
	t.Helper()
	var e *liteerr.Error
	if !errors.As(err, &e) {
		t.Fatalf("an error without a code: %v", err)
	}
	switch e.Code {
	case liteerr.Validation, liteerr.NotNull, liteerr.Check, liteerr.Unique, liteerr.ForeignKey:
	default:
		t.Fatalf("%v", err)
	}
}

func noDrift(t fataler, r *migrate.Runner) {
	t.Helper()
	report, err := r.Verify(ctx)
	if err != nil || len(report.Drift) > 0 {
		t.Fatalf("drift: %v %v", err, report)
	}
}

// TestFilesUpAndDownProperty: whatever two schemas and rows are drawn, the file from one to the
// other either is refused and changes nothing, or keeps every row and leaves no drift; its way
// back either is refused and changes nothing, or gives the first schema's shape back with every
// row of the tables the file did not make and every value both schemas keep.
func TestFilesUpAndDownProperty(t *testing.T) {
	refused, stuck, total := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		textA, textB := randomSchema(t), randomSchema(t)
		t.Logf("from\n%s\nto\n%s", textA, textB)
		a, b := parse(t, textA), parse(t, textB)
		db, err := conn.Open(ctx, conn.Options{Path: conn.Memory, Readers: 1})
		if err != nil {
			t.Fatalf("%v", err)
		}
		defer db.Close()
		f := &folder{db: db, files: fstest.MapFS{}, clock: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
		f.draft(t, a)
		if _, err := f.runner(t, a).Apply(ctx, migrate.ApplyOptions{}); err != nil {
			t.Fatalf("the first file: %v", err)
		}
		fillRows(t, db, a)
		was := everything(t, db, a)
		d := f.draft(t, b)
		if d == nil {
			return
		}
		t.Logf("up\n%s\ndown\n%s", d.Up, d.Down)
		total++
		if _, err := f.runner(t, b).Apply(ctx, migrate.ApplyOptions{}); err != nil {
			refused++
			refusal(t, err)
			if after := everything(t, db, a); after != was {
				t.Fatalf("a refused file changed\n%s\nto\n%s", was, after)
			}
			return
		}
		noDrift(t, f.runner(t, b))
		soundIn(t, db, b, b.Databases[0])
		kept := map[*schema.Field]string{}
		for fb, fa := range keptColumns(a, b) {
			kept[fa] = dump(t, db, fb.Model.Table, fb.Column)
		}
		counts := map[string]string{}
		x := before{a, b}
		for _, m := range b.Models {
			if old := x.model(m); old != nil {
				counts[old.Table] = rows(t, db, "SELECT count(*) FROM "+ddl.Quote(m.Table))
			}
		}

		there := everything(t, db, b)
		if _, err := f.runner(t, b).Rollback(ctx, migrate.RollbackOptions{AcceptDataLoss: true}); err != nil {
			stuck++
			refusal(t, err)
			if after := everything(t, db, b); after != there {
				t.Fatalf("a refused way back changed\n%s\nto\n%s", there, after)
			}
			return
		}
		noDrift(t, f.runner(t, a))
		soundIn(t, db, a, a.Databases[0])
		for table, n := range counts {
			if got := rows(t, db, "SELECT count(*) FROM "+ddl.Quote(table)); got != n {
				t.Fatalf("%s has %s rows instead of %s", table, got, n)
			}
		}
		for fa, want := range kept {
			holds(t, db, fa, want)
		}
	})
	t.Logf("%d of %d files and %d ways back were refused", refused, total, stuck)
}

// TestIntrospectProperty: a database made from any schema is written as a schema that makes the
// same database, and that one is written as the same schema again.
func TestIntrospectProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		textA := randomSchema(t)
		t.Logf("%s", textA)
		db, err := conn.Open(ctx, conn.Options{Path: conn.Memory, Readers: 1})
		if err != nil {
			t.Fatalf("%v", err)
		}
		defer db.Close()
		push(t, db, textA, migrate.PushOptions{})
		fillRows(t, db, parse(t, textA))
		text, err := migrate.Introspect(ctx, db, migrate.IntrospectOptions{})
		if err != nil {
			t.Fatalf("%v", err)
		}
		s := parse(t, text)
		if plan, err := migrate.Diff(ctx, db, s, s.Databases[0]); err != nil || !plan.Empty() {
			t.Fatalf("%v\n%v\n%s", err, plan, text)
		}
		for _, m := range s.Models {
			if m.External {
				t.Fatalf("model %s is external:\n%s", m.Name, text)
			}
		}
	})
}
