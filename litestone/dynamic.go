package litestone

import (
	"context"
	"fmt"
	"unsafe"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// DynamicTable is a model's calls with JSON arguments and records: what Table does for
// programs that know their models only at run time. Arguments are JSON or Map in the shape
// the schema language's documentation shows: {"where": …, "orderBy": …, "include": …}.
type DynamicTable struct {
	c      *Client
	m      *schema.Model // nil: no such model
	scopes []scoped
}

// Table gives a model's dynamic calls by its accessor. An unknown model is reported by the
// first call.
func (c *Client) Table(name string) *DynamicTable {
	m := c.core.schema.Model(name)
	if m == nil && c.bad == nil {
		v := *c
		v.bad = c.unknownModel(name)
		return &DynamicTable{c: &v}
	}
	return &DynamicTable{c: c, m: m}
}

func (c *Client) unknownModel(name string) *Error {
	names := make([]string, 0, len(c.core.schema.Models))
	for _, m := range c.core.schema.Models {
		names = append(names, m.Accessor)
	}
	return &Error{Code: CodeValidation, Fields: []string{name}, Message: fmt.Sprintf("there is no model %q", name), Hint: diag.DidYouMean(name, names...)}
}

func (t *DynamicTable) args(ctx context.Context, op string, f query.Finding, a *query.FindArgs) error {
	if t.c.bad != nil {
		return t.c.bad
	}
	if err := t.resolve(ctx, op, f, a); err != nil {
		return t.c.refused(ctx, t.m, op, err)
	}
	return nil
}

func (t *DynamicTable) resolve(ctx context.Context, op string, f query.Finding, a *query.FindArgs) error {
	if f != nil {
		if err := f.Finding(t.c.scope(ctx, t.m, op), a); err != nil {
			return err
		}
	}
	return t.c.under(ctx, t.m, t.scopes, a)
}

// FindMany answers the rows that match; nil asks for all.
func (t *DynamicTable) FindMany(ctx context.Context, f query.Finding) ([]*Record, error) {
	var a query.FindArgs
	if err := t.args(ctx, "findMany", f, &a); err != nil {
		return nil, err
	}
	return records(t.c.find(ctx, t.m, "findMany", &a, plan.InList, false))
}

// FindFirst answers the first row that matches, nil when none does.
func (t *DynamicTable) FindFirst(ctx context.Context, f query.Finding) (*Record, error) {
	return t.first(ctx, f, "findFirst")
}

// FindFirstOrThrow is FindFirst, but answers ErrNotFound when no row matches.
func (t *DynamicTable) FindFirstOrThrow(ctx context.Context, f query.Finding) (*Record, error) {
	return t.first(ctx, f, "findFirstOrThrow")
}

// FindUnique answers the one row that matches, nil when none does.
func (t *DynamicTable) FindUnique(ctx context.Context, f query.Finding) (*Record, error) {
	return t.unique(ctx, f, "findUnique")
}

// FindUniqueOrThrow is FindUnique, but answers ErrNotFound when no row matches.
func (t *DynamicTable) FindUniqueOrThrow(ctx context.Context, f query.Finding) (*Record, error) {
	return t.unique(ctx, f, "findUniqueOrThrow")
}

func (t *DynamicTable) first(ctx context.Context, f query.Finding, op string) (*Record, error) {
	var a query.FindArgs
	if err := t.args(ctx, op, f, &a); err != nil {
		return nil, err
	}
	p, err := t.c.first(ctx, t.m, op, &a, false)
	return (*Record)(p), err
}

func (t *DynamicTable) unique(ctx context.Context, f query.Finding, op string) (*Record, error) {
	var a query.FindArgs
	if err := t.args(ctx, op, f, &a); err != nil {
		return nil, err
	}
	p, err := t.c.unique(ctx, t.m, op, &a, false)
	return (*Record)(p), err
}

// Count answers how many rows match.
func (t *DynamicTable) Count(ctx context.Context, f query.Finding) (int64, error) {
	var a query.FindArgs
	if err := t.args(ctx, "count", f, &a); err != nil {
		return 0, err
	}
	return t.c.count(ctx, t.m, &a)
}

// Exists answers whether a row matches.
func (t *DynamicTable) Exists(ctx context.Context, f query.Finding) (bool, error) {
	var a query.FindArgs
	if err := t.args(ctx, "exists", f, &a); err != nil {
		return false, err
	}
	return t.c.exists(ctx, t.m, &a)
}

// Search answers the rows whose full-text index matches text.
func (t *DynamicTable) Search(ctx context.Context, text string, args any) ([]*Record, error) {
	if t.c.bad != nil {
		return nil, t.c.bad
	}
	var a query.FindArgs
	if err := query.DecodeSearch(t.c.scope(ctx, t.m, "search"), args, &a); err != nil {
		return nil, t.c.refused(ctx, t.m, "search", err)
	}
	if err := t.c.under(ctx, t.m, t.scopes, &a); err != nil {
		return nil, t.c.refused(ctx, t.m, "search", err)
	}
	return records(t.c.search(ctx, t.m, text, &a, false))
}

// records views row handles as the records they point to.
func records(ptrs []unsafe.Pointer, err error) ([]*Record, error) { return rowsOf[Record](ptrs, err) }
