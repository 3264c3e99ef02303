// Package rules_test holds the generated structs against the schema's own validators: whatever
// value a field has, validator/v10 and the client agree on it.
package rules_test

import (
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"

	"github.com/litestone-go/orm/lite2go/testdata/rules/models"
	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/schema"
)

// The corpus: every value is given to every field it fits.
var (
	texts = []string{
		"", " ", "a", "ab", "abc", "abcd", "abcde", "ä", "ää", "äöüß", "äöüßx", "x", "x1", "xyz", "xyzz", "日本語",
		"ada@example.com", "ada@example", "ada@", "@example.com", "a b@example.com", "a@b@c.de", "ada@.com", "ada@x.", "ADA@EXAMPLE.ORG", "ada@example.org", "o'brien+tag@sub.example.co.uk", "ada@exämple.de", `"odd"@example.com`, "a..b@example.com", ".a@example.com", "a@-x.org", "averyveryverylongname@example.org",
		"http://example.com", "https://example.com/a?b=c#d", "HTTP://EXAMPLE.COM", "ftp://example.com", "javascript:alert(1)", "http://", "http://localhost:8080", "http://user@host/x", "https://exa mple.com", "example.com", "http://[::1]/", "https://münchen.de",
		"2026-01-31", "2026-02-30", "2026-1-31", "31.01.2026", "2026-01-31T10:00:00Z", "2026-01-31T10:00:00.000Z", "2026-01-31T25:00:00Z", "2026-01-31T10:00", "2026-01-31 10:00:00", "2026-01-31T10:00:00+02:00",
		"+49 (89) 123-456", "1234567", "123456", "+", "++4989123456", "12345678901234567890", "123456789012345678901", "089.123.456",
		"a,b", "a,bc", `c="d"`, "ab,c", "ab,cd", "xab,c", "|z", "x|z", "|zx", "=", "a=b", "0x2C",
	}
	integers = []int64{0, 1, 4, 5, 6, -1, -2, -3, 9007199254740992, 9007199254740993, 9007199254740994, math.MaxInt64, math.MinInt64}
	reals    = []float64{0, 0.25, 0.2500001, 1, 1.0000001, -1, 0.5, 1e300}
	lists    = [][]string{nil, {}, {"a"}, {"a", "b"}, {"a", "a"}, {"a", "b", "c"}, {"a", "b", "a"}}
)

func TestValidatorAgrees(t *testing.T) {
	s, err := schema.FromFile("schema.lite", schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	v := validator.New()
	if err := models.RegisterValidations(v); err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, f := range s.Model("probes").Fields {
		if f.Encrypted != nil || f.JSONType != nil || f.ID {
			continue
		}
		for _, value := range corpus(f) {
			asked++
			for kind, got := range verdicts(t, v, f, value) {
				want := agrees(f, value)
				if kind == "row" && f.Name == "filled" && value == "" {
					want = true // a row's zero value stands for the default
				}
				if got != want {
					t.Errorf("%s of a %s: the validator says %t of %q, the schema %t", f.Name, kind, got, value, want)
				}
			}
		}
	}
	if asked < 1000 {
		t.Errorf("only %d values were asked about", asked)
	}
}

func corpus(f *schema.Field) (out []any) {
	switch {
	case f.List:
		for _, l := range lists {
			out = append(out, l)
		}
	case f.Type == schema.Integer:
		for _, n := range integers {
			out = append(out, n)
		}
	case f.Type == schema.Real:
		for _, n := range reals {
			out = append(out, n)
		}
	default:
		for _, s := range texts {
			out = append(out, s)
		}
	}
	return out
}

// agrees asks the schema's validators.
func agrees(f *schema.Field, value any) bool {
	inEnum := func(s string) bool { return f.Enum == nil || f.Enum.Has(s) }
	for _, v := range f.Validators {
		bad := ""
		switch value := value.(type) {
		case string:
			bad = v.Check(value)
		case int64:
			bad = v.CheckInt(value)
		case float64:
			bad = v.CheckNumber(value)
		case []string:
			bad = v.CheckItems(value)
		}
		if bad != "" {
			return false
		}
	}
	switch value := value.(type) {
	case string:
		return inEnum(value)
	case []string:
		return !slices.ContainsFunc(value, func(s string) bool { return !inEnum(s) })
	}
	return true
}

// verdicts puts a value into a field of each generated struct and asks the validator about it.
func verdicts(t *testing.T, v *validator.Validate, f *schema.Field, value any) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	row := &models.Probe{Required: "x", Few: []string{"a"}}
	create, update := &models.ProbeCreate{Required: "x"}, &models.ProbeUpdate{}
	for kind, target := range map[string]any{"row": row, "create": create, "update": update} {
		field := reflect.ValueOf(target).Elem().FieldByName(f.GoName)
		put(field, value)
		var bad validator.ValidationErrors
		err := v.Struct(target)
		if err != nil && !errors.As(err, &bad) {
			t.Fatal(err)
		}
		out[kind] = err == nil
		for _, e := range bad {
			if !strings.HasPrefix(e.StructField(), f.GoName) {
				t.Errorf("%s = %q is blamed on %s", f.Name, value, e.StructNamespace())
			}
		}
	}
	return out
}

