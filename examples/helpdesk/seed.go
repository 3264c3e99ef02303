package main

import (
	"context"

	"github.com/litestone-go/orm/examples/helpdesk/models"
	"github.com/litestone-go/orm/litestone"
)

const demoPassword = "demo"

// seed fills an empty database with two organisations to play with.
func seed(ctx context.Context, db *models.Client) error {
	return db.AsSystem().Transaction(ctx, func(ctx context.Context, tx *models.Client) error {
		if there, err := tx.Orgs.Exists(ctx, litestone.Find{}); there || err != nil {
			return err
		}
		for _, o := range demo() {
			if _, err := tx.Orgs.Create(ctx, o.org); err != nil {
				return err
			}
			if _, err := tx.Tickets.CreateMany(ctx, o.tickets); err != nil {
				return err
			}
			if _, err := tx.Comments.CreateMany(ctx, o.comments); err != nil {
				return err
			}
		}
		return nil
	})
}

type organisation struct {
	org      models.OrgCreate
	tickets  []models.TicketCreate
	comments []models.CommentCreate
}

func demo() []organisation {
	set := litestone.Set[int64]
	password := litestone.Set(hashPassword(demoPassword))
	ticket := func(org, customer int64, subject, body string, state models.TicketState) models.TicketCreate {
		return models.TicketCreate{OrgID: set(org), CustomerID: set(customer), Subject: subject, Body: body, State: litestone.Set(state)}
	}
	said := func(ticket int64, author, body string, internal bool) models.CommentCreate {
		return models.CommentCreate{TicketID: set(ticket), Author: litestone.Set(author), Body: body, Internal: litestone.Set(internal)}
	}
	return []organisation{{
		org: models.OrgCreate{ID: set(1), Name: "Initech",
			Agents: litestone.Create(
				models.AgentCreate{ID: set(1), Email: "ann@initech.test", Name: "Ann", Role: litestone.Set(models.RoleAdmin), PasswordHash: password, Rating: litestone.Set(4.5), Recovery: litestone.Set("initech-recovery")},
				models.AgentCreate{ID: set(2), Email: "bea@initech.test", Name: "Bea", PasswordHash: password, Rating: litestone.Set(3.5)},
			),
			Customers: litestone.Create(
				models.CustomerCreate{ID: set(1), Email: "cy@mail.test", Name: "Cy", PasswordHash: password, Note: litestone.Set("pays late")},
				models.CustomerCreate{ID: set(2), Email: "dee@mail.test", Name: "Dee", PasswordHash: password},
			),
		},
		tickets: []models.TicketCreate{
			ticket(1, 1, "The printer is on fire", "It says PC LOAD LETTER.", models.TicketStateOpen),
			ticket(1, 2, "A stapler is missing", "It was red.", models.TicketStateNew),
		},
		comments: []models.CommentCreate{
			said(1, "Bea", "Did you switch it off?", false),
			said(1, "Ann", "Third fire this month, refund him.", true),
		},
	}, {
		org: models.OrgCreate{ID: set(2), Name: "Umbrella",
			Agents: litestone.Create(
				models.AgentCreate{ID: set(3), Email: "zoe@umbrella.test", Name: "Zoe", Role: litestone.Set(models.RoleAdmin), PasswordHash: password, Rating: litestone.Set(5.0), Recovery: litestone.Set("umbrella-recovery")},
			),
			Customers: litestone.Create(
				models.CustomerCreate{ID: set(3), Email: "cy@mail.test", Name: "Cyril", PasswordHash: password, Note: litestone.Set("umbrella-note")},
			),
		},
		tickets: []models.TicketCreate{
			ticket(2, 3, "Umbrella leaks in the printer room", "Classified: T-virus.", models.TicketStateWaiting),
		},
		comments: []models.CommentCreate{
			said(3, "Zoe", "umbrella-comment", false),
			said(3, "Zoe", "umbrella-internal", true),
		},
	}}
}
