package tokens_test

import (
	"testing"

	"gatehouse/internal/identity/tokens"
)

// N1: 256 bits, and only the hash is kept.
func TestTokens(t *testing.T) {
	t.Parallel()
	token, hash := tokens.New()
	other, _ := tokens.New()
	if again, ok := tokens.Hash(token); !ok || string(again) != string(hash) || token == other {
		t.Error("a token does not lead to its hash")
	}
	if len(hash) != 32 || len(token) != 43 {
		t.Errorf("token of %d characters, hash of %d bytes", len(token), len(hash))
	}
	for _, bad := range []string{"", token[:42], token + "A", token[:42] + "=", string(hash)} {
		if _, ok := tokens.Hash(bad); ok {
			t.Errorf("%q was taken for a token", bad)
		}
	}
}
