package litestone

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// reportRule takes a rule that does not hold.
type reportRule func(value any, path, rule, param string)

// judge asks the rules of a struct's fields.
func (s *structShape) judge(v reflect.Value, path string, report reportRule) {
	for _, f := range s.fields {
		value, ok := valueIn(v.Field(f.index))
		if !ok || f.unset && value.IsZero() {
			continue
		}
		at := f.name
		if path != "" {
			at = path + "." + at
		}
		switch {
		case f.field.List && value.Kind() == reflect.Slice:
			f.judgeList(value, at, report)
		case f.inner != nil && value.Kind() == reflect.Struct:
			f.inner.judge(value, at, report)
		default:
			f.judgeOne(value, at, report)
		}
	}
}

// valueIn looks through pointers and Opts; false for null and what is not set.
func valueIn(v reflect.Value) (reflect.Value, bool) {
	for {
		switch {
		case v.Kind() == reflect.Pointer:
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		case isOpt(v.Type()):
			inner, set := v.Interface().(interface{ Any() (any, bool) }).Any()
			if !set || inner == nil {
				return v, false
			}
			v = reflect.ValueOf(inner)
		default:
			return v, true
		}
	}
}

func (f *structField) judgeList(v reflect.Value, at string, report reportRule) {
	for _, r := range f.rules {
		switch r.Kind {
		case schema.MinItems, schema.MaxItems, schema.UniqueItems:
			keys := make([]string, v.Len())
			for i := range keys {
				b, _ := json.Marshal(v.Index(i).Interface())
				keys[i] = string(b)
			}
			if r.CheckItems(keys) != "" {
				report(v.Interface(), at, r.Name, ruleParam(r))
			}
		}
	}
	for i := range v.Len() {
		at := at + "[" + strconv.Itoa(i) + "]"
		e, ok := valueIn(v.Index(i))
		switch {
		case !ok:
		case f.inner != nil && e.Kind() == reflect.Struct:
			f.inner.judge(e, at, report)
		default:
			f.judgeOne(e, at, report)
		}
	}
}

// judgeOne asks about one text or number.
func (f *structField) judgeOne(v reflect.Value, at string, report reportRule) {
	if f.enum && v.Kind() == reflect.String && !f.field.Enum.Has(v.String()) {
		report(v.Interface(), at, "oneof", strings.Join(enumValues(f.field.Enum), " "))
	}
	for _, r := range f.rules {
		bad := ""
		switch {
		case v.Kind() == reflect.String:
			bad = r.Check(v.String())
		case v.CanInt():
			bad = r.CheckInt(v.Int())
		case v.CanFloat():
			bad = r.CheckNumber(v.Float())
		}
		if bad != "" {
			report(v.Interface(), at, r.Name, ruleParam(r))
		}
	}
}

func enumValues(e *schema.Enum) []string {
	out := make([]string, len(e.Values))
	for i, v := range e.Values {
		out[i] = v.Name
	}
	return out
}

// ruleParam is what a rule was given, as FieldError.Param shows it.
func ruleParam(v *schema.Validator) string {
	switch v.Kind {
	case schema.Regex:
		return v.Source
	case schema.StartsWith, schema.EndsWith, schema.Contains:
		return v.Text
	case schema.Gt, schema.Gte, schema.Lt, schema.Lte, schema.MinItems, schema.MaxItems:
		return strconv.FormatFloat(v.Num, 'f', -1, 64)
	case schema.Length:
		if v.Max < 0 {
			return strconv.Itoa(v.Min)
		}
		return strconv.Itoa(v.Min) + " " + strconv.Itoa(v.Max)
	}
	return ""
}
