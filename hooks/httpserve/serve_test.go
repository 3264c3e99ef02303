package httpserve_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/litestone-go/orm/hooks/httpserve"
	"github.com/litestone-go/orm/litestone"
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
