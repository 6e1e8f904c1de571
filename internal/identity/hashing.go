package identity

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

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

// nobodysHash is hashed against where there is no password to compare with, so that the answer takes as long (S5). Its
// parameters are those above; no password fits it, its key is no output of anything.
const nobodysHash = "$argon2id$v=19$m=19456,t=2,p=1$Z2F0ZWhvdXNlLW5vYm9keQ$" +
	"bm8gcGFzc3dvcmQgaGFzIHRoaXMgYXMgaXRzIGhhc2g"

// busyAfter is how long a request waits for its turn to hash before it is told to come back.
const busyAfter = 15 * time.Second

// hasher hashes passwords, at most as many at once as there are processors: each takes 19 MiB and a whole core, and
// more at once would only cost memory (S3).
type hasher struct {
	slots chan struct{}
	count atomic.Int64
}

func newHasher() *hasher { return &hasher{slots: make(chan struct{}, runtime.GOMAXPROCS(0))} }

func (h *hasher) turn(ctx context.Context) error {
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

func (h *hasher) done() { <-h.slots }

// hash makes the hash that is kept of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.turn(ctx); err != nil {
		return "", err
	}
	defer h.done()
	text, err := argon2id.CreateHash(norm.NFC.String(password), argonParams())
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return text, nil
}

// check compares a password with a hash, or with nobody's where there is none, and says whether the hash is weaker than
// those made today.
func (h *hasher) check(ctx context.Context, password, hash string) (fits, weak bool, err error) {
	known := hash != ""
	if !known {
		hash = nobodysHash
	}
	if err := h.turn(ctx); err != nil {
		return false, false, err
	}
	defer h.done()
	fits, params, err := argon2id.CheckHash(norm.NFC.String(password), hash)
	if err != nil {
		return false, false, fmt.Errorf("check password: %w", err)
	}
	weak = params.Memory < argonMemory || params.Iterations < argonIterations || params.KeyLength < argonKey
	return fits && known, weak, nil
}

func argonParams() *argon2id.Params {
	return &argon2id.Params{
		Memory: argonMemory, Iterations: argonIterations, Parallelism: argonParallelism,
		SaltLength: argonSalt, KeyLength: argonKey,
	}
}
