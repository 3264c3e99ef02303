package session

import (
	"context"
	"errors"
	"sync"
)

// levels keeps what was asked about the subject: once per session and question.
type levels struct {
	mu   sync.Mutex
	told map[any]*level
}

// level is one answer; it may be read when done is closed.
type level struct {
	done chan struct{}
	n    int
	err  error
}

// errUnanswered stands until the answer is there; it stays where answering panicked.
var errUnanswered = errors.New("litestone: what tells levels gave no answer")

// errCircle is the error of a question whose answer is waited for by who shall answer it.
var errCircle = errors.New("litestone: the level is asked for while it is being told: let what tells levels make its calls as the system")

// askingKey marks the context of a question that is being answered, by its level.
type askingKey struct{ of *level }

// KnownLevel gives an answer that is there already.
func (s *Session) KnownLevel(question any) (n int, ok bool) {
	s.levels.mu.Lock()
	x := s.levels.told[question]
	s.levels.mu.Unlock()
	if x == nil {
		return 0, false
	}
	select {
	case <-x.done:
		return x.n, x.err == nil
	default:
		return 0, false
	}
}

// Level answers a question about the subject, a level for the model of a client, by ask: once, and
// from then on from memory. Others who ask meanwhile wait for the answer. An error is not kept.
func (s *Session) Level(ctx context.Context, question any, ask func(context.Context) (int, error)) (int, error) {
	l := &s.levels
	l.mu.Lock()
	if x, ok := l.told[question]; ok {
		l.mu.Unlock()
		return x.wait(ctx)
	}
	x := &level{done: make(chan struct{}), err: errUnanswered}
	if l.told == nil {
		l.told = map[any]*level{}
	}
	l.told[question] = x
	l.mu.Unlock()
	defer func() {
		if x.err != nil {
			l.mu.Lock()
			delete(l.told, question)
			l.mu.Unlock()
		}
		close(x.done)
	}()
	n, err := ask(context.WithValue(ctx, askingKey{x}, true))
	x.n, x.err = n, err
	return n, err
}

func (x *level) wait(ctx context.Context) (int, error) {
	select {
	case <-x.done:
		return x.n, x.err
	default:
	}
	if ctx.Value(askingKey{x}) != nil {
		return 0, errCircle
	}
	select {
	case <-x.done:
		return x.n, x.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}
