package ownership_test

import (
	"slices"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/ownership"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
	"gatehouse/internal/verb"
)

const (
	olivia = "olivia@northwind.example"
	oscar  = "oscar@northwind.example"
	ben    = "ben@northwind.example"
	adam   = "adam@northwind.example"
	carl   = "carl@copperfield.example"
)

// northwind is an account with an owner, an administrator and a billing contact.
func northwind(t *testing.T, w *testkit.World) (*house.House, id.Account) {
	t.Helper()
	h := house.Open(w)
	account := h.Account(t, "Northwind", olivia)
	h.Join(t, account, adam, house.Role("administrator"))
	h.Join(t, account, ben, house.Role("billing"))
	return h, account
}

func propose(t *testing.T, h *house.House, account id.Account, by, to, then string) error {
	t.Helper()
	return h.Ownership.Propose(t.Context(), h.As(t, by, account), account,
		ownership.Proposal{To: h.Contact(t, account, to).ID, ThenRole: then})
}

func current(t *testing.T, h *house.House, account id.Account, by string) id.Offer {
	t.Helper()
	open, found, err := h.Ownership.Current(t.Context(), h.As(t, by, account), account)
	if err != nil || !found {
		t.Fatalf("%s sees no offer: %v", by, err)
	}
	return open.ID
}

func accept(t *testing.T, h *house.House, account id.Account, by string, offer id.Offer) error {
	t.Helper()
	return h.Ownership.Accept(t.Context(), h.As(t, by, account), account, offer)
}

// Ownership goes over when both sides have said so, once; the account's log, both sides' own and the mails say it.
func TestOwnershipTakesBothSides(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h, account := northwind(t, w)
		if err := propose(t, h, account, olivia, ben, "technical"); err != nil {
			t.Fatal(err)
		}
		if m := house.Told[ownership.OfferMail](t, h, ownership.MailOffer); m.What != ownership.Offered ||
			m.Then != "Technical" || m.To.Name != "Person "+ben || m.By.Name != "Person "+olivia {
			t.Errorf("told %+v", m)
		}
		if c := h.Contact(t, account, ben); c.Terms.Role != "billing" {
			t.Errorf("an offer alone made a %s", c.Terms.Role)
		}
		offer := current(t, h, account, ben)
		if _, found, err := h.Ownership.Current(t.Context(), h.As(t, adam, account), account); err != nil || found {
			t.Errorf("somebody else learns of the offer: %v, %v", found, err)
		}
		house.KindIs(t, "a second offer", propose(t, h, account, olivia, adam, ""), fault.KindConflict)
		house.KindIs(t, "somebody else takes it", accept(t, h, account, adam, offer), fault.KindNotFound)
		house.KindIs(t, "the one who offers takes it", accept(t, h, account, olivia, offer), fault.KindNotFound)
		if err := accept(t, h, account, ben, offer); err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "taken twice", accept(t, h, account, ben, offer), fault.KindConflict)
		if is, was := h.Contact(t, account, ben).Terms.Role, h.Contact(t, account, olivia).Terms.Role; is != "owner" ||
			was != "technical" {
			t.Errorf("now %s and %s", is, was)
		}
		house.KindIs(t, "no owner any more", propose(t, h, account, olivia, adam, ""), fault.KindDenied)
		for _, chain := range []id.Scope{
			id.AccountScope(account), id.PersonScope(h.As(t, ben, account).Person),
		} {
			if !slices.Contains(h.Actions(t, chain), activity.OwnershipAccepted) {
				t.Errorf("%s: nothing of it in the log: %v", chain, h.Actions(t, chain))
			}
		}
		mine := h.Actions(t, id.PersonScope(h.As(t, olivia, account).Person))
		if !slices.Contains(mine, activity.OwnershipOffered) {
			t.Errorf("nothing in the own log of the one who offered: %v", mine)
		}
		if m := house.Told[ownership.OfferMail](t, h, ownership.MailOffer); m.What != ownership.Accepted {
			t.Errorf("told %+v", m)
		}
	})
}

