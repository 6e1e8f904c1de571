// Package clock tells the time.
//
// Two clocks exist on purpose. Anything that expires is judged by the
// database's clock, so that nodes whose own clocks disagree still agree on who
// is signed in; an Offset is added to it, and only tests ever move that. The
// process's own Clock is for what stays inside the process: timeouts, the date
// in a mail's header, the log. Nothing that decides access may ask it.
package clock

import (
	"sync"
	"sync/atomic"
	"time"
)

// Clock is the process's own clock, in UTC.
type Clock interface {
	Now() time.Time
}

type system struct{}

// Now returns the machine's time. The monotonic reading is kept, so that
// differences survive a clock that is set back.
func (system) Now() time.Time { return time.Now().UTC() }

// System returns the machine's clock.
func System() Clock { return system{} } //nolint:iface // callers hold a Clock, so that tests can hand them a Fake

// Offset is a duration that is added to the database's time. The zero Offset
// adds nothing, which is what production runs with; a nil one does the same.
// It is safe for concurrent use and must not be copied.
type Offset struct {
	nanoseconds atomic.Int64
}

// Get returns the duration to add.
func (o *Offset) Get() time.Duration {
	if o == nil {
		return 0
	}
	return time.Duration(o.nanoseconds.Load())
}

// Set replaces the duration to add.
func (o *Offset) Set(d time.Duration) { o.nanoseconds.Store(int64(d)) }

// Advance moves the offset by d, which may be negative, and returns the new one.
func (o *Offset) Advance(d time.Duration) time.Duration {
	return time.Duration(o.nanoseconds.Add(int64(d)))
}

// Fake is a Clock that stands still until it is moved.
type Fake struct {
	mu  sync.Mutex
	now time.Time
}

// NewFake returns a Fake that stands at the given time.
func NewFake(at time.Time) *Fake { return &Fake{now: at.UTC()} }

// Now returns the time the Fake stands at.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Set moves the Fake to the given time, backwards too.
func (f *Fake) Set(at time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = at.UTC()
}

// Advance moves the Fake by d, which may be negative.
func (f *Fake) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}
