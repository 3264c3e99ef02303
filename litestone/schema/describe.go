package schema

// Describe gives a checked schema as plain values, for tools and the conformance runner:
// {valid, models: [accessor], enums: {name: [value]}, softDelete: {accessor: bool}, databases:
// {name: driver}, warnings: [message]}.
func (s *Schema) Describe() map[string]any {
	models, soft := []any{}, map[string]any{}
	for _, m := range s.Models {
		models = append(models, m.Accessor)
		if m.Database.Driver == SQLite {
			soft[m.Accessor] = m.SoftDelete != nil
		}
	}
	enums := map[string]any{}
	for _, e := range s.Enums {
		values := []any{}
		for _, v := range e.Values {
			values = append(values, v.Name)
		}
		enums[e.Name] = values
	}
	databases := map[string]any{}
	for _, d := range s.Databases {
		databases[d.Name] = d.Driver.String()
	}
	warnings := []any{}
	for _, w := range s.Warnings {
		warnings = append(warnings, w.Message)
	}
	return map[string]any{"valid": true, "models": models, "enums": enums, "softDelete": soft, "databases": databases, "warnings": warnings}
}
