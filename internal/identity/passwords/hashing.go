// Package passwords holds what is known of passwords alone: which are too easy to guess, and how they are hashed. Whose
// they are, how often somebody tried and where hashes are kept is no matter of this package.
package passwords

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"gatehouse/internal/fault"
)

// The cost of a password hash: the first recommendation of OWASP's Password Storage Cheat Sheet (S3). Raising one of
// them makes every password be hashed anew at its owner's next sign-in.
const (
	argonMemory      = 19 * 1024 // KiB
	argonIterations  = 2
	argonParallelism = 1
	argonSalt        = 16
	argonKey         = 32
)

// quickMemory is what a hash of NewQuickHasher takes, in KiB: the least that Argon2 works with.
const quickMemory = 8

// nobodysHash is hashed against where there is no password to compare with, so that the answer takes as long (S5). No
// password fits it, its key is no output of anything.
func nobodysHash(cost argon2id.Params) string {
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$Z2F0ZWhvdXNlLW5vYm9keQ$"+
		"bm8gcGFzc3dvcmQgaGFzIHRoaXMgYXMgaXRzIGhhc2g", cost.Memory, cost.Iterations, cost.Parallelism)
}

// busyAfter is how long a request waits for its turn to hash before it is told to come back.
const busyAfter = 15 * time.Second

// shortMark stands behind the hash of a password that is too short to be the only factor. It is kept with the hash, and
// sealed with it, so that a copy of the database does not say whose password is quickest to guess.
const shortMark = " short"

// Hasher hashes passwords, at most as many at once as there are processors: each takes 19 MiB and a whole core, and
// more at once would only cost memory (S3).
type Hasher struct {
	cost   argon2id.Params
	nobody string
	slots  chan struct{}
	count  atomic.Int64
}

// NewHasher makes a hasher. One is enough for a process; several would hash too much at once.
func NewHasher() *Hasher {
	return newHasher(argon2id.Params{
		Memory: argonMemory, Iterations: argonIterations, Parallelism: argonParallelism,
		SaltLength: argonSalt, KeyLength: argonKey,
	})
}

// NewQuickHasher makes a hasher whose hashes resist nobody: for tests of everything else, which would otherwise spend
// most of their time here, and for the demo, whose one password is on its first page. Nothing else may call it, which a
// test of its own watches over; and what it made would be made anew by a real hasher at the first sign-in.
func NewQuickHasher() *Hasher {
	return newHasher(argon2id.Params{
		Memory: quickMemory, Iterations: 1, Parallelism: 1, SaltLength: argonSalt, KeyLength: argonKey,
	})
}

func newHasher(cost argon2id.Params) *Hasher {
	return &Hasher{cost: cost, nobody: nobodysHash(cost), slots: make(chan struct{}, runtime.GOMAXPROCS(0))}
}

// Count is how many hashes were made and compared so far.
func (h *Hasher) Count() int64 { return h.count.Load() }

// Slots is how many hashes are made at once, at most.
func (h *Hasher) Slots() int { return cap(h.slots) }

// MakeRoom gives the program's pages processors of Go beside those that hashes hold for tens of milliseconds each,
// until undo is called; the system shares the real ones out among both.
func (h *Hasher) MakeRoom() (undo func()) {
	before := runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + h.Slots())
	return func() { runtime.GOMAXPROCS(before) }
}

// Hold takes every turn to hash until the function returned is called: tests and measurements see what waits.
func (h *Hasher) Hold() (release func()) {
	for range cap(h.slots) {
		h.slots <- struct{}{}
	}
	return func() {
		for range cap(h.slots) {
			<-h.slots
		}
	}
}

func (h *Hasher) turn(ctx context.Context) error {
	timer := time.NewTimer(busyAfter)
	defer timer.Stop()
	select {
	case h.slots <- struct{}{}:
		h.count.Add(1)
		return nil
	case <-timer.C:
		return fault.Limited(busyAfter, "Many people are signing in at the moment. Try again in a few seconds.")
	case <-ctx.Done():
		return fault.Unavailable("hash password", ctx.Err())
	}
}

func (h *Hasher) done() { <-h.slots }

// Hash makes what is kept of a password.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.turn(ctx); err != nil {
		return "", err
	}
	defer h.done()
	text, err := argon2id.CreateHash(norm.NFC.String(password), &h.cost)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	if tooShortAlone(password) {
		text += shortMark
	}
	return text, nil
}

// Check compares a password with what is kept, or with nobody's where nothing is, and says whether that is weaker than
// what would be kept today, or says the wrong thing about the password's length.
func (h *Hasher) Check(ctx context.Context, password, kept string) (fits, stale bool, err error) {
	known := kept != ""
	hash, short := strings.CutSuffix(kept, shortMark)
	if !known {
		hash = h.nobody
	}
	if err := h.turn(ctx); err != nil {
		return false, false, err
	}
	defer h.done()
	fits, params, err := argon2id.CheckHash(norm.NFC.String(password), hash)
	if err != nil {
		return false, false, fmt.Errorf("check password: %w", err)
	}
	stale = params.Memory < h.cost.Memory || params.Iterations < h.cost.Iterations ||
		params.KeyLength < h.cost.KeyLength || fits && short != tooShortAlone(password)
	return fits && known, stale, nil
}

// StandsAlone says whether the password that is kept is long enough to be somebody's only factor (S1).
func StandsAlone(kept string) bool { return kept != "" && !strings.HasSuffix(kept, shortMark) }

func tooShortAlone(password string) bool {
	return utf8.RuneCountInString(norm.NFC.String(password)) < ShortestAlone
}
