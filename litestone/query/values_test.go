package query_test

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"github.com/uptrace/bun/driver/sqliteshim"

	"github.com/litestone-go/orm/litestone/query"
)

func TestTimeText(t *testing.T) {
	for in, want := range map[string]string{
		"2024-02-29":                     "2024-02-29T00:00:00.000Z",
		"2024-02-29T10:00":               "2024-02-29T10:00:00.000Z",
		"2024-02-29T10:00:00":            "2024-02-29T10:00:00.000Z",
		"2024-02-29T10:00:00.1239999Z":   "2024-02-29T10:00:00.123Z",
		"2024-02-29T23:30:00-01:00":      "2024-03-01T00:30:00.000Z",
		"2024-02-29T00:00:00+0530":       "2024-02-28T18:30:00.000Z",
		"0000-01-01T00:00:00.000Z":       "0000-01-01T00:00:00.000Z",
		"9999-12-31T23:59:59.999Z":       "9999-12-31T23:59:59.999Z",
		"2023-02-29":                     "",
		"2024-13-01":                     "",
		"2024-2-9":                       "",
		"2024-02-29 10:00:00":            "",
		"2024-02-29T24:00":               "",
		"2024-02-29T10:00:60":            "",
		"2024-02-29T10:00:00.Z":          "",
		"2024-02-29T10:00:00+25:00":      "",
		"0000-01-01T00:00:00+01:00":      "",
		"9999-12-31T23:59:59-01:00":      "",
		"":                               "",
		"2024":                           "",
		"2024-02-29T10:00:00Z and more":  "",
		"2024-02-29T10:00:00.000Z\x00":   "",
		"２０２４-02-29":                     "",
		"2024-02-29T10:00:00.000000000z": "2024-02-29T10:00:00.000Z",
	} {
		got, err := query.Parse(in)
		if want == "" {
			if err == nil {
				t.Errorf("%q is read as %s", in, got)
				continue
			}
			refusal(t, err)
			continue
		}
		if err != nil || got.String() != want {
			t.Errorf("%q is %s, %v; want %s", in, got, err, want)
		}
	}
}

func TestTimeJSON(t *testing.T) {
	in := query.TimeAs(time.Date(2024, 1, 2, 3, 4, 5, 6789e3, time.FixedZone("", -3600)))
	b, err := json.Marshal(map[string]any{"at": in, "no": (*query.Time)(nil)})
	if err != nil || string(b) != `{"at":"2024-01-02T04:04:05.006Z","no":null}` {
		t.Fatalf("%s, %v", b, err)
	}
	var out struct {
		At query.Time
		No *query.Time
	}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	if !out.At.Equal(in.Truncate(time.Millisecond)) || out.No != nil {
		t.Errorf("%v", out)
	}
	for _, bad := range []string{`{"At": 5}`, `{"At": "x"}`} {
		if err := json.Unmarshal([]byte(bad), &out); err == nil {
			t.Errorf("%s is read", bad)
		}
	}
	if n := query.Now(); n.Nanosecond()%1e6 != 0 || n.Location() != time.UTC {
		t.Errorf("Now is %v", n.Time)
	}
}

// TestTimeThroughBun writes and reads a Time with plain bun, which knows other formats for times.
func TestTimeThroughBun(t *testing.T) {
	sqldb, err := sql.Open(sqliteshim.DriverName(), "file:"+t.TempDir()+"/t.db")
	if err != nil {
		t.Fatal(err)
	}
	defer sqldb.Close()
	db := bun.NewDB(sqldb, sqlitedialect.New())
	type event struct {
		ID int64       `bun:"id,pk"`
		At query.Time  `bun:"at"`
		To *query.Time `bun:"to"`
	}
	ctx := t.Context()
	if _, err := db.ExecContext(ctx, `CREATE TABLE events (id INTEGER PRIMARY KEY, at TEXT NOT NULL, "to" TEXT) STRICT`); err != nil {
		t.Fatal(err)
	}
	at, _ := query.Parse("2024-01-02T03:04:05.678Z")
	if _, err := db.NewInsert().Model(&event{ID: 1, At: at}).Exec(ctx); err != nil {
		t.Fatal(err)
	}
	var text string
	if err := sqldb.QueryRowContext(ctx, `SELECT at FROM events WHERE at = ?`, at).Scan(&text); err != nil || text != "2024-01-02T03:04:05.678Z" {
		t.Errorf("stored as %q, %v", text, err)
	}
	var got event
	if err := db.NewSelect().Model(&got).Where("at <= ?", at).Scan(ctx); err != nil {
		t.Fatal(err)
	}
	if !got.At.Equal(at.Time) || got.To != nil {
		t.Errorf("read as %v", got)
	}
	var scanned query.Time
	for _, src := range []any{nil, 5, "x"} {
		if err := scanned.Scan(src); err == nil {
			t.Errorf("%v is scanned", src)
		}
	}
	if err := scanned.Scan([]byte("2024-01-02")); err != nil || scanned.String() != "2024-01-02T00:00:00.000Z" {
		t.Errorf("%v, %v", scanned, err)
	}
}

