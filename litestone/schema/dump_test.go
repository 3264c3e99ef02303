package schema_test

import (
	"fmt"
	"strings"

	"github.com/litestone-go/orm/litestone/schema"
)

// dump writes out everything a schema says, one fact a line, for goldens.
func dump(s *schema.Schema) string {
	var b strings.Builder
	for _, d := range s.Databases {
		fmt.Fprintf(&b, "database %s %s path=%q env=%q retention=%d%s max=%d", d.Name, d.Driver, d.Path.Literal, d.Path.Env, d.Retention.N, d.Retention.Unit, d.MaxSize)
		flag(&b, d.Replication, "replication")
		flag(&b, d.Implicit, "implicit")
		b.WriteByte('\n')
	}
	for _, e := range s.Enums {
		fmt.Fprintf(&b, "enum %s go=%s", e.Name, e.GoName)
		flag(&b, e.HasMachine, "machine")
		b.WriteByte('\n')
		for _, v := range e.Values {
			fmt.Fprintf(&b, "  %s go=%s\n", v.Name, v.GoName)
		}
		for _, t := range e.Transitions {
			fmt.Fprintf(&b, "  %s: %v -> %s go=%s\n", t.Name, t.From, t.To, t.GoName)
		}
	}
	for _, f := range s.Functions {
		fmt.Fprintf(&b, "function %s(%s) %s = %s\n", f.Name, strings.Join(f.Params, ", "), f.Result, f.SQL)
	}
	for _, t := range s.Types {
		fmt.Fprintf(&b, "type %s go=%s strict=%v\n", t.Name, t.GoName, t.Strict)
		fields(&b, t.Fields)
	}
	for _, m := range s.Models {
		model(&b, m)
	}
	for _, j := range s.Joins {
		fmt.Fprintf(&b, "join %s %s.%s %s.%s in %s", j.Table, j.A.Name, j.ColumnA, j.B.Name, j.ColumnB, j.Database.Name)
		if j.Was != nil {
			fmt.Fprintf(&b, " was %s %s %s", j.Was.Table, j.Was.ColumnA, j.Was.ColumnB)
		}
		b.WriteByte('\n')
	}
	for _, w := range s.Warnings {
		fmt.Fprintf(&b, "warning %s: %s\n", w.Code, w.Message)
	}
	return b.String()
}

func flag(b *strings.Builder, on bool, name string) {
	if on {
		b.WriteString(" " + name)
	}
}

func model(b *strings.Builder, m *schema.Model) {
	fmt.Fprintf(b, "model %s accessor=%s table=%s go=%s/%s db=%s key=%s columns=%s", m.Name, m.Accessor, m.Table, m.GoName, m.GoPlural,
		m.Database.Name, names(m.Key), names(m.Columns))
	flag(b, m.External, "external")
	flag(b, !m.Strict, "noStrict")
	flag(b, m.Subject, "auth")
	flag(b, m.Auto, "auto")
	if m.Was != "" {
		fmt.Fprintf(b, " was=%s", m.WasTables())
	}
	if m.SoftDelete != nil {
		fmt.Fprintf(b, " softDelete=%s cascade=%v", m.SoftDelete.Field.Name, m.SoftDelete.Cascade)
	}
	if g := m.Gate; g != nil {
		fmt.Fprintf(b, " gate=%d.%d.%d.%d", g.Read, g.Create, g.Update, g.Delete)
	}
	b.WriteByte('\n')
	fields(b, m.Fields)
	for _, x := range append(append([]*schema.Index{}, m.Uniques...), m.Indexes...) {
		fmt.Fprintf(b, "  index %q on %s unique=%v live=%v\n", x.Name, names(x.Fields), x.Unique, x.Live)
	}
	if f := m.FTS; f != nil {
		fmt.Fprintf(b, "  fts %s on %s rowid=%s tokenize=%q\n", f.Table, names(f.Fields), f.RowID, f.Tokenizer)
	}
	for _, l := range m.Logs {
		fmt.Fprintf(b, "  log %s reads=%v writes=%v\n", l.Database.Name, l.Reads, l.Writes)
	}
	for _, r := range m.Rules {
		word := "allow"
		if r.Deny {
			word = "deny"
		}
		var ops []string
		for op := schema.Read; op <= schema.Delete; op++ {
			if r.Operations.Has(op) {
				ops = append(ops, op.String())
			}
		}
		fmt.Fprintf(b, "  %s %s: %s message=%q source=%s\n", word, strings.Join(ops, ","), expr(r.Expr), r.Message, r.Source)
	}
}

func names(fields []*schema.Field) string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Name
	}
	return "[" + strings.Join(out, " ") + "]"
}

func fields(b *strings.Builder, fs []*schema.Field) {
	for _, f := range fs {
		fmt.Fprintf(b, "  %s %s go=%s column=%q", f.Name, f.TypeName(), f.GoName, f.Column)
		field(b, f)
		b.WriteByte('\n')
	}
}

