package gate_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/plugins/gate"
)

// Everybody reads posts, users write them, and deleting one takes an owner.
func Example() {
	ctx := context.Background()
	db, err := litestone.Open(ctx, litestone.Config{
		SchemaText: `
model posts {
  id    Integer @id
  title Text
  @@gate("0.4.4.6")
}`,
		DB: ":memory:",
		Plugins: []plugin.Plugin{gate.New(gate.Options{
			GetLevel: func(_ context.Context, auth map[string]any, _ string) (int, error) {
				switch auth["role"] {
				case "owner":
					return gate.Owner, nil
				case "user":
					return gate.User, nil
				}
				return gate.Stranger, nil
			},
		})},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()

	ann := db.As(map[string]any{"id": 1, "role": "user"})
	post, err := ann.Table("posts").Create(ctx, map[string]any{"data": map[string]any{"id": 1, "title": "Hello"}})
	fmt.Println(post.Map()["title"], err)

	n, err := db.Table("posts").Count(ctx, nil)
	fmt.Println(n, err)

	byID := map[string]any{"where": map[string]any{"id": 1}}
	_, err = ann.Table("posts").Delete(ctx, byID)
	fmt.Println(errors.Is(err, litestone.ErrAccessDenied), err)

	_, err = db.As(map[string]any{"id": 2, "role": "owner"}).Table("posts").Delete(ctx, byID)
	fmt.Println(err)
	// Output:
	// Hello <nil>
	// 1 <nil>
	// true litestone: model posts: delete: the gate asks for level 6 to delete
	// <nil>
}
