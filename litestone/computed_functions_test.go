package litestone_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/testdata/corpus/computed/models"
)

type computed = map[string]map[string]litestone.Computed

// upper is a text in capitals; nil stays nil.
func upper(s *string) *string {
	if s == nil {
		return nil
	}
	u := strings.ToUpper(*s)
	return &u
}

var userColumns = []string{"id", "first", "last", "nick", "pin", "wage", "code", "born", "active", "mood", "logo", "tags", "card", "bossId", "deletedAt"}

// typedFunctions are functions over the generated structs.
func typedFunctions() computed {
	u, n := models.Users, models.Notes
	return computed{
		"users": {
			"full": litestone.Compute(func(_ context.Context, u *models.User) (string, error) { return u.First + " " + u.Last, nil }, u.First, u.Last),
			"short": litestone.Compute(func(_ context.Context, u *models.User) (*string, error) {
				return upper(u.Nick), nil
			}, u.Nick),
			"length": litestone.Compute(func(_ context.Context, u *models.User) (int64, error) { return int64(len(u.Full)), nil }, u.Full),
			"share": litestone.Compute(func(_ context.Context, u *models.User) (float64, error) {
				if u.Wage == nil {
					return 0, nil
				}
				return *u.Wage / 2, nil
			}, u.Wage),
			"free": litestone.Compute(func(_ context.Context, u *models.User) (bool, error) { return u.NoteCount == 0, nil }, u.NoteCount),
			"feels": litestone.Compute(func(_ context.Context, u *models.User) (models.Mood, error) {
				if u.NoteCount > 1 {
					return models.MoodBusy, nil
				}
				return u.Mood, nil
			}, u.NoteCount, u.Mood),
			"since": litestone.Compute(func(_ context.Context, u *models.User) (*litestone.Time, error) { return u.Born, nil }, u.Born),
			"words": litestone.Compute(func(_ context.Context, u *models.User) ([]string, error) {
				return append([]string{u.First}, u.Tags...), nil
			}, u.First, u.Tags),
			"face": litestone.Compute(func(_ context.Context, u *models.User) (models.Card, error) {
				if u.Card == nil {
					return models.Card{Title: u.Last}, nil
				}
				return *u.Card, nil
			}, u.Card, u.Last),
			"raw": litestone.Compute(func(_ context.Context, u *models.User) (json.RawMessage, error) {
				return json.Marshal(map[string]any{"active": u.Active, "notes": u.NoteCount})
			}, u.Active, u.NoteCount),
			"bytes": litestone.Compute(func(_ context.Context, u *models.User) ([]byte, error) {
				if u.Logo == nil {
					return []byte{0xff}, nil
				}
				return append(u.Logo, 0xff), nil
			}, u.Logo),
			"pay":  litestone.Compute(func(_ context.Context, u *models.User) (*string, error) { return u.Code, nil }, u.Code),
			"deep": litestone.Compute(func(_ context.Context, u *models.User) (*string, error) { return u.Pin, nil }, u.Pin),
			"plain": litestone.Compute(func(_ context.Context, u *models.User) (string, error) {
				var seen []string
				for _, c := range userColumns {
					if u.Read(c) {
						seen = append(seen, c)
					}
				}
				return strings.Join(seen, " "), nil
			}),
		},
		"notes": {"teaser": litestone.Compute(func(_ context.Context, n *models.Note) (string, error) { return n.Text + "…", nil }, n.Text)},
	}
}

