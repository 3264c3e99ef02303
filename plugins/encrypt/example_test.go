package encrypt_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/plugins/encrypt"
)

// Values are stored encrypted, found by equality where they are searchable, and shown to the system.
func Example() {
	ctx := context.Background()
	key := strings.Repeat("0123456789abcdef", 4) // from the environment: 64 hexadecimal digits
	db, err := litestone.Open(ctx, litestone.Config{
		SchemaText: `
model patients {
  id    Integer @id
  ssn   Text  @encrypted
  email Text  @encrypted(searchable: true) @unique @lower
}`,
		DB:      ":memory:",
		Plugins: []plugin.Plugin{encrypt.New(key)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()

	patients := db.Table("patients")
	_, err = patients.Create(ctx, map[string]any{"data": map[string]any{"id": 1, "ssn": "123-45-6789", "email": "Ann@Example.com"}})
	fmt.Println(err)

	byMail := litestone.Map{"where": map[string]any{"email": "ann@example.com"}}
	found, err := patients.FindFirst(ctx, byMail)
	fmt.Println(found.Map(), err)

	found, err = db.AsSystem().Table("patients").FindFirst(ctx, byMail)
	fmt.Println(found.Map(), err)

	var stored string
	err = db.SQL("SELECT ssn FROM patients").Scan(ctx, &stored)
	fmt.Println(strings.HasPrefix(stored, "v1."), strings.Contains(stored, "6789"), err)

	n, err := db.RotateKey(ctx, strings.Repeat("fedcba9876543210", 4))
	fmt.Println(n, err)
	found, err = db.AsSystem().Table("patients").FindFirst(ctx, byMail)
	fmt.Println(found.Map()["ssn"], err)
	// Output:
	// <nil>
	// map[id:1] <nil>
	// map[email:ann@example.com id:1 ssn:123-45-6789] <nil>
	// true false <nil>
	// 1 <nil>
	// 123-45-6789 <nil>
}
