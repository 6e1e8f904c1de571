package app_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/notices"
	"gatehouse/internal/platform/config"
)

// written are the addresses to which mails with a subject went.
func (h *house) written(t *testing.T, subject string) (to []string) {
	t.Helper()
	h.deliver(t)
	for _, m := range h.Mailbox.List() {
		if strings.HasPrefix(m.Subject, subject) {
			to = append(to, m.To)
		}
	}
	slices.Sort(to)
	return to
}

// Whoever sees a service is told when it stops and when it runs again; nobody whose access leaves it out, and nobody
// who does without such mails.
func TestServicesAreToldOf(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(*config.Config) {})
	staff, account, service := actor.NewSystem("test"), h.here.account, h.here.service
	h.invite(t, account, "elsewhere@here.example", accounts.Terms{
		Role: "technical", Limited: true, Services: []id.Service{id.New[id.ServiceKind]()},
	})
	if err := h.Hosting.Suspend(t.Context(), staff, account, service, "Out-of-date software."); err != nil {
		t.Fatal(err)
	}
	stopped := h.written(t, "here.example is stopped")
	for _, to := range []string{"owner@here.example", "technical@here.example", "support@here.example"} {
		if !slices.Contains(stopped, to) {
			t.Errorf("%s is not told: %v", to, stopped)
		}
	}
	for _, to := range []string{"billing@here.example", "elsewhere@here.example", "owner@there.example"} {
		if slices.Contains(stopped, to) {
			t.Errorf("%s is told", to)
		}
	}
	person, err := h.People.Find(t.Context(), actor.NewShell("root"), "technical@here.example")
	if err != nil {
		t.Fatal(err)
	}
	who := actor.Enter(actor.Details{Kind: actor.Person, Person: person, Name: "Tess"})
	if err := h.Notices.ChooseMine(t.Context(), who, account, nil); err != nil {
		t.Fatal(err)
	}
	if err := h.Hosting.Restore(t.Context(), staff, account, service); err != nil {
		t.Fatal(err)
	}
	if again := h.written(t, "here.example runs again"); len(again) != len(stopped)-1 ||
		slices.Contains(again, "technical@here.example") {
		t.Errorf("told that it runs again: %v", again)
	}
}

// A billing copy gets the invoices and may pay them, and no other mails that can be done without: from joining on.
func TestABillingCopyGetsTheInvoicesAlone(t *testing.T) {
	t.Parallel()
	w := newWalker(t)
	base, noor := "/accounts/"+w.here.account.String(), "noor@ledger.example"
	v := w.as("owner@here.example")
	v.Get(base + "/contacts/invite")
	v.Submit(base+"/contacts/invite", typed("email", noor, "role", "technical", "only-invoices", "yes")).
		Is(t, http.StatusUnprocessableEntity).Says(t, "Invoices are mailed to people who may pay them.")
	v.Submit(base+"/contacts/invite", typed("email", noor, "role", "billing", "only-invoices", "yes")).Is(t, http.StatusOK)
	guest, link := w.visit(), w.link(noor, "/invitations/")
	guest.Get(link).Is(t, http.StatusOK)
	guest.Submit(link, typed("name", "Noor Haddad", "password", "seven wooden ferries sail")).Is(t, http.StatusOK)
	w.deliver(t)
	for kind, want := range map[notices.Kind]bool{
		notices.Invoices: true, notices.Payments: false, notices.Security: true,
	} {
		_, people, err := w.Notices.Recipients(t.Context(), actor.NewSystem("test"), w.here.account, kind)
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.ContainsFunc(people, func(r accounts.Recipient) bool { return r.Email == noor }); got != want {
			t.Errorf("mails about %s: %v", kind, got)
		}
	}
}
