package litestone_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/litestone-go/orm/litestone"
)

const lockSchema = "model notes {\n  id Integer @id\n  n Integer @default(0)\n}\n"

func openText(t *testing.T, cfg litestone.Config) *litestone.Client {
	t.Helper()
	db, err := litestone.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

// TestLockMeetsOneAtATime lets goroutines of two clients on one file, as two processes are, run
// under one lock.
func TestLockMeetsOneAtATime(t *testing.T) {
	file := filepath.Join(t.TempDir(), "app.db")
	clients := []*litestone.Client{
		openText(t, litestone.Config{SchemaText: lockSchema, DB: file}),
		openText(t, litestone.Config{SchemaText: lockSchema, DB: file}),
	}
	var inside, ran atomic.Int32
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			err := clients[i%2].Lock(t.Context(), "job", func(context.Context) error {
				if inside.Add(1) != 1 {
					t.Error("two hold the lock")
				}
				time.Sleep(time.Millisecond)
				inside.Add(-1)
				ran.Add(1)
				return nil
			}, litestone.LockOptions{Wait: 20 * time.Second, RetryEvery: time.Millisecond})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if ran.Load() != 8 {
		t.Errorf("%d of 8 ran", ran.Load())
	}
	list, err := clients[0].Locks().List(t.Context())
	if err != nil || len(list) != 0 {
		t.Errorf("locks left: %v, %v", list, err)
	}
}

func TestLockIsReleasedHoweverItEnds(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: lockSchema, DB: ":memory:"})
	free := func(t *testing.T) {
		t.Helper()
		if held, err := db.Locks().IsHeld(t.Context(), "k"); err != nil || held {
			t.Errorf("held %v, %v", held, err)
		}
	}
	t.Run("error", func(t *testing.T) {
		want := errors.New("mine")
		if err := db.Lock(t.Context(), "k", func(context.Context) error { return want }); err != want {
			t.Errorf("%v", err)
		}
		free(t)
	})
	t.Run("panic", func(t *testing.T) {
		func() {
			defer func() {
				if p := recover(); p != "mine" {
					t.Errorf("recovered %v", p)
				}
			}()
			db.Lock(t.Context(), "k", func(context.Context) error { panic("mine") })
		}()
		free(t)
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		err := db.Lock(ctx, "k", func(ctx context.Context) error {
			cancel()
			return ctx.Err()
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		free(t)
	})
}

// TestLockKeepsBeating holds a lock for several of its ttls.
func TestLockKeepsBeating(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: lockSchema, DB: ":memory:"})
	err := db.Lock(t.Context(), "k", func(ctx context.Context) error {
		for range 6 {
			time.Sleep(200 * time.Millisecond)
			if held, err := db.Locks().IsHeld(ctx, "k"); err != nil || !held {
				t.Errorf("held %v, %v", held, err)
			}
		}
		return nil
	}, litestone.LockOptions{TTL: 600 * time.Millisecond})
	if err != nil {
		t.Error(err)
	}
}

// TestLockOutlivesALongTransaction runs a transaction that is longer than the ttl: no heartbeat
// can be written meanwhile, and nobody can take the lock either.
func TestLockOutlivesALongTransaction(t *testing.T) {
	file := filepath.Join(t.TempDir(), "app.db")
	db := openText(t, litestone.Config{SchemaText: lockSchema, DB: file})
	other := openText(t, litestone.Config{SchemaText: lockSchema, DB: file})
	waiting := make(chan error, 1)
	var inside atomic.Bool
	err := db.Lock(t.Context(), "k", func(ctx context.Context) error {
		inside.Store(true)
		defer inside.Store(false)
		err := db.Transaction(ctx, func(ctx context.Context, tx *litestone.Client) error {
			go func() {
				waiting <- other.Lock(context.Background(), "k", func(context.Context) error {
					if inside.Load() {
						return errors.New("two hold the lock")
					}
					return nil
				}, litestone.LockOptions{Wait: 20 * time.Second, RetryEvery: 5 * time.Millisecond})
			}()
			_, err := tx.Table("notes").Create(ctx, litestone.Map{"data": map[string]any{"n": 1}})
			time.Sleep(500 * time.Millisecond)
			return err
		})
		time.Sleep(50 * time.Millisecond)
		return err
	}, litestone.LockOptions{TTL: 200 * time.Millisecond})
	if err != nil {
		t.Errorf("the holder: %v", err)
	}
	if err := <-waiting; err != nil {
		t.Errorf("the one who waits: %v", err)
	}
}

// TestLockTellsItsLoss takes a lock away under a running function: its context ends with the
// loss.
func TestLockTellsItsLoss(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: lockSchema, DB: ":memory:"})
	err := db.Lock(t.Context(), "k", func(ctx context.Context) error {
		if err := db.Locks().Release(ctx, "k"); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			if !errors.Is(context.Cause(ctx), litestone.ErrLockReleased) {
				t.Errorf("cause %v", context.Cause(ctx))
			}
			return ctx.Err()
		case <-time.After(20 * time.Second):
			return errors.New("nobody told")
		}
	}, litestone.LockOptions{TTL: 30 * time.Second / 300})
	if !errors.Is(err, litestone.ErrLockReleased) && !errors.Is(err, litestone.ErrLockExpired) {
		t.Errorf("%v", err)
	}
}

