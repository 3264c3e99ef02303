package query_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

const shopSchema = `
enum Role { admin member guest }

type Geo { lat Real  lng Real? }

type Address {
  city     Text
  floor    Integer?
  verified Boolean?
  since    DateTime?
  kind     Role?
  tags     Text[]
  geo      Json?    @type(Geo)
}

model users {
  id        Integer  @id
  name      Text
  nick      Text?
  score     Real?
  active    Boolean  @default(true)
  role      Role     @default(member)
  joined    DateTime?
  photo     Blob?
  notes     Json?
  address   Json?    @type(Address)
  tags      Text[]
  marks     Integer[]
  bossId    Integer?
  boss      users?   @relation("boss", fields: [bossId], references: [id])
  reports   users[]  @relation("boss")
  orders    orders[]
  deletedAt DateTime?
  orderSum  Real     @from(orders, sum: amount)
  lastOrder orders?  @from(orders, last: true)
  shout     Text     @computed
  upper     Text     @generated("upper({name})")
  @@softDelete
}

model orders {
  id        Integer @id
  userId    Integer
  user      users   @relation(fields: [userId], references: [id])
  amount    Real
  state     Text    @default("new")
  paid      Boolean @default(false)
  at        DateTime @default(now())
  labels    labels[]
  @@unique([userId, at])
}

model labels {
  id     Integer @id
  word   Text @unique
  orders orders[]
  @@fts([word])
}
`

func shop(t testing.TB) *schema.Schema {
	t.Helper()
	s, err := schema.FromText("shop.lite", shopSchema, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func scope(t testing.TB, model string) *query.Scope {
	t.Helper()
	s := shop(t)
	return &query.Scope{Schema: s, Model: s.Model(model)}
}

// The columns as generated code has them.
type columns struct {
	at func(field string) int
}

func users(t testing.TB) columns {
	m := shop(t).Model("users")
	return columns{func(field string) int { return m.Field(field).Index }}
}

// same compares resolved values; where the builders keep a value inline does not matter.
func same(t testing.TB, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got,
		cmp.Comparer(func(a, b query.Value) bool { return a == b }),
		cmpopts.IgnoreUnexported(query.FindArgs{}, query.Having{}),
		cmpopts.EquateErrors(), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

// refusal is the fields of a validation error; it fails the test for any other answer.
func refusal(t testing.TB, err error) *liteerr.Error {
	t.Helper()
	var e *liteerr.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a validation error", err)
	}
	if e.Code != liteerr.Validation {
		t.Fatalf("got code %s, want validation: %v", e.Code, err)
	}
	return e
}

func names(fields ...string) []string {
	slices.Sort(fields)
	return fields
}
