// Package shop_test uses the generated package the way a program without our client would:
// plain bun on the tables of the schema.
package shop_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"github.com/uptrace/bun/driver/sqliteshim"

	"github.com/litestone-go/orm/lite2go/testdata/shop/models"
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/schema"
)

// open makes the schema's tables, and where the client would put guards, views that hide nothing.
func open(t *testing.T) *bun.DB {
	t.Helper()
	s, err := schema.FromFile("schema.lite", schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := sql.Open(sqliteshim.DriverName(), ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	raw.SetMaxOpenConns(1)
	t.Cleanup(func() { raw.Close() })
	for _, st := range ddl.Build(s, s.Databases[0]) {
		if _, err := raw.Exec(st.SQL); err != nil {
			t.Fatalf("%s: %v", st.SQL, err)
		}
	}
	for _, m := range s.Models {
		if _, err := raw.Exec("CREATE TEMP VIEW " + ddl.Quote(m.Table+"__g") + " AS SELECT * FROM " + ddl.Quote(m.Table)); err != nil {
			t.Fatal(err)
		}
	}
	db := bun.NewDB(raw, sqlitedialect.New())
	db.RegisterModel(models.JoinModels()...)
	return db
}

func ptr[T any](v T) *T { return &v }

func TestInsertAndReadBack(t *testing.T) {
	ctx, db := context.Background(), open(t)
	in := models.Customer{
		Email:   "Ada@example.com",
		Nick:    "g'\"?",
		Level:   3,
		Active:  true,
		Address: models.Address{Street: "Main St 1", City: "Ulm", Floor: ptr(int64(0))},
		Prefs:   &models.Prefs{Theme: ptr("dark"), Others: map[string]json.RawMessage{"x": json.RawMessage(`[1]`)}},
		Raw:     json.RawMessage(`"123"`),
		Sizes:   []models.Size{models.SizeS, models.SizeXl},
		Key:     []byte{0, 1},
	}
	in.UpdatedAt.Time = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	started := time.Now().Add(-time.Minute)
	if _, err := db.NewInsert().Model(&in).Exec(ctx); err != nil {
		t.Fatal(err)
	}
	if in.ID != 1 {
		t.Errorf("the new key is %d, want 1", in.ID)
	}
	if in.Shout != "ADA@EXAMPLE.COM" {
		t.Errorf("the generated column came back as %q", in.Shout)
	}

	if in.CreatedAt.Before(started) {
		t.Errorf("an unset time with a default came back as %v", in.CreatedAt)
	}

	var stored map[string]any
	const q = `SELECT json(tags) AS tags, numbers, prefs, billing, typeof(raw) AS raw, address, sizes, avatar FROM customers`
	if err := db.NewRaw(q).Scan(ctx, &stored); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"tags": "[]", "numbers": nil, "prefs": `{"theme":"dark","x":[1]}`, "billing": nil, "raw": "text",
		"address": `{"street":"Main St 1","city":"Ulm","floor":0}`, "sizes": `["s","xl"]`, "avatar": nil,
	}
	for k, v := range stored {
		if b, ok := v.([]byte); ok {
			stored[k] = string(b)
		}
	}
	if diff := cmp.Diff(want, stored); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}

	var out models.Customer
	if err := db.NewSelect().Model(&out).Where("c.id = ?", in.ID).Scan(ctx); err != nil {
		t.Fatal(err)
	}
	if out.Shout != "ADA@EXAMPLE.COM" || out.Numbers != nil || len(out.Tags) != 0 || string(out.Raw) != `"123"` || *out.Prefs.Theme != "dark" || string(out.Prefs.Others["x"]) != "[1]" {
		t.Errorf("read back: %+v, prefs %+v", out, out.Prefs)
	}

	// What a row holds that the database computes stays out of an update.
	out.Shout, out.Nick = "changed", "g"
	if _, err := db.NewUpdate().Model(&out).WherePK().Exec(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestRelations(t *testing.T) {
	ctx, db := context.Background(), open(t)
	for _, stmt := range []string{
		`INSERT INTO customers (id, email, address, raw, key, referrerId) VALUES (1, 'a@b.c', '{}', '1', x'00', NULL), (2, 'b@b.c', '{}', '1', x'00', 1)`,
		`INSERT INTO profiles (customerId, bio) VALUES (1, 'hi')`,
		`INSERT INTO orders (id, customerId, number, "total amount") VALUES ('o1', 1, 1, 2.5), ('o2', 1, 2, 1)`,
		`INSERT INTO order_lines (orderId, pos, "kind ""of"" thing", size) VALUES ('o1', 1, 'x', 's')`,
		`INSERT INTO labels (id, name) VALUES (7, 'red'), (8, 'blue')`,
		`INSERT INTO _labels_orders (labelsId, ordersId) VALUES (7, 'o1'), (8, 'o1')`,
	} {
		if _, err := db.ExecContext(ctx, stmt); err != nil {
			t.Fatalf("%s: %v", stmt, err)
		}
	}
	var c models.Customer
	err := db.NewSelect().Model(&c).Relation("Profile").Relation("Referred").Relation("Orders.Lines").Relation("Orders.Labels").Where("c.id = 1").Scan(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if c.Profile == nil || c.Profile.Bio != "hi" || len(c.Referred) != 1 || c.Referred[0].ID != 2 || len(c.Orders) != 2 {
		t.Fatalf("relations of the customer: %+v", c)
	}
	o := c.Orders[0]
	if o.Total != 2.5 || len(o.Lines) != 1 || o.Lines[0].Text != "x" || len(o.Labels) != 2 || o.State != models.OrderStateDraft {
		t.Errorf("relations of the order: %+v", o)
	}

	var l models.Label
	if err := db.NewSelect().Model(&l).Relation("Orders").Where("l.id = 7").Scan(ctx); err != nil {
		t.Fatal(err)
	}
	if len(l.Orders) != 1 || l.Orders[0].ID != "o1" {
		t.Errorf("orders of the label: %+v", l.Orders)
	}
}

// TestReadsGoThroughTheGuard holds for every kind of read bun can make of a model.
func TestReadsGoThroughTheGuard(t *testing.T) {
	db := open(t)
	for name, q := range map[string]interface{ String() string }{
		"select":     db.NewSelect().Model((*models.Order)(nil)),
		"belongs-to": db.NewSelect().Model((*models.Order)(nil)).Relation("Customer"),
		"subquery":   db.NewSelect().TableExpr("(?) AS x", db.NewSelect().Model((*models.Order)(nil))),
	} {
		text := q.String()
		if !strings.Contains(text, `"orders__g" AS "o"`) || strings.Contains(text, `"orders" `) || strings.Contains(text, `"customers" `) {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// TestBunHasNoComplaints fails on any warning bun prints about a tag.
func TestBunHasNoComplaints(t *testing.T) {
	var said complaints
	bun.SetLogger(&said)
	defer bun.SetLogger(nil)
	open(t).RegisterModel((*models.Customer)(nil), (*models.Profile)(nil), (*models.Order)(nil), (*models.OrderLine)(nil), (*models.Label)(nil))
	if len(said) > 0 {
		t.Errorf("bun warns:\n%s", strings.Join(said, "\n"))
	}
}

type complaints []string

func (c *complaints) Printf(format string, args ...any) {
	*c = append(*c, fmt.Sprintf(format, args...))
}
