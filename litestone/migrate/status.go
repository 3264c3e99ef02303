package migrate

import (
	"context"
	"fmt"
	"time"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// State is where one migration stands.
type State string

// The states.
const (
	Applied  State = "applied"
	Pending  State = "pending"  // in the folder, not in the history
	Modified State = "modified" // applied, but the file has changed since
	Missing  State = "missing"  // applied, but the file is gone
)

// Standing is a migration with its state.
type Standing struct {
	Name       string
	State      State
	AppliedAt  time.Time // zero: not applied
	Took       time.Duration
	OutOfOrder bool // pending, though one with a later timestamp is applied: it came in with another branch
	Go         bool
	Reversible bool // there is a way down
}

// standings compares the folder with the history as sets: a file of another branch that is older
// than the last one applied is pending all the same.
func standings(set Set, history []Record) []Standing {
	var out []Standing
	done := map[string]*Record{}
	last := ""
	for i := range history {
		done[history[i].Name] = &history[i]
		if last == "" || before(last, history[i].Name) {
			last = history[i].Name
		}
	}
	for i := range set {
		m := &set[i]
		s := Standing{Name: m.Name, State: Pending, Go: m.Go != nil, Reversible: m.HasDown}
		if rec := done[m.Name]; rec != nil {
			s.State, s.AppliedAt, s.Took = Applied, rec.AppliedAt, rec.Took
			if rec.Checksum != m.Checksum() {
				s.State = Modified
			}
			delete(done, m.Name)
		} else {
			s.OutOfOrder = last != "" && before(m.Name, last)
		}
		out = append(out, s)
	}
	for i := range history {
		if rec := done[history[i].Name]; rec != nil {
			at := 0
			for at < len(out) && before(out[at].Name, rec.Name) {
				at++
			}
			lost := Standing{Name: rec.Name, State: Missing, AppliedAt: rec.AppliedAt, Took: rec.Took, Go: rec.Checksum == "go"}
			out = append(out[:at], append([]Standing{lost}, out[at:]...)...)
		}
	}
	return out
}

// Status compares a set with what a database has applied. It changes nothing.
func Status(ctx context.Context, db *conn.DB, set Set) ([]Standing, error) {
	var history []Record
	err := db.Snapshot(ctx, func(c *conn.Conn) (err error) {
		history, err = readHistory(ctx, c)
		return err
	})
	return standings(set, history), err
}

// standsInTheWay refuses a history that does not fit the folder. What is applied must be what the
// files say, or nobody knows what the next file will meet.
func standsInTheWay(all []Standing, operation string) error {
	var modified, missing []string
	newest := ""
	for i := range all {
		switch s := &all[i]; s.State {
		case Modified:
			modified = append(modified, s.Name)
		case Missing:
			missing = append(missing, s.Name)
		}
		if all[i].State != Missing && (newest == "" || before(newest, all[i].Name)) {
			newest = all[i].Name
		}
	}
	switch {
	case len(modified) > 0:
		return &liteerr.Error{Code: liteerr.Config, Operation: operation,
			Message: fmt.Sprintf("applied migrations were edited: %s", quotedNames(modified)), Hint: "put the files back as they were and write the change as a new migration"}
	case len(missing) > 0 && before(newest, missing[0]):
		return &liteerr.Error{Code: liteerr.Config, Operation: operation,
			Message: fmt.Sprintf("the database is newer than this program: it has applied %s, after every migration there is", quotedNames(missing)), Hint: "run the newer version, or bring the files back"}
	case len(missing) > 0:
		return &liteerr.Error{Code: liteerr.Config, Operation: operation,
			Message: fmt.Sprintf("applied migrations are gone: %s", quotedNames(missing)), Hint: "bring the files back"}
	}
	return nil
}
