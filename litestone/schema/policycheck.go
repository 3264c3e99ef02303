package schema

import "github.com/litestone-go/orm/litestone/syntax"

// check resolves check(rel), check(rel, 'op'), check(rel, expr) and check(model, expr).
//
// With an expression, a relation of that name is taken before a model of that name, and its rows
// are those linked to the judged row: the narrower reading, should both exist.
func (r *resolver) check(e *syntax.Call) Expr {
	if len(e.Args) < 1 || len(e.Args) > 2 || len(e.Path) > 0 {
		return r.fail(e.Span, CodeWrongPolicy, "write check(relation), check(relation, 'read') or check(model, field == value)", "check() takes one or two arguments")
	}
	if _, reported := e.Args[0].Value.(*syntax.Bad); reported {
		r.failed = true
		return nil
	}
	word, ok := bareWord(e.Args[0].Value)
	if !ok {
		return r.fail(e.Args[0].Span, CodeWrongPolicy, "write check(relation)", "check() takes the plain name of a relation or model")
	}
	f := r.scope.model.byName[word]
	if f != nil && f.Relation == nil && f.Type == RelationType && f.From == nil {
		r.failed = true // the relation was reported
		return nil
	}
	var rel *Relation
	if f != nil {
		rel = f.Relation
	}
	if len(e.Args) == 2 {
		if s, isOp := unparen(e.Args[1].Value).(*syntax.Str); !isOp {
			return r.checkRows(e, word, rel)
		} else if rel != nil {
			op, known := operationNamed(s.Value)
			if !known {
				return r.fail(s.Span, CodeUnknownOperation, suggest(s.Value, operationWords()[:operations]...), "check() knows no operation %q", s.Value)
			}
			return r.checkRelation(e, CheckRelation{Relation: rel, Op: op})
		}
	}
	if rel == nil {
		return r.unknownRelation(e, word)
	}
	return r.checkRelation(e, CheckRelation{Relation: rel, Same: true})
}

func (r *resolver) checkRelation(e *syntax.Call, ch CheckRelation) Expr {
	if ch.Relation.List() {
		name := ch.Relation.Name()
		return r.fail(e.Args[0].Span, CodeWrongPolicy, "ask for one of its rows: check("+name+", field == value)", "check(): the relation %s is a list", name)
	}
	if ch.Relation.Across {
		return r.lookUp(e.Args[0].Span, ch.Relation)
	}
	return ch
}

func (r *resolver) unknownRelation(e *syntax.Call, word string) Expr {
	var names []string
	for _, rel := range r.scope.model.Relations {
		names = append(names, rel.Name())
	}
	hint := suggest(word, names...)
	if r.c.models[word] != nil {
		hint = "a model is asked with a condition: check(" + word + ", field == value)"
	}
	return r.fail(e.Args[0].Span, CodeUnknownRelation, hint, "model %s has no relation %s", r.scope.model.Name, word)
}

// checkRows resolves check(name, expr): some row satisfies expr.
func (r *resolver) checkRows(e *syntax.Call, word string, rel *Relation) Expr {
	md := r.c.models[word]
	if rel != nil {
		md = r.c.models[rel.Target.Name]
	}
	if md == nil {
		return r.fail(e.Args[0].Span, CodeUnknownRelation, suggest(word, r.c.declNames("model")...), "there is no relation or model %s", word)
	}
	if md.m.Database != r.scope.model.Database {
		return r.fail(e.Args[0].Span, CodeRelationAcrossDatabases, "keep what the rule asks for in a model of database "+r.scope.model.Database.Name,
			"check(): model %s stands in another database", md.m.Name)
	}
	r.scope = &policyScope{model: md.m, outer: r.scope}
	inner := r.expr(e.Args[1].Value)
	r.scope = r.scope.outer
	if inner == nil {
		return nil
	}
	if rel != nil {
		if rel.Kind == ManyToMany {
			return r.fail(e.Args[0].Span, CodeWrongPolicy, "write a model for the pairs, with a relation to each side", "check() with a condition cannot follow the many-to-many relation %s", word)
		}
		for i := len(rel.Local) - 1; i >= 0; i-- {
			inner = And{X: Compare{Op: Eq, X: FieldRef{Field: rel.Remote[i]}, Y: FieldRef{Field: rel.Local[i], Outer: 1}}, Y: inner}
		}
	}
	return CheckModel{Target: md.m, Expr: inner}
}
