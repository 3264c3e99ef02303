package litestone_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone"
)

// audited is a client whose schema logs, and what its log said last.
type audited struct {
	t    *testing.T
	db   *litestone.Client
	dir  string
	now  time.Time
	seen int // entries
}

const auditHead = `
database main { path "$DIR/main.db" }
database audit { path "$DIR/audit/"; driver logger }
`

func openAudited(t *testing.T, models string, change ...func(*litestone.Config)) *audited {
	a := &audited{t: t, dir: t.TempDir(), now: time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)}
	a.open(models, change...)
	return a
}

func (a *audited) open(models string, change ...func(*litestone.Config)) {
	a.t.Helper()
	cfg := litestone.Config{
		SchemaText: strings.ReplaceAll(auditHead+models, "$DIR", a.dir),
		Now:        func() time.Time { return a.now },
	}
	for _, f := range change {
		f(&cfg)
	}
	db, err := litestone.Open(context.Background(), cfg)
	if err != nil {
		a.t.Fatal(err)
	}
	a.db = db
	a.t.Cleanup(func() { db.Close() })
}

// call runs calls written as "users.create {json}", as the actor given.
func (a *audited) call(c *litestone.Client, calls ...string) {
	a.t.Helper()
	for _, text := range calls {
		name, args, _ := strings.Cut(text, " ")
		var list []any
		if args != "" {
			list = append(list, litestone.JSON(args))
		}
		if _, err := c.Call(context.Background(), name, list...); err != nil {
			a.t.Fatalf("%s: %v", text, err)
		}
	}
}

func (a *audited) refused(c *litestone.Client, code litestone.Code, calls ...string) {
	a.t.Helper()
	for _, text := range calls {
		name, args, some := strings.Cut(text, " ")
		var list []any
		if some {
			list = append(list, litestone.JSON(args))
		}
		_, err := c.Call(context.Background(), name, list...)
		var e *litestone.Error
		if !errors.As(err, &e) || e.Code != code {
			a.t.Errorf("%s: %v, want %s", text, err, code)
		}
	}
}

