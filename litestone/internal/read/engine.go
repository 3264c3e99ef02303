// Package read runs planned reads: it keeps the statements of every shape of call it has seen,
// binds a call's values, and puts related rows together.
package read

import (
	"context"
	"sync"
	"time"

	"github.com/litestone-go/orm/litestone/internal/plan"
	"github.com/litestone-go/orm/litestone/internal/rows"
	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
	"github.com/litestone-go/orm/litestone/schema"
)

// Engine holds what is common to all calls of a client: the guards' environment, the structs'
// layouts and the compiled statements.
type Engine struct {
	Dialect sqlgen.Dialect
	Types   []*rows.Type // by schema model index; nil entries have no generated struct
	Now     func() time.Time

	// Level tells a session's level for a gated model; nil where no model has a gate.
	Level func(context.Context, *session.Session, *schema.Model) (int, error)

	// Noted is told the guards of every statement that is compiled; nil: nobody asks.
	Noted func([]plan.Noted)

	// Unsealer shows encrypted fields to the system; nil where no model has such fields.
	Unsealer rows.Unsealer

	// Functions fill computed fields; nil where none is registered.
	Functions rows.Functions

	user   *plan.Env
	system *plan.Env

	calls sync.Pool // *Call, ended

	mu      sync.RWMutex
	cache   map[string]any
	touches map[string][]*schema.Model // by shape: models with filters of the session
}

// cacheLimit bounds the compiled statements kept; beyond it the cache starts anew.
const cacheLimit = 4096

// NewEngine makes an engine over an environment for users; the system's is derived from it.
func NewEngine(env *plan.Env, d sqlgen.Dialect, types []*rows.Type, now func() time.Time) *Engine {
	sys := *env
	sys.System = true
	return &Engine{Dialect: d, Types: types, Now: now, user: env, system: &sys, cache: map[string]any{}, touches: map[string][]*schema.Model{}}
}

// Env gives the environment a session's statements are planned in.
func (e *Engine) Env(s *session.Session) *plan.Env {
	if s != nil && s.System {
		return e.system
	}
	return e.user
}

// Type gives a model's struct layout; nil when the client has no generated structs.
func (e *Engine) Type(m *schema.Model) *rows.Type {
	if m.Index < len(e.Types) {
		return e.Types[m.Index]
	}
	return nil
}

// Cached gives what was compiled for a shape, or nil.
func (e *Engine) Cached(key []byte) any {
	e.mu.RLock()
	v := e.cache[string(key)]
	e.mu.RUnlock()
	return v
}

// Keep remembers what was compiled for a shape.
func (e *Engine) Keep(key []byte, v any) {
	e.mu.Lock()
	if len(e.cache) >= cacheLimit {
		e.cache = map[string]any{}
	}
	e.cache[string(key)] = v
	e.mu.Unlock()
}

// Forget drops every compiled statement: after the schema of a database changed.
func (e *Engine) Forget() {
	e.mu.Lock()
	e.cache = map[string]any{}
	e.mu.Unlock()
}

// Shapes gives how many call shapes are compiled.
func (e *Engine) Shapes() int {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return len(e.cache)
}