// S16: both sides have proved who they are in the last ten minutes.
func TestOwnershipTakesAFreshProofOfBothSides(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h, account := northwind(t, w)
		h.As(t, olivia, account)
		h.As(t, ben, account)
		w.Offset.Advance(11 * time.Minute)
		house.KindIs(t, "offered without", propose(t, h, account, olivia, ben, ""), fault.KindStepUp)
		h.SignInAgain(t, olivia)
		if err := propose(t, h, account, olivia, ben, ""); err != nil {
			t.Fatal(err)
		}
		offer := current(t, h, account, ben)
		house.KindIs(t, "taken without", accept(t, h, account, ben, offer), fault.KindStepUp)
		h.SignInAgain(t, ben)
		if err := accept(t, h, account, ben, offer); err != nil {
			t.Fatal(err)
		}
		for _, email := range []string{olivia, ben} {
			if got := h.Contact(t, account, email).Terms.Role; got != access.RoleOwner {
				t.Errorf("%s is %s", email, got)
			}
		}
	})
}

// A3, A4, A7: who may offer what to whom, and what an offer is worth later.
func TestOffersThatAreWorthNothing(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h, account := northwind(t, w)
		other := h.Account(t, "Copperfield", carl)
		house.KindIs(t, "by an administrator", propose(t, h, account, adam, ben, ""), fault.KindDenied)
		house.FieldIs(t, "to oneself", propose(t, h, account, olivia, olivia, ""), "contact")
		house.FieldIs(t, "then owner", propose(t, h, account, olivia, ben, "owner"), "then")
		house.FieldIs(t, "then a role for services", propose(t, h, account, olivia, ben, "developer"), "then")
		err := h.Ownership.Propose(t.Context(), h.As(t, olivia, account), account,
			ownership.Proposal{To: h.Contact(t, other, carl).ID})
		house.FieldIs(t, "to a contact of another account", err, "contact")
		c := h.Contact(t, account, ben)
		who := func() error { return h.Accounts.Suspend(t.Context(), h.As(t, olivia, account), account, c.ID) }
		if err := who(); err != nil {
			t.Fatal(err)
		}
		house.FieldIs(t, "to somebody suspended", propose(t, h, account, olivia, ben, ""), "contact")
		if err := h.Accounts.Restore(t.Context(), h.As(t, olivia, account), account, c.ID); err != nil {
			t.Fatal(err)
		}

		if err := propose(t, h, account, olivia, ben, ""); err != nil {
			t.Fatal(err)
		}
		offer := current(t, h, account, olivia)
		err = h.Ownership.Withdraw(t.Context(), h.As(t, adam, account), account, offer)
		house.KindIs(t, "withdrawn by an administrator", err, fault.KindDenied)
		if err := h.Ownership.Withdraw(t.Context(), h.As(t, olivia, account), account, offer); err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "withdrawn", accept(t, h, account, ben, offer), fault.KindConflict)

		if err := propose(t, h, account, olivia, ben, ""); err != nil {
			t.Fatal(err)
		}
		offer = current(t, h, account, ben)
		if err := h.Ownership.Decline(t.Context(), h.As(t, ben, account), account, offer); err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "declined", accept(t, h, account, ben, offer), fault.KindConflict)

		if err := propose(t, h, account, olivia, ben, ""); err != nil {
			t.Fatal(err)
		}
		offer = current(t, h, account, ben)
		w.Offset.Advance(7 * 24 * time.Hour)
		h.SignInAgain(t, ben)
		house.KindIs(t, "after seven days", accept(t, h, account, ben, offer), fault.KindConflict)
	})
}

