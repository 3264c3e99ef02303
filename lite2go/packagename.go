package lite2go

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/litestone-go/orm/litestone/liteerr"
)

// PackageName makes a package's name of the folder it is written to: the letters and digits of the
// folder's name in lower case. A name that would begin with a digit, or have nothing, is a config error.
func PackageName(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", &liteerr.Error{Code: liteerr.Config, Message: err.Error(), Err: err}
	}
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, filepath.Base(abs))
	if name == "" || unicode.IsDigit([]rune(name)[0]) {
		return "", &liteerr.Error{Code: liteerr.Config, Message: fmt.Sprintf("no package name can be made of folder %s", abs), Hint: "give one with --package"}
	}
	return name, nil
}
