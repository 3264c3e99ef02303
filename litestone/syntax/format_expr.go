package syntax

import "strings"

// gap is what stands between what was written and what comes next.
type gap uint8

const (
	noGap gap = iota
	spaceGap
	lineGap
)

// inline writes one member: tokens with the comments between them. Line breaks come from the author
// and from comments that end their line.
type inline struct {
	*printer
	b    strings.Builder
	gap  gap
	line int   // indentation of the line being written
	base int   // indentation of further lines outside of brackets
	open []int // of each bracket open, the indentation of the line it stands on
	done int   // where in the source the last piece written ends
}

// newInline begins a member whose first line is indented so many levels.
func (p *printer) newInline(levels int) *inline {
	return &inline{printer: p, line: levels * len(indentation), base: (levels + 1) * len(indentation)}
}

// put writes text after the gap before it.
func (w *inline) put(s string) {
	switch w.gap {
	case spaceGap:
		if w.b.Len() > 0 {
			w.b.WriteByte(' ')
		}
	case lineGap:
		w.newLine(w.indent())
	}
	w.gap = noGap
	w.b.WriteString(s)
}

// indent is the indentation of a line that begins here: brackets opened on one line count once.
func (w *inline) indent() int {
	if n := len(w.open); n > 0 {
		return w.open[n-1] + len(indentation)
	}
	return w.base
}

func (w *inline) newLine(indent int) {
	w.b.WriteByte('\n')
	w.b.WriteString(strings.Repeat(" ", indent))
	w.line, w.gap = indent, noGap
}

// bracket opens one.
func (w *inline) bracket(s string) {
	w.put(s)
	w.open = append(w.open, w.line)
}

func (w *inline) space() {
	if w.gap == noGap {
		w.gap = spaceGap
	}
}

// tight takes back a space, before a closing bracket.
func (w *inline) tight() {
	if w.gap == spaceGap {
		w.gap = noGap
	}
}

// lead writes the comments before an offset.
func (w *inline) lead(offset int) {
	for turned := false; ; {
		text, own, ok := w.pending(offset)
		if !ok {
			return
		}
		if s := w.b.String(); own || turned {
			w.gap = lineGap
		} else if s != "" && !strings.HasSuffix(s, "(") && !strings.HasSuffix(s, "[") || strings.HasPrefix(text, "//") {
			w.space()
		}
		w.put(text)
		turned = turned || own || strings.HasPrefix(text, "//") || strings.Contains(text, "\n") // so does what follows
		if strings.HasPrefix(text, "//") {
			w.gap = lineGap
		} else {
			w.gap = spaceGap
		}
	}
}

// follow prepares for a piece of the source that begins at an offset: its comments, and a line break
// where the author had one.
func (w *inline) follow(start int) {
	w.lead(start)
	if w.breaks(w.done, start) > 0 {
		w.gap = lineGap
	}
}

// cut ends a cell.
func (w *inline) cut() string {
	s := w.b.String()
	w.b.Reset()
	if w.gap == noGap {
		w.gap = spaceGap
	}
	return s
}

func (p *printer) field(f *Field) []string {
	w := p.newInline(1)
	w.put(f.Name.Name)
	cells := []string{w.cut()}
	w.lead(f.Type.Span.Start)
	w.typeRef(f.Type)
	cells = append(cells, w.cut())
	w.done = f.Type.Span.End
	for _, a := range f.Attrs {
		w.space()
		w.follow(a.Span.Start)
		w.attr(a)
	}
	if w.b.Len() > 0 {
		cells = append(cells, w.b.String())
	}
	return cells
}

func (p *printer) blockAttr(a *Attr) []string {
	w := p.newInline(1)
	w.attr(a)
	return []string{w.b.String()}
}

func (p *printer) setting(s *Setting) []string {
	w := p.newInline(1)
	w.put(s.Name.Name)
	cells := []string{w.cut()}
	w.lead(s.Value.ExprSpan().Start)
	w.expr(s.Value, 0)
	return append(cells, w.b.String())
}

func (p *printer) transition(t *Transition) []string {
	w := p.newInline(2)
	w.put(t.Name.Name + ":")
	cells := []string{w.cut()}
	if len(t.From) == 1 {
		w.lead(t.From[0].Span.Start)
		w.put(t.From[0].Name)
	} else {
		for i, from := range t.From {
			if i == 0 {
				w.lead(from.Span.Start)
				w.put("[")
			} else {
				w.put(",")
				w.space()
				w.lead(from.Span.Start)
			}
			w.put(from.Name)
		}
		w.put("]")
	}
	w.space()
	w.put("->")
	w.space()
	w.lead(t.To.Span.Start)
	w.put(t.To.Name)
	return append(cells, w.b.String())
}

