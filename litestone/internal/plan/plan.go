// Package plan turns resolved calls into statements-to-be: names are fields, every read or
// write of a model's table carries its guards, and values are parameters.
//
// A Select or a write over a model's table can only be made here: their bodies are
// unexported, and inside the package only guards.go opens a model's table. sqlgen renders
// nothing else, so SQL that forgets a guard does not compile.
//
// The package is pure: no context, no I/O, no clock.
package plan

import (
	"strconv"

	"github.com/litestone-go/orm/litestone/internal/policy"
	"github.com/litestone-go/orm/litestone/liteerr"
	"github.com/litestone-go/orm/litestone/query"
	"github.com/litestone-go/orm/litestone/schema"
)

// Env is what plans are made in: fixed at Open, but for the parts a session brings.
type Env struct {
	Schema      *schema.Schema
	Policies    *policy.Set
	Filters     map[*schema.Model]*query.Cond // global filters; their values become constants
	FilterFuncs map[*schema.Model]FilterFunc  // global filters that depend on who asks
	Alias       string                        // prefix of table aliases; no table's name begins with it
	Codec       Codec                         // encrypts searched values; nil without a key

	Computed map[*schema.Field][]*schema.Field // what the functions of computed fields need; nothing: every column
	Discreet bool                              // the schema has confidential fields

	System  bool            // the session is the system: no policies, no field rules
	Session *SessionFilters // what FilterFuncs say in this call; nil: there are none

	Trace *Trace // notes the guards given, for explanations; nil: nobody asks
	Named bool   // a statement that refuses a row says by which rule, for logs
	Defer bool   // every new row is judged when the call ends
}

// Codec turns a searched value of an encrypted field into what the column holds.
type Codec interface {
	// Token gives the stored search token of a value; ok is false when the field is not searchable.
	Token(f *schema.Field, v query.Value) (token query.Value, ok bool)
}

// NewEnv makes an Env for a schema.
func NewEnv(s *schema.Schema, filters map[*schema.Model]*query.Cond) *Env {
	return &Env{Schema: s, Policies: policy.NewSet(s), Filters: filters, Alias: aliasPrefix(s), Discreet: s.Confidential()}
}

// aliasPrefix finds a prefix that no table's name begins with, so an alias never hides a table.
func aliasPrefix(s *schema.Schema) string {
	for n := 0; ; n++ {
		prefix := "_" + string(rune('a'+n%26)) + strconv.Itoa(n/26)
		free := true
		for _, m := range s.Models {
			free = free && !hasPrefixFold(m.Table, prefix)
		}
		for _, j := range s.Joins {
			free = free && !hasPrefixFold(j.Table, prefix)
		}
		if free {
			return prefix + "_"
		}
	}
}

func hasPrefixFold(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		a, b := s[i], prefix[i]
		if 'A' <= a && a <= 'Z' {
			a += 'a' - 'A'
		}
		if a != b {
			return false
		}
	}
	return true
}

// Slots maps the address of each value of a call (a *query.Value; a limit's or offset's *int64; a
// search text's *string) to its place among the call's arguments.
type Slots map[any]int

// builder makes the plan of one statement; it counts aliases.
type builder struct {
	env      *Env
	slots    Slots
	n        int
	checks   []Check // what must hold of the session before the statement runs
	distinct bool    // rows that show the same are one
	joins    bool    // the statement may join to-one relations: it is a SELECT of rows

	at string // the relation whose rows are read, as "posts.comments."; empty for the call's own

	filtering []*schema.Model // whose global filters are being built, outermost first

	home *schema.Database // of the statement's first table: the others stand there too
}

func newBuilder(env *Env, slots Slots) *builder { return &builder{env: env, slots: slots} }

// Fault makes the error of a bad argument of a call on a model.
func Fault(m *schema.Model, field, message string) *liteerr.Error {
	e := &liteerr.Error{Code: liteerr.Validation, Message: message}
	if m != nil {
		e.Model = m.Accessor
	}
	if field != "" {
		e.Fields = []string{field}
	}
	return e
}
