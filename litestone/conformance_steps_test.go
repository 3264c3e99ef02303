package litestone_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/schema"
	"github.com/litestone-go/orm/plugins/encrypt"
	"github.com/litestone-go/orm/plugins/gate"
)

// step is one step of a case; see the README of the cases.
type step struct {
	Call      string          `json:"call"`
	Args      json.RawMessage `json:"args"`
	As        any             `json:"as"`
	SQL       string          `json:"sql"`
	Params    []any           `json:"params"`
	DB        string          `json:"db"`
	Tx        []step          `json:"tx"`
	Rollback  bool            `json:"rollback"`
	Reopen    *string         `json:"reopen"`
	Options   map[string]any  `json:"options"`
	Parse     *string         `json:"parse"`
	Settle    int             `json:"settle"`
	Expect    json.RawMessage `json:"expect"`
	Error     *stepError      `json:"error"`
	Unordered bool            `json:"unordered"`
}

type stepError struct {
	Code   string   `json:"code"`
	Fields []string `json:"fields"`
}

// caseRun is one case on its own files.
type caseRun struct {
	dir     string
	options map[string]any
	client  *litestone.Client
	results []any
}

func runCase(t *testing.T, c suiteCase) (err error) {
	r := &caseRun{dir: t.TempDir(), options: c.Options}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
		if r.client != nil {
			if cerr := r.client.Close(); cerr != nil && err == nil {
				err = cerr
			}
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if c.Schema != "" {
		if err := r.open(ctx, c.Schema); err != nil {
			return fmt.Errorf("open: %w", err)
		}
	}
	for i, s := range c.Steps {
		if err := r.step(ctx, r.client, s); err != nil {
			return fmt.Errorf("step %d: %s%s: %w", i, s.Call, s.SQL, err)
		}
	}
	return nil
}

func (r *caseRun) open(ctx context.Context, text string) error {
	cfg := litestone.Config{
		SchemaText:  strings.ReplaceAll(text, "$DIR", r.dir),
		DB:          filepath.Join(r.dir, "main.db"),
		AutoMigrate: true, AcceptDataLoss: true,
	}
	if err := configure(&cfg, r.options); err != nil {
		return err
	}
	client, err := litestone.Open(ctx, cfg)
	if err == nil {
		r.client = client
	}
	return err
}

// configure sets what a case's options ask for.
func configure(cfg *litestone.Config, options map[string]any) error {
	for name, v := range options {
		switch name {
		case "pluralize":
			cfg.Pluralize, _ = v.(bool)
		case "encryptionKey":
			key, _ := v.(string)
			cfg.Plugins = append(cfg.Plugins, encrypt.New(key))
		case "gate":
			cfg.Plugins = append(cfg.Plugins, gate.New(gate.Options{GetLevel: levelOf}))
		case "filters":
			cfg.Filters = map[string]litestone.Predicate{}
			for model, where := range v.(map[string]any) {
				cfg.Filters[model] = litestone.Map(where.(map[string]any))
			}
		case "scopes":
			cfg.Scopes = map[string]map[string]litestone.Scope{}
			for model, scopes := range v.(map[string]any) {
				cfg.Scopes[model] = map[string]litestone.Scope{}
				for name, find := range scopes.(map[string]any) {
					text, err := json.Marshal(find)
					if err != nil {
						return err
					}
					cfg.Scopes[model][name] = litestone.NewScope(litestone.JSON(text))
				}
			}
		default:
			return fmt.Errorf("option %s is not served yet", name)
		}
	}
	return nil
}

// levelOf is the auth object's own level, 0 without one.
func levelOf(_ context.Context, auth map[string]any, _ string) (int, error) {
	switch n := auth["level"].(type) {
	case json.Number:
		i, err := n.Int64()
		return int(i), err
	case float64:
		return int(n), nil
	}
	return 0, nil
}

func (r *caseRun) step(ctx context.Context, client *litestone.Client, s step) error {
	var v any
	var err error
	switch {
	case s.Parse != nil:
		v = parse(*s.Parse)
	case s.Reopen != nil:
		v, err = r.reopen(ctx, s)
	case s.Tx != nil:
		v, err = r.tx(ctx, client, s)
		var broken *stepFailure
		if errors.As(err, &broken) {
			return broken
		}
	case s.SQL != "":
		v, err = r.sql(ctx, client, s)
	default:
		v, err = r.call(ctx, client, s)
	}
	r.results = append(r.results, v)
	time.Sleep(time.Duration(s.Settle) * time.Millisecond)
	if s.Error != nil {
		return matchError(*s.Error, err)
	}
	if err != nil {
		return err
	}
	if s.Expect == nil {
		return nil
	}
	want, derr := tree(s.Expect)
	if derr != nil {
		return derr
	}
	if s.Parse != nil {
		return matchKeys(want, v)
	}
	return match(want, v, s.Unordered)
}

func (r *caseRun) call(ctx context.Context, client *litestone.Client, s step) (any, error) {
	switch as := s.As.(type) {
	case nil:
	case string:
		client = client.AsSystem()
	default:
		client = client.As(as)
	}
	var args []any
	if s.Args != nil {
		a, err := tree(s.Args)
		if err != nil {
			return nil, err
		}
		if a, err = r.substitute(a); err != nil {
			return nil, err
		}
		if l, ok := a.([]any); ok {
			args = l
		} else {
			args = []any{a}
		}
	}
	v, err := client.Call(ctx, s.Call, args...)
	if err != nil {
		return nil, err
	}
	return toTree(v)
}

func (r *caseRun) sql(ctx context.Context, client *litestone.Client, s step) (any, error) {
	params, err := r.substitute(append([]any{}, s.Params...))
	if err != nil {
		return nil, err
	}
	st := client.SQL(s.SQL, params.([]any)...)
	if s.DB != "" {
		st = st.On(s.DB)
	}
	rows, err := st.Rows(ctx)
	if err != nil {
		return nil, err
	}
	return toTree(rows)
}

var errRollback = errors.New("rolled back on request")

// stepFailure is a step inside a transaction that did not answer as it should.
type stepFailure struct {
	at  int
	err error
}

func (f *stepFailure) Error() string { return fmt.Sprintf("inner step %d: %v", f.at, f.err) }

func (r *caseRun) tx(ctx context.Context, client *litestone.Client, s step) (any, error) {
	err := client.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
		for i, inner := range s.Tx {
			if err := r.step(ctx, tx, inner); err != nil {
				return &stepFailure{i, err}
			}
		}
		if s.Rollback {
			return errRollback
		}
		return nil
	})
	if err != nil && !errors.Is(err, errRollback) {
		return nil, err
	}
	return "ok", nil
}

