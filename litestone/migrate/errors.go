package migrate

import (
	"errors"
	"fmt"
	"strings"

	"github.com/litestone-go/orm/litestone/liteerr"
)

// operation is what the errors of this package name.
const operation = "push"

// refusal makes the error of a check that found rows in the way.
func (c *Check) refusal(rows int64) *liteerr.Error {
	return &liteerr.Error{Code: c.Code, Model: c.Model, Operation: operation, Fields: c.Fields,
		Message: fmt.Sprintf("%s, in %d %s", c.Message, rows, plural(int(rows), "row", "rows")), Hint: c.Hint}
}

// joined makes one error of several: the first one's code, all their words. Nil for none.
func joined(errs []*liteerr.Error) error {
	if len(errs) == 0 {
		return nil
	}
	if len(errs) == 1 {
		return errs[0]
	}
	lines := make([]string, len(errs))
	all := make([]error, len(errs))
	for i, e := range errs {
		lines[i] = "\n  " + strings.TrimPrefix(e.Error(), "litestone: ")
		all[i] = e
	}
	return &liteerr.Error{Code: errs[0].Code, Operation: operation,
		Message: fmt.Sprintf("the database cannot be brought to the schema, for %d reasons:%s", len(errs), strings.Join(lines, "")),
		Err:     errors.Join(all...)}
}

// dataLoss refuses destructive steps nobody has agreed to.
func dataLoss(lost []string) error {
	return &liteerr.Error{Code: liteerr.Config, Operation: operation,
		Message: "values would be lost: " + strings.Join(lost, "; "),
		Hint:    "back the database up and accept the loss, or keep the fields; one that only has another name now takes @was(\"old\")"}
}

// failed says which statement SQLite refused.
func failed(err error, step *Step, sql string) error {
	var e *liteerr.Error
	if !errors.As(err, &e) || e.Code == liteerr.Cancelled {
		return err
	}
	c := *e
	c.Operation = operation
	c.Message = step.Comment + ": " + e.Message + "; the statement was: " + shorten(sql)
	return &c
}

// inSchema blames the schema for SQL that fails in an empty database: an expression SQLite does
// not understand.
func inSchema(err error) error {
	var e *liteerr.Error
	if !errors.As(err, &e) || e.Code != liteerr.SQL {
		return err
	}
	c := *e
	c.Code = liteerr.Schema
	c.Hint = "correct the SQL expression in the schema"
	return &c
}

func shorten(sql string) string {
	sql = strings.Join(strings.Fields(sql), " ")
	if r := []rune(sql); len(r) > 200 {
		return string(r[:200]) + " …"
	}
	return sql
}
