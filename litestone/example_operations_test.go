package litestone_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/litestone-go/orm/litestone"
)

func openExample() (db *litestone.Client, folder string, closeAll func()) {
	folder, err := os.MkdirTemp("", "example-*")
	if err != nil {
		panic(err)
	}
	db, err = litestone.Open(context.Background(), litestone.Config{
		DB: filepath.Join(folder, "app.db"), SchemaText: "model notes {\n  id Integer @id\n  body Text\n}",
	})
	if err != nil {
		panic(err)
	}
	return db, folder, func() {
		db.Close()
		os.RemoveAll(folder)
	}
}

// A job that must not run twice at the same time, in however many processes.
func ExampleClient_Lock() {
	db, _, done := openExample()
	defer done()
	ctx := context.Background()
	err := db.Lock(ctx, "nightly", func(ctx context.Context) error {
		second := db.Lock(ctx, "nightly", func(context.Context) error { return nil })
		fmt.Println("a second one:", errors.Is(second, litestone.ErrLockNotAcquired))
		return nil
	}, litestone.LockOptions{Wait: time.Minute})
	fmt.Println("the first:", err)
	// Output:
	// a second one: true
	// the first: <nil>
}

// A copy of the database while the program goes on, checked before it takes its name.
func ExampleClient_Backup() {
	db, folder, done := openExample()
	defer done()
	info, err := db.Backup(context.Background(), filepath.Join(folder, "copy.db"), litestone.BackupOptions{Verify: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(info.Database, filepath.Base(info.Path), info.Bytes > 0)
	// Output: main copy.db true
}

// Rows of another file in a statement of SQL.
func ExampleClient_Attach() {
	db, folder, done := openExample()
	defer done()
	ctx := context.Background()
	old := filepath.Join(folder, "old.db")
	if _, err := db.Table("notes").Create(ctx, litestone.Map{"data": map[string]any{"body": "from last year"}}); err != nil {
		fmt.Println(err)
	}
	if _, err := db.Backup(ctx, old); err != nil {
		fmt.Println(err)
	}
	if _, err := db.Table("notes").DeleteMany(ctx, nil); err != nil {
		fmt.Println(err)
	}
	if err := db.Attach(ctx, old, "archive"); err != nil {
		fmt.Println(err)
	}
	var bodies []string
	err := db.SQL("SELECT body FROM notes UNION ALL SELECT body FROM archive.notes").Scan(ctx, &bodies)
	fmt.Println(bodies, err)
	// Output: [from last year] <nil>
}

// An error inside undoes what the transaction did.
func ExampleClient_Transaction() {
	db, _, done := openExample()
	defer done()
	ctx := context.Background()
	err := db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
		if _, err := tx.Table("notes").Create(ctx, litestone.Map{"data": map[string]any{"body": "never kept"}}); err != nil {
			return err
		}
		n, err := tx.Table("notes").Count(ctx, nil)
		fmt.Println("inside:", n, err)
		return errors.New("changed my mind")
	})
	n, _ := db.Table("notes").Count(ctx, nil)
	fmt.Println("after:", n, err)
	// Output:
	// inside: 1 <nil>
	// after: 0 changed my mind
}