// expect compares the entries since the last look, as lines "operation model.field records before
// after actor".
func (a *audited) expect(want ...string) {
	a.t.Helper()
	list, err := a.db.Table("auditLogs").FindMany(context.Background(), litestone.Map{"offset": a.seen})
	if err != nil {
		a.t.Fatal(err)
	}
	a.seen += len(list)
	var got []string
	for _, r := range list {
		m := r.Map()
		show := func(name string) string {
			if m[name] == nil {
				return "-"
			}
			b, _ := json.Marshal(m[name])
			return strings.ReplaceAll(string(b), `"`, "'")
		}
		line := fmt.Sprint(m["operation"], " ", m["model"])
		if m["field"] != nil {
			line += fmt.Sprint(".", m["field"])
		}
		got = append(got, strings.Join([]string{line, show("records"), show("before"), show("after"), show("actorId")}, " "))
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		a.t.Errorf("the log is\n\t%s\nnot\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func TestAuditOfEveryWrite(t *testing.T) {
	a := openAudited(t, `
model people {
  id Integer @id
  name Text
  email Text? @unique
  deletedAt DateTime?
  state State @default(new)
  @@softDelete
  @@log(audit)
}
enum State { new done  transitions { finish: new -> done } }
`)
	me := a.db.As(map[string]any{"id": "u1"})
	a.call(me, `people.create {"data":{"id":1,"name":"a"}}`)
	a.expect(`create people [1] - {'deletedAt':null,'email':null,'id':1,'name':'a','state':'new'} 'u1'`)
	a.call(me, `people.update {"where":{"id":1},"data":{}}`, `people.updateMany {"where":{"id":7},"data":{"name":"x"}}`, `people.updateMany {"data":{}}`)
	a.expect()
	a.call(me, `people.update {"where":{"name":"a"},"data":{"id":2},"select":false}`)
	a.expect(`update people [2] {'deletedAt':null,'email':null,'id':1,'name':'a','state':'new'} {'deletedAt':null,'email':null,'id':2,'name':'a','state':'new'} 'u1'`)
	if _, err := me.Call(t.Context(), "people.transition", 2, "finish"); err != nil {
		t.Fatal(err)
	}
	a.expect(`update people [2] {'deletedAt':null,'email':null,'id':2,'name':'a','state':'new'} {'deletedAt':null,'email':null,'id':2,'name':'a','state':'done'} 'u1'`)
	a.refused(me, litestone.CodeTransition, `people.update {"where":{"id":2},"data":{"state":"new"}}`)
	a.expect()
	a.call(me, `people.upsert {"where":{"email":"e"},"create":{"id":3,"name":"c","email":"e"},"update":{"name":"cc"}}`)
	a.expect(`create people [3] - {'deletedAt':null,'email':'e','id':3,'name':'c','state':'new'} 'u1'`)
	a.call(me, `people.upsertMany {"data":[{"id":3,"name":"x"},{"id":4,"name":"y"},{"id":5,"name":"z"}]}`)
	a.expect(`update people [3] - - 'u1'`, `create people [4,5] - - 'u1'`)
	a.call(me, `people.remove {"where":{"id":3}}`)
	a.expect(`delete people [3] {'deletedAt':null,'email':'e','id':3,'name':'x','state':'new'} - 'u1'`)
	a.call(me, `people.removeMany {"where":{"id":{"gte":4}}}`)
	a.expect(`delete people [4,5] - - 'u1'`)
	a.call(me, `people.restore {"where":{"id":{"gte":4}}}`)
	a.expect(`update people [4,5] - - 'u1'`)
	a.call(me, `people.delete {"where":{"id":3}}`)
	a.expect(`delete people [3] {'deletedAt':'2026-05-01T10:00:00.000Z','email':'e','id':3,'name':'x','state':'new'} - 'u1'`)
	a.call(a.db, `people.deleteMany {"where":{"id":{"gte":4}}}`)
	a.expect(`delete people [4,5] - - -`)
	a.refused(me, litestone.CodeUnique, `people.createMany {"data":[{"id":6,"name":"a"},{"id":2,"name":"b"}]}`)
	a.refused(me, litestone.CodeValidation, `people.create {"data":{"id":6,"name":7}}`)
	a.expect()
}

func TestAuditOfCascades(t *testing.T) {
	a := openAudited(t, `
model shops {
  id Integer @id
  orders orders[]
  staff staff[]
}
model orders {
  id Integer @id
  shop shops @relation(fields: [shopId], references: [id], onDelete: Cascade)
  shopId Integer
  lines lines[]
}
model lines {
  order orders @relation(fields: [orderId], references: [id], onDelete: Cascade)
  orderId Integer
  num Integer
  what Text @log(audit, reads: false)
  @@id([orderId, num])
  @@log(audit)
}
model staff {
  id Integer @id
  shop shops? @relation(fields: [shopId], references: [id], onDelete: SetNull)
  shopId Integer? @log(audit, reads: false)
  boss staff? @relation("boss", fields: [bossId], references: [id], onDelete: Cascade)
  bossId Integer?
  under staff[] @relation("boss")
  @@log(audit)
}
model boxes {
  id Integer @id
  deletedAt DateTime?
  things things[]
  @@softDelete(cascade)
}
model things {
  id Integer @id
  box boxes @relation(fields: [boxId], references: [id])
  boxId Integer
  deletedAt DateTime?
  @@softDelete
  @@log(audit)
}
`)
	a.call(a.db.AsSystem(),
		`shops.createMany {"data":[{"id":1},{"id":2}]}`, `orders.createMany {"data":[{"id":1,"shopId":1},{"id":2,"shopId":1},{"id":3,"shopId":2}]}`,
		`lines.createMany {"data":[{"orderId":1,"num":1,"what":"a"},{"orderId":2,"num":1,"what":"b"},{"orderId":3,"num":1,"what":"c"}]}`,
		`staff.createMany {"data":[{"id":1,"shopId":1},{"id":2,"bossId":1},{"id":3,"bossId":2,"shopId":2}]}`)
	a.expect(`create lines [{'num':1,'orderId':1},{'num':1,'orderId':2},{'num':1,'orderId':3}] - - -`,
		`create lines.what [{'num':1,'orderId':1},{'num':1,'orderId':2},{'num':1,'orderId':3}] - - -`,
		`create staff [1,2,3] - - -`, `create staff.shopId [1,2,3] - - -`)
	a.call(a.db, `shops.delete {"where":{"id":1}}`)
	a.expect(`delete lines [{'num':1,'orderId':1},{'num':1,'orderId':2}] - - -`, `delete lines.what [{'num':1,'orderId':1},{'num':1,'orderId':2}] - - -`,
		`update staff [1] - - -`, `update staff.shopId [1] - - -`)
	a.call(a.db, `shops.deleteMany {"where":{"id":9}}`)
	a.expect()
	a.call(a.db, `staff.delete {"where":{"id":1},"include":{"under":true}}`)
	a.expect(`delete staff [1] {'bossId':null,'id':1,'shopId':null} - -`, `delete staff [2,3] - - -`, `delete staff.shopId [2,3] - - -`)
	a.call(a.db, `shops.deleteMany`)
	a.expect(`delete lines [{'num':1,'orderId':3}] - - -`, `delete lines.what [{'num':1,'orderId':3}] - - -`)

	a.call(a.db, `boxes.create {"data":{"id":1,"things":{"create":[{"id":1},{"id":2}]}}}`)
	a.expect(`create things [1] - {'boxId':1,'deletedAt':null,'id':1} -`, `create things [2] - {'boxId':1,'deletedAt':null,'id':2} -`)
	a.call(a.db, `boxes.remove {"where":{"id":1}}`)
	a.expect(`delete things [1,2] - - -`)
	a.call(a.db, `boxes.restore {"where":{"id":1}}`)
	a.expect(`update things [1,2] - - -`)
	a.call(a.db, `boxes.update {"where":{"id":1},"data":{"things":{"delete":{"id":1}}}}`, `boxes.update {"where":{"id":1},"data":{"things":{"updateMany":{"where":{"id":2},"data":{"deletedAt":null}}}}}`)
	a.expect(`delete things [1] {'boxId':1,'deletedAt':null,'id':1} - -`, `update things [2] - - -`)
}

func TestAuditOfReads(t *testing.T) {
	a := openAudited(t, `
model teams {
  id Integer @id
  staff staff[]
}
model staff {
  id Integer @id
  name Text
  salary Real? @log(audit, writes: false)
  note Text? @log(audit, writes: false) @allow('read', auth().id == id)
  team teams? @relation(fields: [teamId], references: [id])
  teamId Integer?
}
model files {
  name Text @id
  @@log(audit, reads: true, writes: false)
}
`)
	me := a.db.As(map[string]any{"id": 2})
	a.call(a.db.AsSystem(), `teams.create {"data":{"id":1,"staff":{"create":[{"id":1,"name":"a","salary":5,"note":"x"},{"id":2,"name":"b","note":"y"}]}}}`,
		`files.createMany {"data":[{"name":"f"},{"name":"g"}]}`)
	a.expect()
	a.call(me, `staff.findMany {"select":{"id":true,"name":true}}`, `staff.count`, `staff.findMany {"where":{"id":9}}`)
	a.expect()
	a.call(me, `staff.findMany {"select":{"salary":true}}`)
	a.expect(`read staff.salary [1,2] - - 2`)
	a.call(me, `staff.findMany {"orderBy":{"id":"asc"}}`)
	a.expect(`read staff.salary [1,2] - - 2`, `read staff.note [2] - - 2`)
	a.call(me, `staff.findUnique {"where":{"id":1}}`, `staff.findFirst {"where":{"id":2},"select":{"note":true}}`)
	a.expect(`read staff.salary [1] - - 2`, `read staff.note [2] - - 2`)
	a.call(me, `teams.findMany {"include":{"staff":{"select":{"salary":true}}}}`, `staff.findManyCursor {"limit":1,"select":{"salary":true}}`, `staff.findManyAndCount {"limit":1,"select":{"salary":true}}`)
	a.expect(`read staff.salary [1,2] - - 2`, `read staff.salary [1] - - 2`, `read staff.salary [1] - - 2`)
	a.call(me, `staff.findMany {"distinct":true,"select":{"salary":true}}`)
	a.expect(`read staff.salary - - - 2`)
	a.call(me, `files.findMany`)
	a.expect(`read files ['f','g'] - - 2`)
	a.call(me, `staff.update {"where":{"id":1},"data":{},"select":{"salary":true}}`, `staff.update {"where":{"id":1},"data":{"name":"c"},"select":{"id":true}}`)
	a.expect(`read staff.salary [1] - - 2`)
	a.call(me, `staff.aggregate {"_max":{"salary":true},"_sum":{"salary":true}}`, `staff.aggregate {"_count":{"salary":true}}`, `staff.groupBy {"by":["name"],"_count":true}`)
	a.expect(`read staff.salary - - - 2`)
	a.call(me, `staff.groupBy {"by":["salary"],"_count":true}`, `staff.findMany {"select":{"id":true},"window":{"s":{"lag":"salary","orderBy":{"id":"asc"}}}}`)
	a.expect(`read staff.salary - - - 2`, `read staff.salary [1,2] - - 2`)
	a.call(me, `files.create {"data":{"name":"h"}}`)
	a.expect()
	a.call(me, `$query {"staff":{"where":{"id":1},"select":{"salary":true}}}`)
	a.expect(`read staff.salary [1] - - 2`)
}

func TestAuditNeverHoldsWhatIsGuarded(t *testing.T) {
	a := openAudited(t, `
model people {
  id Integer @id
  name Text @omit
  pin Text? @guarded @log(audit)
  code Text? @guarded(all)
  photo Blob?
  @@log(audit)
}
`)
	a.call(a.db.AsSystem(), `people.create {"data":{"id":1,"name":"a","pin":"hidden pin","code":"hidden code"}}`, `people.update {"where":{"id":1},"data":{"pin":"hidden too"}}`, `people.findMany`)
	b, err := os.ReadFile(filepath.Join(a.dir, "audit", "audit_logs.jsonl"))
	if err != nil || strings.Contains(string(b), "hidden") {
		t.Errorf("%v: the file is\n%s", err, b)
	}
	a.expect(`create people [1] - {'id':1,'name':'a','photo':null} -`, `create people.pin [1] - - -`,
		`update people [1] {'id':1,'name':'a','photo':null} {'id':1,'name':'a','photo':null} -`, `update people.pin [1] - - -`,
		`read people.pin [1] - - -`)
}

func TestAuditOfTransactions(t *testing.T) {
	a := openAudited(t, `
model people {
  id Integer @id
  name Text @log(audit, writes: false)
  @@log(audit)
}
`)
	boom := errors.New("boom")
	create := func(c *litestone.Client, ctx context.Context, id int) {
		t.Helper()
		if _, err := c.Call(ctx, "people.create", litestone.Map{"data": map[string]any{"id": id, "name": "a"}}); err != nil {
			t.Fatal(err)
		}
	}
	err := a.db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		create(tx, ctx, 1)
		if err := tx.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
			create(tx, ctx, 2)
			return boom
		}); !errors.Is(err, boom) {
			t.Error(err)
		}
		create(tx, ctx, 3)
		a.expect()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	a.expect(`create people [1] - {'id':1,'name':'a'} -`, `create people [3] - {'id':3,'name':'a'} -`)
	err = a.db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		create(tx, ctx, 4)
		if _, err := tx.Call(ctx, "people.findMany"); err != nil {
			t.Error(err)
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatal(err)
	}
	a.expect(`read people.name [1,3,4] - - -`) // what was read was read
	func() {
		defer func() { recover() }()
		a.db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
			create(tx, ctx, 5)
			panic(boom)
		})
	}()
	a.expect()
}

