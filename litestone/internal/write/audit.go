package write

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// The audit log is told by the statements themselves: every way a row can be written ends in one,
// so none can forget it. What a call did is kept when the call has succeeded.

// audit is what the audit log keeps of a model's writes; nil for nothing.
type audit struct {
	rows   []*schema.Database
	fields []fieldLog
}

type fieldLog struct {
	field    *schema.Field
	database *schema.Database
}

func auditOf(m *schema.Model) *audit {
	a := &audit{}
	for _, l := range m.Logs {
		if l.Writes {
			a.rows = append(a.rows, l.Database)
		}
	}
	for _, f := range m.Columns {
		for _, l := range f.Logs {
			if l.Writes {
				a.fields = append(a.fields, fieldLog{f, l.Database})
			}
		}
	}
	if len(a.rows)+len(a.fields) == 0 {
		return nil
	}
	return a
}

// logging is what a statement does for the audit log, found out when it is compiled.
type logging struct {
	m      *model
	op     string
	many   bool // of several rows only the keys are kept
	kind   plan.WriteKind
	soft   bool // a removal that stamps the row
	fields []fieldLog
	change ChangeKind // what it does to rows, where they are watched
	before *statement // reads the rows as they are; nil when the statement itself tells, or nobody asks
}

// logs prepares what a statement does for the audit log: it gives the Writing to plan, which reads
// what the entries need, and the logging, nil for a statement that changes nothing logged.
func (k *work) logs(w *plan.Writing) (*plan.Writing, *logging) {
	m := k.e.models[w.Model.Index]
	if w.Kind > plan.Delete || m.audit == nil && !m.watched && !(w.Kind == plan.Delete && m.erasing) {
		return w, nil
	}
	l := &logging{m: m, kind: w.Kind, change: changeOf(w), many: w.Kind != plan.Insert && !w.One && w.Key == nil}
	switch {
	case w.Kind == plan.Insert:
		l.op = "create"
	case w.Op == schema.Delete:
		l.op, l.soft = "delete", w.Kind == plan.Update
	default:
		l.op = "update"
	}
	if m.audit == nil {
		return l.reading(w), l
	}
	for _, f := range m.audit.fields {
		if l.op != "update" || gives(w, f.field) {
			l.fields = append(l.fields, f)
		}
	}
	if len(m.audit.rows)+len(l.fields) == 0 && !m.watched && !(w.Kind == plan.Delete && m.erasing) {
		return w, nil
	}
	return l.reading(w), l
}

// reading is a Writing that reads what is told of it: the rows, or of many only the keys.
func (l *logging) reading(w *plan.Writing) *plan.Writing {
	if w.Raw != nil || l.m.audit == nil && !l.m.watched {
		return w
	}
	reading := *w
	reading.Raw = w.Model.Columns
	if l.many && !l.m.watched {
		reading.Raw = w.Model.Key
	}
	return &reading
}

func gives(w *plan.Writing, f *schema.Field) bool {
	for i := range w.Set {
		if w.Set[i].Field == f {
			return true
		}
	}
	return false
}

// looksBefore reports whether the rows must be read before the statement runs: of an update
// RETURNING tells only the new ones, and of a DELETE nothing tells what SQLite deletes below it.
func (l *logging) looksBefore() bool {
	return l != nil && (l.op == "update" && (!l.many || l.m.watched) || l.kind == plan.Delete && l.m.erasing)
}

// compileLog adds to a statement what it does for the audit log.
func (k *work) compileLog(x *statement, l *logging, w *plan.Writing, env *plan.Env, slots plan.Slots, keys int) error {
	if x.log = l; !l.looksBefore() {
		return nil
	}
	look := lookBefore(w)
	p, err := plan.PlanWrite(env, slots, look)
	if err != nil {
		return err
	}
	l.before = k.compile(look, p, keys)
	return nil
}

// lookBefore plans the read of the rows a statement is about, under the same guards and with the
// same values.
func lookBefore(w *plan.Writing) *plan.Writing {
	return &plan.Writing{Kind: plan.Locate, Model: w.Model, Op: w.Op, Trusted: w.Trusted, Deleted: w.Deleted,
		Where: w.Where, Key: w.Key, Within: w.Within, Batch: w.Batch, One: w.One, Raw: w.Model.Columns}
}

