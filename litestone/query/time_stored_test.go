package query_test

import (
	"testing"

	"github.com/litestone-go/orm/litestone/query"
)

// TestStoredTimesReadAlike compares the quick way for stored texts with the thorough one.
func TestStoredTimesReadAlike(t *testing.T) {
	for _, s := range []string{
		"2026-01-31T10:00:00.000Z", "2024-02-29T23:59:59.999Z", "0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.123Z",
		"2023-02-29T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-01-00T00:00:00.000Z", "2026-01-01T24:00:00.000Z",
		"2026-01-01T00:60:00.000Z", "2026-01-01T00:00:60.000Z", "2026-01-01 00:00:00.000Z", "2026-01-0aT00:00:00.000Z", "+026-01-01T00:00:00.000Z",
	} {
		want, ok := query.ParseTime(s)
		got, err := query.Parse(s)
		if ok != (err == nil) || ok && !got.Equal(want) {
			t.Errorf("%s: quick %v %v, thorough %v %v", s, got, err, want, ok)
		}
	}
}