func TestOnLog(t *testing.T) {
	type key struct{}
	var seen []string
	a := openAudited(t, `
model people {
  id Integer @id
  name Text
  @@log(audit)
}
`, func(c *litestone.Config) {
		c.OnLog = func(ctx context.Context, e litestone.LogEntry) any {
			seen = append(seen, fmt.Sprint(e.Database, " ", e.Operation, " ", e.Model, " ", string(e.Records), " ", string(e.Before), " ", string(e.After), " ", e.ActorID, " ", e.ActorType, " ", e.Auth["type"], " ", e.System))
			if id := ctx.Value(key{}); id != nil {
				return map[string]any{"requestId": id}
			}
			return nil
		}
	})
	ctx := context.WithValue(t.Context(), key{}, "r1")
	if _, err := a.db.As(map[string]any{"id": 5, "type": "bot"}).Call(ctx, "people.create", litestone.JSON(`{"data":{"id":1,"name":"a"}}`)); err != nil {
		t.Fatal(err)
	}
	a.call(a.db.AsSystem(), `people.delete {"where":{"id":1}}`)
	want := []string{`audit create people [1]  {"id":1,"name":"a"} 5 bot bot false`, `audit delete people [1] {"id":1,"name":"a"}  <nil>  <nil> true`}
	if strings.Join(seen, "\n") != strings.Join(want, "\n") {
		t.Errorf("the hook saw\n%s", strings.Join(seen, "\n"))
	}
	got, err := a.db.Call(t.Context(), "auditLogs.findMany", litestone.JSON(`{"select":{"meta":true,"actorType":true,"createdAt":true},"where":{"operation":"create"}}`))
	b, _ := json.Marshal(got)
	if err != nil || string(b) != `[{"actorType":"bot","meta":{"requestId":"r1"},"createdAt":"2026-05-01T10:00:00.000Z"}]` {
		t.Errorf("%s, %v", b, err)
	}
}

