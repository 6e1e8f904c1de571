package reviews_test

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/outbox"
	"gatehouse/internal/reviews"
	"gatehouse/internal/reviews/record"
	"gatehouse/internal/teams"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

const (
	passphrase = "seven wooden ferries sail"
	olivia     = "olivia@northwind.example"
	ben        = "ben@northwind.example"
	tess       = "tess@northwind.example"
	adam       = "adam@northwind.example"
	day        = 24 * time.Hour
)

// house is a world with an account in it.
type house struct {
	*testkit.World
	people   *identity.People
	accounts *accounts.Accounts
	reviews  *reviews.Reviews
	teams    *teams.Teams
	account  id.Account

	mu      sync.Mutex
	invited map[string]string // tokens by address
	words   []reviews.MailWord
}

// open makes an account with Olivia as its owner.
func open(t testing.TB, w *testkit.World) *house {
	t.Helper()
	h := &house{World: w, invited: map[string]string{}}
	h.people = identity.New(w.Gate, w.Reader, w.Box, w.Outbox, identity.Config{
		Brand: "Harbour Hosting", Hasher: passwords.NewQuickHasher(),
	})
	h.accounts = accounts.New(w.Gate, w.Reader, w.Box, w.Access, h.people, w.Outbox)
	h.teams = teams.New(w.Gate, w.Reader, w.Box, w.Access, h.accounts, w.Outbox)
	h.reviews = reviews.New(w.Gate, w.Reader, w.Box, w.Access, h.accounts, h.teams, w.Outbox)
	for _, kind := range []string{teams.Said, accounts.TeamChanged} {
		w.Outbox.Handle(kind, func(context.Context, outbox.Delivery) error { return nil })
	}
	w.Outbox.Handle(accounts.MailInvitation, func(_ context.Context, d outbox.Delivery) error {
		var m accounts.InvitationMail
		err := d.Decode(&m)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.invited[m.To] = m.Token
		return err
	})
	w.Outbox.Handle(reviews.Mail, func(_ context.Context, d outbox.Delivery) error {
		var m reviews.MailWord
		err := d.Decode(&m)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.words = append(h.words, m)
		return err
	})
	var err error
	h.account, err = h.accounts.Create(t.Context(), actor.NewShell("root"), accounts.NewAccount{
		Name: "Northwind Bakery Ltd", Currency: "GBP", OwnerEmail: olivia,
	})
	if err != nil {
		t.Fatal(err)
	}
	h.accept(t, olivia)
	return h
}

func door() accounts.Door {
	return accounts.Door{Address: netip.MustParseAddr("192.0.2.24"), Device: "Firefox on Linux", RequestID: "01test"}
}

func (h *house) accept(t testing.TB, email string) {
	t.Helper()
	h.deliver(t)
	visit, err := h.accounts.BySession(t.Context(), "", id.Account{}, door())
	if err != nil {
		t.Fatal(err)
	}
	name, _, _ := strings.Cut(email, "@")
	form := accounts.Acceptance{Name: strings.ToUpper(name[:1]) + name[1:] + " Marsh", Password: passphrase}
	h.mu.Lock()
	token := h.invited[email]
	h.mu.Unlock()
	if _, err := h.accounts.Accept(t.Context(), visit.Who, token, form); err != nil {
		t.Fatalf("%s: %v", email, err)
	}
}

func (h *house) deliver(t testing.TB) {
	t.Helper()
	if _, err := h.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// join lets somebody in on terms.
func (h *house) join(t testing.TB, email string, terms accounts.Terms) {
	t.Helper()
	if err := h.accounts.Invite(t.Context(), actor.NewSystem("test"), h.account, email, terms); err != nil {
		t.Fatal(err)
	}
	h.accept(t, email)
}

// token signs somebody in.
func (h *house) token(t testing.TB, email string) string {
	t.Helper()
	visit, err := h.accounts.BySession(t.Context(), "", id.Account{}, door())
	if err != nil {
		t.Fatal(err)
	}
	out, err := h.people.SignIn(t.Context(), visit.Who, email, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	return out.Token
}

// as is somebody who signs in and comes to the account.
func (h *house) as(t testing.TB, email string) actor.Actor {
	t.Helper()
	visit, err := h.accounts.BySession(t.Context(), h.token(t, email), h.account, door())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.accounts.Arrive(t.Context(), visit); err != nil {
		t.Fatal(err)
	}
	return visit.Who
}

// uses has somebody come to pages of the account.
func (h *house) uses(t testing.TB, email string, verbs ...verb.Verb) {
	t.Helper()
	who := h.as(t, email)
	for _, v := range verbs {
		if err := h.Gate.Used(t.Context(), who, v, id.AccountScope(h.account)); err != nil {
			t.Fatal(err)
		}
	}
}

func (h *house) start(t testing.TB, by string) id.Review {
	t.Helper()
	review, err := h.reviews.Start(t.Context(), h.as(t, by), h.account, id.Review{})
	if err != nil {
		t.Fatal(err)
	}
	return review
}

func (h *house) page(t testing.TB, by string, review id.Review) reviews.Page {
	t.Helper()
	p, err := h.reviews.Review(t.Context(), h.as(t, by), h.account, review, id.Subject{}, id.Subject{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// row finds somebody's row as a reader sees it.
func (h *house) row(t testing.TB, by string, review id.Review, email string) reviews.Row {
	t.Helper()
	p := h.page(t, by, review)
	for _, row := range append(p.Open, p.Decided...) {
		if row.Facts.Email == email {
			return row
		}
	}
	t.Fatalf("%s has no row", email)
	return reviews.Row{}
}

// answer answers somebody's row as it is shown.
func (h *house) answer(
	t testing.TB, by string, review id.Review, email string, v reviews.Verdict, to accounts.Terms,
) error {
	t.Helper()
	row := h.row(t, by, review, email)
	return h.reviews.Answer(t.Context(), h.as(t, by), h.account, review, row.Subject, reviews.Answer{
		Verdict: v, Terms: to, Version: row.Version, Seen: row.Contact.Version,
	})
}

func (h *house) must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// contacts are those of the account by address.
func (h *house) contacts(t testing.TB) map[string]accounts.Contact {
	t.Helper()
	page, err := h.accounts.Contacts(t.Context(), actor.NewSystem("test"), h.account, id.Membership{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]accounts.Contact{}
	for _, c := range page.Contacts {
		out[c.Email] = c
	}
	return out
}

// record reads the record of a closed review, and who led to which outcome.
func (h *house) record(t testing.TB, review id.Review) ([]byte, record.Record, map[string]record.Row) {
	t.Helper()
	text, read, err := h.reviews.Record(t.Context(), actor.NewSystem("test"), h.account, review)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]record.Row{}
	for _, row := range read.Rows {
		rows[row.Email] = row
	}
	return text, read, rows
}

// said are the words that mails were left for.
func (h *house) said(t testing.TB) string {
	t.Helper()
	h.deliver(t)
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []string
	for _, m := range h.words {
		list = append(list, string(m.Word))
	}
	return strings.Join(list, " ")
}

func kindIs(t testing.TB, what string, err error, want fault.Kind) {
	t.Helper()
	if got := fault.KindOf(err); got != want || want == "" && err != nil {
		t.Errorf("%s: %v is of kind %q, not %q", what, err, got, want)
	}
}

func role(key string) accounts.Terms { return accounts.Terms{Role: key} }
