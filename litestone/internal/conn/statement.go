package conn

import (
	"database/sql/driver"
	"strings"
	"sync/atomic"
)

// facts are what SQLite knows of a prepared statement.
type facts struct {
	single bool // one statement; false for a script or an empty text
	params int  // number of parameters
	reads  bool // changes nothing in the database
}

// statement is one prepared statement of one connection.
type statement struct {
	facts
	compiled
	sql     string
	st      driver.Stmt
	changes bool // INSERT, UPDATE, DELETE: sqlite3_changes counts it
	rows    bool // gives rows
	running bool // between start and end of a Run; it cannot be started again meanwhile
	dropped bool // evicted while running: closed at its end

	newer, older *statement // place in the cache, most recently used first
}

// statementCache keeps the statements used last, by text. Its owner's lock guards it.
type statementCache struct {
	byText map[string]*statement
	newest *statement
	oldest *statement
	size   int
	total  *atomic.Int64 // counts the statements of all caches of a pool
}

func newStatementCache(size int, total *atomic.Int64) statementCache {
	return statementCache{byText: make(map[string]*statement), size: size, total: total}
}

// get finds a statement and makes it the most recently used; nil when there is none.
func (c *statementCache) get(sql string) *statement {
	s := c.byText[sql]
	if s != nil && s != c.newest {
		c.unlink(s)
		c.link(s)
	}
	return s
}

// put adds a statement and closes the one used least recently when there are too many.
func (c *statementCache) put(s *statement) {
	c.byText[s.sql] = s
	c.link(s)
	c.total.Add(1)
	for len(c.byText) > c.size {
		c.drop(c.oldest)
	}
}

func (c *statementCache) drop(s *statement) {
	c.unlink(s)
	delete(c.byText, s.sql)
	c.total.Add(-1)
	if s.running {
		s.dropped = true
		return
	}
	s.st.Close()
}

// clear closes all statements.
func (c *statementCache) clear() {
	for c.oldest != nil {
		c.drop(c.oldest)
	}
}

func (c *statementCache) link(s *statement) {
	s.newer, s.older = nil, c.newest
	if c.newest != nil {
		c.newest.newer = s
	} else {
		c.oldest = s
	}
	c.newest = s
}

func (c *statementCache) unlink(s *statement) {
	if s.newer != nil {
		s.newer.older = s.older
	} else {
		c.newest = s.older
	}
	if s.older != nil {
		s.older.newer = s.newer
	} else {
		c.oldest = s.newer
	}
	s.newer, s.older = nil, nil
}

// statement gives a prepared statement that is not running, from the cache where it can.
// The caller holds the handle's lock.
func (h *handle) statement(sql string) (*statement, error) {
	cached := h.cache.get(sql)
	if cached != nil && !cached.running {
		return cached, nil
	}
	s, err := h.prepare(sql)
	if err != nil {
		return nil, err
	}
	if cached != nil { // the same text is running further out: this one is for one use
		s.dropped = true
		return s, nil
	}
	h.cache.put(s)
	return s, nil
}

func (h *handle) prepare(sql string) (*statement, error) {
	st, err := h.dc.Prepare(sql)
	if err != nil {
		return nil, err
	}
	s := &statement{sql: sql, st: st}
	s.facts, err = h.native.factsOf(st)
	if err == nil && !s.single {
		err = misuse("the text holds no statement or more than one", "run scripts with Script")
	}
	if err == nil {
		s.compiled, err = compiledOf(st)
	}
	if err != nil {
		st.Close()
		return nil, err
	}
	switch verb(sql) {
	case "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH":
		s.changes = !s.reads
		s.rows = s.reads || hasWord(sql, "RETURNING")
	case "SELECT", "VALUES", "EXPLAIN", "PRAGMA":
		s.rows = true
	}
	return s, nil
}

// end makes a statement startable again. The caller holds the handle's lock.
func (s *statement) end() {
	s.running = false
	if s.dropped {
		s.st.Close()
	}
}

// verb is the first word of a statement in capitals; comments and blanks before it are
// passed over.
func verb(sql string) string {
	for {
		sql = strings.TrimLeft(sql, " \t\r\n\f;(")
		switch {
		case strings.HasPrefix(sql, "--"):
			_, rest, _ := strings.Cut(sql, "\n")
			sql = rest
		case strings.HasPrefix(sql, "/*"):
			_, rest, _ := strings.Cut(sql, "*/")
			sql = rest
		default:
			end := 0
			for end < len(sql) && isLetter(sql[end]) {
				end++
			}
			return strings.ToUpper(sql[:end])
		}
	}
}

// hasWord reports whether the word, given in capitals, stands anywhere in the text, be it in
// a string or comment: callers use it where a false yes does no harm.
func hasWord(sql, word string) bool {
	for i := 0; i+len(word) <= len(sql); i++ {
		if (i == 0 || !isNamePart(sql[i-1])) &&
			strings.EqualFold(sql[i:i+len(word)], word) &&
			(i+len(word) == len(sql) || !isNamePart(sql[i+len(word)])) {
			return true
		}
	}
	return false
}

func isLetter(b byte) bool   { return b|0x20 >= 'a' && b|0x20 <= 'z' }
func isNamePart(b byte) bool { return isLetter(b) || b >= '0' && b <= '9' || b == '_' || b >= 0x80 }

// onlyReads guesses from its text whether a statement of plain bun changes nothing. A wrong
// guess is harmless: it only decides whether cancelling may interrupt it in a transaction.
func onlyReads(sql string) bool {
	switch verb(sql) {
	case "SELECT", "VALUES", "EXPLAIN":
		return true
	case "WITH":
		return !hasWord(sql, "INSERT") && !hasWord(sql, "UPDATE") && !hasWord(sql, "DELETE") && !hasWord(sql, "REPLACE")
	}
	return false
}
