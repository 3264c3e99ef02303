package plan_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
	"github.com/litestone-go/orm/litestone/migrate"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Pages begin by seeking, whatever page it is, and neither joins nor guards make SQLite sort.
func TestReadsUseIndexes(t *testing.T) {
	s, err := schema.FromFile(filepath.Join("testdata", "reads.lite"), schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	db, err := conn.Open(ctx, conn.Options{Path: conn.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := migrate.Push(ctx, db, s, s.Databases[0], migrate.PushOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ call, args, want, not string }{
		{"orders.findManyCursor", `{"orderBy":{"id":"asc"},"cursor":"x"}`, "SEARCH orders USING INTEGER PRIMARY KEY (rowid>?)", "TEMP B-TREE"},
		{"orders.findManyCursor", `{"orderBy":{"at":"desc"},"cursor":"x"}`, "SEARCH orders USING INDEX idx_orders_at (at<?)", "TEMP B-TREE"},
		{"orders.findManyCursor", `{"orderBy":[{"at":"asc"},{"amount":"desc"}],"cursor":"x"}`, "SEARCH orders USING INDEX idx_orders_at (at>?)", "SCAN orders"},
		{"orders.findManyCursor", `{"orderBy":{"at":"desc"}}`, "SCAN orders USING INDEX idx_orders_at", "TEMP B-TREE"},
		{"orders.findUnique", `{"where":{"id":1}}`, "SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)", "SCAN orders"},
		{"orders.findMany", `{"orderBy":{"at":"desc"},"limit":5,"include":{"shop":{"select":{"name":true}}}}`, "SCAN orders USING INDEX idx_orders_at", "TEMP B-TREE"},
		{"tags.findMany", `{"where":{"word":{"in":["a","b"]}}}`, "SEARCH tags USING COVERING INDEX", "SCAN tags"},
	} {
		rows, err := planned(s, plan.NewEnv(s, nil), c.call, c.args)
		if err != nil {
			t.Fatal(err)
		}
		stmt := sqlgen.Dialect{}.Select(rows.Select, 0)
		var b strings.Builder
		err = db.Read(ctx, func(cn *conn.Conn) error {
			return cn.Run(ctx, conn.Query{SQL: "EXPLAIN QUERY PLAN " + stmt.SQL}, make([]query.Value, len(stmt.Args)), func(r *conn.Row) error {
				b.WriteString(r.Text(3) + "\n")
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := b.String(); !strings.Contains(got, c.want) || strings.Contains(got, c.not) {
			t.Errorf("%s %s:\n%swant %s, not %s", c.call, c.args, got, c.want, c.not)
		}
	}
}
