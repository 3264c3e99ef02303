package syntax_test

import (
	"fmt"

	"github.com/litestone-go/orm/litestone/syntax"
)

func ExampleParseString() {
	f, list := syntax.ParseString("schema.lite", `model users {
  id Integer @id
  name
  email Text @unique @default("?)
}`)
	fmt.Println(len(f.Decls), "declaration,", len(list), "errors")
	fmt.Println(list.Err())
	// Output:
	// 1 declaration, 2 errors
	// schema.lite:3:3: error: model users: field name: there is no type [missing-type]
	//   3 |   name
	//     |   ^^^^
	//     = write a type behind the name, as in name Text
	//
	// schema.lite:4:31: error: a string is not closed on its line [unterminated-string]
	//   4 |   email Text @unique @default("?)
	//     |                               ^^^
	//     = end it with "; a line break inside it is written \n
}

func ExampleFormat() {
	f, _ := syntax.ParseString("schema.lite", `model users { id Integer @id; email Text @unique // by mail
name Text?  @@index([name]) } enum Role { admin member }`)
	fmt.Print(syntax.Format(f))
	// Output:
	// model users {
	//   id    Integer @id
	//   email Text    @unique // by mail
	//   name  Text?
	//
	//   @@index([name])
	// }
	//
	// enum Role { admin member }
}
