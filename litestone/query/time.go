package query

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	bunschema "github.com/uptrace/bun/schema"

	"github.com/litestone-go/orm/litestone/schema"
)

const timeLayout = "2006-01-02T15:04:05.000Z"

// FormatTime gives the text a DateTime is stored and answered as: ISO-8601, UTC, milliseconds
// (finer digits are cut off). Such texts sort as the times do, for the years 0 to 9999.
func FormatTime(t time.Time) string { return t.UTC().Format(timeLayout) }

// ParseTime reads an ISO-8601 date (midnight UTC) or date and time, with Z, an offset as +02:00,
// or none, which means UTC. Dates and times that do not exist are refused, as are years that
// leave 0 to 9999 in UTC.
func ParseTime(s string) (time.Time, bool) {
	stored, ok := schema.StoredDateTime(s)
	if !ok {
		return time.Time{}, false
	}
	t, err := time.Parse(timeLayout, stored)
	return t, err == nil
}

// Time is a DateTime in Go. It is stored, and appears in JSON, as FormatTime's text, so precision
// is milliseconds and the zone is UTC. The zero Time is the year 1, not null; a field that may be
// null is a *Time.
type Time struct{ time.Time }

// TimeAs wraps a time.Time.
func TimeAs(t time.Time) Time { return Time{t} }

// Now is the present time in the precision stored.
func Now() Time { return Time{time.Now().UTC().Truncate(time.Millisecond)} }

// Parse reads a Time as ParseTime does. What is not a date is a validation error.
func Parse(s string) (Time, error) {
	if t, ok := parseStored(s); ok {
		return Time{t}, nil
	}
	t, ok := ParseTime(s)
	if !ok {
		return Time{}, invalid("", "", fmt.Sprintf("%q is not a date and time", s), timeHint)
	}
	return Time{t}, nil
}

const timeHint = "write it as 2026-01-31 or 2026-01-31T10:00:00Z"

// String gives the stored text.
func (t Time) String() string { return FormatTime(t.Time) }

// Value makes Time a driver.Valuer: its text.
func (t Time) Value() (driver.Value, error) { return FormatTime(t.Time), nil }

// Scan makes *Time an sql.Scanner. It reads the stored text and what drivers make of it; NULL is
// an error, since a null belongs in a *Time.
func (t *Time) Scan(src any) error {
	switch x := src.(type) {
	case string:
		return t.parse(x)
	case []byte:
		return t.parse(string(x))
	case time.Time:
		t.Time = x.UTC()
		return nil
	case nil:
		return invalid("", "", "NULL cannot be read into a Time", "use a *Time")
	}
	return invalid("", "", fmt.Sprintf("%T cannot be read into a Time", src), "")
}

func (t *Time) parse(s string) error {
	p, err := Parse(s)
	if err == nil {
		*t = p
	}
	return err
}

// AppendQuery makes bun write our text instead of its own format.
func (t Time) AppendQuery(_ bunschema.QueryGen, b []byte) ([]byte, error) {
	b = append(b, '\'')
	b = t.UTC().AppendFormat(b, timeLayout)
	return append(b, '\''), nil
}

// MarshalJSON gives the stored text as a JSON string.
func (t Time) MarshalJSON() ([]byte, error) {
	b := make([]byte, 0, len(timeLayout)+2)
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, timeLayout)
	return append(b, '"'), nil
}

// UnmarshalJSON reads a JSON string as Parse does. As in encoding/json, null changes nothing.
func (t *Time) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return invalid("", "", "a date and time must be a JSON string", timeHint)
	}
	return t.parse(s)
}

// MarshalText gives the stored text.
func (t Time) MarshalText() ([]byte, error) { return []byte(FormatTime(t.Time)), nil }

// UnmarshalText reads a text as Parse does.
func (t *Time) UnmarshalText(b []byte) error { return t.parse(string(b)) }

// parseStored reads the stored form, 2006-01-02T15:04:05.000Z, which nearly every time read from a
// database has. Anything else, and days or hours that do not exist, is for ParseTime.
func parseStored(s string) (time.Time, bool) {
	if len(s) != len(timeLayout) || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[19] != '.' || s[23] != 'Z' {
		return time.Time{}, false
	}
	n := [7]int{digits(s[0:4]), digits(s[5:7]), digits(s[8:10]), digits(s[11:13]), digits(s[14:16]), digits(s[17:19]), digits(s[20:23])}
	for _, v := range n {
		if v < 0 {
			return time.Time{}, false
		}
	}
	if n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > 28 || n[3] > 23 || n[4] > 59 || n[5] > 59 {
		return time.Time{}, false // the last days of a month are left to who knows the calendar
	}
	return time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], n[6]*int(time.Millisecond), time.UTC), true
}

// digits reads a number of decimal digits only; -1 when there is anything else.
func digits(s string) int {
	n := 0
	for i := range len(s) {
		d := s[i] - '0'
		if d > 9 {
			return -1
		}
		n = n*10 + int(d)
	}
	return n
}
