package query

import "github.com/litestone-go/orm/litestone/schema"

// Create shows the arguments of create, and of createMany where many says so.
func (v Viewer) Create(m *schema.Model, a *CreateArgs, many bool) Shown {
	out := Shown{}
	switch {
	case many:
		out["data"] = v.rows(m, a.Rows)
	case len(a.Rows) > 0:
		out["data"] = v.data(m, &a.Rows[0])
	}
	v.answer(out, m, &a.Return)
	return out
}

// Update shows the arguments of update and updateMany.
func (v Viewer) Update(m *schema.Model, a *UpdateArgs) Shown {
	out := v.which(m, a.Where)
	out["data"] = v.data(m, &a.Data)
	v.answer(out, m, &a.Return)
	return out
}

// Upsert shows the arguments of upsert.
func (v Viewer) Upsert(m *schema.Model, a *UpsertArgs) Shown {
	out := v.which(m, a.Where)
	out["create"], out["update"] = v.data(m, &a.Create), v.data(m, &a.Update)
	v.answer(out, m, &a.Return)
	return out
}

// UpsertMany shows the arguments of upsertMany.
func (v Viewer) UpsertMany(m *schema.Model, a *UpsertManyArgs) Shown {
	out := Shown{"data": v.rows(m, a.Rows)}
	if len(a.ConflictTarget) > 0 {
		out["conflictTarget"] = refNames(a.ConflictTarget)
	}
	if a.HasUpdate {
		out["update"] = refNames(a.Update)
	}
	return out
}

// Delete shows the arguments of remove, delete, their bulk forms and restore.
func (v Viewer) Delete(m *schema.Model, a *DeleteArgs) Shown {
	out := v.which(m, a.Where)
	v.answer(out, m, &a.Return)
	return out
}

// Transition shows the arguments of transition: the key and the step's name.
func (v Viewer) Transition(m *schema.Model, key Value, step string) Shown {
	out := Shown{"transition": step}
	if len(m.Key) == 1 {
		out["where"] = Shown{m.Key[0].Name: v.value(m.Key[0], key)}
	}
	return out
}

func (v Viewer) which(m *schema.Model, where *Cond) Shown {
	out := Shown{}
	if !where.Empty() {
		out["where"] = v.where(m, where)
	}
	return out
}

func (v Viewer) rows(m *schema.Model, rows []Data) []any {
	return cut(len(rows), func(i int) any { return v.data(m, &rows[i]) })
}

func (v Viewer) data(m *schema.Model, d *Data) Shown {
	out := Shown{}
	for _, a := range d.Set {
		f, err := a.Ref.Field(m)
		if err != nil {
			out[a.Ref.Name] = Redacted
			continue
		}
		out[f.Name] = v.value(f, a.Value)
	}
	for i := range d.Nested {
		n := &d.Nested[i]
		to := target(m, n.Ref)
		if to == nil {
			continue
		}
		ops, _ := out[n.Ref.Name].(Shown)
		if ops == nil {
			ops = Shown{}
			out[n.Ref.Name] = ops
		}
		list, _ := ops[n.Op.String()].([]any)
		if len(list) <= shownItems {
			ops[n.Op.String()] = append(list, v.nested(to, n))
		}
	}
	return out
}

func (v Viewer) nested(m *schema.Model, n *Nested) any {
	switch n.Op {
	case NestCreate:
		return v.data(m, n.Create)
	case NestSet:
		return cut(len(n.Wheres), func(i int) any { return v.where(m, n.Wheres[i]) })
	}
	out := v.which(m, n.Where)
	if n.Create != nil {
		out["create"] = v.data(m, n.Create)
	}
	if n.Update != nil {
		out["data"] = v.data(m, n.Update)
	}
	return out
}
