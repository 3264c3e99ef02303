package query

import (
	"time"
)

const timeLayout = "2006-01-02T15:04:05.000Z"

// FormatTime gives the text a DateTime is stored and answered as: ISO-8601, UTC, milliseconds
// (finer digits are cut off). Such texts sort as the times do, for the years 0 to 9999.
func FormatTime(t time.Time) string { return t.UTC().Format(timeLayout) }

// ParseTime reads an ISO-8601 date (midnight UTC) or date and time, with Z, an offset as +02:00,
// or none, which means UTC. Dates and times that do not exist are refused, as are years that
// leave 0 to 9999 in UTC.
func ParseTime(s string) (time.Time, bool) {
	p := timeText{s}
	year, ok1 := p.digits(4)
	ok2 := p.char('-')
	month, ok3 := p.digits(2)
	ok4 := p.char('-')
	day, ok5 := p.digits(2)
	if !(ok1 && ok2 && ok3 && ok4 && ok5) || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return time.Time{}, false
	}
	if p.rest == "" {
		return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC), true
	}
	hour, minute, second, nanos, ok := p.clock()
	if !ok {
		return time.Time{}, false
	}
	offset, ok := p.offset()
	if !ok || p.rest != "" {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC).Add(-offset)
	return t, t.Year() >= 0 && t.Year() <= 9999
}

// timeText is what is left to read.
type timeText struct{ rest string }

func (p *timeText) char(c byte) bool {
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *timeText) digits(n int) (int, bool) {
	if len(p.rest) < n {
		return 0, false
	}
	v := 0
	for i := range n {
		c := p.rest[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + int(c-'0')
	}
	p.rest = p.rest[n:]
	return v, true
}

// clock reads THH:MM, THH:MM:SS or THH:MM:SS.fraction.
func (p *timeText) clock() (hour, minute, second, nanos int, ok bool) {
	if !p.char('T') {
		return
	}
	if hour, ok = p.digits(2); !ok || hour > 23 || !p.char(':') {
		return 0, 0, 0, 0, false
	}
	if minute, ok = p.digits(2); !ok || minute > 59 {
		return 0, 0, 0, 0, false
	}
	if !p.char(':') {
		return hour, minute, 0, 0, true
	}
	if second, ok = p.digits(2); !ok || second > 59 {
		return 0, 0, 0, 0, false
	}
	if !p.char('.') {
		return hour, minute, second, 0, true
	}
	scale, seen := 100_000_000, false
	for p.rest != "" && p.rest[0] >= '0' && p.rest[0] <= '9' {
		nanos += int(p.rest[0]-'0') * scale
		scale /= 10
		p.rest, seen = p.rest[1:], true
	}
	return hour, minute, second, nanos, seen
}

// offset reads Z, +HH:MM, +HHMM, +HH or nothing.
func (p *timeText) offset() (time.Duration, bool) {
	if p.rest == "" || p.char('Z') {
		return 0, true
	}
	sign := time.Duration(1)
	switch {
	case p.char('+'):
	case p.char('-'):
		sign = -1
	default:
		return 0, false
	}
	hours, ok := p.digits(2)
	if !ok || hours > 23 {
		return 0, false
	}
	if p.rest == "" {
		return sign * time.Duration(hours) * time.Hour, true
	}
	p.char(':')
	minutes, ok := p.digits(2)
	if !ok || minutes > 59 {
		return 0, false
	}
	return sign * (time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute), true
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
