package plan

import (
	"slices"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// match joins the model's FTS5 table; the base table keeps its guards, since soft-deleted rows
// stay in the index. It answers the rank, smaller being better.
func (b *builder) match(t *Table, m *schema.Model, body *Body, s *query.Search) (Expr, error) {
	if m.FTS == nil {
		return nil, &liteerr.Error{Code: liteerr.Unsupported, Model: m.Accessor,
			Message: "the model has no full-text index", Hint: "declare one with @@fts([field])"}
	}
	for _, f := range m.FTS.Fields {
		if err := b.testable(t, f); err != nil {
			return nil, err
		}
	}
	fts := &Table{Name: m.FTS.Table, Alias: b.alias()}
	body.Joins = append(body.Joins, Join{Table: fts, On: All{Binary{"=", Column{fts, "rowid"}, Column{t, m.FTS.RowID}}}})
	text := b.slot(&s.Text)
	text.Hidden = slices.ContainsFunc(m.FTS.Fields, (*schema.Field).Confidential)
	body.Where = append(All{Binary{"MATCH", Column{fts, m.FTS.Table}, Param{text}}}, body.Where...)
	return Column{fts, "rank"}, nil
}

// searchOutputs adds _rank, _highlight and _snippet. The marks of one field are a text, those of
// several an object by field.
func (b *builder) searchOutputs(out *outputs, m *schema.Model, body *Body, args *query.FindArgs, rank Expr) error {
	s := args.Search
	fts := body.Joins[len(body.Joins)-1].Table
	if !s.NoRank && args.Select == nil {
		out.cols = append(out.cols, Output{Kind: OutExtra, Name: "_rank", Expr: rank})
	}
	for _, mark := range []struct {
		name string
		m    *query.Mark
	}{{"_highlight", s.Highlight}, {"_snippet", s.Snippet}} {
		if mark.m == nil {
			continue
		}
		fields, err := markFields(m, mark.m)
		if err != nil {
			return err
		}
		for _, i := range fields {
			args := []Expr{Column{fts, m.FTS.Table}, Literal{itoa(i)}, constant(query.Text(mark.m.Open)), constant(query.Text(mark.m.Close))}
			fn := "highlight"
			if mark.name == "_snippet" {
				fn = "snippet"
				args = append(args, constant(query.Text(mark.m.Ellipsis)), constant(query.Int(int64(mark.m.Length))))
			}
			o := Output{Kind: OutExtra, Name: mark.name, Expr: Call{Name: fn, Args: args}}
			if len(fields) > 1 {
				o.Group = m.FTS.Fields[i].Name
			}
			out.cols = append(out.cols, o)
		}
	}
	return nil
}

// markFields gives the places of the marked fields in the index; none named: all.
func markFields(m *schema.Model, mark *query.Mark) ([]int, error) {
	var out []int
	for i, f := range m.FTS.Fields {
		if len(mark.Fields) == 0 {
			out = append(out, i)
			continue
		}
		for _, r := range mark.Fields {
			if r.Name == f.Name {
				out = append(out, i)
			}
		}
	}
	if len(mark.Fields) > len(out) {
		for _, r := range mark.Fields {
			f, err := r.Field(m)
			if err != nil {
				return nil, err
			}
			indexed := false
			for _, x := range m.FTS.Fields {
				indexed = indexed || x == f
			}
			if !indexed {
				return nil, Fault(m, f.Name, f.Name+" is not in the full-text index")
			}
		}
	}
	return out, nil
}
