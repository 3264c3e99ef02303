package schema

// The codes of this package's diagnostics, stable for programs that store them. The text under
// each is a schema that is refused with it (or, for warnings, remarked on); a test reads
// them from here and tries every one.
const (
	// CodeDuplicateName: two things of one kind have the same name.
	//
	//	model a { id Integer @id  n Text  n Text }
	CodeDuplicateName = "duplicate-name"

	// CodeReservedName: the name has a meaning of its own.
	//
	//	model m { id Integer @id  AND Text }
	CodeReservedName = "reserved-name"

	// CodeBadName: SQLite cannot keep this name.
	//
	//	model m { id Integer @id  n Text @map("") }
	CodeBadName = "bad-name-in-database"

	// CodeWasIsTaken: what a field or model was called before is another's name now.
	//
	//	model m { id Integer @id  a Text  b Text @was("a") }
	CodeWasIsTaken = "was-is-taken"

	// CodeDuplicateAccessor: two models are called the same way.
	//
	//	model Order { id Integer @id }
	//	model order { id Integer @id  @@map("orders2") }
	CodeDuplicateAccessor = "duplicate-accessor"

	// CodeDuplicateTable: two tables of one database have the same name.
	//
	//	model blogPost { id Integer @id }
	//	model blog_post { id Integer @id }
	CodeDuplicateTable = "duplicate-table"

	// CodeDuplicateColumn: two fields of one model stand in the same column.
	//
	//	model m { id Integer @id  a Text  b Text @map("A") }
	CodeDuplicateColumn = "duplicate-column"

	// CodeImportWithoutFile: a text that is no file cannot import.
	//
	//	import "./other.lite"
	CodeImportWithoutFile = "import-without-file"

	// CodeUnknownType: a field's type is neither built in nor declared.
	//
	//	model m { id Integer @id  n Texxt }
	CodeUnknownType = "unknown-type"

	// CodeWrongType: the type cannot stand there.
	//
	//	model m { id Integer @id }
	//	type T { m m }
	CodeWrongType = "wrong-type"

	// CodeUnknownField: there is no field of that name.
	//
	//	model m { id Integer @id  @@index([nope]) }
	CodeUnknownField = "unknown-field"

	// CodeFieldWithoutColumn: the field is there and is no column.
	//
	//	model m { id Integer @id  n Text @computed  @@index([n]) }
	CodeFieldWithoutColumn = "field-without-column"

	// CodeModelWithoutColumns: a table needs a column.
	//
	//	model m { }
	CodeModelWithoutColumns = "model-without-columns"

	// CodeModelWithoutKey: rows that are changed one by one need a key.
	//
	//	model m { n Text }
	CodeModelWithoutKey = "model-without-key"

	// CodeSecondKey: a model has one key.
	//
	//	model m { a Integer @id  b Integer @id }
	CodeSecondKey = "second-key"

	// CodeOptionalKey: a key is never null.
	//
	//	model m { id Integer? @id }
	CodeOptionalKey = "optional-key"

	// CodeSecondSubject: auth() comes from one model.
	//
	//	model a { id Integer @id  @@auth }
	//	model b { id Integer @id  @@auth }
	CodeSecondSubject = "second-auth-model"

	// CodeUnknownAttribute: there is no such attribute.
	//
	//	model m { id Integer @id  n Text @uniqe }
	CodeUnknownAttribute = "unknown-attribute"

	// CodeDuplicateAttribute: the attribute may stand once.
	//
	//	model m { id Integer @id  n Text @unique @unique }
	CodeDuplicateAttribute = "duplicate-attribute"

	// CodeAttributesExclude: the attributes contradict each other.
	//
	//	model m { id Integer @id  n Text? @guarded @allow('read', true) }
	CodeAttributesExclude = "attributes-exclude"

	// CodeAttributeOnWrongType: the attribute is made for other types.
	//
	//	model m { id Integer @id  n Integer @email }
	CodeAttributeOnWrongType = "attribute-on-wrong-type"

	// CodeAttributeWithoutColumn: the attribute wants a stored column.
	//
	//	model m { id Integer @id  n Text @computed @unique }
	CodeAttributeWithoutColumn = "attribute-without-column"

	// CodeAttributeNotInType: the attribute is about columns, and a type has none.
	//
	//	type T { n Text @unique }
	CodeAttributeNotInType = "attribute-not-in-type"

	// CodeUnknownArgument: the attribute takes no such argument.
	//
	//	model m { id Integer @id  n Text? @encrypted(fast: true) }
	CodeUnknownArgument = "unknown-argument"

	// CodeDuplicateArgument: the argument is given twice.
	//
	//	model m { id Integer @id  n Text? @encrypted(rotate: true, rotate: false) }
	CodeDuplicateArgument = "duplicate-argument"

	// CodeMissingArgument: the attribute cannot do without the argument.
	//
	//	model m { id Integer @id  n Text @regex }
	CodeMissingArgument = "missing-argument"

	// CodeWrongArgument: the argument is of another kind.
	//
	//	model m { id Integer @id  n Text @map(other) }
	CodeWrongArgument = "wrong-argument"

	// CodeWrongDefault: the default does not fit its field.
	//
	//	model m { id Integer @id  n Integer @default("many") }
	CodeWrongDefault = "wrong-default"

	// CodeDefaultBreaksRule (a warning): a validator of the field would refuse its default, which is
	// stored as it stands.
	//
	//	model m { id Integer @id  n Integer @gte(1) @default(0) }
	CodeDefaultBreaksRule = "default-breaks-rule"

	// CodeUnknownFunction: there is no such function.
	//
	//	model m { id Integer @id  n Text @default(uid()) }
	CodeUnknownFunction = "unknown-function"

	// CodeBrokenPattern: the regular expression does not compile.
	//
	//	model m { id Integer @id  n Text @regex("[a-") }
	CodeBrokenPattern = "broken-pattern"

	// CodeUnknownTrait: there is no trait of that name.
	//
	//	model m { id Integer @id  @@trait(Stamped) }
	CodeUnknownTrait = "unknown-trait"

	// CodeTraitConflict: two traits give the same thing and the host does not settle it.
	//
	//	trait A { n Text }
	//	trait B { n Integer }
	//	model m { id Integer @id  @@trait(A)  @@trait(B) }
	CodeTraitConflict = "trait-conflict"

	// CodeTraitCycle: a trait contains itself.
	//
	//	trait A { n Text  @@trait(B) }
	//	trait B { @@trait(A) }
	CodeTraitCycle = "trait-cycle"

	// CodeNotInTrait: keys, tables, databases and full-text indexes belong to one model.
	//
	//	trait A { uid Integer @id }
	CodeNotInTrait = "not-in-trait"

	// CodeTypeCycle: a type contains itself.
	//
	//	type A { a Json? @type(A) }
	CodeTypeCycle = "type-cycle"

	// CodeEmptyType: a type has fields.
	//
	//	type A { }
	CodeEmptyType = "empty-type"

	// CodeEmptyEnum: an enum has values.
	//
	//	enum E { }
	CodeEmptyEnum = "empty-enum"

	// CodeDuplicateEnumValue: each value stands once.
	//
	//	enum E { a b a }
	CodeDuplicateEnumValue = "duplicate-enum-value"

	// CodeUnknownEnumValue: a transition leads between values of its enum.
	//
	//	enum E { a b transitions { go: a -> c } }
	CodeUnknownEnumValue = "unknown-enum-value"

	// CodeDuplicateTransition: each transition has its own name.
	//
	//	enum E { a b transitions { go: a -> b  go: b -> a } }
	CodeDuplicateTransition = "duplicate-transition"

	// CodeTransitionToItself: a transition changes the state.
	//
	//	enum E { a b transitions { stay: a -> a } }
	CodeTransitionToItself = "transition-to-itself"

	// CodeFunctionWithoutExpr: a function is an SQL expression.
	//
	//	function up(t: Text): Text { }
	CodeFunctionWithoutExpr = "function-without-expr"

	// CodeWrongFunctionType: the function's type does not fit.
	//
	//	function up(t: Text): Text { @@expr("upper({t})") }
	//	model m { id Integer @id  a Text  n Integer @up(a) }
	CodeWrongFunctionType = "wrong-function-type"

	// CodeUnknownPlaceholder: braces in a function name its parameters.
	//
	//	function up(t: Text): Text { @@expr("upper({x})") }
	CodeUnknownPlaceholder = "unknown-placeholder"

	// CodeBrokenFragment: the SQL would break out of the statement it is put into.
	//
	//	model m { id Integer @id  n Integer @generated("(1 + 2") }
	CodeBrokenFragment = "broken-fragment"

	// CodeGeneratedCycle: a generated column is made of others.
	//
	//	model m { id Integer @id  a Integer @generated("{b}")  b Integer @generated("{a}") }
	CodeGeneratedCycle = "generated-cycle"

	// CodeUnknownSetting: a database has no such setting.
	//
	//	database d { path "./d.db"  flavour 3 }
	CodeUnknownSetting = "unknown-setting"

	// CodeDuplicateSetting: each setting stands once.
	//
	//	database d { path "./d.db"  path "./e.db" }
	CodeDuplicateSetting = "duplicate-setting"

	// CodeWrongSetting: the value does not fit the setting.
	//
	//	database d { path "./d.db"  driver mongo }
	CodeWrongSetting = "wrong-setting"

	// CodeSettingOfOtherDriver: the driver would ignore the setting.
	//
	//	database d { path "./d.db"  maxSize 5mb }
	CodeSettingOfOtherDriver = "setting-of-other-driver"

	// CodeMissingPath: a database says where it is.
	//
	//	database d { driver sqlite }
	CodeMissingPath = "missing-path"

	// CodeUnknownDatabase: there is no database of that name.
	//
	//	model m { id Integer @id  @@db(other) }
	CodeUnknownDatabase = "unknown-database"

	// CodeModelInLogger: a logger database holds audit entries only.
	//
	//	database audit { path "./audit/"  driver logger }
	//	model m { id Integer @id  @@db(audit) }
	CodeModelInLogger = "model-in-logger"

	// CodeLogWithoutLogger: a log goes to a logger database.
	//
	//	model m { id Integer @id  @@log(audit) }
	CodeLogWithoutLogger = "log-without-logger"

	// CodeSQLiteOnly: an append-only file cannot do this.
	//
	//	database logs { path "./logs/"  driver jsonl }
	//	model m { n Text  @@fts([n])  @@db(logs) }
	CodeSQLiteOnly = "sqlite-only"

	// CodeRelationFieldsOnList: a list holds no foreign key.
	//
	//	model o { id Integer @id }
	//	model m { id Integer @id  oId Integer  os o[] @relation(fields: [oId], references: [id]) }
	CodeRelationFieldsOnList = "relation-fields-on-list"

	// CodeRelationCounts: each field refers to one reference.
	//
	//	model o { id Integer @id }
	//	model m { id Integer @id  a Integer  b Integer  o o @relation(fields: [a, b], references: [id]) }
	CodeRelationCounts = "relation-counts"

	// CodeRelationTypes: a foreign key has the type of what it refers to.
	//
	//	model o { id Integer @id }
	//	model m { id Integer @id  oId Text  o o @relation(fields: [oId], references: [id]) }
	CodeRelationTypes = "relation-types"

	// CodeReferencesNotUnique: a foreign key refers to one row.
	//
	//	model o { id Integer @id  code Text }
	//	model m { id Integer @id  oc Text  o o @relation(fields: [oc], references: [code]) }
	CodeReferencesNotUnique = "references-not-unique"

	// CodeSetNullOnRequired: SetNull needs a column that can be null.
	//
	//	model o { id Integer @id }
	//	model m { id Integer @id  oId Integer  o o @relation(fields: [oId], references: [id], onDelete: SetNull) }
	CodeSetNullOnRequired = "set-null-on-required"

	// CodeRelationWithoutOtherSide: a relation without a foreign key here has one there.
	//
	//	model o { id Integer @id }
	//	model m { id Integer @id  os o[] }
	CodeRelationWithoutOtherSide = "relation-without-other-side"

	// CodeAmbiguousRelation: several other sides fit; a name on both tells them apart.
	//
	//	model o { id Integer @id  ms m[] }
	//	model m {
	//	  id Integer @id
	//	  aId Integer
	//	  bId Integer
	//	  a o @relation(fields: [aId], references: [id])
	//	  b o @relation(fields: [bId], references: [id])
	//	}
	CodeAmbiguousRelation = "ambiguous-relation"

	// CodeRelationAcrossDatabases: a relation into another database is read by statements of its
	// own; a foreign key, a rule or a derived field stays in its file.
	//
	//	database side { path "./side.db" }
	//	model o { id Integer @id  @@db(side) }
	//	model m { id Integer @id  oId Integer  o o @relation(fields: [oId], references: [id], onDelete: Cascade) }
	CodeRelationAcrossDatabases = "relation-across-databases"

	// CodeJoinWithoutKey: a join table refers to a key of one field.
	//
	//	model a { x Integer  y Integer  bs b[]  @@id([x, y]) }
	//	model b { id Integer @id  as a[] }
	CodeJoinWithoutKey = "join-without-key"

	// CodeHasOneNotUnique (a warning): nothing keeps the target to one row.
	//
	//	model a { id Integer @id  b b? }
	//	model b { id Integer @id  aId Integer  a a @relation(fields: [aId], references: [id]) }
	CodeHasOneNotUnique = "has-one-not-unique"

	// CodeUnknownRelation: there is no relation of that name.
	//
	//	model m { id Integer @id  @@allow('read', check(nope)) }
	CodeUnknownRelation = "unknown-relation"

	// CodeNotARelation: the field is there and is no relation.
	//
	//	model m { id Integer @id  n Integer  c Integer @from(n, count: true) }
	CodeNotARelation = "not-a-relation"

	// CodeFTSOnWrongType: a full-text index is over plain texts.
	//
	//	model m { id Integer @id  n Integer  @@fts([n]) }
	CodeFTSOnWrongType = "fts-on-wrong-type"

	// CodeFTSWithoutRowID: a full-text index leads to rows by their number.
	//
	//	model m { rowid Text @id  _rowid_ Text  oid Text  @@fts([oid]) }
	CodeFTSWithoutRowID = "fts-without-rowid"

	// CodeSoftDeleteWithoutStamp: remove stamps deletedAt DateTime?.
	//
	//	model m { id Integer @id  @@softDelete }
	CodeSoftDeleteWithoutStamp = "soft-delete-without-stamp"

	// CodeSoftDeleteWithoutCascade (a warning): children stay when their parent is removed.
	//
	//	model p { id Integer @id  deletedAt DateTime?  cs c[]  @@softDelete }
	//	model c { id Integer @id  pId Integer  deletedAt DateTime?  p p @relation(fields: [pId], references: [id])  @@softDelete }
	CodeSoftDeleteWithoutCascade = "soft-delete-without-cascade"

	// CodeEncryptedInTheClear: the plain value would stand elsewhere.
	//
	//	model m { id Integer @id  n Text @encrypted @default("secret") }
	CodeEncryptedInTheClear = "encrypted-in-the-clear"

	// CodeEncryptedNotComparable: equal values are stored differently.
	//
	//	model m { id Integer @id  n Text @encrypted @unique }
	CodeEncryptedNotComparable = "encrypted-not-comparable"

	// CodeWrongGate: a gate is one to four levels.
	//
	//	model m { id Integer @id  @@gate("2.x") }
	CodeWrongGate = "wrong-gate"

	// CodeUnknownOperation: rules speak of read, create, update, post-update, delete, write, all.
	//
	//	model m { id Integer @id  @@allow('fly', true) }
	CodeUnknownOperation = "unknown-operation"

	// CodeWrongPolicy: the rule is no condition that SQLite could judge.
	//
	//	model m { id Integer @id  n Integer  @@allow('read', n) }
	CodeWrongPolicy = "wrong-policy"

	// CodePolicyCycle: rules ask each other in a circle.
	//
	//	model m {
	//	  id Integer @id
	//	  upId Integer?
	//	  up m? @relation(fields: [upId], references: [id])
	//	  @@allow('read', check(up))
	//	}
	CodePolicyCycle = "policy-cycle"
)
