package lite2go

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/litestone-go/orm/litestone/schema"
)

// comment gives a text as lines that can stand behind "// ": valid UTF-8, no control characters,
// trailing blanks gone.
func comment(text string) []string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\r\n", "\n"), "\uFFFD")
	text = strings.Trim(text, "\n\r\t ")
	if text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRightFunc(strings.Map(printable, l), unicode.IsSpace)
	}
	return lines
}

func printable(r rune) rune {
	switch {
	case r == '\t':
		return r
	case r == '\uFEFF', unicode.IsControl(r):
		return ' '
	}
	return r
}

// oneLine gives a text of the schema as it may stand inside a comment's line.
func oneLine(text string) string {
	return strings.Join(strings.Fields(strings.Join(comment(text), " ")), " ")
}

// fieldDoc is the comment over a struct field: the schema's own words, then what its attributes
// say, in plain words.
func (g *generator) fieldDoc(f *schema.Field) []string {
	doc := comment(f.Doc)
	facts := g.facts(f)
	if len(facts) == 0 {
		return doc
	}
	if len(doc) > 0 {
		doc = append(doc, "")
	}
	return append(doc, sentence(oneLine(strings.Join(facts, ", "))))
}

// sentence starts a line with a capital and ends it with a full stop.
func sentence(s string) string {
	if c := s[0]; c >= 'a' && c <= 'z' && !strings.HasPrefix(s, "auth(") {
		s = string(c-'a'+'A') + s[1:]
	}
	return s + "."
}

// facts lists what the attributes of a field say, in the order in which they matter to a caller.
func (g *generator) facts(f *schema.Field) (out []string) {
	add := func(s ...string) { out = append(out, strings.Join(s, "")) }
	if f.ID {
		if f.Model != nil && len(f.Model.Key) > 1 {
			add("part of the key")
		} else {
			add("key")
		}
	}
	if f.Unique {
		add("unique")
	}
	if f.Column != "" && f.Column != f.Name {
		add("column ", strconv.Quote(f.Column))
	}
	if r := f.Relation; r != nil {
		add(g.relationFact(r))
	}
	if f.Default != nil {
		add(defaultFact(f.Default))
	}
	if f.UpdatedAt {
		add("set on every update")
	}
	if f.UpdatedBy != nil {
		add("set to auth().", strings.Join(f.UpdatedBy, "."), " on every update")
	}
	if f.Sequence != nil {
		add("numbered per ", fieldNames(f.Sequence.Scope))
	}
	if f.Generated != nil {
		add("generated: ", f.Generated.SQL)
	}
	if f.From != nil {
		add(fromFact(f.From))
	}
	if f.Computed {
		add("computed by a Go function")
	}
	for _, t := range f.Transforms {
		add([...]string{"trimmed", "lower case", "upper case", "slug"}[t])
	}
	for _, v := range f.Validators {
		add(validatorFact(v))
	}
	return append(out, accessFacts(f)...)
}

func accessFacts(f *schema.Field) (out []string) {
	switch f.Omit {
	case schema.Lists:
		out = append(out, "left out of lists")
	case schema.Everywhere:
		out = append(out, "only answered when selected")
	}
	switch {
	case f.Secret:
		out = append(out, "secret")
	case f.Encrypted != nil && f.Encrypted.Searchable:
		out = append(out, "encrypted, searchable by equality")
	case f.Encrypted != nil:
		out = append(out, "encrypted")
	case f.Guarded == schema.Lists:
		out = append(out, "guarded")
	case f.Guarded == schema.Everywhere:
		out = append(out, "guarded everywhere")
	}
	for _, r := range f.Rules {
		what := "read and written"
		switch {
		case !r.Write:
			what = "read"
		case !r.Read:
			what = "written"
		}
		out = append(out, what+" if "+r.Source)
	}
	for _, l := range f.Logs {
		out = append(out, "logged to "+l.Database.Name)
	}
	if len(f.Accept) > 0 {
		out = append(out, "accepts "+strings.Join(f.Accept, " "))
	}
	if f.KeepVersions {
		out = append(out, "keeps old versions")
	}
	if f.Markdown {
		out = append(out, "Markdown")
	}
	if f.HardDelete {
		out = append(out, "deleted for good")
	}
	return out
}

func (g *generator) relationFact(r *schema.Relation) string {
	if r.Across {
		return g.keyFact(r) + ", in database " + r.Target.Database.Name
	}
	return g.keyFact(r)
}

func (g *generator) keyFact(r *schema.Relation) string {
	target := g.names.models[r.Target].row
	switch r.Kind {
	case schema.BelongsTo:
		return "the " + target + " of " + fieldNames(r.Local) + onDelete(r.OnDelete)
	case schema.HasOne:
		return "the " + target + " whose " + fieldNames(r.Remote) + " is this row" + onDelete(r.OnDelete)
	case schema.HasMany:
		return "each " + target + " whose " + fieldNames(r.Remote) + " is this row" + onDelete(r.OnDelete)
	}
	return "each " + target + " linked by " + r.Join.Table
}

