package schema

import (
	"bytes"
	"encoding/json"
)

// defaultPassesItsValidators warns of a default that a validator of its field would refuse. A default is
// stored as it stands in the schema, without validators or transforms, and that is no mistake by
// itself: it may mark rows whose callers gave nothing. What is made anew for each row is judged by one
// of its kind, where all of a kind are alike.
func (c *checker) defaultPassesItsValidators(d *fieldDecl) {
	f, u := d.f, d.useOf("@default")
	if u == nil || f.Default == nil {
		return
	}
	for _, v := range f.Validators {
		if message := v.judgeDefault(f); message != "" {
			arg := u.arg("value")
			c.warn(exprSpan(arg.Value, arg.Span), CodeDefaultBreaksRule, "callers could not give it; it is stored as it stands",
				"%s: the default breaks @%s: %s", d.at(), v.Name, message)
		}
	}
}

// judgeDefault asks one validator about a field's default; "" says that it passes, or that it cannot
// be told.
func (v *Validator) judgeDefault(f *Field) string {
	switch x := f.Default.Literal.(type) {
	case int64:
		if f.Type == Real {
			return v.CheckNumber(float64(x))
		}
		return v.CheckInt(x)
	case float64:
		return v.CheckNumber(x)
	case string:
		if f.List {
			return v.CheckItems(itemKeys(x))
		}
		return v.Check(x)
	}
	switch v.Kind {
	case Email, URL, Date, DateTimeText, Phone, Length:
		if like := generatedLike(f.Default.Kind); like != "" && f.Type == Text {
			return v.Check(like)
		}
	}
	return ""
}

// generatedLike is a text of the length and the form of all that a generator makes; empty where they
// differ.
func generatedLike(k DefaultKind) string {
	switch k {
	case DefaultNow:
		return "2026-01-31T10:00:00.000Z"
	case DefaultUUID:
		return "0198f2a4-5b6c-7d8e-9f01-23456789abcd"
	case DefaultULID:
		return "01HZY3V6Q8N4T2R9W7X5K1M0PA"
	case DefaultCUID:
		return "tz4a98xxat96iws9zmbrgj3a"
	case DefaultNanoID:
		return "V1StGXR8_Z5jdHi6B-myT"
	}
	return ""
}

// itemKeys are the items of a JSON list, each as the text that tells it from others.
func itemKeys(list string) []string {
	var items []json.RawMessage
	if json.Unmarshal([]byte(list), &items) != nil {
		return nil
	}
	keys := make([]string, len(items))
	for i, item := range items {
		var b bytes.Buffer
		if json.Compact(&b, item) == nil {
			keys[i] = b.String()
		}
	}
	return keys
}
