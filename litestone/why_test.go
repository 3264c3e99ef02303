package litestone_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/litestone-go/orm/plugins/gate"
)

const whySchema = `
model orgs { id Integer @id  name Text  docs docs[] }
model docs {
  id        Integer @id
  orgId     Integer
  org       orgs @relation(fields: [orgId], references: [id])
  ownerId   Integer?
  locked    Boolean?
  secret    Text?    @allow('read', ownerId == auth().id)
  rank      Integer? @allow('write', auth().admin)
  token     Text?    @guarded
  deletedAt DateTime?
  @@allow('read', orgId == auth().org)
  @@allow('read', auth().admin)
  @@deny('read', locked, "the document is locked")
  @@allow('create', ownerId == auth().id, "not yours")
  @@deny('create', org.name == "closed")
  @@allow('update', ownerId == auth().id)
  @@deny('post-update', rank > 5, "too high")
  @@allow('delete', ownerId == auth().id)
  @@softDelete
}
model vault { id Integer @id  name Text  @@gate("3.4.5.8") }
model plain { id Integer @id  name Text }`

// openWhy has documents 1 (org 1, owner 1), 2 (org 2), 3 (org 1, locked), 4 (org 1, lock unknown) and
// 5 (removed).
func openWhy(t testing.TB, cfg litestone.Config) *litestone.Client {
	cfg.SchemaText = whySchema
	cfg.Plugins = append(cfg.Plugins, gate.New(gate.Options{GetLevel: func(_ context.Context, auth map[string]any, _ string) (int, error) {
		n, _ := auth["level"].(int)
		return n, nil
	}}))
	db := openConfig(t, cfg)
	sys := db.AsSystem()
	must(t, sys, "orgs.createMany", args{"data": []any{args{"id": 1, "name": "one"}, args{"id": 2, "name": "closed"}}})
	must(t, sys, "docs.createMany", args{"data": []any{
		args{"id": 1, "orgId": 1, "ownerId": 1, "locked": false, "secret": "hush", "token": "tok", "rank": 1},
		args{"id": 2, "orgId": 2, "locked": false, "rank": 1},
		args{"id": 3, "orgId": 1, "ownerId": 2, "locked": true, "rank": 1},
		args{"id": 4, "orgId": 1, "ownerId": 1, "rank": 1},
		args{"id": 5, "orgId": 1, "ownerId": 1, "locked": false, "rank": 1},
	}})
	must(t, sys, "docs.remove", args{"where": args{"id": 5}})
	must(t, sys, "vault.create", args{"data": args{"id": 1, "name": "v"}})
	return db
}

// said shows the guards that are no fields, with what was said of them.
func said(list []litestone.Guard) (out []string) {
	for _, g := range list {
		if g.Kind != litestone.GuardField {
			s := strings.TrimSpace(string(g.Kind)+" "+g.Operation+" "+g.Rule) + ": " + string(g.Holds)
			if g.Blocks {
				s += " blocks"
			}
			out = append(out, s)
		}
	}
	return out
}

