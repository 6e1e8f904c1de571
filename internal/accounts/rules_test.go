package accounts_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

const day = 24 * time.Hour

// keyed is a request of somebody who signed in with a security key just now.
func (h *house) keyed(t testing.TB, email string, account id.Account) actor.Actor {
	t.Helper()
	return factored(h.as(t, email, account))
}

// told collects what is to be written about rules.
func (h *house) told() func() []accounts.RuleMail {
	var mu sync.Mutex
	var all []accounts.RuleMail
	h.Outbox.Handle(accounts.MailRule, func(_ context.Context, d outbox.Delivery) error {
		var m accounts.RuleMail
		err := d.Decode(&m)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, m)
		return err
	})
	return func() []accounts.RuleMail { mu.Lock(); defer mu.Unlock(); return all }
}

func keyRule(version int64, grace int) accounts.RuleChange {
	return accounts.RuleChange{Level: actor.PhishingProof, Grace: grace, NoRemember: true, Version: version}
}

// S12: the rule is read with the session and insisted on from its moment on; not before, and nowhere else.
func TestAnAccountsRuleHoldsFromItsDayOn(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.told()
		account, other := h.account(t, "Northwind", olivia), h.account(t, "Copperfield", carl)
		h.join(t, account, olivia, ben, role("billing"))
		h.join(t, other, carl, ben, role("billing"))
		if err := h.accounts.SetRule(t.Context(), h.keyed(t, olivia, account), account, keyRule(0, 7)); err != nil {
			t.Fatal(err)
		}
		rule := h.rule(t, account)
		if rule.Level != actor.PhishingProof || rule.Before != 0 || len(rule.Behind) != 2 {
			t.Fatalf("%+v", rule)
		}
		ctx, statements := db.CountStatements(t.Context())
		for _, c := range []struct {
			after time.Duration
			want  fault.Kind
		}{{-time.Minute, ""}, {time.Second, fault.KindDenied}} { // a busy machine takes seconds over a sign-in
			moment := func() {
				h.Offset.Set(0)
				h.Offset.Set(rule.From.Add(c.after).Sub(w.Now(t)))
			}
			moment()
			delete(h.tokens, ben)
			h.as(t, ben, account) // signing in takes a while
			moment()
			who := h.as(t, ben, account)
			statements.Store(0)
			v, err := h.accounts.BySession(ctx, h.tokens[ben], account, door())
			if err != nil || statements.Load() != 1 || v.Who.Membership.Rule.Level != actor.PhishingProof {
				t.Errorf("%d statements, %+v, %v", statements.Load(), v.Who.Membership.Rule, err)
			}
			_, err = h.accounts.Account(t.Context(), who, account)
			kindIs(t, "an account with a rule", err, c.want)
			if f, ok := fault.As(err); ok && f.Denial.Missing != fault.SecurityKey {
				t.Errorf("%q is missing", f.Denial.Missing)
			}
			_, err = h.accounts.Account(t.Context(), h.as(t, ben, other), other)
			kindIs(t, "another account", err, "")
			_, err = h.accounts.Account(t.Context(), h.keyed(t, ben, account), account)
			kindIs(t, "with a key", err, "")
		}
		line := access.Line{}
		subject, err := h.accounts.Subject(t.Context(), actor.NewShell("root"), h.as(t, ben, account).Person, account)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range w.Access.Explain(subject, id.AccountScope(account)) {
			if l.Verb == "invoices:pay" {
				line = l
			}
		}
		if line.Decision.Reason != access.ReasonNoKey {
			t.Errorf("explained as %s", line.Decision.Reason)
		}
	})
}

// rule is the account's rule as its owner sees it.
func (h *house) rule(t testing.TB, account id.Account) accounts.Rule {
	t.Helper()
	rule, err := h.accounts.Rule(t.Context(), h.keyed(t, olivia, account), account)
	if err != nil {
		t.Fatal(err)
	}
	return rule
}

