package recovery_test

import (
	"context"
	"encoding/json"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/hotp"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/tries"
	"gatehouse/internal/outbox"
	"gatehouse/internal/recovery"
	"gatehouse/internal/testkit"
)

const (
	passphrase = "seven wooden ferries sail"

	olivia = "olivia@northwind.example"  // owner of Northwind
	carl   = "carl@copperfield.example"  // owner of Copperfield
	priya  = "priya@pixelworks.example"  // technical in both, has lost her phone
	adam   = "adam@northwind.example"    // administrator of Northwind
	sam    = "sam@harbour.example"       // support
	tia    = "tia@harbour.example"       // support
	root   = "root@harbour.example"      // administrator
	bea    = "bea@harbour.example"       // billing
	zoe    = "zoe@nowhere-in-it.example" // owner of an account of her own
	wait   = 24 * time.Hour
)

// house is a world with two accounts, somebody in both, and staff.
type house struct {
	*testkit.World
	people   *identity.People
	accounts *accounts.Accounts
	recovery *recovery.Recovery

	mu      sync.Mutex
	mails   map[string][]json.RawMessage // by kind and address
	invited map[string]string
	secrets map[string]string

	northwind, copperfield id.Account
}

func open(t testing.TB, w *testkit.World) *house {
	t.Helper()
	h := &house{
		World: w, mails: map[string][]json.RawMessage{}, invited: map[string]string{}, secrets: map[string]string{},
	}
	h.people = identity.New(w.Gate, w.Reader, w.Box, w.Outbox, identity.Config{
		Brand: "Harbour Hosting", Hasher: passwords.NewQuickHasher(),
	})
	h.accounts = accounts.New(w.Gate, w.Reader, w.Box, w.Access, h.people, w.Outbox)
	h.recovery = recovery.New(w.Gate, w.Reader, w.Box, w.Access, h.people, h.accounts, w.Outbox, wait)
	h.recovery.Bind()
	w.Access.LetStaffUseCodes() // what staff sign in with is no matter of these tests
	for _, kind := range []string{
		accounts.MailInvitation, alerts.MailAlert, tries.ManyFailures, recovery.MailProve, recovery.MailReady,
		recovery.MailOwner, recovery.MailEnded,
	} {
		w.Outbox.Handle(kind, h.keep)
	}
	h.northwind = h.account(t, "Northwind Bakery", olivia)
	h.copperfield = h.account(t, "Copperfield Cycles", carl)
	h.join(t, h.northwind, priya, "technical")
	h.join(t, h.copperfield, priya, "technical")
	h.join(t, h.northwind, adam, "administrator")
	for _, s := range []struct{ email, department string }{{sam, "support"}, {tia, "support"}, {bea, "billing"}} {
		h.staff(t, s.email, s.department)
	}
	for _, email := range []string{olivia, carl, priya, adam} {
		h.enrol(t, email)
	}
	return h
}

func (h *house) keep(_ context.Context, d outbox.Delivery) error {
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return err
	}
	var to struct {
		To, Email, Token string
	}
	if err := json.Unmarshal(raw, &to); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.mails[d.Kind+" "+to.To] = append(h.mails[d.Kind+" "+to.To], raw)
	if d.Kind == accounts.MailInvitation {
		h.invited[to.To] = to.Token
	}
	return nil
}

