package tour_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/litestone-go/orm/examples/tour/models"
	"github.com/litestone-go/orm/litestone"
)

// Rows are sorted by fields, by fields of related rows, and by aggregates over them.
func Example_orderBy() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	c, o := models.Customers, models.Orders
	for _, order := range []litestone.Order{
		c.Name.Desc(),
		c.Referrer.By(c.Name.Asc()).NullsLast(),
		c.Orders.Count().Desc(),
		c.Orders.Max(o.Total).Desc().NullsFirst(),
		c.Spent.Asc(), // a derived field
	} {
		fmt.Println(names(db.Customers.FindMany(ctx, litestone.Find{OrderBy: order})))
	}
	// Output:
	// [Cem Bob Ada]
	// [Bob Cem Ada]
	// [Ada Bob Cem]
	// [Cem Bob Ada]
	// [Cem Ada Bob]
}

// An included relation takes arguments of its own; limits count per parent. One statement reads it
// for all parents, in the snapshot of the call.
func Example_include() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	c, o := models.Customers, models.Orders
	rows, err := db.Customers.FindMany(ctx, litestone.Find{
		Include: litestone.Includes(
			c.Referred.With(litestone.Find{Select: c.Name}),
			c.Orders.With(litestone.Find{Where: o.State.Ne(models.StateDraft), OrderBy: o.Total.Desc(), Limit: 1}),
			litestone.Counts(c.Orders, c.Orders.Counted("drafts", o.State.Eq(models.StateDraft))),
		),
		OrderBy: c.ID.Asc(),
	})
	check(err)
	for _, r := range rows {
		fmt.Print(r.Name, " referred ", len(r.Referred), ", has ", r.Count("orders"), " orders, ", r.Count("drafts"), " drafts")
		for _, x := range r.Orders {
			fmt.Print("; the biggest: ", x.Total)
		}
		fmt.Println()
	}
	// Output:
	// Ada referred 1, has 3 orders, 1 drafts; the biggest: 120
	// Bob referred 1, has 1 orders, 0 drafts; the biggest: 200
	// Cem referred 0, has 0 orders, 0 drafts
}

// A selection names the fields and relations to read; the rest is absent from JSON.
func Example_select() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	c, o := models.Customers, models.Orders
	print(db.Customers.FindMany(ctx, litestone.Find{
		Select: litestone.Fields(c.Name, c.Orders.With(litestone.Find{Select: litestone.Fields(o.Number, o.State), OrderBy: o.Number.Desc(), Limit: 2})),
		Where:  c.Orders.Some(),
	}))
	// Output:
	// [{"name":"Ada","orders":[{"number":3,"state":"draft"},{"number":2,"state":"shipped"}]},{"name":"Bob","orders":[{"number":1,"state":"open"}]}]
}

// One row is found by what makes it unique, or as the first of an order.
func Example_findOne() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	bob, err := db.Customers.FindUniqueOrThrow(ctx, litestone.Find{Where: models.Customers.Name.Eq("Bob")})
	check(err)
	first, err := db.Orders.FindFirst(ctx, litestone.Find{OrderBy: models.Orders.PlacedAt.Desc()})
	check(err)
	fmt.Println(bob.ID, bob.Address.City, first.Total)

	nobody, err := db.Customers.FindUnique(ctx, litestone.Find{Where: models.Customers.Name.Eq("Dan")})
	fmt.Println(nobody == nil, err)
	_, err = db.Customers.FindUniqueOrThrow(ctx, litestone.Find{Where: models.Customers.Name.Eq("Dan")})
	fmt.Println(errors.Is(err, litestone.ErrNotFound))
	_, err = db.Orders.FindUnique(ctx, litestone.Find{Where: models.Orders.CustomerID.Eq(1)})
	fmt.Println(err)
	// Output:
	// 2 Oslo 10
	// true <nil>
	// true
	// litestone: model order: findUnique: field where: more than one row matches (use findFirst, or a condition on a unique field)
}

// A walk by cursor costs the same for each page, and is not confused by rows written meanwhile.
func Example_cursor() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	page := litestone.Find{OrderBy: models.Orders.Total.Desc(), Limit: 3}
	for {
		p, err := db.Orders.FindManyCursor(ctx, page)
		check(err)
		for _, o := range p.Items {
			fmt.Print(" ", o.Total)
		}
		if page.Cursor = p.NextCursor; !p.HasMore {
			break
		}
		fmt.Print(" |")
	}
	fmt.Println()
	both, err := db.Orders.FindManyAndCount(ctx, litestone.Find{Limit: 1, OrderBy: models.Orders.ID.Asc()})
	check(err)
	fmt.Println(len(both.Rows), "of", both.Total)
	// Output:
	// 200 120 80 | 10
	// 1 of 4
}

