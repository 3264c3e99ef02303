package read_test

import "testing"

const orders = `
model orders {
  id     Integer @id
  state  Text
  amount Real?
  qty    Integer
  gift   Boolean
  buyer  Text?
  at     DateTime?
}`

const orderRows = `INSERT INTO orders VALUES
 (1, 'paid', 10, 1, 0, 'ann', '2023-12-31T23:30:00.000Z'),
 (2, 'open', 2.5, 2, 1, 'bob', '2024-01-01T00:10:00.000Z'),
 (3, 'paid', NULL, 3, 0, NULL, '2024-01-01T00:50:00.000Z'),
 (4, 'void', -4, 0, 1, 'ann', '2024-01-08T13:00:00.000Z'),
 (5, 'paid', 30, 5, 1, 'bob', '2024-03-31T05:00:00.000Z'),
 (6, 'open', 2.5, 7, 0, 'cid', NULL)`

func TestAggregate(t *testing.T) {
	f := open(t, orders, orderRows)
	for _, c := range []struct{ args, want string }{
		{`{"_count":true,"_sum":{"amount":true,"qty":true},"_avg":{"qty":true},"_min":{"gift":true},"_max":{"at":true}}`,
			`{"_count":6,"_sum":{"amount":41,"qty":18},"_avg":{"qty":3},"_min":{"gift":false},"_max":{"at":"2024-03-31T05:00:00.000Z"}}`},
		{`{"_count":{"amount":true,"buyer":true}}`, `{"_count":{"amount":5,"buyer":5}}`},
		{`{"_count":{"distinct":"buyer"}}`, `{"_count":3}`},
		{`{"where":{"id":99},"_sum":{"amount":true},"_n":{"count":true},"_stringAgg":{"field":"state"}}`,
			`{"_sum":{"amount":null},"_stringAgg":{"state":null},"_n":0}`},
		{`{"_stringAgg":{"field":"buyer","separator":"' || '","orderBy":"id"}}`, `{"_stringAgg":{"buyer":"ann' || 'bob' || 'ann' || 'bob' || 'cid"}}`},
		{`{"_stringAgg":{"field":"state","distinct":true,"orderBy":"state"}}`, `{"_stringAgg":{"state":"open,paid,void"}}`},
		{`{"_stringAgg":{"field":"state","distinct":true,"separator":"|"},"_m":{"max":"qty"}}`, `{"_stringAgg":{"state":"paid|open|void"},"_m":7}`},
		{`{"where":{"gift":true},"_paid":{"count":true,"filter":{"state":"paid"}},"_all":{"count":true}}`, `{"_all":3,"_paid":1}`},
		{`{"_sum":{"amout":true}}`, `error validation amout`},
	} {
		f.expect(nil, "orders.aggregate", c.args, c.want)
	}
}

func TestGroupBy(t *testing.T) {
	f := open(t, orders, orderRows)
	for _, c := range []struct{ args, want string }{
		{`{"by":["gift","state"],"_sum":{"qty":true},"orderBy":[{"gift":"asc"},{"state":"asc"}],"limit":2,"offset":1}`,
			`[{"gift":false,"state":"paid","_sum":{"qty":4}},{"gift":true,"state":"open","_sum":{"qty":2}}]`},
		{`{"by":["state"],"orderBy":{"_max":{"amount":"desc"}}}`, `[{"state":"paid"},{"state":"open"},{"state":"void"}]`},
		{`{"by":["state"],"_top":{"max":"qty"},"orderBy":{"_top":"desc"}}`, `[{"state":"open","_top":7},{"state":"paid","_top":5},{"state":"void","_top":0}]`},
		{`{"by":["state"],"_count":{"distinct":"buyer"},"orderBy":[{"_count":"desc"},{"state":"asc"}]}`,
			`[{"state":"open","_count":2},{"state":"paid","_count":2},{"state":"void","_count":1}]`},
		{`{"by":["state"],"_count":true,"having":{"OR":[{"_count":{"gt":2}},{"state":"void"}]},"orderBy":{"state":"asc"}}`,
			`[{"state":"paid","_count":3},{"state":"void","_count":1}]`},
		{`{"by":["state"],"having":{"_sum":{"amount":{"in":[5,40]}},"NOT":{"_avg":{"qty":3}}},"orderBy":{"state":"asc"}}`, `[{"state":"open"}]`},
		{`{"by":["state"],"having":{"_count":{"gt":100}}}`, `[]`},
		{`{"by":["state"],"having":{"_max":{"amount":null}}}`, `[]`},
	} {
		f.expect(nil, "orders.groupBy", c.args, c.want)
	}
}