func TestWhyNamesTheGuards(t *testing.T) {
	db := openWhy(t, litestone.Config{})
	id := func(n int) litestone.Predicate { return litestone.Map{"id": n} }
	one := args{"id": 1, "org": 1}
	for _, c := range []struct {
		name              string
		q                 litestone.Question
		allowed, readable bool
		want              []string
	}{
		{"read it", litestone.Question{Auth: one, Where: id(1)}, true, true, []string{
			"softDelete read deletedAt == null: true", "allow read orgId == auth().org: true", "allow read auth().admin: false", "deny read locked: false"}},
		{"of another org", litestone.Question{Auth: one, Where: id(2)}, false, false, []string{
			"softDelete read deletedAt == null: true", "allow read orgId == auth().org: false blocks", "allow read auth().admin: false blocks", "deny read locked: false"}},
		{"locked", litestone.Question{Auth: one, Where: id(3)}, false, false, []string{
			"softDelete read deletedAt == null: true", "allow read orgId == auth().org: true", "allow read auth().admin: false", "deny read locked: true blocks"}},
		{"lock unknown", litestone.Question{Auth: one, Where: id(4)}, false, false, []string{
			"softDelete read deletedAt == null: true", "allow read orgId == auth().org: true", "allow read auth().admin: false", "deny read locked: unknown blocks"}},
		{"nobody", litestone.Question{Where: id(1)}, false, false, []string{
			"softDelete read deletedAt == null: true", "allow read orgId == auth().org: unknown blocks", "allow read auth().admin: false blocks", "deny read locked: false"}},
		{"removed", litestone.Question{Auth: one, Where: id(5)}, false, true, []string{
			"softDelete read deletedAt == null: false blocks", "allow read orgId == auth().org: true", "allow read auth().admin: false", "deny read locked: false"}},
		{"update what one may not read", litestone.Question{Auth: one, Operation: "update", Where: id(4)}, true, false, []string{
			"softDelete update deletedAt == null: true", "allow update ownerId == auth().id: true"}},
		{"update of another's", litestone.Question{Auth: one, Operation: "transition", Where: id(3)}, false, false, []string{
			"softDelete update deletedAt == null: true", "allow update ownerId == auth().id: false blocks"}},
		{"restore", litestone.Question{Auth: one, Operation: "restore", Where: id(5)}, true, true, []string{
			"softDelete update deletedAt != null: true", "allow update ownerId == auth().id: true"}},
		{"restore what is there", litestone.Question{Auth: one, Operation: "restore", Where: id(1)}, false, true, []string{
			"softDelete update deletedAt != null: false blocks", "allow update ownerId == auth().id: true"}},
		{"remove", litestone.Question{Auth: one, Operation: "remove", Where: id(5)}, false, true, []string{
			"softDelete delete deletedAt == null: false blocks", "allow delete ownerId == auth().id: true"}},
		{"delete what was removed", litestone.Question{Auth: one, Operation: "delete", Where: id(5)}, true, true, []string{
			"allow delete ownerId == auth().id: true"}},
		{"create", litestone.Question{Auth: one, Operation: "create", Data: args{"orgId": 1, "ownerId": 1, "locked": false}}, true, true, []string{
			"allow create ownerId == auth().id: true", `deny create org.name == "closed": false`}},
		{"create for another", litestone.Question{Auth: one, Operation: "create", Data: args{"orgId": 2, "ownerId": 2, "locked": false}}, false, false, []string{
			"allow create ownerId == auth().id: false blocks", `deny create org.name == "closed": true blocks`}},
		{"create what one may not read", litestone.Question{Auth: one, Operation: "create", Data: litestone.JSON(`{"orgId": 1, "ownerId": 1}`)}, true, false, []string{
			"allow create ownerId == auth().id: true", `deny create org.name == "closed": false`}},
		{"update to what is refused", litestone.Question{Auth: args{"id": 1, "org": 1, "admin": true}, Operation: "update", Where: id(1), Data: args{"rank": 9}}, false, true, []string{
			"softDelete update deletedAt == null: true", "allow update ownerId == auth().id: true", "deny post-update rank > 5: true blocks"}},
		{"update of a field that is dropped", litestone.Question{Auth: one, Operation: "update", Where: id(1), Data: args{"rank": 9, "locked": nil}}, true, true, []string{
			"softDelete update deletedAt == null: true", "allow update ownerId == auth().id: true", "deny post-update rank > 5: false"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := db.Table("docs").Why(t.Context(), c.q)
			if err != nil {
				t.Fatal(err)
			}
			if !r.Found || r.Allowed != c.allowed || r.Readable != c.readable || !slices.Equal(said(r.Guards), c.want) {
				t.Errorf("found %v, allowed %v, readable %v\n%s\nwant\n%s", r.Found, r.Allowed, r.Readable, strings.Join(said(r.Guards), "\n"), strings.Join(c.want, "\n"))
			}
			if (len(r.Blocking()) == 0) != c.allowed {
				t.Errorf("allowed %v, blocked by %v", c.allowed, r.Blocking())
			}
			if text, err := json.Marshal(r); err != nil || strings.Contains(string(text), "hush") || strings.Contains(string(text), "tok\"") {
				t.Errorf("%s %v", text, err)
			}
		})
	}
	if n := must(t, db.AsSystem(), "docs.count"); n != int64(4) {
		t.Errorf("%v documents after the questions, want 4", n)
	}
	r, err := db.Table("docs").Why(t.Context(), litestone.Question{Auth: one, Where: id(99)})
	if err != nil || r.Found || r.Allowed || len(r.Guards) != 0 {
		t.Errorf("%+v %v of a row that is not there", r, err)
	}
}

