package litestone

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/litestone-go/orm/litestone/internal/logdb"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// LogEntry is an entry of the audit log, as Config.OnLog sees it before it is kept.
type LogEntry struct {
	Database  string          // the logger database
	Operation string          // "create", "update", "delete" or "read"
	Model     string          // the model's accessor
	Field     string          // the field of @log; empty for a whole row
	Records   json.RawMessage // the rows' keys as a list; of several fields each is an object
	Before    json.RawMessage // the row, or the field's value, before; nil: none, or several rows
	After     json.RawMessage // likewise after
	ActorID   any             // auth().id; nil without it
	ActorType string          // auth().type, else "user"; empty when nobody is signed in
	CreatedAt time.Time

	Auth   map[string]any // the subject; nil when nobody is signed in. It must not be changed
	System bool           // the call is the system's
}

// trails keeps what calls did in the logger databases.
type trails struct {
	co *core

	// Entries of committed calls that could not be appended. While there are any, calls that would
	// make more are refused: nothing that must be logged happens without.
	mu     sync.Mutex
	late   []lateEntries
	behind atomic.Bool
}

type lateEntries struct {
	log  *logdb.DB
	m    *schema.Model
	rows []query.Value
}

// newTrails gives the keeper of audit entries; nil where the schema logs nothing.
func newTrails(co *core) *trails {
	for _, m := range co.schema.Models {
		logs := len(m.Logs) > 0
		for _, f := range m.Fields {
			logs = logs || len(f.Logs) > 0
		}
		if logs {
			return &trails{co: co}
		}
	}
	return nil
}

// auditor keeps the entries of one call.
type auditor struct {
	*trails
	c *Client
	s *session.Session
}

// auditor gives a call's keeper; nil where nothing is logged.
func (c *Client) auditor(s *session.Session) read.Auditor {
	if c.core.trails == nil {
		return nil
	}
	return auditor{c.core.trails, c, s}
}

// Ready implements read.Auditor.
func (a auditor) Ready(ctx context.Context) error {
	if !a.behind.Load() {
		return nil
	}
	if err := a.catchUp(ctx); err != nil {
		return unlogged(err)
	}
	return nil
}

// unlogged is the refusal of what could not be logged.
func unlogged(err error) *Error {
	return &Error{Code: CodeUnsupported, Message: "the audit log cannot be written, and nothing that is logged may happen without: " + err.Error(),
		Hint: "make the logger database's folder writable, with space left", Err: err}
}

// Able implements read.Auditor.
func (a auditor) Able(db *schema.Database) error {
	if _, d := a.co.entries(db); d != nil && !d.log.ReadOnly() {
		return nil
	}
	return &Error{Code: CodeReadOnly, Message: "this would be logged to database " + db.Name + ", which the client cannot write", Hint: "open the logger database for writing too"}
}

// Log implements read.Auditor. The entries of a transaction wait for its commit; what was read was
// read, whether or not it commits. A failure does not undo what is committed: the entries are
// kept for the next call, which is refused without them.
func (a auditor) Log(ctx context.Context, list []read.Entry) error {
	type group struct {
		db    *schema.Database
		waits bool
	}
	rows := map[group][]query.Value{}
	var order []group
	now := a.co.config.Now()
	in := a.c.tx.batches()
	for i := range list {
		e := &list[i]
		g := group{e.Database, in != nil && e.Operation != opRead}
		if _, ok := rows[g]; !ok {
			order = append(order, g)
		}
		rows[g] = append(rows[g], a.row(ctx, e, now)...)
	}
	for _, g := range order {
		m, d := a.co.entries(g.db)
		switch {
		case d == nil: // Able has refused it
		case g.waits:
			if err := d.log.Append(ctx, m, &in.entries, rows[g]); err != nil {
				return err
			}
		default:
			a.append(ctx, lateEntries{d.log, m, rows[g]})
		}
	}
	return nil
}

const opRead = "read"

// entries finds the model of a logger database's entries, and the database where it is open.
func (co *core) entries(db *schema.Database) (*schema.Model, *database) {
	for _, m := range co.schema.Models {
		if m.Auto && m.Database == db {
			if d, err := co.database(m); err == nil && d.log != nil {
				return m, d
			}
		}
	}
	return nil, nil
}

