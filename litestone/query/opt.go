package query

import "encoding/json"

// Opt is a field of an input that may be left out: unset (the zero Opt), null, or a value. Unset,
// null and T's zero are three different things.
type Opt[T any] struct {
	value T
	state optState
}

type optState uint8

const (
	optUnset optState = iota
	optNull
	optSet
)

// Set is an Opt with a value.
func Set[T any](v T) Opt[T] { return Opt[T]{v, optSet} }

// NullOpt is an Opt that is an explicit null.
func NullOpt[T any]() Opt[T] { return Opt[T]{state: optNull} }

// SetOrNull is null for a nil pointer, else its value.
func SetOrNull[T any](p *T) Opt[T] {
	if p == nil {
		return NullOpt[T]()
	}
	return Set(*p)
}

// IsSet reports whether the Opt says anything: a value or null.
func (o Opt[T]) IsSet() bool { return o.state != optUnset }

// IsNull reports whether the Opt is an explicit null.
func (o Opt[T]) IsNull() bool { return o.state == optNull }

// IsZero reports whether the Opt is unset, so that omitzero leaves it out of JSON.
func (o Opt[T]) IsZero() bool { return o.state == optUnset }

// Get gives the value; false when the Opt is unset or null.
func (o Opt[T]) Get() (T, bool) { return o.value, o.state == optSet }

// Or gives the value, or another when the Opt is unset or null.
func (o Opt[T]) Or(other T) T {
	if o.state == optSet {
		return o.value
	}
	return other
}

// Any gives what the Opt says without its type: the value, nil for null, and false when unset.
func (o Opt[T]) Any() (v any, set bool) {
	switch o.state {
	case optSet:
		return o.value, true
	case optNull:
		return nil, true
	}
	return nil, false
}

// MarshalJSON gives the value or null; an unset Opt too is null unless its field says omitzero.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if o.state != optSet {
		return []byte("null"), nil
	}
	return json.Marshal(o.value)
}

// UnmarshalJSON reads null as null; a key that is absent leaves the Opt unset.
func (o *Opt[T]) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*o = NullOpt[T]()
		return nil
	}
	var v T
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*o = Set(v)
	return nil
}
