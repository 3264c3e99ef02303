// Command helpdesk is a help desk that many organisations share, served by net/http: customers open
// tickets, agents answer them, and nobody sees anything of another organisation. All rules stand in
// schema.lite; the handlers hold none.
//
//	go run ./examples/helpdesk                   # a private database, gone afterwards
//	go run ./examples/helpdesk -db helpdesk.db   # kept; HELPDESK_KEY is the key of encrypted fields then
//
//	T=$(curl -s localhost:8080/sign-in -H 'Content-Type: application/json' \
//	    -d '{"email": "ann@initech.test", "password": "demo"}' | sed 's/.*"token":"\([^"]*\)".*/\1/')
//	curl -s localhost:8080/tickets -H "Authorization: Bearer $T"
//	curl -s localhost:8080/query -H "Authorization: Bearer $T" -H 'Content-Type: application/json' \
//	    -d '{"ticket": {"include": {"customer": true}}, "byState": {"model": "ticket", "by": ["state"], "_count": true}}'
//
// The tests beside it tell the story, and try to break in.
package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"time"
)

//go:generate go run ../../cmd/lite2go -schema schema.lite -out models

func main() {
	addr := flag.String("addr", "localhost:8080", "the address to listen on")
	path := flag.String("db", ":memory:", "the database file")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *addr, *path); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, addr, path string) error {
	key := os.Getenv("HELPDESK_KEY")
	if path == ":memory:" {
		key = hex.EncodeToString(random(32))
		dir, err := os.MkdirTemp("", "helpdesk-audit-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		if err := os.Setenv("HELPDESK_AUDIT", dir); err != nil {
			return err
		}
	}
	if key == "" {
		return errors.New("helpdesk: set HELPDESK_KEY to 64 hexadecimal digits, the key of encrypted fields")
	}
	db, err := open(ctx, path, key)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := seed(ctx, db); err != nil {
		return err
	}
	server := &http.Server{Addr: addr, Handler: newDesk(db).routes(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Shutdown(context.WithoutCancel(ctx))
	}()
	fmt.Printf("helpdesk listens on http://%s; sign in as ann@initech.test (admin), bea@initech.test (agent),\n"+
		"zoe@umbrella.test (admin), or as customer cy@mail.test of organisation 1, each with password %q\n", addr, demoPassword)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}
