package query_test

import (
	"strings"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

func ref(t testing.TB, model, field string) query.Ref {
	t.Helper()
	m := shop(t).Model(model)
	return query.RefOf(m, m.Field(field))
}

func TestDecodeCreate(t *testing.T) {
	var a query.CreateArgs
	err := query.JSON(`{
		"data": {
			"tags": ["a", "it's \"<b>\""], "id": 1, "name": "Ana", "score": 2, "active": false, "role": "admin",
			"joined": "2024-02-10", "notes": "123", "address": {"city": "Oslo"}, "marks": [1, 2.0], "nick": null,
			"boss": {"connect": {"id": 9}},
			"orders": {"create": [{"amount": 1.5}, {"amount": 2, "labels": {"connect": [{"word": "x"}, {"id": 2}]}}]}
		},
		"select": {"id": true}, "include": {"boss": true}
	}`).Creating(scope(t, "users"), &a)
	if err != nil {
		t.Fatal(err)
	}
	set := func(field string, v query.Value) query.Assign {
		return query.Assign{Ref: ref(t, "users", field), Value: v}
	}
	where := func(c query.Cond) *query.Cond { return &c }
	amount := func(v float64) []query.Assign {
		return []query.Assign{{Ref: ref(t, "orders", "amount"), Value: query.Real(v)}}
	}
	same(t, a, query.CreateArgs{
		Rows: []query.Data{{
			Set: []query.Assign{
				set("id", query.Int(1)), set("name", query.Text("Ana")), set("nick", query.Null()),
				set("score", query.Real(2)), set("active", query.Bool(false)), set("role", query.Text("admin")),
				set("joined", query.Text("2024-02-10T00:00:00.000Z")), set("notes", query.Text(`"123"`)),
				set("address", query.Text(`{"city":"Oslo"}`)), set("tags", query.Text(`["a","it's \"<b>\""]`)),
				set("marks", query.Text(`[1,2]`)),
			},
			Nested: []query.Nested{
				{Ref: ref(t, "users", "boss"), Op: query.NestConnect, Where: where(query.IntCol("users", "id", 0).Eq(9))},
				{Ref: ref(t, "users", "orders"), Op: query.NestCreate, Create: &query.Data{Set: amount(1.5)}},
				{Ref: ref(t, "users", "orders"), Op: query.NestCreate, Index: 1, Create: &query.Data{Set: amount(2), Nested: []query.Nested{
					{Ref: ref(t, "orders", "labels"), Op: query.NestConnect, Where: where(query.TextCol("labels", "word", 1).Eq("x"))},
					{Ref: ref(t, "orders", "labels"), Op: query.NestConnect, Index: 1, Where: where(query.IntCol("labels", "id", 0).Eq(2))},
				}}},
			},
		}},
		Return: query.FindArgs{
			Select:  &query.Select{Fields: []query.Ref{ref(t, "users", "id")}},
			Include: &query.Include{Relations: []query.IncludeRelation{{Ref: ref(t, "users", "boss")}}},
		},
	})
}

func TestWrongTypesAreCollected(t *testing.T) {
	var a query.CreateArgs
	err := query.JSON(`{"data": {"id": 1.5, "name": {"a": 1}, "active": "true", "role": "boss", "joined": "soon", "tags": ["a", 1],
		"orders": {"create": {"amount": "much", "paid": null}}}}`).Creating(scope(t, "users"), &a)
	if err != nil {
		t.Fatal(err)
	}
	row := a.Rows[0]
	same(t, row.Issues, []liteerr.Issue{
		{Path: "id", Message: "must be a whole number, not a number with a fraction"},
		{Path: "name", Message: "must be a text, not an object"},
		{Path: "active", Message: "must be true or false, not a text"},
		{Path: "role", Message: "must be one of admin, member, guest"},
		{Path: "joined", Message: "must be a date and time like 2026-01-31T10:00:00Z"},
		{Path: "tags", Message: "element 2 must be a text, not a whole number"},
	})
	same(t, row.Nested[0].Create.Issues, []liteerr.Issue{{Path: "amount", Message: "must be a number, not a text"}})
	same(t, row.Nested[0].Create.Set, []query.Assign{{Ref: ref(t, "orders", "paid")}})
}

// TestNestedOperations holds every nested operation as JSON and typed, per kind of relation.
func TestNestedOperations(t *testing.T) {
	o := orders(t)
	one := query.IntCol("users", "id", 0)
	cases := []struct {
		field, json string
		typed       query.Nest
	}{
		{"orders", `{"create": {"amount": 1}}`, query.Create(query.Map{"amount": 1})},
		{"orders", `{"create": [{"amount": 1}, {"amount": 2}]}`, query.Create(query.Map{"amount": 1}, query.JSON(`{"amount": 2}`))},
		{"orders", `{"connect": {"id": 1}}`, query.Connect(o.id.Eq(1))},
		{"orders", `{"connectOrCreate": {"where": {"id": 1}, "create": {"amount": 1}}}`, query.ConnectOrCreate(o.id.Eq(1), query.Map{"amount": 1})},
		{"orders", `{"set": [{"id": 1}, {"id": 2}]}`, query.SetTo(o.id.Eq(1), o.id.Eq(2))},
		{"orders", `{"set": []}`, query.SetTo()},
		{"orders", `{"disconnect": [{"id": 1}]}`, query.Disconnect(o.id.Eq(1))},
		{"orders", `{"update": {"where": {"id": 1}, "data": {"amount": 2}}}`, query.Update(o.id.Eq(1), query.Map{"amount": 2})},
		{"orders", `{"updateMany": {"data": {"amount": 2}}}`, query.UpdateMany(nil, query.Map{"amount": 2})},
		{"orders", `{"updateMany": {"where": {"paid": true}, "data": {"amount": 2}}}`, query.UpdateMany(o.paid.Eq(true), query.Map{"amount": 2})},
		{"orders", `{"upsert": {"where": {"id": 1}, "create": {"amount": 1}, "update": {"amount": 2}}}`,
			query.Upsert(o.id.Eq(1), query.Map{"amount": 1}, query.Map{"amount": 2})},
		{"orders", `{"delete": {"id": 1}}`, query.Delete(o.id.Eq(1))},
		{"orders", `{"deleteMany": [{"id": 1}, {"paid": true}]}`, query.DeleteMany(o.id.Eq(1), o.paid.Eq(true))},
		{"orders", `{"create": {"amount": 1}, "connect": {"id": 2}}`, query.Nests(query.Create(query.Map{"amount": 1}), query.Connect(o.id.Eq(2)))},
		{"boss", `{"create": {"name": "b"}}`, query.Create(query.Map{"name": "b"})},
		{"boss", `{"connect": {"id": 1}}`, query.Connect(one.Eq(1))},
		{"boss", `{"update": {"name": "b"}}`, query.Update(nil, query.Map{"name": "b"})},
		{"boss", `{"update": {"data": {"name": "b"}, "where": {"id": 1}}}`, query.Update(one.Eq(1), query.Map{"name": "b"})},
		{"boss", `{"upsert": {"create": {"name": "b"}, "update": {"name": "c"}}}`, query.Upsert(nil, query.Map{"name": "b"}, query.Map{"name": "c"})},
		{"boss", `{"disconnect": true}`, query.Disconnect()},
		{"boss", `{"disconnect": false}`, query.Nest{}},
		{"boss", `{"delete": true}`, query.Delete()},
		{"boss", `{"delete": {"id": 1}}`, query.Delete(one.Eq(1))},
	}
	for _, c := range cases {
		t.Run(c.field+c.json, func(t *testing.T) {
			fromJSON, err := query.DecodeData(scope(t, "users"), query.JSON(`{"`+c.field+`":`+c.json+`}`), false)
			if err != nil {
				t.Fatal(err)
			}
			fromTyped, err := query.DecodeData(scope(t, "users"), query.Map{c.field: c.typed}, false)
			if err != nil {
				t.Fatal(err)
			}
			same(t, fromTyped, fromJSON)
		})
	}
}

func TestWritesRefused(t *testing.T) {
	type call func(*query.Scope, any) error
	create := func(sc *query.Scope, v any) error { return query.DecodeCreate(sc, v, new(query.CreateArgs)) }
	createMany := func(sc *query.Scope, v any) error { return query.DecodeCreateMany(sc, v, new(query.CreateArgs)) }
	update := func(sc *query.Scope, v any) error { return query.DecodeUpdate(sc, v, new(query.UpdateArgs)) }
	updateMany := func(sc *query.Scope, v any) error { return query.DecodeUpdateMany(sc, v, new(query.UpdateArgs)) }
	upsert := func(sc *query.Scope, v any) error { return query.DecodeUpsert(sc, v, new(query.UpsertArgs)) }
	upsertMany := func(sc *query.Scope, v any) error { return query.DecodeUpsertMany(sc, v, new(query.UpsertManyArgs)) }
	remove := func(sc *query.Scope, v any) error { return query.DecodeDelete(sc, v, new(query.DeleteArgs)) }
	removeMany := func(sc *query.Scope, v any) error { return query.DecodeDeleteMany(sc, v, new(query.DeleteArgs)) }
	cases := []struct {
		call   call
		model  string
		json   string
		fields []string
		says   string
	}{
		{create, "users", `{"date": {}}`, names("date"), "did you mean data?"},
		{create, "users", `{"data": []}`, names("data"), "object of fields"},
		{create, "users", `{"data": null}`, names("data"), "not null"},
		{create, "users", `{"data": {"nmae": 1}}`, names("nmae"), "did you mean name?"},
		{create, "users", `{"data": {"upper": "X"}}`, names("upper"), "derived"},
		{create, "users", `{"data": {"shout": "X"}}`, names("shout"), "derived"},
		{create, "users", `{"data": {"orderSum": 1}}`, names("orderSum"), "derived"},
		{create, "users", `{"data": {"lastOrder": {}}}`, names("lastOrder"), "derived"},
		{create, "users", `{"data": {"orders": null}}`, names("orders"), "takes operations"},
		{create, "users", `{"data": {"orders": [{}]}}`, names("orders"), "takes operations"},
		{create, "users", `{"data": {"orders": {"make": {}}}}`, names("orders"), "unknown operator"},
		{create, "users", `{"data": {"orders": {"create": {"amuont": 1}}}}`, names("orders.amuont"), "did you mean amount?"},
		{create, "users", `{"data": {"orders": {"create": {"labels": {"create": {"x": 1}}}}}}`, names("orders.labels.x"), "unknown field"},
		{create, "users", `{"data": {"orders": {"connect": {}}}}`, names("orders"), "which row"},
		{create, "users", `{"data": {"orders": {"connect": {"x": 1}}}}`, names("orders.x"), "unknown field"},
		{create, "users", `{"data": {"orders": {"update": {"where": {"id": 1}, "data": {}}}}}`, names("orders"), "no sense"},
		{create, "users", `{"data": {"orders": {"delete": {"id": 1}}}}`, names("orders"), "no sense"},
		{create, "users", `{"data": {"boss": {"connect": [{"id": 1}]}}}`, names("boss"), "not a list"},
		{create, "users", `{"data": {"boss": {"connect": {"id": 1}, "create": {}}}}`, names("boss"), "single row"},
		{create, "users", `{"data": {"boss": {"set": [{"id": 1}]}}}`, names("boss"), "use connect"},
		{create, "users", `{"data": {}, "select": true}`, names("select"), "must be an object"},
		{create, "users", `{"data": {}, "include": {"x": true}}`, names("x"), "unknown relation"},
		{createMany, "users", `{}`, names("data"), "list of rows"},
		{createMany, "users", `{"data": {}}`, names("data"), "list of rows"},
		{createMany, "users", `{"data": [1]}`, names("data"), "object of fields"},
		{createMany, "users", `{"data": [{"boss": {"connect": {"id": 1}}}]}`, names("boss"), "many rows"},
		{createMany, "users", `{"data": [], "select": {"id": true}}`, names("select"), "unknown argument"},
		{update, "users", `{"data": {}}`, names("where"), "which row"},
		{update, "users", `{"where": {"AND": [{}]}, "data": {}}`, names("where"), "which row"},
		{update, "users", `{"where": {"id": {"notIn": []}}, "data": {}}`, names("where"), "which row"},
		{update, "users", `{"where": {"id": 1}}`, names("data"), "values to set"},
		{update, "users", `{"where": {"id": 1}, "data": {"boss": {"updateMany": {}}}}`, names("boss"), "use update"},
		{update, "users", `{"where": {"id": 1}, "data": {"boss": {"deleteMany": {}}}}`, names("boss"), "use delete"},
		{update, "users", `{"where": {"id": 1}, "data": {"orders": {"update": {"data": {}}}}}`, names("orders"), "which row"},
		{update, "users", `{"where": {"id": 1}, "data": {"orders": {"update": {"where": {"id": 1}}}}}`, names("orders"), "values to set"},
		{update, "users", `{"where": {"id": 1}, "data": {"orders": {"upsert": {"where": {"id": 1}, "update": {}}}}}`, names("orders"), "values of the new row"},
		{update, "users", `{"where": {"id": 1}, "data": {"orders": {"update": {"where": {"id": 1}, "date": {}}}}}`, names("orders"), "no argument"},
		{update, "users", `{"where": {"id": 1}, "data": {"orders": {"set": [{}]}}}`, names("orders"), "which row"},
		{update, "users", `{"where": {"id": 1}, "data": {"orders": {"disconnect": true}}}`, names("orders.where"), "must be an object"},
		{update, "orders", `{"where": {"id": 1}, "data": {"user": {"disconnect": true}}}`, names("user"), "required"},
		{update, "orders", `{"where": {"id": 1}, "data": {"user": {"delete": true}}}`, names("user"), "required"},
		{updateMany, "users", `{"where": 1, "data": {}}`, names("where"), "must be an object"},
		{updateMany, "users", `{}`, names("data"), "values to set"},
		{updateMany, "users", `{"data": {"orders": {"create": {}}}}`, names("orders"), "many rows"},
		{upsert, "users", `{"where": {"id": 1}, "create": {}}`, names("update"), "needs create and update"},
		{upsert, "users", `{"where": {}, "create": {}, "update": {}}`, names("where"), "which row"},
		{upsertMany, "orders", `{"data": [], "conflictTarget": ["x"]}`, names("x"), "unknown field"},
		{upsertMany, "orders", `{"data": [], "conflictTarget": ["userId"]}`, names("userId"), "neither the key nor unique"},
		{upsertMany, "users", `{"data": [], "update": ["upper"]}`, names("upper"), "derived"},
		{upsertMany, "orders", `{"data": [], "where": {}}`, names("where"), "unknown argument"},
		{remove, "users", `{}`, names("where"), "which row"},
		{remove, "users", `{"where": null}`, names("where"), "not null"},
		{remove, "users", `{"where": {"id": 1}, "data": {}}`, names("data"), "unknown argument"},
		{removeMany, "users", `{"wher": {}}`, names("wher"), "did you mean where?"},
		{removeMany, "users", `{"where": null}`, names("where"), "not null"},
	}
	for _, c := range cases {
		t.Run(c.json, func(t *testing.T) {
			err := c.call(scope(t, c.model), query.JSON(c.json))
			e := refusal(t, err)
			same(t, e.Fields, c.fields)
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("says %q, not %q", err, c.says)
			}
		})
	}
}

