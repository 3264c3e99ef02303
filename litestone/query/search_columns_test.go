package query_test

import (
	"testing"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

func mappedIndex(t testing.TB) *schema.Model {
	t.Helper()
	s, err := schema.FromText("docs.lite", `
model docs {
  id    Integer @id
  title Text @map("the \"title\"")
  body  Text @map("contents")
  plain Text
  @@fts([title, body, plain])
}`, schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s.Model("docs")
}

func TestMatchText(t *testing.T) {
	m := mappedIndex(t)
	for text, want := range map[string]string{
		`word`:                          `word`,
		`title word`:                    `title word`,
		`title: word`:                   `"the ""title""": word`,
		`- body :word`:                  `- "contents" :word`,
		`"body": word`:                  `"contents": word`,
		`{title plain "body"}: a AND b`: `{"the ""title""" plain "contents"}: a AND b`,
		`contents: a`:                   `contents: a`,
		`plain: title`:                  `plain: title`,
		`"a title: b" body:c`:           `"a title: b" "contents":c`,
		`"say ""title"":" x`:            `"say ""title"":" x`,
		`bodytitle: x`:                  `bodytitle: x`,
		`{title: x`:                     `{"the ""title""": x`,
		`"open title: x`:                `"open title: x`,
		`body*: x`:                      `body*: x`,
	} {
		if got := query.MatchText(m, text); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

func FuzzMatchText(f *testing.F) {
	m := mappedIndex(f)
	for _, s := range []string{`title: a`, `{body "title"}:x`, `"`, `{`, `:`, `"":`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := query.MatchText(m, text)
		if twice := query.MatchText(m, once); twice != once {
			t.Errorf("%q becomes %q, then %q", text, once, twice)
		}
	})
}
