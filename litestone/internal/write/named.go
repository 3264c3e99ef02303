package write

import (
	"context"
	"strconv"
	"strings"

	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// refusedBy is the refusal of a row by the rule that a statement named: "create#3" a deny rule by its
// index in the model, "create" alone what allows.
func (k *work) refusedBy(m *schema.Model, name string) *liteerr.Error {
	word, index, one := strings.Cut(name, "#")
	op := operation(word)
	e := k.denied(m, op)
	if !k.env().Named {
		return e
	}
	p := k.env().Policies.For(m, op)
	list := p.Allow
	if i, err := strconv.Atoi(index); one && err == nil && i < len(m.Rules) {
		list = m.Rules[i : i+1]
	}
	rules := make([]liteerr.Rule, len(list))
	for i, r := range list {
		rules[i] = liteerr.Rule{Model: m.Accessor, Operation: op.String(), Kind: "allow", Source: r.Source, At: read.At(r.Span)}
		if r.Deny {
			rules[i].Kind = "deny"
		}
	}
	return e.By(rules...)
}

// brokenBy is the refusal of rows that were judged when the call ended.
func (k *work) brokenBy(ctx context.Context, m *schema.Model, op schema.Operation, keys []query.Value) *liteerr.Error {
	e := k.denied(m, op)
	if !k.env().Named {
		return e
	}
	list, err := k.call.Judge(ctx, m, op, keys, true)
	if err != nil || len(list) == 0 {
		return e // the refusal stands, unexplained
	}
	var rules []liteerr.Rule
	for _, g := range list[0].Guards {
		if g.Blocks {
			rules = append(rules, liteerr.Rule{Model: g.Model, Operation: g.Operation, Kind: string(g.Kind), Source: g.Rule, At: g.At})
		}
	}
	return e.By(rules...)
}
