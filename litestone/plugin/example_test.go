package plugin_test

import (
	"context"
	"fmt"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
)

// Small plugins are made of functions.
func ExampleNew() {
	ctx := context.Background()
	quota := plugin.New("quota", plugin.BeforeCreateFunc(func(_ context.Context, c *plugin.Create) error {
		if title, ok := c.Get("title"); ok && len(title.Str()) > 10 {
			return fmt.Errorf("titles have at most 10 letters")
		}
		return c.Set("author", c.Auth["name"])
	}))
	db, err := litestone.Open(ctx, litestone.Config{
		SchemaText: `model posts { id Integer @id  title Text  author Text? }`,
		DB:         ":memory:",
		Plugins:    []plugin.Plugin{quota},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	posts := db.As(map[string]any{"name": "ann"}).Table("posts")
	post, err := posts.Create(ctx, map[string]any{"data": map[string]any{"id": 1, "title": "Hello"}})
	fmt.Println(post.Map(), err)
	_, err = posts.Create(ctx, map[string]any{"data": map[string]any{"id": 2, "title": "Hello, everybody"}})
	fmt.Println(err)
	// Output:
	// map[author:ann id:1 title:Hello] <nil>
	// litestone: model posts: create: plugin quota refuses the call: titles have at most 10 letters
}

// A ReadFilter sees to it that each tenant reads and changes its own rows only.
func ExampleReadFilter() {
	ctx := context.Background()
	tenants := plugin.New("tenants",
		plugin.FilterFunc(func(_ context.Context, who plugin.Who, m *schema.Model) (litestone.Predicate, error) {
			if who.System || m.Field("tenant") == nil {
				return nil, nil
			}
			return litestone.Map{"tenant": who.Auth["tenant"]}, nil
		}))
	db, err := litestone.Open(ctx, litestone.Config{
		SchemaText: `model notes { id Integer @id  tenant Integer  body Text }`,
		DB:         ":memory:",
		Plugins:    []plugin.Plugin{tenants},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	_, err = db.AsSystem().Table("notes").CreateMany(ctx, map[string]any{"data": []any{
		map[string]any{"tenant": 1, "body": "a"}, map[string]any{"tenant": 2, "body": "b"}, map[string]any{"tenant": 2, "body": "c"},
	}})
	fmt.Println(err)
	for tenant := 1; tenant <= 3; tenant++ {
		n, err := db.As(map[string]any{"tenant": tenant}).Table("notes").Count(ctx, nil)
		fmt.Println(tenant, n, err)
	}
	// Output:
	// <nil>
	// 1 1 <nil>
	// 2 2 <nil>
	// 3 0 <nil>
}