func TestNobodyForgesEntries(t *testing.T) {
	a := openAudited(t, `
model people {
  id Integer @id
  @@log(audit)
}
`)
	a.call(a.db, `people.create {"data":{"id":1}}`)
	entry := `{"data":{"operation":"create","model":"people","createdAt":"2026-01-01"}}`
	for _, c := range []*litestone.Client{a.db, a.db.AsSystem(), a.db.As(map[string]any{"id": 1})} {
		a.refused(c, litestone.CodeAccessDenied, `auditLogs.create `+entry, `auditLogs.createMany {"data":[]}`)
		a.refused(c, litestone.CodeUnsupported, `auditLogs.update {"where":{"model":"people"},"data":{"model":"x"}}`, `auditLogs.deleteMany`, `auditLogs.remove {"where":{"model":"people"}}`)
	}
	scoped := a.db.As(map[string]any{"id": 1})
	a.refused(scoped, litestone.CodeAccessDenied, `auditLogs.findMany`, `auditLogs.count`, `auditLogs.exists`, `auditLogs.aggregate {"_count":true}`,
		`auditLogs.groupBy {"by":["model"],"_count":true}`, `$query {"auditLogs":{}}`, `auditLogs.findManyAndCount`)
	ctx := litestone.WithAuth(t.Context(), map[string]any{"id": 1})
	if _, err := a.db.Table("auditLogs").FindMany(ctx, nil); !errors.Is(err, litestone.ErrAccessDenied) {
		t.Errorf("with an identity in the context: %v", err)
	}
	a.call(a.db.AsSystem(), `auditLogs.findMany`, `auditLogs.groupBy {"by":["model"],"_count":true}`, `auditLogs.aggregate {"_count":true}`)
	a.expect(`create people [1] - {'id':1} -`)
}

