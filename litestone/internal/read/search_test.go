package read_test

import "testing"

const memos = `
model memos {
  id   Integer @id
  text Text
  head Text?
  kind Text
  hush Text @guarded
  @@fts([text, head])
}
model cards {
  id   Text @id
  text Text
  @@fts([text])
}`

const memoRows = `INSERT INTO memos VALUES (1,'one pear','Fruit','a',''),(2,'two pears and a pear','Pear','b',''),(3,'nothing',NULL,'a','');
INSERT INTO cards VALUES ('x','a pear'),('y','an apple');
INSERT INTO memos_fts(memos_fts) VALUES('rebuild'); INSERT INTO cards_fts(cards_fts) VALUES('rebuild')`

func TestSearch(t *testing.T) {
	f := open(t, memos, memoRows)
	f.expect(nil, "memos.search", `["pear",{"select":{"id":true},"orderBy":{"id":"asc"}}]`, `[{"id":1},{"id":2}]`)
	f.expect(nil, "memos.search", `["pear",{"select":{"id":true},"orderBy":{"_rank":"desc"},"limit":1}]`, `[{"id":1}]`)
	f.expect(nil, "memos.search", `["pear",{"select":{"id":true},"highlight":{"field":"text","open":"<","close":">"},"snippet":{"fields":["text","head"],"open":"<","close":">","length":2},"orderBy":{"id":"asc"}}]`,
		`[{"id":1,"_highlight":"one <pear>","_snippet":{"head":"Fruit","text":"one <pear>"}},{"id":2,"_highlight":"two pears and a <pear>","_snippet":{"head":"<Pear>","text":"…a <pear>"}}]`)
	f.expect(nil, "cards.search", `["pear",{"withRank":false}]`, `[{"id":"x","text":"a pear"}]`)
	f.expect(nil, "cards.search", `["pear AND",{}]`, `error sql`)
}

// A raw fragment names columns that the full-text table has too.
func TestSearchWithRawWhere(t *testing.T) {
	f := open(t, memos, memoRows)
	f.expectRaw("memos.search", `["pear",{"select":{"id":true}}]`, "text LIKE ? AND memos.head = ?", []any{"two%", "Pear"}, `[{"id":2}]`)
}