// row makes the entry's row of the automatic model.
func (a auditor) row(ctx context.Context, e *read.Entry, now time.Time) []query.Value {
	id, kind := actor(a.s)
	x := LogEntry{
		Database: e.Database.Name, Operation: e.Operation, Model: e.Model.Accessor,
		Records: recordKeys(e), Before: snapshot(e, e.Before), After: snapshot(e, e.After),
		ActorID: id, ActorType: kind, CreatedAt: now, Auth: a.s.Auth, System: a.s.System,
	}
	if e.Field != nil {
		x.Field = e.Field.Name
	}
	var meta any
	if hook := a.co.config.OnLog; hook != nil {
		a.co.plugins.guarded("Config.OnLog", func() error { // a panic is logged, and leaves the entry without meta
			meta = hook(ctx, x)
			return nil
		})
	}
	return []query.Value{
		query.Text(x.Operation), query.Text(x.Model), textOrNull(x.Field), jsonOrNull(x.Records), jsonOrNull(x.Before), jsonOrNull(x.After),
		jsonValue(id), textOrNull(kind), jsonValue(meta), query.Text(session.TimeText(now)),
	}
}

// actor is who made the call: the id and type of the subject.
func actor(s *session.Session) (id any, kind string) {
	if s == nil || s.Auth == nil {
		return nil, ""
	}
	if t, ok := s.Auth["type"].(string); ok && t != "" {
		return s.Auth["id"], t
	}
	return s.Auth["id"], "user"
}

func textOrNull(s string) query.Value {
	if s == "" {
		return query.Null()
	}
	return query.Text(s)
}

func jsonOrNull(b json.RawMessage) query.Value {
	if b == nil {
		return query.Null()
	}
	return query.Text(string(b))
}

// jsonValue is any value as JSON; NULL for nil and what has no JSON form.
func jsonValue(v any) query.Value {
	if v == nil {
		return query.Null()
	}
	b, err := json.Marshal(v)
	if err != nil || string(b) == "null" {
		return query.Null()
	}
	return query.Text(string(b))
}

// append keeps entries now, or says that they are still to be kept.
func (t *trails) append(ctx context.Context, e lateEntries) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.flush(ctx) == nil {
		err := e.log.Append(context.WithoutCancel(ctx), e.m, nil, e.rows)
		if err == nil {
			return
		}
		t.co.logger().Error("litestone: audit entries could not be written; they are kept, and logged calls are refused until they are", "error", err)
	}
	t.late = append(t.late, e)
	t.behind.Store(true)
}

// catchUp appends the entries that are late.
func (t *trails) catchUp(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.flush(ctx)
}

// flush appends the entries that are late; t.mu is held.
func (t *trails) flush(ctx context.Context) error {
	for len(t.late) > 0 {
		e := t.late[0]
		if err := e.log.Append(context.WithoutCancel(ctx), e.m, nil, e.rows); err != nil {
			return err
		}
		t.late = t.late[1:]
	}
	t.behind.Store(false)
	return nil
}

// commit keeps the entries that a transaction collected.
func (t *trails) commit(ctx context.Context, b *logdb.Batch) {
	b.Drain(func(log *logdb.DB, m *schema.Model, rows []query.Value) { t.append(ctx, lateEntries{log, m, rows}) })
}

// close appends what is late; what stays behind is an error.
func (t *trails) close() error {
	if t == nil || !t.behind.Load() {
		return nil
	}
	if err := t.catchUp(context.Background()); err != nil {
		return errors.Join(&Error{Code: CodeFull, Operation: "close", Message: "audit entries could not be written and are lost", Err: err}, err)
	}
	return nil
}

// keepReads keeps what a read is about to show of logged models. When that fails the read does too.
func (c *Client) keepReads(ctx context.Context, call *read.Call) error {
	if len(call.Trail) == 0 {
		return nil
	}
	a := auditor{c.core.trails, c, call.Session}
	rows := map[*schema.Database][]query.Value{}
	now := c.core.config.Now()
	for i := range call.Trail {
		e := &call.Trail[i]
		if err := a.Able(e.Database); err != nil {
			return err
		}
		rows[e.Database] = append(rows[e.Database], a.row(ctx, e, now)...)
	}
	for db, list := range rows {
		m, d := c.core.entries(db)
		if err := d.log.Append(ctx, m, nil, list); err != nil {
			return unlogged(err)
		}
	}
	return nil
}

// recordKeys writes the keys of an entry's rows.
func recordKeys(e *read.Entry) json.RawMessage {
	key := e.Model.Key
	if len(key) == 0 || e.Records == nil {
		return nil
	}
	if len(key) == 1 {
		return json.RawMessage(plan.JSONRows(e.Records, 1).Str())
	}
	b := []byte{'['}
	for at := 0; at+len(key) <= len(e.Records); at += len(key) {
		if at > 0 {
			b = append(b, ',')
		}
		b = appendFields(b, key, e.Records[at:at+len(key)])
	}
	return append(b, ']')
}
