package schema

// RelationKind is how many rows stand on the other side, and where the foreign key is.
type RelationKind uint8

// The kinds of relations.
const (
	BelongsTo  RelationKind = iota // this model holds the foreign key
	HasOne                         // the target holds it, at most one row
	HasMany                        // the target holds it
	ManyToMany                     // an implicit join table holds two
)

// Action is a foreign key's ON DELETE or ON UPDATE.
type Action uint8

// The actions, as SQLite spells them.
const (
	NoAction Action = iota
	Cascade
	SetNull
	SetDefault
	Restrict
)

// Relation is one side of a relation, seen from Model.
//
// For BelongsTo, HasOne and HasMany the rows belong together where Local[i] = Remote[i] for all i;
// for BelongsTo Local are this model's foreign key columns, for the others Remote are.
// For ManyToMany the row of Join with JoinLocal = Local[0] and JoinRemote = Remote[0] links them.
//
// Between one model and itself, ManyToMany takes the fields in the order of their names: the
// first one's JoinLocal is Join.ColumnA. @from(model, …) where only the target declares the
// relation makes a HasMany that stands in no model: its Index and its Field's Index are -1.
type Relation struct {
	Index    int // in Model.Relations
	Field    *Field
	Model    *Model
	Target   *Model
	Kind     RelationKind
	Local    []*Field
	Remote   []*Field
	Inverse  *Relation // the other side; nil when only one side is declared
	OnDelete Action    // of the foreign key, whichever side holds it
	OnUpdate Action

	// Across says that Model and Target stand in different databases: the foreign key is a plain
	// column that nothing watches over, and no statement holds both sides. Never a ManyToMany; the
	// actions are NoAction.
	Across bool

	Join       *JoinTable // ManyToMany
	JoinLocal  string     // Join's column that holds this model's key
	JoinRemote string
}

// Name is the field's name.
func (r *Relation) Name() string { return r.Field.Name }

// List reports whether the relation answers a list.
func (r *Relation) List() bool { return r.Kind == HasMany || r.Kind == ManyToMany }

// Optional reports whether a to-one relation may have no row.
func (r *Relation) Optional() bool { return r.Field.Optional || r.Kind == HasOne }
