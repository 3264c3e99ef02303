package syntax

import "github.com/litestone-go/orm/litestone/diag"

func (p *parser) model() *Model {
	first, name := p.header("model")
	m := &Model{Name: name}
	m.Doc, m.Fields, m.Attrs, m.Body = p.body(first)
	m.Span = p.spanFrom(p.tokens[first])
	return m
}

func (p *parser) trait() *Trait {
	first, name := p.header("trait")
	t := &Trait{Name: name}
	t.Doc, t.Fields, t.Attrs, t.Body = p.body(first)
	t.Span = p.spanFrom(p.tokens[first])
	return t
}

func (p *parser) typeDecl() *Type {
	first, name := p.header("type")
	t := &Type{Name: name}
	t.Doc, t.Fields, t.Attrs, t.Body = p.body(first)
	t.Span = p.spanFrom(p.tokens[first])
	return t
}

// body reads the { fields and @@attributes } of a model, trait or type.
func (p *parser) body(first int) (doc string, fields []*Field, attrs []*Attr, at diag.Span) {
	brace, ok := p.open()
	doc = p.docs(first)
	if !ok {
		return doc, nil, nil, at
	}
	b := body{parser: p, suspect: -1}
	at = p.block(brace, false, b.member)
	return p.closingDocs(doc), b.fields, b.attrs, at
}

// body collects the members of one block.
//
// Fields may be laid out freely, so a field without a type takes the next line's name for it and
// every field after it is read shifted by one word, until a type is missing somewhere else. The
// first field whose type stands on a later line is therefore suspect: when a type turns out to be
// missing further on, the block is read again from there, now with line breaks between fields.
type body struct {
	*parser
	fields []*Field
	attrs  []*Attr

	suspect int  // token of the first field whose type is on a later line; -1: none
	lines   bool // line breaks end fields from here on

	gapBefore, fieldCount, attrCount, errorCount int // what there was before the suspect
}

func (b *body) member() {
	first := b.i
	switch t := b.peek(); t.kind {
	case tokIdent:
		f := b.fieldDecl(b.lines)
		typed := f.Type.Name.Name != "" || f.Type.Name.Span.Start != f.Type.Name.Span.End
		if !typed && !b.lines && b.suspect >= 0 {
			b.again()
			return
		}
		if typed && !b.lines && b.suspect < 0 && b.tokens[first+1].newline {
			b.suspect, b.gapBefore = first, b.gap
			b.fieldCount, b.attrCount, b.errorCount = len(b.fields), len(b.attrs), b.errorsBefore(first)
		}
		f.Doc = b.docs(first)
		b.fields = append(b.fields, f)
	case tokAtAt:
		b.attrs = append(b.attrs, b.attr())
	case tokAt:
		a := b.attr()
		b.errorf(a.Span, CodeStrayAttribute, "%s@%s follows no field", b.context(), a.Name.Name).Hint =
			"an attribute of a field stands behind its type, before any ; or ,; one of the whole block starts with @@"
	case tokString, tokNumber:
		b.errorf(b.tokenSpan(t), CodeBadName, "%sa field's name is a plain word, not %s", b.context(), t.describe(b.text)).Hint =
			"names are made of letters, digits and _, start with no digit and have no quotes"
	case tokBad:
	default:
		b.unexpected(CodeUnexpectedToken, "a field or an @@attribute").Hint = "a field is written name Type @attribute"
	}
}

// again goes back to the suspect field and forgets what was read since.
func (b *body) again() {
	b.lines = true
	b.i, b.gap = b.suspect, b.gapBefore
	b.fields, b.attrs = b.fields[:b.fieldCount], b.attrs[:b.attrCount]
	b.found = b.found[:b.errorCount]
}

// errorsBefore counts the complaints that are not about the field that begins at a token.
func (b *body) errorsBefore(first int) int {
	n := len(b.found)
	for n > 0 && b.found[n-1].Span.Start >= int(b.tokens[first].start) {
		n--
	}
	return n
}