func TestIntervals(t *testing.T) {
	f := open(t, orders, orderRows)
	for _, c := range []struct{ name, args, want string }{
		{"years, null a group of its own", `{"by":["at"],"interval":{"at":"year"},"_count":true}`,
			`[{"at":null,"_count":1},{"at":"2023","_count":1},{"at":"2024","_count":4}]`},
		{"quarters", `{"by":["at"],"interval":{"at":"quarter"},"_count":true,"where":{"at":{"not":null}}}`,
			`[{"at":"2023-Q4","_count":1},{"at":"2024-Q1","_count":4}]`},
		{"ISO weeks", `{"by":["at"],"interval":{"at":"week"},"_count":true,"where":{"at":{"gte":"2023-12-31","lt":"2024-01-15"}}}`,
			`[{"at":"2023-W52","_count":1},{"at":"2024-W01","_count":2},{"at":"2024-W02","_count":1}]`},
		{"hours between exclusive bounds", `{"by":["at"],"interval":{"at":"hour"},"_sum":{"qty":true},"where":{"at":{"gt":"2023-12-31T22:59:59.999Z","lt":"2024-01-01T02:00:00Z"}}}`,
			`[{"at":"2023-12-31T23","_sum":{"qty":1}},{"at":"2024-01-01T00","_sum":{"qty":5}},{"at":"2024-01-01T01","_sum":{"qty":0}}]`},
		{"gaps are filled before having, order and limit",
			`{"by":["at"],"interval":{"at":"month"},"fillGaps":{"start":"2023-12-31","end":"2024-03-01"},"where":{"at":{"not":null}},"_count":true,"_a":{"avg":"qty"},"having":{"_count":{"lt":3}},"orderBy":[{"_count":"desc"},{"at":"desc"}],"limit":2,"offset":1}`,
			`[{"at":"2023-12","_count":1,"_a":1},{"at":"2024-02","_count":0,"_a":null}]`},
		{"gaps with hidden aggregates", `{"by":["at"],"interval":{"at":"month"},"fillGaps":{"start":"2024-01-01","end":"2024-03-01"},"where":{"at":{"gte":"2024-01-01"}},"orderBy":[{"_max":{"qty":"desc"}}],"having":{"_sum":{"qty":{"gte":0}}}}`,
			`[{"at":"2024-03"},{"at":"2024-01"},{"at":"2024-02"}]`},
		{"gaps for each combination of the other keys", `{"by":["gift","at"],"interval":{"at":"month"},"where":{"at":{"gte":"2024-01-01","lte":"2024-02-28"}},"_count":true}`,
			`[{"gift":false,"at":"2024-01","_count":1},{"gift":true,"at":"2024-01","_count":2},{"gift":false,"at":"2024-02","_count":0},{"gift":true,"at":"2024-02","_count":0}]`},
		{"having and order by the same hidden aggregate", `{"by":["at"],"interval":{"at":"month"},"fillGaps":{"start":"2024-01-01","end":"2024-02-01"},"where":{"at":{"gte":"2024-01-01"}},"having":{"_sum":{"qty":{"gte":0}}},"orderBy":{"_sum":{"qty":"asc"}}}`,
			`[{"at":"2024-02"},{"at":"2024-01"},{"at":"2024-03"}]`},
		{"having by the interval", `{"by":["at"],"interval":{"at":"month"},"_count":true,"having":{"at":{"gte":"2024-01-15"}}}`, `[{"at":"2024-01","_count":3},{"at":"2024-03","_count":1}]`},
		{"having by intervals", `{"by":["at"],"interval":{"at":"quarter"},"_count":true,"having":{"at":{"in":["2023-10-01","2022-01-01"]}}}`, `[{"at":"2023-Q4","_count":1}]`},
		{"having by no interval", `{"by":["at"],"interval":{"at":"year"},"_count":true,"having":{"at":null}}`, `[{"at":null,"_count":1}]`},
		{"bounds that hold nothing", `{"by":["at"],"interval":{"at":"day"},"where":{"at":{"gte":"2024-05-02","lte":"2024-05-01"}},"_count":true}`, `[]`},
		{"one bound only", `{"by":["at"],"interval":{"at":"month"},"where":{"at":{"gte":"2024-01-09"}},"_count":true}`, `[{"at":"2024-03","_count":1}]`},
		{"bounds under OR bind nothing", `{"by":["at"],"interval":{"at":"month"},"where":{"OR":[{"at":{"gte":"2024-03-01","lte":"2024-06-01"}},{"id":1}]},"_count":true}`,
			`[{"at":"2023-12","_count":1},{"at":"2024-03","_count":1}]`},
		{"too many", `{"by":["at"],"interval":{"at":"hour"},"where":{"at":{"gte":"0001-01-01","lte":"9999-01-01"}},"_count":true}`, `error validation fillGaps`},
		{"no date", `{"by":["at"],"interval":{"at":"month"},"fillGaps":{"start":"soon","end":"later"}}`, `error validation fillGaps`},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := *f
			g.t = t
			g.expect(nil, "orders.groupBy", c.args, c.want)
		})
	}
}