// Derived fields are read like others: counts, sums and rows of a relation.
func Example_derivedFields() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	rows, err := db.Customers.FindMany(ctx, litestone.Find{OrderBy: models.Customers.OrderCount.Desc()})
	check(err)
	for _, c := range rows {
		fmt.Print(c.Name, ": ", c.OrderCount, " orders, ", c.Spent, " spent")
		if c.LastOrder != nil {
			fmt.Print(", the last for ", c.LastOrder.Total)
		}
		fmt.Println()
	}
	// Output:
	// Ada: 3 orders, 200 spent, the last for 10
	// Bob: 1 orders, 200 spent, the last for 200
	// Cem: 0 orders, 0 spent
}

// A model with a relation to itself is a tree.
func Example_recursive() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	c := models.Customers
	below, err := db.Customers.FindMany(ctx, litestone.Find{Where: c.Name.Eq("Ada"), Recursive: &litestone.Recursive{}, OrderBy: litestone.SortBy("_depth").Asc()})
	check(err)
	for _, r := range below {
		fmt.Print(r.Extra("_depth"), " ", r.Name, "; ")
	}
	fmt.Println(names(db.Customers.FindMany(ctx, litestone.Find{Where: c.Name.Eq("Cem"), Recursive: &litestone.Recursive{Ancestors: true}, OrderBy: litestone.SortBy("_depth").Asc()})))

	tree, err := db.Customers.FindMany(ctx, litestone.Find{Where: c.Name.Eq("Ada"), Recursive: &litestone.Recursive{Nested: true}})
	check(err)
	fmt.Println(tree[0].Name, "→", tree[0].Referred[0].Name)
	// Output:
	// 1 Bob; 2 Cem; [Bob Ada]
	// Bob → Cem
}

// Several reads of one moment: by name, as a request brings them.
func Example_query() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	print(db.Query(ctx, litestone.JSON(`{
		"customer": {"select": {"name": true}, "where": {"orders": {"some": {}}}, "orderBy": {"id": "asc"}},
		"revenue":  {"model": "order", "_sum": {"total": true}, "where": {"state": {"not": "draft"}}},
		"states":   {"model": "order", "by": ["state"], "_count": true, "orderBy": {"state": "asc"}}
	}`)))
	// Output:
	// {"customer":[{"name":"Ada"},{"name":"Bob"}],"revenue":{"_sum":{"total":400}},"states":[{"state":"draft","_count":1},{"state":"open","_count":1},{"state":"paid","_count":1},{"state":"shipped","_count":1}]}
}

// Explain answers the statements of a call, and SQLite's plan of each, without running them.
func Example_explain() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	plans, err := db.Orders.Explain(ctx, litestone.Find{
		Where: models.Orders.CustomerID.Eq(1), Select: models.Orders.Total, OrderBy: models.Orders.ID.Asc(), Limit: 5,
	})
	check(err)
	for _, p := range plans {
		fmt.Println(p.SQL)
		fmt.Println(p.Args, p.Plan)
	}
	// Output:
	// SELECT "order"."total" FROM "order" WHERE ("order"."customerId" = ?) ORDER BY "order"."id" LIMIT ? + 0
	// [1 5] [SEARCH order USING INDEX idx_order_customerId (customerId=?)]
}

// Global filters are ANDed to every read of a model, whoever asks. They may depend on who asks.
func Example_filters() {
	ctx := context.Background()
	db := shop(ctx, func(c *litestone.Config) {
		c.Filters = map[string]litestone.Predicate{"order": models.Orders.State.Ne(models.StateDraft)}
		c.FilterFuncs = map[string]func(map[string]any) litestone.Predicate{
			"customer": func(auth map[string]any) litestone.Predicate {
				if region, ok := auth["region"].(string); ok {
					return models.Customers.Address.City.Eq(region)
				}
				return nil // every customer
			},
		}
	})
	defer db.Close()
	for _, who := range []any{nil, map[string]any{"region": "London"}, map[string]any{"region": "Oslo"}} {
		rows, err := db.As(who).Customers.FindMany(ctx, litestone.Find{Include: litestone.Counts(models.Customers.Orders), OrderBy: models.Customers.ID.Asc()})
		check(err)
		for _, c := range rows {
			fmt.Print(c.Name, " ", c.Count("orders"), ".")
		}
		fmt.Println()
	}
	// Output:
	// Ada 2.Bob 1.Cem 0.
	// Ada 2.
	// Bob 1.
}
