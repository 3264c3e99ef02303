package write

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// statement is a compiled Writing.
type statement struct {
	stmt     sqlgen.Stmt
	query    conn.Query
	answer   *read.Answer // nil: the call answers nothing
	asks     *read.Conditions
	raw      []int // columns the engine reads
	keys     []int // the key's columns, when deferred
	returns  bool  // gives rows
	deferred bool  // the new rows are judged when the call ends

	log *logging // what it does for the audit log; nil for nothing
}

// result is what one statement did.
type result struct {
	answers *read.Answers
	raw     []query.Value // of Writing.Raw, for each row
	rows    int64
}

// The first byte of a shape tells writes from reads and says who asks.
const (
	shapeWrites byte = 0xf0
	shapeSystem byte = 1
	shapeTyped  byte = 2
)

// The second byte of a shape is what follows.
const (
	shapeWriting byte = iota
	shapeRules
	shapeHighest
	shapeLink
	shapeVerify
)

// cached gives the statement of a small look-up, planned where its shape is new.
func (k *work) cached(kind byte, keys int, walk func(*plan.Shape), make func(*plan.Env, plan.Slots) (*plan.Select, error)) (*sqlgen.Stmt, error) {
	s := k.mark(false, kind, keys)
	walk(s)
	if x, ok := k.call.Compiled().(*sqlgen.Stmt); ok {
		return x, nil
	}
	s = k.mark(true, kind, keys)
	walk(s)
	env, slots, err := k.call.Planning()
	if err != nil {
		return nil, err
	}
	sel, err := make(env, slots)
	if err != nil {
		return nil, err
	}
	stmt := k.e.read.Dialect.Select(sel, keys)
	k.call.Keep(&stmt)
	return &stmt, nil
}

// mark begins a shape.
func (k *work) mark(record bool, kind byte, keys int) *plan.Shape {
	s := k.call.Shape()
	s.Reset(record)
	flags := shapeWrites
	if k.c.Session != nil && k.c.Session.System {
		flags |= shapeSystem
	}
	if k.c.Typed {
		flags |= shapeTyped
	}
	s.Byte(flags)
	s.Byte(kind)
	s.Num(keys)
	return s
}

// prepare gives the compiled form of a statement, from the cache where its shape was seen. keys
// is how many keys its batch has.
func (k *work) prepare(w *plan.Writing, keys int) (*statement, error) {
	if w.Return != nil {
		k.call.Bound(w.Return.Most)
	}
	keys = sqlgen.Keys(keys)
	s := k.mark(false, shapeWriting, keys)
	s.Writing(w)
	if x, ok := k.call.Compiled().(*statement); ok {
		return x, nil
	}
	s = k.mark(true, shapeWriting, keys)
	s.Writing(w)
	env, slots, err := k.call.Planning()
	if err != nil {
		return nil, err
	}
	reading, log := k.logs(w)
	p, err := plan.PlanWrite(env, slots, reading)
	if err != nil {
		return nil, err
	}
	x := k.compile(w, p, keys)
	if log != nil {
		if err := k.compileLog(x, log, w, env, slots, keys); err != nil {
			return nil, err
		}
	}
	k.call.Keep(x)
	return x, nil
}

func (k *work) env() *plan.Env { return k.e.read.Env(k.c.Session) }

func (k *work) compile(w *plan.Writing, p *plan.Written, keys int) *statement {
	x := &statement{raw: p.Raw, keys: p.Keys, deferred: p.Deferred, asks: k.e.read.Conditions(p.Checks)}
	if p.Select != nil {
		x.stmt = k.e.read.Dialect.Select(p.Select, keys)
		x.returns = true
	} else {
		x.stmt = k.e.read.Dialect.Write(p.Write, keys)
		x.returns = len(p.Write.Body().Returning) > 0
	}
	x.query = conn.Query{SQL: x.stmt.SQL, Short: w.Kind == plan.Insert || w.Key != nil}
	if p.Answer != nil {
		x.answer = k.e.read.Answer(p.Answer, p.Readable, k.c.Typed)
	}
	return x
}

