package write_test

import "testing"

const shelves = `
model shelves {
  id    Integer @id
  books books[]
  tags  tags[]
}
model books {
  id      Integer @id
  label   Text?
  top     Boolean @default(false)
  shelf   shelves? @relation(fields: [shelfId], references: [id])
  shelfId Integer?
}
model tags {
  id      Text @id
  shelves shelves[]
}`

// TestNestedOrder: what is about all linked rows is not about those the same object makes or links,
// however its keys are ordered.
func TestNestedOrder(t *testing.T) {
	const booksOf = `"include":{"books":{"orderBy":{"id":"asc"},"select":{"id":true,"top":true}}}`
	const tagsOf = `"include":{"tags":{"orderBy":{"id":"asc"}}}`
	play(t, shelves,
		step{call: "shelves.create", args: `{"data":{"id":1,"books":{"create":[{"id":1},{"id":2,"top":true}]},"tags":{"create":[{"id":"a"},{"id":"b"}]}}}`},
		step{call: "shelves.update", args: `{"where":{"id":1},"data":{"books":{"create":{"id":3,"top":true},"updateMany":{"where":{},"data":{"top":false}}}},` + booksOf + `}`,
			want: `{"id":1,"books":[{"id":1,"top":false},{"id":2,"top":false},{"id":3,"top":true}]}`},
		step{call: "shelves.update", args: `{"where":{"id":1},"data":{"books":{"create":{"id":4},"deleteMany":{}}},` + booksOf + `}`, want: `{"id":1,"books":[{"id":4,"top":false}]}`},
		step{call: "books.count", want: `1`},
		step{call: "books.createMany", args: `{"data":[{"id":5},{"id":6}]}`},
		step{call: "shelves.update", args: `{"where":{"id":1},"data":{"books":{"connect":[{"id":5}],"connectOrCreate":{"where":{"id":7},"create":{"id":7}},"set":[{"id":6}]}},` + booksOf + `}`,
			want: `{"id":1,"books":[{"id":5,"top":false},{"id":6,"top":false},{"id":7,"top":false}]}`},
		step{call: "shelves.update", args: `{"where":{"id":1},"data":{"tags":{"connect":{"id":"a"},"create":{"id":"c"},"set":[]}},` + tagsOf + `}`, want: `{"id":1,"tags":[{"id":"a"},{"id":"c"}]}`},
		step{call: "shelves.update", args: `{"where":{"id":1},"data":{"tags":{"create":{"id":"d"},"deleteMany":{"id":{"in":["a","d"]}}}},` + tagsOf + `}`, want: `{"id":1,"tags":[{"id":"c"},{"id":"d"}]}`},
		step{call: "shelves.update", args: `{"where":{"id":1},"data":{"books":{"connect":{"id":4},"update":{"where":{"id":4},"data":{"top":true}}}},` + booksOf + `}`,
			want: `{"id":1,"books":[{"id":4,"top":true},{"id":5,"top":false},{"id":6,"top":false},{"id":7,"top":false}]}`},
	)
}
