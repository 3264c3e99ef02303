package litestone

import "github.com/litestone-go/orm/litestone/schema"

// Location is where one database of a schema lies.
type Location struct {
	Database string `json:"database"`
	Driver   string `json:"driver"` // "sqlite", "jsonl", "logger"
	Path     string `json:"path"`   // empty when neither Config.DB nor the schema names one
	Exists   bool   `json:"exists"`
}

// Locate tells where Open looks for the databases of a schema, in declared order, without opening
// or making any. A database that nothing uses is left out. Errors have code schema or config.
func Locate(cfg Config) ([]Location, error) {
	s, err := loadSchema(cfg)
	if err != nil {
		return nil, err
	}
	co := &core{schema: s, config: cfg}
	out := []Location{}
	for _, d := range s.Databases {
		if d.Driver == schema.SQLite && !co.uses(d) {
			continue
		}
		path := co.path(d)
		out = append(out, Location{Database: d.Name, Driver: d.Driver.String(), Path: path, Exists: path != "" && exists(path)})
	}
	return out, nil
}
