package schema

// attributeTable holds every attribute of the language (seed "Field attributes", "Model
// attributes"; SPEC "Language and names"). To add one: a row here, a typed field on Model or
// Field that its apply function sets, and a code when it can be wrong in a new way.
func attributeTable() map[string]*attribute {
	rows := append(append(append(fieldAttributes(), validatorAttributes()...), accessAttributes()...), blockAttributes()...)
	table := make(map[string]*attribute, len(rows))
	for i := range rows {
		table[rows[i].name] = &rows[i]
	}
	return table
}

// fieldAttributes: keys, columns, values, relations.
func fieldAttributes() []attribute {
	text, file := on(Text), on(File)
	rel := on(RelationType)
	return []attribute{
		{name: "@id", on: on(Integer, Text, Real, DateTime, EnumType), column: true, stage: shape, apply: applyID},
		{name: "@unique", lists: alsoLists, column: true, sqlite: true, stage: content, apply: applyUnique},
		{name: "@map", lists: alsoLists, column: true, stage: shape, apply: applyMap,
			params: []param{{name: "column", kind: argText, required: true}}},
		{name: "@was", lists: alsoLists, column: true, stage: content, apply: applyWas,
			params: []param{{name: "column", kind: argText, required: true}}},
		{name: "@default", lists: alsoLists, column: true, inType: true, stage: content, apply: applyDefault,
			params: []param{{name: "value", kind: argAny, required: true}}},
		{name: "@type", on: on(Json), inType: true, stage: shape, apply: applyType,
			params: []param{{name: "type", kind: argWord, required: true}, {name: "strict", kind: argBool, named: true}}},
		{name: "@generated", column: true, sqlite: true, stage: content, apply: applyGenerated,
			params: []param{{name: "expression", kind: argText, required: true}, {name: "stored", kind: argWord, words: []string{"stored"}}}},
		{name: "@computed", lists: alsoLists, stage: shape, apply: func(_ *checker, u *use) { u.field.f.Computed = true }},
		{name: "@from", on: ^typeSet(0), sqlite: true, stage: content, apply: applyFrom, params: []param{
			{name: "relation", kind: argWord, required: true},
			{name: "count", kind: argTrue, named: true}, {name: "exists", kind: argTrue, named: true},
			{name: "first", kind: argTrue, named: true}, {name: "last", kind: argTrue, named: true},
			{name: "sum", kind: argWord, named: true}, {name: "min", kind: argWord, named: true}, {name: "max", kind: argWord, named: true},
			{name: "where", kind: argText, named: true}, {name: "orderBy", kind: argWord, named: true}}},
		{name: "@updatedAt", on: on(DateTime), column: true, stage: shape, apply: func(_ *checker, u *use) { u.field.f.UpdatedAt = true }},
		{name: "@updatedBy", column: true, stage: content, apply: applyUpdatedBy, params: []param{{name: "auth().field", kind: argAny}}},
		{name: "@sequence", on: on(Integer), column: true, sqlite: true, stage: content, apply: applySequence,
			params: []param{{name: "scope", kind: argNames, required: true, named: true}}},
		{name: "@relation", on: rel, lists: alsoLists, sqlite: true, stage: relation, params: []param{
			{name: "name", kind: argText}, {name: "fields", kind: argFields, named: true}, {name: "references", kind: argFields, named: true},
			{name: "onDelete", kind: argWord, named: true, words: actionNames()}, {name: "onUpdate", kind: argWord, named: true, words: actionNames()}}},
		{name: "@hardDelete", on: rel, lists: alsoLists, sqlite: true, stage: content, apply: applyHardDelete},
		{name: "@markdown", on: text, inType: true, stage: content, apply: func(_ *checker, u *use) { u.field.f.Markdown = true }},
		{name: "@keepVersions", on: file, lists: alsoLists, stage: content, apply: func(_ *checker, u *use) { u.field.f.KeepVersions = true }},
		{name: "@accept", on: file, lists: alsoLists, stage: content, apply: applyAccept,
			params: []param{{name: "types", kind: argText, required: true}}},
	}
}

