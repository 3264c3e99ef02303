package litestone_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/query"
)

// TestTheMatrixKnowsEveryArgument fails when a call learns to take something that the paths of the
// matrix do not try: then they must be given calls that do.
func TestTheMatrixKnowsEveryArgument(t *testing.T) {
	known := map[reflect.Type][]string{
		reflect.TypeFor[query.FindArgs]():        {"Where", "OrderBy", "Select", "Include", "Limit", "HasLimit", "Offset", "Distinct", "WithDeleted", "OnlyDeleted", "Cursor", "Windows", "Recursive", "Search", "Most"},
		reflect.TypeFor[query.Order]():           {"Hops", "Ref", "Path", "Agg", "Of", "Name", "Desc", "Nulls"},
		reflect.TypeFor[query.Select]():          {"None", "Fields", "Raw", "Include", "Count"},
		reflect.TypeFor[query.Include]():         {"Relations", "CountAll", "Counts"},
		reflect.TypeFor[query.IncludeCount]():    {"Name", "Ref", "Where", "WithDeleted", "OnlyDeleted"},
		reflect.TypeFor[query.Recursive]():       {"Ancestors", "Nested", "MaxDepth", "Via"},
		reflect.TypeFor[query.Search]():          {"Text", "Highlight", "Snippet", "NoRank"},
		reflect.TypeFor[query.Cond]():            {"Op", "Ref", "Path", "Value", "List", "Kids", "Raw"},
		reflect.TypeFor[query.Data]():            {"Set", "Nested", "Issues"},
		reflect.TypeFor[query.Nested]():          {"Ref", "Op", "Where", "Wheres", "Create", "Update", "Index"},
		reflect.TypeFor[query.AggItem]():         {"Name", "Func", "Named", "HasRef", "Ref", "Distinct", "Nested", "Filter", "Separator", "OrderBy"},
		reflect.TypeFor[query.UpsertManyArgs]():  {"Rows", "ConflictTarget", "Update", "HasUpdate"},
		reflect.TypeFor[query.IncludeRelation](): {"Ref", "Args"},
	}
	for typ, names := range known {
		for i := range typ.NumField() {
			if f := typ.Field(i); f.IsExported() && !slices.Contains(names, f.Name) {
				t.Errorf("%s.%s is not known to the matrix: give paths calls that use it", typ, f.Name)
			}
		}
	}
}

// TestTheMatrixKnowsEveryNestedWrite holds the nested operations tried against those there are.
func TestTheMatrixKnowsEveryNestedWrite(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: fuzzSchema, DB: ":memory:"})
	x := paths{schema: db.Schema()}
	tried := map[string]bool{}
	for _, n := range x.nested(db.Schema().Model("projects"), false) {
		for _, ops := range n {
			for op := range ops.(obj) {
				tried[op] = true
			}
		}
	}
	for op := query.NestCreate; ; op++ {
		name, there := nestedName(op)
		if !there {
			break
		}
		if !tried[name] {
			t.Errorf("the nested write %s is not known to the matrix: give it calls in paths.nested", name)
		}
	}
	if len(tried) < 10 {
		t.Errorf("%d nested writes are tried", len(tried))
	}
}

// nestedName is an operation's name, and whether there is such an operation.
func nestedName(op query.NestedOp) (name string, there bool) {
	defer func() { there = recover() == nil }()
	return op.String(), true
}