func (w *inline) typeRef(t TypeRef) {
	w.put(w.spell(t.Name.Name))
	w.lead(t.Span.End)
	if s := typeSuffix(t); s != "" {
		w.tight()
		w.put(s)
	}
}

func (w *inline) attr(a *Attr) {
	if a.Block {
		w.put("@@")
	} else {
		w.put("@")
	}
	w.lead(a.Name.Span.Start)
	w.tight()
	w.put(a.Name.Name)
	w.done = a.Name.Span.End
	if a.Paren || len(a.Args) > 0 {
		w.args(a.Args, a.Span.End)
	}
	w.done = a.Span.End
}

// args writes ( … ), which ends at an offset of the source.
func (w *inline) args(args []*Arg, end int) {
	w.tight()
	w.bracket("(")
	if len(args) == 0 {
		w.done = end
	}
	for i, a := range args {
		if i > 0 {
			w.put(",")
			w.space()
		}
		w.follow(a.Span.Start)
		if a.Name.Name != "" {
			w.put(a.Name.Name + ":")
			w.space()
			w.lead(a.Value.ExprSpan().Start)
		}
		w.expr(a.Value, 0)
		w.done = a.Span.End
	}
	w.closing(")", end)
}

// closing writes a closing bracket.
func (w *inline) closing(bracket string, end int) {
	w.follow(end)
	last := len(w.open) - 1
	if w.gap == lineGap {
		w.newLine(w.open[last])
	}
	w.open = w.open[:last]
	w.tight()
	w.put(bracket)
}

// How strongly operators bind.
const (
	bindOr = iota + 1
	bindAnd
	bindCompare
	bindNot
)

func binding(op string) int {
	switch op {
	case "||":
		return bindOr
	case "&&":
		return bindAnd
	}
	return bindCompare
}

// expr writes an expression, in parentheses where it binds less than it must. Trees that were parsed
// carry their own.
func (w *inline) expr(e Expr, must int) {
	switch x := e.(type) {
	case *Name:
		w.path(x.Parts)
	case *Str:
		var b strings.Builder
		quote(&b, x.Value, x.Quote)
		w.put(b.String())
	case *Num:
		w.put(x.Text)
	case *Bool:
		if x.Value {
			w.put("true")
		} else {
			w.put("false")
		}
	case *Null:
		w.put("null")
	case *Unit:
		w.put(x.Num + x.Unit)
	case *List:
		w.list(x)
	case *Call:
		w.call(x)
	case *Unary:
		w.put(x.Op)
		w.lead(x.X.ExprSpan().Start)
		w.tight()
		w.expr(x.X, bindNot)
	case *Binary:
		w.binary(x, must)
	case *Paren:
		w.bracket("(")
		w.done = x.Span.Start
		w.follow(x.X.ExprSpan().Start)
		w.expr(x.X, 0)
		w.done = x.X.ExprSpan().End
		w.closing(")", x.Span.End)
	}
	w.done = e.ExprSpan().End
}

func (w *inline) binary(x *Binary, must int) {
	bind := binding(x.Op)
	if bind < must {
		w.put("(")
		defer w.put(")")
	}
	left := bind
	if bind == bindCompare {
		left++ // comparisons do not follow each other
	}
	w.expr(x.X, left)
	w.done = x.X.ExprSpan().End
	w.space()
	w.put(x.Op)
	w.space()
	w.follow(x.Y.ExprSpan().Start)
	w.expr(x.Y, bind+1)
}

func (w *inline) list(x *List) {
	w.bracket("[")
	w.done = x.Span.Start
	for i, item := range x.Items {
		if i > 0 {
			w.put(",")
			w.space()
		}
		w.follow(item.ExprSpan().Start)
		w.expr(item, 0)
		w.done = item.ExprSpan().End
	}
	w.closing("]", x.Span.End)
}

func (w *inline) call(x *Call) {
	w.put(x.Func.Name)
	w.done = x.Func.Span.End
	end := x.Span.End
	if len(x.Path) > 0 {
		end = x.Path[0].Span.Start
	}
	w.args(x.Args, end)
	if len(x.Path) > 0 {
		w.put(".")
		w.lead(x.Path[0].Span.Start)
		w.tight()
		w.path(x.Path)
	}
}

func (w *inline) path(parts []Ident) {
	for i, part := range parts {
		if i > 0 {
			w.put(".")
			w.lead(part.Span.Start)
			w.tight()
		}
		w.put(part.Name)
	}
}
