package tour_test

import (
	"context"
	"fmt"

	"github.com/litestone-go/orm/examples/tour/models"
	"github.com/litestone-go/orm/litestone"
)

// Aggregates over the rows that match; each may have a name and a filter of its own.
func Example_aggregate() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	o := models.Orders
	g, err := db.Orders.Aggregate(ctx, litestone.Aggregate{
		Where: o.State.Ne(models.StateDraft),
		Items: []litestone.AggExpr{
			litestone.Count(), litestone.Sum(o.Total), litestone.Avg(o.Total), litestone.Max(o.PlacedAt),
			litestone.Named("_customers", litestone.CountDistinct(o.CustomerID)),
			litestone.Named("_big", litestone.Count()).Filter(o.Total.Gte(100)),
		},
	})
	check(err)
	big, _ := g.Get("_big")
	customers, _ := g.Get("_customers")
	last, _ := g.Of("_max", "placedAt")
	fmt.Println(g.Count(), g.Number("_sum", "total"), customers, big, last)
	print(db.Table("order").Aggregate(ctx, litestone.JSON(`{"_stringAgg": {"field": "state", "separator": ", ", "orderBy": "total"}}`)))
	// Output:
	// 3 400 2 2 2026-03-07T12:00:00.000Z
	// {"_stringAgg":{"state":"draft, shipped, paid, open"}}
}

// Groups by fields, kept by having, sorted by their aggregates.
func Example_groupBy() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	o := models.Orders
	print(db.Orders.GroupBy(ctx, litestone.GroupBy{
		By:      []litestone.Col{o.CustomerID},
		Items:   []litestone.AggExpr{litestone.Count(), litestone.Sum(o.Total)},
		Having:  litestone.Count().Gt(0).And(litestone.Sum(o.Total).Gte(50)),
		OrderBy: litestone.Orders(litestone.Sum(o.Total).Desc(), o.CustomerID.Asc()),
	}))
	// Output:
	// [{"customerId":1,"_count":3,"_sum":{"total":210}},{"customerId":2,"_count":1,"_sum":{"total":200}}]
}

// Times group by intervals; months without orders are there where the bounds are known.
func Example_intervals() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	o := models.Orders
	groups, err := db.Orders.GroupBy(ctx, litestone.GroupBy{
		By:       []litestone.Col{o.PlacedAt},
		Interval: map[string]string{"placedAt": "month"},
		Where:    litestone.JSON(`{"placedAt": {"gte": "2026-01-01", "lt": "2026-05-01"}}`),
		Items:    []litestone.AggExpr{litestone.Count(), litestone.Sum(o.Total)},
	})
	check(err)
	for _, g := range groups {
		month, _ := g.Get("placedAt")
		fmt.Println(month, g.Count(), g.Number("_sum", "total"))
	}
	// Output:
	// 2026-01 2 320
	// 2026-02 0 0
	// 2026-03 2 90
	// 2026-04 0 0
}

// Windows put a number beside each row: its place, a running sum, the row before it.
func Example_windows() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	o := models.Orders
	rows, err := db.Orders.FindMany(ctx, litestone.Find{
		Window: litestone.Windows(
			litestone.Win("place").Rank().OrderBy(o.Total.Desc()),
			litestone.Win("ofCustomer").RowNumber().PartitionBy(o.CustomerID).OrderBy(o.PlacedAt.Asc()),
			litestone.Win("soFar").Sum(o.Total).OrderBy(o.PlacedAt.Asc()).Rows(litestone.Unbounded(), litestone.CurrentRow()),
			litestone.Win("before").Lag(o.Total).OrderBy(o.PlacedAt.Asc()).Default(0),
		),
		OrderBy: o.PlacedAt.Asc(),
	})
	check(err)
	for _, r := range rows {
		fmt.Println(r.Total, r.Extra("place"), r.Extra("ofCustomer"), r.Extra("soFar"), r.Extra("before"))
	}
	// Output:
	// 120 2 1 120 0
	// 200 1 1 320 120
	// 80 3 2 400 200
	// 10 4 3 410 80
}
