package litestone_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"

	"github.com/litestone-go/orm/litestone"
)

// member is what lite2go would write of model members.
type member struct {
	litestone.Row `json:"-"`

	ID    int64  `json:"id"`
	Email string `json:"email" validate:"required,email"`
	Phone string `json:"phone"`
}

type memberInput struct {
	Email litestone.Opt[string] `json:"email"`
	Phone litestone.Opt[string] `json:"phone"`
}

func membersOf(schema, accessor string) litestone.Definition {
	return litestone.Definition{
		Root: "schema.lite", Sources: []litestone.Source{{Name: "schema.lite", Text: schema}},
		Models: []litestone.ModelType{litestone.ModelOf[member, memberInput, memberInput](accessor)},
	}
}

const membersSchema = `model members { id Integer @id  email Text @email  phone Text @phone }`

// TestRegisteredTags: email and http_url mean what the schema's attributes do, in any struct.
func TestRegisteredTags(t *testing.T) {
	v := validator.New()
	if err := litestone.RegisterValidations(v); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		value, tag string
		want       bool
	}{
		{"ada@example.com", "email", true},
		{"a..b@example.com", "email", true},
		{"ada@example", "email", false},
		{"a b@example.com", "email", false},
		{"https://example.com/x", "http_url", true},
		{"HTTP://EXAMPLE.COM", "http_url", true},
		{"http://", "http_url", false},
		{"ftp://example.com", "http_url", false},
	} {
		if got := v.Var(tt.value, tt.tag) == nil; got != tt.want {
			t.Errorf("%s of %q: %t", tt.tag, tt.value, got)
		}
	}
}

func TestRegisteredModels(t *testing.T) {
	v := validator.New()
	if err := litestone.RegisterValidations(v, membersOf(membersSchema, "members")); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		value any
		want  string // the namespace and rule that fail
	}{
		{&member{Email: "ada@example.com", Phone: "1234567"}, ""},
		{&member{Email: "ada@example.com", Phone: "no"}, "member.Phone phone"},
		{&member{Email: "ada", Phone: "1234567"}, "member.Email email"},
		{&memberInput{}, ""},
		{&memberInput{Phone: litestone.Null[string]()}, ""},
		{&memberInput{Email: litestone.Set("ada")}, "memberInput.Email email"},
	} {
		got := ""
		var bad validator.ValidationErrors
		if errors.As(v.Struct(tt.value), &bad) {
			got = bad[0].StructNamespace() + " " + bad[0].Tag()
		}
		if got != tt.want || len(bad) > 1 {
			t.Errorf("%+v fails by %q, want %q", tt.value, got, tt.want)
		}
	}
}

func TestRegisterRefuses(t *testing.T) {
	for _, tt := range []struct {
		d    litestone.Definition
		want string
	}{
		{membersOf("model members { id Nope @id }", "members"), "schema.lite:1:20: error"},
		{membersOf(membersSchema, "member"), "the generated model member is not in the schema (did you mean members?)"},
	} {
		if err := litestone.RegisterValidations(validator.New(), tt.d); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want %q", err, tt.want)
		}
	}
}

func ExampleRegisterValidations() {
	v := validator.New()
	if err := litestone.RegisterValidations(v, membersOf(membersSchema, "members")); err != nil { // generated: models.RegisterValidations(v)
		panic(err)
	}
	err := v.Struct(member{Email: "ada@example.com", Phone: "call me"})
	for _, e := range err.(validator.ValidationErrors) {
		fmt.Println(e.Field(), e.Tag())
	}
	// Output: Phone phone
}