func (r *caseRun) reopen(ctx context.Context, s step) (any, error) {
	if r.client != nil {
		if err := r.client.Close(); err != nil {
			return nil, err
		}
		r.client = nil
	}
	if s.Options != nil {
		r.options = s.Options
	}
	if err := r.open(ctx, *s.Reopen); err != nil {
		return nil, err
	}
	return "ok", nil
}

func parse(text string) any {
	s, err := schema.FromText("schema", text, schema.Options{})
	if err != nil {
		return map[string]any{"valid": false}
	}
	return s.Describe()
}

// substitute replaces {"$sql"}, {"$bytes"} and {"$step"} by what they stand for.
func (r *caseRun) substitute(v any) (any, error) {
	switch x := v.(type) {
	case []any:
		for i := range x {
			y, err := r.substitute(x[i])
			if err != nil {
				return nil, err
			}
			x[i] = y
		}
	case map[string]any:
		if text, ok := x["$sql"].(string); ok {
			params, _ := x["params"].([]any)
			f := litestone.SQL(text, params...)
			return &f, f.Err
		}
		if b, ok := x["$bytes"].(string); ok {
			return base64.StdEncoding.DecodeString(b)
		}
		if n, ok := x["$step"].(json.Number); ok {
			i, err := n.Int64()
			if err != nil || int(i) >= len(r.results) {
				return nil, fmt.Errorf("no step %s", n)
			}
			return pick(r.results[i], fmt.Sprint(x["path"]))
		}
		for k := range x {
			y, err := r.substitute(x[k])
			if err != nil {
				return nil, err
			}
			x[k] = y
		}
	}
	return v, nil
}

// pick walks a dotted path of names and list places.
func pick(v any, path string) (any, error) {
	for _, p := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[p]
		case []any:
			var i int
			if _, err := fmt.Sscan(p, &i); err != nil || i >= len(x) {
				return nil, fmt.Errorf("no %s in %s", p, path)
			}
			v = x[i]
		default:
			return nil, fmt.Errorf("no %s in %s", p, path)
		}
	}
	return v, nil
}
