package litestone_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/litestone-go/orm/litestone"
)

const exampleRules = `model notes {
  id      Integer @id
  body    Text
  ownerId Integer
  locked  Boolean @default(false)
  @@allow('all', ownerId == auth().id)
  @@deny('update, delete', locked, "the note is locked")
}`

func openRules(cfg litestone.Config) *litestone.Client {
	cfg.DB, cfg.SchemaText = ":memory:", exampleRules
	db, err := litestone.Open(context.Background(), cfg)
	if err != nil {
		panic(err)
	}
	for _, row := range []litestone.Map{{"body": "one", "ownerId": 1}, {"body": "two", "ownerId": 2}, {"body": "three", "ownerId": 1, "locked": true}} {
		if _, err := db.AsSystem().Table("notes").Create(context.Background(), litestone.Map{"data": row}); err != nil {
			panic(err)
		}
	}
	return db
}

// Which rule keeps a row from somebody, and which one refuses a new row.
func ExampleDynamicTable_Why() {
	db := openRules(litestone.Config{})
	defer db.Close()
	ann := map[string]any{"id": 1}
	for _, q := range []litestone.Question{
		{Auth: ann, Where: litestone.Map{"id": 2}},
		{Auth: ann, Operation: "update", Where: litestone.Map{"id": 3}},
		{Auth: ann, Operation: "create", Data: litestone.Map{"body": "four", "ownerId": 2}},
	} {
		why, err := db.Table("notes").Why(context.Background(), q)
		if err != nil {
			panic(err)
		}
		fmt.Println(why)
	}
	// Output:
	// read on notes: not allowed
	//   allow read on notes: ownerId == auth().id (schema:6:3): false, blocks
	// update on notes: not allowed
	//   allow update on notes: ownerId == auth().id (schema:6:3): true
	//   deny update on notes: locked (schema:7:3): true, blocks
	// create on notes: not allowed
	//   allow create on notes: ownerId == auth().id (schema:6:3): false, blocks
}

// The guards of a call, as somebody makes it.
func ExampleDynamicTable_ExplainAs() {
	db := openRules(litestone.Config{Filters: map[string]litestone.Predicate{"notes": litestone.JSON(`{"body": {"not": ""}}`)}})
	defer db.Close()
	statements, err := db.Table("notes").ExplainAs(context.Background(), map[string]any{"id": 1}, "findMany", litestone.JSON(`{"select": {"body": true}}`))
	if err != nil {
		panic(err)
	}
	for _, s := range statements {
		for _, g := range s.Guards {
			fmt.Println(g)
		}
	}
	// Output:
	// filter on notes: "notes"."body" <> ?: depends
	// allow read on notes: ownerId == auth().id (schema:6:3): depends
}

// What the rules do, in the log of a program that is being written.
func ExampleConfig_policyDebug() {
	plain := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	db := openRules(litestone.Config{PolicyDebug: true, Logger: slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: plain}))})
	defer db.Close()
	ann := db.As(map[string]any{"id": 1})
	note, err := ann.Table("notes").FindUnique(context.Background(), litestone.Map{"where": litestone.Map{"id": 2}})
	fmt.Println(note == nil, err)
	_, err = ann.Table("notes").Create(context.Background(), litestone.Map{"data": litestone.Map{"body": "x", "ownerId": 2}})
	fmt.Println(err)
	// Output:
	// level=INFO msg="litestone: a row is hidden" model=notes operation=findUnique guards="[allow read on notes: ownerId == auth().id (schema:6:3): false, blocks]" actor=1
	// true <nil>
	// level=INFO msg="litestone: access denied" model=notes operation=create fields=[] reason="the policy of notes does not allow this create" rules="[allow create on notes: ownerId == auth().id (schema:6:3)]" actor=1
	// litestone: model notes: create: the policy of notes does not allow this create
}
