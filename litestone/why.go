package litestone

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unsafe"

	"github.com/litestone-go/orm/litestone/diag"
	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/internal/write"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Guard is one rule that keeps rows, a field or a whole model from who asks: a policy, a gate, soft
// delete, a filter, a scope, the rules of a field. It marshals to JSON.
type Guard = read.Guard

// GuardKind says what a Guard is.
type GuardKind = plan.GuardKind

// The kinds of guards.
const (
	GuardAllow   = plan.GuardAllow   // @@allow: one of them must hold
	GuardDeny    = plan.GuardDeny    // @@deny: it must be false
	GuardGate    = plan.GuardGate    // @@gate: the least level
	GuardDeleted = plan.GuardDeleted // @@softDelete: removed rows
	GuardFilter  = plan.GuardFilter  // Config.Filters
	GuardSession = plan.GuardSession // Config.FilterFuncs
	GuardPlugin  = plan.GuardPlugin  // a plugin's ReadFilter
	GuardScope   = plan.GuardScope   // a scope the call was made under
	GuardField   = plan.GuardField   // @allow, @guarded and @encrypted on a field
)

// Truth is what SQLite says of a guard's condition.
type Truth = read.Truth

// The truths. NULL is unknown: it neither allows nor fails to deny.
const (
	True    = read.True
	False   = read.False
	Unknown = read.Unknown
	Depends = read.Depends // on the row; no row was asked about
)

// Question asks which guard keeps a row from an operation, or refuses a new row.
type Question struct {
	// Auth is who asks, as for As.
	// Defaults to nobody.
	Auth any

	// Operation is "read", "create", "update", "transition", "remove", "delete" or "restore".
	// Defaults to "read".
	Operation string

	// Where finds the row, whoever asks; it must find one. create takes none.
	Where Predicate

	// Data are the new row's values for create, and the changed ones for update: an input of the
	// generated package, a Map or JSON. create needs them. The write is tried for real, in a
	// transaction that is rolled back.
	// Defaults to none: an update is asked about the stored row alone.
	Data any
}

// Reason is the answer to a Question: every guard asked, and what SQLite says of it for the row. It
// holds no value of the row.
type Reason struct {
	Model     string  `json:"model"`
	Operation string  `json:"operation"`
	Found     bool    `json:"found"`    // there is such a row, whoever asks
	Allowed   bool    `json:"allowed"`  // the operation happens
	Readable  bool    `json:"readable"` // the row may be read; the answer of a write shows it only then
	Guards    []Guard `json:"guards"`
}

// Blocking gives the guards that keep the row from the operation; none when it is allowed. Where no
// allow rule holds these are all allow rules.
func (r *Reason) Blocking() (out []Guard) {
	for _, g := range r.Guards {
		if g.Blocks {
			out = append(out, g)
		}
	}
	return out
}

// String tells the answer in lines for people.
func (r *Reason) String() string {
	var b strings.Builder
	b.WriteString(r.Operation + " on " + r.Model + ": ")
	switch {
	case !r.Found:
		b.WriteString("there is no such row")
	case r.Allowed:
		b.WriteString("allowed")
	default:
		b.WriteString("not allowed")
	}
	for _, g := range r.Guards {
		b.WriteString("\n  " + g.String())
	}
	return b.String()
}

// Why answers which guards keep a row from an operation of somebody, each judged by SQLite as in the
// call itself. It is for the client of the program: a view of As, or a context of WithAuth, is
// refused, since the answer tells of rows its subject may not see. Hooks and plugins other than
// filters and levels are not asked; in a transaction its rows count.
//
// Errors: validation (an unknown operation, more than one row, values that fail), access_denied (a
// scoped client), unsupported (a model without a key, an operation it does not have).
func (t Table[T, C, U]) Why(ctx context.Context, q Question) (*Reason, error) {
	return t.Dynamic().Why(ctx, q)
}

// Why answers which guards keep a row from an operation of somebody.
func (t *DynamicTable) Why(ctx context.Context, q Question) (*Reason, error) {
	if t.c.bad != nil {
		return nil, t.c.bad
	}
	v, err := t.c.asked(ctx, q.Auth, t.m, "why")
	if err != nil {
		return nil, err
	}
	r, err := (&DynamicTable{c: v, m: t.m, scopes: t.scopes}).why(ctx, &q)
	return r, liteerr.In(err, t.m.Accessor, "why")
}