// TestWhyAgreesWithTheCall: what is answered is what the call does.
func TestWhyAgreesWithTheCall(t *testing.T) {
	db := openWhy(t, litestone.Config{Filters: map[string]litestone.Predicate{"docs": litestone.JSON(`{"id": {"not": 4}}`)}})
	for _, who := range []args{nil, {"id": 1, "org": 1}, {"id": 2, "org": 2}, {"id": 1, "admin": true}, {"id": 2, "org": 1, "admin": true}} {
		for id := 1; id <= 5; id++ {
			me := db.As(who)
			why := func(op string) *litestone.Reason {
				r, err := db.Table("docs").Why(t.Context(), litestone.Question{Auth: who, Operation: op, Where: litestone.Map{"id": id}})
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			where := args{"where": args{"id": id}}
			if got := must(t, me, "docs.count", where) == int64(1); got != why("read").Allowed {
				t.Errorf("%v reads %d: %v\n%s", who, id, got, why("read"))
			}
			for op, call := range map[string]string{"update": "updateMany", "remove": "removeMany", "delete": "deleteMany"} {
				said, n := why(op).Allowed, any(nil)
				err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
					a := args{"where": args{"id": id}}
					if op == "update" {
						a["data"] = args{"ownerId": 1}
					}
					n = must(t, tx.As(who), "docs."+call, a).(map[string]any)["count"]
					return context.Canceled // undone
				})
				if err == nil || (n == int64(1)) != said {
					t.Errorf("%v %ss %d: %v rows, said %v", who, op, id, n, said)
				}
			}
		}
	}
}

func TestWhyTellsFieldsGatesAndFilters(t *testing.T) {
	hide := plugin.FilterFunc(func(_ context.Context, w plugin.Who, m *schema.Model) (litestone.Predicate, error) {
		if m.Accessor == "docs" && w.Auth["id"] == 7 {
			return litestone.JSON(`{"orgId": 2}`), nil
		}
		return nil, nil
	})
	db := openWhy(t, litestone.Config{
		Plugins: []plugin.Plugin{plugin.New("tenants", hide)},
		Filters: map[string]litestone.Predicate{"docs": litestone.JSON(`{"id": {"lt": 50}}`)},
		FilterFuncs: map[string]func(map[string]any) litestone.Predicate{"docs": func(auth map[string]any) litestone.Predicate {
			if auth["id"] == 7 {
				return litestone.JSON(`{"orgId": {"gt": 1}}`)
			}
			return nil
		}},
		Scopes: map[string]map[string]litestone.Scope{"docs": {"mine": litestone.NewScope(litestone.Find{Where: litestone.SQL("ownerId = 1")})}},
	})
	r, err := db.Table("docs").Scope("mine").Why(t.Context(), litestone.Question{Auth: args{"id": 7, "org": 1}, Where: litestone.Map{"id": 3}})
	if err != nil {
		t.Fatal(err)
	}
	got := said(r.Guards)
	for _, want := range []string{
		"scope  ownerId = 1: false blocks", `filter  "docs"."id" < ?: true`, `session  "docs"."orgId" > ?: false blocks`, `plugin  "docs"."orgId" = ?: false blocks`,
	} {
		if !slices.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, strings.Join(got, "\n"))
		}
	}
	fields := map[string]litestone.Guard{}
	for _, g := range r.Guards {
		if g.Kind == litestone.GuardField {
			fields[g.Field] = g
		}
	}
	if s := fields["secret"]; s.Holds != litestone.False || s.Rule != "ownerId == auth().id" || s.At != "schema:9:22" || s.Blocks {
		t.Errorf("%+v", s)
	}
	if s := fields["token"]; s.Holds != litestone.False || s.Rule != "@guarded" {
		t.Errorf("%+v", s)
	}
	for _, c := range []struct {
		op      string
		level   int
		allowed bool
		need    int
	}{{"read", 2, false, 3}, {"read", 3, true, 3}, {"update", 4, false, 5}, {"update", 5, true, 5}, {"delete", 7, false, 8}} {
		r, err := db.Table("vault").Why(t.Context(), litestone.Question{Auth: args{"level": c.level}, Operation: c.op, Where: litestone.Map{"id": 1}})
		if err != nil {
			t.Fatal(err)
		}
		g := r.Guards[0]
		if r.Allowed != c.allowed || len(r.Guards) != 1 || g.Kind != litestone.GuardGate || g.Need != c.need || g.Level != c.level || g.Blocks == c.allowed {
			t.Errorf("%s at level %d: %v", c.op, c.level, r)
		}
	}
	for level, allowed := range map[int]bool{3: false, 4: true} {
		r, err := db.Table("vault").Why(t.Context(), litestone.Question{Auth: args{"level": level}, Operation: "create", Data: args{"name": "x"}})
		if err != nil || r.Allowed != allowed || len(r.Blocking()) == 0 != allowed {
			t.Errorf("create at level %d: %v %v", level, r, err)
		}
	}
}

