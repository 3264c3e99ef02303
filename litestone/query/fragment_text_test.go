package query_test

import (
	"testing"

	"github.com/litestone-go/orm/litestone/query"
)

func TestFragmentBroken(t *testing.T) {
	for text, want := range map[string]string{
		`a = 1`:                             "",
		`(a = ')' OR b = "(" AND [c)] = 1)`: "",
		`a = 'it''s (' -- ) ; '`:            "",
		"a = 1 -- ) \n AND (b = 2)":         "",
		`a /* ) ' */ = 1`:                   "",
		"`a``(` = 1":                        "",
		`1=1) OR (1=1`:                      "has a ) without its (",
		`(1=1`:                              "has a ( that is never closed",
		`1=1 /*`:                            "has a comment that is never closed",
		`1=1 /*/`:                           "has a comment that is never closed",
		`a = 'x`:                            "has a quote that is never closed",
		`a = "x`:                            "has a quote that is never closed",
		`[a = 1`:                            "has a [ that is never closed",
		`1; DROP TABLE a`:                   "holds a semicolon",
		"1\x00":                             "holds a NUL byte",
	} {
		if got := (&query.Fragment{SQL: text}).Broken(); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
