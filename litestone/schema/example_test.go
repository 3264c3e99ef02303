package schema_test

import (
	"fmt"

	"github.com/litestone-go/orm/litestone/schema"
)

func ExampleFromText() {
	s, err := schema.FromText("app.lite", `
model users {
  id    Integer @id
  posts posts[]
}
model posts {
  id       Integer @id
  author   users @relation(fields: [authorId], references: [id], onDelete: Cascade)
  authorId Integer
  @@allow('read', authorId == auth().id)
}`, schema.Options{})
	if err != nil {
		panic(err)
	}
	author := s.Model("posts").Field("author").Relation
	fmt.Println(author.Target.Name, author.Local[0].Column, author.OnDelete, author.Inverse.Name())
	fmt.Println(s.Model("users").GoName, s.Model("posts").Rules[0].Source)
	// Output:
	// users authorId CASCADE posts
	// User authorId == auth().id
}

func ExampleFromText_errors() {
	_, err := schema.FromText("app.lite", "model users {\n  id Integer @id\n  email Text @uniqe\n  @@index([emial])\n}\n", schema.Options{})
	fmt.Println(err)
	// Output:
	// litestone: app.lite:3:14: error: model users: field email: there is no attribute @uniqe [unknown-attribute]
	//   3 |   email Text @uniqe
	//     |              ^^^^^^
	//     = did you mean @unique?
	//
	// app.lite:4:12: error: model users: @@index: there is no field emial [unknown-field]
	//   4 |   @@index([emial])
	//     |            ^^^^^
	//     = did you mean email?
}