// functionsByName are the same functions over records.
func functionsByName() computed {
	get := func(r *litestone.Record, name string) any {
		v, ok := r.Get(name)
		if !ok {
			panic(name + " is not there")
		}
		return v
	}
	same := func(name string) litestone.Computed {
		return litestone.Computed{Needs: []string{name}, Value: func(_ context.Context, r *litestone.Record) (any, error) { return get(r, name), nil }}
	}
	return computed{
		"users": {
			"full": {Needs: []string{"first", "last"}, Value: func(_ context.Context, r *litestone.Record) (any, error) {
				return get(r, "first").(string) + " " + get(r, "last").(string), nil
			}},
			"short": {Needs: []string{"nick"}, Value: func(_ context.Context, r *litestone.Record) (any, error) {
				s, ok := get(r, "nick").(string)
				if !ok {
					return nil, nil
				}
				return strings.ToUpper(s), nil
			}},
			"length": {Needs: []string{"full"}, Value: func(_ context.Context, r *litestone.Record) (any, error) { return len(get(r, "full").(string)), nil }},
			"share": {Needs: []string{"wage"}, Value: func(_ context.Context, r *litestone.Record) (any, error) {
				w, _ := get(r, "wage").(float64)
				return w / 2, nil
			}},
			"free": {Needs: []string{"noteCount"}, Value: func(_ context.Context, r *litestone.Record) (any, error) { return get(r, "noteCount") == int64(0), nil }},
			"feels": {Needs: []string{"noteCount", "mood"}, Value: func(_ context.Context, r *litestone.Record) (any, error) {
				if get(r, "noteCount").(int64) > 1 {
					return "busy", nil
				}
				return get(r, "mood"), nil
			}},
			"since": same("born"),
			"words": {Needs: []string{"first", "tags"}, Value: func(_ context.Context, r *litestone.Record) (any, error) {
				var tags []string
				err := json.Unmarshal(get(r, "tags").(json.RawMessage), &tags)
				return append([]string{get(r, "first").(string)}, tags...), err
			}},
			"face": {Needs: []string{"card", "last"}, Value: func(_ context.Context, r *litestone.Record) (any, error) {
				if c := get(r, "card"); c != nil {
					return c, nil
				}
				return map[string]any{"title": get(r, "last")}, nil
			}},
			"raw": {Needs: []string{"active", "noteCount"}, Value: func(_ context.Context, r *litestone.Record) (any, error) {
				return map[string]any{"active": get(r, "active"), "notes": get(r, "noteCount")}, nil
			}},
			"bytes": {Needs: []string{"logo"}, Value: func(_ context.Context, r *litestone.Record) (any, error) {
				logo, _ := get(r, "logo").([]byte)
				return append(logo, 0xff), nil
			}},
			"pay":  same("code"),
			"deep": same("pin"),
			"plain": {Value: func(_ context.Context, r *litestone.Record) (any, error) {
				var seen []string
				for _, c := range userColumns {
					if _, ok := r.Get(c); ok {
						seen = append(seen, c)
					}
				}
				return strings.Join(seen, " "), nil
			}},
		},
		"notes": {"teaser": {Needs: []string{"text"}, Value: func(_ context.Context, r *litestone.Record) (any, error) { return get(r, "text").(string) + "…", nil }}},
	}
}

// openComputed opens the schema with two users of a team and their notes.
func openComputed(t testing.TB, functions computed) *models.Client {
	t.Helper()
	db, err := models.Open(context.Background(), litestone.Config{DB: ":memory:", Computed: functions, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	must(t, &db.Client, "users.create", litestone.JSON(`{"data": {"id": 1, "first": "Ada", "last": "Byron", "nick": "al", "pin": "4711", "wage": 8, "code": "c1",
		"born": "1815-12-10", "tags": ["math"], "card": {"title": "Countess"}, "notes": {"create": [{"id": 1, "text": "one"}, {"id": 2, "text": "two"}]}}}`))
	must(t, &db.Client, "users.create", litestone.JSON(`{"data": {"id": 2, "first": "Bob", "last": "Ray", "code": "c2", "active": false, "bossId": 1}}`))
	return db
}

// clients opens the four ways a field can be registered and asked for.
func clients(t *testing.T) map[string]*litestone.Client {
	out := map[string]*litestone.Client{}
	for form, functions := range map[string]func() computed{"structs": typedFunctions, "records": functionsByName} {
		db := openComputed(t, functions())
		out["typed client, functions over "+form] = &db.Client
		plain, err := litestone.Open(t.Context(), litestone.Config{Schema: "../testdata/corpus/computed/schema.lite", DB: db.Databases()["main"].Path, Computed: functions()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { plain.Close() })
		out["dynamic client, functions over "+form] = plain
	}
	return out
}
