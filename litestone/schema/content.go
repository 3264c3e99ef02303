package schema

import (
	"regexp"
	"slices"
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/syntax"
)

// applyAttributes runs the attributes that may look at every column and relation.
func (c *checker) applyAttributes() {
	c.apply(content)
	for _, md := range c.order {
		c.settleFTS(md)
		c.emptyLists(md.fields)
		md.indexSearchables()
	}
	for _, t := range c.s.Types {
		c.emptyLists(c.types[t.Name].fields)
	}
	c.nameIndexes()
}

// emptyLists: a required list without a default is empty.
func (c *checker) emptyLists(fields []*fieldDecl) {
	for _, d := range fields {
		f := d.f
		if f.List && !f.Optional && f.Default == nil && f.Type != RelationType && !f.ReadOnly() {
			f.Default = &Default{Kind: DefaultEmptyList, Literal: "[]"}
		}
	}
}

// applyUpdatedBy stamps auth().id, or the path given.
func applyUpdatedBy(c *checker, u *use) {
	u.field.f.UpdatedBy = []string{"id"}
	a := u.arg("auth().field")
	if a == nil {
		return
	}
	call, ok := unparen(a.Value).(*syntax.Call)
	if !ok || call.Func.Name != "auth" || len(call.Args) > 0 || len(call.Path) == 0 {
		c.fail(a.Span, CodeWrongArgument, "write @updatedBy or @updatedBy(auth().field)", "%s: @updatedBy takes a field of auth()", u.at())
		return
	}
	u.field.f.UpdatedBy = identNames(call.Path)
}

func applySequence(c *checker, u *use) {
	scope, ok := c.columns(u, "scope")
	if !ok {
		return
	}
	for i, f := range scope {
		if f == u.field.f || f.List || f.Type == Json || f.Type == Blob || f.Type == File || f.Encrypted != nil {
			c.fail(u.names("scope")[i].Span, CodeWrongType, "count by a field with plain values", "%s: @sequence cannot count by the field %s", u.at(), f.Name)
			return
		}
	}
	u.field.f.Sequence = &Sequence{Scope: scope}
}

func applyHardDelete(c *checker, u *use) {
	r := u.field.f.Relation
	if r != nil && r.Kind != HasMany && r.Kind != HasOne {
		c.fail(u.attr.Span, CodeAttributeOnWrongType, "write it on the side whose rows are to go", "%s: @hardDelete stands on a relation whose target holds the foreign key", u.at())
		return
	}
	u.field.f.HardDelete = true
}

// applyAccept reads a list of media types: "image/*, application/pdf".
func applyAccept(c *checker, u *use) {
	for _, t := range strings.Split(u.text("types"), ",") {
		t = strings.ToLower(strings.TrimSpace(t))
		kind, sub, ok := strings.Cut(t, "/")
		if !ok || kind == "" || sub == "" || strings.ContainsAny(t, " \t;") {
			c.fail(u.arg("types").Span, CodeWrongArgument, `write "image/*" or "application/pdf, text/plain"`, "%s: @accept: %q is no media type", u.at(), t)
			return
		}
		u.field.f.Accept = append(u.field.f.Accept, t)
	}
}

func applyFieldLog(c *checker, u *use) {
	if l := c.log(u, true, true); l != nil {
		u.field.f.Logs = append(u.field.f.Logs, l)
	}
}

// applyLog: a model's log holds writes; reads are logged by field (SPEC "Access"), or here with
// reads: true.
func applyLog(c *checker, u *use) {
	if l := c.log(u, false, true); l != nil {
		u.model.m.Logs = append(u.model.m.Logs, l)
	}
}

func (c *checker) log(u *use, reads, writes bool) *Log {
	name := u.word("database")
	db := c.s.Database(name)
	if db == nil || db.Driver != Logger {
		var names []string
		for _, l := range c.loggers {
			names = append(names, l.Name)
		}
		hint := diag.DidYouMean(name, names...)
		if hint == "" {
			hint = "declare it: database " + name + ` { path "./` + name + `/"; driver logger }`
		}
		if db != nil {
			hint = "a log goes to a database with driver logger"
		}
		c.fail(u.arg("database").Span, CodeLogWithoutLogger, hint, "%s: %s: there is no logger database %s", u.at(), u.row.name, name)
		return nil
	}
	return &Log{Database: db, Reads: u.boolean("reads", reads), Writes: u.boolean("writes", writes), Span: u.attr.Span}
}

// addValidator makes a validator of an attribute's arguments.
func (c *checker) addValidator(u *use, kind ValidatorKind) {
	v := &Validator{Kind: kind, Name: strings.TrimPrefix(u.row.name, "@"), Message: u.text("message"), Max: -1}
	switch kind {
	case Regex:
		v.Source = u.text("pattern")
		p, err := regexp.Compile(v.Source)
		if err != nil {
			hint := "see https://pkg.go.dev/regexp/syntax"
			if strings.Contains(v.Source, "(?=") || strings.Contains(v.Source, "(?!") || strings.Contains(v.Source, "(?<") {
				hint = "patterns of Go look neither ahead nor behind; " + hint
			}
			c.fail(u.arg("pattern").Span, CodeBrokenPattern, hint, "%s: @regex: the pattern is broken: %s", u.at(), regexProblem(err))
			return
		}
		v.Pattern = p
	case Length:
		v.Min, v.Max = u.integer("min", 0), u.integer("max", -1)
		if v.Max >= 0 && v.Max < v.Min {
			c.fail(u.attr.Span, CodeWrongArgument, "write the smaller number first", "%s: @length: the least length %d is above the greatest %d", u.at(), v.Min, v.Max)
			return
		}
	case Gt, Gte, Lt, Lte:
		v.Num = u.number("number")
	case MinItems, MaxItems:
		v.Num = u.number("count")
	case StartsWith, EndsWith, Contains:
		v.Text = u.text("text")
	}
	u.field.f.Validators = append(u.field.f.Validators, v)
}

func regexProblem(err error) string {
	return strings.TrimPrefix(err.Error(), "error parsing regexp: ")
}

// actionNames gives the words of onDelete and onUpdate.
func actionNames() []string {
	return []string{"NoAction", "Cascade", "SetNull", "SetDefault", "Restrict"}
}

func actionNamed(name string) Action { return Action(max(0, slices.Index(actionNames(), name))) }

// String gives the action as SQL spells it.
func (a Action) String() string {
	return [...]string{"NO ACTION", "CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT"}[a]
}
