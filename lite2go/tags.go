package lite2go

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// tag is one key of a struct tag.
type tag struct{ key, value string }

// structTag writes a struct tag, as a raw string literal where the values allow it.
func structTag(tags ...tag) string {
	var b strings.Builder
	for _, t := range tags {
		if t.value == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.key + ":" + strconv.Quote(t.value))
	}
	if strings.Contains(b.String(), "`") {
		return strconv.Quote(b.String())
	}
	return "`" + b.String() + "`"
}

// bunName gives a name as bun's tag wants it, or false when bun cannot quote it: it reads a dot
// as the end of a qualifier and a leading star as every column.
func bunName(name string) (string, bool) {
	return name, name != "" && !strings.Contains(name, ".") && name[0] != '*'
}

// bunValue quotes an option's value where bun's tag syntax asks for it.
func bunValue(v string) string {
	if strings.ContainsAny(v, "\",:()\\") {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
	}
	return v
}

// bunColumn is the bun tag of a stored or selectable field.
func bunColumn(f *schema.Field) string {
	if f.From != nil {
		if f.From.Kind == schema.FromFirst || f.From.Kind == schema.FromLast {
			return "-"
		}
		if _, ok := bunName(f.Name); !ok {
			return "-"
		}
		return bunField(f.Name) + ",scanonly"
	}
	if _, ok := bunName(f.Column); !ok || !f.Stored() {
		return "-"
	}
	opts := []string{bunField(f.Column)}
	if f.ID {
		opts = append(opts, "pk")
	}
	switch {
	case f.Model != nil && f.Model.IntegerKey() == f:
		opts = append(opts, "autoincrement")
	case f.Generated != nil:
		// With both, bun leaves the zero value out of an INSERT and reads the column back.
		opts = append(opts, "notnull", "nullzero", "skipupdate")
	default:
		if !f.Optional && !f.ID {
			opts = append(opts, "notnull")
		}
		if f.Unique {
			opts = append(opts, "unique")
		}
		if zeroMeansUnset(f) {
			opts = append(opts, "nullzero")
		}
		if f.List && !f.Optional {
			opts = append(opts, "default:'[]'")
		}
	}
	return strings.Join(opts, ",")
}

// bunField names a column in a tag: plainly, or as an option when it would not parse as a name.
func bunField(column string) string {
	if v := bunValue(column); v != column {
		return "column:" + v
	}
	return column
}

// zeroMeansUnset reports whether no one would store the Go zero value on purpose: a nil list,
// an enum's empty text, and an empty key, time or stamp that has a default. bun then leaves
// the column to the database instead of writing the zero.
func zeroMeansUnset(f *schema.Field) bool {
	switch {
	case f.List:
		return true
	case f.Optional:
		return false // a nil pointer says it
	case f.Type == schema.EnumType:
		return true
	case f.Type == schema.DateTime, f.ID && f.Type == schema.Text:
		return f.Default != nil || f.UpdatedAt
	}
	return false
}

// bunTable is the tag of bun.BaseModel. Reads go through the guard view where there is one.
func bunTable(m *schema.Model, alias string) string {
	t := "table:" + bunValue(m.Table)
	if m.Writable() {
		t += ",select:" + bunValue(guardView(m.Table))
	}
	return t + ",alias:" + alias
}

// bunNamesTable reports whether plain bun can name the model's table at all.
func bunNamesTable(m *schema.Model) bool {
	return !strings.ContainsAny(m.Table, ".*?()")
}

// bunRelation is the bun tag of a relation, "-" when bun has no words for it: a side without a
// primary key, names that its join syntax cannot hold, another database.
func (g *generator) bunRelation(r *schema.Relation) string {
	if r.Model.Database != r.Target.Database || !r.Model.Writable() {
		return "-"
	}
	switch r.Kind {
	case schema.BelongsTo:
		if len(r.Target.Key) == 0 {
			return "-"
		}
		return bunJoin("belongs-to", r.Local, r.Remote)
	case schema.HasOne:
		if len(r.Model.Key) == 0 {
			return "-"
		}
		return bunJoin("has-one", r.Local, r.Remote)
	case schema.HasMany:
		if len(r.Model.Key) == 0 {
			return "-"
		}
		return bunJoin("has-many", r.Local, r.Remote)
	}
	if !joinable(r.Join) {
		return "-"
	}
	if r.JoinLocal == r.Join.ColumnA {
		return "m2m:" + bunValue(r.Join.Table) + ",join:A=B"
	}
	return "m2m:" + bunValue(r.Join.Table) + ",join:B=A"
}

