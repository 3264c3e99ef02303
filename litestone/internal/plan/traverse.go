package plan

import "github.com/litestone-go/orm/litestone/schema"

// traversable refuses to go over a relation for a caller who may not read its foreign key: the rows
// found, their number or their order would tell what it holds. Relations that the schema itself
// walks, in policies and @from fields, are the schema's to decide.
func (b *builder) traversable(t *Table, r *schema.Relation) error {
	var key []*schema.Field
	switch r.Kind {
	case schema.BelongsTo:
		key = r.Local
	case schema.HasOne, schema.HasMany:
		key = r.Remote
	}
	for _, f := range key {
		if err := b.testable(t, f); err != nil {
			return err
		}
	}
	return nil
}