// deliver has everything delivered that waits, and what follows from it.
func (h *house) deliver(t testing.TB) {
	t.Helper()
	for range 3 {
		if _, err := h.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// mail is the last of a kind that came to an address.
func mail[T any](t testing.TB, h *house, kind, to string) (T, int) {
	t.Helper()
	h.deliver(t)
	h.mu.Lock()
	defer h.mu.Unlock()
	list := h.mails[kind+" "+to]
	var m T
	if len(list) > 0 {
		if err := json.Unmarshal(list[len(list)-1], &m); err != nil {
			t.Fatal(err)
		}
	}
	return m, len(list)
}

func (h *house) account(t testing.TB, name, owner string) id.Account {
	t.Helper()
	account, err := h.accounts.Create(t.Context(), actor.NewShell("root"), accounts.NewAccount{
		Name: name, Currency: "GBP", OwnerEmail: owner,
	})
	if err != nil {
		t.Fatal(err)
	}
	h.accept(t, owner)
	return account
}

func (h *house) join(t testing.TB, account id.Account, email, role string) {
	t.Helper()
	err := h.accounts.Invite(t.Context(), actor.NewSystem("test"), account, email, accounts.Terms{Role: role})
	if err != nil {
		t.Fatal(err)
	}
	h.accept(t, email)
}

func (h *house) accept(t testing.TB, email string) {
	t.Helper()
	h.deliver(t)
	h.mu.Lock()
	token := h.invited[email]
	h.mu.Unlock()
	offer, err := h.accounts.Offer(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	who := stranger()
	if offer.HasSignIn {
		who = h.who(t, email, id.Account{})
	}
	form := accounts.Acceptance{Name: nameOf(email), Password: passphrase}
	if _, err := h.accounts.Accept(t.Context(), who, token, form); err != nil {
		t.Fatal(err)
	}
}

func nameOf(email string) string {
	name, _, _ := strings.Cut(email, "@")
	return strings.ToUpper(name[:1]) + name[1:]
}

func (h *house) staff(t testing.TB, email, department string) {
	t.Helper()
	_, err := h.accounts.CreateStaff(t.Context(), actor.NewShell("root"), persons.NewPerson{
		Email: email, Name: nameOf(email), Password: passphrase,
	}, department)
	if err != nil {
		t.Fatal(err)
	}
	h.enrol(t, email)
}

func stranger() actor.Actor {
	return actor.Enter(actor.Details{
		Kind: actor.Anonymous, Address: netip.MustParseAddr("192.0.2.24"), Device: "Firefox on Linux",
	})
}

func (h *house) enrol(t testing.TB, email string) {
	t.Helper()
	who := h.who(t, email, id.Account{})
	e, err := h.people.StartTOTP(t.Context(), who, "Phone")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.people.ConfirmTOTP(t.Context(), who, e.Factor, h.code(t, e.Secret)); err != nil {
		t.Fatal(err)
	}
	codes, err := h.people.MakeRecoveryCodes(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.people.ConfirmRecoveryCodes(t.Context(), who, codes[0]); err != nil {
		t.Fatal(err)
	}
	h.secrets[email] = e.Secret
}

// code is the next code of an app: the time moves on, since each counts once.
func (h *house) code(t testing.TB, secret string) string {
	t.Helper()
	h.Offset.Advance(30 * time.Second)
	code, err := hotp.GenerateCode(secret, uint64(h.Now(t).Unix()/30))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// signIn signs in anew, and says with what.
func (h *house) signIn(t testing.TB, email string) identity.Outcome {
	t.Helper()
	out, err := h.people.SignIn(t.Context(), stranger(), email, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	if out.Half != "" {
		code := factors.Code(h.code(t, h.secrets[email]))
		if out, err = h.people.SecondFactor(t.Context(), stranger(), out.Half, code); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// who is the actor of a request that somebody makes in an account, having signed in this moment.
func (h *house) who(t testing.TB, email string, account id.Account) actor.Actor {
	t.Helper()
	return h.by(t, h.signIn(t, email).Token, account)
}

func (h *house) by(t testing.TB, token string, account id.Account) actor.Actor {
	t.Helper()
	v, err := h.accounts.BySession(t.Context(), token, account, accounts.Door{
		Address: netip.MustParseAddr("192.0.2.24"), Device: "Firefox on Linux",
	})
	if err != nil {
		t.Fatal(err)
	}
	if !v.Who.SignedIn() {
		t.Fatal("not signed in")
	}
	return v.Who
}

// has says whether an action stands in a chain.
func (h *house) has(t testing.TB, chain id.Scope, action activity.Action) bool {
	t.Helper()
	page, err := h.Log.Page(t.Context(), chain, activity.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Entries {
		if e.Action == action {
			return true
		}
	}
	return false
}

func kindIs(t testing.TB, what string, err error, want fault.Kind) {
	t.Helper()
	if got := fault.KindOf(err); got != want || want == "" && err != nil {
		t.Errorf("%s: %v is of kind %q, not %q", what, err, got, want)
	}
}
