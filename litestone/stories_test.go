package litestone_test

import (
	"encoding/json"
	"testing"
)

// story is a case in Go: a schema and calls with what they answer, in order.
type story struct {
	name    string
	options map[string]any
	schema  string
	steps   []step
}

// call is a step that answers want; want "" takes any answer.
func call(name, args, want string) step {
	s := step{Call: name, Args: json.RawMessage(args)}
	if args == "" {
		s.Args = nil
	}
	if want != "" {
		s.Expect = json.RawMessage(want)
	}
	return s
}

// fails is a step refused with a code, naming the fields.
func fails(name, args, code string, fields ...string) step {
	s := call(name, args, "")
	s.Error = &stepError{Code: code, Fields: fields}
	return s
}

// TestStories runs features together that have tests of their own elsewhere.
func TestStories(t *testing.T) {
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			if err := runCase(t, suiteCase{Name: s.name, Schema: s.schema, Options: s.options, Steps: s.steps}); err != nil {
				t.Error(err)
			}
		})
	}
}

var stories = []story{
	{
		name: "scopes and filters are registered under a model's declared name",
		options: map[string]any{
			"scopes":  map[string]any{"Post": map[string]any{"hot": map[string]any{"where": map[string]any{"score": map[string]any{"gt": 5}}}}},
			"filters": map[string]any{"Post": map[string]any{"hidden": false}},
		},
		schema: `
model Post {
  id     Integer @id
  score  Integer
  hidden Boolean @default(false)
}`,
		steps: []step{
			call("post.createMany", `{"data":[{"score":1},{"score":6},{"score":9},{"score":10,"hidden":true}]}`, `{"count":4}`),
			call("post.hot.count", "", `2`),
			call("Post.hot", `{"select":{"id":true},"orderBy":{"id":"desc"}}`, `[{"id":3},{"id":2}]`),
			fails("post.cold.count", "", "validation"),
		},
	},
	{
		name: "lists inside typed Json take the operators of lists",
		schema: `
type Card {
  label  Text
  tags   Text[]
  nums   Integer[]?
}
type Box {
  card Json @type(Card)
}
model things {
  id   Integer @id
  card Json? @type(Card)
  box  Json? @type(Box)
}`,
		steps: []step{
			call("things.createMany", `{"data":[
				{"card":{"label":"a","tags":["x","y"],"nums":[1,2]}},
				{"card":{"label":"b","tags":[]},"box":{"card":{"label":"c","tags":["deep"]}}},
				{}]}`, `{"count":3}`),
			call("things.findMany", `{"where":{"card":{"tags":{"has":"y"}}},"select":{"id":true}}`, `[{"id":1}]`),
			call("things.findMany", `{"where":{"card":{"nums":{"hasEvery":[2,1]}}},"select":{"id":true}}`, `[{"id":1}]`),
			call("things.findMany", `{"where":{"card":{"tags":{"hasSome":["q","x"]}}},"select":{"id":true}}`, `[{"id":1}]`),
			call("things.findMany", `{"where":{"card":{"tags":{"isEmpty":true}}},"select":{"id":true}}`, `[{"id":2}]`),
			call("things.findMany", `{"where":{"card":{"tags":{"equals":["x","y"]}}},"select":{"id":true}}`, `[{"id":1}]`),
			call("things.findMany", `{"where":{"box":{"card":{"tags":{"has":"deep"}}}},"select":{"id":true}}`, `[{"id":2}]`),
			fails("things.findMany", `{"where":{"card":{"label":{"has":"a"}}}}`, "validation", "card.label"),
		},
	},
	{
		name: "an integer key cannot be taken from a row",
		schema: `
model heads {
  id   Integer @id
  name Text?
  hat  hats?
}
model hats {
  headId Integer @id
  head   heads? @relation(fields: [headId], references: [id])
}`,
		steps: []step{
			call("heads.create", `{"data":{"id":null,"hat":{"create":{}}},"include":{"hat":true}}`, `{"id":1,"name":null,"hat":{"headId":1}}`),
			fails("heads.update", `{"where":{"id":1},"data":{"id":null}}`, "not_null", "id"),
			fails("heads.updateMany", `{"data":{"id":null}}`, "not_null", "id"),
			fails("heads.upsert", `{"where":{"id":1},"create":{},"update":{"id":null}}`, "not_null", "id"),
			fails("heads.update", `{"where":{"id":1},"data":{"hat":{"disconnect":true}}}`, "not_null", "hat.headId"),
			call("heads.upsertMany", `{"data":[{"id":null,"name":"x"}]}`, `{"count":1}`),
			call("heads.findMany", `{"select":{"id":true,"hat":true},"orderBy":{"id":"asc"}}`, `[{"id":1,"hat":{"headId":1}},{"id":2,"hat":null}]`),
		},
	},
	{
		name: "a search names fields, whatever their columns are called",
		schema: `
model notes {
  key   Text @id
  title Text @map("the title")
  body  Text @map("contents")
  @@fts([title, body])
}`,
		steps: []step{
			call("notes.createMany", `{"data":[{"key":"a","title":"cat","body":"dog"},{"key":"b","title":"dog","body":"cat"}]}`, `{"count":2}`),
			call("notes.search", `["title: cat", {"select":{"key":true}}]`, `[{"key":"a"}]`),
			call("notes.search", `["- {title} : cat", {"select":{"key":true}}]`, `[{"key":"b"}]`),
			call("notes.search", `["{title body}: dog", {"select":{"key":true},"orderBy":{"key":"asc"}}]`, `[{"key":"a"},{"key":"b"}]`),
			call("notes.search", `["contents: dog", {"select":{"key":true}}]`, `[{"key":"a"}]`),
			fails("notes.search", `["nope: dog"]`, "validation", "search"),
		},
	},
	{
		name: "a NUL in a text to look for does not match everything",
		schema: `
model texts {
  id Integer @id
  s  Text
}`,
		steps: []step{
			call("texts.createMany", `{"data":[{"s":"ab"},{"s":"a\u0000b"},{"s":"50%"}]}`, `{"count":3}`),
			call("texts.findMany", `{"where":{"s":"a\u0000b"}}`, `[{"id":2,"s":"a\u0000b"}]`),
			call("texts.count", `{"where":{"s":{"contains":"\u0000"}}}`, `0`),
			call("texts.count", `{"where":{"s":{"startsWith":"a\u0000x"}}}`, `0`),
			call("texts.count", `{"where":{"NOT":{"s":{"endsWith":"\u0000"}}}}`, `3`),
			call("texts.count", `{"where":{"s":{"endsWith":"0%"}}}`, `1`),
		},
	},
	{
		name:    "SQL of one's own stays within its brackets",
		options: map[string]any{"filters": map[string]any{"secrets": map[string]any{"shown": true}}},
		schema: `
model secrets {
  id    Integer @id
  shown Boolean @default(false)
  name  Text
}`,
		steps: []step{
			call("secrets.createMany", `{"data":[{"name":"a"},{"name":"b","shown":true}]}`, `{"count":2}`),
			call("secrets.findMany", `{"where":{"$raw":"name = 'a' OR name = 'b' -- both"},"select":{"name":true}}`, `[{"name":"b"}]`),
			fails("secrets.findMany", `{"where":{"$raw":"1=1) OR (1=1"}}`, "validation", "$raw"),
			fails("secrets.count", `{"where":{"$raw":{"$sql":"1=1) /*"}}}`, "validation", "$raw"),
			fails("secrets.aggregate", `{"_n":{"count":true,"filter":{"$sql":"1=1) OR (1=1"}}}`, "validation"),
			fails("secrets.deleteMany", `{"where":{"$raw":"1=1; DELETE FROM secrets"}}`, "validation", "$raw"),
		},
	},
}
