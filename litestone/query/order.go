package query

// Ordering makes an Order an Ordering.
func (o Order) Ordering(*Scope) ([]Order, error) { return []Order{o}, nil }

// NullsFirst sorts nulls before all values, whatever the direction.
func (o Order) NullsFirst() Order { o.Nulls = NullsFirst; return o }

// NullsLast sorts nulls after all values, whatever the direction.
func (o Order) NullsLast() Order { o.Nulls = NullsLast; return o }

// OrderList is several sort keys, the first deciding first.
type OrderList []Order

// Orders sorts by several keys.
func Orders(o ...Order) OrderList { return o }

// Ordering makes an OrderList an Ordering.
func (l OrderList) Ordering(*Scope) ([]Order, error) { return l, nil }

// SortKey is something rows or groups sort by that is no plain column: a relation's count, an
// aggregate, a name. Asc and Desc make it an Order.
type SortKey struct{ order Order }

// Asc sorts upwards; nulls come first unless said.
func (k SortKey) Asc() Order { return k.order }

// Desc sorts downwards; nulls come last unless said.
func (k SortKey) Desc() Order { o := k.order; o.Desc = true; return o }

// SortBy names what a read adds to its rows: "_depth" of a recursive read, "_rank" of a search, a
// window's alias; or a named aggregate of a groupBy.
func SortBy(name string) SortKey { return SortKey{Order{Name: name}} }
