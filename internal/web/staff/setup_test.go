package staff_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/mailer"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/web/public"
)

// postOffice sends invitations into a mailbox, as the program does.
func postOffice(s *site.Site) *mailer.Mailbox {
	box := mailer.NewMailbox(10, clock.System())
	s.Outbox.Handle(accounts.MailInvitation, func(ctx context.Context, d outbox.Delivery) error {
		var m accounts.InvitationMail
		err := d.Decode(&m)
		return errors.Join(err, box.Send(ctx, mailer.Mail{
			To: m.To, Subject: m.Name, Text: "See the invitation:\n" + site.Origin + "/invitations/" + m.Token,
		}))
	})
	return box
}

// From an empty database: the first administrator creates a client, whose owner accepts the invitation, signs in and
// sees the account with its service and its invoice.
func TestFromAnEmptyDatabaseToAClientAtWork(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		var box *mailer.Mailbox
		s := site.Open(t, w, register, site.Portal, func(s *site.Site) {
			box = postOffice(s)
			if err := public.Register(s.Door, public.Deps{Accounts: s.Accounts, Billing: s.Billing}); err != nil {
				t.Fatal(err)
			}
		})
		s.Staff(t, site.Root, "Robin Hale", "administrator")
		root := s.Visit(t).SignIn(site.Root)
		root.Get("/staff").Is(t, http.StatusOK).Says(t, "Robin", "No clients yet")
		client := createClient(t, root)
		setUp(t, root, client)

		if _, err := s.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		mails := box.List()
		if len(mails) != 1 || mails[0].To != "ida@fenstreet.example" {
			t.Fatalf("mails: %+v", mails)
		}
		_, invitation, _ := strings.Cut(mails[0].Text, site.Origin)
		owner := s.Visit(t)
		owner.Get(invitation).Is(t, http.StatusOK).Says(t, "Fen Street Dental", "Owner")
		owner.Submit(invitation, url.Values{"name": {"Ida Fen"}, "password": {site.Passphrase}})
		owner.SignIn("ida@fenstreet.example")
		owner.Get("/accounts").Is(t, http.StatusOK).Says(t, "Fen Street Dental")
		base := strings.Replace(client, "/staff/clients", "/accounts", 1)
		owner.Get(base).Is(t, http.StatusOK).Says(t, "£21.00")
		owner.Get(base+"/services").Is(t, http.StatusOK).Says(t, "fenstreet.example", "Small Hosting")
		owner.Get(base+"/invoices").Is(t, http.StatusOK).Says(t, "Hosting, the first month", "£21.00")
		owner.Get(base+"/activity").Is(t, http.StatusOK).Says(t, "Robin Hale of Harbour Hosting")
		root.Get(client).Is(t, http.StatusOK).Says(t, "owner Ida Fen")
	})
}

func createClient(t *testing.T, root *site.Visitor) (address string) {
	t.Helper()
	root.Get("/staff/clients/new").Is(t, http.StatusOK)
	page := root.Submit("/staff/clients/new", url.Values{"name": {"Fen Street Dental"}, "owner-email": {"not an address"}})
	page.Is(t, http.StatusUnprocessableEntity)
	if page.Value("name") != "Fen Street Dental" || page.Value("owner-email") != "not an address" ||
		page.Doc.Find("#owner-email.is-invalid").Length() != 1 {
		t.Errorf("what was typed is not kept beside its error: %s", page.Text)
	}
	sent := url.Values{
		"owner-email": {"ida@fenstreet.example"}, "line1": {"3 Fen Street"}, "city": {"Ely"}, "postcode": {"CB7 4AB"},
	}
	page = root.Reticent().Submit("/staff/clients/new", sent) // who makes a client is not asked why they look at it
	page.Is(t, http.StatusOK).
		Says(t, "The client is set up.", "ida@fenstreet.example", "No services yet", "No invoices yet")
	return page.Path
}

