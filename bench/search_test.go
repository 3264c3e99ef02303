package bench

import (
	"fmt"
	"strings"
	"testing"

	"github.com/litestone-go/orm/litestone"
)

const articles = 10_000

type article struct {
	ID          int64
	Title, Body string
	rank        float64
}

// fillArticles writes articles of words that come at different rates: every tenth holds "amber".
func (s *side) fillArticles(b testing.TB) {
	b.Helper()
	words := strings.Fields("river stone light paper green cloud engine garden window winter coffee mirror silver bridge button")
	tx, err := s.w.Begin()
	if err != nil {
		b.Fatal(err)
	}
	st, err := tx.Prepare("INSERT INTO article(id, title, body) VALUES(?, ?, ?)")
	if err != nil {
		b.Fatal(err)
	}
	for i := 1; i <= articles; i++ {
		var body strings.Builder
		for w := range 30 {
			body.WriteString(words[(i*(w+3)+w*w)%len(words)] + " ")
		}
		if i%10 == 0 {
			body.WriteString(strings.Repeat("amber ", i%7+1))
		}
		if _, err := st.Exec(i, fmt.Sprintf("Article %d about %s", i, words[i%len(words)]), body.String()); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// search20 reads the best 20 of the 1,000 articles that match.
func search20(b testing.TB, s *side) (ours, bare func(i int)) {
	s.fillArticles(b)
	st := s.prepare(b, s.sql, "SELECT a.id, a.title, a.body, f.rank FROM article_fts f JOIN article a ON a.id = f.rowid WHERE article_fts MATCH ? ORDER BY f.rank LIMIT 20")
	return func(int) {
			r, err := s.db.Articles.Search(s.ctx, "amber", litestone.SearchFind{})
			check(b, len(r), 20, err)
		}, func(int) {
			rows, err := st.Query("amber")
			if err != nil {
				b.Fatal(err)
			}
			defer rows.Close()
			out := make([]*article, 0, 20)
			for rows.Next() {
				a := new(article)
				if err := rows.Scan(&a.ID, &a.Title, &a.Body, &a.rank); err != nil {
					b.Fatal(err)
				}
				out = append(out, a)
			}
			check(b, len(out), 20, rows.Err())
		}
}
