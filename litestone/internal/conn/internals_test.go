package conn

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestVerb(t *testing.T) {
	cases := []struct {
		sql, verb string
		reads     bool
	}{
		{"SELECT 1", "SELECT", true},
		{"  \n\tselect 1", "SELECT", true},
		{"-- insert\nSELECT 1", "SELECT", true},
		{"/* insert */ /* more */ VALUES (1)", "VALUES", true},
		{"(SELECT 1)", "SELECT", true},
		{"EXPLAIN QUERY PLAN DELETE FROM t", "EXPLAIN", true},
		{"WITH x AS (SELECT 1) SELECT * FROM x", "WITH", true},
		{"WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", "WITH", false},
		{"with x as (select 1) delete from t", "WITH", false},
		{"WITH x AS (SELECT 'update') SELECT * FROM x", "WITH", false}, // a false no is harmless
		{"WITH x AS (SELECT updatedAt, inserted, to_delete FROM t) SELECT * FROM x", "WITH", true},
		{"UPDATE t SET a=1", "UPDATE", false},
		{"PRAGMA user_version", "PRAGMA", false},
		{"", "", false},
		{"-- only a comment", "", false},
		{"/* open", "", false},
		{"123", "", false},
	}
	for _, c := range cases {
		if got := verb(c.sql); got != c.verb {
			t.Errorf("verb(%q) = %q, want %q", c.sql, got, c.verb)
		}
		if got := onlyReads(c.sql); got != c.reads {
			t.Errorf("onlyReads(%q) = %v, want %v", c.sql, got, c.reads)
		}
	}
}

func TestURI(t *testing.T) {
	for path, want := range map[string]string{
		"/a/b.db":     "file:/a/b.db",
		"/a b/c?d#e%": "file:/a b/c%3Fd%23e%25",
		"C:/x.db":     "file:/C:/x.db",
		"/ü.db":       "file:/ü.db",
	} {
		if got := uriOf(path); got != want {
			t.Errorf("uriOf(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestVersionNumber(t *testing.T) {
	for v, want := range map[string]int{"3.53.4": 3053004, "3.51.0": 3051000, "3.46": 3046000, "": 0} {
		if got := versionNumber(v); got != want {
			t.Errorf("versionNumber(%q) = %d, want %d", v, got, want)
		}
	}
}

func FuzzMessages(f *testing.F) {
	for _, m := range []string{
		"UNIQUE constraint failed: users.email, users.a.b", "UNIQUE constraint failed: index 'x'", "CHECK constraint failed: a > 1",
		"NOT NULL constraint failed: t.c", "cannot store TEXT value in INTEGER column t.a", "litestone:denied:users:rule",
		"bad JSON path: 'litestone:denied:users:it''s'", "litestone:denied:", "'litestone:denied:'", "FOREIGN KEY constraint failed",
	} {
		f.Add(m)
	}
	f.Fuzz(func(t *testing.T, m string) {
		for _, code := range []int{1, rcUnique, rcCheck, rcNotNull, rcTrigger, rcDatatype} {
			r := &Refusal{Code: code, Message: m}
			if err := refused(r); err == nil || err.Error() == "" {
				t.Fatal("no error")
			}
			for _, c := range r.Columns {
				if !strings.Contains(m, c) {
					t.Errorf("column %q is not in %q", c, m)
				}
			}
		}
		if model, rule, ok := deniedIn(m); ok && !strings.Contains(m, deniedPrefix+strings.ReplaceAll(model, "'", "")) && !strings.Contains(m, "'") {
			t.Errorf("model %q rule %q from %q", model, rule, m)
		}
	})
}

// What is quoted as the reason of a row check is what is read back.
func FuzzDenied(f *testing.F) {
	f.Add("users", "create", true)
	f.Add("users", "it's: a rule", false)
	f.Fuzz(func(t *testing.T, model, rule string, json bool) {
		if strings.Contains(model, ":") || strings.Contains(model+rule, deniedPrefix) || strings.Contains(model+rule, "'") && !json {
			t.Skip()
		}
		m := deniedPrefix + model + ":" + rule
		if json {
			m = "bad JSON path: " + quoted(m)
		}
		gotModel, gotRule, ok := deniedIn(m)
		if !ok || gotModel != model || gotRule != rule {
			t.Errorf("%q: got %q, %q, %v", m, gotModel, gotRule, ok)
		}
	})
}

func FuzzStatementText(f *testing.F) {
	f.Add("SELECT 1")
	f.Add("/*/**/-- \n(;WITH")
	f.Fuzz(func(t *testing.T, sql string) {
		v := verb(sql)
		if v != strings.ToUpper(v) || !strings.Contains(strings.ToUpper(sql), v) {
			t.Errorf("verb(%q) = %q", sql, v)
		}
		onlyReads(sql)
	})
}

// A reader that broke is replaced, and who waits for it gets the new one.
func TestBrokenReaderIsReplaced(t *testing.T) {
	ctx := context.Background()
	db, err := Open(ctx, Options{Path: Memory, Readers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	inside, waiting := make(chan any), make(chan any)
	done := make(chan error, 2)
	go func() {
		done <- db.Read(ctx, func(c *Conn) error {
			inside <- c.Connection()
			<-waiting
			c.h.broken = true
			return nil
		})
	}()
	first := <-inside
	go func() {
		done <- db.Read(ctx, func(c *Conn) error {
			if c.Connection() == first {
				t.Error("the broken connection is lent again")
			}
			return c.Run(ctx, Query{SQL: "SELECT 1"}, nil, nil)
		})
	}()
	for n := 0; n == 0; time.Sleep(time.Millisecond) {
		db.mu.Lock()
		n = len(db.lent.waiting)
		db.mu.Unlock()
	}
	waiting <- nil
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if db.lent.made != 1 || len(db.lent.idle) != 1 {
		t.Errorf("made %d, idle %d", db.lent.made, len(db.lent.idle))
	}
}
