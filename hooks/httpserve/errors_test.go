package httpserve_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/litestone-go/orm/hooks/httpserve"
	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
)

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
