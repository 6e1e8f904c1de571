package factors

import (
	"context"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/totp"
	"gatehouse/internal/identity/tries"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Proof is what somebody shows at the second step of a sign-in, or when they are to prove again who they are. Each kind
// of proof is a type in a file of its own; whatever takes a proof takes them all.
type Proof interface {
	// blank is the message where nothing was filled in. It costs no try.
	blank() error
	// guessable says whether enough tries would find it. Such a proof waits after failures; one that cannot be guessed
	// does not, so that a stranger's guesses never keep the owner's key out (S4).
	guessable() bool
	// prepare does what must happen whatever follows, outside the transaction. A proof that does not fit is no error
	// here: use says so.
	prepare(ctx context.Context, p *Keyring, c Claim) (Shown, error)
}

// Blank is the message where nothing was filled in. It costs no try.
func Blank(proof Proof) error { return proof.blank() }

// Ready gets a proof ready for what it is shown for, outside the transaction.
func (p *Keyring) Ready(ctx context.Context, proof Proof, c Claim) (Shown, error) {
	s, err := proof.prepare(ctx, p, c)
	s.Guessable = proof.guessable()
	return s, err
}

// Claim is what a proof is shown for.
type Claim struct {
	Person  persons.Row
	Purpose Purpose
	Holder  Holder
}

// Shown is a proof that is ready to be used.
type Shown struct {
	Method    string // what the session and the log call it: actor.ByCode and so on
	Guessable bool   // enough tries would find it
	// use accepts the proof for the grant's person and uses it up, in the change that it opens something for. What does
	// not fit is a field that is not valid.
	Use func(tx *db.Tx, g gate.Grant) error
}

// keyField is the field of forms that a key answers in.
const keyField = "key"

// Code is what a code app shows.
type Code string

func (c Code) blank() error {
	if totp.Clean(string(c)) == "" {
		return fault.InvalidField("code", "Enter the six-digit code from your app.")
	}
	return nil
}

func (c Code) guessable() bool { return true }

//nolint:unparam // other proofs can fail to be read
func (c Code) prepare(_ context.Context, p *Keyring, _ Claim) (Shown, error) {
	return Shown{Method: actor.ByCode, Use: func(tx *db.Tx, g gate.Grant) error {
		return p.useCode(tx, g, string(c))
	}}, nil
}

// Try is one use of a proof. known is who it would prove the one at the door to be.
type Try struct {
	Who, Known actor.Actor
	Guessable  bool
}

// Counted runs a change that uses a proof of the known actor. The try is counted before the proof is looked at, under
// the person and over all kinds of proof, so that neither a new sign-in nor another page gives new tries (S7);
// a failure is written down.
func (p *Keyring) Counted(ctx context.Context, t Try, work gate.Work) error {
	subject := p.tries.CodeSubject(t.Known.Person)
	wait, err := p.tries.Count(ctx, tries.ByCode, subject, t.Known.Person)
	if err != nil {
		return err
	}
	refused := wait > 0 && t.Guessable
	if !refused {
		err = p.gate.Change(ctx, t.Known, verb.SelfManage, id.PersonScope(t.Known.Person),
			func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				entry, err := work(tx, g)
				if err != nil {
					return gate.Entry{}, err
				}
				return entry, tries.Forget(tx, tries.ByCode, subject)
			})
		if fault.KindOf(err) != fault.KindInvalid {
			return p.OrSuspect(ctx, t.Known, err)
		}
	}
	details := activity.Details{
		Target: persons.About(t.Known.Person, t.Known.Name), Outcome: activity.Failed, Reason: reasonOf(err),
	}
	if refused {
		details.Outcome, details.Reason = activity.RefusedResult, "There were too many failed tries before."
		err = tries.MustWait(wait)
	}
	if failed := p.gate.Tally(ctx, t.Who, id.PersonScope(t.Known.Person), activity.CodeFailed, details); failed != nil {
		return failed
	}
	return err
}

// reasonOf says in the log what did not fit.
func reasonOf(err error) string {
	f, ok := fault.As(err)
	switch {
	case ok && len(f.Fields) > 0 && f.Fields[0].Name == keyField:
		return "The answer of the security key did not fit."
	case ok && len(f.Fields) > 0 && f.Fields[0].Name == recoveryField:
		return "The recovery code did not fit."
	}
	return "The code did not fit."
}
