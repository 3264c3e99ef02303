package schema

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The checks behind the validators (SPEC "Database"). Each answers "" when the value passes, else
// the message: the validator's own, or one that says what the value must be. A validator of
// another kind of value passes. Null is never asked.

// Check judges a text: @email, @url, @date, @datetime, @phone, @regex, @length, @startsWith,
// @endsWith, @contains.
func (v *Validator) Check(s string) string {
	ok := true
	switch v.Kind {
	case Email:
		ok = isEmail(s)
	case URL:
		ok = isURL(s)
	case Date:
		ok = ValidDate(s)
	case DateTimeText:
		_, ok = StoredDateTime(s)
	case Phone:
		ok = isPhone(s)
	case Regex:
		ok = v.Pattern.MatchString(s)
	case Length:
		n := len(s)
		if n >= v.Min { // fewer bytes are fewer runes
			n = utf8.RuneCountInString(s)
		}
		ok = n >= v.Min && (v.Max < 0 || n <= v.Max)
	case StartsWith:
		ok = strings.HasPrefix(s, v.Text)
	case EndsWith:
		ok = strings.HasSuffix(s, v.Text)
	case Contains:
		ok = strings.Contains(s, v.Text)
	}
	return v.answer(ok)
}

// CheckNumber judges a Real: @gt, @gte, @lt, @lte. NaN passes none.
func (v *Validator) CheckNumber(x float64) string {
	ok := true
	switch v.Kind {
	case Gt:
		ok = x > v.Num
	case Gte:
		ok = x >= v.Num
	case Lt:
		ok = x < v.Num
	case Lte:
		ok = x <= v.Num
	}
	return v.answer(ok)
}

// CheckInt judges an Integer, exactly also where a float64 no longer holds it.
func (v *Validator) CheckInt(n int64) string {
	if n > -1<<53 && n < 1<<53 {
		return v.CheckNumber(float64(n))
	}
	const edge = 1 << 63
	var c int // n compared with the bound
	switch {
	case v.Num >= edge:
		c = -1
	case v.Num < -edge:
		c = 1
	default: // beyond 2^53 a float64 has no fraction, below it every fraction is out of n's reach
		switch b := int64(v.Num); {
		case n < b:
			c = -1
		case n > b:
			c = 1
		}
	}
	ok := true
	switch v.Kind {
	case Gt:
		ok = c > 0
	case Gte:
		ok = c >= 0
	case Lt:
		ok = c < 0
	case Lte:
		ok = c <= 0
	}
	return v.answer(ok)
}

// CheckCount judges the number of a list's items: @minItems, @maxItems.
func (v *Validator) CheckCount(n int) string {
	ok := true
	switch v.Kind {
	case MinItems:
		ok = float64(n) >= v.Num
	case MaxItems:
		ok = float64(n) <= v.Num
	}
	return v.answer(ok)
}

// CheckItems judges a list by what tells its items apart, e.g. their JSON texts: @minItems,
// @maxItems, @uniqueItems.
func (v *Validator) CheckItems(keys []string) string {
	if v.Kind != UniqueItems {
		return v.CheckCount(len(keys))
	}
	seen := make(map[string]struct{}, len(keys))
	for _, k := range keys {
		seen[k] = struct{}{}
	}
	return v.answer(len(seen) == len(keys))
}

func (v *Validator) answer(ok bool) string {
	switch {
	case ok:
		return ""
	case v.Message != "":
		return v.Message
	}
	return v.Rule()
}

// Rule says what the value must be, as the default message does.
func (v *Validator) Rule() string {
	num := strconv.FormatFloat(v.Num, 'f', -1, 64)
	switch v.Kind {
	case Email:
		return "must be an email address"
	case URL:
		return "must be an http or https URL"
	case Date:
		return "must be a date like 2006-01-31"
	case DateTimeText:
		return "must be a date and time like 2006-01-31T10:00:00Z"
	case Phone:
		return "must be a phone number"
	case Regex:
		return "must match " + v.Source
	case Length:
		switch {
		case v.Max < 0:
			return "must have at least " + count(v.Min, "character")
		case v.Min == v.Max:
			return "must have " + count(v.Min, "character")
		case v.Min == 0:
			return "must have at most " + count(v.Max, "character")
		}
		return "must have " + strconv.Itoa(v.Min) + " to " + count(v.Max, "character")
	case Gt:
		return "must be greater than " + num
	case Gte:
		return "must be at least " + num
	case Lt:
		return "must be less than " + num
	case Lte:
		return "must be at most " + num
	case StartsWith:
		return "must start with " + strconv.Quote(v.Text)
	case EndsWith:
		return "must end with " + strconv.Quote(v.Text)
	case Contains:
		return "must contain " + strconv.Quote(v.Text)
	case MinItems:
		return "must have at least " + count(int(v.Num), "item")
	case MaxItems:
		return "must have at most " + count(int(v.Num), "item")
	case UniqueItems:
		return "must not hold an item twice"
	}
	return "is not valid"
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// isEmail wants one @ with something before it, no spaces, and after it a dot with something on
// both its sides.
func isEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	if at < 1 || strings.IndexByte(s[at+1:], '@') >= 0 {
		return false
	}
	domain := s[at+1:]
	dot := strings.LastIndexByte(domain, '.')
	if dot < 1 || dot == len(domain)-1 {
		return false
	}
	return strings.IndexFunc(s, unicode.IsSpace) < 0
}

// isURL wants http or https, a host, and no spaces.
func isURL(s string) bool {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return false
	}
	host := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host = rest[:i]
	}
	host = host[strings.LastIndexByte(host, '@')+1:]
	if host == "" || host[0] == ':' || strings.IndexByte(host, '\\') >= 0 {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) < 0
}

// isPhone wants 7 to 20 digits, spaces and -(). after an optional +.
func isPhone(s string) bool {
	s = strings.TrimPrefix(s, "+")
	if len(s) < 7 || len(s) > 20 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if (s[i] < '0' || s[i] > '9') && strings.IndexByte(" -().", s[i]) < 0 {
			return false
		}
	}
	return true
}