func onDelete(a schema.Action) string {
	switch a {
	case schema.Cascade:
		return ", on delete cascade"
	case schema.SetNull:
		return ", on delete set null"
	case schema.SetDefault:
		return ", on delete set default"
	case schema.Restrict:
		return ", on delete restrict"
	}
	return ""
}

func fieldNames(fields []*schema.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return strings.Join(names, " and ")
}

func defaultFact(d *schema.Default) string {
	switch d.Kind {
	case schema.DefaultNow:
		return "default now()"
	case schema.DefaultUUID:
		return "default uuid()"
	case schema.DefaultULID:
		return "default ulid()"
	case schema.DefaultCUID:
		return "default cuid()"
	case schema.DefaultNanoID:
		return "default nanoid()"
	case schema.DefaultField:
		return "default: the value of " + d.Field.Name
	case schema.DefaultAuth:
		return "default auth()." + strings.Join(d.Auth, ".")
	case schema.DefaultEmptyList:
		return "default []"
	}
	switch v := d.Literal.(type) {
	case nil:
		return "default null"
	case bool:
		return "default " + strconv.FormatBool(v)
	case int64:
		return "default " + strconv.FormatInt(v, 10)
	case float64:
		return "default " + number(v)
	case string:
		return "default " + strconv.Quote(v)
	}
	return "has a default"
}

func fromFact(f *schema.From) string {
	what := f.Relation.Name()
	if f.Field != nil {
		what += "." + f.Field.Name
	}
	out := [...]string{"count of ", "sum of ", "least ", "greatest ", "first of ", "last of ", "whether there are "}[f.Kind] + what
	if f.OrderBy != nil {
		out += " by " + f.OrderBy.Name
	}
	if f.Where != "" {
		out += " where " + f.Where
	}
	return out
}

func validatorFact(v *schema.Validator) string {
	switch v.Kind {
	case schema.Email:
		return "email"
	case schema.URL:
		return "web address (http or https)"
	case schema.Date:
		return "ISO date"
	case schema.DateTimeText:
		return "ISO date and time"
	case schema.Phone:
		return "phone number"
	case schema.Regex:
		return "matches /" + v.Source + "/"
	case schema.Length:
		return lengthFact(v.Min, v.Max)
	case schema.Gt:
		return "more than " + number(v.Num)
	case schema.Gte:
		return "at least " + number(v.Num)
	case schema.Lt:
		return "less than " + number(v.Num)
	case schema.Lte:
		return "at most " + number(v.Num)
	case schema.StartsWith:
		return "starts with " + strconv.Quote(v.Text)
	case schema.EndsWith:
		return "ends with " + strconv.Quote(v.Text)
	case schema.Contains:
		return "contains " + strconv.Quote(v.Text)
	case schema.MinItems:
		return "at least " + number(v.Num) + " items"
	case schema.MaxItems:
		return "at most " + number(v.Num) + " items"
	case schema.UniqueItems:
		return "no item twice"
	}
	return v.Name
}

func lengthFact(min, max int) string {
	switch {
	case max < 0:
		return "min " + strconv.Itoa(min) + " runes"
	case min <= 0:
		return "max " + strconv.Itoa(max) + " runes"
	case min == max:
		return strconv.Itoa(min) + " runes"
	}
	return strconv.Itoa(min) + " to " + strconv.Itoa(max) + " runes"
}

// modelFacts lists what a caller should know of the model as a whole.
func modelFacts(m *schema.Model) (out []string) {
	switch {
	case m.External:
		out = append(out, "The table is made outside Litestone.")
	case !m.Writable():
		out = append(out, "Entries are appended to files of database "+m.Database.Name+".")
	case !m.Database.Implicit && m.Database.Name != "main":
		out = append(out, "Stored in database "+m.Database.Name+".")
	}
	if m.SoftDelete != nil {
		line := "Soft delete: remove stamps " + m.SoftDelete.Field.Name
		if m.SoftDelete.Cascade {
			line += ", the children's too"
		}
		out = append(out, line+".")
	}
	if m.FTS != nil {
		out = append(out, "Full-text index over "+fieldNames(m.FTS.Fields)+".")
	}
	for _, x := range m.Uniques {
		if len(x.Fields) > 1 {
			out = append(out, "Unique by "+fieldNames(x.Fields)+".")
		}
	}
	for _, r := range m.Rules {
		out = append(out, ruleFact(r))
	}
	for i, l := range out {
		out[i] = oneLine(l)
	}
	return out
}

func ruleFact(r *schema.Rule) string {
	var ops []string
	for _, op := range []schema.Operation{schema.Read, schema.Create, schema.Update, schema.PostUpdate, schema.Delete} {
		if r.Operations.Has(op) {
			ops = append(ops, op.String())
		}
	}
	word := "Allow "
	if r.Deny {
		word = "Deny "
	}
	return word + strings.Join(ops, ", ") + " if " + r.Source + "."
}
