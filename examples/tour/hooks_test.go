package tour_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/litestone-go/orm/examples/tour/models"
	"github.com/litestone-go/orm/litestone"
)

// TestHooksAndEventsOfTypedCalls: hooks see generated structs and change their fields; typed writes run
// through hooks and are told like others.
func TestHooksAndEventsOfTypedCalls(t *testing.T) {
	var told, ran []string
	shout := func(_ context.Context, h *litestone.HookCall) error {
		ran = append(ran, h.Operation)
		for _, row := range h.Rows {
			if c, ok := row.(*models.Customer); ok {
				c.Name = strings.ToUpper(c.Name)
				for _, o := range c.Orders {
					o.Total = 99
				}
			}
		}
		return nil
	}
	trim := func(_ context.Context, h *litestone.HookCall) error {
		ran = append(ran, h.Operation)
		for _, w := range h.Writes {
			if name, ok := w.Get("name"); ok {
				if err := w.Set("name", strings.TrimSpace(name.Str())); err != nil {
					return err
				}
			}
		}
		return nil
	}
	db, err := models.Open(t.Context(), litestone.Config{DB: ":memory:",
		Hooks: litestone.Hooks{
			Before: map[string][]litestone.Hook{"setters": {trim}},
			After:  map[string][]litestone.Hook{"getters": {shout}},
		},
		OnEvent: litestone.Events{Change: func(_ context.Context, e *litestone.Event) error {
			line := string(e.Kind) + " " + e.Model.Accessor
			for _, s := range e.Steps {
				line += " " + s.Name
			}
			told = append(told, line)
			return nil
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx := t.Context()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	c, err := db.Customers.Create(ctx, models.CustomerCreate{Name: " ann "})
	check(err)
	o, err := db.Orders.Create(ctx, models.OrderCreate{CustomerID: litestone.Set(c.ID), Total: 5, PlacedAt: litestone.Now()})
	check(err)
	_, err = db.Orders.Transition(ctx, o.ID, models.StateTransitionSubmit)
	check(err)
	_, err = db.Customers.Upsert(ctx, models.Customers.ID.Eq(c.ID), models.CustomerCreate{Name: "x"}, models.CustomerUpdate{Name: litestone.Set("bea ")})
	check(err)
	found, err := db.Customers.FindUniqueOrThrow(ctx, litestone.Find{Where: models.Customers.ID.Eq(c.ID), Include: models.Customers.Orders})
	check(err)
	if found.Name != "BEA" || found.Orders[0].Total != 99 {
		t.Errorf("answered %s, %v", found.Name, found.Orders[0].Total)
	}
	n, err := db.Customers.Count(ctx, litestone.Find{Where: models.Customers.Name.Eq("bea")})
	check(err)
	if n != 1 {
		t.Errorf("%d customers named bea", n)
	}
	if want := []string{"create", "create", "transition", "upsert", "findUniqueOrThrow", "count"}; !slices.Equal(ran, want) {
		t.Errorf("hooks ran for %v, want %v", ran, want)
	}
	if want := []string{"create customer", "create order", "transition order submit", "update customer"}; !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
}
