package write

import (
	"errors"
	"testing"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// mirror stands in for a cipher.
type mirror struct{}

func (mirror) Seal(f *schema.Field, v query.Value) (query.Value, error) {
	b := []byte(v.Str())
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return query.Text(f.Name + ":" + string(b)), nil
}

func TestEncryptedFieldsAreSealedOnce(t *testing.T) {
	s, err := schema.FromText("crypt.lite", `model users { id Integer @id  name Text  ssn Text? @encrypted  pin Text? @encrypted }`, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := describe(s.Model("users"))
	take := func(k *work) *row {
		return k.take(m, &query.Data{Set: []query.Assign{
			{Ref: query.RefOf(m.Model, m.Field("name")), Value: query.Text("ann")},
			{Ref: query.RefOf(m.Model, m.Field("ssn")), Value: query.Text("123")},
			{Ref: query.RefOf(m.Model, m.Field("pin")), Value: query.Null()},
		}}, true, "", spot{})
	}
	k := &work{e: &Engine{}, m: m.Model}
	var e *liteerr.Error
	if err := k.encrypt(take(k)); !errors.As(err, &e) || e.Code != liteerr.Config || len(e.Fields) != 1 || e.Fields[0] != "ssn" {
		t.Errorf("without a key: %v", err)
	}
	k.e.seal = mirror{}
	r := take(k)
	for range 2 {
		if err := k.encrypt(r); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]query.Value{"name": query.Text("ann"), "ssn": query.Text("ssn:321"), "pin": query.Null()} {
		if got := r.vals[m.Field(name).Index]; got != want {
			t.Errorf("%s holds %v, want %v", name, got.Any(), want.Any())
		}
	}
}
