package tour_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/litestone-go/orm/examples/tour/models"
	"github.com/litestone-go/orm/litestone"
)

var may = litestone.Time{Time: time.Date(2026, time.May, 1, 0, 0, 0, 0, time.UTC)}

// All of a transaction happens, or nothing: an error, or a panic, rolls it back.
func Example_transaction() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	tooMuch := errors.New("too much")
	err := db.Transaction(ctx, func(ctx context.Context, tx *models.Client) error {
		if _, err := tx.Orders.Create(ctx, models.OrderCreate{CustomerID: litestone.Set(int64(3)), Total: 1e6, PlacedAt: may}); err != nil {
			return err
		}
		sum, err := tx.Orders.Aggregate(ctx, litestone.Aggregate{Items: []litestone.AggExpr{litestone.Sum(models.Orders.Total)}})
		if err != nil {
			return err
		}
		if sum.Number("_sum", "total") > 1000 { // the transaction sees its own rows
			return tooMuch
		}
		return nil
	})
	n, _ := db.Orders.Count(ctx, litestone.Find{})
	fmt.Println(err == tooMuch, n)
	// Output:
	// true 4
}

// Rows of relations are written with their parent, in one transaction.
func Example_nestedWrites() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	c, o := models.Customers, models.Orders
	dora, err := db.Customers.Create(ctx, models.CustomerCreate{
		Name:     "Dora",
		Referrer: litestone.ConnectOrCreate(c.Name.Eq("Eve"), models.CustomerCreate{Name: "Eve"}),
		Orders:   litestone.Create(models.OrderCreate{Total: 5, PlacedAt: may}, models.OrderCreate{Total: 6, PlacedAt: may}),
	}, litestone.Returning{Include: litestone.Includes(c.Referrer, c.Orders)})
	check(err)
	fmt.Println(dora.Name, "by", dora.Referrer.Name, len(dora.Orders))

	dora, err = db.Customers.Update(ctx, c.Name.Eq("Dora"), models.CustomerUpdate{
		Referrer: litestone.Connect(c.Name.Eq("Ada")),
		Orders: litestone.Nests(
			litestone.Update(o.Total.Eq(5), models.OrderUpdate{Total: litestone.Set(50.0)}),
			litestone.Delete(o.Total.Eq(6)),
		),
	}, litestone.Returning{Include: litestone.Includes(c.Referrer, c.Orders)})
	check(err)
	fmt.Println(dora.Name, "by", dora.Referrer.Name, len(dora.Orders), dora.Orders[0].Total)

	_, err = db.Customers.Update(ctx, c.Name.Eq("Dora"), models.CustomerUpdate{Referrer: litestone.Connect(c.Name.Eq("Nobody"))})
	fmt.Println(errors.Is(err, litestone.ErrNotFound))
	// Output:
	// Dora by Eve 2
	// Dora by Ada 1 50
	// true
}

// Upsert changes the row that is there, else makes it; many at once go by a unique field.
func Example_upsert() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	c := models.Customers
	for range 2 {
		fay, err := db.Customers.Upsert(ctx, c.Name.Eq("Fay"),
			models.CustomerCreate{Name: "Fay", Tags: litestone.Set([]string{"new"})},
			models.CustomerUpdate{Tags: litestone.Set([]string{"known"})})
		check(err)
		fmt.Println(fay.Name, fay.Tags)
	}
	n, err := db.Customers.UpsertMany(ctx, []models.CustomerCreate{{Name: "Ada", Tags: litestone.Set([]string{"late"})}, {Name: "Gil"}},
		litestone.OnConflict{Target: []litestone.Col{c.Name}})
	check(err)
	all, err := db.Customers.Count(ctx, litestone.Find{})
	check(err)
	fmt.Println(n, all)
	// Output:
	// Fay [new]
	// Fay [known]
	// 2 5
}

// Many rows at once answer how many; an update that nothing matches answers nil.
func Example_manyAtOnce() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	n, err := db.Orders.UpdateMany(ctx, models.Orders.Total.Lt(100), models.OrderUpdate{Total: litestone.Set(100.0)})
	check(err)
	gone, err := db.Orders.DeleteMany(ctx, models.Orders.State.Eq(models.StateDraft))
	check(err)
	none, err := db.Orders.Update(ctx, models.Orders.ID.Eq(99), models.OrderUpdate{Total: litestone.Set(1.0)})
	check(err)
	fmt.Println(n, gone, none == nil)
	// Output:
	// 2 1 true
}

// A @sequence counts within its scope, without gaps: what is rolled back is given again.
func Example_sequences() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	number := func(customer int64) int64 {
		o, err := db.Orders.Create(ctx, models.OrderCreate{CustomerID: litestone.Set(customer), Total: 1, PlacedAt: may})
		check(err)
		return o.Number
	}
	fmt.Println(number(1), number(1), number(2), number(3))
	// Output:
	// 4 5 2 1
}

// The steps of an enum with transitions are the only ways from state to state.
func Example_transitions() {
	ctx := context.Background()
	db := shop(ctx)
	defer db.Close()
	o, err := db.Orders.Transition(ctx, 3, "submit")
	check(err)
	fmt.Println(o.State)
	me := db.As(map[string]any{"id": 1})
	_, err = me.Orders.Update(ctx, models.Orders.ID.Eq(3), models.OrderUpdate{State: litestone.Set(models.StateShipped)})
	fmt.Println(err)
	_, err = db.Orders.Transition(ctx, 3, "ship")
	fmt.Println(err)
	// Output:
	// open
	// litestone: model order: update: field state: no transition leads from open to shipped
	// litestone: model order: transition: field state: no transition leads from open to shipped
}
