package litestone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/litestone-go/orm/litestone/internal/session"
	"github.com/litestone-go/orm/litestone/internal/write"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
)

// installed is what Config.Plugins brought, by what each part does: looked up once.
type installed struct {
	leveler plugin.Leveler
	codec   plugin.FieldCodec
	inits   []part[plugin.Initializer]
	checks  []part[plugin.Checker]

	filters      []part[plugin.ReadFilter]
	beforeRead   []part[plugin.BeforeReader]
	afterRead    []part[plugin.AfterReader]
	beforeCreate []part[plugin.BeforeCreator]
	beforeUpdate []part[plugin.BeforeUpdater]
	beforeDelete []part[plugin.BeforeDeleter]
	afterWrite   []part[plugin.AfterWriter]
	afterDelete  []part[plugin.AfterDeleter]
	queries      []part[plugin.QueryObserver]
	operations   []part[plugin.OperationObserver]

	hooks  *namedHooks              // Config.Hooks; nil without any
	events *herald                  // Config.OnEvent; nil without any
	watch  func(*schema.Model) bool // whose changes the After parts, hooks and events are told; nil: none's
	given  *slog.Logger             // Config.Logger
}

// part is one ability of a plugin.
type part[T any] struct {
	name string // the plugin's
	do   T
}

// install sorts the plugins' parts, the hooks and the events.
func install(cfg *Config, s *schema.Schema) (_ *installed, err error) {
	p := &installed{given: cfg.Logger}
	if p.hooks, err = nameHooks(cfg.Hooks); err != nil {
		return nil, err
	}
	if p.events, err = newHerald(cfg, s); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, x := range cfg.Plugins {
		if x == nil {
			return nil, pluginFault("Config.Plugins holds nil", "leave it out")
		}
		name := x.Name()
		if name == "" || seen[name] {
			return nil, pluginFault(fmt.Sprintf("two plugins are named %q", name), "give each plugin a name of its own")
		}
		seen[name] = true
		parts := []any{x}
		if set, ok := x.(*plugin.Set); ok {
			parts = set.Parts()
		}
		for _, one := range parts {
			if err := p.add(name, one, s); err != nil {
				return nil, err
			}
		}
	}
	p.watch = p.watched()
	for _, c := range p.checks {
		if err := p.ask(c.name, func() error { return c.do.Check(s) }); err != nil {
			return nil, liteerr.In(pluginError(err, CodeConfig, c.name, "does not fit"), "", "open")
		}
	}
	return p, nil
}

func pluginFault(message, hint string) *Error {
	return &Error{Code: CodeConfig, Operation: "open", Message: message, Hint: hint}
}

// add notes every ability of a part.
func (p *installed) add(name string, x any, s *schema.Schema) error {
	known := false
	if l, ok := x.(plugin.Leveler); ok {
		if p.leveler != nil {
			return pluginFault("the plugin "+name+" tells levels, and another one does already", "install one of them")
		}
		p.leveler, known = l, true
	}
	if c, ok := x.(plugin.FieldCodec); ok {
		if p.codec != nil {
			return pluginFault("the plugin "+name+" encodes fields, and another one does already", "install one of them")
		}
		p.codec, known = c, true
	}
	for _, k := range []bool{
		adopt(&p.checks, name, x), adopt(&p.inits, name, x), adopt(&p.filters, name, x),
		adopt(&p.beforeRead, name, x), adopt(&p.afterRead, name, x),
		adopt(&p.beforeCreate, name, x), adopt(&p.beforeUpdate, name, x), adopt(&p.beforeDelete, name, x),
		adopt(&p.afterWrite, name, x), adopt(&p.afterDelete, name, x),
		adopt(&p.queries, name, x), adopt(&p.operations, name, x),
	} {
		known = known || k
	}
	if !known {
		return pluginFault(fmt.Sprintf("the plugin %s has a part that does nothing: %T implements no interface of package plugin", name, x),
			"check the method's name and arguments")
	}
	return nil
}

// adopt notes one ability, where the part has it.
func adopt[T any](list *[]part[T], name string, x any) bool {
	do, ok := x.(T)
	if ok {
		*list = append(*list, part[T]{name, do})
	}
	return ok
}

