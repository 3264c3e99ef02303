package litestone_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/litestone-go/orm/litestone"
)

func ExampleClient_AsID() {
	ctx := context.Background()
	db, err := litestone.Open(ctx, litestone.Config{DB: ":memory:", SchemaText: `
		model User { id Integer @id  role Text  password Text @guarded  posts Post[]  @@auth }
		model Post { id Integer @id  title Text  authorId Integer  author User @relation(fields: [authorId], references: [id])
		  @@allow('read', author == auth() || auth().role == 'editor') }`})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	for _, role := range []string{"editor", "author"} {
		_, err := db.AsSystem().Table("user").Create(ctx, litestone.Map{"data": map[string]any{
			"role": role, "password": "secret", "posts": map[string]any{"create": map[string]any{"title": "by the " + role}}}})
		if err != nil {
			fmt.Println(err)
		}
	}

	for _, id := range []int64{1, 2, 3} {
		me, err := db.AsID(ctx, id)
		if errors.Is(err, litestone.ErrNotFound) {
			fmt.Println(id, "is nobody we know")
			continue
		}
		posts, err := me.Table("post").Count(ctx, nil)
		fmt.Println(id, "sees", posts, err)
	}

	auth, err := db.Subject(ctx, 2) // what policies see as auth()
	text, _ := json.Marshal(auth)
	fmt.Println(string(text), err)
	// Output:
	// 1 sees 2 <nil>
	// 2 sees 1 <nil>
	// 3 is nobody we know
	// {"id":2,"role":"author"} <nil>
}
