package logdb_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/logdb"
	"github.com/litestone-go/orm/litestone/query"
)

const benchLines = 100_000

// benchFolder makes a log of 100,000 lines, 14 MB.
func benchFolder(b *testing.B) (logdb.Options, []byte) {
	s := parse(b, `
database main { path "main.db" }
database logs { path "logs/"; driver jsonl }
model calls {
  n Integer
  kind Text
  user Json
  msg Text
  at DateTime
  @@db(logs)
}`)
	dir := b.TempDir()
	var w bytes.Buffer
	for i := range benchLines {
		fmt.Fprintf(&w, `{"n":%d,"kind":"k%d","user":{"id":%d,"name":"user %d"},"msg":"something happened here number %d","at":"2026-01-%02dT10:00:00.000Z"}`+"\n", i, i%10, i%1000, i%1000, i, i%28+1)
	}
	if err := os.WriteFile(filepath.Join(dir, "calls.jsonl"), w.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
	return logdb.Options{Schema: s, Database: s.Database("logs"), Folder: dir}, w.Bytes()
}

// BenchmarkLoad is the first read of 100,000 lines beside encoding/json reading them into maps.
func BenchmarkLoad(b *testing.B) {
	o, content := benchFolder(b)
	m := o.Schema.Model("calls")
	b.Run("by=logdb", func(b *testing.B) {
		for b.Loop() {
			db, err := logdb.Open(o)
			if err != nil {
				b.Fatal(err)
			}
			if err := db.Read(context.Background(), m, false, nil, func(*conn.Conn) error { return nil }); err != nil {
				b.Fatal(err)
			}
			db.Close()
		}
	})
	b.Run("by=encoding-json", func(b *testing.B) {
		for b.Loop() {
			lines := bufio.NewScanner(bytes.NewReader(content))
			n := 0
			for lines.Scan() {
				var x map[string]any
				if err := json.Unmarshal(lines.Bytes(), &x); err != nil {
					b.Fatal(err)
				}
				n += len(x)
			}
		}
	})
}

func BenchmarkReadAfterOneAppend(b *testing.B) {
	o, _ := benchFolder(b)
	m := o.Schema.Model("calls")
	db, err := logdb.Open(o)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	row := []query.Value{query.Int(1), query.Text("k"), query.Text("{}"), query.Text("m"), query.Text("2026-01-01T00:00:00.000Z")}
	for b.Loop() {
		if err := db.Append(context.Background(), m, nil, row); err != nil {
			b.Fatal(err)
		}
		if err := db.Read(context.Background(), m, false, nil, func(*conn.Conn) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	o, _ := benchFolder(b)
	for _, durable := range []bool{false, true} {
		o.Durable = durable
		db, err := logdb.Open(o)
		if err != nil {
			b.Fatal(err)
		}
		row := []query.Value{query.Int(1), query.Text("k"), query.Text("{}"), query.Text("m"), query.Text("2026-01-01T00:00:00.000Z")}
		b.Run(fmt.Sprint("durable=", durable), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := db.Append(context.Background(), o.Schema.Model("calls"), nil, row); err != nil {
					b.Fatal(err)
				}
			}
		})
		db.Close()
	}
}