// validatorAttributes: transforms and validators, in the order they run.
func validatorAttributes() []attribute {
	text, num := on(Text), on(Integer, Real)
	message := param{name: "message", kind: argText}
	row := func(name string, on typeSet, kind ValidatorKind, params ...param) attribute {
		return attribute{name: name, on: on, column: true, inType: true, repeat: true, stage: content,
			params: append(params, message), apply: func(c *checker, u *use) { c.addValidator(u, kind) }}
	}
	list := func(name string, kind ValidatorKind, params ...param) attribute {
		return attribute{name: name, on: on(Text, Integer, Real, Boolean, DateTime, Json, EnumType, File), lists: listsOnly, column: true,
			inType: true, stage: content,
			params: append(params, message), apply: func(c *checker, u *use) { c.addValidator(u, kind) }}
	}
	transform := func(name string, t Transform) attribute {
		return attribute{name: name, on: text, column: true, inType: true, shared: true, stage: content,
			apply: func(_ *checker, u *use) { u.field.f.Transforms = append(u.field.f.Transforms, t) }}
	}
	number := param{name: "number", kind: argNumber, required: true}
	part := param{name: "text", kind: argText, required: true}
	count := param{name: "count", kind: argInt, required: true}
	return []attribute{
		transform("@trim", Trim), transform("@lower", Lower), transform("@upper", Upper), transform("@slug", Slug),
		row("@email", text, Email), row("@url", text, URL), row("@date", text, Date), row("@datetime", text, DateTimeText),
		row("@phone", text, Phone),
		row("@regex", text, Regex, param{name: "pattern", kind: argText, required: true}),
		row("@length", text, Length, param{name: "min", kind: argInt, required: true}, param{name: "max", kind: argInt}),
		row("@gt", num, Gt, number), row("@gte", num, Gte, number), row("@lt", num, Lt, number), row("@lte", num, Lte, number),
		row("@startsWith", text, StartsWith, part), row("@endsWith", text, EndsWith, part), row("@contains", text, Contains, part),
		list("@minItems", MinItems, count), list("@maxItems", MaxItems, count), list("@uniqueItems", UniqueItems),
	}
}

// accessAttributes: who sees and writes a field, and what is logged of it.
func accessAttributes() []attribute {
	all := []param{{name: "where", kind: argWord, words: []string{"all"}}}
	return []attribute{
		{name: "@omit", lists: alsoLists, stage: shape, params: all, apply: applyOmit},
		{name: "@guarded", lists: alsoLists, stage: shape, params: all, apply: applyGuarded},
		{name: "@encrypted", on: on(Text), column: true, sqlite: true, stage: shape, apply: applyEncrypted,
			params: []param{{name: "searchable", kind: argBool, named: true}, {name: "rotate", kind: argBool, named: true}}},
		{name: "@secret", on: on(Text), column: true, sqlite: true, stage: shape, apply: applySecret,
			params: []param{{name: "rotate", kind: argBool, named: true}}},
		{name: "@allow", lists: alsoLists, repeat: true, sqlite: true, stage: access, apply: applyFieldRule,
			params: []param{{name: "operation", kind: argText, required: true}, {name: "rule", kind: argAny, required: true}}},
		{name: "@log", lists: alsoLists, column: true, repeat: true, stage: content, apply: applyFieldLog, params: []param{
			{name: "database", kind: argWord, required: true}, {name: "reads", kind: argBool, named: true}, {name: "writes", kind: argBool, named: true}}},
	}
}

// blockAttributes: the @@ lines of a model.
func blockAttributes() []attribute {
	fields := []param{{name: "fields", kind: argFields, required: true}}
	rule := []param{{name: "operation", kind: argText, required: true}, {name: "rule", kind: argAny, required: true}, {name: "message", kind: argText}}
	return []attribute{
		{name: "@@trait", repeat: true, params: []param{{name: "trait", kind: argWord, required: true}}}, // spliced before binding
		{name: "@@id", stage: shape, notInTrait: true, params: fields, apply: applyBlockID},
		{name: "@@map", stage: shape, notInTrait: true, apply: applyBlockMap,
			params: []param{{name: "table", kind: argText, required: true}}},
		{name: "@@was", stage: shape, notInTrait: true, sqlite: true, apply: applyBlockWas,
			params: []param{{name: "table", kind: argText, required: true}}},
		{name: "@@db", stage: shape, notInTrait: true, apply: applyDatabase,
			params: []param{{name: "database", kind: argWord, required: true}}},
		{name: "@@external", stage: shape, apply: func(_ *checker, u *use) { u.model.m.External = true }},
		{name: "@@strict", sqlite: true, stage: shape, apply: applyStrict},
		{name: "@@noStrict", sqlite: true, stage: shape, apply: applyStrict},
		{name: "@@auth", stage: shape, apply: applySubject},
		{name: "@@softDelete", sqlite: true, stage: content, apply: applySoftDelete,
			params: []param{{name: "cascade", kind: argWord, words: []string{"cascade"}}}},
		{name: "@@unique", repeat: true, sqlite: true, stage: content, apply: applyBlockUnique, params: fields},
		{name: "@@index", repeat: true, stage: content, apply: applyIndex, params: fields},
		{name: "@@fts", sqlite: true, stage: content, notInTrait: true, apply: applyFTS,
			params: []param{fields[0], {name: "tokenize", kind: argText, named: true}}},
		{name: "@@gate", stage: access, apply: applyGate, params: []param{{name: "levels", kind: argText, required: true}}},
		{name: "@@allow", repeat: true, sqlite: true, stage: access, apply: applyRule, params: rule},
		{name: "@@deny", repeat: true, sqlite: true, stage: access, apply: applyRule, params: rule},
		{name: "@@log", repeat: true, stage: content, apply: applyLog, params: []param{
			{name: "database", kind: argWord, required: true}, {name: "reads", kind: argBool, named: true}, {name: "writes", kind: argBool, named: true}}},
	}
}
