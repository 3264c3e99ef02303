package litestone_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

// TestConformance runs what the system must answer, kept as data: every case of
// testdata/conformance, or of the folder in LITESTONE_CONFORMANCE. The format stands in that
// folder's README.md.
//
// testdata/conformance-green.txt lists the areas whose cases must pass, with the cases excepted
// from that and why. A case of another area is reported, and skipped when it fails.
// LITESTONE_CONFORMANCE_REPORT names a file that gets a JSON list of all results.
func TestConformance(t *testing.T) {
	dir := os.Getenv("LITESTONE_CONFORMANCE")
	if dir == "" {
		dir = filepath.Join("testdata", "conformance")
	}
	green := readGreen(t, filepath.Join("testdata", "conformance-green.txt"))
	disputed := readReasons(t, filepath.Join("testdata", "conformance-disputed.txt"))
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in %s: %v", dir, err)
	}
	var results []result
	for _, file := range files {
		suite := readSuite(t, file)
		t.Run(suite.Area, func(t *testing.T) {
			for _, c := range suite.Cases {
				t.Run(c.Name, func(t *testing.T) {
					err := runCase(t, c)
					r := result{Area: suite.Area, Name: c.Name, Pass: err == nil}
					if err != nil {
						r.Message = err.Error()
					}
					key := suite.Area + "/" + c.Name
					if reason, ok := disputed[key]; ok {
						r.Message = "disputed: " + reason + "; " + r.Message
						r.Pass = false
						results = append(results, r)
						t.Skip(r.Message)
					}
					results = append(results, r)
					green.judge(t, suite.Area, c.Name, err)
				})
			}
		})
	}
	summarize(t, results)
}

// result is one line of the report.
type result struct {
	Area    string `json:"area"`
	Name    string `json:"name"`
	Pass    bool   `json:"pass"`
	Message string `json:"message"`
}

// suite is one file of cases.
type suite struct {
	Area  string      `json:"area"`
	Cases []suiteCase `json:"cases"`
}

type suiteCase struct {
	Name    string         `json:"name"`
	Schema  string         `json:"schema"`
	Options map[string]any `json:"options"`
	Steps   []step         `json:"steps"`
}

func readSuite(t *testing.T, file string) suite {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var s suite
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	if err := d.Decode(&s); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return s
}

// greenList is the areas that must pass, each with its excepted cases and their reasons.
type greenList map[string]map[string]string

// readGreen reads lines "area NAME" and, below each, "except CASE: REASON".
func readGreen(t *testing.T, file string) greenList {
	t.Helper()
	green := greenList{}
	area := ""
	for _, line := range readLines(t, file) {
		if name, ok := strings.CutPrefix(line, "area "); ok {
			area = strings.TrimSpace(name)
			green[area] = map[string]string{}
			continue
		}
		rest, ok := strings.CutPrefix(line, "except ")
		name, reason, has := cutReason(rest)
		if !ok || !has || area == "" {
			t.Fatalf("%s: cannot read %q", file, line)
		}
		green[area][name] = reason
	}
	return green
}

// cutReason parts "name: reason" at the last ": ", since names may hold one.
func cutReason(s string) (name, reason string, ok bool) {
	i := strings.LastIndex(s, ": ")
	if i < 0 {
		return "", "", false
	}
	return s[:i], s[i+2:], true
}

func readReasons(t *testing.T, file string) map[string]string {
	out := map[string]string{}
	for _, line := range readLines(t, file) {
		name, reason, ok := cutReason(line)
		if !ok {
			t.Fatalf("%s: %q has no reason", file, line)
		}
		out[name] = reason
	}
	return out
}

func readLines(t *testing.T, file string) (out []string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := strings.TrimSpace(s.Text()); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// judge fails a listed case that fails and an excepted one that passes.
func (g greenList) judge(t *testing.T, area, name string, err error) {
	t.Helper()
	excepted, listed := g[area]
	reason, isExcepted := excepted[name]
	switch {
	case !listed && err != nil:
		t.Skipf("area %s is not listed as green yet: %v", area, err)
	case !listed:
	case isExcepted && err == nil:
		t.Errorf("the case passes: take it off the exceptions (%s)", reason)
	case isExcepted:
		t.Skipf("excepted: %s: %v", reason, err)
	case err != nil:
		t.Error(err)
	}
}

// summarize prints passed and failed per area, and writes the report.
func summarize(t *testing.T, results []result) {
	passed, failed := map[string]int{}, map[string]int{}
	var areas []string
	total := [2]int{}
	for _, r := range results {
		if passed[r.Area]+failed[r.Area] == 0 {
			areas = append(areas, r.Area)
		}
		if r.Pass {
			passed[r.Area]++
			total[0]++
		} else {
			failed[r.Area]++
			total[1]++
		}
	}
	sort.Strings(areas)
	statusTable(t, areas, passed, failed)
	for _, a := range areas {
		fmt.Printf("%-20s %3d passed, %3d failed\n", a, passed[a], failed[a])
	}
	fmt.Printf("%d passed, %d failed\n", total[0], total[1])
	file := os.Getenv("LITESTONE_CONFORMANCE_REPORT")
	if file == "" {
		return
	}
	b, err := json.MarshalIndent(results, "", " ")
	if err == nil {
		err = os.WriteFile(file, append(b, '\n'), 0o644)
	}
	if err != nil {
		t.Error(err)
	}
}

// statusTable keeps the README's table true to a run over the cases in the repository:
// LITESTONE_UPDATE=readme rewrites it.
func statusTable(t *testing.T, areas []string, passed, failed map[string]int) {
	if os.Getenv("LITESTONE_CONFORMANCE") != "" || len(areas) < 37 || testing.Short() {
		return
	}
	var b strings.Builder
	b.WriteString("| area | passed | failed |\n|---|--:|--:|\n")
	all, bad := 0, 0
	for _, a := range areas {
		fmt.Fprintf(&b, "| %s | %d | %d |\n", a, passed[a], failed[a])
		all, bad = all+passed[a], bad+failed[a]
	}
	fmt.Fprintf(&b, "| **all** | **%d** | **%d** |\n", all, bad)
	const file = "../README.md"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok1 := strings.Cut(string(text), "<!-- conformance -->\n")
	_, tail, ok2 := strings.Cut(rest, "<!-- /conformance -->")
	if !ok1 || !ok2 {
		t.Fatal("README.md has no place for the table")
	}
	want := head + "<!-- conformance -->\n" + b.String() + "<!-- /conformance -->" + tail
	switch {
	case want == string(text):
	case os.Getenv("LITESTONE_UPDATE") == "readme":
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Error("README.md: the status table was rewritten")
	default:
		t.Error("README.md: the status table is not what this run shows: make status")
	}
}
