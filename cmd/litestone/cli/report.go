package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/litestone-go/orm/litestone"
	"github.com/litestone-go/orm/litestone/diag"
)

// report writes an error: a schema's diagnostics whole, anything else on one line.
func report(w io.Writer, err error) {
	var list diag.List
	var e *litestone.Error
	switch {
	case errors.As(err, &list):
		_ = list.Render(w)
	case errors.As(err, &e):
		fmt.Fprintln(w, err)
	default:
		fmt.Fprintln(w, "litestone:", err)
	}
}

// refuse is an error of a command itself.
func refuse(command, hint, format string, args ...any) error {
	return &litestone.Error{Code: litestone.CodeConfig, Operation: command, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// refuseFor is refuse for what the operating system or a parser said.
func refuseFor(command, hint string, err error) error {
	return &litestone.Error{Code: litestone.CodeConfig, Operation: command, Message: err.Error(), Hint: hint, Err: err}
}

// printJSON writes a value indented, texts as they are.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