// TestErrorsNameTheCall holds that a mistake deep inside names the model and call at the top, and
// the path from there.
func TestErrorsNameTheCall(t *testing.T) {
	for _, c := range []struct{ operation, json, want string }{
		{"findMany", `{"include": {"orders": {"where": {"user": {"is": {"nmae": 1}}}}}}`,
			`litestone: model users: findMany: field orders.user.nmae: unknown field "nmae" of users (did you mean name?)`},
		{"create", `{"data": {"orders": {"create": {"labels": {"connect": {"wrod": "x"}}}}}}`,
			`litestone: model users: create: data.orders.create[0].labels.connect[0]: field orders.labels.wrod: unknown field "wrod" of labels (did you mean word?)`},
		{"create", `{"data": {}, "include": {"orders": {"limit": -1}}}`,
			`litestone: model users: create: field orders.limit: must not be negative`},
	} {
		sc := scope(t, "users")
		sc.Operation = c.operation
		err := query.JSON(c.json).Finding(sc, new(query.FindArgs))
		if c.operation == "create" {
			err = query.JSON(c.json).Creating(sc, new(query.CreateArgs))
		}
		if err == nil || err.Error() != c.want {
			t.Errorf("got %v\nwant %s", err, c.want)
		}
	}
}

func TestDecodeWrites(t *testing.T) {
	sc := scope(t, "orders")
	var um query.UpsertManyArgs
	if err := query.DecodeUpsertMany(sc, query.JSON(`{"data": [{"id": 1}], "conflictTarget": ["at", "userId"], "update": []}`), &um); err != nil {
		t.Fatal(err)
	}
	same(t, um, query.UpsertManyArgs{
		Rows:           []query.Data{{Set: []query.Assign{{Ref: ref(t, "orders", "id"), Value: query.Int(1)}}}},
		ConflictTarget: []query.Ref{ref(t, "orders", "at"), ref(t, "orders", "userId")},
		HasUpdate:      true,
	})
	um = query.UpsertManyArgs{}
	if err := query.DecodeUpsertMany(sc, query.JSON(`{"data": [], "conflictTarget": "id", "update": "state"}`), &um); err != nil {
		t.Fatal(err)
	}
	same(t, um.Update, []query.Ref{ref(t, "orders", "state")})

	var u query.UpdateArgs
	if err := (query.Map{"where": query.Map{"id": 1}, "data": query.Map{"state": "x"}, "select": false}).Updating(sc, &u); err != nil {
		t.Fatal(err)
	}
	if u.Return.Select == nil || !u.Return.Select.None {
		t.Error("select: false is lost")
	}
	var d query.DeleteArgs
	if err := query.JSON(`{"where": {"id": 1}}`).Deleting(sc, &d); err != nil {
		t.Fatal(err)
	}
	same(t, *d.Where, orders(t).id.Eq(1))
	d = query.DeleteArgs{}
	if err := query.DecodeDeleteMany(sc, nil, &d); err != nil || d.Where != nil {
		t.Errorf("deleteMany without arguments: %v, %v", d.Where, err)
	}
	var up query.UpsertArgs
	if err := query.JSON(`{"where": {"id": 1}, "create": {"id": 1}, "update": {}}`).Upserting(sc, &up); err != nil {
		t.Fatal(err)
	}
	same(t, len(up.Create.Set), 1)
	same(t, len(up.Update.Set), 0)
}

