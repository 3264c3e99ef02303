// Package session says who asks: the identity, the clock and the randomness of a call.
package session

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/litestone-go/orm/litestone/query"
)

// Session is one caller's view: anonymous, a signed-in subject, or the system. It is
// immutable and safe for concurrent use.
type Session struct {
	System bool           // policies, field rules and gates do not apply
	Auth   map[string]any // the subject as JSON would show it; nil: nobody is signed in
	Scoped bool           // made by As: raw SQL is refused

	levels levels // what gates were told of the subject
}

// TimeLayout is the stored form of a DateTime: UTC with milliseconds, so text order is time order.
const TimeLayout = "2006-01-02T15:04:05.000Z"

// TimeText renders a time in the stored form.
func TimeText(t time.Time) string { return t.UTC().Format(TimeLayout) }

// Lookup gives auth().path as a value. What is absent, or not a scalar, is NULL, which
// no comparison matches; an empty path answers 1 when somebody is signed in.
func (s *Session) Lookup(path []string) query.Value {
	if s == nil || s.Auth == nil {
		return query.Null()
	}
	if len(path) == 0 {
		return query.Int(1)
	}
	v, ok := s.Find(path)
	if !ok {
		return query.Null()
	}
	return scalar(v)
}

// There gives 1 when auth().path is there and not null, whatever it is; else NULL.
func (s *Session) There(path []string) query.Value {
	if s == nil || s.Auth == nil {
		return query.Null()
	}
	if v, ok := s.Find(path); !ok || v == nil {
		return query.Null()
	}
	return query.Int(1)
}

// Truth gives 1 when auth().path is there and neither false, 0 nor empty, else 0. An object or a
// list is neither true nor false: NULL, which closes what allows and what denies.
func (s *Session) Truth(path []string) query.Value {
	v := s.Lookup(path)
	switch v.Kind() {
	case query.KindNull:
		if s.There(path).IsNull() {
			return query.Int(0)
		}
		return v
	case query.KindText, query.KindBlob:
		return query.Bool(v.Str() != "")
	}
	return query.Bool(v.Float64() != 0)
}

// Find gives auth().path as it is, and whether it is there.
func (s *Session) Find(path []string) (any, bool) {
	if s == nil || s.Auth == nil {
		return nil, false
	}
	var v any = s.Auth
	for _, p := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = m[p]; !ok {
			return nil, false
		}
	}
	return v, true
}

// ActorID is auth().id as text, empty when there is none.
func (s *Session) ActorID() string {
	v, ok := s.Find([]string{"id"})
	if !ok || v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func scalar(v any) query.Value {
	switch v := v.(type) {
	case nil:
		return query.Null()
	case bool:
		return query.Bool(v)
	case string:
		return query.Text(v)
	case int64:
		return query.Int(v)
	case int:
		return query.Int(int64(v))
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return query.Int(int64(v))
		}
		return query.Real(v)
	case json.Number:
		if i, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return query.Int(i)
		}
		if f, err := v.Float64(); err == nil {
			return query.Real(f)
		}
	case time.Time:
		return query.Text(TimeText(v))
	}
	return query.Null()
}