// A log that cannot be written undoes nothing that is committed, but nothing more happens until it can.
func TestAuditThatCannotBeWritten(t *testing.T) {
	a := openAudited(t, `
model people {
  id Integer @id
  @@log(audit)
}
model other { id Integer @id }
`)
	file := filepath.Join(a.dir, "audit", "audit_logs.jsonl")
	if err := os.Mkdir(file, 0o755); err != nil {
		t.Fatal(err)
	}
	a.call(a.db, `people.create {"data":{"id":1}}`)
	a.refused(a.db, litestone.CodeUnsupported, `people.create {"data":{"id":2}}`, `people.deleteMany`)
	a.call(a.db, `people.findMany`)
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	a.call(a.db, `people.create {"data":{"id":3}}`)
	a.expect(`create people [1] - {'id':1} -`, `create people [3] - {'id':3} -`)
	os.Remove(file)
	os.Mkdir(file, 0o755)
	a.call(a.db, `people.create {"data":{"id":4}}`)
	if err := a.db.Close(); err == nil {
		t.Error("Close says nothing of what is lost")
	}
}

// A client that cannot write the log does nothing that is logged.
func TestAuditWithoutItsDatabase(t *testing.T) {
	for _, access := range []litestone.Access{litestone.AccessReadOnly, litestone.AccessOff} {
		models := `
model people {
  id Integer @id
  name Text @log(audit)
}
model other { id Integer @id }
`
		a := openAudited(t, models)
		a.call(a.db, `people.create {"data":{"id":1,"name":"a"}}`)
		a.db.Close()
		a.open(models, func(c *litestone.Config) { c.Access = map[string]litestone.Access{"audit": access} })
		a.refused(a.db, litestone.CodeReadOnly, `people.create {"data":{"id":2,"name":"b"}}`, `people.createMany {"data":[{"id":2,"name":"b"}]}`,
			`people.updateMany {"data":{"name":"b"}}`, `people.delete {"where":{"id":1}}`, `people.findMany`)
		a.call(a.db, `other.create {"data":{"id":1}}`, `people.count`, `people.findMany {"select":{"id":true}}`, `people.updateMany {"where":{"id":1},"data":{"id":3}}`)
	}
}

