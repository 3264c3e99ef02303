package query_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// FuzzDecode gives arbitrary JSON to every decoder: none panics, each refusal is a validation error
// (or unsupported, for a model that lacks something) that names its model, and no Ref in a result
// names a field the schema does not have.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `{}`, `[]`, `5`, `"x"`, `{`,
		`{"where": {"id": 1, "OR": [{"name": {"contains": "%"}}, {"orders": {"some": {"amount": {"gt": 1.5}}}}], "NOT": {"boss": {"is": null}}}}`,
		`{"where": {"address": {"geo": {"lat": {"not": {"in": [1, 2]}}}}, "tags": {"hasSome": ["a"]}, "$raw": "1=1"}}`,
		`{"orderBy": [{"boss": {"boss": {"name": {"dir": "desc", "nulls": "last"}}}}, {"orders": {"_sum": {"amount": "asc"}}}, {"_depth": "asc"}]}`,
		`{"select": {"id": true, "orders": {"select": {"id": true, "_count": {"select": {"x": {"relation": "labels", "where": {}}}}}}}}`,
		`{"include": {"boss": {"include": {"_count": true}}}, "limit": "5", "offset": 1e2, "distinct": true}`,
		`{"window": {"w": {"lag": "score", "default": [1], "offset": 1, "partitionBy": ["role"], "orderBy": {"id": "asc"}, "rows": [-1, null]}}, "recursive": {"direction": "ancestors", "maxDepth": 3, "via": "bossId"}}`,
		`{"by": ["joined", "role"], "interval": {"joined": "month"}, "fillGaps": {"start": "2024-01-01"}, "having": {"_count": {"gt": 1}, "OR": [{"role": "admin"}]}, "_count": true, "_sum": {"score": true}, "_x": {"count": "id", "distinct": true, "filter": {"id": 1}}, "orderBy": [{"_x": "asc"}, {"_sum": {"score": "desc"}}]}`,
		`{"data": {"id": 1, "name": "x", "tags": ["a", null], "boss": {"create": {"name": "y"}}, "orders": {"connectOrCreate": {"where": {"id": 1}, "create": {"amount": 1, "labels": {"connect": [{"word": "x"}]}}}}}, "select": false}`,
		`{"where": {"id": 1}, "data": {"orders": {"update": {"where": {"id": 1}, "data": {"amount": 1}}, "set": [], "disconnect": {"id": 2}, "deleteMany": {}, "upsert": {"where": {"id": 1}, "create": {}, "update": {}}}, "boss": {"disconnect": true}}}`,
		`{"where": {"id": 1}, "create": {"id": 1}, "update": {"active": 1}}`,
		`{"data": [{"id": 1}], "conflictTarget": ["id"], "update": "name"}`,
		`{"highlight": {"field": "word", "tags": ["a", "b"]}, "snippet": true, "withRank": false}`,
	} {
		f.Add(seed)
	}
	s := shop(f)
	f.Fuzz(func(t *testing.T, text string) {
		tree, err := query.JSON(text).Tree()
		if err != nil {
			checkRefusal(t, err)
			return
		}
		query.Route(tree)
		for _, m := range s.Models {
			for _, untrusted := range []bool{false, true} {
				sc := &query.Scope{Schema: s, Model: m, Untrusted: untrusted}
				decodeAll(t, sc, tree)
			}
		}
	})
}

func decodeAll(t *testing.T, sc *query.Scope, tree any) {
	for _, op := range []string{"", "findMany", "findFirst", "findUnique", "findManyCursor", "count", "exists", "search", "include"} {
		s := *sc
		s.Operation = op
		var a query.FindArgs
		checkResult(t, sc, query.DecodeFind(&s, tree, &a), a)
	}
	var find query.FindArgs
	checkResult(t, sc, query.DecodeSearch(sc, tree, &find), find)
	var agg query.AggregateArgs
	checkResult(t, sc, query.DecodeAggregate(sc, tree, &agg), agg)
	var group query.GroupArgs
	checkResult(t, sc, query.DecodeGroupBy(sc, tree, &group), group)
	var create, createMany query.CreateArgs
	checkResult(t, sc, query.DecodeCreate(sc, tree, &create), create)
	checkResult(t, sc, query.DecodeCreateMany(sc, tree, &createMany), createMany)
	var update, updateMany query.UpdateArgs
	checkResult(t, sc, query.DecodeUpdate(sc, tree, &update), update)
	checkResult(t, sc, query.DecodeUpdateMany(sc, tree, &updateMany), updateMany)
	var upsert query.UpsertArgs
	checkResult(t, sc, query.DecodeUpsert(sc, tree, &upsert), upsert)
	var upsertMany query.UpsertManyArgs
	checkResult(t, sc, query.DecodeUpsertMany(sc, tree, &upsertMany), upsertMany)
	var remove, removeMany query.DeleteArgs
	checkResult(t, sc, query.DecodeDelete(sc, tree, &remove), remove)
	checkResult(t, sc, query.DecodeDeleteMany(sc, tree, &removeMany), removeMany)
	text, ok := tree.(query.JSON)
	if ok {
		t.Fatalf("a tree holds %T", text)
	}
}

func checkRefusal(t *testing.T, err error) {
	var e *liteerr.Error
	if !errors.As(err, &e) || e.Code != liteerr.Validation && e.Code != liteerr.Unsupported {
		t.Fatalf("not a validation error: %#v", err)
	}
	if e.Message == "" {
		t.Fatalf("says nothing: %#v", err)
	}
}

// checkResult walks a result for Refs, and for raw SQL where the caller is not trusted.
func checkResult(t *testing.T, sc *query.Scope, err error, result any) {
	if err != nil {
		checkRefusal(t, err)
		return
	}
	walk(t, sc, reflect.ValueOf(result))
}

func walk(t *testing.T, sc *query.Scope, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			walk(t, sc, v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(t, sc, v.Index(i))
		}
	case reflect.Struct:
		switch x := exported(v).(type) {
		case query.Ref:
			if x != (query.Ref{}) {
				known(t, sc.Schema, x)
			}
			return
		case query.Fragment:
			if sc.Untrusted {
				t.Fatalf("raw SQL from a request: %s", x.SQL)
			}
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				walk(t, sc, v.Field(i))
			}
		}
	}
}

func exported(v reflect.Value) any {
	if v.CanInterface() {
		return v.Interface()
	}
	return nil
}

func known(t *testing.T, s *schema.Schema, r query.Ref) {
	m := s.Model(r.Model)
	if m == nil {
		t.Fatalf("a Ref of an unknown model: %v", r)
	}
	if f, err := r.Field(m); err != nil || f.Index != r.Index {
		t.Fatalf("a Ref of an unknown field: %v", r)
	}
}

// FuzzTime holds that what ParseTime takes is written back in a form that it takes unchanged.
func FuzzTime(f *testing.F) {
	for _, s := range []string{"2024-02-29", "2024-02-29T23:59:59.999+05:30", "0000-01-01T00:00", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := query.ParseTime(s)
		if !ok {
			return
		}
		text := query.FormatTime(at)
		again, ok := query.ParseTime(text)
		if !ok || !again.Equal(at) || len(text) != 24 {
			t.Errorf("%q is written as %q and read as %v", s, text, again)
		}
	})
}
