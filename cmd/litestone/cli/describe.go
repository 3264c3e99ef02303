package cli

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/schema"
)

// The checked schema as JSON. Every key stands for one fact package schema decided; what a model
// or field does not have is left out.

type schemaJSON struct {
	Databases []databaseJSON `json:"databases"`
	Models    []modelJSON    `json:"models"`
	Enums     []enumJSON     `json:"enums"`
	Types     []typeJSON     `json:"types"`
	Functions []functionJSON `json:"functions"`
	Joins     []joinJSON     `json:"joins"`
	Warnings  diag.List      `json:"warnings"`
}

type databaseJSON struct {
	Name        string   `json:"name"`
	Doc         string   `json:"doc,omitempty"`
	Driver      string   `json:"driver"`
	Path        *pathOf  `json:"path,omitempty"`
	Retention   string   `json:"retention,omitempty"`
	MaxSize     int64    `json:"maxSize,omitempty"` // bytes
	Replication bool     `json:"replication,omitempty"`
	Implicit    bool     `json:"implicit,omitempty"`
	At          *placeOf `json:"at,omitempty"`
}

type pathOf struct {
	Literal string `json:"literal"`
	Env     string `json:"env,omitempty"`
}

// placeOf is where something stands in the source.
type placeOf struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

type enumJSON struct {
	Name        string      `json:"name"`
	Go          string      `json:"go"`
	Doc         string      `json:"doc,omitempty"`
	Values      []valueJSON `json:"values"`
	Transitions []stepJSON  `json:"transitions,omitempty"`
	At          *placeOf    `json:"at,omitempty"`
}

type valueJSON struct {
	Name string `json:"name"`
	Go   string `json:"go"`
	Doc  string `json:"doc,omitempty"`
}

type stepJSON struct {
	Name string   `json:"name"`
	From []string `json:"from"`
	To   string   `json:"to"`
}

type typeJSON struct {
	Name   string      `json:"name"`
	Go     string      `json:"go"`
	Doc    string      `json:"doc,omitempty"`
	Fields []fieldJSON `json:"fields"`
	At     *placeOf    `json:"at,omitempty"`
}

type functionJSON struct {
	Name   string   `json:"name"`
	Params []string `json:"params"`
	Result string   `json:"result"`
	SQL    string   `json:"sql"`
}

type joinJSON struct {
	Table    string   `json:"table"`
	Database string   `json:"database"`
	Models   []string `json:"models"`
	Columns  []string `json:"columns"`
}

type modelJSON struct {
	Name       string      `json:"name"`
	Accessor   string      `json:"accessor"`
	Table      string      `json:"table"`
	Go         string      `json:"go"`
	Database   string      `json:"database"`
	Doc        string      `json:"doc,omitempty"`
	Key        []string    `json:"key"`
	Auto       bool        `json:"auto,omitempty"`
	External   bool        `json:"external,omitempty"`
	Strict     bool        `json:"strict"`
	Subject    bool        `json:"auth,omitempty"`
	SoftDelete *softJSON   `json:"softDelete,omitempty"`
	Search     *searchJSON `json:"fts,omitempty"`
	Gate       string      `json:"gate,omitempty"`
	Fields     []fieldJSON `json:"fields"`
	Uniques    []indexJSON `json:"uniques"`
	Indexes    []indexJSON `json:"indexes"`
	Rules      []ruleJSON  `json:"rules"`
	Logs       []logJSON   `json:"logs,omitempty"`
	At         *placeOf    `json:"at,omitempty"`
}

type softJSON struct {
	Field   string `json:"field"`
	Cascade bool   `json:"cascade"`
}

type searchJSON struct {
	Table     string   `json:"table"`
	Fields    []string `json:"fields"`
	RowID     string   `json:"rowid"`
	Tokenizer string   `json:"tokenize,omitempty"`
}

type indexJSON struct {
	Name   string   `json:"name,omitempty"`
	Fields []string `json:"fields"`
	Live   bool     `json:"live,omitempty"` // covers rows that are not soft-deleted
}

type ruleJSON struct {
	Effect     string   `json:"effect"` // "allow", "deny"
	Operations []string `json:"operations"`
	Expression string   `json:"expression"`
	Message    string   `json:"message,omitempty"`
}

type logJSON struct {
	Database string `json:"database"`
	Reads    bool   `json:"reads"`
	Writes   bool   `json:"writes"`
}