func TestAuditOfAppendOnlyModels(t *testing.T) {
	a := openAudited(t, `
database logs { path "$DIR/logs/"; driver jsonl }
model visits {
  id Integer @id
  path Text
  @@db(logs)
  @@log(audit)
}
`)
	a.call(a.db, `visits.create {"data":{"path":"/"}}`, `visits.createMany {"data":[{"path":"/a"},{"path":"/b"}]}`)
	a.refused(a.db, litestone.CodeUnique, `visits.create {"data":{"id":1,"path":"/"}}`)
	a.expect(`create visits [1] - {'id':1,'path':'/'} -`, `create visits [2,3] - - -`)
}

// A jsonl and a logger database may share a folder: neither waits for the other while it holds the lock.
func TestLogsInOneFolder(t *testing.T) {
	a := openAudited(t, `
database logs { path "$DIR/audit/"; driver jsonl }
model visits {
  id Integer @id
  @@db(logs)
  @@log(audit)
}
`, func(c *litestone.Config) { c.BusyTimeout = 100 * time.Millisecond })
	a.call(a.db, `visits.create {"data":{}}`)
	err := a.db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		_, err := tx.Call(ctx, "visits.create", litestone.JSON(`{"data":{}}`))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	a.expect(`create visits [1] - {'id':1} -`, `create visits [2] - {'id':2} -`)
	a.call(a.db, `visits.count`)
}

func TestCloseFlushesWhatIsLate(t *testing.T) {
	a := openAudited(t, `
model people {
  id Integer @id
  @@log(audit)
}
`)
	file := filepath.Join(a.dir, "audit", "audit_logs.jsonl")
	os.Mkdir(file, 0o755)
	a.call(a.db, `people.create {"data":{"id":1}}`)
	os.Remove(file)
	if err := a.db.Close(); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(file); err != nil || strings.Count(string(b), "\n") != 1 {
		t.Errorf("%q, %v", b, err)
	}
}
