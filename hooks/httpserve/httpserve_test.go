package httpserve_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/litestone-go/orm/hooks/httpserve"
	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
)

const notes = `
model User {
  id        Integer @id
  name      Text @unique
  pin       Text? @guarded
  notes     Note[]
  deletedAt DateTime?
  @@auth
  @@softDelete
  @@allow('read', id == auth().id)
}
model Note {
  id      Integer @id
  body    Text @length(1, 20)
  ownerId Integer @default(auth().id)
  owner   User @relation(fields: [ownerId], references: [id])
  @@allow('all', owner == auth())
  @@allow('read', body == 'public')
}
`

// server is a database behind an API, and what was logged.
type server struct {
	db  *litestone.Client
	api httpserve.API
	log bytes.Buffer
}

func serve(t *testing.T, cfg litestone.Config) *server {
	t.Helper()
	if cfg.SchemaText == "" {
		cfg.SchemaText = notes
	}
	cfg.DB = ":memory:"
	db, err := litestone.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s := &server{db: db}
	s.api.Logger = slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	return s
}

func (s *server) fill(t *testing.T) {
	t.Helper()
	for _, c := range []struct{ name, args string }{
		{"user.createMany", `{"data": [{"id": 1, "name": "ada", "pin": "1111"}, {"id": 2, "name": "bob", "pin": "2222"}, {"id": 3, "name": "gone", "deletedAt": "2026-01-01"}]}`},
		{"note.createMany", `{"data": [{"body": "ada's", "ownerId": 1}, {"body": "bob's", "ownerId": 2}, {"body": "public", "ownerId": 2}]}`},
	} {
		if _, err := s.db.AsSystem().Call(t.Context(), c.name, litestone.JSON(c.args)); err != nil {
			t.Fatal(err)
		}
	}
}

// tokens is who may sign in in these tests.
func tokens(r *http.Request) (any, error) {
	switch token := r.Header.Get("Authorization"); token {
	case "":
		return nil, nil
	case "Bearer ada":
		return 1, nil
	case "Bearer bob":
		return int64(2), nil
	case "Bearer gone":
		return 3, nil
	case "Bearer stranger":
		return 99, nil
	case "Bearer text":
		return "1 OR 1=1", nil
	case "Bearer broken":
		return nil, errors.New("dial tcp 10.0.0.7:5432: refused")
	case "Bearer busy":
		return nil, &litestone.Error{Code: litestone.CodeBusy, Message: "database is locked"}
	default:
		return nil, fmt.Errorf("%w: token %s", httpserve.ErrCredentials, token)
	}
}

