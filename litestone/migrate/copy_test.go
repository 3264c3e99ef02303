package migrate_test

import (
	"context"
	"testing"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/migrate"
)

const (
	largeA = "model m { id Integer @id; t Text }\nmodel k { id Text @id; n Integer }"
	largeB = "model m { id Integer @id; t Text @default(\"\") }\nmodel k { id Text @id; n Integer; d Real @default(0.5); x Text @default(uuid()) }"
)

// large fills a table whose rowids have gaps, from the least integer to the greatest.
func large(t testing.TB) *conn.DB {
	db := open(t)
	push(t.(fataler), db, largeA, migrate.PushOptions{})
	script(t.(fataler), db, `INSERT INTO m VALUES (-9223372036854775808, 'least'), (9223372036854775807, 'most');
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 250000) INSERT INTO m SELECT i * 7 - 900000, 't' || i FROM c;
WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 120000) INSERT INTO k SELECT 'k' || i, i FROM c`)
	return db
}

func TestLargeTablesAreCopiedInPieces(t *testing.T) {
	db := large(t)
	before := rows(t, db, "SELECT count(*), sum(id / 1000), sum(length(t)), min(t), max(t) FROM m") + rows(t, db, "SELECT count(*), sum(n), sum(rowid) FROM k")
	var told []migrate.Progress
	push(t, db, largeB, migrate.PushOptions{Progress: func(p migrate.Progress) { told = append(told, p) }})
	if after := rows(t, db, "SELECT count(*), sum(id / 1000), sum(length(t)), min(t), max(t) FROM m") + rows(t, db, "SELECT count(*), sum(n), sum(rowid) FROM k"); after != before {
		t.Errorf("the rows are\n%s instead of\n%s", after, before)
	}
	if got := rows(t, db, "SELECT count(DISTINCT x) FROM k"); got != "120000\n" {
		t.Errorf("%s different keys were made", got)
	}
	last := map[int]migrate.Progress{}
	for _, p := range told {
		if p.Steps != 2 || p.Comment == "" || p.Rows < last[p.Step].Rows {
			t.Errorf("%+v after %+v", p, last[p.Step])
		}
		last[p.Step] = p
	}
	for step, want := range map[int]int64{1: 250002, 2: 120000} {
		if p := last[step]; p.Rows != want || p.Total != want {
			t.Errorf("step %d ended with %+v", step, p)
		}
	}
	sound(t, db, largeB)
}

// A push that is cancelled in the midst of a copy has done nothing.
func TestCancelledCopy(t *testing.T) {
	db := large(t)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := parse(t, largeB)
	_, err := migrate.Push(ctx, db, s, s.Databases[0], migrate.PushOptions{Progress: func(p migrate.Progress) {
		if p.Rows > 0 {
			cancel()
		}
	}})
	if code(err) != liteerr.Cancelled {
		t.Fatalf("got %v", err)
	}
	sound(t, db, largeA)
	if got := rows(t, db, "SELECT count(*) FROM m"); got != "250002\n" {
		t.Errorf("%s rows are left", got)
	}
}