func describeSchema(s *schema.Schema) schemaJSON {
	out := schemaJSON{Databases: []databaseJSON{}, Models: []modelJSON{}, Enums: []enumJSON{}, Types: []typeJSON{}, Functions: []functionJSON{}, Joins: []joinJSON{}, Warnings: s.Warnings}
	for _, d := range s.Databases {
		out.Databases = append(out.Databases, describeDatabase(d))
	}
	for _, m := range s.Models {
		out.Models = append(out.Models, describeModel(m))
	}
	for _, e := range s.Enums {
		j := enumJSON{Name: e.Name, Go: e.GoName, Doc: e.Doc, Values: []valueJSON{}, At: placed(e.Span)}
		for _, v := range e.Values {
			j.Values = append(j.Values, valueJSON{v.Name, v.GoName, v.Doc})
		}
		for _, t := range e.Transitions {
			j.Transitions = append(j.Transitions, stepJSON{t.Name, t.From, t.To})
		}
		out.Enums = append(out.Enums, j)
	}
	for _, t := range s.Types {
		out.Types = append(out.Types, typeJSON{t.Name, t.GoName, t.Doc, describeFields(t.Fields), placed(t.Span)})
	}
	for _, f := range s.Functions {
		out.Functions = append(out.Functions, functionJSON{f.Name, append([]string{}, f.Params...), f.Result.String(), f.SQL})
	}
	for _, j := range s.Joins {
		out.Joins = append(out.Joins, joinJSON{j.Table, j.Database.Name, []string{j.A.Name, j.B.Name}, []string{j.ColumnA, j.ColumnB}})
	}
	return out
}

func describeDatabase(d *schema.Database) databaseJSON {
	j := databaseJSON{Name: d.Name, Doc: d.Doc, Driver: d.Driver.String(), MaxSize: d.MaxSize, Replication: d.Replication, Implicit: d.Implicit, At: placed(d.Span)}
	if d.Path.Set {
		j.Path = &pathOf{d.Path.Literal, d.Path.Env}
	}
	if d.Retention.Unit != "" {
		j.Retention = strconv.FormatInt(d.Retention.N, 10) + d.Retention.Unit
	}
	return j
}

func describeModel(m *schema.Model) modelJSON {
	j := modelJSON{
		Name: m.Name, Accessor: m.Accessor, Table: m.Table, Go: m.GoName, Database: m.Database.Name, Doc: m.Doc,
		Key: fieldNames(m.Key), Auto: m.Auto, External: m.External, Strict: m.Strict, Subject: m.Subject,
		Fields: describeFields(m.Fields), Uniques: describeIndexes(m.Uniques), Indexes: describeIndexes(m.Indexes),
		Rules: []ruleJSON{}, Logs: describeLogs(m.Logs), At: placed(m.Span),
	}
	if d := m.SoftDelete; d != nil {
		j.SoftDelete = &softJSON{d.Field.Name, d.Cascade}
	}
	if f := m.FTS; f != nil {
		j.Search = &searchJSON{f.Table, fieldNames(f.Fields), f.RowID, f.Tokenizer}
	}
	if g := m.Gate; g != nil {
		levels := []string{strconv.Itoa(g.Read), strconv.Itoa(g.Create), strconv.Itoa(g.Update), strconv.Itoa(g.Delete)}
		j.Gate = strings.Join(levels, ".")
	}
	for _, r := range m.Rules {
		rule := ruleJSON{Effect: "allow", Expression: r.Source, Message: r.Message}
		if r.Deny {
			rule.Effect = "deny"
		}
		for op := schema.Read; op <= schema.Delete; op++ {
			if r.Operations.Has(op) {
				rule.Operations = append(rule.Operations, op.String())
			}
		}
		j.Rules = append(j.Rules, rule)
	}
	return j
}

func describeIndexes(list []*schema.Index) []indexJSON {
	out := []indexJSON{}
	for _, x := range list {
		out = append(out, indexJSON{x.Name, fieldNames(x.Fields), x.Live})
	}
	return out
}

func describeLogs(list []*schema.Log) (out []logJSON) {
	for _, l := range list {
		out = append(out, logJSON{l.Database.Name, l.Reads, l.Writes})
	}
	return out
}

func fieldNames(fields []*schema.Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Name
	}
	return out
}

// placed is nil for what stands in no source.
func placed(s diag.Span) *placeOf {
	if s.File == nil {
		return nil
	}
	p := s.File.Position(s.Start)
	return &placeOf{s.File.Name, p.Line, p.Column}
}

// rawJSON is a default of a Json field, or its text when it is no JSON.
func rawJSON(s string) any {
	if json.Valid([]byte(s)) {
		return json.RawMessage(s)
	}
	return s
}