func TestWhoMaySetTheRuleAndHow(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.told()
		account := h.account(t, "Northwind", olivia)
		h.join(t, account, olivia, adam, role("administrator"))
		set := func(who actor.Actor, c accounts.RuleChange) error {
			return h.accounts.SetRule(t.Context(), who, account, c)
		}
		kindIs(t, "an administrator", set(h.keyed(t, adam, account), keyRule(0, 7)), fault.KindDenied)
		fieldIs(t, "with a password only", set(h.as(t, olivia, account), keyRule(0, 7)), "level")
		coded := h.as(t, olivia, account).Details
		coded.FactorAt, coded.Factor = coded.Now, actor.With(actor.ByPassword, actor.ByCode)
		fieldIs(t, "a key, with a code", set(actor.Enter(coded), keyRule(0, 7)), "level")
		stale := h.keyed(t, olivia, account).Details
		stale.FactorAt = stale.Now.Add(-11 * time.Minute)
		kindIs(t, "a stale session", set(actor.Enter(stale), keyRule(0, 7)), fault.KindStepUp)
		fieldIs(t, "too long", set(h.keyed(t, olivia, account), keyRule(0, 91)), "grace")
		fieldIs(t, "no such level", set(h.keyed(t, olivia, account), accounts.RuleChange{Level: 1}), "level")
		if err := set(actor.Enter(coded), accounts.RuleChange{Level: actor.SecondFactor}); err != nil {
			t.Fatal(err)
		}
		kindIs(t, "a stale form", set(h.keyed(t, olivia, account), keyRule(0, 7)), fault.KindConflict)
		_, err := h.accounts.Account(t.Context(), h.as(t, adam, account), account)
		kindIs(t, "a rule without time to get ready", err, fault.KindDenied)

		if err := set(h.keyed(t, olivia, account), keyRule(1, 7)); err != nil {
			t.Fatal(err)
		}
		_, err = h.accounts.Account(t.Context(), h.as(t, adam, account), account)
		kindIs(t, "the old rule, while the new one does not bind yet", err, fault.KindDenied)
		from := h.rule(t, account).From
		kept := accounts.RuleChange{Level: actor.PhishingProof, Keep: true, Version: 2}
		if err := set(h.keyed(t, olivia, account), kept); err != nil {
			t.Fatal(err)
		}
		if r := h.rule(t, account); !r.From.Equal(from) || r.NoRemember || r.Before != actor.SecondFactor {
			t.Errorf("kept as %+v, from %v", r.Rule, from)
		}
		if err := set(h.keyed(t, olivia, account), accounts.RuleChange{Version: 3}); err != nil {
			t.Fatal(err)
		}
		_, err = h.accounts.Account(t.Context(), h.as(t, adam, account), account)
		kindIs(t, "no rule any more", err, "")
		last := h.entries(t, id.AccountScope(account))
		for _, e := range last {
			if e.Action == activity.SignInRuleSet {
				if e.Verb != "security:manage" || len(e.What.Changes) == 0 {
					t.Errorf("the log says %+v", e.What)
				}
				return
			}
		}
		t.Error("the log says nothing of the rule")
	})
}

// People are told when a rule is set, and once more three days before it binds, however often the job runs.
func TestPeopleAreRemindedOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		told := h.told()
		account := h.account(t, "Northwind", olivia)
		h.join(t, account, olivia, ben, role("billing"))
		if err := h.accounts.SetRule(t.Context(), h.keyed(t, olivia, account), account, keyRule(0, 7)); err != nil {
			t.Fatal(err)
		}
		from := h.rule(t, account).From
		round := func(at time.Time, want int) {
			t.Helper()
			h.Offset.Set(0)
			h.Offset.Set(at.Sub(w.Now(t)))
			var all sync.WaitGroup
			for range 3 {
				all.Go(func() {
					if err := h.accounts.RemindOfRules(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if _, err := h.Outbox.Deliver(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := len(told()); n != want {
				t.Errorf("%v before: %d messages, not %d", from.Sub(at), n, want)
			}
		}
		round(from.Add(-3*day-time.Second), 1)
		round(from.Add(-3*day+time.Second), 2)
		round(from.Add(-day), 2)
		reminder := told()[1]
		name, people, err := h.accounts.ToldOfRule(t.Context(), actor.NewSystem("mail"), reminder)
		if err != nil || name != "Northwind" || len(people) != 2 || !reminder.Reminder || people[1].Ready ||
			people[1].Email != ben || people[1].TimeZone != "" {
			t.Errorf("%s, %+v, %v", name, people, err)
		}
		delete(h.tokens, olivia)
		if err := h.accounts.SetRule(t.Context(), h.keyed(t, olivia, account), account, keyRule(1, 2)); err != nil {
			t.Fatal(err)
		}
		round(w.Now(t).Add(time.Minute), 2) // no reminder so shortly after, and no more was asked for than before
		_, people, err = h.accounts.ToldOfRule(t.Context(), actor.NewSystem("mail"), reminder)
		if err != nil || len(people) != 0 {
			t.Errorf("a rule that was changed is still told of to %d people, %v", len(people), err)
		}
	})
}

// What accounts and the provider ask of somebody's sign-in: identity keeps their last factor by it.
func TestDemands(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.told()
		account, other := h.account(t, "Northwind", olivia), h.account(t, "Copperfield", carl)
		h.join(t, account, olivia, ben, role("billing"))
		h.join(t, other, carl, ben, accounts.Terms{Role: "auditor", EndsAt: w.Now(t).Add(time.Hour)})
		person := h.as(t, ben, account).Person
		expect := func(what string, factor, key, forgets bool, by string) {
			t.Helper()
			d, err := h.accounts.Demands(w.Reader.With(t.Context()), person)
			if err != nil || d.SecondFactor != factor || d.PhishingResistant != key || d.NoRemembering != forgets || d.By != by {
				t.Errorf("%s: %+v, %v", what, d, err)
			}
		}
		expect("no rule", false, false, false, "")
		coded := h.as(t, olivia, account).Details
		coded.FactorAt, coded.Factor = coded.Now, actor.With(actor.ByPassword, actor.ByCode)
		err := h.accounts.SetRule(t.Context(), actor.Enter(coded), account,
			accounts.RuleChange{Level: actor.SecondFactor, Grace: 7})
		if err != nil {
			t.Fatal(err)
		}
		expect("while there is time to get ready", true, false, false, "Northwind")
		if err := h.accounts.SetRule(t.Context(), h.keyed(t, carl, other), other, keyRule(0, 7)); err != nil {
			t.Fatal(err)
		}
		expect("another account asks for more", true, true, true, "Copperfield")
		h.Offset.Advance(2 * time.Hour)
		expect("whose access has ended", true, false, false, "Northwind")
		if err := h.accounts.GrantSeat(t.Context(), actor.NewShell("root"), person, "support"); err != nil {
			t.Fatal(err)
		}
		expect("staff", true, true, true, "Northwind")
	})
}
