package lite2go_test

import (
	"os/exec"
	"testing"
)

// TestGeneratedPackages lets the go command vet the packages of the corpus and run the tests
// beside them, which use a generated package with plain bun and the plain validator.
func TestGeneratedPackages(t *testing.T) {
	for _, verb := range []string{"vet", "test"} {
		args := []string{verb}
		for _, name := range corpus(t) {
			args = append(args, "./testdata/"+name+"/...")
		}
		if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
			t.Errorf("go %s: %v\n%s", verb, err, out)
		}
	}
}
