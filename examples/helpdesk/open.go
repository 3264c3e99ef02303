package main

import (
	"context"

	"github.com/litestone-go/orm/examples/helpdesk/models"
	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/plugins/encrypt"
	"github.com/litestone-go/orm/plugins/gate"
)

// open opens the database. Nothing asks it unless somebody said who asks: a handler that stands
// outside of the identifying middleware by mistake fails, and shows nothing.
func open(ctx context.Context, path, key string) (*models.Client, error) {
	return models.Open(ctx, litestone.Config{
		DB:              path,
		RequireIdentity: true,
		Plugins:         []plugin.Plugin{gate.New(gate.Options{GetLevel: level}), encrypt.New(key)},
	})
}

// level tells what the gates of the schema compare with. Agents have a role, which is a column of
// theirs; customers have what customerSubject gives them.
func level(_ context.Context, auth map[string]any, _ string) (int, error) {
	switch auth["role"] {
	case string(models.RoleAdmin):
		return gate.Administrator, nil
	case string(models.RoleAgent):
		return gate.User, nil
	}
	if auth["customerId"] != nil {
		return gate.Visitor, nil
	}
	return gate.Stranger, nil
}
