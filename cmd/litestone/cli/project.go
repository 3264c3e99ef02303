package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/schema"
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
		if *f != "" && *f != memory && !filepath.IsAbs(*f) {
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

// memory is the path of a database that lives only as long as the command.
const memory = ":memory:"

// config is what a command opens a client with: the settings, then what the project adds. Every
// sqlite database has a path in it.
func (p *project) config(command string) (litestone.Config, error) {
	s, err := p.load()
	if err != nil {
		return litestone.Config{}, err
	}
	cfg := litestone.Config{Schema: s.Schema, DB: s.DB, Pluralize: s.Pluralize}
	if p.app.Configure != nil {
		p.app.Configure(&cfg)
	}
	if cfg.Parsed, err = parsed(cfg); err != nil {
		return cfg, err
	}
	places, err := litestone.Locate(cfg)
	for _, at := range places {
		if at.Path == "" {
			return cfg, refuse(command, "set db in litestone.toml, --db, or path in the schema's database block", "database %s has no path", at.Database)
		}
	}
	return cfg, err
}

// parsed gives the schema a Config stands for.
func parsed(cfg litestone.Config) (*schema.Schema, error) {
	o := schema.Options{Pluralize: cfg.Pluralize}
	switch {
	case cfg.Parsed != nil:
		return cfg.Parsed, nil
	case cfg.SchemaText != "":
		return schema.FromText("schema", cfg.SchemaText, o)
	}
	return schema.FromFile(cfg.Schema, o)
}

func version() string {
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" {
		return strings.TrimPrefix(b.Main.Version, "v")
	}
	return "(devel)"
}
