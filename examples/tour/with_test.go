package tour_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/litestone-go/orm/examples/tour/models"
	"github.com/litestone-go/orm/litestone"
)

// Hooks are handed a litestone.Client; With makes it the generated one. What the hook writes stands in the
// call's transaction.
func Example_hookWithTypedCalls() {
	ctx := context.Background()
	limit := func(ctx context.Context, h *litestone.HookCall) error {
		if h.Model.Accessor != "order" {
			return nil
		}
		db := models.With(h.Client)
		top, err := db.Orders.FindFirst(ctx, litestone.Find{OrderBy: models.Orders.ID.Desc(), Include: models.Orders.Customer})
		if err != nil {
			return err
		}
		if top.Number > 2 {
			return errors.New(top.Customer.Name + " has two orders already")
		}
		_, err = db.Customers.Update(ctx, models.Customers.ID.Eq(top.CustomerID), models.CustomerUpdate{
			Tags: litestone.Set([]string{fmt.Sprint("orders:", top.Number)}),
		})
		return err
	}
	db, err := models.Open(ctx, litestone.Config{DB: ":memory:", Hooks: litestone.Hooks{After: map[string][]litestone.Hook{"create": {limit}}}})
	if err != nil {
		panic(err)
	}
	defer db.Close()
	ann, err := db.Customers.Create(ctx, models.CustomerCreate{Name: "ann"})
	if err != nil {
		panic(err)
	}
	for range 3 {
		_, err = db.Orders.Create(ctx, models.OrderCreate{CustomerID: litestone.Set(ann.ID), Total: 5, PlacedAt: litestone.Now()})
		fmt.Println(err)
	}
	ann, _ = db.Customers.FindFirst(ctx, litestone.Find{})
	n, _ := db.Orders.Count(ctx, litestone.Find{})
	fmt.Println(ann.Tags, n)
	// Output:
	// <nil>
	// <nil>
	// litestone: model order: create: the hook after create refuses the call: ann has two orders already
	// [orders:2] 2
}

// TestWithTakesItsOwnClientsOnly: views of the package's clients fit, those of another schema do not.
func TestWithTakesItsOwnClientsOnly(t *testing.T) {
	db, err := models.Open(t.Context(), litestone.Config{DB: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	mine := models.With(db.Client.As(map[string]any{"id": 7}))
	if _, err := mine.Posts.Create(t.Context(), models.PostCreate{Title: "x", Body: "y", AuthorID: litestone.Set[int64](8)}); !errors.Is(err, litestone.ErrAccessDenied) {
		t.Errorf("the view's subject is gone: %v", err)
	}
	other, err := litestone.Open(t.Context(), litestone.Config{DB: ":memory:", SchemaText: "model User {\n id Integer @id\n}"})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	defer func() {
		var e *litestone.Error
		if err, _ := recover().(error); !errors.As(err, &e) || e.Code != litestone.CodeConfig {
			t.Errorf("another schema's client: %v", err)
		}
	}()
	models.With(other)
}
