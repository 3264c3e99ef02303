package tour_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/litestone-go/orm/examples/tour/models"
	"github.com/litestone-go/orm/litestone"
)

// A function fills an @computed field. What it needs is read where a call does not select it, and
// does not show in the answer then.
func Example_computed() {
	ctx := context.Background()
	c := models.Customers
	label := func(_ context.Context, c *models.Customer) (string, error) {
		return fmt.Sprintf("%s (%d)", strings.ToUpper(c.Name), c.OrderCount), nil
	}
	db := shop(ctx, func(cfg *litestone.Config) {
		cfg.Computed = map[string]map[string]litestone.Computed{
			"customer": {"label": litestone.Compute(label, c.Name, c.OrderCount)},
		}
	})
	defer db.Close()

	rows, err := db.Customers.FindMany(ctx, litestone.Find{Select: c.Label, OrderBy: c.ID.Asc()})
	check(err)
	for _, r := range rows {
		fmt.Println(r.Label, r.Read("name"))
	}
	// relations and the answers of writes have it too
	print(db.Orders.FindFirst(ctx, litestone.Find{Select: models.Orders.Customer.With(litestone.Find{Select: c.Label})}))
	print(db.Customers.Update(ctx, c.Name.Eq("Cem"), models.CustomerUpdate{Name: litestone.Set("Can")}, litestone.Returning{Select: litestone.Fields(c.ID, c.Label)}))
	// Output:
	// ADA (3) false
	// BOB (1) false
	// CEM (0) false
	// {"customer":{"label":"ADA (3)"}}
	// {"id":3,"label":"CAN (0)"}
}

// Programs without generated structs register the same function over records.
func Example_computedRecords() {
	ctx := context.Background()
	db := shop(ctx, func(cfg *litestone.Config) {
		cfg.Computed = map[string]map[string]litestone.Computed{
			"customer": {"label": {
				Needs: []string{"name", "orderCount"},
				Value: func(_ context.Context, r *litestone.Record) (any, error) {
					name, _ := r.Get("name")
					orders, _ := r.Get("orderCount")
					return fmt.Sprintf("%s (%d)", strings.ToUpper(name.(string)), orders), nil
				},
			}},
		}
	})
	defer db.Close()
	print(db.Call(ctx, "customer.findMany", litestone.JSON(`{"select": {"label": true}, "orderBy": {"id": "asc"}}`)))
	// Output: [{"label":"ADA (3)"},{"label":"BOB (1)"},{"label":"CEM (0)"}]
}
