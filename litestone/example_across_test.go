package litestone_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/litestone-go/orm/litestone"
)

// Rows of one database with their related rows of others: users in one file, their orders in another,
// and what they asked for in a log.
func Example_relationsAcrossDatabases() {
	folder, err := os.MkdirTemp("", "example-*")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	ctx := context.Background()
	db, err := litestone.Open(ctx, litestone.Config{SchemaText: strings.ReplaceAll(`
database main { path "DIR/app.db" }
database shop { path "DIR/shop.db" }
database logs { path "DIR/logs/"; driver jsonl }
model users {
  id       Integer @id
  name     Text
  orders   orders[]
  requests apiRequests[]
}
model orders {
  id     Integer @id
  total  Integer
  userId Integer
  user   users   @relation(fields: [userId], references: [id])
  @@index([userId])
  @@db(shop)
}
model apiRequests {
  path   Text
  userId Integer?
  user   users? @relation(fields: [userId], references: [id])
  @@index([userId])
  @@db(logs)
}`, "DIR", folder)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	// Both sides are written in one transaction: a nested write would need one database.
	err = db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
		for _, call := range [][2]string{
			{"users.createMany", `{"data":[{"id":1,"name":"Ada"},{"id":2,"name":"Bob"}]}`},
			{"orders.createMany", `{"data":[{"total":30,"userId":1},{"total":10,"userId":1},{"total":20,"userId":2}]}`},
			{"apiRequests.createMany", `{"data":[{"path":"/cart","userId":1},{"path":"/"}]}`},
		} {
			if _, err := tx.Call(ctx, call[0], litestone.JSON(call[1])); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	show := func(call, args string) {
		v, err := db.Call(ctx, call, litestone.JSON(args))
		if err != nil {
			fmt.Println(err)
			return
		}
		text, _ := json.Marshal(v)
		fmt.Println(string(text))
	}
	show("users.findMany", `{"select":{"name":true,"orders":{"select":{"total":true},"orderBy":{"total":"desc"},"limit":1},"_count":{"select":{"orders":true}}},"orderBy":{"id":"asc"}}`)
	show("apiRequests.findMany", `{"include":{"user":{"select":{"name":true}}}}`)
	show("users.findMany", `{"where":{"orders":{"some":{"total":{"gt":20}}}}}`)
	// Output:
	// [{"name":"Ada","orders":[{"total":30}],"_count":{"orders":2}},{"name":"Bob","orders":[{"total":20}],"_count":{"orders":1}}]
	// [{"path":"/cart","userId":1,"user":{"name":"Ada"}},{"path":"/","userId":null,"user":null}]
	// litestone: model users: findMany: field orders: a filter over the relation would need one statement over two databases: orders is stored in shop, users in main (find userId of orders by a call of its own first, and filter id by that list)
}
