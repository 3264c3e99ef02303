package lite2go

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/schema"
)

type clientView struct {
	head
	Hash      string
	Root      string // the first source's name
	Tables    []member
	Bindings  []value
	Sources   []value // Name: the constant, Expr: its text
	Listed    []value // Name: the file's name as a literal, Expr: the constant
	Pluralize bool
	Models    []string // litestone.ModelOf[…]("…")
	Joins     []joinView
	Subject   *subjectView // nil without an @@auth model
}

// subjectView is the key that a row of the @@auth model is found by.
type subjectView struct{ Model, Params, Args string }

type joinView struct {
	Doc     []string
	Name    string
	BaseTag string
	Fields  []member
}

func (g *generator) clientFile() job {
	im := imports{pkgContext: true, pkgLitestone: true, pkgValidator: true}
	v := clientView{Pluralize: g.options.Pluralize}
	for i, m := range g.schema.Models {
		n := g.names.models[m]
		args := "[" + n.row + ", " + n.create + ", " + n.update + "]"
		v.Tables = append(v.Tables, member{Name: n.accessor, Type: "litestone.Table" + args})
		v.Bindings = append(v.Bindings, value{Name: n.accessor, Expr: "litestone.TableOf" + args + "(&c.Client, " + strconv.Itoa(i) + ")"})
		v.Models = append(v.Models, "litestone.ModelOf"+args+"("+strconv.Quote(m.Accessor)+")")
		if m.Subject && len(m.Key) > 0 {
			v.Subject = g.subjectView(m, im)
		}
	}
	sources := relativeSources(g.schema.Files)
	for i, s := range sources {
		name := "source" + strconv.Itoa(i)
		v.Sources = append(v.Sources, value{Doc: []string{name + " is " + s.name + "."}, Name: name, Expr: textLiteral(s.text)})
		v.Listed = append(v.Listed, value{Name: strconv.Quote(s.name), Expr: name})
	}
	root := "an empty schema"
	if len(sources) > 0 {
		root = sources[0].name
	}
	v.Root = strconv.Quote(root)
	for i, j := range g.schema.Joins {
		if joinable(j) {
			im[pkgBun] = true
			v.Joins = append(v.Joins, g.joinView(j, g.names.joins[i], im))
		}
	}
	v.Hash = g.hash(sources)
	v.head = g.head(im)
	v.Doc = []string{"Package " + g.options.Package + " is the typed client of " + root + "."}
	return job{file: "models.go", template: "models.tmpl", view: v}
}

// subjectView makes a parameter of every key field, named as in the schema where Go lets it.
func (g *generator) subjectView(m *schema.Model, im imports) *subjectView {
	taken := newScope("c", "v", "ctx", "err", "bind", "string", "int64", "float64", "bool", "byte", "litestone", "json", "context", "nil", "Client")
	var params, args []string
	for _, f := range m.Key {
		name := f.Name
		if !token.IsIdentifier(name) {
			name += "Key"
		}
		name = taken.claim(name, "Key")
		params = append(params, name+" "+g.valueType(f, im))
		args = append(args, name)
	}
	return &subjectView{g.names.models[m].row, strings.Join(params, ", "), strings.Join(args, ", ")}
}

// joinView is the struct plain bun needs to go over an implicit many-to-many table. Its relation
// fields are called A and B because bun's join option names Go fields.
func (g *generator) joinView(j *schema.JoinTable, n joinNames, im imports) joinView {
	side := func(letter, column string, m *schema.Model) []member {
		key := m.Key[0]
		return []member{
			{Name: letter + "Key", Type: g.valueType(key, im), Tag: structTag(tag{"bun", bunField(column) + ",pk"})},
			{Name: letter, Type: "*" + g.names.models[m].row, Tag: structTag(tag{"bun", "rel:belongs-to,join:" + column + "=" + key.Column})},
		}
	}
	return joinView{
		Doc:     []string{n.name + " is a row of " + j.Table + ", which links " + j.A.Name + " and " + j.B.Name + "."},
		Name:    n.name,
		BaseTag: structTag(tag{"bun", "table:" + bunValue(j.Table) + ",alias:" + n.alias}),
		Fields:  append(side("A", j.ColumnA, j.A), side("B", j.ColumnB, j.B)...),
	}
}

type source struct{ name, text string }

// relativeSources names every file relative to the deepest folder that holds them all, with
// slashes: the output does not depend on where the schema lies, and the sources form a file
// system in which imports find their files. The root schema stays first.
func relativeSources(files []*diag.File) []source {
	out := make([]source, len(files))
	paths := make([]string, len(files))
	for i, f := range files {
		out[i].text = f.Text
		paths[i] = f.Name
		if abs, err := filepath.Abs(f.Name); err == nil {
			paths[i] = abs
		}
	}
	root := ""
	for i, p := range paths {
		if dir := filepath.Dir(p); i == 0 {
			root = dir
		} else {
			root = commonDir(root, dir)
		}
	}
	for i, p := range paths {
		out[i].name = filepath.ToSlash(filepath.Base(p))
		if rel, err := filepath.Rel(root, p); err == nil {
			out[i].name = filepath.ToSlash(rel)
		}
	}
	return out
}

// commonDir gives the deepest folder that is, or is above, both.
func commonDir(a, b string) string {
	for !within(a, b) {
		up := filepath.Dir(a)
		if up == a {
			return a
		}
		a = up
	}
	return a
}

// within reports whether dir is root or below it.
func within(root, dir string) bool {
	rel, err := filepath.Rel(root, dir)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// textLiteral writes a text as a Go expression of the same bytes: a raw literal, or one quoted
// line after the other where raw literals cannot hold it.
func textLiteral(text string) string {
	if !strings.ContainsAny(text, "`\r\x00\uFEFF") && strings.ToValidUTF8(text, "") == text {
		return "`" + text + "`"
	}
	lines := strings.SplitAfter(text, "\n")
	var b strings.Builder
	for i, l := range lines {
		if l == "" {
			continue
		}
		if i > 0 {
			b.WriteString(" +\n\t")
		}
		b.WriteString(strconv.Quote(l))
	}
	return b.String()
}

// hash identifies what the package was generated from: options and sources.
func (g *generator) hash(sources []source) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %t\n", g.options.Package, g.options.Pluralize)
	for _, s := range sources {
		fmt.Fprintf(h, "%q %d\n%s", s.name, len(s.text), s.text)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