func TestFromAny(t *testing.T) {
	m := shop(t).Model("users")
	created := time.Date(2024, 5, 6, 7, 8, 9, 123456789, time.UTC)
	kind := shop(t).Model("users").Field("address").JSONType
	cases := []struct {
		field *schema.Field
		v     any
		want  query.Value
	}{
		{m.Field("id"), 5, query.Int(5)},
		{m.Field("id"), uint8(5), query.Int(5)},
		{m.Field("id"), 5.0, query.Int(5)},
		{m.Field("id"), query.Set(int64(5)), query.Int(5)},
		{m.Field("id"), query.NullOpt[int64](), query.Null()},
		{m.Field("id"), query.Int(5), query.Int(5)},
		{m.Field("id"), (*int)(nil), query.Null()},
		{m.Field("score"), 5, query.Real(5)},
		{m.Field("score"), float32(0.5), query.Real(0.5)},
		{m.Field("active"), true, query.Int(1)},
		{m.Field("name"), role("x"), query.Text("x")},
		{m.Field("role"), role("guest"), query.Text("guest")},
		{m.Field("joined"), created, query.Text("2024-05-06T07:08:09.123Z")},
		{m.Field("joined"), query.TimeAs(created), query.Text("2024-05-06T07:08:09.123Z")},
		{m.Field("joined"), new(query.TimeAs(created)), query.Text("2024-05-06T07:08:09.123Z")},
		{m.Field("joined"), "2024-05-06T07:08:09+0130", query.Text("2024-05-06T05:38:09.000Z")},
		{kind.Field("since"), "2024-05-06", query.Text("2024-05-06")},
		{m.Field("photo"), []byte{0, 1}, query.Blob([]byte{0, 1})},
		{m.Field("photo"), "", query.Blob(nil)},
		{m.Field("photo"), "AP9/", query.Blob([]byte{0, 0xff, 0x7f})},
		{m.Field("photo"), role("+/8="), query.Blob([]byte{0xfb, 0xff})},
		{m.Field("notes"), "123", query.Text(`"123"`)},
		{m.Field("notes"), map[string]any{"a": []int{1}}, query.Text(`{"a":[1]}`)},
		{m.Field("notes"), struct {
			A string `json:"a"`
		}{"<"}, query.Text(`{"a":"<"}`)},
		{m.Field("notes"), false, query.Text(`false`)},
		{m.Field("tags"), []string{"a"}, query.Text(`["a"]`)},
		{m.Field("tags"), []string{}, query.Text(`[]`)},
		{m.Field("tags"), nil, query.Null()},
	}
	for _, c := range cases {
		got, issue := query.FromAny(c.field, c.v, "x")
		if issue != nil {
			t.Errorf("%s = %v: %s", c.field.Name, c.v, issue.Message)
		}
		same(t, got, c.want)
	}
	for _, c := range []struct {
		field *schema.Field
		v     any
		says  string
	}{
		{m.Field("id"), uint64(1 << 63), "whole number"},
		{m.Field("id"), 1e19, "whole number"},
		{m.Field("id"), time.Second, "whole number"},
		{m.Field("score"), "1", "must be a number"},
		{m.Field("joined"), time.Date(12024, 1, 1, 0, 0, 0, 0, time.UTC), "years 0 to 9999"},
		{m.Field("role"), nil, "one of admin"},
		{m.Field("photo"), "x", "must be bytes"},
		{m.Field("notes"), func() {}, "JSON value"},
		{m.Field("tags"), "a", "must be a list"},
		{m.Field("tags"), []any{nil}, "element 1 must not be null"},
	} {
		_, issue := query.FromAny(c.field, c.v, "x")
		if issue == nil || issue.Path != "x" || !strings.Contains(issue.Message, c.says) {
			t.Errorf("%s = %v: %v, want %q", c.field.Name, c.v, issue, c.says)
		}
	}
}
