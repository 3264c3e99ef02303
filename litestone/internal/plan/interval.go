package plan

import (
	"fmt"
	"time"

	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Unit is what a time is cut to when groups are made by it.
type Unit uint8

// The units; weeks are ISO 8601's.
const (
	NoUnit Unit = iota
	Year
	Quarter
	Month
	Week
	Day
	Hour
)

// UnitOf finds a unit by its name; NoUnit when there is none.
func UnitOf(name string) Unit {
	switch name {
	case "year":
		return Year
	case "quarter":
		return Quarter
	case "month":
		return Month
	case "week":
		return Week
	case "day":
		return Day
	case "hour":
		return Hour
	}
	return NoUnit
}

// label cuts a stored time to the unit's label: 2024, 2024-Q1, 2024-01, 2024-W01, 2024-01-01,
// 2024-01-01T05. Our own times are text of one form, so their beginning is the label; foreign
// ones go through SQLite's date functions.
func (u Unit) label(x Expr, foreign bool) Expr {
	begin := func(n int, format string) Expr {
		if foreign {
			return Call{Name: "strftime", Args: []Expr{quoted(format), x}}
		}
		return Call{Name: "substr", Args: []Expr{x, one, Literal{itoa(n)}}}
	}
	switch u {
	case Year:
		return begin(4, "%Y")
	case Quarter:
		month := Call{Name: "substr", Args: []Expr{x, Literal{"6"}, Literal{"2"}}}
		if foreign {
			month = Call{Name: "strftime", Args: []Expr{quoted("%m"), x}}
		}
		return Binary{"||", Binary{"||", begin(4, "%Y"), quoted("-Q")}, Binary{"/", Binary{"+", month, Literal{"2"}}, Literal{"3"}}}
	case Month:
		return begin(7, "%Y-%m")
	case Week:
		return Call{Name: "strftime", Args: []Expr{quoted("%G-W%V"), x}}
	case Day:
		return begin(10, "%Y-%m-%d")
	}
	return begin(13, "%Y-%m-%dT%H")
}

// quoted is a fixed text of this package.
func quoted(s string) Expr { return Literal{"'" + s + "'"} }

// start is the beginning of the unit a time lies in.
func (u Unit) start(t time.Time) time.Time {
	y, m, d := t.Date()
	switch u {
	case Year:
		return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
	case Quarter:
		return time.Date(y, (m-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC)
	case Month:
		return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
	case Week:
		return time.Date(y, m, d-(int(t.Weekday())+6)%7, 0, 0, 0, 0, time.UTC)
	case Hour:
		return t.Truncate(time.Hour)
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// next is the beginning of the unit after the one that begins at t.
func (u Unit) next(t time.Time) time.Time {
	switch u {
	case Year:
		return t.AddDate(1, 0, 0)
	case Quarter:
		return t.AddDate(0, 3, 0)
	case Month:
		return t.AddDate(0, 1, 0)
	case Week:
		return t.AddDate(0, 0, 7)
	case Hour:
		return t.Add(time.Hour)
	}
	return t.AddDate(0, 0, 1)
}

// appendLabel writes the label of the unit that begins at t.
func (u Unit) appendLabel(b []byte, t time.Time) []byte {
	switch u {
	case Year:
		return t.AppendFormat(b, "2006")
	case Quarter:
		return fmt.Appendf(b, "%04d-Q%d", t.Year(), (t.Month()+2)/3)
	case Month:
		return t.AppendFormat(b, "2006-01")
	case Week:
		y, w := t.ISOWeek()
		return fmt.Appendf(b, "%04d-W%02d", y, w)
	case Hour:
		return t.AppendFormat(b, "2006-01-02T15")
	}
	return t.AppendFormat(b, "2006-01-02")
}

// gapLimit is the most labels gaps are filled with.
const gapLimit = 100_000

// Gaps gives the labels a groupBy by interval should answer, as a JSON array, and whether there
// are any to fill: between fillGaps' start and end, or the bounds that where sets on the field
// (by gte, gt, lte and lt that all rows must meet).
//
// More than 100,000 labels are refused, and so are bounds that are no times.
func Gaps(m *schema.Model, args *query.GroupArgs) (labels query.Value, fill bool, err error) {
	if args.FillGaps.Off || len(args.Interval) == 0 {
		return query.Null(), false, nil
	}
	for _, r := range args.By {
		unit := UnitOf(args.Interval[r.Name])
		if unit == NoUnit {
			continue
		}
		span := bounds{field: r}
		span.narrow(args.Where)
		if err := span.given(m, args.FillGaps); err != nil {
			return query.Null(), false, err
		}
		if !span.low || !span.high {
			return query.Null(), false, nil
		}
		b := []byte{'['}
		n := 0
		for t := unit.start(span.from); !t.After(span.to); t = unit.next(t) {
			if n++; n > gapLimit {
				e := Fault(m, "fillGaps", "the bounds hold more than 100,000 intervals")
				e.Hint = "narrow the bounds, or set fillGaps to false"
				return query.Null(), false, e
			}
			if len(b) > 1 {
				b = append(b, ',')
			}
			b = append(b, '"')
			b = unit.appendLabel(b, t)
			b = append(b, '"')
		}
		return query.Text(string(append(b, ']'))), true, nil
	}
	return query.Null(), false, nil
}

// bounds are the first and last time of interest.
type bounds struct {
	field     query.Ref
	from, to  time.Time
	low, high bool // known
}

// narrow takes in what a condition says of the field, where all rows must meet it.
func (s *bounds) narrow(c *query.Cond) {
	if c == nil {
		return
	}
	if c.Op == query.OpAnd {
		for i := range c.Kids {
			s.narrow(&c.Kids[i])
		}
		return
	}
	if c.Op < query.OpLt || c.Op > query.OpGte || c.Ref != s.field {
		return
	}
	t, ok := query.ParseTime(c.Value.Str())
	if !ok {
		return
	}
	switch c.Op {
	case query.OpLt:
		s.until(t.Add(-time.Millisecond))
	case query.OpLte:
		s.until(t)
	case query.OpGt:
		s.since(t.Add(time.Millisecond))
	case query.OpGte:
		s.since(t)
	}
}

func (s *bounds) since(t time.Time) {
	if !s.low || t.After(s.from) {
		s.from, s.low = t, true
	}
}

func (s *bounds) until(t time.Time) {
	if !s.high || t.Before(s.to) {
		s.to, s.high = t, true
	}
}

// given lets fillGaps' own bounds decide.
func (s *bounds) given(m *schema.Model, f query.Fill) error {
	for _, b := range []struct {
		text  string
		at    *time.Time
		known *bool
	}{{f.Start, &s.from, &s.low}, {f.End, &s.to, &s.high}} {
		if b.text == "" {
			continue
		}
		t, ok := query.ParseTime(b.text)
		if !ok {
			return Fault(m, "fillGaps", "start and end are times, as 2026-01-31")
		}
		*b.at, *b.known = t, true
	}
	return nil
}
