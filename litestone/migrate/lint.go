package migrate

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/litestone-go/orm/litestone/catalog"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/introspect"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// Finding is one remark of the linter about a file.
type Finding struct {
	File    string
	Line    int    // from 1; 0: the file as a whole
	Error   bool   // the file cannot or must not run; else a warning
	Rule    string // kebab-case, stable
	Message string
}

// Lint reads the files of a set, then runs them up and down in a database in memory. It needs no
// database. An error is a linter that could not work, not what it found.
func Lint(ctx context.Context, set Set) ([]Finding, error) {
	l := linter{}
	for i := range set {
		m := &set[i]
		if m.Go != nil {
			if !m.HasDown {
				l.warn(m.Name, 0, "no-way-back", "the Go migration has no function that takes it back")
			}
			continue
		}
		l.text(m.Path, m.SQL, false)
		if m.HasDown {
			l.text(m.downPath(), m.Down, true)
		} else {
			l.warn(m.Path, 0, "no-way-back", "there is no "+m.Name+downSuffix+": rollback will refuse")
		}
	}
	for i := range l.out {
		if l.out[i].Error {
			return l.out, nil
		}
	}
	return l.out, l.runs(ctx, set)
}

type linter struct{ out []Finding }

func (l *linter) say(file string, line int, isError bool, rule, message string) {
	l.out = append(l.out, Finding{File: file, Line: line, Error: isError, Rule: rule, Message: message})
}

func (l *linter) warn(file string, line int, rule, message string) {
	l.say(file, line, false, rule, message)
}

func (l *linter) fail(file string, line int, rule, message string) {
	l.say(file, line, true, rule, message)
}

// text looks at the statements of one file.
func (l *linter) text(path, sql string, down bool) {
	s := parseScript(sql)
	if len(s.statements) == 0 {
		l.warn(path, 0, "empty", "the file has no statement")
	}
	renamed := map[string]bool{} // tables that another takes the name of: these are rebuilds
	for i := range s.statements {
		if a := actionOf(&s.statements[i]); a.verb == "rename table" {
			renamed[a.to] = true
		}
	}
	for i := range s.statements {
		st := &s.statements[i]
		a := actionOf(st)
		if st.Open {
			l.fail(path, st.Line, "unfinished", "the statement does not end")
			continue
		}
		if why := a.forbidden(); why != "" {
			l.fail(path, st.Line, "forbidden", why)
			continue
		}
		if strings.HasPrefix(a.name, "_litestone") && !strings.HasPrefix(a.name, newPrefix) && a.name != "_litestone_sequences" {
			l.fail(path, st.Line, "bookkeeping", "the table "+a.name+" is Litestone's own")
		}
		switch a.verb {
		case "drop table":
			switch {
			case !s.rebuild && renamed[a.name]:
				l.fail(path, st.Line, "rebuild-without-mark", "the table "+a.name+" is made anew while foreign keys are watched, which deletes the rows that point at it: write the line "+rebuildMark)
			case !renamed[a.name] && !down:
				l.warn(path, st.Line, "destructive", "the rows of "+a.name+" are lost")
			}
		case "alter table":
			if a.drops && !down {
				l.warn(path, st.Line, "destructive", "a column of "+a.name+" goes with its values")
			}
		case "delete", "update":
			if !a.where && a.name != "_litestone_sequences" {
				l.warn(path, st.Line, "every-row", "the "+strings.ToUpper(a.verb)+" has no WHERE: it takes every row of "+a.name)
			}
		case "create table", "create index":
			if hasWords(st, "if", "not", "exists") {
				l.warn(path, st.Line, "if-not-exists", "IF NOT EXISTS keeps quiet about a database that is not what the file thinks")
			}
		}
	}
}

func hasWords(s *introspect.Statement, words ...string) bool {
	for i := 0; i+len(words) <= len(s.List) && i < 8; i++ {
		n := 0
		for n < len(words) && s.List[i+n].Is(words[n]) {
			n++
		}
		if n == len(words) {
			return true
		}
	}
	return false
}

// runs applies each file in a database in memory, takes it back, looks whether that is where it
// began, and applies it again. With a Go migration among them the files after it may not run by
// themselves: what fails then is a warning.
func (l *linter) runs(ctx context.Context, set Set) error {
	db, err := conn.Open(ctx, conn.Options{Path: conn.Memory, Readers: 1})
	if err != nil {
		return err
	}
	defer db.Close()
	goBefore := false
	for i := range set {
		m := &set[i]
		if m.Go != nil {
			goBefore = true
			continue
		}
		r := &Runner{DB: db, Set: append(withoutGo(set[:i]), *m)}
		before, err := readLive(ctx, db)
		if err != nil {
			return err
		}
		if _, err := r.Apply(ctx, ApplyOptions{}); err != nil {
			if ctx.Err() != nil {
				return err
			}
			l.say(m.Path, lineIn(err, m.Path), !goBefore, "does-not-run", withoutPlace(err, m.Path))
			return nil
		}
		if !m.HasDown {
			continue
		}
		if _, err := r.Rollback(ctx, RollbackOptions{AcceptDataLoss: true}); err != nil {
			if ctx.Err() != nil {
				return err
			}
			l.fail(m.downPath(), lineIn(err, m.downPath()), "does-not-run", withoutPlace(err, m.downPath()))
			continue
		}
		after, err := readLive(ctx, db)
		if err != nil {
			return err
		}
		if what := differs(before, after, db.Features().VersionNumber); what != "" {
			l.warn(m.downPath(), 0, "not-back", "after the way down the database is not as before: "+what)
		}
		if _, err := r.Apply(ctx, ApplyOptions{}); err != nil {
			l.fail(m.Path, lineIn(err, m.Path), "does-not-run-again", "after the way down it cannot be applied again: "+withoutPlace(err, m.Path))
			return nil
		}
	}
	return nil
}

func withoutGo(set Set) Set {
	var out Set
	for i := range set {
		if set[i].Go == nil {
			out = append(out, set[i])
		}
	}
	return out
}

// differs says in words how one database differs from what it was; "" when it does not.
func differs(before, after *catalog.Catalog, version int) string {
	steps, err := newDiffer(before, after, &schema.Schema{}, &schema.Database{}, statementsOf(before), version).steps()
	if err != nil {
		return err.Error()
	}
	if len(steps) > 0 {
		return steps[0].Comment + " would have to follow"
	}
	if more := added(before, after); len(more) > 0 {
		return "there is now " + strings.Join(more, ", ")
	}
	return ""
}

// lineIn reads the line out of an error of a file.
func lineIn(err error, path string) int {
	rest, ok := strings.CutPrefix(messageOf(err), path+":")
	if !ok {
		return 0
	}
	digits, _, _ := strings.Cut(rest, ":")
	n, _ := strconv.Atoi(digits)
	return n
}

// withoutPlace is an error's message without file and line, which a Finding has itself.
func withoutPlace(err error, path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(messageOf(err), fmt.Sprintf("%s:%d: ", path, lineIn(err, path))), path+": ")
}

func messageOf(err error) string {
	var e *liteerr.Error
	if errors.As(err, &e) && e.Message != "" {
		return e.Message
	}
	return err.Error()
}