func field(b *strings.Builder, f *schema.Field) {
	if f.Was != "" {
		fmt.Fprintf(b, " was=%q", f.Was)
	}
	flag(b, f.ID, "id")
	flag(b, f.Unique, "unique")
	flag(b, f.Required(), "required")
	flag(b, f.ReadOnly(), "readonly")
	flag(b, f.Computed, "computed")
	flag(b, f.UpdatedAt, "updatedAt")
	flag(b, f.Secret, "secret")
	flag(b, f.Markdown, "markdown")
	flag(b, f.KeepVersions, "keepVersions")
	flag(b, f.HardDelete, "hardDelete")
	if f.JSONType != nil {
		fmt.Fprintf(b, " type=%s/%s strict=%v", f.JSONType.Name, f.JSONType.GoName, f.JSONType.Strict)
	}
	if d := f.Default; d != nil {
		fmt.Fprintf(b, " default=%d", d.Kind)
		switch d.Kind {
		case schema.DefaultLiteral:
			fmt.Fprintf(b, ":%T:%v", d.Literal, d.Literal)
		case schema.DefaultField:
			b.WriteString(":" + d.Field.Name)
		case schema.DefaultAuth:
			b.WriteString(":" + strings.Join(d.Auth, "."))
		}
	}
	if g := f.Generated; g != nil {
		fmt.Fprintf(b, " generated=(%s) stored=%v uses=%s", g.SQL, g.Stored, names(g.Uses))
	}
	if fr := f.From; fr != nil {
		fmt.Fprintf(b, " from=%d(%s", fr.Kind, relation(fr.Relation))
		if fr.Field != nil {
			b.WriteString(" field=" + fr.Field.Name)
		}
		if fr.OrderBy != nil {
			b.WriteString(" orderBy=" + fr.OrderBy.Name)
		}
		if fr.Where != "" {
			b.WriteString(" where=" + fr.Where)
		}
		b.WriteString(")")
	}
	if f.Sequence != nil {
		b.WriteString(" sequence=" + names(f.Sequence.Scope))
	}
	if f.UpdatedBy != nil {
		fmt.Fprintf(b, " updatedBy=%v", f.UpdatedBy)
	}
	for _, t := range f.Transforms {
		fmt.Fprintf(b, " @%s", t)
	}
	for _, v := range f.Validators {
		fmt.Fprintf(b, " @%s(%s)", v.Name, v.Rule())
		if v.Message != "" {
			fmt.Fprintf(b, "=%q", v.Message)
		}
	}
	if f.Omit != schema.Shown {
		fmt.Fprintf(b, " omit=%d", f.Omit)
	}
	if f.Guarded != schema.Shown {
		fmt.Fprintf(b, " guarded=%d", f.Guarded)
	}
	if e := f.Encrypted; e != nil {
		fmt.Fprintf(b, " encrypted=searchable:%v,rotate:%v", e.Searchable, e.Rotate)
	}
	for _, r := range f.Rules {
		fmt.Fprintf(b, " allow(read=%v write=%v rowless=%v %s)", r.Read, r.Write, r.RowIndependent(), expr(r.Expr))
	}
	for _, l := range f.Logs {
		fmt.Fprintf(b, " log(%s reads=%v writes=%v)", l.Database.Name, l.Reads, l.Writes)
	}
	if f.Accept != nil {
		fmt.Fprintf(b, " accept=%v", f.Accept)
	}
	if f.Relation != nil {
		b.WriteString(" " + relation(f.Relation))
	}
}

func relation(r *schema.Relation) string {
	kind := [...]string{"belongsTo", "hasOne", "hasMany", "manyToMany"}[r.Kind]
	out := fmt.Sprintf("%s %s%s->%s%s delete=%s update=%s", kind, r.Model.Name, names(r.Local), r.Target.Name, names(r.Remote), r.OnDelete, r.OnUpdate)
	if r.Inverse != nil {
		out += " inverse=" + r.Inverse.Name()
	}
	if r.Across {
		out += " across"
	}
	if r.Join != nil {
		out += fmt.Sprintf(" join=%s(%s,%s)", r.Join.Table, r.JoinLocal, r.JoinRemote)
	}
	return out
}

// expr writes a policy with explicit parentheses; ^ marks a row one check() outwards.
func expr(e schema.Expr) string {
	switch e := e.(type) {
	case schema.And:
		return "(" + expr(e.X) + " && " + expr(e.Y) + ")"
	case schema.Or:
		return "(" + expr(e.X) + " || " + expr(e.Y) + ")"
	case schema.Not:
		return "!" + expr(e.X)
	case schema.Truth:
		return operandText(e.X)
	case schema.Const:
		return fmt.Sprint(e.Value)
	case schema.Compare:
		return operandText(e.X) + [...]string{"==", "!=", "<", "<=", ">", ">="}[e.Op] + operandText(e.Y)
	case schema.CheckRelation:
		return fmt.Sprintf("check(%s.%s same=%v op=%s)", e.Relation.Model.Name, e.Relation.Name(), e.Same, e.Op)
	case schema.CheckModel:
		return "exists(" + e.Target.Name + ": " + expr(e.Expr) + ")"
	}
	return fmt.Sprintf("?%T", e)
}

func operandText(o schema.Operand) string {
	path := func(hops []*schema.Relation, outer int) string {
		out := strings.Repeat("^", outer)
		for _, h := range hops {
			out += h.Name() + "/"
		}
		return out
	}
	switch o := o.(type) {
	case schema.FieldRef:
		out := path(o.Path, o.Outer) + o.Field.Name
		for _, k := range o.JSON {
			out += "->" + k
		}
		return out
	case schema.RelationRef:
		return path(o.Path, o.Outer) + "&" + o.Relation.Name()
	case schema.AuthRef:
		return strings.Join(append([]string{"auth()"}, o.Path...), ".")
	case schema.NowRef:
		return "now()"
	case schema.Literal:
		return fmt.Sprintf("%#v", o.Value)
	}
	return fmt.Sprintf("?%T", o)
}
