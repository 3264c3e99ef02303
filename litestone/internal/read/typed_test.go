package read_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/query"
)

func (p *person) tree() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d", p.ID)
	if len(p.Children) > 0 {
		b.WriteByte('(')
		for i, c := range p.Children {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(c.tree())
		}
		b.WriteByte(')')
	}
	return b.String()
}

func TestTypedRows(t *testing.T) {
	f := openPeople(t)
	f.sql(`DELETE FROM person WHERE id > 44; UPDATE person SET bossId = 21 WHERE id > 41`)
	m := f.model("person")
	ref := func(name string) query.Ref { return query.RefOf(m, m.Field(name)) }
	byID := []query.Order{{Ref: ref("id")}}
	ctx := context.Background()
	find := func(a query.FindArgs) (out []*person) {
		t.Helper()
		if err := f.quiet.Read(ctx, func(c *conn.Conn) error { out = f.typed(ctx, c, &a, 0); return nil }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	where := func(op query.Op, v int64) *query.Cond {
		return &query.Cond{Op: op, Ref: ref("id"), Value: query.Int(v)}
	}

	p := find(query.FindArgs{Where: where(query.OpEq, 21)})[0]
	if p.ID != 21 || p.Name != "p21" || p.Nick == nil || *p.Nick != "n21" || p.Born.String() != "2024-01-02T03:04:05.006Z" || p.Score != 10.5 || *p.BossID != 2 || p.Boss != nil || p.Children != nil {
		t.Errorf("by key: %+v", p)
	}
	if p := find(query.FindArgs{Where: where(query.OpEq, 2)})[0]; p.Nick != nil || p.BossID != nil {
		t.Errorf("nulls: %+v", p)
	}

	include := &query.Include{Relations: []query.IncludeRelation{{Ref: ref("boss")}, {Ref: ref("children"), Args: &query.FindArgs{OrderBy: byID}}}}
	list := find(query.FindArgs{Where: where(query.OpGte, 20), OrderBy: byID, Include: include})
	if p := list[0]; p.ID != 20 || p.Boss != nil || p.Children == nil || p.tree() != "20(39)" {
		t.Errorf("without a boss: %+v", p)
	}
	if p := list[1]; p.Boss == nil || p.Boss.Name != "p2" || p.tree() != "21(42 43 44)" || !p.Read("boss") || !p.Read("children") || p.Boss.Read("boss") {
		t.Errorf("with a boss: %s %+v", p.tree(), p)
	}
	if p := list[2]; p.Children == nil || len(p.Children) != 0 {
		t.Errorf("an empty list must not be nil: %+v", p)
	}

	tree := find(query.FindArgs{Where: where(query.OpLte, 2), OrderBy: byID, Recursive: &query.Recursive{Nested: true}})
	var got []string
	for _, p := range tree {
		got = append(got, p.tree())
	}
	if s := strings.Join(got, " "); s != "21(42 43 44) 40 41" || tree[0].Children[0].Extra("_depth") != int64(2) {
		t.Errorf("a nested tree: %s", s)
	}
}

// MarshalJSON is what the generator writes.
func (p person) MarshalJSON() ([]byte, error) { return rows.MarshalRow(&p.Row, p) }

func TestTypedRowsAsJSON(t *testing.T) {
	f := openPeople(t)
	m := f.model("person")
	ref := func(name string) query.Ref { return query.RefOf(m, m.Field(name)) }
	ctx := context.Background()
	a := query.FindArgs{
		Where:   &query.Cond{Op: query.OpIn, Ref: ref("id"), List: []query.Value{query.Int(1), query.Int(40)}},
		OrderBy: []query.Order{{Ref: ref("id")}},
		Include: &query.Include{CountAll: true, Relations: []query.IncludeRelation{
			{Ref: ref("boss"), Args: &query.FindArgs{Select: &query.Select{Fields: []query.Ref{ref("name")}}}},
			{Ref: ref("children"), Args: &query.FindArgs{Limit: 1, HasLimit: true, Select: &query.Select{Fields: []query.Ref{ref("score")}}}},
		}},
	}
	var list []*person
	if err := f.quiet.Read(ctx, func(c *conn.Conn) error { list = f.typed(ctx, c, &a, 0); return nil }); err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(list)
	want := `[{"id":1,"name":"p1","nick":"n1","born":"2024-01-02T03:04:05.006Z","score":0.5,"bossId":null,"boss":null,"children":[{"score":20}],"_count":{"children":24}},` +
		`{"id":40,"name":"p40","nick":null,"born":"2024-01-02T03:04:05.006Z","score":20,"bossId":1,"boss":{"name":"p1"},"children":[],"_count":{"children":0}}]`
	if err != nil || string(got) != want {
		t.Errorf("%v\n got %s\nwant %s", err, got, want)
	}
	made, err := json.Marshal(person{ID: 7, Name: `"`})
	if want := `{"id":7,"name":"\"","nick":null,"born":"0001-01-01T00:00:00.000Z","score":0,"bossId":null,"boss":null,"children":null}`; err != nil || string(made) != want {
		t.Errorf("made by hand: %v %s", err, made)
	}
}

func BenchmarkTypedJSON(b *testing.B) {
	f := openPeople(b)
	var list []*person
	ctx := context.Background()
	f.quiet.Read(ctx, func(c *conn.Conn) error { list = f.typed(ctx, c, &query.FindArgs{}, 500); return nil })
	b.ReportAllocs()
	for range b.N {
		if _, err := json.Marshal(list); err != nil {
			b.Fatal(err)
		}
	}
}
