package main

import (
	"bytes"
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/litestone-go/orm/examples/gostd/models"
	"github.com/litestone-go/orm/litestone"
)

// TestTwoRuns runs the program twice on one file: the second run updates what the first wrote, and
// answers the same questions the same way.
func TestTwoRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "std.db")
	var first, second bytes.Buffer
	for _, out := range []*bytes.Buffer{&first, &second} {
		if err := run(t.Context(), out, path, "net/http", "compress* OR archive*", true); err != nil {
			t.Fatal(err)
		}
	}
	timing := regexp.MustCompile(`(?m) in \S+s$`)
	a, b := timing.ReplaceAllString(first.String(), ""), timing.ReplaceAllString(second.String(), "")
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
		`(?m)^net/http needs \d{3} packages, by how many imports they lie away\n  1: bufio bytes .*\n  2: `,
		`(?m)^Packages under net\n  net/http\n    net/http/cgi\n(.*\n)+    net/http/internal\n      net/http/internal/ascii\n`,
		`(?m)^  net/http/httptest lies in net/http, in net$`,
		`(?m)^  a 1 of  2  archive/tar +(\d+) bytes, +\d+ so far\n  a 2 of  2  archive/zip`,
		`(?m)^  c 1 of \d+  crypto/\S+ +\d+ bytes`,
		`(?m)^  errors +\d+, \d+ of them internal$`,
		`(?m)^Files by the year they were last touched\n  \d{4} +\d+$`,
		`(?m)^A walk over (\d+) of \d+ files in [5-9] pages: from \S+ \(\d+ bytes\) to \S+ \(\d+ bytes\)$`,
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
		func() error { return one(ctx, &out, db.As(nil), "open") },
		func() error { return find(ctx, &out, db.As(nil), "package") },
		func() error { return tour(ctx, &out, db.As(nil), "open") },
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

// TestYearsHaveNoGaps holds that years without files are shown.
func TestYearsHaveNoGaps(t *testing.T) {
	ctx := t.Context()
	db, err := models.Open(ctx, litestone.Config{DB: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	touched := func(year int) litestone.Time {
		return litestone.Time{Time: time.Date(year, 7, 1, 0, 0, 0, 0, time.UTC)}
	}
	if _, err := load(ctx, db.AsSystem(), []listed{{ImportPath: "open", Name: "open"}}); err != nil {
		t.Fatal(err)
	}
	_, err = db.AsSystem().SourceFiles.CreateMany(ctx, []models.SourceFileCreate{
		{PackageID: litestone.Set(int64(1)), Name: "a.go", Modified: touched(2019)},
		{PackageID: litestone.Set(int64(1)), Name: "b.go", Modified: touched(2022)},
		{PackageID: litestone.Set(int64(1)), Name: "c.go", Modified: touched(2022)},
	})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := years(ctx, &out, db.AsSystem()); err != nil {
		t.Fatal(err)
	}
	want := "Files by the year they were last touched\n  2019      1\n  2020      0\n  2021      0\n  2022      2\n\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
