package litestone

import (
	"context"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/internal/write"
	"github.com/litestone-go/orm/litestone/schema"
)

// Client is a view of the databases of a schema: as nobody, as a subject (As), or as the system
// (AsSystem), outside or inside a transaction. Views are cheap, immutable and safe for
// concurrent use; only the one Open gave needs closing.
type Client struct {
	core  *core
	sess  *session.Session         // nil: the context's identity, else nobody
	tx    *transaction             // nil outside a transaction
	snap  map[*database]*conn.Conn // the open snapshots of Query; nil outside
	rows  *read.Budget             // what the reads of an untrusted Query may answer together; nil: any number
	watch *watch                   // the call that somebody watches; nil outside one, and where nobody does
	bulk  *write.Bulk              // the stream of rows its writes are parts of; nil outside one
	named string                   // the named scope its table stands under, where only reads do; "" for none
	bad   error                    // an auth object As could not read; every call answers it
}

// As is a view that asks as a subject: policies, field rules and gates see it as auth(). auth is
// a struct (fields by their json names) or a map; nil is nobody. A view of As is not trusted with
// raw SQL, and wins over the context's identity.
func (c *Client) As(auth any) *Client {
	v := &struct {
		Client
		who Identity
	}{}
	v.Client = c.AsIn(&v.who, auth)
	return &v.Client
}

// Identity is where a view keeps who asks.
type Identity struct{ session session.Session }

// AsIn is As for a view that stands beside its Identity, in one block of memory; generated code calls it. in must
// be new, and stay where it is.
func (c *Client) AsIn(in *Identity, auth any) Client {
	v := *c
	v.sess = &in.session
	in.session.Scoped = true
	var err error
	if in.session.Auth, err = session.Subject(auth); err != nil {
		v.bad = &Error{Code: CodeConfig, Operation: "as", Message: err.Error(), Hint: "give a struct or a map", Err: err}
	}
	return v
}

var systemSession = &session.Session{System: true}

// AsSystem is a view that no policy, field rule or gate below LOCKED restricts. Global filters
// and soft delete still apply.
func (c *Client) AsSystem() *Client {
	v := *c
	v.sess = systemSession
	return &v
}

type identityKey struct{}

// WithAuth puts an identity into a context: calls on an unscoped client ask as it, and are as little
// trusted with raw SQL as those of As. nil is nobody, whoever an outer context spoke for.
func WithAuth(ctx context.Context, auth any) context.Context {
	subject, err := session.Subject(auth)
	if err != nil {
		return context.WithValue(ctx, identityKey{}, err)
	}
	return context.WithValue(ctx, identityKey{}, &session.Session{Auth: subject, Scoped: true})
}

// Auth gives the subject that WithAuth put into a context: nil for nobody and for the system. ok is
// false where WithAuth was given what is no subject; every call with such a context fails.
func Auth(ctx context.Context) (auth map[string]any, ok bool) {
	switch v := ctx.Value(identityKey{}).(type) {
	case *session.Session:
		return v.Auth, true
	case error:
		return nil, false
	}
	return nil, true
}

// AsSystem makes calls on an unscoped client with this context ask as the system.
func AsSystem(ctx context.Context) context.Context {
	return context.WithValue(ctx, identityKey{}, systemSession)
}

// session is who asks in a call.
func (c *Client) session(ctx context.Context) (*session.Session, error) {
	if c.bad != nil {
		return nil, c.bad
	}
	if c.sess != nil {
		return c.sess, nil
	}
	switch v := ctx.Value(identityKey{}).(type) {
	case *session.Session:
		return v, nil
	case error:
		return nil, &Error{Code: CodeConfig, Message: v.Error(), Hint: "give WithAuth a struct or a map", Err: v}
	}
	if c.core.config.RequireIdentity {
		return nil, errNoIdentity
	}
	return c.core.nobody, nil
}

var errNoIdentity = &Error{Code: CodeConfig, Message: "nobody said who asks", Hint: "use a view of As, AsID or AsSystem, or a context of WithAuth; for nobody say As(nil)"}

// Identified reports whether it was said who asks in calls with a context: by the view, which came
// from As, AsID or AsSystem, or by the context. As(nil) and WithAuth(ctx, nil) say that nobody does.
func (c *Client) Identified(ctx context.Context) bool {
	return c.sess != nil || ctx.Value(identityKey{}) != nil
}

// Schema is the checked schema, models made automatically included.
func (c *Client) Schema() *schema.Schema { return c.core.schema }

// DatabaseInfo describes one database of the schema.
type DatabaseInfo struct {
	Driver string `json:"driver"` // "sqlite", "jsonl", "logger"
	Access string `json:"access"` // "readwrite", "readonly" or "off"
	Path   string `json:"path"`   // as opened; of ":memory:" the private file
}

// Databases describes the databases by name.
func (c *Client) Databases() map[string]DatabaseInfo {
	out := make(map[string]DatabaseInfo, len(c.core.databases))
	for _, d := range c.core.databases {
		info := DatabaseInfo{Driver: [...]string{"sqlite", "jsonl", "logger"}[d.Driver], Access: string(c.core.access(d.Database)), Path: d.path}
		if d.db != nil {
			info.Path = d.db.Path()
		}
		if d.log != nil {
			info.Path = d.log.Path()
		}
		out[d.Name] = info
	}
	return out
}

// Enums gives the values of every enum in declared order.
func (c *Client) Enums() map[string][]string {
	out := make(map[string][]string, len(c.core.schema.Enums))
	for _, e := range c.core.schema.Enums {
		values := make([]string, len(e.Values))
		for i, v := range e.Values {
			values[i] = v.Name
		}
		out[e.Name] = values
	}
	return out
}

// SoftDelete tells by accessor which models keep removed rows.
func (c *Client) SoftDelete() map[string]bool {
	out := make(map[string]bool, len(c.core.schema.Models))
	for _, m := range c.core.schema.Models {
		out[m.Accessor] = m.SoftDelete != nil
	}
	return out
}

// CacheInfo is how many prepared statements the connections of all databases hold, and how
// many shapes of calls are compiled.
type CacheInfo struct {
	Read   int `json:"read"`
	Write  int `json:"write"`
	Shapes int `json:"shapes"`
}

// CacheSize counts what is cached.
func (c *Client) CacheSize() CacheInfo {
	info := CacheInfo{Shapes: c.core.read.Shapes()}
	for _, d := range c.core.databases {
		if d.db != nil {
			r, w := d.db.CacheSize()
			info.Read += r
			info.Write += w
		}
	}
	return info
}

// Close closes the databases once running calls have ended, and removes those of
// ":memory:". Calls after it fail. It may be called again.
func (c *Client) Close() error { return c.core.close() }