// run prepares and executes a statement.
func (k *work) run(ctx context.Context, w *plan.Writing) (result, error) {
	if err := k.settleDelete(ctx, w); err != nil {
		return result{}, err
	}
	x, err := k.prepare(w, 0)
	if err != nil {
		return result{}, err
	}
	return k.exec(ctx, x, w.Model, w.Op)
}

// runBatch runs a statement about the rows of a batch of keys.
func (k *work) runBatch(ctx context.Context, w *plan.Writing, keys []query.Value) (result, error) {
	width := len(w.Batch.Fields)
	if err := k.settleDelete(ctx, w); err != nil {
		return result{}, err
	}
	x, err := k.prepare(w, len(keys)/width)
	if err != nil {
		return result{}, err
	}
	b := k.call.Bind()
	b.Keyed(keys, width)
	defer b.Keyed(nil, 0)
	return k.exec(ctx, x, w.Model, w.Op)
}

// exec runs a prepared statement with the values its shape collected, and notes for the audit log
// what it did. The relations of its answer are read by attach, once nothing more will change.
func (k *work) exec(ctx context.Context, x *statement, m *schema.Model, op schema.Operation) (result, error) {
	if x.log == nil {
		return k.execute(ctx, x, m, op)
	}
	if err := k.able(x.log); err != nil {
		return result{}, err
	}
	var was []query.Value
	var doomed read.Trail
	told := len(k.changes)
	if x.log.before != nil {
		found, err := k.execute(ctx, x.log.before, m, op)
		if err != nil || found.rows == 0 {
			return result{}, err
		}
		if was = found.raw; x.log.kind == plan.Delete {
			if doomed, err = k.doomed(ctx, x.log.m, was); err != nil {
				return result{}, err
			}
		}
	}
	out, err := k.execute(ctx, x, m, op)
	if err != nil || out.rows == 0 {
		k.changes = k.changes[:told]
		return out, err
	}
	k.entries(x, was, &out)
	k.trail = append(k.trail, doomed...)
	k.changed(x.log, was, out.raw)
	return out, err
}

func (k *work) execute(ctx context.Context, x *statement, m *schema.Model, op schema.Operation) (result, error) {
	var out result
	b := k.call.Bind()
	if x.asks != nil {
		if err := k.call.Ask(ctx, x.asks); err != nil {
			return out, err
		}
	}
	if x.answer != nil {
		if err := k.call.Permit(ctx, x.answer); err != nil {
			return out, err
		}
	}
	k.args = b.Args(k.args[:0], x.stmt.Args)
	if !x.returns {
		r, err := k.call.Exec(ctx, m, x.query, x.stmt.Args, k.args)
		out.rows = r.Changes
		return out, err
	}
	if x.answer != nil {
		out.answers = x.answer.Start(1)
	}
	var keys []query.Value
	err := k.call.Query(ctx, m, x.query, x.stmt.Args, k.args, func(r *conn.Row) error {
		out.rows++
		for _, i := range x.raw {
			out.raw = append(out.raw, r.Stored(i))
		}
		for _, i := range x.keys {
			keys = append(keys, r.Stored(i))
		}
		if out.answers != nil {
			return out.answers.Add(r)
		}
		return nil
	})
	if x.deferred && err == nil {
		if op != schema.Create {
			op = schema.PostUpdate
		}
		k.postpone(m, op, keys)
	}
	return out, err
}

// attach reads the relations of an answer and fills its computed fields.
func (k *work) attach(ctx context.Context, out result) error {
	if out.answers == nil {
		return nil
	}
	if err := k.relations(ctx, out.answers); err != nil {
		return err
	}
	return k.call.Fill(ctx, k.conn)
}

// wanted is the answer a call asks for; nil when it wants none.
func wanted(a *query.FindArgs) *query.FindArgs {
	if a.Select != nil && a.Select.None {
		return nil
	}
	return a
}