// engage tells the engines whom to ask.
func (co *core) engage() {
	if co.plugins.leveler != nil {
		co.read.Level = co.levels()
	}
	if co.keys != nil {
		co.read.Unsealer = co.keys
	}
}

// sealer is what writes encrypt with, nil without a codec.
func (co *core) sealer() write.Sealer {
	if co.keys == nil {
		return nil
	}
	return co.keys
}

func (co *core) epoch() func() uint64 {
	if co.keys == nil {
		return nil
	}
	return co.keys.epoch.Load
}

// initPlugins prepares the plugins, when everything is open.
func (co *core) initPlugins(ctx context.Context) error {
	for _, p := range co.plugins.inits {
		if err := co.plugins.ask(p.name, func() error { return p.do.Init(ctx, host{co}) }); err != nil {
			return pluginError(err, CodeConfig, p.name, "could not be prepared")
		}
	}
	return nil
}

// ask calls a plugin, guarded.
func (p *installed) ask(name string, f func() error) (err error) {
	defer func() {
		if x := recover(); x != nil {
			err = p.panicked("plugin "+name, x)
		}
	}()
	return f()
}

// pluginError names the plugin in an error that is not the client's own.
func pluginError(err error, code liteerr.Code, name, what string) error {
	return foreign(err, code, "plugin "+name+" "+what)
}

// foreign says what an error that is not the client's own did.
func foreign(err error, code liteerr.Code, what string) error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		code = CodeCancelled
	}
	return &Error{Code: code, Message: what + ": " + err.Error(), Err: err}
}

func who(s *session.Session) plugin.Who { return plugin.Who{Auth: s.Auth, System: s.System} }

// Levels a subject can have.
const (
	lowestLevel  = 0
	highestLevel = 7
)

// levels asks the plugin once per session and model; for nobody each time.
func (co *core) levels() func(context.Context, *session.Session, *schema.Model) (int, error) {
	questions := make([]*schema.Model, len(co.schema.Models)) // their addresses tell clients apart
	copy(questions, co.schema.Models)
	tell := func(ctx context.Context, s *session.Session, m *schema.Model) (int, error) {
		var n int
		err := co.plugins.guarded("what tells levels", func() (err error) {
			n, err = co.plugins.leveler.Level(ctx, who(s), m)
			return err
		})
		if err != nil {
			return 0, levelError(err, m)
		}
		return max(lowestLevel, min(n, highestLevel)), nil
	}
	return func(ctx context.Context, s *session.Session, m *schema.Model) (int, error) {
		if s == co.nobody {
			// Many share this session, for as long as the client lives: their contexts may tell
			// them apart.
			return tell(ctx, s, m)
		}
		question := &questions[m.Index]
		if n, ok := s.KnownLevel(question); ok {
			return n, nil
		}
		return s.Level(ctx, question, func(ctx context.Context) (int, error) { return tell(ctx, s, m) })
	}
}

func levelError(err error, m *schema.Model) error {
	var e *Error
	switch {
	case errors.As(err, &e):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &Error{Code: CodeCancelled, Model: m.Accessor, Message: "the context ended while the level was asked for", Err: err}
	}
	return &Error{Code: CodeAccessDenied, Model: m.Accessor, Message: "the level could not be told: " + err.Error(), Err: err}
}

// host is the client as plugins see it.
type host struct{ co *core }

// Schema implements plugin.Host.
func (h host) Schema() *schema.Schema { return h.co.schema }

// Call implements plugin.Host.
func (h host) Call(ctx context.Context, name string, args ...any) (any, error) {
	c := &Client{core: h.co, sess: systemSession}
	if strings.HasPrefix(name, "$") {
		return nil, &Error{Code: CodeUnsupported, Message: "a plugin calls tables, not " + name}
	}
	c.tx = joinedTransaction(ctx, h.co)
	return c.Call(ctx, name, args...)
}

// Logger implements plugin.Host.
func (h host) Logger() *slog.Logger { return h.co.logger() }

func (co *core) logger() *slog.Logger { return loggerOr(co.config.Logger) }

func (p *installed) log() *slog.Logger { return loggerOr(p.given) }

func loggerOr(given *slog.Logger) *slog.Logger {
	if given != nil {
		return given
	}
	return slog.Default()
}
