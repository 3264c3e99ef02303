package tour_test

import (
	"context"
	"fmt"

	"github.com/litestone-go/orm/examples/tour/models"
	"github.com/litestone-go/orm/litestone"
)

// Conditions are methods of columns. NULL, lists and typed JSON have theirs.
func Example_where() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	c := models.Customers
	for _, where := range []litestone.Predicate{
		c.Name.Eq("Ada"),
		c.Name.In("Bob", "Cem"),
		c.Name.StartsWith("b").Or(c.Name.Contains("E")), // contains and its kind fold ASCII case
		c.ReferrerID.IsNull(),
		litestone.Not(c.ReferrerID.Eq(1)), // SQL's logic: unknown for NULL, so Ada is left out
		c.Tags.Has("math").And(litestone.Not(c.Tags.Has("early"))),
		c.Tags.IsEmpty(),
		c.Spent.Gt(100), // a derived field
	} {
		fmt.Println(names(db.Customers.FindMany(ctx, litestone.Find{Where: where, OrderBy: c.ID.Asc()})))
	}
	// Output:
	// [Ada]
	// [Bob Cem]
	// [Bob Cem]
	// [Ada]
	// [Cem]
	// [Bob]
	// [Cem]
	// [Ada Bob]
}

// Keys inside a Json field with a type are columns too; a missing key matches null.
func Example_typedJSON() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	a := models.Customers.Address
	for _, where := range []litestone.Predicate{
		a.City.Eq("Oslo"),
		a.Geo.Lat.Gte(50),
		a.Zip.IsNull().And(a.City.IsNull()),
		litestone.JSON(`{"address": {"city": {"in": ["London", "Oslo"]}, "geo": null}}`),
	} {
		fmt.Println(names(db.Customers.FindMany(ctx, litestone.Find{Where: where})))
	}
	fmt.Println(names(db.Customers.FindMany(ctx, litestone.Find{OrderBy: a.City.Desc().NullsLast()})))
	// Output:
	// [Bob]
	// [Ada]
	// [Cem]
	// [Bob]
	// [Bob Ada Cem]
}

// Relations are tested by the rows they lead to, over any number of hops.
func Example_relationFilters() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	c, o := models.Customers, models.Orders
	for _, where := range []litestone.Predicate{
		c.Orders.Some(o.State.Eq(models.StatePaid)),
		c.Orders.Every(o.State.Ne(models.StateDraft)), // true of customers without orders
		c.Orders.None(),
		c.Referrer.Is(c.Name.Eq("Ada")),
		c.Referrer.Is(c.Referrer.Is(c.Orders.Some(o.Total.Gt(100)))),
		c.Referrer.IsNull(),
	} {
		fmt.Println(names(db.Customers.FindMany(ctx, litestone.Find{Where: where, OrderBy: c.ID.Asc()})))
	}
	// Output:
	// [Ada]
	// [Bob Cem]
	// [Cem]
	// [Bob]
	// [Cem]
	// [Ada]
}

// SQL says what the builders cannot; its values are bound. A client that speaks for somebody takes
// such fragments from Go code only, never as text.
func Example_rawSQL() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	long := litestone.SQL("length(name) + id > ?", 4)
	fmt.Println(names(db.Customers.FindMany(ctx, litestone.Find{Where: models.Customers.Name.Ne("Bob").And(long.Cond())})))
	_, err := db.As(map[string]any{"id": 1}).Table("customer").FindMany(ctx, litestone.JSON(`{"$raw": "1 = 1"}`))
	fmt.Println(err)
	// Output:
	// [Cem]
	// litestone: model customer: findMany: field $raw: SQL as text is refused in requests and on a client that speaks for somebody (use the where's operators, or make a fragment in Go code)
}
