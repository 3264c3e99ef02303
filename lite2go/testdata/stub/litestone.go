// Package litestone is what generated code needs of the runtime, and no more: signatures to
// type-check against where the runtime itself is not to be had.
package litestone

import (
	"context"
	"database/sql/driver"
	"fmt"
	"time"
)

type (
	Row    struct{ Extra map[string]any }
	Config struct{}
	Client struct{ _ *int }
	Nest   struct{}
	Find   struct{}

	Opt[T any]                  struct{ V T }
	Table[Row, Create, Upd any] struct{ _ *Client }

	Time    struct{ time.Time }
	FileRef struct{ Key string }

	Definition struct {
		Root      string
		Sources   []Source
		Pluralize bool
		Models    []ModelType
	}
	Source    struct{ Name, Text string }
	ModelType struct{}

	column                struct{ _ string }
	IntColumn             struct{ column }
	RealColumn            struct{ column }
	TextColumn            struct{ column }
	BoolColumn            struct{ column }
	TimeColumn            struct{ column }
	BlobColumn            struct{ column }
	JSONColumn            struct{ column }
	FileColumn            struct{ column }
	One                   struct{ column }
	Many                  struct{ column }
	EnumColumn[T ~string] struct{ column }
	ListColumn[T any]     struct{ column }
)

const layout = "2006-01-02T15:04:05.000Z"

func (t Time) Value() (driver.Value, error) { return t.UTC().Format(layout), nil }

func (t *Time) Scan(v any) (err error) {
	t.Time, err = time.Parse(layout, fmt.Sprint(v))
	return err
}

func MarshalRow(*Row, any) ([]byte, error)                            { return nil, nil }
func OpenModels(context.Context, Config, Definition) (*Client, error) { return nil, nil }
func ModelOf[R, C, U any](string) ModelType                           { return ModelType{} }
func TableOf[R, C, U any](*Client, int) Table[R, C, U]                { return Table[R, C, U]{} }

func (c *Client) As(any) *Client    { return c }
func (c *Client) AsSystem() *Client { return c }
func (c *Client) Transaction(context.Context, func(context.Context, *Client) error) error {
	return nil
}

func Int(model, field string, index int) (c IntColumn)                   { return }
func Real(model, field string, index int) (c RealColumn)                 { return }
func Text(model, field string, index int) (c TextColumn)                 { return }
func Bool(model, field string, index int) (c BoolColumn)                 { return }
func TimeOf(model, field string, index int) (c TimeColumn)               { return }
func BlobOf(model, field string, index int) (c BlobColumn)               { return }
func JSONOf(model, field string, index int) (c JSONColumn)               { return }
func FileOf(model, field string, index int) (c FileColumn)               { return }
func EnumOf[T ~string](model, field string, index int) (c EnumColumn[T]) { return }
func ListOf[T any](model, field string, index int) (c ListColumn[T])     { return }
func ToOne(model, field string, index int) (c One)                       { return }
func ToMany(model, field string, index int) (c Many)                     { return }

func IntAt(model, field string, index int, path ...string) (c IntColumn)                 { return }
func RealAt(model, field string, index int, path ...string) (c RealColumn)               { return }
func TextAt(model, field string, index int, path ...string) (c TextColumn)               { return }
func BoolAt(model, field string, index int, path ...string) (c BoolColumn)               { return }
func TimeAt(model, field string, index int, path ...string) (c TimeColumn)               { return }
func JSONAt(model, field string, index int, path ...string) (c JSONColumn)               { return }
func EnumAt[T ~string](model, field string, index int, path ...string) (c EnumColumn[T]) { return }
func ListAt[T any](model, field string, index int, path ...string) (c ListColumn[T])     { return }
