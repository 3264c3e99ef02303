package write

import (
	"github.com/litestone-go/orm/litestone/ddl"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// model is what writes need to know of a model, found out once.
type model struct {
	*schema.Model
	fills     []fill          // columns a create fills when no value was given, in their order
	copies    []*schema.Field // @default(sibling)
	sequences []*schema.Field
	counters  map[*schema.Field][]plan.Source // which values of their counters' statements are hidden
	required  []*schema.Field                 // columns that take no null
	updatedAt []*schema.Field
	updatedBy []*schema.Field
	checked   []bool // by field index: has transforms, validators or a typed shape
	ruled     []bool // by field index: has write rules
	moves     []bool // by field index: a change of it changes keys, of this row or of others
	hasRuled  bool
	cascading bool // soft deletes go from its rows to others, or come from others
	children  []child
	audit     *audit // what the audit log keeps of its writes; nil for nothing
	erasing   bool   // rows deleted take logged or watched rows of other models along
	watched   bool   // its changes are told to the call's observer
	rules     []Rule
}

// fill is how a create makes the value of an absent column.
type fill struct {
	field   *schema.Field
	kind    fillKind
	literal query.Value
}

type fillKind uint8

const (
	fillLiteral fillKind = iota
	fillNow
	fillUUID
	fillULID
	fillCUID
	fillNanoID
	fillAuth
	fillActor // a required @updatedBy
	fillList
)

// child is a relation seen from the row that foreign keys point to.
type child struct {
	relation *schema.Relation // the child's BelongsTo
	hard     bool             // @hardDelete: removed for good with its parent
}

func describe(m *schema.Model) *model {
	out := &model{Model: m, checked: make([]bool, len(m.Fields)), ruled: make([]bool, len(m.Fields)), audit: auditOf(m)}
	named := wantedInGo(m)
	for _, f := range m.Columns {
		if f.Generated != nil {
			continue
		}
		out.checked[f.Index] = len(f.Transforms) > 0 || len(f.Validators) > 0 || f.JSONType != nil || f.Enum != nil && !f.List
		for _, r := range f.Rules {
			out.ruled[f.Index] = out.ruled[f.Index] || r.Write
		}
		out.hasRuled = out.hasRuled || out.ruled[f.Index]
		if !f.Optional && m.IntegerKey() != f {
			out.required = append(out.required, f)
		}
		switch {
		case f.Sequence != nil:
			if out.sequences = append(out.sequences, f); out.counters == nil {
				out.counters = map[*schema.Field][]plan.Source{}
			}
			out.counters[f] = counter(f)
		case f.UpdatedAt:
			out.updatedAt = append(out.updatedAt, f)
			if f.Default == nil {
				out.fills = append(out.fills, fill{field: f, kind: fillNow})
			}
		case f.UpdatedBy != nil:
			out.updatedBy = append(out.updatedBy, f)
			if f.Default == nil && !f.Optional {
				out.fills = append(out.fills, fill{field: f, kind: fillActor})
			}
		}
		out.addDefault(f, named[f])
	}
	return out
}

// addDefault decides who fills a column: SQLite where its default stands in the table and nothing
// here needs the value, else the engine. Times and ids are the engine's, so that they come
// from the client's clock and randomness.
func (m *model) addDefault(f *schema.Field, named bool) {
	d := f.Default
	if d == nil {
		if f.List && !f.Optional && (f.Model.External || f.Encrypted != nil) {
			m.fills = append(m.fills, fill{field: f, kind: fillList})
		}
		return
	}
	switch d.Kind {
	case schema.DefaultLiteral:
		// A column that is SQLite's row number takes no default of the table's.
		if named || f.Model.External || f.Model.IntegerKey() == f || ddl.DefaultSQL(f) == "" {
			m.fills = append(m.fills, fill{field: f, kind: fillLiteral, literal: literal(f, d.Literal)})
		}
	case schema.DefaultEmptyList:
		if named || f.Model.External || ddl.DefaultSQL(f) == "" {
			m.fills = append(m.fills, fill{field: f, kind: fillList})
		}
	case schema.DefaultNow:
		m.fills = append(m.fills, fill{field: f, kind: fillNow})
	case schema.DefaultUUID:
		m.fills = append(m.fills, fill{field: f, kind: fillUUID})
	case schema.DefaultULID:
		m.fills = append(m.fills, fill{field: f, kind: fillULID})
	case schema.DefaultCUID:
		m.fills = append(m.fills, fill{field: f, kind: fillCUID})
	case schema.DefaultNanoID:
		m.fills = append(m.fills, fill{field: f, kind: fillNanoID})
	case schema.DefaultAuth:
		m.fills = append(m.fills, fill{field: f, kind: fillAuth})
	case schema.DefaultField:
		m.copies = append(m.copies, f)
	}
}

// wantedInGo are the fields whose values other fields are made from before the row is stored.
func wantedInGo(m *schema.Model) map[*schema.Field]bool {
	out := map[*schema.Field]bool{}
	for _, f := range m.Columns {
		if f.Default != nil && f.Default.Kind == schema.DefaultField {
			out[f.Default.Field] = true
		}
		if f.Sequence != nil {
			for _, s := range f.Sequence.Scope {
				out[s] = true
			}
		}
	}
	return out
}

// literal is a default as its column stores it.
func literal(f *schema.Field, v any) query.Value {
	switch v := v.(type) {
	case bool:
		return query.Bool(v)
	case int64:
		if f.Type == schema.Real && !f.List {
			return query.Real(float64(v))
		}
		return query.Int(v)
	case float64:
		return query.Real(v)
	case string:
		if f.Type == schema.Blob && !f.List {
			return query.Blob([]byte(v))
		}
		return query.Text(v)
	}
	return query.Null()
}

// filled reports whether SQLite itself gives an absent column a value.
func filledBySQL(f *schema.Field) bool { return !f.Model.External && ddl.DefaultSQL(f) != "" }
