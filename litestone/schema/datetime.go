package schema

import "time"

// StoredDateTime turns ISO-8601 text into the one form DateTime values are stored and answered in,
// 2006-01-02T15:04:05.000Z, so that the order of texts is the order of times. It takes a date
// (midnight UTC) or a date, T and a time with hours and minutes, optional seconds, optional
// fraction (cut to milliseconds) and optional offset: Z, ±hh:mm, ±hhmm or ±hh; none means UTC.
// Anything else, impossible dates and years outside 0000 to 9999 answer false.
func StoredDateTime(s string) (string, bool) {
	if len(s) == 24 && s[23] == 'Z' && s[10] == 'T' && s[19] == '.' {
		if _, ok := readDateTime(s); ok {
			return s, true // the common case: it has the form already
		}
		return "", false
	}
	t, ok := readDateTime(s)
	if !ok {
		return "", false
	}
	return t.stored()
}

// StoredTime gives the stored form of a time, cut to milliseconds; false for years outside 0000
// to 9999.
func StoredTime(t time.Time) (string, bool) {
	t = t.UTC()
	if y := t.Year(); y < 0 || y > 9999 {
		return "", false
	}
	return t.Format("2006-01-02T15:04:05.000Z"), true
}

// ValidDate reports whether s is a date of the form 2006-01-02 that exists.
func ValidDate(s string) bool {
	_, ok := readDate(s)
	return ok && len(s) == 10
}

// moment is a date and time as written.
type moment struct {
	year, month, day     int
	hour, minute, second int
	milli, offset        int // the offset in minutes
}

func (m moment) stored() (string, bool) {
	if m.offset != 0 {
		return StoredTime(time.Date(m.year, time.Month(m.month), m.day, m.hour, m.minute-m.offset, m.second, m.milli*1e6, time.UTC))
	}
	var b [24]byte
	put := func(at, n, v int) {
		for i := at + n - 1; i >= at; i-- {
			b[i] = byte('0' + v%10)
			v /= 10
		}
	}
	copy(b[:], "0000-00-00T00:00:00.000Z")
	put(0, 4, m.year)
	put(5, 2, m.month)
	put(8, 2, m.day)
	put(11, 2, m.hour)
	put(14, 2, m.minute)
	put(17, 2, m.second)
	put(20, 3, m.milli)
	return string(b[:]), true
}

func readDateTime(s string) (moment, bool) {
	m, ok := readDate(s)
	if !ok || len(s) == 10 {
		return m, ok
	}
	s = s[10:]
	if s[0] != 'T' && s[0] != 't' || len(s) < 6 || s[3] != ':' {
		return m, false
	}
	if m.hour, ok = number(s[1:3]); !ok || m.hour > 23 {
		return m, false
	}
	if m.minute, ok = number(s[4:6]); !ok || m.minute > 59 {
		return m, false
	}
	s = s[6:]
	if len(s) >= 3 && s[0] == ':' {
		if m.second, ok = number(s[1:3]); !ok || m.second > 59 {
			return m, false
		}
		if s = s[3:]; len(s) > 0 && s[0] == '.' {
			n := 1
			for ; n < len(s) && s[n] >= '0' && s[n] <= '9'; n++ {
				if n <= 3 {
					m.milli = m.milli*10 + int(s[n]-'0')
				}
			}
			if n == 1 {
				return m, false
			}
			for i := n; i <= 3; i++ {
				m.milli *= 10
			}
			s = s[n:]
		}
	}
	m.offset, ok = readOffset(s)
	return m, ok
}

// readDate reads the first ten bytes.
func readDate(s string) (m moment, ok bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return m, false
	}
	var okY, okM, okD bool
	m.year, okY = number(s[:4])
	m.month, okM = number(s[5:7])
	m.day, okD = number(s[8:10])
	return m, okY && okM && okD && m.month >= 1 && m.month <= 12 && m.day >= 1 && m.day <= daysIn(m.year, m.month)
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// readOffset reads the rest of a time, in minutes east of UTC.
func readOffset(s string) (int, bool) {
	if s == "" || s == "Z" || s == "z" {
		return 0, true
	}
	if s[0] != '+' && s[0] != '-' || len(s) < 3 {
		return 0, false
	}
	hours, ok := number(s[1:3])
	if !ok || hours > 23 {
		return 0, false
	}
	minutes := 0
	if rest := s[3:]; rest != "" {
		if rest[0] == ':' {
			rest = rest[1:]
		}
		if len(rest) != 2 {
			return 0, false
		}
		if minutes, ok = number(rest); !ok || minutes > 59 {
			return 0, false
		}
	}
	if s[0] == '-' {
		return -hours*60 - minutes, true
	}
	return hours*60 + minutes, true
}

// number reads digits and nothing else.
func number(s string) (n int, ok bool) {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}
