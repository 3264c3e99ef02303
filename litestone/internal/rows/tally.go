package rows

import "unsafe"

// Tally sets an entry of _count after the rows were read: a number that another statement counted. It
// is made once per statement.
type Tally struct {
	name  string
	typed bool
	row   uintptr
}

// Tally prepares setting an entry of _count, which the decoder's own statement reads as 0.
func (d *Decoder) Tally(name string) Tally {
	t := Tally{name: name, typed: d.typ != nil}
	if t.typed {
		t.row = d.typ.row
	}
	return t
}

// Set gives a row its number.
func (t Tally) Set(row unsafe.Pointer, n int64) {
	extra := map[string]any(nil)
	if t.typed {
		extra = (*Row)(unsafe.Add(row, t.row)).extra
	} else {
		extra = (*Record)(row).extra
	}
	extra["_count"].(map[string]any)[t.name] = n
}
