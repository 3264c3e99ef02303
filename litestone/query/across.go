package query

import (
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/schema"
)

// nestsHere refuses to write rows of another database together with a row: no single transaction
// would hold both. The foreign key itself is a plain field.
func nestsHere(sc *Scope, f *schema.Field) error {
	r := f.Relation
	if !r.Across {
		return nil
	}
	hint := "write both in one Transaction"
	if r.Kind == schema.BelongsTo {
		hint += ", and set " + r.Local[0].Name + " to the key"
	}
	return &liteerr.Error{Code: liteerr.Unsupported, Model: sc.called(), Operation: sc.callName(), Fields: []string{join(sc.Path, f.Name)},
		Message: "takes no nested writes: " + r.Target.Accessor + " is stored in database " + r.Target.Database.Name, Hint: hint}
}