// asked is a view that asks as somebody on behalf of the program, which is trusted.
func (c *Client) asked(ctx context.Context, auth any, m *schema.Model, op string) (*Client, error) {
	s, err := c.session(ctx)
	if err != nil {
		return nil, err
	}
	if s.Scoped {
		return nil, &Error{Code: CodeAccessDenied, Model: m.Accessor, Operation: op, Message: "a client scoped by auth is not told of guards", Hint: "ask the client it was made from"}
	}
	v := *c
	subject, err := session.Subject(auth)
	if err != nil {
		return nil, &Error{Code: CodeConfig, Model: m.Accessor, Operation: op, Message: err.Error(), Hint: "give a struct or a map", Err: err}
	}
	v.sess = &session.Session{Auth: subject}
	return &v, nil
}

// reaches says what the operations of a Question are judged by.
func reaches(op string) (plan.Asking, bool) {
	switch op {
	case "read":
		return plan.Asking{Op: schema.Read}, true
	case "create":
		return plan.Asking{Op: schema.Create}, true
	case "update", "transition":
		return plan.Asking{Op: schema.Update}, true
	case "remove":
		return plan.Asking{Op: schema.Delete}, true
	case "delete":
		return plan.Asking{Op: schema.Delete, Deleted: plan.WithDeleted}, true
	case "restore":
		return plan.Asking{Op: schema.Update, Deleted: plan.OnlyDeleted}, true
	}
	return plan.Asking{}, false
}

func (t *DynamicTable) why(ctx context.Context, q *Question) (*Reason, error) {
	if q.Operation == "" {
		q.Operation = "read"
	}
	a, ok := reaches(q.Operation)
	if !ok {
		return nil, &Error{Code: CodeValidation, Fields: []string{q.Operation}, Message: fmt.Sprintf("there is no operation %q to ask about", q.Operation),
			Hint: diag.DidYouMean(q.Operation, "read", "create", "update", "transition", "remove", "delete", "restore")}
	}
	if q.Operation != "read" && q.Operation != "create" {
		if err := appendOnly(t.m, q.Operation); err != nil {
			return nil, err
		}
	}
	if q.Operation == "create" {
		return t.whyCreate(ctx, q)
	}
	if q.Data != nil && q.Operation != "update" {
		return nil, &Error{Code: CodeValidation, Fields: []string{"data"}, Message: q.Operation + " takes no values"}
	}
	if q.Where == nil {
		return nil, &Error{Code: CodeValidation, Fields: []string{"where"}, Message: "needs a condition that finds one row"}
	}
	var err error
	if a.Where, err = q.Where.Predicate(t.c.scope(ctx, t.m, "findUnique")); err != nil {
		return nil, err
	}
	if a.Op == schema.Read {
		if a.Scopes, err = t.c.scopeWheres(ctx, t.m, t.scopes); err != nil {
			return nil, err
		}
	}
	v, err := t.c.judgeRow(ctx, t.m, &a)
	switch {
	case err != nil:
		return nil, err
	case v.More:
		return nil, &Error{Code: CodeValidation, Fields: []string{"where"}, Message: "more than one row matches", Hint: "ask about one, by its key"}
	}
	r := &Reason{Model: t.m.Accessor, Operation: q.Operation, Found: v.Found, Allowed: v.Reached, Readable: v.Readable, Guards: v.Guards}
	if r.Guards == nil {
		r.Guards = []Guard{}
	}
	if q.Data != nil && v.Found && v.Reached {
		err = t.tryUpdate(ctx, q, a.Where, r)
	}
	return r, err
}

// judgeRow asks the guards about the row that a question finds.
func (c *Client) judgeRow(ctx context.Context, m *schema.Model, a *plan.Asking) (v read.Verdict, err error) {
	call, err := c.reader(ctx, false)
	if err != nil {
		return v, err
	}
	defer call.Release()
	w, err := call.PrepareWhy(m, a)
	if err != nil {
		return v, err
	}
	err = c.reading(ctx, m, true, func(cn *conn.Conn) (err error) {
		call.Conn = cn
		v, err = call.RunWhy(ctx, w)
		return err
	})
	return v, err
}

// scopeWheres are the conditions of a table's scopes.
func (c *Client) scopeWheres(ctx context.Context, m *schema.Model, scopes []scoped) (out []plan.ScopeWhere, err error) {
	for i := range scopes {
		where, err := c.where(ctx, m, scopes[i:i+1], nil)
		if err != nil {
			return nil, err
		}
		if !where.Empty() {
			out = append(out, plan.ScopeWhere{Name: scopes[i].name, Where: where})
		}
	}
	return out, nil
}

