package migrate

import (
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/introspect"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// Directives are comments of a migration file that the runner reads; to other tools the file is
// plain SQL.
const (
	// rebuildMark says that the file makes tables anew: the runner switches foreign keys off
	// before the transaction, since SQLite ignores the pragma inside one.
	rebuildMark = "-- litestone:rebuild"

	// checkMark begins a question to the rows that is asked before the next statement runs:
	//
	//	-- litestone:check not_null m.a,m.b: becomes required and holds null
	//	--   SELECT count(*) FROM main."m" WHERE "a" IS NULL
	checkMark   = "-- litestone:check "
	checkIndent = "--   "

	// losesMark begins a question how many rows lose something, in a way back. Rollback asks it
	// before the next statement runs and refuses where there are any, unless that is accepted:
	//
	//	-- litestone:loses m.a
	//	--   SELECT count("a") FROM main."m"
	losesMark = "-- litestone:loses "
)

// script is a migration file taken apart.
type script struct {
	statements []introspect.Statement
	rebuild    bool
	checks     map[int][]Check // by the statement they stand before
	loses      map[int][]Loss  // likewise
}

func parseScript(text string) script {
	s := script{statements: introspect.Statements(text), checks: map[int][]Check{}, loses: map[int][]Loss{}}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		line := strings.TrimRight(lines[i], " \t")
		if line == rebuildMark {
			s.rebuild = true
		}
		check, isCheck := strings.CutPrefix(line, checkMark)
		lost, isLoss := strings.CutPrefix(line, losesMark)
		if !isCheck && !isLoss {
			continue
		}
		var sql []string
		for i+1 < len(lines) && strings.HasPrefix(lines[i+1], checkIndent) {
			i++
			sql = append(sql, strings.TrimPrefix(lines[i], checkIndent))
		}
		if len(sql) == 0 {
			continue
		}
		at := 0
		for at < len(s.statements) && s.statements[at].Line <= i {
			at++
		}
		if isLoss {
			table, column, _ := strings.Cut(lost, ".")
			s.loses[at] = append(s.loses[at], Loss{Table: table, Column: column, SQL: strings.Join(sql, "\n")})
			continue
		}
		c := readCheck(check)
		c.SQL = strings.Join(sql, "\n")
		s.checks[at] = append(s.checks[at], c)
	}
	return s
}

// readCheck reads `code model.field,field: message`.
func readCheck(head string) Check {
	where, message, _ := strings.Cut(head, ": ")
	code, at, _ := strings.Cut(where, " ")
	c := Check{Code: liteerr.Code(code), Message: message}
	model, fields, ok := strings.Cut(at, ".")
	c.Model = model
	if ok {
		c.Fields = strings.Split(fields, ",")
	}
	return c
}

// writeCheck writes what readCheck reads. Line ends inside a text of the SQL stay what they are:
// each line gets its indent.
func writeCheck(b *strings.Builder, c *Check) {
	at := c.Model
	if len(c.Fields) > 0 {
		at += "." + strings.Join(c.Fields, ",")
	}
	b.WriteString(checkMark + string(c.Code) + " " + at + ": " + strings.ReplaceAll(c.Message, "\n", " ") + "\n")
	b.WriteString(checkIndent + strings.ReplaceAll(c.SQL, "\n", "\n"+checkIndent) + "\n")
}

func writeLoss(b *strings.Builder, l *Loss) {
	at := l.Table
	if l.Column != "" {
		at += "." + l.Column
	}
	b.WriteString(losesMark + strings.ReplaceAll(at, "\n", " ") + "\n")
	b.WriteString(checkIndent + strings.ReplaceAll(l.SQL, "\n", "\n"+checkIndent) + "\n")
}

// action is what a statement does, as far as a runner and a linter care.
type action struct {
	verb  string // "create table", "drop table", "rename table", "alter table", "insert", "update", "delete", "pragma", "begin" …
	name  string // the table, index or pragma it names, folded
	to    string // rename table: the new name, folded
	where bool   // it has a WHERE
	drops bool   // alter table … drop column
}

