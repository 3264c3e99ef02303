package litestone_test

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/litestone-go/orm/litestone"
)

// Hooks stand around calls: they change what is written, refuse what must not be, and see what is
// answered.
func ExampleHooks() {
	ctx := context.Background()
	tidy := func(_ context.Context, h *litestone.HookCall) error {
		for _, w := range h.Writes {
			if title, ok := w.Get("title"); ok {
				if err := w.Set("title", strings.TrimSpace(title.Str())); err != nil {
					return err
				}
			}
		}
		return nil
	}
	history := func(ctx context.Context, h *litestone.HookCall) error {
		if h.Model.Accessor != "posts" {
			return nil // its own rows come here too
		}
		for _, c := range h.Changes { // in the call's transaction: the note is there if and only if the change is
			note := map[string]any{"text": fmt.Sprintf("%s %d by %v", c.Kind, c.Before.Key()[0].Int64(), h.Auth["name"])}
			if _, err := h.Client.AsSystem().Table("notes").Create(ctx, map[string]any{"data": note}); err != nil {
				return err
			}
		}
		return nil
	}
	few := func(_ context.Context, h *litestone.HookCall) error {
		if len(h.Rows) > 100 {
			return errors.New("ask for fewer rows")
		}
		return nil
	}
	db, err := litestone.Open(ctx, litestone.Config{
		SchemaText: `
			model posts { id Integer @id  title Text }
			model notes { id Integer @id  text Text }`,
		DB: ":memory:",
		Hooks: litestone.Hooks{
			Before: map[string][]litestone.Hook{"setters": {tidy}},
			After:  map[string][]litestone.Hook{"update": {history}, "getters": {few}},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	ann := db.As(map[string]any{"name": "ann"})
	post, err := ann.Table("posts").Create(ctx, litestone.JSON(`{"data": {"id": 1, "title": "  Hello "}}`))
	fmt.Println(post.Map(), err)
	_, err = ann.Table("posts").Update(ctx, litestone.JSON(`{"where": {"id": 1}, "data": {"title": "Hello again"}}`))
	fmt.Println(err)
	notes, err := db.Table("notes").FindMany(ctx, nil)
	fmt.Println(notes[0].Map(), err)
	// Output:
	// map[id:1 title:Hello] <nil>
	// <nil>
	// map[id:1 text:updated 1 by ann] <nil>
}

// Events come after the commit: what was undone is never told.
func ExampleEvents() {
	ctx := context.Background()
	db, err := litestone.Open(ctx, litestone.Config{
		SchemaText: `
			enum State { draft sent  transitions { send: draft -> sent } }
			model letters { id Integer @id  state State @default(draft)  pin Text? @guarded }`,
		DB: ":memory:",
		OnEvent: litestone.Events{
			Transition: func(_ context.Context, e *litestone.Event) error {
				fmt.Println(e.Steps[0].Name, "by", e.Auth["name"])
				return nil
			},
			Change: func(_ context.Context, e *litestone.Event) error {
				for _, r := range e.Rows {
					if r.After != nil {
						fmt.Println(e.Kind, e.Model.Accessor, r.After.Map())
					}
				}
				return nil
			},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	err = db.As(map[string]any{"name": "ann"}).Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
		letters := tx.Table("letters")
		if _, err := letters.Create(ctx, litestone.JSON(`{"data": {"id": 1, "pin": "1234"}}`)); err != nil {
			return err
		}
		undone := tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
			if _, err := tx.Table("letters").Create(ctx, litestone.JSON(`{"data": {"id": 2}}`)); err != nil {
				return err
			}
			return errors.New("no second letter")
		})
		fmt.Println("inside:", undone)
		_, err := letters.Transition(ctx, 1, "send")
		return err
	})
	fmt.Println("committed:", err)
	// Output:
	// inside: no second letter
	// create letters map[id:1 state:draft]
	// send by ann
	// transition letters map[id:1 state:sent]
	// committed: <nil>
}