// entries notes what a statement did. was are the columns of the rows before, when they were read.
func (k *work) entries(x *statement, was []query.Value, out *result) {
	l := x.log
	if out.rows == 0 || l.m.audit == nil {
		return
	}
	width := len(x.raw)
	e := read.Entry{Operation: l.op, Model: l.m.Model, Records: keysOf(l.m.Model, out.raw, width)}
	if !l.many && !bulk(k.op) {
		row := out.raw[:width:width]
		switch {
		case l.kind == plan.Insert:
			e.After = row
		case l.soft:
			e.Before = unstamped(l.m.Model, row)
		case l.kind == plan.Delete:
			e.Before = row
		default:
			e.Before, e.After = was, row
		}
	}
	for _, d := range l.m.audit.rows {
		e.Database = d
		k.log(e)
	}
	for _, f := range l.fields {
		e.Database, e.Field = f.database, f.field
		if l.op != "update" && (e.Before != nil || e.After != nil) && nullIn(l.m.Model, e.Before, f.field) && nullIn(l.m.Model, e.After, f.field) {
			continue // there never was a value
		}
		k.log(e)
	}
}

func (k *work) log(e read.Entry) {
	if bulk(k.op) {
		e.Before, e.After = nil, nil
		k.trail.Add(e)
		return
	}
	k.trail = append(k.trail, e)
}

// bulk reports whether a call is one entry however many statements it takes.
func bulk(op string) bool { return op == "createMany" || op == "upsertMany" }

// keysOf picks the keys out of rows of all columns, or gives rows that are keys already.
func keysOf(m *schema.Model, rows []query.Value, width int) []query.Value {
	if len(m.Key) == 0 || width == 0 {
		return nil
	}
	if width < len(m.Columns) {
		return rows[:len(rows):len(rows)]
	}
	out := make([]query.Value, 0, len(rows)/width*len(m.Key))
	for at := 0; at+width <= len(rows); at += width {
		for _, f := range m.Key {
			out = append(out, columnIn(m, rows[at:at+width], f))
		}
	}
	return out
}

func columnIn(m *schema.Model, row []query.Value, f *schema.Field) query.Value {
	for i, c := range m.Columns {
		if c == f {
			return row[i]
		}
	}
	return query.Null()
}

func nullIn(m *schema.Model, row []query.Value, f *schema.Field) bool {
	return row == nil || columnIn(m, row, f).IsNull()
}

// unstamped is a removed row as it was before.
func unstamped(m *schema.Model, row []query.Value) []query.Value {
	out := append([]query.Value{}, row...)
	for i, c := range m.Columns {
		if c == m.SoftDelete.Field {
			out[i] = query.Null()
		}
	}
	return out
}

// able refuses a statement whose entries nobody could write.
func (k *work) able(l *logging) error {
	if k.c.Auditor == nil || l.m.audit == nil {
		return nil
	}
	for _, d := range l.m.audit.rows {
		if err := k.c.Auditor.Able(d); err != nil {
			return err
		}
	}
	for _, f := range l.fields {
		if err := k.c.Auditor.Able(f.database); err != nil {
			return err
		}
	}
	return nil
}

// ready refuses a call whose entries could not be kept.
func (k *work) ready(ctx context.Context) error {
	if k.c.Auditor == nil {
		return nil
	}
	return k.c.Auditor.Ready(ctx)
}

// keep gives the entries of a call that succeeded to the audit log: what it wrote, and what its
// answer showed besides. What a call wrote itself is not told again as read.
func (k *work) keep(ctx context.Context, err error) error {
	if err != nil || k.c.Auditor == nil || len(k.trail)+len(k.call.Trail) == 0 {
		k.trail, k.call.Trail = nil, nil
		return err
	}
	wrote := len(k.trail)
	for _, r := range k.call.Trail {
		if !k.told(k.trail[:wrote], r) {
			k.trail = append(k.trail, r)
		}
	}
	list := k.trail
	k.trail, k.call.Trail = nil, nil
	if len(list) == 0 {
		return nil
	}
	return k.c.Auditor.Log(ctx, list)
}

func (k *work) told(list []read.Entry, r read.Entry) bool {
	if k.op == "create" && r.Model == k.m {
		return true
	}
	for _, e := range list {
		if e.Database == r.Database && e.Model == r.Model && e.Field == r.Field {
			return true
		}
	}
	return false
}