func bunJoin(kind string, local, remote []*schema.Field) string {
	out := "rel:" + kind
	if len(local) == 0 || len(local) != len(remote) {
		return "-"
	}
	for i := range local {
		if !plainName(local[i].Column) || !plainName(remote[i].Column) {
			return "-"
		}
		out += ",join:" + local[i].Column + "=" + remote[i].Column
	}
	return out
}

// joinable reports whether bun can go over the join table.
func joinable(j *schema.JoinTable) bool {
	return len(j.A.Key) == 1 && len(j.B.Key) == 1 && plainName(j.ColumnA) && plainName(j.ColumnB) &&
		plainName(j.A.Key[0].Column) && plainName(j.B.Key[0].Column) && !strings.ContainsAny(j.Table, ".*?()")
}

// plainName reports whether a column can stand in bun's join:a=b.
func plainName(column string) bool {
	return column != "" && !strings.ContainsAny(column, ".*=,:()\"\\ ")
}

// validate is the validator/v10 tag of a field, empty when there is nothing it can say exactly.
// Only rules whose tag means the same as the schema's attribute are written; the others are
// added by litestone.RegisterValidations. unset says that the zero value stands for no value.
func validate(f *schema.Field, pointer, unset bool) string {
	items, list := elementRules(f), listRules(f)
	var rules []string
	if f.List {
		rules = list
		if len(items) > 0 {
			rules = append(append(rules, "dive"), items...)
		}
	} else {
		rules = items
	}
	if len(rules) == 0 {
		return ""
	}
	switch {
	case f.List && rules[0] == "dive":
	case pointer:
		rules = append([]string{"omitnil"}, rules...)
	case unset:
		rules = append([]string{"omitempty"}, rules...)
	case refusesEmpty(rules):
		rules = append([]string{"required"}, rules...)
	}
	return strings.Join(rules, ",")
}

// refusesEmpty reports whether an empty text breaks one of the rules, so that `required` adds a
// better message and nothing else.
func refusesEmpty(rules []string) bool {
	for _, r := range rules {
		if r == "email" || r == "http_url" || strings.HasPrefix(r, "oneof=") {
			return true
		}
	}
	return false
}

func elementRules(f *schema.Field) (rules []string) {
	if f.Type == schema.EnumType {
		values := make([]string, len(f.Enum.Values))
		for i, v := range f.Enum.Values {
			values[i] = v.Name
		}
		rules = append(rules, "oneof="+strings.Join(values, " "))
	}
	for _, v := range f.Validators {
		switch v.Kind {
		case schema.Email:
			rules = append(rules, "email")
		case schema.URL:
			rules = append(rules, "http_url")
		case schema.Length:
			if v.Min > 0 {
				rules = append(rules, "min="+strconv.Itoa(v.Min))
			}
			if v.Max >= 0 {
				rules = append(rules, "max="+strconv.Itoa(v.Max))
			}
		case schema.Gt, schema.Gte, schema.Lt, schema.Lte:
			if b, ok := bound(f, v.Num); ok {
				rules = append(rules, comparisons[v.Kind]+"="+b)
			}
		}
	}
	return slices.Compact(rules)
}

func listRules(f *schema.Field) (rules []string) {
	for _, v := range f.Validators {
		switch v.Kind {
		case schema.MinItems:
			if v.Num > 0 {
				rules = append(rules, "min="+number(v.Num))
			}
		case schema.MaxItems:
			rules = append(rules, "max="+number(v.Num))
		}
	}
	return rules
}

var comparisons = map[schema.ValidatorKind]string{schema.Gt: "gt", schema.Gte: "gte", schema.Lt: "lt", schema.Lte: "lte"}

// bound writes the bound of a comparison. validator/v10 parses it with the field's own type and
// panics when that fails, and compares the length of a text.
func bound(f *schema.Field, n float64) (string, bool) {
	switch f.Type {
	case schema.Real:
		return number(n), !math.IsInf(n, 0) && !math.IsNaN(n)
	case schema.Integer:
		return number(n), n == math.Trunc(n) && math.Abs(n) <= 1<<53
	}
	return "", false
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
