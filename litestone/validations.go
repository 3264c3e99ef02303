package litestone

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/schema"
)

// RegisterValidations makes a validator/v10 judge generated structs by the rules of their schema,
// outside of any client: rows, create and update inputs, typed Json. Generated packages have a
// function of the same name that passes their Definition.
//
// The tags email and http_url come to mean what @email and @url do, wherever they stand. What tags
// cannot say (@phone, @regex, @startsWith, fractional bounds on integers, fields that are a
// litestone.Opt …) is checked with the struct as a whole and reported under the field's Go name
// and the attribute's, as "regex". Values are judged as they stand: transforms, references, uniqueness
// and Config.Validate are the client's. A struct validation registered before for the same
// type is replaced.
//
// It must run before v judges its first struct, and fails when v refuses a tag or a definition's
// schema has errors.
func RegisterValidations(v *validator.Validate, definitions ...Definition) error {
	for tag, kind := range map[string]schema.ValidatorKind{"email": schema.Email, "http_url": schema.URL} {
		rule := schema.Validator{Kind: kind}
		err := v.RegisterValidation(tag, func(fl validator.FieldLevel) bool {
			return fl.Field().Kind() == reflect.String && rule.Check(fl.Field().String()) == ""
		})
		if err != nil {
			return &Error{Code: CodeConfig, Message: "the validator refuses the tag " + tag, Err: err}
		}
	}
	for _, d := range definitions {
		s, err := schema.FromFS(sources(d.Sources), d.Root, schema.Options{Pluralize: d.Pluralize})
		if err != nil {
			return err
		}
		if err := registerModels(v, s, d); err != nil {
			return err
		}
	}
	return nil
}

func registerModels(v *validator.Validate, s *schema.Schema, d Definition) error {
	done := map[reflect.Type]bool{}
	for _, t := range d.Models {
		m := s.Model(t.Accessor)
		if m == nil {
			names := make([]string, len(s.Models))
			for i, m := range s.Models {
				names[i] = m.Accessor
			}
			return &Error{Code: CodeConfig, Message: "the generated model " + t.Accessor + " is not in the schema", Hint: diag.DidYouMean(t.Accessor, names...)}
		}
		registerStruct(v, t.row, m.Fields, done)
		registerStruct(v, t.create, m.Fields, done)
		registerStruct(v, t.update, m.Fields, done)
	}
	return nil
}

// registerStruct registers a struct and the typed Json structs the validator meets inside it.
func registerStruct(v *validator.Validate, t reflect.Type, fields []*schema.Field, done map[reflect.Type]bool) {
	if done[t] {
		return
	}
	done[t] = true
	shape := shapeOf(t, fields, true)
	for inner, f := range shape.met {
		registerStruct(v, inner, f.JSONType.Fields, done)
	}
	v.RegisterStructValidation(func(sl validator.StructLevel) {
		shape.judge(sl.Current(), "", func(value any, path, rule, param string) {
			sl.ReportError(value, path, path, rule, param)
		})
	}, reflect.Zero(t).Interface())
}

// structShape is what is known of a generated struct.
type structShape struct {
	fields []*structField
	met    map[reflect.Type]*schema.Field // typed Json the validator looks into by itself
}

// structField is a field with rules to ask.
type structField struct {
	field *schema.Field
	index int
	name  string
	rules []*schema.Validator
	enum  bool         // ask whether the enum has the value
	unset bool         // the zero value stands for no value
	inner *structShape // of typed Json in an Opt or a list, where the validator does not look
}

// shapeOf finds the fields of a struct by their json names. With tagged, what the struct's tags
// say is left to them.
func shapeOf(t reflect.Type, fields []*schema.Field, tagged bool) *structShape {
	out := &structShape{met: map[reflect.Type]*schema.Field{}}
	row := false
	for i := range t.NumField() {
		sf := t.Field(i)
		row = row || sf.Anonymous && sf.Type == reflect.TypeFor[Row]()
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		f := namedField(fields, name)
		if f == nil || f.Relation != nil || f.ReadOnly() || !sf.IsExported() || row && f.Encrypted != nil {
			continue // a row may hold the envelope of an encrypted value
		}
		x := &structField{field: f, index: i, name: sf.Name}
		tags := strings.Split(sf.Tag.Get("validate"), ",")
		for _, v := range f.Validators {
			if !tagged || !taggedAs(v, tags) {
				x.rules = append(x.rules, v)
			}
		}
		x.enum = f.Enum != nil && !(tagged && strings.Contains(sf.Tag.Get("validate"), "oneof="))
		x.unset = !isOpt(sf.Type) && zeroIsUnset(f)
		if inner := structIn(sf.Type); f.JSONType != nil && inner != nil {
			if tagged && !isOpt(sf.Type) && !f.List {
				out.met[inner] = f
			} else {
				x.inner = shapeOf(inner, f.JSONType.Fields, false)
			}
		}
		if len(x.rules) > 0 || x.enum || x.inner != nil {
			out.fields = append(out.fields, x)
		}
	}
	return out
}

// zeroIsUnset reports whether something fills a field that holds Go's zero value.
func zeroIsUnset(f *schema.Field) bool {
	if f.List {
		return f.Optional || f.Default != nil && f.Default.Kind != schema.DefaultEmptyList
	}
	return f.Default != nil || f.UpdatedAt || f.UpdatedBy != nil || f.Sequence != nil
}

func namedField(fields []*schema.Field, name string) *schema.Field {
	for _, f := range fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

var optional = reflect.TypeFor[interface{ Any() (any, bool) }]()

func isOpt(t reflect.Type) bool { return t.Kind() == reflect.Struct && t.Implements(optional) }

// structIn gives the struct a typed Json field holds: itself, behind a pointer, in a slice or an Opt.
func structIn(t reflect.Type) reflect.Type {
	for {
		switch {
		case isOpt(t):
			t = t.Field(0).Type
		case t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice:
			t = t.Elem()
		case t.Kind() == reflect.Struct:
			return t
		default:
			return nil
		}
	}
}

// taggedAs reports whether a struct's validate tag says what an attribute does.
func taggedAs(v *schema.Validator, tags []string) bool {
	has := func(tag string) bool { return slices.Contains(tags, tag) }
	number := strconv.FormatFloat(v.Num, 'f', -1, 64)
	switch v.Kind {
	case schema.Email:
		return has("email")
	case schema.URL:
		return has("http_url")
	case schema.Length:
		return (v.Min == 0 || has("min="+strconv.Itoa(v.Min))) && (v.Max < 0 || has("max="+strconv.Itoa(v.Max)))
	case schema.Gt:
		return has("gt=" + number)
	case schema.Gte:
		return has("gte=" + number)
	case schema.Lt:
		return has("lt=" + number)
	case schema.Lte:
		return has("lte=" + number)
	case schema.MinItems:
		return v.Num <= 0 || has("min="+number)
	case schema.MaxItems:
		return has("max=" + number)
	}
	return false
}
