package access_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// What sessions say of how they began.
const (
	byCode   = "password and code"
	byKey    = "password and security key"
	byDevice = "password and remembered device"
)

// proofs are the ways in which a session can have begun, with whether a second factor was used in it.
func proofs() map[string]bool {
	return map[string]bool{
		actor.ByPassword: false, byDevice: false, byCode: true, "password and recovery code": true,
		byKey: true, actor.ByPasskey: true, "something new": true,
	}
}

// proved is a contact whose session began like that.
func proved(role, factor string) actor.Details {
	d := member(role)
	d.Factor = factor
	if !proofs()[factor] {
		d.FactorAt = time.Time{}
	}
	return d
}

// S12: each way to sign in against each rule of an account, a second before it binds, at that moment, a second after.
func TestAccountRuleIsEnforcedFromItsDayOn(t *testing.T) {
	t.Parallel()
	a := open(t)
	const keys = "password and security key; passkey;"
	const codes = "password and code; password and recovery code; something new; " + keys
	allowed := map[string]string{ // under each rule, once it binds
		"any":                    "password; password and remembered device; " + codes,
		"any, no remembering":    "password; " + codes,
		"second":                 "password and remembered device; " + codes,
		"second, no remembering": codes,
		"key":                    keys,
		"key, no remembering":    keys,
	}
	for name, want := range allowed {
		forgets := strings.HasSuffix(name, "no remembering") // which takes no getting ready
		rule := actor.Rule{From: noon(), NoRemember: forgets}
		switch {
		case strings.HasPrefix(name, "second"):
			rule.Level = actor.SecondFactor
		case strings.HasPrefix(name, "key"):
			rule.Level = actor.PhishingProof
		}
		for factor := range proofs() {
			for _, after := range []time.Duration{-time.Second, 0, time.Second} {
				d := proved("billing", factor)
				d.Now, d.Membership.Rule = noon().Add(after), rule
				got := check(a, d, verb.InvoicesView)
				may := strings.Contains("; "+want, "; "+factor+";")
				if after < 0 {
					may = !forgets || factor != byDevice
				}
				if got.Allowed != may {
					t.Errorf("%s, %s, %v after: allowed %v, %s", name, factor, after, got.Allowed, got.Reason)
				}
				if !got.Allowed {
					refusedForFactor(t, name+", "+factor, got)
				}
			}
		}
	}
}

// What was insisted on before a stricter rule goes on until that one binds.
func TestAStricterRuleDoesNotLoosenTheOldOne(t *testing.T) {
	t.Parallel()
	a := open(t)
	rule := actor.Rule{Level: actor.PhishingProof, From: noon(), Before: actor.SecondFactor}
	for factor, want := range map[string][2]access.Reason{ // before, after
		actor.ByPassword: {access.ReasonNoFactor, access.ReasonNoKey},
		byDevice:         {access.ReasonAllowed, access.ReasonNoKey},
		byCode:           {access.ReasonAllowed, access.ReasonNoKey},
		byKey:            {access.ReasonAllowed, access.ReasonAllowed},
	} {
		for i, at := range []time.Time{noon().Add(-time.Second), noon()} {
			d := proved("billing", factor)
			d.Now, d.Membership.Rule = at, rule
			if got := check(a, d, verb.InvoicesView); got.Reason != want[i] {
				t.Errorf("%s at %v: %s, want %s", factor, at, got.Reason, want[i])
			}
		}
	}
}

// refusedForFactor asserts that a refusal names what is missing, so that the page can lead there.
func refusedForFactor(t *testing.T, what string, d access.Decision) {
	t.Helper()
	f, ok := fault.As(d.Fault("test"))
	if !ok || f.Kind != fault.KindDenied || f.Denial.Missing == "" {
		t.Errorf("%s: the fault %v names nothing", what, d.Fault("test"))
		return
	}
	word := map[fault.Proof]string{
		fault.SecondFactor: "second step", fault.SecurityKey: "security key or a passkey", fault.SecondStep: "remembered",
	}[f.Denial.Missing]
	if !strings.Contains(d.Sentence(), word) || !strings.Contains(d.Sentence(), "account") {
		t.Errorf("%s: %q does not name %s", what, d.Sentence(), f.Denial.Missing)
	}
}