// A4, A7: whoever is no owner any more hands nothing over, and a contact who was removed takes nothing.
func TestOffersEndWithTheRightOfEitherSide(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h, account := northwind(t, w)
		h.Join(t, account, oscar, house.Role(access.RoleOwner))
		if err := propose(t, h, account, oscar, ben, "technical"); err != nil {
			t.Fatal(err)
		}
		offer := current(t, h, account, ben)
		c := h.Contact(t, account, oscar)
		err := h.Accounts.ChangeRole(t.Context(), h.As(t, olivia, account), account, c.ID,
			accounts.RoleChange{Terms: house.Role("administrator"), Version: c.Version})
		if err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "offered by somebody demoted", accept(t, h, account, ben, offer), fault.KindConflict)
		if got := h.Contact(t, account, ben).Terms.Role; got != "billing" {
			t.Errorf("became %s", got)
		}
		if err := h.Ownership.Withdraw(t.Context(), h.As(t, olivia, account), account, offer); err != nil {
			t.Fatal(err)
		}
		if err := propose(t, h, account, olivia, ben, ""); err != nil {
			t.Fatal(err)
		}
		offer = current(t, h, account, olivia)
		b := h.Contact(t, account, ben)
		if err := h.Accounts.Remove(t.Context(), h.As(t, olivia, account), account, b.ID); err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "removed", accept(t, h, account, ben, offer), fault.KindNotFound)
		h.Join(t, account, ben, house.Role("auditor"))
		house.KindIs(t, "removed and back again", accept(t, h, account, ben, offer), fault.KindConflict)
	})
}

// Who hands over can take on any role that needs no chosen services, one of the account's own included; where that is
// deleted meanwhile, nothing goes over.
func TestSteppingDownToARoleOfTheAccountsOwn(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h, account := northwind(t, w)
		reader := accounts.RoleDraft{
			Key: id.New[id.RoleKind](), Name: "Bookkeeper", Verbs: verb.WithNeeds([]verb.Verb{verb.InvoicesView}),
		}
		if err := h.Accounts.MakeRole(t.Context(), h.As(t, olivia, account), account, reader); err != nil {
			t.Fatal(err)
		}
		own := accounts.Terms{Role: "custom", CustomRole: reader.Key}.RoleValue()
		roles, err := h.Accounts.StepDownRoles(t.Context(), h.As(t, olivia, account), account)
		if err != nil || !slices.ContainsFunc(roles, func(r accounts.Role) bool { return r.Value() == own }) ||
			slices.ContainsFunc(roles, func(r accounts.Role) bool { return r.Key == "owner" || r.Key == "developer" }) {
			t.Errorf("offered %+v, %v", roles, err)
		}
		for _, no := range []string{
			"owner", "developer", "custom", "own-",
			accounts.Terms{Role: "custom", CustomRole: id.New[id.RoleKind]()}.RoleValue(),
		} {
			house.FieldIs(t, "then "+no, propose(t, h, account, olivia, adam, no), "then")
		}
		if err := propose(t, h, account, olivia, adam, own); err != nil {
			t.Fatal(err)
		}
		open, _, err := h.Ownership.Current(t.Context(), h.As(t, adam, account), account)
		if err != nil || open.Then != "Bookkeeper" {
			t.Errorf("the offer says %q, %v", open.Then, err)
		}
		gone := accounts.RoleDeletion{Version: 1}
		if err := h.Accounts.DeleteRole(t.Context(), h.As(t, olivia, account), account, reader.Key, gone); err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "a role that is gone", accept(t, h, account, adam, open.ID), fault.KindConflict)
		if err := h.Ownership.Withdraw(t.Context(), h.As(t, olivia, account), account, open.ID); err != nil {
			t.Fatal(err)
		}
		reader.Key = id.New[id.RoleKind]()
		if err := h.Accounts.MakeRole(t.Context(), h.As(t, olivia, account), account, reader); err != nil {
			t.Fatal(err)
		}
		own = accounts.Terms{Role: "custom", CustomRole: reader.Key}.RoleValue()
		if err := propose(t, h, account, olivia, adam, own); err != nil {
			t.Fatal(err)
		}
		if err := accept(t, h, account, adam, current(t, h, account, adam)); err != nil {
			t.Fatal(err)
		}
		was, is := h.Contact(t, account, olivia), h.Contact(t, account, adam)
		if was.RoleName != "Bookkeeper" || is.Terms.Role != "owner" {
			t.Errorf("the one who handed over is %s, the other %s", was.RoleName, is.RoleName)
		}
	})
}
