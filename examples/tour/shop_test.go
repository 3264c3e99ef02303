package tour_test

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/litestone-go/orm/examples/tour/models"
	"github.com/litestone-go/orm/litestone"
)

// shop gives a private database with three customers and their orders, asked as the system: the
// models of orders and customers have no policies.
func shop(ctx context.Context, more ...func(*litestone.Config)) *models.Client {
	cfg := litestone.Config{DB: ":memory:"}
	for _, m := range more {
		m(&cfg)
	}
	db, err := models.Open(ctx, cfg)
	check(err)
	order := func(total float64, state models.State, month time.Month, day int) models.OrderCreate {
		return models.OrderCreate{Total: total, State: litestone.Set(state), PlacedAt: litestone.Time{Time: time.Date(2026, month, day, 12, 0, 0, 0, time.UTC)}}
	}
	ada, err := db.Customers.Create(ctx, models.CustomerCreate{
		Name: "Ada", Tags: litestone.Set([]string{"early", "math"}),
		Address: litestone.Set(models.Address{City: "London", Geo: &models.Geo{Lat: 51.5, Lng: -0.1}}),
		Orders: litestone.Create(order(120, models.StatePaid, time.January, 5), order(80, models.StateShipped, time.March, 7),
			order(10, models.StateDraft, time.March, 9)),
	})
	check(err)
	bob, err := db.Customers.Create(ctx, models.CustomerCreate{
		Name: "Bob", Tags: litestone.Set([]string{"math"}), ReferrerID: litestone.Set(ada.ID),
		Address: litestone.Set(models.Address{City: "Oslo"}),
		Orders:  litestone.Create(order(200, models.StateOpen, time.January, 20)),
	})
	check(err)
	_, err = db.Customers.Create(ctx, models.CustomerCreate{Name: "Cem", ReferrerID: litestone.Set(bob.ID)})
	check(err)
	return db
}

// print writes a value as JSON.
func print(v any, err error) {
	check(err)
	b, err := json.Marshal(v)
	check(err)
	fmt.Println(string(b))
}

// names gives customers' names.
func names(rows []*models.Customer, err error) []string {
	check(err)
	out := []string{}
	for _, c := range rows {
		out = append(out, c.Name)
	}
	return out
}
