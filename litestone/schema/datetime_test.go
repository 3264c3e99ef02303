package schema_test

import (
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone/schema"
)

func TestStoredDateTime(t *testing.T) {
	for in, want := range map[string]string{
		"2024-02-29":                         "2024-02-29T00:00:00.000Z",
		"2024-02-29T23:59:59Z":               "2024-02-29T23:59:59.000Z",
		"2024-02-29T23:59:59.123Z":           "2024-02-29T23:59:59.123Z",
		"2024-02-29T23:59:59+02:00":          "2024-02-29T21:59:59.000Z",
		"2024-02-29T10:00:00+02:00":          "2024-02-29T08:00:00.000Z",
		"1969-07-20T20:17:40":                "1969-07-20T20:17:40.000Z",
		"2024-01-01T00:30:00+01:00":          "2023-12-31T23:30:00.000Z",
		"2024-12-31T23:30-0100":              "2025-01-01T00:30:00.000Z",
		"2024-12-31T23:30-01":                "2025-01-01T00:30:00.000Z",
		"2024-12-31T23:30":                   "2024-12-31T23:30:00.000Z",
		"2024-12-31t23:30z":                  "2024-12-31T23:30:00.000Z",
		"2024-12-31T23:30:01.5":              "2024-12-31T23:30:01.500Z",
		"2024-12-31T23:30:01.05Z":            "2024-12-31T23:30:01.050Z",
		"2024-12-31T23:30:01.123456789Z":     "2024-12-31T23:30:01.123Z",
		"2024-12-31T23:30:01.1239999999999Z": "2024-12-31T23:30:01.123Z",
		"2000-02-29":                         "2000-02-29T00:00:00.000Z",
		"0000-01-01":                         "0000-01-01T00:00:00.000Z",
		"9999-12-31T23:59:59.999Z":           "9999-12-31T23:59:59.999Z",
		"2024-01-01T00:00:00+00:00":          "2024-01-01T00:00:00.000Z",
		"2024-01-01T00:00:00-23:59":          "2024-01-01T23:59:00.000Z",
	} {
		if got, ok := schema.StoredDateTime(in); !ok || got != want {
			t.Errorf("StoredDateTime(%q) = %q, %v, want %q", in, got, ok, want)
		}
		if again, ok := schema.StoredDateTime(want); !ok || again != want {
			t.Errorf("the stored form %q is not stable: %q, %v", want, again, ok)
		}
		if parsed, err := time.Parse("2006-01-02T15:04:05.000Z", want); err != nil {
			t.Error(err)
		} else if back, ok := schema.StoredTime(parsed); !ok || back != want {
			t.Errorf("StoredTime of %s is %q", want, back)
		}
	}
	for _, in := range []string{
		"", "tomorrow", "2024-2-9", "2024-02-29 10:00:00", "2024-13-45", "2023-02-29", "1900-02-29", "2024-04-31", "2024-00-01", "2024-01-00",
		"2024-01-01T", "2024-01-01T10", "2024-01-01T24:00", "2024-01-01T10:60", "2024-01-01T10:00:60", "2024-01-01T10:00:00.", "2024-01-01T10:00:00.Z",
		"2024-01-01T10:00:00+", "2024-01-01T10:00:00+2", "2024-01-01T10:00:00+24:00", "2024-01-01T10:00:00+02:60", "2024-01-01T10:00:00+02:0",
		"2024-01-01T10:00:00ZZ", "2024-01-01Z", "24-01-01", "2024/01/01", "+2024-01-01", "2024-01-01T10:00:00 Z", " 2024-01-01", "2024-01-01 ",
		"2024-01-01T1a:00", "９９９９-01-01", "9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00", "1709251199123",
		"2024-01-01T10:00:0aZ", "2024-01-32T10:00:00.000Z", "2024-01-01T25:00:00.000Z",
	} {
		if got, ok := schema.StoredDateTime(in); ok {
			t.Errorf("StoredDateTime(%q) = %q, want none", in, got)
		}
	}
	if got, ok := schema.StoredTime(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)); ok {
		t.Errorf("the year 10000 is %q", got)
	}
	zone := time.FixedZone("x", 3600)
	if got, _ := schema.StoredTime(time.Date(2024, 1, 1, 0, 30, 0, 1999999, zone)); got != "2023-12-31T23:30:00.001Z" {
		t.Errorf("StoredTime = %q", got)
	}
}

// FuzzStoredDateTime: what is taken is in the stored form, is stable, and names an existing time.
func FuzzStoredDateTime(f *testing.F) {
	for _, s := range []string{"2024-02-29", "2024-02-29T23:59:59.123+02:00", "2024-02-29T23:59", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := schema.StoredDateTime(s)
		if !ok {
			return
		}
		if _, err := time.Parse("2006-01-02T15:04:05.000Z", got); err != nil {
			t.Fatalf("%q gives %q: %v", s, got, err)
		}
		if again, ok := schema.StoredDateTime(got); !ok || again != got {
			t.Fatalf("%q gives %q gives %q", s, got, again)
		}
	})
}

func TestValidDate(t *testing.T) {
	for s, want := range map[string]bool{"2024-02-29": true, "2023-02-29": false, "2024-02-29T00:00:00Z": false, "": false, "2024-1-1": false} {
		if schema.ValidDate(s) != want {
			t.Errorf("ValidDate(%q) = %v", s, !want)
		}
	}
}
