// Command gostd reads what the installed Go toolchain says of its standard library, keeps it in
// a Litestone database through the generated client, and asks it questions: the shortest
// complete program that does real work on real data.
//
//	go run ./examples/gostd            # a private database, gone afterwards
//	go run ./examples/gostd -db std.db # kept; the next run updates it
//	go run ./examples/gostd -tour      # trees, windows, groups, a walk by pages
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/litestone-go/orm/examples/gostd/models"
	"github.com/litestone-go/orm/litestone"
)

//go:generate go run ../../cmd/lite2go -schema schema.lite -out models

func main() {
	path := flag.String("db", ":memory:", "the database file")
	about := flag.String("package", "net/http", "the package to show whole")
	search := flag.String("search", "compress* OR archive*", "what to look for in the documentation")
	whole := flag.Bool("tour", false, "show trees, windows, groups and a walk by pages too")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *path, *about, *search, *whole); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, w io.Writer, path, about, search string, whole bool) error {
	db, err := models.Open(ctx, litestone.Config{DB: path})
	if err != nil {
		return err
	}
	defer db.Close()

	std, err := listStd(ctx)
	if err != nil {
		return err
	}
	start := time.Now()
	n, err := load(ctx, db.AsSystem(), std)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d packages, %d files, %d imports written in %v\n\n", n.packages, n.files, n.imports, time.Since(start).Round(time.Millisecond))

	insider := db.As(map[string]any{"insider": true})
	if err := mostImported(ctx, w, insider); err != nil {
		return err
	}
	if err := one(ctx, w, insider, about); err != nil {
		return err
	}
	if err := find(ctx, w, insider, search); err != nil {
		return err
	}
	if err := sizes(ctx, w, insider); err != nil {
		return err
	}
	if err := policies(ctx, w, db.As(nil), insider); err != nil || !whole {
		return err
	}
	fmt.Fprintln(w)
	return tour(ctx, w, insider, about)
}