func TestOpt(t *testing.T) {
	type input struct {
		A query.Opt[int]    `json:"a,omitzero"`
		B query.Opt[int]    `json:"b,omitzero"`
		C query.Opt[string] `json:"c,omitzero"`
		D query.Opt[string] `json:"d"`
	}
	in := input{A: query.Set(0), B: query.NullOpt[int]()}
	b, err := json.Marshal(in)
	if err != nil || string(b) != `{"a":0,"b":null,"d":null}` {
		t.Fatalf("%s, %v", b, err)
	}
	var out input
	if err := json.Unmarshal([]byte(`{"a": 0, "b": null, "d": "x"}`), &out); err != nil {
		t.Fatal(err)
	}
	want := input{A: query.Set(0), B: query.NullOpt[int](), D: query.Set("x")}
	if out != want {
		t.Errorf("%+v, want %+v", out, want)
	}
	if v, ok := out.A.Get(); v != 0 || !ok || !out.A.IsSet() || out.A.IsNull() {
		t.Error("a set zero is not set")
	}
	if _, ok := out.B.Get(); ok || !out.B.IsSet() || !out.B.IsNull() {
		t.Error("null is a value")
	}
	if _, ok := out.C.Get(); ok || out.C.IsSet() || out.C.IsNull() || !out.C.IsZero() {
		t.Error("unset is set")
	}
	if out.C.Or("y") != "y" || out.D.Or("y") != "x" {
		t.Error("Or")
	}
	if err := json.Unmarshal([]byte(`{"a": "x"}`), &out); err == nil {
		t.Error("a text is read as a number")
	}
	if o := query.SetOrNull[int](nil); !o.IsNull() {
		t.Error("a nil pointer is not null")
	}
	if v, set := query.SetOrNull(new(5)).Any(); v != 5 || !set {
		t.Error("a pointer's value is lost")
	}
	if _, set := (query.Opt[int]{}).Any(); set {
		t.Error("unset says something")
	}
}

type failing struct{}

func (failing) Value() (driver.Value, error) { return nil, errors.New("is broken") }

func TestValueOf(t *testing.T) {
	type id int32
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		v    any
		want query.Value
	}{
		{nil, query.Null()}, {true, query.Int(1)}, {5, query.Int(5)}, {id(5), query.Int(5)},
		{uint16(5), query.Int(5)}, {1.5, query.Real(1.5)}, {float32(1.5), query.Real(1.5)},
		{"x", query.Text("x")}, {role("x"), query.Text("x")}, {[]byte{1}, query.Blob([]byte{1})},
		{[]byte(nil), query.Null()}, {json.RawMessage(`{}`), query.Blob([]byte(`{}`))},
		{at, query.Text("2024-01-01T00:00:00.000Z")}, {query.TimeAs(at), query.Text("2024-01-01T00:00:00.000Z")},
		{(*query.Time)(nil), query.Null()}, {(*int)(nil), query.Null()}, {new("x"), query.Text("x")},
		{json.Number("7"), query.Int(7)}, {json.Number("7.5"), query.Real(7.5)},
		{json.Number("9223372036854775808"), query.Real(9223372036854775808)},
		{sql.NullString{String: "x", Valid: true}, query.Text("x")}, {sql.NullInt64{}, query.Null()},
		{query.Text("x"), query.Text("x")},
	} {
		got, err := query.ValueOf(c.v)
		if err != nil || got != c.want {
			t.Errorf("%T %v is %v, %v", c.v, c.v, got, err)
		}
	}
	for _, bad := range []any{struct{}{}, []int{1}, map[string]any{}, math.NaN(), math.Inf(1), uint64(1 << 63), json.Number("x"), json.Number("1e999"), failing{}, func() {}} {
		if v, err := query.ValueOf(bad); err == nil {
			t.Errorf("%T is %v", bad, v)
		}
	}
}

