package migrate

import (
	"context"
	"errors"
	"fmt"

	"github.com/litestone-go/orm/litestone/internal/conn"
	"github.com/litestone-go/orm/litestone/liteerr"
)

// RollbackOptions say what is taken back.
type RollbackOptions struct {
	Steps int    // how many; defaults to 1
	To    string // or: everything that was applied after this migration, which stays

	// AcceptDataLoss allows ways back that drop tables with rows, or columns with values. Without
	// it such a way back is refused; one written by hand is asked nothing but what it says.
	AcceptDataLoss bool
}

// Rollback takes back what was applied last, each migration in a transaction of its own, in the
// opposite order of applying. Before anything runs it refuses where one of them has no way down,
// was edited or is gone.
func (r *Runner) Rollback(ctx context.Context, o RollbackOptions) ([]Done, error) {
	const operation = "migrate rollback"
	var history []Record
	err := r.DB.Snapshot(ctx, func(c *conn.Conn) (err error) {
		history, err = readHistory(ctx, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	n := max(o.Steps, 1)
	if o.To != "" {
		n = -1
		for i := range history {
			if history[i].Name == o.To {
				n = len(history) - 1 - i
			}
		}
		if n < 0 {
			return nil, &liteerr.Error{Code: liteerr.Config, Operation: operation, Message: "the migration " + o.To + " is not applied"}
		}
	}
	if n > len(history) {
		return nil, &liteerr.Error{Code: liteerr.Config, Operation: operation,
			Message: fmt.Sprintf("there %s applied, so %d cannot be taken back", plural(len(history), "is 1 migration", fmt.Sprintf("are %d migrations", len(history))), n)}
	}
	var back []*Migration
	for i := len(history) - 1; i >= len(history)-n; i-- {
		m, err := r.reversible(history[i], operation)
		if err != nil {
			return nil, err
		}
		back = append(back, m)
	}
	var out []Done
	for _, m := range back {
		done, err := r.takeBack(ctx, m, o.AcceptDataLoss)
		if err != nil {
			return out, told(err, operation, 0)
		}
		out = append(out, *done)
	}
	if len(out) > 0 {
		return out, r.settle(ctx)
	}
	return out, nil
}

// reversible finds the way down of an applied migration, or says why there is none.
func (r *Runner) reversible(rec Record, operation string) (*Migration, error) {
	refuse := func(message, hint string) error {
		return &liteerr.Error{Code: liteerr.Config, Operation: operation, Message: message, Hint: hint}
	}
	m := r.Set.find(rec.Name)
	switch {
	case m == nil:
		return nil, refuse("the migration "+rec.Name+" is gone", "bring the file back")
	case m.Checksum() != rec.Checksum:
		return nil, refuse("the migration "+rec.Name+" was edited after it was applied", "put the file back as it was")
	case !m.HasDown && m.Go != nil:
		return nil, refuse("the Go migration "+rec.Name+" has no function that takes it back", "restore a backup, or write a new migration")
	case !m.HasDown:
		return nil, refuse("there is no "+rec.Name+downSuffix, "write it, restore a backup, or write a new migration")
	case m.Go == nil:
		return m, readable(m.downPath(), m.Down, operation)
	}
	return m, nil
}

func (m *Migration) downPath() string { return m.Path[:len(m.Path)-len(upSuffix)] + downSuffix }

// takeBack runs one way down. That the migration is still the last one applied is looked at again
// under the lock.
func (r *Runner) takeBack(ctx context.Context, m *Migration, mayLose bool) (*Done, error) {
	start := r.now()
	s := parseScript(m.Down)
	err := r.inTx(ctx, m.GoDown, s.rebuild, func(tx *conn.Tx, work func() error) error {
		c := tx.Conn()
		history, err := readHistory(ctx, c)
		if err != nil {
			return err
		}
		if len(history) == 0 || history[len(history)-1].Name != m.Name {
			return &liteerr.Error{Code: liteerr.Busy, Message: "another program is applying or taking back migrations", Err: errors.New("the history moved")}
		}
		if m.Go != nil {
			err = inGo(m.Name, work)
		} else {
			err = r.run(ctx, c, &s, m.Name, m.downPath(), mayLose)
		}
		if err != nil {
			return err
		}
		return forget(ctx, c, m.Name)
	})
	return &Done{Name: m.Name, Took: r.now().Sub(start)}, err
}
