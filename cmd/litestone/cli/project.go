package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/litestone-go/orm/litestone"
)

// project is where a command works: litestone.toml with the flags over it.
type project struct {
	app        App
	configPath string
	flags      settings
}

// settings is litestone.toml. Paths in it are relative to the file.
type settings struct {
	Schema     string   `toml:"schema"`
	DB         string   `toml:"db"`
	Migrations string   `toml:"migrations"`
	Pluralize  bool     `toml:"pluralize"`
	Generate   generate `toml:"generate"`
}

type generate struct {
	Out     string `toml:"out"`
	Package string `toml:"package"`
}

const defaultConfig = "litestone.toml"

// load reads litestone.toml and puts the flags over it.
func (p *project) load() (settings, error) {
	s := settings{}
	path := p.configPath
	if path == "" {
		path = defaultConfig
	}
	meta, err := toml.DecodeFile(path, &s)
	switch {
	case errors.Is(err, fs.ErrNotExist) && p.configPath == "":
	case err != nil:
		return s, &litestone.Error{Code: litestone.CodeConfig, Message: fmt.Sprintf("%s: %v", path, err), Hint: "run litestone init for one to start from", Err: err}
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return s, &litestone.Error{Code: litestone.CodeConfig, Message: fmt.Sprintf("%s: unknown setting %s", path, unknown[0]), Hint: "settings are schema, db, migrations, pluralize, generate.out, generate.package"}
	}
	dir := filepath.Dir(path)
	for _, f := range []*string{&s.Schema, &s.DB, &s.Migrations, &s.Generate.Out} {
		if *f != "" && *f != ":memory:" && !filepath.IsAbs(*f) {
			*f = filepath.Join(dir, *f)
		}
	}
	over(&s.Schema, p.flags.Schema, "schema.lite")
	over(&s.DB, p.flags.DB, "")
	over(&s.Migrations, p.flags.Migrations, "migrations")
	over(&s.Generate.Out, p.flags.Generate.Out, "models")
	over(&s.Generate.Package, p.flags.Generate.Package, "")
	return s, nil
}

func over(to *string, flag, fallback string) {
	if flag != "" {
		*to = flag
	}
	if *to == "" {
		*to = fallback
	}
}

// config is what a command opens a client with.
func (p *project) config() (litestone.Config, error) {
	s, err := p.load()
	if err != nil {
		return litestone.Config{}, err
	}
	cfg := litestone.Config{Schema: s.Schema, DB: s.DB, Pluralize: s.Pluralize}
	if p.app.Configure != nil {
		p.app.Configure(&cfg)
	}
	return cfg, nil
}

func version() string {
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" {
		return strings.TrimPrefix(b.Main.Version, "v")
	}
	return "(devel)"
}

// writeNew writes files that must not exist yet; when one cannot be written, those written before
// it are taken away again.
func writeNew(files []newFile) (err error) {
	var done []string
	defer func() {
		if err != nil {
			for _, name := range done {
				os.Remove(name)
			}
		}
	}()
	for _, f := range files {
		w, err := os.OpenFile(f.name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			return &litestone.Error{Code: litestone.CodeConfig, Operation: "init", Message: f.name + " is there already", Hint: "nothing was written; remove it or run init in another folder"}
		}
		if err != nil {
			return &litestone.Error{Code: litestone.CodeConfig, Operation: "init", Message: err.Error(), Err: err}
		}
		done = append(done, f.name)
		if _, err = w.WriteString(f.text); err == nil {
			err = w.Close()
		}
		if err != nil {
			return &litestone.Error{Code: litestone.CodeConfig, Operation: "init", Message: err.Error(), Err: err}
		}
	}
	return nil
}

type newFile struct{ name, text string }
