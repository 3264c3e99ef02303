package read

import (
	"context"
	"slices"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Entry is what the audit log keeps of a call: what was done with rows, or which were read (SPEC
// "Access", Audit).
type Entry struct {
	Database  *schema.Database // of driver logger
	Operation string           // "create", "update", "delete", "read"
	Model     *schema.Model
	Field     *schema.Field // nil: the rows as a whole
	Records   []query.Value // the rows' keys, one after the other; nil: not told

	// The row's columns in the model's order; nil: there is none, or there are several rows.
	Before, After []query.Value
}

// Auditor keeps entries.
type Auditor interface {
	// Ready refuses a call while entries of earlier ones could not be kept.
	Ready(ctx context.Context) error
	// Able refuses what would be logged to a database that cannot be written.
	Able(db *schema.Database) error
	// Log keeps the entries of a call that succeeded: at once, or with the open transaction's commit.
	Log(ctx context.Context, list []Entry) error
}

// Trail collects the entries of a call.
type Trail []Entry

// Add notes what was done. Where an entry of the same kind is there, the rows join it: it then tells
// of several, and shows none.
func (t *Trail) Add(e Entry) {
	for i := range *t {
		o := &(*t)[i]
		if o.Database == e.Database && o.Model == e.Model && o.Field == e.Field && o.Operation == e.Operation {
			o.Records = append(o.Records, e.Records...)
			o.Before, o.After = nil, nil
			return
		}
	}
	*t = append(*t, e)
}

// logged says what of a read's rows goes into the audit log.
type logged struct {
	model *schema.Model
	keys  []int // the key's places among the links; nil: the read does not have it
	list  []loggedField
}

type loggedField struct {
	database *schema.Database
	field    *schema.Field // nil: the row
	allow    int           // the link that is 1 where the field may be read; -1: always
}

// logs finds what of a planned read is logged; nil for nothing. place puts a column among the links.
func (e *Engine) logs(p *plan.Rows, place func(...int) []int) *logged {
	if !plan.LogsReads(p.Model) {
		return nil
	}
	l := &logged{model: p.Model}
	out := p.Out()
	for i, o := range out {
		switch {
		case o.Owner != 0 || o.Field == nil:
		case o.Kind == plan.OutField && i+1 < len(out) && out[i+1].Kind == plan.OutAllow && out[i+1].Field == o.Field:
			l.add(o.Field, func() int { return place(i + 1)[0] })
		case o.Kind == plan.OutField, o.Kind == plan.OutExtra, o.Kind == plan.OutBucket, o.Kind == plan.OutPlain && o.Group != "_count":
			l.add(o.Field, func() int { return -1 })
		}
	}
	for _, c := range p.Computed {
		for _, in := range c.Inputs {
			if c.Owner == 0 && in.Col >= 0 { // who sees the result has read what it is made of
				l.add(in.Field, func() int { return decides(c, in, place) })
			}
		}
	}
	if len(l.list) == 0 {
		return nil
	}
	for _, k := range p.Model.Key {
		at := slices.IndexFunc(out, func(o plan.Output) bool {
			return o.Field == k && o.Owner == 0 && (o.Kind == plan.OutField || o.Kind == plan.OutLink)
		})
		if at < 0 || place == nil {
			l.keys = nil
			break
		}
		l.keys = append(l.keys, place(at)...)
	}
	return l
}

// decides gives the link that is 1 where the function of a computed field was given an input; -1:
// it always was. Of several the first: an entry too many is better than one too few.
func decides(c plan.Computing, in plan.Input, place func(...int) []int) int {
	switch {
	case in.Allow >= 0:
		return place(in.Allow)[0]
	case len(c.Allow) > 0:
		return place(c.Allow[0])[0]
	}
	return -1
}

// add notes a field that a read shows: for its own logs, and for those of its model. allow gives
// the link that says whether a row's value may be read.
func (l *logged) add(f *schema.Field, allow func() int) {
	if !slices.ContainsFunc(l.list, func(x loggedField) bool { return x.field == nil }) {
		for _, x := range l.model.Logs {
			if x.Reads {
				l.list = append(l.list, loggedField{x.Database, nil, -1})
			}
		}
	}
	for _, x := range f.Logs {
		if x.Reads && !slices.ContainsFunc(l.list, func(o loggedField) bool { return o.field == f && o.database == x.Database }) {
			l.list = append(l.list, loggedField{x.Database, f, allow()})
		}
	}
}

// noteGroups adds an answer made of many rows to the call's trail: its entries name none.
func (l *logged) noteGroups(t *Trail) {
	for _, x := range l.list {
		t.Add(Entry{Database: x.database, Operation: "read", Model: l.model, Field: x.field})
	}
}

// note adds the rows of a batch to the call's trail.
func (l *logged) note(t *Trail, b *rows.Batch) {
	for _, x := range l.list {
		e := Entry{Database: x.database, Operation: "read", Model: l.model, Field: x.field}
		read := false
		for i := range b.Rows {
			links := b.Links[i*b.Width : (i+1)*b.Width]
			if x.allow >= 0 && links[x.allow].Int64() == 0 {
				continue
			}
			read = true
			for _, k := range l.keys {
				e.Records = append(e.Records, links[k])
			}
		}
		if read {
			t.Add(e)
		}
	}
}