// TestLockHandle follows one clock, so every answer is exact.
func TestLockHandle(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	db := openText(t, litestone.Config{SchemaText: lockSchema, DB: ":memory:", Now: func() time.Time { return now }})
	k := db.Locks()
	if held, err := k.IsHeld(t.Context(), "a"); held || err != nil {
		t.Fatal(held, err)
	}
	a, err := k.Acquire(t.Context(), "a", litestone.LockOptions{Owner: "ann", TTL: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if got := a.ExpiresAt.Sub(a.AcquiredAt.Time); got != time.Second || a.Owner != "ann" || a.Key != "a" {
		t.Errorf("%+v", a.LockInfo)
	}
	_, err = k.Acquire(t.Context(), "a", litestone.LockOptions{Owner: "ann"})
	if !errors.Is(err, litestone.ErrLockNotAcquired) {
		t.Errorf("the owner took it twice: %v", err)
	}
	if want := "litestone: lock.acquire: the lock a is held by ann until 2026-01-02T03:04:06.000Z (give LockOptions.Wait, or try again later)"; err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
	now = now.Add(900 * time.Millisecond)
	if err := a.Heartbeat(t.Context()); err != nil {
		t.Error(err)
	}
	now = now.Add(900 * time.Millisecond)
	if held, err := k.IsHeld(t.Context(), "a"); !held || err != nil {
		t.Error(held, err)
	}
	if err := k.Heartbeat(t.Context(), "a", "bob", time.Hour); err != nil {
		t.Error(err)
	}
	now = now.Add(100 * time.Millisecond)
	if held, err := k.IsHeld(t.Context(), "a"); held || err != nil {
		t.Errorf("another's heartbeat prolonged it: %v, %v", held, err)
	}
	if err := a.Heartbeat(t.Context()); !errors.Is(err, litestone.ErrLockExpired) {
		t.Error(err)
	}
	b, err := k.Acquire(t.Context(), "a", litestone.LockOptions{Owner: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Release(t.Context()); !errors.Is(err, litestone.ErrLockExpired) {
		t.Errorf("an old handle of the same owner released a new lock: %v", err)
	}
	if list, err := k.List(t.Context()); err != nil || len(list) != 1 || list[0] != b.LockInfo {
		t.Error(list, err)
	}
	if err := k.Release(t.Context(), "a", "bob"); err != nil {
		t.Error(err)
	}
	if held, _ := k.IsHeld(t.Context(), "a"); !held {
		t.Error("bob released ann's lock")
	}
	if err := k.Release(t.Context(), "a"); err != nil {
		t.Error(err)
	}
	if err := b.Release(t.Context()); !errors.Is(err, litestone.ErrLockReleased) {
		t.Error(err)
	}
	if err := k.Release(t.Context(), "never"); err != nil {
		t.Error(err)
	}
}

func TestLocksAreRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "app.db")
	db := openText(t, litestone.Config{SchemaText: lockSchema, DB: file})
	if _, err := db.Locks().Acquire(t.Context(), ""); !errors.Is(err, litestone.ErrValidation) {
		t.Errorf("no key: %v", err)
	}
	err := db.Transaction(t.Context(), func(ctx context.Context, tx *litestone.Client) error {
		if _, err := tx.Locks().Acquire(ctx, "k"); !errors.Is(err, litestone.ErrUnsupported) {
			t.Errorf("inside: %v", err)
		}
		if _, err := db.Locks().Acquire(ctx, "k"); !errors.Is(err, litestone.ErrUnsupported) {
			t.Errorf("beside: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := db.Locks().Acquire(ctx, "k", litestone.LockOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Locks().Acquire(ctx, "k", litestone.LockOptions{Wait: time.Minute}); !errors.Is(err, litestone.ErrCancelled) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting past the deadline: %v", err)
	}
	ro := openText(t, litestone.Config{SchemaText: lockSchema, DB: file, ReadOnly: true})
	if _, err := ro.Locks().Acquire(t.Context(), "j"); !errors.Is(err, litestone.ErrReadOnly) {
		t.Errorf("read-only: %v", err)
	}
	if held, err := ro.Locks().IsHeld(t.Context(), "k"); !held || err != nil {
		t.Errorf("read-only: held %v, %v", held, err)
	}
	// The table is no drift, and outlives the client.
	again := openText(t, litestone.Config{SchemaText: lockSchema, DB: file})
	if held, err := again.Locks().IsHeld(t.Context(), "k"); !held || err != nil {
		t.Errorf("again: held %v, %v", held, err)
	}
}

func TestLockCalls(t *testing.T) {
	db := openText(t, litestone.Config{SchemaText: lockSchema, DB: ":memory:"})
	for name, args := range map[string][]any{
		"$locks.acquire":   {7},
		"$locks.heartbeat": {"k"},
		"$locks.release":   {"k", 7},
		"$locks.isHeld":    {},
	} {
		if _, err := db.Call(t.Context(), name, args...); !errors.Is(err, litestone.ErrValidation) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, o := range []map[string]any{{"ttl": "1"}, {"tll": 1}, {"wait": -1}, {"owner": 1}, {"retryEvery": 1e300}} {
		if _, err := db.Call(t.Context(), "$locks.acquire", "k", o); !errors.Is(err, litestone.ErrValidation) {
			t.Errorf("%v: %v", o, err)
		}
	}
	if _, err := db.Call(t.Context(), "$locks.aquire", "k"); !errors.Is(err, litestone.ErrUnsupported) {
		t.Error(err)
	}
}