// whyCreate tries a create.
func (t *DynamicTable) whyCreate(ctx context.Context, q *Question) (*Reason, error) {
	if q.Where != nil {
		return nil, &Error{Code: CodeValidation, Fields: []string{"where"}, Message: "create finds no row"}
	}
	a := query.CreateArgs{Rows: make([]query.Data, 1), Return: query.FindArgs{Select: &query.Select{None: true}}}
	var err error
	if a.Rows[0], err = t.data(ctx, "create", q.Data, true); err != nil {
		return nil, err
	}
	r := &Reason{Model: t.m.Accessor, Operation: q.Operation, Found: true, Guards: []Guard{}}
	gate, err := t.c.gateOf(ctx, t.m, schema.Create)
	if err != nil {
		return nil, err
	}
	if gate != nil {
		if r.Guards = append(r.Guards, *gate); gate.Blocks {
			return r, nil
		}
	}
	r.Allowed = true
	return r, t.try(ctx, r, func(w write.Call) error {
		return t.c.creating(ctx, t.m, "create", &a, &w, func() error {
			_, err := t.c.core.write.Create(ctx, w, t.m, &a)
			return err
		})
	})
}

// gateOf asks a model's gate; nil where it has none.
func (c *Client) gateOf(ctx context.Context, m *schema.Model, op schema.Operation) (*Guard, error) {
	call, err := c.reader(ctx, false)
	if err != nil {
		return nil, err
	}
	defer call.Release()
	return call.GateOf(ctx, m, op)
}

// tryUpdate tries an update that reaches its row.
func (t *DynamicTable) tryUpdate(ctx context.Context, q *Question, where *query.Cond, r *Reason) error {
	a := query.UpdateArgs{Where: where, Return: query.FindArgs{Select: &query.Select{None: true}}}
	var err error
	if a.Data, err = t.data(ctx, "update", q.Data, false); err != nil {
		return err
	}
	return t.try(ctx, r, func(w write.Call) error {
		_, err := t.c.core.write.Update(ctx, w, t.m, &a)
		return err
	})
}

// try runs a write that is undone, and adds what the rules say of its new rows.
func (t *DynamicTable) try(ctx context.Context, r *Reason, run func(write.Call) error) error {
	w, err := t.c.writer(ctx, nil, false)
	if err != nil {
		return err
	}
	w.Auditor, w.Trial = nil, &write.Trial{}
	err = run(w)
	if err == nil {
		return &Error{Code: CodeUnsupported, Message: "the write was not undone"}
	}
	if !errors.Is(err, write.ErrTrial) {
		return err
	}
	for _, v := range w.Trial.Verdicts {
		r.Guards = append(r.Guards, v.Guards...)
		r.Allowed = r.Allowed && v.Reached
		if r.Operation == "create" && v.Model == t.m {
			r.Readable = v.Readable
		}
	}
	return nil
}

// data reads the values of a row, whatever form they have.
func (t *DynamicTable) data(ctx context.Context, op string, v any, create bool) (out query.Data, err error) {
	sc := t.c.scope(ctx, t.m, op)
	if v == nil {
		return out, &Error{Code: CodeValidation, Fields: []string{"data"}, Message: op + " needs the values of the row"}
	}
	x := reflect.ValueOf(v)
	if x.Kind() == reflect.Pointer && !x.IsNil() {
		x = x.Elem()
	}
	if in := t.c.core.inputs[x.Type()]; in != nil {
		if !t.c.core.takes(t.m, in, create) {
			return out, &Error{Code: CodeValidation, Fields: []string{"data"}, Message: fmt.Sprintf("%s is no input of %s of this model", x.Type(), op)}
		}
		p := reflect.New(x.Type())
		p.Elem().Set(x)
		err = t.c.core.encode(sc, in, unsafe.Pointer(p.Pointer()), create, &out)
		return out, err
	}
	return query.DecodeRow(sc, v, create)
}

// takes reports whether an input is that of a model's creates or updates.
func (co *core) takes(m *schema.Model, in *inputType, create bool) bool {
	for _, t := range co.models {
		if t.model == m {
			return create && t.create == in || !create && t.update == in
		}
	}
	return false
}