// The rule of one account says nothing about oneself, and what the role lacks is still said first.
func TestAccountRuleStaysInItsAccount(t *testing.T) {
	t.Parallel()
	a := open(t)
	d := proved("billing", actor.ByPassword)
	d.Membership.Rule = actor.Rule{Level: actor.PhishingProof, From: noon()}
	for _, v := range verb.Self() {
		if got := a.Check(actor.Enter(d), v, id.PersonScope(d.Person)); !got.Allowed {
			t.Errorf("%s: %s", v, got.Reason)
		}
	}
	if got := check(a, d, verb.PanelOpen); got.Reason != access.ReasonRoleLacks {
		t.Errorf("what the role lacks: %s", got.Reason)
	}
	for _, v := range verb.Portal() {
		owner := d
		owner.Membership.Role = access.RoleOwner
		if got := check(a, owner, v); got.Reason != access.ReasonNoKey {
			t.Errorf("an owner without a key, %s: %s", v, got.Reason)
		}
	}
}

// S12: whatever else staff sign in with, without a key they can only add one; in the demo a code is enough.
func TestStaffNeedAKey(t *testing.T) {
	t.Parallel()
	strict, relaxed := open(t), open(t)
	relaxed.LetStaffUseCodes()
	for factor, second := range proofs() {
		clerk := staff("administrator")
		clerk.Factor = factor
		if !second {
			clerk.FactorAt = time.Time{}
		}
		key := factor == byKey || factor == actor.ByPasskey
		for _, v := range verb.Staff() {
			got := strict.Check(actor.Enter(clerk), v, id.ProviderScope())
			if key && got.Reason == access.ReasonNoKey || !key && got.Reason != access.ReasonNoKey {
				t.Errorf("%s, %s: %s", factor, v, got.Reason)
			}
			got = relaxed.Check(actor.Enter(clerk), v, id.ProviderScope())
			if got.Reason == access.ReasonNoKey || second == (got.Reason == access.ReasonNoFactor) {
				t.Errorf("demo, %s, %s: %s", factor, v, got.Reason)
			}
		}
		self := id.PersonScope(clerk.Person)
		if got := strict.Check(actor.Enter(clerk), verb.SelfManage, self); !got.Allowed {
			t.Errorf("%s: cannot add a key: %s", factor, got.Reason)
		}
		if got := strict.Check(actor.Enter(clerk), verb.SelfView, self); got.Allowed != key {
			t.Errorf("%s: looks at their sessions: %s", factor, got.Reason)
		}
		clerk.Kind, clerk.Membership = actor.Person, proved(access.RoleOwner, factor).Membership
		if got := check(strict, clerk, verb.AccountView); got.Allowed != key {
			t.Errorf("%s: in an account of their own: %s", factor, got.Reason)
		}
	}
}

// Explain says of a person what their best factor would open, and names the one that they lack.
func TestExplainNamesTheMissingFactor(t *testing.T) {
	t.Parallel()
	a := open(t)
	for _, c := range []struct {
		has, asked actor.Level
		want       access.Reason
	}{
		{actor.PasswordOnly, 0, access.ReasonAllowed},
		{actor.PasswordOnly, actor.SecondFactor, access.ReasonNoFactor},
		{actor.PasswordOnly, actor.PhishingProof, access.ReasonNoKey},
		{actor.SecondFactor, actor.SecondFactor, access.ReasonAllowed},
		{actor.SecondFactor, actor.PhishingProof, access.ReasonNoKey},
		{actor.PhishingProof, actor.PhishingProof, access.ReasonAllowed},
	} {
		d := member("billing")
		d.Membership.Rule = actor.Rule{Level: c.asked, From: noon(), NoRemember: true}
		subject := access.Subject{Person: d.Person, Membership: d.Membership, Level: c.has, Now: noon()}
		for _, line := range a.Explain(subject, id.AccountScope(d.Membership.Account)) {
			if line.Verb != verb.InvoicesPay {
				continue
			}
			if line.Decision.Reason != c.want {
				t.Errorf("%d of %d: %s", c.has, c.asked, line.Decision.Reason)
			}
			if c.want != access.ReasonAllowed {
				refusedForFactor(t, fmt.Sprintf("%d of %d", c.has, c.asked), line.Decision)
			}
		}
	}
}
