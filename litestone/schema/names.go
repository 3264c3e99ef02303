package schema

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jinzhu/inflection"

	"github.com/litestone-go/orm/litestone/diag"
)

// Names of tables, accessors and Go identifiers are derived here and nowhere else.

// nameEverything gives models their tables and accessors, and everything its Go name.
func (c *checker) nameEverything() {
	for _, md := range c.order {
		m := md.m
		m.Index = len(c.s.Models)
		c.s.Models = append(c.s.Models, m)
		m.Accessor = accessorName(m.Name)
		if !md.mapped {
			m.Table = tableName(m.Name, c.opts.Pluralize)
		}
	}
	c.accessorsDiffer()
	c.tablesDiffer()
	c.columnsDiffer()
	c.goNames()
}

// accessorsDiffer: a call names a model by its accessor, so each has its own.
func (c *checker) accessorsDiffer() {
	first := map[string]*modelDecl{}
	for _, md := range c.order {
		if o := first[md.m.Accessor]; o != nil {
			d := c.fail(md.tree.Name.Span, CodeDuplicateAccessor, "rename one of them", "%s: calls name it %s, as they name model %s", md.at(), md.m.Accessor, o.m.Name)
			d.Related = []diag.Related{{Message: "the other model", Span: o.tree.Name.Span}}
			continue
		}
		first[md.m.Accessor] = md
		c.s.byName[md.m.Accessor] = md.m
	}
	for _, md := range c.order {
		c.s.byName[md.m.Name] = md.m
	}
}

// tableName is the snake case of a model's name, its last word plural when asked for.
func tableName(model string, pluralize bool) string {
	name := snakeCase(model)
	if !pluralize {
		return name
	}
	cut := strings.LastIndexByte(name, '_') + 1
	return name[:cut] + plural(name[cut:])
}

// accessorName is the name with its first letter lower; the rest stays.
func accessorName(name string) string {
	r, n := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(r)) + name[n:]
}

// snakeCase puts an underscore before each word and makes it lower case: HTTPLog → http_log,
// orderV2Items → order_v2_items.
func snakeCase(name string) string {
	var b strings.Builder
	rs := []rune(name)
	for i, r := range rs {
		if wordStarts(rs, i) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// wordStarts reports whether a capital at i begins a word inside a name.
func wordStarts(rs []rune, i int) bool {
	if i == 0 || !unicode.IsUpper(rs[i]) || rs[i-1] == '_' {
		return false
	}
	if !unicode.IsUpper(rs[i-1]) {
		return true
	}
	return i+1 < len(rs) && unicode.IsLower(rs[i+1])
}

// words cuts a name at capitals and at what is neither letter nor digit.
func words(name string) []string {
	var out []string
	rs := []rune(name)
	start := 0
	cut := func(end int) {
		if end > start {
			out = append(out, string(rs[start:end]))
		}
	}
	for i, r := range rs {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			cut(i)
			start = i + 1
		case wordStarts(rs, i) && i > start:
			cut(i)
			start = i
		}
	}
	cut(len(rs))
	return out
}

// goName is the exported Go identifier of a name: accountId → AccountID, http_log → HTTPLog.
func goName(name string) string { return joinWords(words(name)) }

func joinWords(words []string) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(goWord(w))
	}
	out := b.String()
	if r, _ := utf8.DecodeRuneInString(out); out == "" || !unicode.IsUpper(r) {
		return "X" + out // Go exports what begins with a capital
	}
	return out
}

func goWord(w string) string {
	upper := strings.ToUpper(w)
	if initialism(upper) {
		return upper
	}
	if n := len(upper) - 1; n > 1 && upper[n] == 'S' && initialism(upper[:n]) && upper[:n] != "HTTP" {
		return upper[:n] + "s" // ids → IDs
	}
	r, n := utf8.DecodeRuneInString(w)
	return string(unicode.ToUpper(r)) + w[n:]
}

// initialism lists words that Go writes in capitals.
func initialism(w string) bool {
	switch w {
	case "ACL", "API", "ASCII", "CPU", "CSS", "CSV", "DB", "DNS", "EOF", "FTS", "GUID", "HTML", "HTTP", "HTTPS", "ID", "IP", "JSON",
		"JWT", "OS", "PDF", "QPS", "RAM", "RPC", "SLA", "SMTP", "SQL", "SSH", "SSN", "TCP", "TLS", "TTL", "UDP", "UI", "UID",
		"URI", "URL", "UTF8", "UUID", "VAT", "VM", "XML", "XSS", "YAML":
		return true
	}
	return false
}

// modelGoNames gives the struct's name (singular) and the accessor's (plural).
func modelGoNames(name string) (one, many string) {
	ws := words(name)
	if len(ws) == 0 {
		return goName(name), goName(name)
	}
	last := ws[len(ws)-1]
	if initialism(strings.ToUpper(last)) {
		return joinWords(ws), joinWords(ws) + "s"
	}
	single := singular(last)
	ws[len(ws)-1] = single
	one = joinWords(ws)
	ws[len(ws)-1] = plural(single)
	return one, joinWords(ws)
}

// singular and plural follow English as package inflection knows it, but for its Latin: data and
// media stay as they are. Its two hundred patterns take a while, so the many words that just end
// in an s are cut first; a test holds both ways to the same answers.
func singular(w string) string {
	if n := len(w) - 1; n > 2 && w[n] == 's' && losesS(strings.ToLower(w[:n])) {
		return w[:n]
	}
	if strings.HasSuffix(w, "a") || strings.HasSuffix(w, "A") {
		return w
	}
	return orElse(inflection.Singular(w), w)
}

func plural(w string) string {
	if len(w) > 2 && takesS(strings.ToLower(w)) {
		return w + "s"
	}
	return orElse(inflection.Plural(w), w)
}

// losesS: nothing but the s makes this word plural.
func losesS(w string) bool {
	last, before := w[len(w)-1], w[len(w)-2]
	switch last {
	case 'b', 'd', 'g', 'k', 'l', 'm', 'n', 'p', 'r', 't', 'w':
		return !strings.HasSuffix(w, "new") && w != "jean"
	case 'e':
		return strings.IndexByte("vixhsocz", before) < 0
	}
	return false
}

// takesS: nothing but an s makes this lower-case word plural.
func takesS(w string) bool {
	switch w[len(w)-1] {
	case 'b', 'd', 'g', 'k', 'l', 'n', 'p', 'r', 't', 'w':
	case 'm':
		if strings.HasSuffix(w, "um") {
			return false
		}
	case 'e':
		if strings.HasSuffix(w, "fe") || strings.HasSuffix(w, "use") {
			return false
		}
	default:
		return false
	}
	switch w {
	case "sheep", "equipment", "information", "rice", "police":
		return false
	}
	return !strings.HasSuffix(w, "man") && !strings.HasSuffix(w, "person") && !strings.HasSuffix(w, "child")
}
