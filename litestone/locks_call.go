package litestone

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/litestone-go/orm/litestone/diag"
)

// callLocks runs the calls on locks by name: $locks.acquire (key, {owner, ttl, wait, retryEvery}),
// $locks.release (key, owner?), $locks.heartbeat (key, owner, ttl?), $locks.isHeld (key) and
// $locks.list. Times are milliseconds.
func (c *Client) callLocks(ctx context.Context, op string, args []any) (any, error) {
	k := c.Locks()
	if op == "list" {
		return answer(k.List(ctx))
	}
	key, ok := arg(args, 0).(string)
	if !ok {
		return nil, lockArgument(op, "key", "is a text")
	}
	switch op {
	case "acquire":
		o, err := lockOptions(arg(args, 1))
		if err != nil {
			return nil, err
		}
		l, err := k.Acquire(ctx, key, o)
		if err != nil {
			return nil, err
		}
		return l.LockInfo, nil
	case "isHeld":
		return answer(k.IsHeld(ctx, key))
	case "release":
		switch owner := arg(args, 1).(type) {
		case nil:
			return nil, k.Release(ctx, key)
		case string:
			return nil, k.Release(ctx, key, owner)
		}
		return nil, lockArgument(op, "owner", "is a text")
	case "heartbeat":
		owner, ok := arg(args, 1).(string)
		if !ok {
			return nil, lockArgument(op, "owner", "is a text")
		}
		ttl, err := milliseconds(op, "ttl", arg(args, 2))
		if err != nil {
			return nil, err
		}
		return nil, k.Heartbeat(ctx, key, owner, ttl)
	}
	return nil, &Error{Code: CodeUnsupported, Message: "there is no call $locks." + op, Hint: diag.DidYouMean(op, "acquire", "release", "heartbeat", "isHeld", "list")}
}

func lockOptions(args any) (o LockOptions, err error) {
	if args == nil {
		return o, nil
	}
	given, ok := args.(map[string]any)
	if !ok {
		return o, lockArgument("acquire", "options", "is an object")
	}
	for name, v := range given {
		switch name {
		case "owner":
			if o.Owner, ok = v.(string); !ok {
				return o, lockArgument("acquire", name, "is a text")
			}
		case "ttl":
			o.TTL, err = milliseconds("acquire", name, v)
		case "wait":
			o.Wait, err = milliseconds("acquire", name, v)
		case "retryEvery":
			o.RetryEvery, err = milliseconds("acquire", name, v)
		default:
			return o, lockArgument("acquire", name, strings.TrimSpace("is no option "+diag.DidYouMean(name, "owner", "ttl", "wait", "retryEvery")))
		}
		if err != nil {
			return o, err
		}
	}
	return o, nil
}

// milliseconds reads a time span; nil is 0.
func milliseconds(op, name string, v any) (time.Duration, error) {
	var ms float64
	switch v := v.(type) {
	case nil:
		return 0, nil
	case float64:
		ms = v
	case int:
		ms = float64(v)
	case int64:
		ms = float64(v)
	case json.Number:
		f, err := v.Float64()
		if err != nil {
			return 0, lockArgument(op, name, fmt.Sprintf("is a number of milliseconds, not %q", v))
		}
		ms = f
	default:
		return 0, lockArgument(op, name, fmt.Sprintf("is a number of milliseconds, not %T", v))
	}
	if !(ms >= 0 && ms < 1e12) {
		return 0, lockArgument(op, name, "is out of range")
	}
	return time.Duration(ms * float64(time.Millisecond)), nil
}

func lockArgument(op, name, message string) error {
	return &Error{Code: CodeValidation, Operation: "lock." + op, Fields: []string{name}, Message: message}
}
