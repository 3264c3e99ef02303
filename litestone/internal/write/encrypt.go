package write

import (
	"github.com/litestone-go/orm/litestone/liteerr"
)

// encrypt replaces the values of @encrypted fields by what their columns hold. It is the last
// step before the statement.
func (k *work) encrypt(r *row) error {
	if r.sealed {
		return nil
	}
	r.sealed = true
	for _, f := range r.m.Columns {
		if f.Encrypted == nil || !r.has(f) || r.vals[f.Index].IsNull() {
			continue
		}
		if k.e.seal == nil {
			return &liteerr.Error{Code: liteerr.Config, Model: r.m.Accessor, Fields: []string{f.Name},
				Message: "the field is encrypted and there is no key", Hint: "give Config the encrypt plugin"}
		}
		v, err := k.e.seal.Seal(f, r.vals[f.Index])
		if err != nil {
			return err
		}
		r.put(f, v, r.state[f.Index])
	}
	return nil
}
