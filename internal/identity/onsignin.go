package identity

import (
	"gatehouse/internal/gate"
	"gatehouse/internal/platform/db"
)

// SignInHook is told of a session that begins, in the change that begins it. What it writes down of its own it adds to
// the change by Grant.Also.
type SignInHook func(tx *db.Tx, g gate.Grant) error

// OnSignIn has another room told of every session that begins. It is called while the program is put together.
func (p *People) OnSignIn(hook SignInHook) { p.onSignIn = append(p.onSignIn, hook) }

func (p *People) tellSignedIn(tx *db.Tx, g gate.Grant) error {
	for _, hook := range p.onSignIn {
		if err := hook(tx, g); err != nil {
			return err
		}
	}
	return nil
}
