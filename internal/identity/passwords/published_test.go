package passwords_test

import (
	"testing"

	"gatehouse/internal/identity/passwords"
)

// S3: only a password that was said to be no secret is recognised without a hash, only by the hasher that made its
// hash, and only until that is taken back.
func TestAPublishedPasswordIsRecognised(t *testing.T) {
	t.Parallel()
	const open, secret = "everybody knows this one", "nobody knows this one"
	h := passwords.NewHasher()
	before, err := h.Hash(t.Context(), open)
	if err != nil {
		t.Fatal(err)
	}
	undo := h.Publish(open)
	hash := func(password string) string {
		text, err := h.Hash(t.Context(), password)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	known, own := hash(open), hash(secret)
	check := func(about, password, kept string, fits bool, hashes int64) {
		t.Helper()
		was := h.Count()
		got, stale, err := h.Check(t.Context(), password, kept)
		if err != nil || got != fits || stale {
			t.Errorf("%s: fits %v, stale %v, %v", about, got, stale, err)
		}
		if n := h.Count() - was; n != hashes {
			t.Errorf("%s: %d hashes, not %d", about, n, hashes)
		}
	}
	check("the published password", open, known, true, 0)
	check("another password against its hash", secret, known, false, 1)
	check("the published password against another hash", open, own, false, 1)
	check("another password", secret, own, true, 1)
	check("a hash made before", open, before, true, 1)
	check("nobody", open, "", false, 1)
	undo()
	check("after it was taken back", open, known, true, 1)
}
