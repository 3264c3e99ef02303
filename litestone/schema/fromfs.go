package schema

import (
	"io/fs"

	"github.com/litestone-go/orm/litestone/syntax"
)

// FromFS reads a file of a file system and everything it imports, parses and checks it: for
// schemas a program embeds. Errors as FromText.
func FromFS(fsys fs.FS, path string, o Options) (*Schema, error) {
	files, diags := syntax.Load(fsys, path)
	return finish(files, diags, o)
}
