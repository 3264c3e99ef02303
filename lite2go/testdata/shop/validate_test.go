package shop_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/go-playground/validator/v10"

	"github.com/litestone-go/orm/lite2go/testdata/shop/models"
)

// TestValidateTags runs the plain validator over generated structs: what breaks a rule of the
// schema fails by that field, and nothing else does.
func TestValidateTags(t *testing.T) {
	good := func() *models.Customer {
		return &models.Customer{
			Email: "ada@example.com", Site: ptr("https://example.com/a?b"), Level: 1, Score: 100.25,
			Address: models.Address{Street: "Main St", City: "Ulm"},
			Tags:    []string{"a"}, Sizes: []models.Size{models.SizeM},
		}
	}
	tests := []struct {
		name   string
		change func(*models.Customer)
		fields []string // Go names that must fail
	}{
		{"as it is", func(c *models.Customer) {}, nil},
		{"unset options are fine", func(c *models.Customer) { c.Site, c.Name, c.Tags, c.Sizes = nil, nil, nil, nil }, nil},
		{"a default may fill the zero value", func(c *models.Customer) { c.Level, c.Score, c.Nick = 0, 0, "" }, nil},
		{"no email", func(c *models.Customer) { c.Email = "" }, []string{"Email"}},
		{"bad email", func(c *models.Customer) { c.Email = "ada" }, []string{"Email"}},
		{"other scheme", func(c *models.Customer) { c.Site = ptr("javascript:alert(1)") }, []string{"Site"}},
		{"empty text is not unset", func(c *models.Customer) { c.Name = ptr("") }, []string{"Name"}},
		{"runes, not bytes", func(c *models.Customer) {
			c.Name = ptr("ääääääääääääääääääääääääääääääääääääääää")
		}, nil},
		{"too long", func(c *models.Customer) {
			c.Name = ptr("äääääääääääääääääääääääääääääääääääääääää")
		}, []string{"Name"}},
		{"bounds", func(c *models.Customer) { c.Level, c.Score = 10, 100.5 }, []string{"Score", "Level"}},
		{"bounds below", func(c *models.Customer) { c.Level, c.Score = -1, -0.5 }, []string{"Score", "Level"}},
		{"too many items", func(c *models.Customer) { c.Tags = []string{"1", "2", "3", "4", "5", "6"} }, []string{"Tags"}},
		{"unknown value in a list", func(c *models.Customer) { c.Sizes = []models.Size{"s", "huge"} }, []string{"Sizes[1]"}},
		{"inside typed Json", func(c *models.Customer) { c.Address.Street = "" }, []string{"Street"}},
		{"inside optional typed Json", func(c *models.Customer) {
			c.Billing = &models.Address{Street: "x", Size: ptr(models.Size("?")), Geo: &models.Geo{Lat: 91}}
		}, []string{"Size", "Lat"}},
	}
	v := validator.New()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := good()
			tt.change(c)
			var got []string
			var bad validator.ValidationErrors
			if err := v.Struct(c); errors.As(err, &bad) {
				for _, e := range bad {
					got = append(got, e.StructField())
				}
			} else if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, tt.fields) {
				t.Errorf("failing fields: %q, want %q", got, tt.fields)
			}
		})
	}
}

func TestEnums(t *testing.T) {
	if got := models.Size("").Values(); !slices.Equal(got, []models.Size{"s", "m", "l", "xl"}) {
		t.Errorf("values: %q", got)
	}
	for _, tt := range []struct {
		v    models.Size
		want bool
	}{{models.SizeXl, true}, {"XL", false}, {"", false}} {
		if tt.v.Valid() != tt.want {
			t.Errorf("%q.Valid() = %t", tt.v, !tt.want)
		}
	}
}
