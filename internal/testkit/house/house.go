// Package house is accounts with their people for tests of rooms that stand beside accounts: everybody is let in as in
// production, by invitation, password and session, and mails are kept instead of sent.
package house

import (
	"context"
	"encoding/json"
	"net/netip"
	"sync"
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/outbox"
	"gatehouse/internal/ownership"
	"gatehouse/internal/teams"
	"gatehouse/internal/testkit"
)

// Passphrase is everybody's password.
const Passphrase = "seven wooden ferries sail"

// House is a world with accounts in it, and a mailbox.
type House struct {
	*testkit.World
	People    *identity.People
	Accounts  *accounts.Accounts
	Ownership *ownership.Ownership
	Teams     *teams.Teams

	mu     sync.Mutex
	mails  map[string]accounts.InvitationMail // the last invitation to each address
	told   map[string][]json.RawMessage       // other messages, by kind
	known  map[string]bool                    // who has a sign-in
	tokens map[string]string                  // of people's sessions, by address
}

// Open makes the rooms in a world.
func Open(w *testkit.World) *House {
	h := &House{
		World: w, mails: map[string]accounts.InvitationMail{}, told: map[string][]json.RawMessage{},
		known: map[string]bool{}, tokens: map[string]string{},
	}
	h.People = identity.New(w.Gate, w.Reader, w.Box, w.Outbox, identity.Config{
		Brand: "Harbour Hosting", Hasher: passwords.NewQuickHasher(),
	})
	h.Accounts = accounts.New(w.Gate, w.Reader, w.Box, w.Access, h.People, w.Outbox)
	h.Ownership = ownership.New(w.Gate, w.Reader, w.Box, w.Access, h.Accounts, w.Outbox)
	h.Teams = teams.New(w.Gate, w.Reader, w.Box, w.Access, h.Accounts, w.Outbox)
	h.People.Heed(h.Accounts.Demands)
	w.Outbox.Handle(accounts.MailInvitation, func(_ context.Context, d outbox.Delivery) error {
		var mail accounts.InvitationMail
		err := d.Decode(&mail)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.mails[mail.To] = mail
		return err
	})
	for _, kind := range []string{
		ownership.MailOffer, ownership.MailDecision, accounts.MailRule,
		accounts.TeamChanged, teams.Said,
	} {
		h.Keep(kind)
	}
	return h
}

// Keep keeps the messages of a kind for Told.
func (h *House) Keep(kind string) {
	h.Outbox.Handle(kind, func(_ context.Context, d outbox.Delivery) error {
		var raw json.RawMessage
		err := d.Decode(&raw)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.told[kind] = append(h.told[kind], raw)
		return err
	})
}

