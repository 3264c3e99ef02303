package rows

import (
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone/query"
)

// Every day of our range, and the edges of a day, read as the general parser reads them.
func TestStoredTime(t *testing.T) {
	day := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := 0; day.Year() < 10000; i++ {
		at := day.Add(time.Duration(i%86_400_000) * time.Millisecond * 977 % (24 * time.Hour))
		text := query.FormatTime(at)
		got, ok := storedTime(text)
		if !ok || !got.Equal(at) || got.Location() != time.UTC {
			t.Fatalf("%s reads as %v, %v", text, got, ok)
		}
		day = day.AddDate(0, 0, 1)
	}
	for _, s := range []string{
		"", "2024-01-01", "2023-02-29T00:00:00.000Z", "2024-04-31T00:00:00.000Z", "2024-13-01T00:00:00.000Z", "2024-00-01T00:00:00.000Z",
		"2024-01-00T00:00:00.000Z", "2024-01-01T24:00:00.000Z", "2024-01-01T00:60:00.000Z", "2024-01-01T00:00:60.000Z",
		"2024-01-01T00:00:00.00aZ", "2024-01-01 00:00:00.000Z", "2024-01-01T00:00:00.0000", "x024-01-01T00:00:00.000Z", "1900-02-29T00:00:00.000Z",
	} {
		if got, ok := storedTime(s); ok {
			t.Errorf("%q reads as %v", s, got)
		}
	}
}

func FuzzStoredTime(f *testing.F) {
	f.Add("2024-02-29T23:59:59.999Z")
	f.Add("0000-01-01T00:00:00.000Z")
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := storedTime(s)
		if !ok {
			return
		}
		if want, err := query.Parse(s); err != nil || !want.Equal(got.Time) {
			t.Fatalf("%q reads as %v, want %v, %v", s, got, want, err)
		}
	})
}
