package httpserve_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/litestone-go/orm/hooks/httpserve"
	"github.com/litestone-go/orm/litestone"
)

func TestIdentify(t *testing.T) {
	const mine = `{"notes": {"model": "note", "select": {"body": true}, "orderBy": {"id": "asc"}}}`
	const nobody = `{"error":{"code":"unauthenticated"}}`
	for _, c := range []struct {
		name, token string
		anonymous   bool
		status      int
		want, log   string
	}{
		{"ada", "ada", false, 200, `{"notes":[{"body":"ada's"},{"body":"public"}]}`, ""},
		{"bob", "bob", false, 200, `{"notes":[{"body":"bob's"},{"body":"public"}]}`, ""},
		{"nobody", "", false, 401, nobody, ""},
		{"nobody, who may come", "", true, 200, `{"notes":[{"body":"public"}]}`, ""},
		{"somebody known, where nobody may come too", "ada", true, 200, `{"notes":[{"body":"ada's"},{"body":"public"}]}`, ""},
		{"a wrong token", "x", false, 401, nobody, ""},
		{"a wrong token, where nobody may come", "x", true, 401, nobody, ""},
		{"a removed user", "gone", true, 401, nobody, ""},
		{"a user that never was", "stranger", true, 401, nobody, ""},
		{"a key of another type", "text", true, 401, nobody, ""},
		{"broken", "broken", true, 500, `{"error":{"code":"internal"}}`, "10.0.0.7"},
		{"busy", "busy", true, 503, `{"error":{"code":"busy"}}`, "database is locked"},
	} {
		s := serve(t, litestone.Config{})
		s.fill(t)
		s.api.Anonymous = c.anonymous
		h := s.api.Identify(httpserve.ByID(s.db, tokens))(s.api.Query(s.db))
		r, got := ask(h, c.token, mine)
		if r.StatusCode != c.status || got != c.want {
			t.Errorf("%s: %d %s, want %d %s", c.name, r.StatusCode, got, c.status, c.want)
		}
		if (r.Header.Get("WWW-Authenticate") == "Bearer") != (c.status == 401) || (r.Header.Get("Retry-After") == "1") != (c.status == 503) {
			t.Errorf("%s: headers %v", c.name, r.Header)
		}
		if r.Header.Get("Cache-Control") != "no-store" || r.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers %v", c.name, r.Header)
		}
		if c.log == "" && s.log.Len() > 0 || !strings.Contains(s.log.String(), c.log) {
			t.Errorf("%s: logged %q, want %q", c.name, s.log.String(), c.log)
		}
	}
}

// TestWhatIsNobody gives Identify subjects that are none: they are nobody, never somebody without
// fields, and never whom an outer context speaks for.
func TestWhatIsNobody(t *testing.T) {
	type user struct{ ID int }
	s := serve(t, litestone.Config{})
	s.fill(t)
	count := s.api.Query(s.db)
	const all = `{"n": {"model": "note", "_count": true}}`
	for _, c := range []struct {
		name   string
		auth   any
		status int
		want   string // of the anonymous
	}{
		{"nil", nil, 401, `{"n":{"_count":1}}`},
		{"a nil pointer", (*user)(nil), 401, `{"n":{"_count":1}}`},
		{"a nil map", map[string]any(nil), 401, `{"n":{"_count":1}}`},
		{"a text", "system", 500, ""},
		{"what has no JSON", map[string]any{"id": make(chan int)}, 500, ""},
		{"a list", []int{1}, 500, ""},
	} {
		who := func(*http.Request) (any, error) { return c.auth, nil }
		outer := func(r *http.Request) { *r = *r.WithContext(litestone.AsSystem(r.Context())) }
		if r, got := ask(s.api.Identify(who)(count), "", all, outer); r.StatusCode != c.status {
			t.Errorf("%s: %d %s, want %d", c.name, r.StatusCode, got, c.status)
		}
		open := s.api
		open.Anonymous = true
		if r, got := ask(open.Identify(who)(count), "", all, outer); c.want != "" && got != c.want || c.want == "" && r.StatusCode != 500 {
			t.Errorf("%s, anonymous: %d %s, want %s", c.name, r.StatusCode, got, c.want)
		}
	}
}

// TestIdentifyForgotten shows what happens without the middleware, and what RequireIdentity does.
func TestIdentifyForgotten(t *testing.T) {
	list := func(s *server) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := s.api.Body(w, r)
			if err == nil {
				var rows []*litestone.Record
				rows, err = s.db.Table("note").FindMany(r.Context(), litestone.JSON(body))
				s.api.Answer(w, r, rows, err)
				return
			}
			s.api.WriteError(w, r, err)
		})
	}
	const raw = `{"where": {"$raw": "1 = 1"}}`
	open := serve(t, litestone.Config{})
	open.fill(t)
	if r, got := ask(open.api.Query(open.db), "ada", `{"note": {}}`); r.StatusCode != 500 || got != `{"error":{"code":"internal"}}` || !strings.Contains(open.log.String(), "put Identify in front") {
		t.Errorf("queries without identity: %d %s, logged %s", r.StatusCode, got, open.log.String())
	}
	if r, got := ask(list(open), "ada", raw); r.StatusCode != 200 || got != `[{"id":3,"body":"public","ownerId":2}]` {
		t.Errorf("a handler without identity: %d %s", r.StatusCode, got)
	}
	if r, got := ask(open.api.Identify(httpserve.ByID(open.db, tokens))(list(open)), "ada", raw); r.StatusCode != 400 {
		t.Errorf("SQL as text behind Identify: %d %s", r.StatusCode, got)
	}
	strict := serve(t, litestone.Config{RequireIdentity: true})
	strict.fill(t)
	if r, got := ask(list(strict), "ada", raw); r.StatusCode != 400 {
		t.Errorf("SQL as text of a strict client without identity: %d %s", r.StatusCode, got)
	}
	if r, got := ask(list(strict), "ada", `{}`); r.StatusCode != 500 || got != `{"error":{"code":"internal"}}` || !strings.Contains(strict.log.String(), "nobody said who asks") {
		t.Errorf("a handler of a strict client without identity: %d %s, logged %s", r.StatusCode, got, strict.log.String())
	}
	if r, got := ask(strict.api.Identify(httpserve.ByID(strict.db, tokens))(list(strict)), "ada", `{"limit": 1}`); r.StatusCode != 200 {
		t.Errorf("a strict client behind Identify: %d %s", r.StatusCode, got)
	}
	if r, got := ask(strict.api.Query(strict.db.As(nil)), "", `{"note": {"select": {"id": true}}}`); r.StatusCode != 200 || got != `{"note":[{"id":3}]}` {
		t.Errorf("queries of an explicit nobody: %d %s", r.StatusCode, got)
	}
}
