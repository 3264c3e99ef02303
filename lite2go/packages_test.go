package lite2go_test

import (
	"os"
	"os/exec"
	"testing"
)

// TestGeneratedPackages lets the go command vet the packages of the corpus and run the tests
// beside them, which use a generated package with plain bun and the plain validator.
func TestGeneratedPackages(t *testing.T) {
	overlay, err := stubOverlay()
	if err != nil {
		t.Fatal(err)
	}
	var flags []string
	if overlay != "" {
		defer os.Remove(overlay)
		flags = []string{"-overlay", overlay}
	}
	for _, verb := range []string{"vet", "test"} {
		args := append(append([]string{verb}, flags...), "./testdata/seed/...", "./testdata/shop/...", "./testdata/names/...", "./testdata/multi/...")
		if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
			t.Errorf("go %s: %v\n%s", verb, err, out)
		}
	}
}