func setUp(t *testing.T, root *site.Visitor, client string) {
	t.Helper()
	root.Get(client+"/services/new").Is(t, http.StatusOK).Says(t, "There is no server yet.")
	root.Get("/staff/servers/new").Is(t, http.StatusOK)
	root.Submit("/staff/servers/new", url.Values{"name": {"tern"}, "panel": {"plesk"}, "host": {"x"}}).
		Is(t, http.StatusUnprocessableEntity)
	root.Submit("/staff/servers/new", url.Values{"panel": {"none"}, "host": {"tern.harbour.example"}}).
		Is(t, http.StatusOK).Says(t, "The server tern is registered.")

	form := root.Get(client+"/services/new").Is(t, http.StatusOK).Says(t, "tern")
	server := form.Doc.Find("select[name=server] option").First().AttrOr("value", "")
	root.Submit(client+"/services/new", url.Values{"plan": {"Small Hosting"}, "price": {"12,5"}, "server": {server}}).
		Is(t, http.StatusUnprocessableEntity).Says(t, "Enter an amount such as 12.50.")
	kept := root.Page
	if got := kept.Value("plan") + kept.Value("price") + kept.Value("server"); got != "Small Hosting12,5"+server {
		t.Errorf("what was typed is not kept: %q", got)
	}
	root.Submit(client+"/services/new", url.Values{"price": {"12.50"}, "domain": {"fenstreet.example"}}).
		Is(t, http.StatusOK).Says(t, "The service is set up.", "fenstreet.example")
	root.Get(client + "/services/new")
	root.Submit(client+"/services/new", url.Values{
		"plan": {"Client Site"}, "price": {"9"}, "domain": {"ida.example"}, "pending": {"yes"}, "server": {server},
	}).Is(t, http.StatusOK).Says(t, "The client sees the service as being set up.", "ida.example", "Being set up")
	ready := root.Page.Doc.Find("form[action$='/ready']").AttrOr("action", "")
	root.Submit(ready, nil).Is(t, http.StatusOK).Says(t, "The service is ready.")
	if root.Page.Doc.Find("form[action$='/ready']").Length() != 0 {
		t.Error("what is ready can become ready again")
	}
	issue(t, root, client)
}

// issue writes an invoice with lines left empty between those that are not; errors stand beside what was typed.
func issue(t *testing.T, root *site.Visitor, client string) {
	t.Helper()
	form := client + "/invoices/new"
	root.Get(form).Is(t, http.StatusOK)
	page := root.Submit(form, url.Values{"due": {"soon"}, "line-1-text": {"Hosting"}, "line-1-price": {"ten"}})
	page.Is(t, http.StatusUnprocessableEntity).Says(t, "Enter the day as 2026-12-31.", "Enter an amount such as 12.50.")
	if page.Doc.Find("#line-1-price.is-invalid").Length() != 1 || page.Value("line-1-price") != "ten" ||
		page.Value("due") != "soon" {
		t.Errorf("what was typed is not kept beside its error")
	}
	root.Get(form)
	page = root.Submit(form, url.Values{"about": {"Hosting, the first month"}, "line-2-text": {""}, "line-2-price": {"5"}})
	page.Is(t, http.StatusUnprocessableEntity)
	if page.Doc.Find("#line-2-text.is-invalid").Length() != 1 {
		t.Errorf("the error is not beside the line that was typed: %s", page.Text)
	}
	key, about := page.Value("key"), page.Value("about")
	for _, quantity := range []string{"1e9999999", "-1", "one", ""} {
		root.Submit(form, url.Values{"line-2-text": {"Hosting"}, "line-2-quantity": {quantity}}).
			Is(t, http.StatusUnprocessableEntity)
	}
	root.Submit(form, url.Values{"line-2-text": {"Hosting"}, "line-2-quantity": {"1"}, "line-2-rate": {"1999"}}).
		Is(t, http.StatusUnprocessableEntity).Says(t, "Choose a rate of VAT from the list.")
	sent := url.Values{
		"line-2-rate": {"standard 2000"}, "line-2-price": {"12.50"}, "line-4-text": {"Domain"}, "line-4-price": {"5.00"},
	}
	root.Submit(form, sent).Is(t, http.StatusOK).Says(t, "is issued, and mailed to whoever pays", "£21.00")
	if about != "Hosting, the first month" {
		t.Errorf("the form forgot %q", about)
	}

	// A second click on the same form makes no second invoice.
	root.Get(form)
	root.Submit(form, url.Values{
		"key": {key}, "about": {about}, "line-0-text": {"Hosting"}, "line-0-price": {"12.50"},
	}).Is(t, http.StatusOK)
	root.Get(form)
	root.Submit(form, url.Values{"key": {"x"}}).Is(t, http.StatusBadRequest)
	root.Get(form)
	root.Submit(form, url.Values{"line-20-text": {"More"}}).Is(t, http.StatusBadRequest) // A5: a field that no form has
	if n := root.Site.Count(t, "invoices", "1 = 1"); n != 1 {
		t.Errorf("%d invoices", n)
	}
}
