package plugin

import (
	"context"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// ReadFilter adds a condition to whatever reads a model: finds, counts, aggregates, includes,
// relation filters, and the rows that updates and deletes look for. It holds for the system too,
// unless the plugin answers nil for it. Policies of other models look past it.
type ReadFilter interface {
	// Filter gives the condition for a model in this call, nil for none: litestone.Map, or a
	// condition made of columns. It is asked at most once per call and model. Calls whose
	// conditions differ in values only share one prepared statement.
	Filter(ctx context.Context, who Who, m *schema.Model) (query.Predicate, error)
}

// FilterFunc is a ReadFilter made of a function.
type FilterFunc func(ctx context.Context, who Who, m *schema.Model) (query.Predicate, error)

// Filter calls the function.
func (f FilterFunc) Filter(ctx context.Context, who Who, m *schema.Model) (query.Predicate, error) {
	return f(ctx, who, m)
}

// Read is a read that is about to run.
type Read struct {
	Call
	// Args are the resolved arguments: *query.FindArgs, *query.AggregateArgs or *query.GroupArgs.
	// They must not be changed.
	Args any
}

// BeforeReader sees each read of a table before it runs. Rows that are read beside others
// (includes, nested writes) are no reads of their own.
type BeforeReader interface {
	// BeforeRead refuses the read by an error.
	BeforeRead(ctx context.Context, r *Read) error
}

// BeforeReadFunc is a BeforeReader made of a function.
type BeforeReadFunc func(ctx context.Context, r *Read) error

// BeforeRead calls the function.
func (f BeforeReadFunc) BeforeRead(ctx context.Context, r *Read) error { return f(ctx, r) }

// Answer is what a read of rows is about to answer.
type Answer struct {
	Call
	// Rows are the rows: pointers to generated structs for typed calls, Records for others.
	// Related rows hang below them. A struct's fields may be changed.
	Rows []any
}

// AfterReader sees the rows of findMany, findFirst, findUnique, findManyCursor, findManyAndCount
// and search.
type AfterReader interface {
	// AfterRead refuses the answer by an error.
	AfterRead(ctx context.Context, a *Answer) error
}

// AfterReadFunc is an AfterReader made of a function.
type AfterReadFunc func(ctx context.Context, a *Answer) error

// AfterRead calls the function.
func (f AfterReadFunc) AfterRead(ctx context.Context, a *Answer) error { return f(ctx, a) }
