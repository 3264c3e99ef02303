package httpserve_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/litestone-go/orm/hooks/httpserve"
	"github.com/litestone-go/orm/litestone"
)

func Example() {
	ctx := context.Background()
	db, err := litestone.Open(ctx, litestone.Config{DB: ":memory:", RequireIdentity: true, SchemaText: `
		model User { id Integer @id  name Text  notes Note[]  @@auth }
		model Note { id Integer @id  body Text  ownerId Integer  owner User @relation(fields: [ownerId], references: [id])  @@allow('all', owner == auth()) }`})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	for _, name := range []string{"ada", "bob"} {
		if _, err := db.AsSystem().Table("user").Create(ctx, litestone.Map{"data": map[string]any{"name": name, "notes": map[string]any{"create": map[string]any{"body": name + "'s"}}}}); err != nil {
			fmt.Println(err)
		}
	}

	sessions := map[string]int{"s3cr3t": 1} // in earnest: signed cookies, or a table
	who := httpserve.ByID(db, func(r *http.Request) (any, error) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok {
			return nil, nil
		}
		id, ok := sessions[token]
		if !ok {
			return nil, httpserve.ErrCredentials
		}
		return id, nil
	})
	var api httpserve.API
	server := httptest.NewServer(api.Identify(who)(api.Query(db)))
	defer server.Close()

	for _, token := range []string{"s3cr3t", "guessed"} {
		r, _ := http.NewRequest(http.MethodPost, server.URL, strings.NewReader(`{"note": {"include": {"owner": true}}, "all": {"model": "note", "_count": true}}`))
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			fmt.Println(err)
			return
		}
		text, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		fmt.Println(answer.StatusCode, strings.TrimSpace(string(text)))
	}
	// Output:
	// 200 {"note":[{"id":1,"body":"ada's","ownerId":1,"owner":{"id":1,"name":"ada"}}],"all":{"_count":1}}
	// 401 {"error":{"code":"unauthenticated"}}
}