// Told delivers what waits and returns the last message of a kind.
func Told[M any](t testing.TB, h *House, kind string) M {
	t.Helper()
	h.Deliver(t)
	h.mu.Lock()
	defer h.mu.Unlock()
	var m M
	kept := h.told[kind]
	if len(kept) == 0 {
		t.Fatalf("no message of kind %s", kind)
	}
	if err := json.Unmarshal(kept[len(kept)-1], &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// Deliver delivers what waits in the outbox.
func (h *House) Deliver(t testing.TB) {
	t.Helper()
	if _, err := h.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Door is where everybody comes from.
func Door() accounts.Door {
	return accounts.Door{
		Address: netip.MustParseAddr("192.0.2.24"), Device: "Firefox on Linux", RequestID: "01test",
	}
}

func (h *House) stranger(t testing.TB) actor.Actor {
	t.Helper()
	v, err := h.Accounts.BySession(t.Context(), "", id.Account{}, Door())
	if err != nil {
		t.Fatal(err)
	}
	return v.Who
}

// Invitation delivers what waits and returns the last invitation to an address.
func (h *House) Invitation(t testing.TB, to string) accounts.InvitationMail {
	t.Helper()
	h.Deliver(t)
	h.mu.Lock()
	defer h.mu.Unlock()
	mail, ok := h.mails[to]
	if !ok {
		t.Fatalf("no invitation came to %s", to)
	}
	return mail
}

// Account makes an account whose owner has accepted.
func (h *House) Account(t testing.TB, name, email string) id.Account {
	t.Helper()
	account, err := h.Accounts.Create(t.Context(), actor.NewShell("root"), accounts.NewAccount{
		Name: name, Currency: "GBP", OwnerEmail: email,
	})
	if err != nil {
		t.Fatal(err)
	}
	h.Accept(t, email)
	return account
}

// Accept accepts the last invitation to an address: as somebody new, or as who has signed in with it before.
func (h *House) Accept(t testing.TB, email string) {
	t.Helper()
	if err := h.TryAccept(t, email); err != nil {
		t.Fatalf("%s: %v", email, err)
	}
}

// TryAccept is Accept that may be refused.
func (h *House) TryAccept(t testing.TB, email string) error {
	t.Helper()
	who := h.stranger(t)
	if h.known[email] {
		who = h.As(t, email, id.Account{})
	}
	form := accounts.Acceptance{Name: "Person " + email, Password: Passphrase}
	_, err := h.Accounts.Accept(t.Context(), who, h.Invitation(t, email).Token, form)
	h.known[email] = h.known[email] || err == nil
	return err
}

// Join lets Gatehouse invite somebody, who accepts.
func (h *House) Join(t testing.TB, account id.Account, email string, terms accounts.Terms) {
	t.Helper()
	if err := h.Accounts.Invite(t.Context(), actor.NewSystem("test"), account, email, terms); err != nil {
		t.Fatal(err)
	}
	h.Accept(t, email)
}

// As is the actor of a request that the person makes now in the account.
func (h *House) As(t testing.TB, email string, account id.Account) actor.Actor {
	t.Helper()
	v, err := h.Accounts.BySession(t.Context(), h.Token(t, email), account, Door())
	if err != nil {
		t.Fatal(err)
	}
	if !v.Who.SignedIn() {
		t.Fatalf("%s is not signed in", email)
	}
	return v.Who
}

// Token is that of the person's session, which is begun where there is none.
func (h *House) Token(t testing.TB, email string) string {
	t.Helper()
	if h.tokens[email] == "" {
		h.SignInAgain(t, email)
	}
	return h.tokens[email]
}

// SignInAgain gives the person a new session, proved this moment.
func (h *House) SignInAgain(t testing.TB, email string) {
	t.Helper()
	out, err := h.People.SignIn(t.Context(), h.stranger(t), email, Passphrase)
	if err != nil {
		t.Fatal(err)
	}
	h.tokens[email] = out.Token
}

// Contact finds a contact of the account by address, as Gatehouse itself sees them.
func (h *House) Contact(t testing.TB, account id.Account, email string) accounts.Contact {
	t.Helper()
	for after := (id.Membership{}); ; {
		page, err := h.Accounts.Contacts(t.Context(), actor.NewSystem("test"), account, after)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Contacts {
			if c.Email == email {
				return c
			}
		}
		if after = page.Next; after.IsZero() {
			t.Fatalf("%s is no contact", email)
		}
	}
}

// Actions are the newest actions of a chain, the newest first.
func (h *House) Actions(t testing.TB, chain id.Scope) []activity.Action {
	t.Helper()
	page, err := h.Log.Page(t.Context(), chain, activity.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var list []activity.Action
	for _, e := range page.Entries {
		list = append(list, e.Action)
	}
	return list
}

// KindIs says that an error is of a kind; the empty kind is success.
func KindIs(t testing.TB, what string, err error, want fault.Kind) {
	t.Helper()
	if got := fault.KindOf(err); got != want || want == "" && err != nil {
		t.Errorf("%s: %v is of kind %q, not %q", what, err, got, want)
	}
}

// FieldIs says that exactly this field is complained about.
func FieldIs(t testing.TB, what string, err error, field string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.KindInvalid || len(f.Fields) != 1 || f.Fields[0].Name != field || f.Fields[0].Message == "" {
		t.Errorf("%s: %v is no complaint about %s", what, err, field)
	}
}

// Role are the terms of a role without limits.
func Role(key string) accounts.Terms { return accounts.Terms{Role: key} }
