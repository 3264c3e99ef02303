package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/litestone-go/orm/examples/helpdesk/models"
	"github.com/litestone-go/orm/litestone"
)

const testKey = "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"

// shop is the service as it runs, and who is signed in there.
type shop struct {
	t      testing.TB
	db     *models.Client
	system *models.Client
	server *httptest.Server
	log    bytes.Buffer
}

// serve starts the service with the demo's rows.
func serve(t testing.TB) *shop {
	t.Helper()
	t.Setenv("HELPDESK_AUDIT", t.TempDir())
	db, err := open(t.Context(), ":memory:", testKey)
	if err != nil {
		t.Fatal(err)
	}
	if err := seed(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, db: db, system: db.AsSystem()}
	d := newDesk(db)
	d.api.Logger = slog.New(slog.NewTextHandler(&s.log, nil))
	s.server = httptest.NewServer(d.routes())
	t.Cleanup(func() {
		s.server.Close()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// caller is a token.
type caller struct {
	*shop
	token string
}

// The people of the demo: Ann administers Initech, Bea works there, Cy and Dee are its customers;
// Zoe administers Umbrella, whose customer is another Cy.
func (s *shop) ann() caller { return s.signIn(`{"email": "ann@initech.test", "password": "demo"}`) }
func (s *shop) bea() caller { return s.signIn(`{"email": "bea@initech.test", "password": "demo"}`) }
func (s *shop) cy() caller {
	return s.signIn(`{"email": "cy@mail.test", "password": "demo", "orgId": 1}`)
}
func (s *shop) dee() caller {
	return s.signIn(`{"email": "dee@mail.test", "password": "demo", "orgId": 1}`)
}
func (s *shop) zoe() caller { return s.signIn(`{"email": "Zoe@Umbrella.test", "password": "demo"}`) }

func (s *shop) signIn(body string) caller {
	s.t.Helper()
	status, text := caller{shop: s}.ask("POST", "/sign-in", body)
	var in struct{ Token string }
	if err := json.Unmarshal([]byte(text), &in); status != 200 || err != nil || in.Token == "" {
		s.t.Fatalf("signing in by %s: %d %s", body, status, text)
	}
	return caller{s, in.Token}
}

// ask sends a request over the network, and gives the status and the body.
func (c caller) ask(method, path, body string) (int, string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.server.URL+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	return c.send(r)
}

func (c caller) send(r *http.Request) (int, string) {
	c.t.Helper()
	answer, err := c.server.Client().Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer.StatusCode, strings.TrimSpace(string(text))
}

// wants asks, and holds the answer to the letter.
func (c caller) wants(method, path, body string, status int, want string) {
	c.t.Helper()
	if got, text := c.ask(method, path, body); got != status || text != want {
		c.t.Errorf("%s %s %s:\n got  %d %s\n want %d %s", method, path, body, got, text, status, want)
	}
}

// state is every row of every table as the system sees it, for comparing.
func (s *shop) state() string {
	s.t.Helper()
	var b strings.Builder
	for _, m := range s.db.Schema().Models {
		if m.Auto || m.Name == "Session" {
			continue
		}
		rows, err := s.system.Table(m.Accessor).FindMany(s.t.Context(), litestone.JSON(`{"withDeleted": true, "orderBy": {"id": "asc"}}`))
		if err != nil && !m.Writable() {
			continue
		}
		if err != nil {
			rows, err = s.system.Table(m.Accessor).FindMany(s.t.Context(), litestone.JSON(`{"orderBy": {"id": "asc"}}`))
		}
		if err != nil {
			s.t.Fatal(err)
		}
		for _, r := range rows {
			text, err := json.Marshal(r)
			if err != nil {
				s.t.Fatal(err)
			}
			b.WriteString(m.Name + " " + string(text) + "\n")
		}
	}
	return b.String()
}
