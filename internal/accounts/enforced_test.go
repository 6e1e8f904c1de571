package accounts_test

import (
	"math/rand/v2" // the same roles again from the same seed
	"slices"
	"testing"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// What an owner is told of a contact is what the gate then does: for roles made at random and for all built-in ones,
// for each permission, to look and to change, and for each service.
func TestWhatIsExplainedIsWhatTheGateDoes(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		shop, other := id.New[id.ServiceKind](), id.New[id.ServiceKind]()
		d := draft("Odd", verb.ServicesView)
		h.join(t, account, olivia, ben, h.made(t, account, olivia, d))
		dice := rand.New(rand.NewPCG(11, 2026))
		give := func(terms accounts.Terms) {
			t.Helper()
			terms.Limited, terms.Services = true, []id.Service{shop}
			c := h.contact(t, account, olivia, ben)
			err := h.accounts.ChangeRole(t.Context(), h.as(t, olivia, account), account, c.ID,
				accounts.RoleChange{Terms: terms, Version: c.Version})
			if err != nil {
				t.Fatal(err)
			}
			h.agrees(t, account, terms.RoleValue(), shop, other)
		}
		for i := range 6 {
			var verbs []verb.Verb
			for _, v := range ownable(verb.Portal()) {
				if dice.IntN(3) > 0 {
					verbs = append(verbs, v)
				}
			}
			change := accounts.RoleDraft{Name: "Odd", Verbs: verb.WithNeeds(verbs), Version: int64(i) + 1}
			if err := h.accounts.ChangeOwnRole(t.Context(), h.as(t, olivia, account), account, d.Key, change); err != nil {
				t.Fatal(err)
			}
			give(accounts.Terms{Role: "custom", CustomRole: d.Key})
		}
		for _, r := range w.Access.Roles() {
			if r.Key != access.RoleOwner {
				give(role(r.Key))
			}
		}
	})
}

// agrees compares what is explained of ben with what the gate lets him do.
func (h *house) agrees(t *testing.T, account id.Account, what string, services ...id.Service) {
	t.Helper()
	scope, who := id.AccountScope(account), h.as(t, ben, account)
	subject, err := h.accounts.Subject(t.Context(), h.as(t, olivia, account), who.Person, account)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range h.Access.Explain(subject, scope) {
		looked, lookErr := h.Gate.View(t.Context(), who, line.Verb, scope)
		var granted gate.Grant
		tried := h.Gate.Change(t.Context(), who, line.Verb, scope, func(_ *db.Tx, g gate.Grant) (gate.Entry, error) {
			granted = g
			return gate.Entry{}, errTried
		})
		changes := fault.KindOf(tried) == fault.KindUnknown
		if line.Decision.Allowed != (lookErr == nil) || line.Decision.Allowed != changes {
			t.Errorf("%s, %s: explained %v, looking %v, changing %v", what, line.Verb, line.Decision.Allowed, lookErr, tried)
			continue
		}
		if !line.Decision.Allowed {
			continue
		}
		for _, s := range services {
			told := h.Access.ExplainService(subject, line.Verb, scope, s).Allowed
			if told != looked.AllowsService(s) || told != granted.AllowsService(s) {
				t.Errorf("%s, %s: a service is explained as %v", what, line.Verb, told)
			}
		}
	}
	if !slices.ContainsFunc(h.Access.Explain(subject, scope), func(l access.Line) bool { return l.Decision.Allowed }) {
		t.Errorf("%s: nothing is allowed, so nothing was compared", what)
	}
}