// ask sends one request, and gives the status and the body.
func ask(h http.Handler, token, body string, change ...func(*http.Request)) (*http.Response, string) {
	r := httptest.NewRequest(http.MethodPost, "/query", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	text, _ := io.ReadAll(w.Result().Body)
	return w.Result(), strings.TrimSpace(string(text))
}

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

// TestErrorsTellWhatTheyMay makes real errors, and holds status and body of each to the letter.
func TestErrorsTellWhatTheyMay(t *testing.T) {
	s := serve(t, litestone.Config{SchemaText: `
		enum State { open done  transitions { finish: open -> done } }
		model Thing {
		  id    Integer @id
		  mail  Text @email @unique
		  size  Integer? @gte(0)
		  state State @default(open)
		  boxId Integer?
		  box   Box? @relation(fields: [boxId], references: [id])
		  @@deny('delete', auth() != null, "things are kept")
		}
		model Box { id Integer @id  things Thing[] }`,
		Plugins: []plugin.Plugin{plugin.New("mailer",
			plugin.BeforeCreateFunc(func(_ context.Context, w *plugin.Create) error {
				if v, _ := w.Get("mail"); v.Any() == "down@x.org" {
					return errors.New("dial tcp 10.0.0.7:25: refused")
				}
				return nil
			}))},
	})
	me := s.db.As(map[string]any{"id": 1})
	call := func(name string, args ...any) error {
		for i, a := range args {
			if text, ok := a.(string); ok && strings.HasPrefix(text, "{") {
				args[i] = litestone.JSON(text)
			}
		}
		_, err := me.Call(t.Context(), name, args...)
		return err
	}
	if err := call("thing.create", `{"data": {"id": 1, "mail": "a@x.org"}}`); err != nil {
		t.Fatal(err)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	_, cancelled := me.Table("thing").Count(done, nil)
	_, sql := s.db.SQL("SELECT x FROM nowhere").Rows(t.Context())
	if sql == nil || cancelled == nil {
		t.Fatal("no error")
	}
	for _, c := range []struct {
		name   string
		err    error
		status int
		want   string
		logged string
	}{
		{"two bad values", call("thing.create", `{"data": {"mail": "x", "size": -1}}`), 400, `{"error":{"code":"validation","message":"must be an email address; must be at least 0","model":"thing","fields":["mail","size"],` +
			`"issues":[{"path":"mail","rule":"email","message":"must be an email address"},{"path":"size","rule":"gte","message":"must be at least 0"}]}}`, ""},
		{"no value", call("thing.create", `{"data": {}}`), 400, `{"error":{"code":"not_null","message":"a value is required","model":"thing","fields":["mail"]}}`, ""},
		{"taken", call("thing.create", `{"data": {"mail": "a@x.org"}}`), 409, `{"error":{"code":"unique","message":"another row has this value already","model":"thing","fields":["mail"]}}`, ""},
		{"no box", call("thing.create", `{"data": {"mail": "b@x.org", "boxId": 7}}`), 409, `{"error":{"code":"foreign_key","message":"a reference to a row that is not there, or a row that is still referenced","model":"thing"}}`, ""},
		{"denied", call("thing.deleteMany", `{"where": {"id": 1}}`), 0, ``, ""},
		{"not there", call("thing.findFirstOrThrow", `{"where": {"id": 7}}`), 404, `{"error":{"code":"not_found","message":"no row matches","model":"thing"}}`, ""},
		{"no such step", call("thing.transition", 1, "explode"), 400, ``, ""},
		{"unsupported", call("thing.search", "x"), 400, `{"error":{"code":"unsupported"}}`, "no full-text index"},
		{"a plugin's trouble", call("thing.create", `{"data": {"mail": "down@x.org"}}`), 400, `{"error":{"code":"validation","model":"thing"}}`, "10.0.0.7"},
		{"SQL", sql, 500, `{"error":{"code":"internal"}}`, "nowhere"},
		{"cancelled", cancelled, 503, `{"error":{"code":"cancelled"}}`, "level=ERROR"},
		{"wrapped", fmt.Errorf("loading for 10.0.0.7: %w", litestone.ErrNotFound), 404, `{"error":{"code":"not_found"}}`, "10.0.0.7"},
		{"of the program", errors.New("open /etc/secret: no such file"), 500, `{"error":{"code":"internal"}}`, "/etc/secret"},
		{"a deadline", fmt.Errorf("waiting: %w", context.DeadlineExceeded), 503, `{"error":{"code":"cancelled"}}`, "waiting"},
	} {
		if c.status == 0 {
			if c.err != nil {
				t.Errorf("%s: %v", c.name, c.err)
			}
			continue
		}
		if c.err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		s.log.Reset()
		w := httptest.NewRecorder()
		s.api.WriteError(w, httptest.NewRequest("GET", "/things", nil), c.err)
		if got := strings.TrimSpace(w.Body.String()); w.Code != c.status || c.want != "" && got != c.want {
			t.Errorf("%s (%v):\n got  %d %s\n want %d %s", c.name, c.err, w.Code, got, c.status, c.want)
		}
		if c.logged == "" && s.log.Len() > 0 || !strings.Contains(s.log.String(), c.logged) {
			t.Errorf("%s: logged %q, want %q", c.name, s.log.String(), c.logged)
		}
	}
}

// TestEveryCodeHasItsStatus holds the table of Status against the codes there are.
func TestEveryCodeHasItsStatus(t *testing.T) {
	const secret = "stored: 4711"
	want := map[litestone.Code]int{
		litestone.CodeValidation: 400, litestone.CodeNotNull: 400, litestone.CodeCheck: 400, litestone.CodeTransitionUnknown: 400, litestone.CodeUnsupported: 400,
		litestone.CodeAccessDenied: 403, litestone.CodeNotFound: 404,
		litestone.CodeUnique: 409, litestone.CodeForeignKey: 409, litestone.CodeTransition: 409, litestone.CodeTransitionConflict: 409,
		litestone.CodeLockNotAcquired: 409, litestone.CodeLockExpired: 409, litestone.CodeLockReleased: 409,
		litestone.CodeBusy: 503, litestone.CodeCancelled: 503,
		litestone.CodeReadOnly: 500, litestone.CodeSchema: 500, litestone.CodeCorrupt: 500, litestone.CodeFull: 500, litestone.CodeConfig: 500, litestone.CodeSQL: 500,
		"a code of the future": 500,
	}
	for code, status := range want {
		got, f := httpserve.Status(&litestone.Error{Code: code, Model: "m", Message: "m: " + secret, Hint: secret, Err: errors.New(secret)})
		if got != status || strings.Contains(fmt.Sprint(f), secret) {
			t.Errorf("%s: %d %+v, want %d", code, got, f, status)
		}
		if status == 500 && f.Code != "internal" || status != 500 && f.Code != string(code) {
			t.Errorf("%s is told as %s", code, f.Code)
		}
		got, f = httpserve.Status(&litestone.Error{Code: code, Message: "words", Hint: "do"})
		if got != status || status >= 500 && f.Message != "" || strings.Contains(fmt.Sprint(f), "do") {
			t.Errorf("%s: %d %+v", code, got, f)
		}
	}
}

// TestAnswersThatCannotBeWritten holds that half an answer is none.
func TestAnswersThatCannotBeWritten(t *testing.T) {
	s := serve(t, litestone.Config{})
	w := httptest.NewRecorder()
	s.api.Answer(w, httptest.NewRequest("GET", "/", nil), map[string]any{"a": 1, "b": func() {}}, nil)
	if got := strings.TrimSpace(w.Body.String()); w.Code != 500 || got != `{"error":{"code":"internal"}}` {
		t.Errorf("%d %s", w.Code, got)
	}
}

// TestAskersThatGoAway holds that a request whose asker is gone stops, and fills no log.
func TestAskersThatGoAway(t *testing.T) {
	s := serve(t, litestone.Config{})
	s.fill(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	<-ctx.Done()
	h := s.api.Identify(httpserve.ByID(s.db, tokens))(s.api.Query(s.db))
	r, got := ask(h, "ada", `{"note": {}}`, func(r *http.Request) { *r = *r.WithContext(ctx) })
	if r.StatusCode != 503 || got != `{"error":{"code":"cancelled"}}` || s.log.Len() > 0 {
		t.Errorf("%d %s, logged %s", r.StatusCode, got, s.log.String())
	}
}