// put sets a field: plain, behind a pointer, or through an Opt's own JSON.
func put(field reflect.Value, value any) {
	v := reflect.ValueOf(value)
	switch {
	case field.Kind() == reflect.Pointer:
		p := reflect.New(field.Type().Elem())
		p.Elem().Set(convert(v, p.Elem().Type()))
		field.Set(p)
	case field.Kind() == reflect.Struct: // Opt[T]: Get tells T
		get, _ := field.Type().MethodByName("Get")
		set := reflect.New(get.Type.Out(0)).Elem()
		set.Set(convert(v, set.Type()))
		field.Set(optOf(set.Interface(), field.Type()))
	default:
		field.Set(convert(v, field.Type()))
	}
}

func optOf(v any, t reflect.Type) reflect.Value {
	switch v := v.(type) {
	case string:
		return reflect.ValueOf(litestone.Set(v))
	case int64:
		return reflect.ValueOf(litestone.Set(v))
	case float64:
		return reflect.ValueOf(litestone.Set(v))
	case []string:
		return reflect.ValueOf(litestone.Set(v))
	case models.Grade:
		return reflect.ValueOf(litestone.Set(v))
	case []models.Grade:
		return reflect.ValueOf(litestone.Set(v))
	}
	panic("no Opt for " + t.String())
}

func convert(v reflect.Value, t reflect.Type) reflect.Value {
	if v.Kind() != reflect.Slice {
		return v.Convert(t)
	}
	if v.IsNil() {
		return reflect.Zero(t)
	}
	out := reflect.MakeSlice(t, v.Len(), v.Len())
	for i := range v.Len() {
		out.Index(i).Set(v.Index(i).Convert(t.Elem()))
	}
	return out
}

// TestTypedJSON: rules inside typed Json hold where the validator looks by itself and where not.
func TestTypedJSON(t *testing.T) {
	v := validator.New()
	if err := models.RegisterValidations(v); err != nil {
		t.Fatal(err)
	}
	level, grade, mail := int64(0), models.Grade("z"), "nobody"
	bad := models.Spot{Code: "ab1", Grade: &grade, Level: &level, Mail: &mail}
	for _, tt := range []struct {
		name  string
		value any
		want  []string
	}{
		{"by itself", &bad, []string{"Spot.Code regex", "Spot.Grade oneof", "Spot.Level gt", "Spot.Mail email"}},
		{"good", &models.Spot{Code: "AB1"}, nil},
		{"in a row", &models.Probe{Required: "x", Few: []string{"a"}, Spot: &bad}, []string{"Probe.Spot.Code regex", "Probe.Spot.Grade oneof", "Probe.Spot.Level gt", "Probe.Spot.Mail email"}},
		{"in an input", &models.ProbeUpdate{Spot: litestone.Set(bad)}, []string{"ProbeUpdate.Spot.Code regex", "ProbeUpdate.Spot.Grade oneof", "ProbeUpdate.Spot.Level gt", "ProbeUpdate.Spot.Mail email"}},
		{"null", &models.ProbeUpdate{Spot: litestone.Null[models.Spot](), Email: litestone.Null[string]()}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var errs validator.ValidationErrors
			if err := v.Struct(tt.value); err != nil && !errors.As(err, &errs) {
				t.Fatal(err)
			}
			var got []string
			for _, e := range errs {
				got = append(got, e.StructNamespace()+" "+e.Tag())
			}
			slices.Sort(got)
			if !slices.Equal(got, tt.want) {
				t.Errorf("fails: %q, want %q", got, tt.want)
			}
		})
	}
}

// TestWithoutRegistering: a plain validator takes the structs too; it knows less.
func TestWithoutRegistering(t *testing.T) {
	if err := validator.New().Struct(&models.Probe{Required: "x", Few: []string{"a"}}); err != nil {
		t.Error(err)
	}
}
