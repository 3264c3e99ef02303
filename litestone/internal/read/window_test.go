package read_test

import "testing"

const sales = `
model sales {
  id     Integer @id
  shop   Text
  amount Integer?
  paid   Boolean
  secret Integer @guarded
  shopOf shops? @relation(fields: [shopId], references: [id])
  shopId Integer?
}
model shops {
  id    Integer @id
  sales sales[]
}`

const saleRows = `INSERT INTO shops VALUES (1),(2);
INSERT INTO sales VALUES (1,'a',10,1,0,1),(2,'a',30,0,0,1),(3,'b',10,1,0,2),(4,'b',NULL,1,0,2),(5,'a',20,1,0,1),(6,'b',40,0,0,2)`

// Every function, alone, over the rows by id.
func TestWindowFunctions(t *testing.T) {
	f := open(t, sales, saleRows)
	for _, c := range []struct{ window, want string }{
		{`{"rowNumber":true,"orderBy":{"id":"desc"}}`, `[6,5,4,3,2,1]`},
		{`{"rank":true,"orderBy":{"amount":"asc"}}`, `[2,5,2,1,4,6]`},
		{`{"denseRank":true,"orderBy":{"amount":"asc"}}`, `[2,4,2,1,3,5]`},
		{`{"cumeDist":true,"partitionBy":"shop","orderBy":{"shop":"asc"}}`, `[1,1,1,1,1,1]`},
		{`{"percentRank":true,"partitionBy":"shop","orderBy":{"id":"asc"}}`, `[0,0.5,0,0.5,1,1]`},
		{`{"ntile":3,"orderBy":{"id":"asc"}}`, `[1,1,2,2,3,3]`},
		{`{"lag":"amount","orderBy":{"id":"asc"}}`, `[null,10,30,10,null,20]`},
		{`{"lead":"amount","offset":2,"default":0,"orderBy":{"id":"asc"}}`, `[10,null,20,40,0,0]`},
		{`{"lag":"paid","default":"none","orderBy":{"id":"asc"}}`, `["none",true,false,true,true,true]`},
		{`{"firstValue":"paid","partitionBy":"shop","orderBy":{"id":"desc"}}`, `[true,true,false,false,true,false]`},
		{`{"lastValue":"amount","partitionBy":"shop","orderBy":{"id":"asc"},"rows":[null,null]}`, `[20,20,40,40,20,40]`},
		{`{"nthValue":"amount","n":2,"orderBy":{"id":"asc"}}`, `[null,30,30,30,30,30]`},
		{`{"sum":"amount","orderBy":{"id":"asc"},"rows":[-1,0]}`, `[10,40,40,10,20,60]`},
		{`{"avg":"amount","partitionBy":["shop","paid"]}`, `[15,30,10,10,15,40]`},
		{`{"min":"amount","filter":{"amount":{"gt":10}}}`, `[20,20,20,20,20,20]`},
		{`{"max":"paid"}`, `[true,true,true,true,true,true]`},
		{`{"count":"amount","orderBy":{"amount":"asc"},"range":[-10,0]}`, `[2,2,2,0,3,2]`},
		{`{"count":true,"orderBy":[{"amount":{"dir":"desc","nulls":"first"}}],"rows":[1,null]}`, `[1,3,0,5,2,4]`},
	} {
		args := `{"select":{"id":true},"orderBy":{"id":"asc"},"window":{"w":` + c.window + `}}`
		got := f.answer(nil, "sales.findMany", args)
		if plain := column(t, got, "w"); plain != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.window, got, c.want)
		}
	}
}

func TestWindowsBesideOtherArguments(t *testing.T) {
	f := open(t, sales, saleRows)
	f.expect(nil, "sales.findMany", `{"select":{"id":true},"where":{"shop":"a"},"orderBy":{"top":"desc"},"limit":1,"offset":1,"window":{"top":{"rank":true,"orderBy":{"amount":"desc"}},"all":{"count":true}}}`,
		`[{"id":5,"all":3,"top":2}]`)
	f.expect(nil, "sales.findMany", `{"distinct":true,"select":{"shop":true},"orderBy":{"shop":"asc"},"window":{"n":{"sum":"amount","partitionBy":"shop"}}}`,
		`[{"shop":"a","n":60},{"shop":"b","n":50}]`)
	for _, window := range []string{
		`{"x":{"max":"secret"}}`, `{"x":{"lag":"secret","orderBy":{"id":"asc"}}}`, `{"x":{"rank":true,"orderBy":{"secret":"asc"}}}`,
		`{"x":{"count":true,"partitionBy":"secret"}}`, `{"x":{"count":true,"filter":{"secret":0}}}`,
	} {
		f.expect(as(nil), "sales.findMany", `{"window":`+window+`}`, "error access_denied secret")
	}
	f.expect(nil, "sales.findMany", `{"window":{"amount":{"rank":true}}}`, "error validation amount")
	f.expect(nil, "sales.findMany", `{"include":{"shopOf":{"include":{"_count":true}}},"window":{"_count":{"rank":true}},"limit":0}`, "[]")
}