func TestValueKinds(t *testing.T) {
	for _, c := range []struct {
		v    query.Value
		kind query.Kind
		any  any
	}{
		{query.Null(), query.KindNull, nil},
		{query.Int(math.MinInt64), query.KindInt, int64(math.MinInt64)},
		{query.Real(-0.5), query.KindReal, -0.5},
		{query.Text(""), query.KindText, ""},
		{query.Bool(true), query.KindInt, int64(1)},
	} {
		if c.v.Kind() != c.kind || c.v.Any() != c.any || c.v.IsNull() != (c.any == nil) {
			t.Errorf("%v: %v, %v", c.v, c.v.Kind(), c.v.Any())
		}
	}
	blob := []byte{1, 2}
	v := query.Blob(blob)
	blob[0] = 9
	if got := v.Any().([]byte); got[0] != 1 || v.Str() != "\x01\x02" {
		t.Error("a Blob is not a copy")
	}
	if query.Int(3).Float64() != 3 || query.Text("3").Float64() != 0 || query.Real(3).Int64() != 0 {
		t.Error("numbers")
	}
}

func TestSQLFragment(t *testing.T) {
	f := query.SQL("price > ? AND name = ?", 5, "x")
	same(t, f, query.Fragment{SQL: "price > ? AND name = ?", Args: []query.Value{query.Int(5), query.Text("x")}})
	c, err := f.Predicate(&query.Scope{Untrusted: true})
	if err != nil {
		t.Fatal(err)
	}
	same(t, *c, query.Cond{Op: query.OpRaw, Raw: &f})
	_, err = query.SQL("x = ?", []int{1}).Predicate(&query.Scope{})
	if e := refusal(t, err); !strings.Contains(e.Message, "argument 1") {
		t.Errorf("%v", err)
	}
}

func TestRef(t *testing.T) {
	m := shop(t).Model("users")
	for _, f := range m.Fields {
		r := query.RefOf(m, f)
		got, err := r.Field(m)
		if err != nil || got != f {
			t.Errorf("%s: %v, %v", f.Name, got, err)
		}
		r.Index = 1000 // an older schema's
		if got, err = r.Field(m); err != nil || got != f {
			t.Errorf("%s by name: %v, %v", f.Name, got, err)
		}
	}
	_, err := query.Ref{Model: "users", Name: "nmae", Index: 1}.Field(m)
	if e := refusal(t, err); e.Hint != "did you mean name?" || e.Fields[0] != "nmae" {
		t.Errorf("%v", err)
	}
	_, err = query.Ref{Model: "orders", Name: "id"}.Field(m)
	if e := refusal(t, err); !strings.Contains(e.Message, "orders.id is a column of another model") || e.Model != "users" {
		t.Errorf("%v", err)
	}
	if _, err := (query.Ref{}).Field(m); err == nil {
		t.Error("the zero Ref is a field")
	}
}

func TestEmptyConditions(t *testing.T) {
	id := query.IntCol("users", "id", 0)
	for _, c := range []query.Cond{{}, query.All(), query.Any(), query.Not(query.Cond{}), query.Not(query.Any(query.All())), id.NotIn(), query.ListCol[int]("users", "marks", 1).HasEvery()} {
		if !c.Empty() {
			t.Errorf("%v says something", c)
		}
	}
	for _, c := range []query.Cond{id.Eq(1), id.In(), id.IsNull(), query.Not(id.Eq(1)), query.Any(query.Cond{}, id.Eq(1)), query.ToMany("users", "orders", 1).Some(), query.SQL("1").Cond()} {
		if c.Empty() {
			t.Errorf("%v says nothing", c)
		}
	}
	if !(*query.Cond)(nil).Empty() {
		t.Error("nil says something")
	}
}

// TestBadElementReportsItself holds that a value no column can hold fails the call, not the program.
func TestBadElementReportsItself(t *testing.T) {
	c := query.ListCol[struct{}]("users", "tags", 1).Has(struct{}{})
	if c.Raw == nil {
		t.Fatalf("%v", c)
	}
	if e := refusal(t, c.Raw.Err); e.Fields[0] != "tags" {
		t.Errorf("%v", e)
	}
}
