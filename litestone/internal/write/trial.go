package write

import (
	"context"
	"errors"

	"github.com/litestone-go/orm/litestone/internal/read"
	"github.com/litestone-go/orm/litestone/internal/sqlgen"
	"github.com/litestone-go/orm/litestone/schema"
)

// Trial makes a call that changes nothing: what the rules say of its new rows is told instead of
// refused, and then all is undone with ErrTrial.
type Trial struct{ Verdicts []Verdict }

// Verdict is what the rules of an operation say of a new row.
type Verdict struct {
	read.Verdict
	Model *schema.Model
	Op    schema.Operation
}

// ErrTrial undoes a trial that got to its end.
var ErrTrial = errors.New("litestone: a trial is undone")

// tried judges the new rows of a trial. It never succeeds.
func (k *work) tried(ctx context.Context) error {
	if err := k.verdicts(ctx); err != nil {
		return err
	}
	return ErrTrial
}

// verdicts notes what the rules say of the rows that wait for them.
func (k *work) verdicts(ctx context.Context) error {
	for _, p := range k.pending {
		width := len(p.m.Key)
		for keys := p.keys; len(keys) > 0 || width == 0; {
			n := min(len(keys), sqlgen.MaxKeys*width)
			list, err := k.call.Judge(ctx, p.m, p.op, keys[:n], false)
			if err != nil {
				return err
			}
			for _, v := range list {
				k.c.Trial.Verdicts = append(k.c.Trial.Verdicts, Verdict{v, p.m, p.op})
			}
			keys = keys[n:]
		}
	}
	return nil
}
