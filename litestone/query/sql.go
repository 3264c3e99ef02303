package query

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"time"
)

// SQL is trusted SQL with bound values, where the builders cannot say it: ? stands for each of
// args, in order. Column names are the table's columns, unqualified. The text must never hold
// what a user typed; give that as an argument. A bad argument is reported by the call that uses
// the fragment.
func SQL(text string, args ...any) Fragment {
	f := Fragment{SQL: text}
	if len(args) > 0 {
		f.Args = make([]Value, len(args))
	}
	for i, a := range args {
		v, err := ValueOf(a)
		if err != nil {
			f.Err = invalid("", "", fmt.Sprintf("argument %d of an SQL fragment %v", i+1, err), "")
			return f
		}
		f.Args[i] = v
	}
	return f
}

// Cond makes the fragment part of a larger condition.
func (f Fragment) Cond() Cond { return Cond{Op: OpRaw, Raw: &f} }

// Predicate makes a Fragment a Predicate. It is Go code's own SQL, so it is trusted everywhere.
func (f Fragment) Predicate(*Scope) (*Cond, error) {
	if f.Err != nil {
		return nil, f.Err
	}
	return &Cond{Op: OpRaw, Raw: &f}, nil
}

// ValueOf turns a Go value into what SQLite stores: nil, booleans, numbers, texts, []byte, times
// (as Litestone's text), json.Number, pointers to them, types made from them and driver.Valuer.
// Anything else, and numbers SQLite cannot hold, is an error that says so.
func ValueOf(v any) (Value, error) {
	switch x := v.(type) {
	case nil:
		return Null(), nil
	case Value:
		return x, nil
	case bool:
		return Bool(x), nil
	case int:
		return Int(int64(x)), nil
	case int64:
		return Int(x), nil
	case float64:
		return realValue(x)
	case string:
		return Text(x), nil
	case []byte:
		if x == nil {
			return Null(), nil
		}
		return Blob(x), nil
	case time.Time:
		return timeValue(x), nil
	case json.Number:
		return numberValue(x)
	case driver.Valuer:
		if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer && r.IsNil() {
			return Null(), nil
		}
		d, err := x.Value()
		if err != nil {
			return Null(), err
		}
		if _, again := d.(driver.Valuer); again {
			return Null(), fmt.Errorf("of type %T gives no plain value", v)
		}
		return ValueOf(d)
	}
	return reflectValue(reflect.ValueOf(v))
}

func reflectValue(r reflect.Value) (Value, error) {
	switch r.Kind() {
	case reflect.Bool:
		return Bool(r.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return Int(r.Int()), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		if r.Uint() > math.MaxInt64 {
			return Null(), fmt.Errorf("is %d, too large for SQLite's integers", r.Uint())
		}
		return Int(int64(r.Uint())), nil
	case reflect.Float32, reflect.Float64:
		return realValue(r.Float())
	case reflect.String:
		return Text(r.String()), nil
	case reflect.Pointer, reflect.Interface:
		if r.IsNil() {
			return Null(), nil
		}
		return ValueOf(r.Elem().Interface())
	case reflect.Slice:
		if r.Type().Elem().Kind() == reflect.Uint8 {
			if r.IsNil() {
				return Null(), nil
			}
			return Blob(r.Bytes()), nil
		}
	}
	return Null(), fmt.Errorf("is of type %s, which SQLite cannot store", r.Type())
}

func realValue(f float64) (Value, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Null(), fmt.Errorf("is %v, not a finite number", f)
	}
	return Real(f), nil
}

// numberValue keeps whole numbers integers.
func numberValue(n json.Number) (Value, error) {
	if i, err := n.Int64(); err == nil {
		return Int(i), nil
	}
	f, err := n.Float64()
	if err != nil || math.IsInf(f, 0) {
		return Null(), fmt.Errorf("is %q, not a number SQLite can hold", string(n))
	}
	return Real(f), nil
}
