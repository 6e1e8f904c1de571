package identity

import (
	"context"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
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
	prepare(ctx context.Context, p *People, c claim) (shown, error)
}

// blank is the message where nothing was filled in. It costs no try.
func blank(proof Proof) error { return proof.blank() }

// prepare gets a proof ready for what it is shown for, outside the transaction.
func (p *People) prepare(ctx context.Context, proof Proof, c claim) (shown, error) {
	s, err := proof.prepare(ctx, p, c)
	s.guessable = proof.guessable()
	return s, err
}

// claim is what a proof is shown for.
type claim struct {
	person  personRow
	purpose purpose
	holder  holder
}

// shown is a proof that is ready to be used.
type shown struct {
	method    string // what the session and the log call it: actor.ByCode and so on
	guessable bool   // enough tries would find it
	// use accepts the proof for the grant's person and uses it up, in the change that it opens something for. What does
	// not fit is a field that is not valid.
	use func(tx *db.Tx, g gate.Grant) error
}

// keyField is the field of forms that a key answers in.
const keyField = "key"

// Code is what a code app shows.
type Code string

func (c Code) blank() error {
	if cleanCode(string(c)) == "" {
		return fault.InvalidField("code", "Enter the six-digit code from your app.")
	}
	return nil
}

func (c Code) guessable() bool { return true }

//nolint:unparam // other proofs can fail to be read
func (c Code) prepare(_ context.Context, p *People, _ claim) (shown, error) {
	return shown{method: actor.ByCode, use: func(tx *db.Tx, g gate.Grant) error {
		return p.useCode(tx, g, string(c))
	}}, nil
}

// try is one use of a proof. known is who it would prove the one at the door to be.
type try struct {
	who, known actor.Actor
	guessable  bool
}

// counted runs a change that uses a proof of the known actor. The try is counted before the proof is looked at, under
// the person and over all kinds of proof, so that neither a new sign-in nor another page gives new tries (S7);
// a failure is written down.
func (p *People) counted(ctx context.Context, t try, work gate.Work) error {
	subject := p.codeSubject(t.known.Person)
	wait, err := p.count(ctx, byCode, subject, t.known.Person)
	if err != nil {
		return err
	}
	refused := wait > 0 && t.guessable
	if !refused {
		err = p.gate.Change(ctx, t.known, verb.SelfManage, id.PersonScope(t.known.Person),
			func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				entry, err := work(tx, g)
				if err != nil {
					return gate.Entry{}, err
				}
				return entry, forget(tx, byCode, subject)
			})
		if fault.KindOf(err) != fault.KindInvalid {
			return p.orSuspect(ctx, t.known, err)
		}
	}
	details := activity.Details{
		Target: aboutPerson(t.known.Person, t.known.Name), Outcome: activity.Failed, Reason: reasonOf(err),
	}
	if refused {
		details.Outcome, details.Reason = activity.RefusedResult, "There were too many failed tries before."
		err = waitFault(wait)
	}
	if failed := p.gate.Tally(ctx, t.who, id.PersonScope(t.known.Person), activity.CodeFailed, details); failed != nil {
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
