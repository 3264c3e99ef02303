package main

import (
	"bytes"
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/litestone-go/orm/examples/gostd/models"
	"github.com/litestone-go/orm/litestone"
)

// TestTwoRuns runs the program twice on one file: the second run updates what the first wrote, and
// answers the same questions the same way.
func TestTwoRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "std.db")
	var first, second bytes.Buffer
	for _, out := range []*bytes.Buffer{&first, &second} {
		if err := run(t.Context(), out, path, "net/http", "compress* OR archive*"); err != nil {
			t.Fatal(err)
		}
	}
	timing := regexp.MustCompile(` in \S+\n`)
	a, b := timing.ReplaceAllString(first.String(), "\n"), timing.ReplaceAllString(second.String(), "\n")
	if a != b {
		t.Errorf("the second run answers otherwise:\n%s\n--- first:\n%s", b, a)
	}
	for _, want := range []string{
		`(?m)^\d{3,} packages, \d{4,} files, \d{4,} imports written$`,
		`(?m)^ +\d+  errors +Package errors implements`,
		`(?m)^net/http: Package http provides HTTP client and server`,
		`(?m)^  imports \d+: bufio bytes `,
		`(?m)^  archive/zip .*\[archives\]`,
		`(?m)^  source +\d+ files +\d+ bytes$`,
		`an outsider sees 0 and \d+`,
	} {
		if !regexp.MustCompile(want).MatchString(a) {
			t.Errorf("nothing like %s in\n%s", want, a)
		}
	}
}

// TestOutsiderSeesNoInternals asks in every way the program does as somebody who may not see
// internal packages.
func TestOutsiderSeesNoInternals(t *testing.T) {
	ctx := context.Background()
	db, err := models.Open(ctx, litestone.Config{DB: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	std := []listed{
		{ImportPath: "internal/secret", Name: "secret", Doc: "Package secret hides."},
		{ImportPath: "open", Name: "open", Doc: "Package open shows.", Imports: []string{"internal/secret"}},
	}
	if _, err := load(ctx, db.AsSystem(), std); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	out.Reset()
	for _, ask := range []func() error{
		func() error { return mostImported(ctx, &out, db.As(nil)) },
		func() error { return whole(ctx, &out, db.As(nil), "open") },
		func() error { return find(ctx, &out, db.As(nil), "package") },
	} {
		if err := ask(); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(out.String(), "secret") {
		t.Errorf("an outsider was told of internal packages:\n%s", out.String())
	}
	if _, err := db.As(nil).Packages.Create(ctx, models.PackageCreate{Path: "x", Name: "x"}); err == nil {
		t.Error("an outsider wrote a package")
	}
}
