package accounts_test

import (
	"context"
	"net/netip"
	"sync"
	"testing"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/outbox"
	"gatehouse/internal/testkit"
)

const passphrase = "seven wooden ferries sail"

// house is a world with accounts in it, and a mailbox.
type house struct {
	*testkit.World
	people   *identity.People
	accounts *accounts.Accounts
	mu       sync.Mutex
	mails    map[string]accounts.InvitationMail // the last one to each address
	known    map[string]bool                    // who has a sign-in
	tokens   map[string]string                  // of people's sessions, by address
}

func open(w *testkit.World) *house {
	h := &house{
		World: w, mails: map[string]accounts.InvitationMail{}, known: map[string]bool{}, tokens: map[string]string{},
	}
	h.people = identity.New(w.Gate, w.Reader, w.Box, w.Outbox, identity.Config{
		Brand: "Harbour Hosting", Hasher: passwords.NewQuickHasher(),
	})
	h.accounts = accounts.New(w.Gate, w.Reader, w.Box, w.Access, h.people, w.Outbox)
	w.Outbox.Handle(accounts.MailInvitation, func(_ context.Context, d outbox.Delivery) error {
		var mail accounts.InvitationMail
		err := d.Decode(&mail)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.mails[mail.To] = mail
		return err
	})
	return h
}

func door() accounts.Door {
	return accounts.Door{
		Address: netip.MustParseAddr("192.0.2.24"), Device: "Firefox on Linux", RequestID: "01test",
	}
}

func stranger(t testing.TB, h *house) actor.Actor {
	t.Helper()
	v, err := h.accounts.BySession(t.Context(), "", id.Account{}, door())
	if err != nil {
		t.Fatal(err)
	}
	return v.Who
}

// mail delivers what waits and returns the last mail to an address.
func (h *house) mail(t testing.TB, to string) accounts.InvitationMail {
	t.Helper()
	if _, err := h.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	mail, ok := h.mails[to]
	if !ok {
		t.Fatalf("no mail came to %s", to)
	}
	return mail
}

// account makes an account whose owner has accepted.
func (h *house) account(t testing.TB, name, email string) id.Account {
	t.Helper()
	account, err := h.accounts.Create(t.Context(), actor.NewShell("root"), accounts.NewAccount{
		Name: name, Currency: "GBP", OwnerEmail: email,
	})
	if err != nil {
		t.Fatal(err)
	}
	h.accept(t, email)
	return account
}

// accept accepts the last invitation to an address: as somebody new, or as who has signed in with it before.
func (h *house) accept(t testing.TB, email string) {
	t.Helper()
	who := stranger(t, h)
	if h.known[email] {
		who = h.as(t, email, id.Account{})
	}
	h.known[email] = true
	form := accounts.Acceptance{Name: "Person " + email, Password: passphrase}
	if _, err := h.accounts.Accept(t.Context(), who, h.mail(t, email).Token, form); err != nil {
		t.Fatalf("%s: %v", email, err)
	}
}

// join lets the account's owner invite somebody, who accepts.
func (h *house) join(t testing.TB, account id.Account, owner, email string, terms accounts.Terms) {
	t.Helper()
	if err := h.accounts.Invite(t.Context(), h.as(t, owner, account), account, email, terms); err != nil {
		t.Fatal(err)
	}
	h.accept(t, email)
}

// as is the actor of a request that the person makes now in the account.
func (h *house) as(t testing.TB, email string, account id.Account) actor.Actor {
	t.Helper()
	if h.tokens[email] == "" {
		out, err := h.people.SignIn(t.Context(), stranger(t, h), email, passphrase)
		if err != nil {
			t.Fatal(err)
		}
		h.tokens[email] = out.Token
	}
	v, err := h.accounts.BySession(t.Context(), h.tokens[email], account, door())
	if err != nil {
		t.Fatal(err)
	}
	if !v.Who.SignedIn() {
		t.Fatalf("%s is not signed in", email)
	}
	return v.Who
}

// contact finds a contact of the account by address, as one of its people sees them.
func (h *house) contact(t testing.TB, account id.Account, by, email string) accounts.Contact {
	t.Helper()
	page, err := h.accounts.Contacts(t.Context(), h.as(t, by, account), account, id.Membership{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range page.Contacts {
		if c.Email == email {
			return c
		}
	}
	t.Fatalf("%s is no contact", email)
	return accounts.Contact{}
}

// entries are those of a chain, the newest first.
func (h *house) entries(t testing.TB, chain id.Scope) []activity.Entry {
	t.Helper()
	page, err := h.Log.Page(t.Context(), chain, activity.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	return page.Entries
}

func kindIs(t testing.TB, what string, err error, want fault.Kind) {
	t.Helper()
	if got := fault.KindOf(err); got != want || want == "" && err != nil {
		t.Errorf("%s: %v is of kind %q, not %q", what, err, got, want)
	}
}

// fieldIs says that exactly this field is complained about.
func fieldIs(t testing.TB, what string, err error, field string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.KindInvalid || len(f.Fields) != 1 || f.Fields[0].Name != field || f.Fields[0].Message == "" {
		t.Errorf("%s: %v is no complaint about %s", what, err, field)
	}
}

func owner() accounts.Terms { return accounts.Terms{Role: access.RoleOwner} }

func role(key string) accounts.Terms { return accounts.Terms{Role: key} }
