package liteerr

import (
	"strconv"
	"strings"
)

// Row gives the row at fault among those of a createMany, an upsertMany or an iterator, counted from
// 0: the index in the slice that was given. ok is false where the error is about no single row of them.
func (e *Error) Row() (n int, ok bool) {
	text, found := strings.CutPrefix(e.At, "data[")
	if !found {
		return 0, false
	}
	text, _, found = strings.Cut(text, "]")
	if !found {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

// Nth is the place of an element of a list.
func Nth(list string, i int) string { return list + "[" + strconv.Itoa(i) + "]" }

// Placed says where in the call's arguments an error happened, where it does not say so yet. An
// error of another type is returned as it is.
func Placed(err error, at string) error {
	e, ok := err.(*Error)
	if !ok || e.bare() || e.At != "" || at == "" {
		return err
	}
	return e.at(at)
}

// Under puts a step before the place of an error that was found on the way down.
func Under(err error, step string) error {
	e, ok := err.(*Error)
	if !ok || e.bare() {
		return err
	}
	if e.At != "" {
		step += "." + e.At
	}
	return e.at(step)
}

// Within puts the argument's name before the place of an error, where it has one.
func Within(err error, argument string) error {
	if e, ok := err.(*Error); ok && e.At != "" {
		return Under(err, argument)
	}
	return err
}

func (e *Error) at(place string) *Error {
	c := *e
	c.At = place
	c.Issues = append([]Issue(nil), e.Issues...)
	for i := range c.Issues {
		c.Issues[i].At = place
	}
	return &c
}
