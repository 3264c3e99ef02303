package read

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Answer is how the columns of a write's RETURNING become rows, and the reads of the relations
// that stand beside them. A row the caller may not read shows its key and nothing else.
type Answer struct {
	reads    *Reads
	keyOnly  *rows.Decoder
	readable int
}

// Answer compiles the answer of a write; readable is the column that is 1 where the caller may
// read the row, -1 where he may read all.
func (e *Engine) Answer(p *plan.Rows, readable int, typed bool) *Answer {
	a := &Answer{reads: &Reads{}, readable: readable}
	e.finish(a.reads, p, typed, nil)
	if readable < 0 {
		return a
	}
	key := make(map[*schema.Field]bool, len(p.Model.Key))
	for _, f := range p.Model.Key {
		key[f] = true
	}
	out := append([]plan.Output{}, p.Out()...)
	for i := range out {
		if out[i].Field != nil && key[out[i].Field] && (out[i].Kind == plan.OutField || out[i].Kind == plan.OutLink) {
			out[i].Kind = plan.OutField
			delete(key, out[i].Field)
		} else {
			out[i].Kind = plan.OutLink
		}
	}
	var t *rows.Type
	if typed {
		t = e.Type(p.Model)
	}
	a.keyOnly = rows.Compile(p.Model, t, out, nil, nil)
	return a
}

// Many reports whether relations are read beside the rows.
func (a *Answer) Many() bool { return a.reads.Many }

// Fallible reports whether the answer can fail when the write has happened: functions fill its
// fields, or those of relations.
func (a *Answer) Fallible() bool { return a.reads.fallible() }

// Answers collects the rows a write answers.
type Answers struct {
	answer *Answer
	Seen   *rows.Batch // rows the caller may read
	Keys   *rows.Batch // the others, by key; nil: none
}

// Start begins to collect; hint is how many rows are expected.
func (a *Answer) Start(hint int) *Answers {
	return &Answers{answer: a, Seen: a.reads.decoder.NewBatch(hint)}
}

// Add decodes the row a statement stands on.
func (s *Answers) Add(r *conn.Row) error {
	if s.answer.readable < 0 || r.Int64(s.answer.readable) != 0 {
		return s.Seen.Add(r)
	}
	if s.Keys == nil {
		s.Keys = s.answer.keyOnly.NewBatch(1)
	}
	return s.Keys.Add(r)
}

// Bind makes the values collected in the call's shape those of the statements that follow.
func (c *Call) Bind() *Binding {
	c.binding.Values = c.shape.Values
	return &c.binding
}

// Shape is where the values of the next statement are collected.
func (c *Call) Shape() *plan.Shape { return &c.shape }

// Permit asks the conditions on the session that an answer's relations come with. It is asked
// before anything is written.
func (c *Call) Permit(ctx context.Context, a *Answer) error {
	if err := c.check(ctx, a.reads.checks); err != nil {
		return err
	}
	return c.permit(ctx, a.reads.includes)
}

func (c *Call) permit(ctx context.Context, list []*includes) error {
	for _, x := range list {
		if err := c.check(ctx, x.reads.checks); err != nil {
			return err
		}
		if err := c.permit(ctx, x.reads.includes); err != nil {
			return err
		}
	}
	return nil
}

// Conditions compiles conditions on the session for Ask.
func (e *Engine) Conditions(list []plan.Check) *Conditions {
	if len(list) == 0 {
		return nil
	}
	return (*Conditions)(e.compileChecks(list))
}

// Conditions are compiled conditions on the session.
type Conditions checks

// Ask answers an error when a condition does not hold. nil conditions hold.
func (c *Call) Ask(ctx context.Context, k *Conditions) error { return c.check(ctx, (*checks)(k)) }

// Relations reads the relations of an answer's rows and attaches them.
func (c *Call) Relations(ctx context.Context, s *Answers) error {
	return c.include(ctx, s.answer.reads, s.Seen)
}

// Renew makes a call that has ended ready for another one.
func (c *Call) Renew(s *session.Session, typed bool) {
	c.ends()
	clear(c.args)
	c.args = c.args[:0]
	c.Session, c.Typed = s, typed
	c.begins()
}

// Keyed sets the batch of keys, width values each, that the next statement is about.
func (b *Binding) Keyed(keys []query.Value, width int) { b.Keys, b.Width = keys, width }