func actionOf(s *introspect.Statement) action {
	t := s.List
	at := 0
	is := func(words ...string) bool {
		for i, w := range words {
			if at+i >= len(t) || !t[at+i].Is(w) {
				return false
			}
		}
		return true
	}
	skip := func(words ...string) bool {
		if is(words...) {
			at += len(words)
			return true
		}
		return false
	}
	// name reads [schema.]name.
	name := func() string {
		if at+2 < len(t) && t[at+1].Is(".") {
			at += 2
		}
		if at >= len(t) {
			return ""
		}
		at++
		return catalog.Fold(t[at-1].Text)
	}
	a := action{}
	for i := range t {
		a.where = a.where || t[i].Is("where")
	}
	if skip("with") { // the verb is the first one outside parentheses
		depth := 0
		for ; at < len(t); at++ {
			switch {
			case t[at].Is("("):
				depth++
			case t[at].Is(")"):
				depth--
			case depth == 0 && (is("insert") || is("replace") || is("update") || is("delete") || is("select")):
				goto verb
			}
		}
	}
verb:
	switch {
	case skip("create"):
		_ = skip("temp") || skip("temporary") || skip("unique") || skip("virtual")
		if at < len(t) {
			a.verb = "create " + strings.ToLower(t[at].Text)
			at++
		}
		skip("if", "not", "exists")
		a.name = name()
	case skip("drop"):
		if at < len(t) {
			a.verb = "drop " + strings.ToLower(t[at].Text)
			at++
		}
		skip("if", "exists")
		a.name = name()
	case skip("alter", "table"):
		a.verb, a.name = "alter table", name()
		switch {
		case skip("rename", "to"):
			a.verb, a.to = "rename table", name()
		case is("drop") && !is("drop", "constraint"):
			a.drops = true
		}
	case skip("insert"), is("replace"):
		a.verb = "insert"
		skip("replace")
		if skip("or") {
			at++
		}
		skip("into")
		a.name = name()
	case skip("update"):
		a.verb = "update"
		if skip("or") {
			at++
		}
		a.name = name()
	case skip("delete", "from"):
		a.verb, a.name = "delete", name()
	case skip("pragma"):
		a.verb, a.name = "pragma", name()
	default:
		if at < len(t) {
			a.verb = strings.ToLower(t[at].Text)
		}
	}
	return a
}

// forbidden says why a statement cannot stand in a migration; "" when it can.
func (a *action) forbidden() string {
	switch a.verb {
	case "begin", "commit", "end", "rollback", "savepoint", "release":
		return "the runner opens and ends the transaction: leave " + strings.ToUpper(a.verb) + " out"
	case "vacuum", "attach", "detach":
		return strings.ToUpper(a.verb) + " cannot run inside a migration's transaction"
	case "pragma":
		switch a.name {
		case "foreign_keys":
			return "SQLite ignores PRAGMA foreign_keys inside a transaction: write the line " + rebuildMark + " and the runner switches them off before it"
		case "journal_mode", "writable_schema", "page_size", "auto_vacuum", "encoding", "locking_mode":
			return "PRAGMA " + a.name + " has no place in a migration"
		}
	}
	return ""
}

// touched gives the tables a script writes to by name, or makes after dropping: the runner does
// not wonder about their numbers of rows. drops says that it drops a table.
func (s *script) touched() (tables map[string]bool, drops bool) {
	tables = map[string]bool{}
	deletes := false
	dropped := map[string]bool{}
	for i := range s.statements {
		switch a := actionOf(&s.statements[i]); a.verb {
		case "insert", "update", "delete":
			tables[a.name] = true
			deletes = deletes || a.verb == "delete"
		case "create table":
			if dropped[a.name] {
				tables[a.name] = true
			}
		case "drop table":
			drops, dropped[a.name] = true, true
		}
	}
	if deletes && !s.rebuild {
		return nil, false // what a DELETE takes along through foreign keys is what was asked for
	}
	return tables, drops
}
