package httpserve_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/litestone-go/orm/hooks/httpserve"
	"github.com/litestone-go/orm/litestone"
)

// TestQueryUnderAttack gives Query bodies that want more than they may have.
func TestQueryUnderAttack(t *testing.T) {
	s := serve(t, litestone.Config{})
	s.fill(t)
	h := s.api.Identify(httpserve.ByID(s.db, tokens))(s.api.Query(s.db))
	many := strings.TrimSuffix(strings.Repeat(`{"body":"x"},`, 3000), ",")
	queries := make([]string, 51)
	for i := range queries {
		queries[i] = fmt.Sprintf(`"q%d": {"model": "note"}`, i)
	}
	for _, c := range []struct {
		name, body string
		status     int
		code       string
	}{
		{"nothing", ``, 400, "validation"},
		{"no JSON", `{"note": {`, 400, "validation"},
		{"two values", `{"note": {}} {"note": {}}`, 400, "validation"},
		{"a list", `[{"note": {}}]`, 400, "validation"},
		{"a text", `"note"`, 400, "validation"},
		{"null", `null`, 400, "validation"},
		{"a binary text", "\x00\xff\xfe", 400, "validation"},
		{"deep lists", `{"note": {"where": ` + strings.Repeat(`[`, 30000) + strings.Repeat(`]`, 30000) + `}}`, 400, "validation"},
		{"deep objects", `{"note": {"where": ` + strings.Repeat(`{"NOT": `, 5000) + `{}` + strings.Repeat(`}`, 5000) + `}}`, 400, "validation"},
		{"deep includes", `{"note": {"include": {"owner": {"include": {"notes": {"include": {"owner": {"include": {"notes": {"include": {"owner": {"include": {"notes": true}}}}}}}}}}}}}}`, 400, "validation"},
		{"a body too large", `{"note": {"where": {"OR": [` + many + many + `]}}}`, 413, "too_large"},
		{"too many queries", `{` + strings.Join(queries, ",") + `}`, 400, "validation"},
		{"too many rows", `{"note": {"limit": 1000000}}`, 400, "validation"},
		{"SQL", `{"note": {"where": {"$raw": "1=1) OR (1=1"}}}`, 400, "validation"},
		{"SQL with arguments", `{"note": {"where": {"$raw": {"sql": "1=1", "args": []}}}}`, 400, "validation"},
		{"SQL below a relation", `{"note": {"where": {"owner": {"is": {"$raw": "1=1"}}}}}`, 400, "validation"},
		{"SQL as a name", `{"note": {"orderBy": {"id) --": "asc"}}}`, 400, "validation"},
		{"a model that is a table of SQLite's", `{"sqlite_master": {}}`, 400, "validation"},
		{"an operation", `{"x": {"model": "note", "operation": "deleteMany"}}`, 400, "validation"},
		{"data", `{"note": {"data": {"body": "x"}}}`, 400, "validation"},
		{"another subject", `{"note": {"auth": {"id": 2}}}`, 400, "validation"},
		{"the system", `{"note": {"asSystem": true}}`, 400, "validation"},
		{"a guarded field", `{"user": {"where": {"pin": {"startsWith": "1"}}}}`, 403, "access_denied"},
		{"a guarded field beyond a relation", `{"note": {"orderBy": {"owner": {"pin": "asc"}}}}`, 403, "access_denied"},
	} {
		r, got := ask(h, "ada", c.body)
		if r.StatusCode != c.status || !strings.HasPrefix(got, `{"error":{"code":"`+c.code+`"`) {
			t.Errorf("%s: %d %.300s, want %d %s", c.name, r.StatusCode, got, c.status, c.code)
		}
		if strings.Contains(got, "bob") || strings.Contains(got, "2222") || strings.Contains(got, "SELECT") {
			t.Errorf("%s tells %.300s", c.name, got)
		}
	}
	for _, c := range []struct {
		name   string
		status int
		change func(*http.Request)
	}{
		{"a form", 415, func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }},
		{"plain text, which pages may send anywhere", 415, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }},
		{"no type", 415, func(r *http.Request) { r.Header.Del("Content-Type") }},
		{"two types", 415, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain, application/json") }},
		{"a packed body", 415, func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }},
		{"with a charset", 200, func(r *http.Request) { r.Header.Set("Content-Type", "application/json; charset=utf-8") }},
		{"GET", 405, func(r *http.Request) { r.Method = http.MethodGet }},
		{"PUT", 405, func(r *http.Request) { r.Method = http.MethodPut }},
		{"a body that breaks off", 400, func(r *http.Request) { r.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"no`), broken{})) }},
	} {
		if r, got := ask(h, "ada", `{"note": {}}`, c.change); r.StatusCode != c.status {
			t.Errorf("%s: %d %s, want %d", c.name, r.StatusCode, got, c.status)
		}
	}
	n, err := s.db.AsSystem().Table("note").Count(t.Context(), nil)
	if err != nil || n != 3 {
		t.Errorf("%d notes, %v", n, err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection reset by peer") }
