// Package gate serves @@gate: levels 0 to 9 per operation, compared with the level a function of
// the program gives each subject.
//
//	db, err := litestone.Open(ctx, litestone.Config{
//		Schema: "schema.lite",
//		Plugins: []plugin.Plugin{gate.New(gate.Options{
//			GetLevel: func(ctx context.Context, auth map[string]any, model string) (int, error) {
//				switch auth["role"] {
//				case nil:
//					return gate.Stranger, nil
//				case "admin":
//					return gate.Administrator, nil
//				}
//				return gate.User, nil
//			},
//		})},
//	})
//
// @@gate("2.4.4.6") asks for level 2 to read, 4 to create, 4 to update and 6 to delete; the last
// number fills what is left out. The gate comes before row policies, on every path: includes,
// relation filters, nested writes, search, aggregates. restore and connect ask for the level of
// update, upsert for those of create and update.
package gate

import (
	"context"

	"github.com/litestone-go/orm/litestone/plugin"
	"github.com/litestone-go/orm/litestone/schema"
)

// The levels. GetLevel gives Stranger to SysAdmin; what is outside counts as the nearest of them.
const (
	Stranger      = 0
	Visitor       = 1
	Reader        = 2
	Creator       = 3
	User          = 4
	Administrator = 5
	Owner         = 6
	SysAdmin      = 7
	System        = 8 // only litestone.AsSystem
	Locked        = 9 // nobody, not even the system
)

// Options say how levels are told.
type Options struct {
	// GetLevel gives a subject's level for a model, by its accessor. auth is the subject given to
	// As or WithAuth, a struct as a map of its json names; nil when nobody is signed in. It is
	// asked once per view of As (or context of WithAuth) and model, in each call where nobody is
	// signed in, and never for the system; views of As are best made per request. An error refuses the call. It may be asked inside a
	// transaction: it may read, and must not write.
	// Defaults to Stranger for everybody.
	GetLevel func(ctx context.Context, auth map[string]any, model string) (int, error)
}

// Gate is the plugin.
type Gate struct{ options Options }

// New makes the plugin for Config.Plugins.
func New(o Options) *Gate { return &Gate{o} }

// Name is "gate".
func (*Gate) Name() string { return "gate" }

// Level implements plugin.Leveler.
func (g *Gate) Level(ctx context.Context, who plugin.Who, m *schema.Model) (int, error) {
	if g.options.GetLevel == nil {
		return Stranger, nil
	}
	return g.options.GetLevel(ctx, who.Auth, m.Accessor)
}

// LevelName gives a level's name in upper case, as SYSADMIN; empty for no level.
func LevelName(level int) string {
	names := [...]string{"STRANGER", "VISITOR", "READER", "CREATOR", "USER", "ADMINISTRATOR", "OWNER", "SYSADMIN", "SYSTEM", "LOCKED"}
	if level < 0 || level >= len(names) {
		return ""
	}
	return names[level]
}