func TestGroupsStayBehindGuards(t *testing.T) {
	f := open(t, `
model memos {
  id     Integer @id
  owner  Integer
  kind   Text
  secret Text @guarded
  pay    Integer @allow('read', auth().role == 'boss')
  mine   Text @allow('read', owner == auth().id)
  deletedAt DateTime?
  @@softDelete
  @@allow('read', owner == auth().id)
}`, `INSERT INTO memos VALUES (1,1,'a','x',5,'m',NULL),(2,1,'b','y',7,'n',NULL),(3,2,'a','z',9,'o',NULL),(4,1,'a','w',1,'p','2024-01-01T00:00:00.000Z')`)
	ann, boss := as(map[string]any{"id": 1}), as(map[string]any{"id": 1, "role": "boss"})
	f.expect(ann, "memos.groupBy", `{"by":["kind"],"_count":true,"orderBy":{"kind":"asc"}}`, `[{"kind":"a","_count":1},{"kind":"b","_count":1}]`)
	f.expect(nil, "memos.groupBy", `{"by":["kind"],"_count":true}`, `[]`)
	f.expect(ann, "memos.aggregate", `{"_count":true,"withDeleted":true}`, `{"_count":3}`)
	f.expect(system, "memos.aggregate", `{"_count":true,"onlyDeleted":true}`, `{"_count":1}`)
	for _, args := range []string{
		`{"_min":{"secret":true}}`, `{"_n":{"count":true,"filter":{"secret":"x"}}}`, `{"_stringAgg":{"field":"kind","orderBy":"secret"}}`,
	} {
		f.expect(ann, "memos.aggregate", args, "error access_denied secret")
	}
	for _, args := range []string{
		`{"by":["secret"],"_count":true}`, `{"by":["kind"],"having":{"_max":{"secret":"z"}}}`, `{"by":["kind"],"orderBy":{"_max":{"secret":"asc"}}}`,
	} {
		f.expect(ann, "memos.groupBy", args, "error access_denied secret")
	}
	f.expect(ann, "memos.aggregate", `{"_sum":{"pay":true}}`, "error access_denied pay")
	f.expect(boss, "memos.aggregate", `{"_sum":{"pay":true}}`, `{"_sum":{"pay":12}}`)
	f.expect(ann, "memos.aggregate", `{"_max":{"mine":true}}`, "error access_denied mine")
	f.expect(system, "memos.groupBy", `{"by":["secret"],"orderBy":{"secret":"asc"}}`, `[{"secret":"x"},{"secret":"y"},{"secret":"z"}]`)
}
