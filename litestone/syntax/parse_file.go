package syntax

import "github.com/litestone-go/orm/litestone/diag"

// declKeywords begin declarations, at the top level only.
var declKeywords = [...]string{"model", "enum", "trait", "type", "function", "database", "import"}

// otherKeywords are what other languages call them.
var otherKeywords = map[string]string{
	"table": "model", "class": "model", "struct": "model", "entity": "model", "record": "model", "view": "model",
	"fn": "function", "func": "function", "def": "function", "macro": "function",
	"mixin": "trait", "abstract": "trait", "interface": "trait", "fragment": "trait",
	"datasource": "database", "db": "database", "connection": "database",
	"object": "type", "input": "type", "scalar": "enum", "union": "enum",
	"include": "import", "require": "import", "use": "import", "using": "import", "from": "import",
}

// parse reads the declarations of a file.
func (p *parser) parse(f *File) {
	for {
		p.owner, p.field = "", ""
		switch t := p.peek(); {
		case t.kind == tokEOF:
			return
		case t.kind == tokSemicolon || t.kind == tokComma:
			p.next()
		case t.kind == tokIdent:
			p.declaration(f, t)
			p.gap = p.i
		default:
			p.strayAtTop(t)
			p.gap = p.i
		}
	}
}

func (p *parser) declaration(f *File, t token) {
	keyword := p.word(t)
	if !isDeclKeyword(keyword) {
		meant := p.unknownDeclaration(t)
		if meant == "" {
			p.next()
			p.skipDeclaration()
			return
		}
		keyword = meant
	}
	switch keyword {
	case "import":
		if imp := p.importDecl(); imp != nil {
			f.Imports = append(f.Imports, imp)
		}
	case "model":
		f.Decls = append(f.Decls, p.model())
	case "trait":
		f.Decls = append(f.Decls, p.trait())
	case "type":
		f.Decls = append(f.Decls, p.typeDecl())
	case "enum":
		f.Decls = append(f.Decls, p.enum())
	case "function":
		f.Decls = append(f.Decls, p.function())
	case "database":
		f.Decls = append(f.Decls, p.database())
	}
}

// unknownDeclaration complains about a top-level word and answers the keyword that was meant, where
// what follows has the form of such a declaration.
func (p *parser) unknownDeclaration(t token) (meant string) {
	word := p.word(t)
	suggestion := otherKeywords[word]
	if suggestion == "" {
		suggestion = diag.Suggest(word, declKeywords[:]...)
	}
	d := p.errorf(p.tokenSpan(t), CodeUnknownDeclaration, "there is no declaration %s", word)
	if suggestion == "" {
		d.Hint = "a schema is made of model, enum, trait, type, function, database and import"
		return ""
	}
	d.Hint = "did you mean " + suggestion + "?"
	name, after := p.token(p.i+1), p.token(p.i+2)
	switch {
	case suggestion == "import":
		if name.kind == tokString {
			return suggestion
		}
	case suggestion == "function":
		if name.kind == tokIdent && after.kind == tokLParen {
			return suggestion
		}
	case name.kind == tokIdent && after.kind == tokLBrace:
		return suggestion
	}
	return ""
}

func (p *parser) strayAtTop(t token) {
	switch t.kind {
	case tokAtAt, tokAt:
		p.errorf(p.tokenSpan(t), CodeStrayAttribute, "an attribute stands outside of any declaration").Hint =
			"put it inside the { } of its model"
	case tokRBrace:
		p.errorf(p.tokenSpan(t), CodeUnexpectedToken, "a } closes nothing").Hint = "remove it, or look for a { that is missing above"
		p.next()
		return
	default:
		p.unexpected(CodeUnexpectedToken, "a declaration").Hint =
			"a schema is made of model, enum, trait, type, function, database and import"
	}
	p.skipDeclaration()
}

// skipDeclaration steps to where the next declaration seems to begin: a keyword in its place, or
// whatever follows a block. It does not move when it stands there already.
func (p *parser) skipDeclaration() {
	for start := p.i; ; {
		t := p.peek()
		switch {
		case t.kind == tokEOF, p.i > start && (p.startsDecl() || p.namesDecl()):
			return
		case t.kind == tokLBrace:
			p.skipBlock()
			return
		case t.kind == tokIdent && t.newline && p.i > start && p.token(p.i+1).kind == tokIdent && p.token(p.i+2).kind == tokLBrace:
			return // another word that begins no declaration: it has its own complaint
		}
		p.next()
	}
}

// namesDecl reports whether a line begins with a keyword and a name: a declaration, mistaken perhaps.
func (p *parser) namesDecl() bool {
	t := p.peek()
	return t.kind == tokIdent && t.newline && isDeclKeyword(p.word(t)) && p.token(p.i+1).kind == tokIdent
}

// skipBlock steps over { … } and the blocks in it, but not into the next declaration.
func (p *parser) skipBlock() {
	for depth := 0; ; {
		switch t := p.peek(); {
		case t.kind == tokEOF, depth > 0 && t.newline && p.startsDecl():
			return
		case t.kind == tokLBrace:
			depth++
		case t.kind == tokRBrace:
			depth--
		}
		p.next()
		if depth == 0 {
			return
		}
	}
}

// startsDecl reports whether a declaration begins at the next token. No member of any block has
// this form, so it also tells that a block was not closed.
func (p *parser) startsDecl() bool {
	t := p.peek()
	if t.kind != tokIdent {
		return false
	}
	switch word := p.word(t); {
	case word == "import":
		return t.newline && p.token(p.i+1).kind == tokString
	case word == "function":
		return p.token(p.i+1).kind == tokIdent && p.token(p.i+2).kind == tokLParen
	case isDeclKeyword(word):
		return p.token(p.i+1).kind == tokIdent && p.token(p.i+2).kind == tokLBrace
	}
	return false
}

func isDeclKeyword(word string) bool {
	switch word {
	case "model", "enum", "trait", "type", "function", "database", "import":
		return true
	}
	return false
}

// importDecl reads `import "./file.lite"`; nil where no path could be read.
func (p *parser) importDecl() *Import {
	first := p.next()
	p.owner = "import"
	if !p.at(tokString) {
		t := p.peek()
		if t.newline || t.kind == tokEOF || t.kind == tokSemicolon {
			p.errorf(p.tokenSpan(first), CodeBadImport, "import names no file").Hint = `write import "./file.lite"`
			return nil
		}
		p.errorf(p.tokenSpan(t), CodeBadImport, "import: the file's path is a string in quotes, not %s", t.describe(p.text)).Hint =
			`a whole file is imported: import "./file.lite"`
		for !p.at(tokString) {
			p.next()
			if t := p.peek(); t.newline || t.kind == tokEOF || t.kind == tokSemicolon {
				return nil
			}
		}
	}
	t := p.next()
	return &Import{Path: String{Value: p.unquote(t), Span: p.tokenSpan(t)}, Span: p.spanFrom(first)}
}