func TestWhyRefuses(t *testing.T) {
	db := openWhy(t, litestone.Config{})
	docs := db.Table("docs")
	ctx := t.Context()
	one := litestone.Map{"id": 1}
	for _, c := range []struct {
		table *litestone.DynamicTable
		ctx   context.Context
		q     litestone.Question
		code  litestone.Code
		words string
	}{
		{db.As(args{"id": 1}).Table("docs"), ctx, litestone.Question{Where: one}, litestone.CodeAccessDenied, "scoped"},
		{docs, litestone.WithAuth(ctx, args{"id": 1}), litestone.Question{Where: one}, litestone.CodeAccessDenied, "scoped"},
		{docs, ctx, litestone.Question{Operation: "raed", Where: one}, litestone.CodeValidation, "read"},
		{docs, ctx, litestone.Question{}, litestone.CodeValidation, "where"},
		{docs, ctx, litestone.Question{Where: litestone.Map{"orgId": 1}}, litestone.CodeValidation, "more than one"},
		{docs, ctx, litestone.Question{Where: litestone.Map{"nope": 1}}, litestone.CodeValidation, "nope"},
		{docs, ctx, litestone.Question{Operation: "create"}, litestone.CodeValidation, "data"},
		{docs, ctx, litestone.Question{Operation: "create", Data: args{"orgId": "x"}}, litestone.CodeValidation, "orgId"},
		{docs, ctx, litestone.Question{Operation: "create", Data: args{"orgId": 99, "ownerId": 1}}, litestone.CodeForeignKey, "reference"},
		{docs, ctx, litestone.Question{Operation: "create", Where: one, Data: args{"orgId": 1}}, litestone.CodeValidation, "where"},
		{docs, ctx, litestone.Question{Operation: "delete", Where: one, Data: args{"orgId": 1}}, litestone.CodeValidation, "data"},
		{docs, ctx, litestone.Question{Auth: 7, Where: one}, litestone.CodeConfig, "struct or a map"},
		{db.Table("dosc"), ctx, litestone.Question{Where: one}, litestone.CodeValidation, "docs"},
	} {
		_, err := c.table.Why(c.ctx, c.q)
		wantError(t, err, c.code, c.words)
	}
}

// TestWhySeesItsTransaction: rows that are not committed count, and a trial leaves them alone.
func TestWhySeesItsTransaction(t *testing.T) {
	db := openWhy(t, litestone.Config{})
	err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		must(t, tx.AsSystem(), "docs.create", args{"data": args{"id": 9, "orgId": 1, "ownerId": 1, "locked": false}})
		r, err := tx.Table("docs").Why(ctx, litestone.Question{Auth: args{"id": 1, "org": 1}, Operation: "update", Where: litestone.Map{"id": 9}, Data: args{"locked": true}})
		if err != nil || !r.Found {
			t.Errorf("%v %v", r, err)
		}
		if n := must(t, tx.AsSystem(), "docs.count", args{"where": args{"id": 9, "locked": false}}); n != int64(1) {
			t.Errorf("the row was changed")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := must(t, db.AsSystem(), "docs.count", args{"where": args{"id": 9}}); n != int64(1) {
		t.Error("the transaction's row is gone")
	}
}
