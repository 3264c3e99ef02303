package write

import (
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
)

// spot is where a row stands in the call's arguments. It becomes text only in errors.
type spot struct {
	up   *row          // the row it is nested in
	in   *query.Nested // the operation there
	name string        // at the top: the argument
	nth  int           // and the place in its list, counted from 1; 0: it is no list
}

// The arguments that hold rows.
const (
	inData   = "data"
	inCreate = "create"
	inUpdate = "update"
)

// nthRow is the spot of a row of a bulk call. Those of an iterator count on from call to call.
func (k *work) nthRow(i int) spot {
	k.nth = k.c.Bulk.At(i) + 1
	return spot{name: inData, nth: k.nth}
}

// place is the whole way to the row.
func (s spot) place() string {
	switch {
	case s.up != nil:
		f, err := s.in.Ref.Field(s.up.m.Model)
		if err != nil {
			return ""
		}
		return s.up.spot.place() + "." + s.in.Step(f)
	case s.nth > 0:
		return liteerr.Nth(s.name, s.nth-1)
	}
	return s.name
}

// at is the row's place for an error; empty for the one row of a call about one.
func (s spot) at() string {
	if s == (spot{name: inData}) {
		return ""
	}
	return s.place()
}

// placed says in an error which row it is about, where it does not say so yet.
func (k *work) placed(err error, r *row) error {
	if err == nil {
		return nil
	}
	return liteerr.Placed(k.fault(err), r.spot.at())
}

// placedIn says in an error which nested operation it is about.
func (k *work) placedIn(err error, r *row, n *nested) error {
	if err == nil {
		return nil
	}
	return liteerr.Placed(k.fault(err), r.spot.place()+"."+n.Step(n.relation.Field))
}
