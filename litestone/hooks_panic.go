package litestone

import (
	"fmt"
	"runtime/debug"
)

// guarded runs a function the program brought; what says which. Its panic becomes an error, so that
// the call ends like any that fails: what it wrote is undone, and the client goes on. The log gets
// the stack, which the error cannot carry.
func (p *installed) guarded(what string, f func() error) (err error) {
	defer func() {
		if x := recover(); x != nil {
			err = p.panicked(what, x)
		}
	}()
	return f()
}

func (p *installed) panicked(what string, x any) error {
	p.log().Error("litestone: a function of the program panicked", "in", what, "panic", fmt.Sprint(x), "stack", string(debug.Stack()))
	e := &Error{Code: CodeConfig, Message: fmt.Sprintf("%s panicked: %v", what, x), Hint: "the log has the stack"}
	e.Err, _ = x.(error)
	return e
}
