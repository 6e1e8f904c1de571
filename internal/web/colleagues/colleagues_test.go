package colleagues_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/paper"
	"gatehouse/internal/staffing"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/web/colleagues"
	"gatehouse/internal/web/staff"
)

const (
	rita = "rita@harbour.example" // the second administrator
	nia  = "nia@harbour.example"  // to be invited
)

// office is a portal with its staff, and the last invitation to each address.
type office struct {
	*site.Site
	invited map[string]string
}

func each(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := &office{invited: map[string]string{}}
		o.Site = site.Open(t, w, func(s *site.Site) {
			site.Portal(s)
			room := staffing.New(s.Gate, s.Reader, s.Box, s.Access, s.People, s.Accounts, s.Outbox)
			colleagues.Register(s.Door, colleagues.Deps{
				Staffing: room, People: s.People, Access: s.Access, Gate: s.Gate, PublicKeys: s.Box.NoteKeys(),
				Letterhead: func() paper.About { return paper.About{Brand: "Harbour Hosting"} },
			})
			staff.Register(s.Door, staff.Deps{
				Accounts: s.Accounts, Billing: s.Billing, Hosting: s.Hosting, Overview: s.Overview, Support: s.Support,
				Gate: s.Gate, Access: s.Access, Zone: time.UTC, Currency: "GBP",
			})
		})
		o.Outbox.Handle(staffing.MailInvited, func(_ context.Context, d outbox.Delivery) error {
			var m staffing.InvitedMail
			err := d.Decode(&m)
			o.invited[m.To] = "/staff-invitations/" + m.Token
			return err
		})
		for _, kind := range []string{staffing.MailWaits, staffing.MailDecided, staffing.MailIdle, staffing.MailReview} {
			o.Outbox.Handle(kind, func(context.Context, outbox.Delivery) error { return nil })
		}
		o.AllStaff(t)
		test(t, o)
	})
}

// link is the last invitation to an address.
func (o *office) link(t *testing.T, to string) string {
	t.Helper()
	if _, err := o.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	if o.invited[to] == "" {
		t.Fatalf("nobody invited %s", to)
	}
	return o.invited[to]
}

// A1: the staff pages are the administrator's; everybody else is refused, by direct address too.
func TestOnlyAdministratorsSeeTheStaff(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		root := o.Visit(t).SignIn(site.Root)
		p := root.Get("/staff/people").Is(t, http.StatusOK).Says(t, "Sam Doyle", "Support staff", "Robin Hale", "Code app")
		member := p.Links("/staff/people/of/")[0]
		root.Get(member).Is(t, http.StatusOK).Says(t, "What can", "See clients", "Not in")
		root.Get("/staff/people/who").Is(t, http.StatusOK).Says(t, "Refund payments", "Sam")
		root.Get("/staff/people/departments").Is(t, http.StatusOK).Says(t, "Privacy")
		root.Get("/staff/people/departments/billing").Is(t, http.StatusOK).
			Says(t, "Bea Novak", "Ageing of debts", "Refund payments")
		if main := root.Page.Doc.Find("main").Text(); strings.Contains(main, "Invite a colleague") ||
			strings.Contains(main, "Catalogue") || !strings.Contains(main, "Bank transfers") {
			t.Errorf("the menu of billing is %s", main)
		}
		root.Get("/staff/people/departments/none").Is(t, http.StatusNotFound)
		for _, other := range []string{site.Sam, site.Bea, site.Tom, site.Dana} {
			v := o.Visit(t).SignIn(other)
			for _, path := range []string{
				"/staff/people", "/staff/people/who", "/staff/people/departments", member, "/staff/people/invite",
				member + "/disable",
			} {
				v.Get(path).Is(t, http.StatusForbidden)
			}
			v.Post(member+"/disable", site.Form("reason", "Spite")).Is(t, http.StatusForbidden)
		}
	})
}

// A7, A10, S12: from an invitation that a second administrator approves to the place where the first key is added.
func TestAnInvitationFromStartToSeat(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.Staff(t, rita, "Rita Sole", "administrator")
		root := o.Visit(t).SignIn(site.Root)
		root.Get("/staff/people/invite").Is(t, http.StatusOK).Says(t, "A second administrator approves it first.")
		root.Submit("/staff/people/invite", site.Form("email", "nia", "department", "support", "reason", "New here")).
			Is(t, http.StatusUnprocessableEntity)
		if got := root.Page.Value("reason"); got != "New here" {
			t.Errorf("what was typed is %q", got)
		}
		root.Submit("/staff/people/invite", site.Form("email", nia)).Is(t, http.StatusOK).
			Says(t, "It waits for a second administrator.", nia)
		request := root.Page.Links("/staff/people/requests/")[0]
		root.Get(request).Says(t, "You asked for this, so another administrator decides.").Silent(t, "Your answer")
		root.Post(request, site.Form("decision", "approve")).Is(t, http.StatusForbidden) // nobody approves their own

		second := o.Visit(t).SignIn(rita)
		second.Get(request)
		second.Submit(request, site.Form("decision", "decline")).Is(t, http.StatusUnprocessableEntity).Says(t, "Say why not.")
		second.Submit(request, site.Form("decision", "approve")).Is(t, http.StatusOK).Says(t, "You approved it")
		second.Get(request).Says(t, "Invited", "Rita Sole")

		link := o.link(t, nia)
		o.Visit(t).SignIn(site.Sam).Post(link, nil).Is(t, http.StatusForbidden) // another address
		v := o.Visit(t)
		v.Get(link).Is(t, http.StatusOK).Says(t, "Join the staff of Harbour Hosting", nia, "Support staff", "Robin Hale")
		v.Submit(link, site.Form("name", "Nia New", "password", "short")).Is(t, http.StatusUnprocessableEntity)
		v.Submit(link, site.Form("name", "Nia New", "password", site.Passphrase)).Is(t, http.StatusOK).
			Says(t, "Your sign-in is ready.")
		v.Submit("/sign-in", site.Form("email", nia, "password", site.Passphrase))
		if !strings.HasPrefix(v.Page.Path, "/me/") {
			t.Errorf("led to %s", v.Page.Path)
		}
		v.Get("/staff/people").Is(t, http.StatusForbidden)
		v.Get("/staff/clients").Is(t, http.StatusForbidden)
		o.Visit(t).Get(link).Is(t, http.StatusNotFound).Says(t, "This invitation has ended")
		root.Get("/staff/people").Says(t, "Nia New", "No key yet")
	})
}

// N5, A10: whoever is disabled is out with the next click, and comes back by a request that another one approves.
func TestDisableAndEnable(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.Staff(t, rita, "Rita Sole", "administrator")
		sam, root := o.Visit(t).SignIn(site.Sam), o.Visit(t).SignIn(site.Root)
		sam.Get("/staff").Is(t, http.StatusOK)
		member := ""
		root.Get("/staff/people")
		for _, link := range root.Page.Links("/staff/people/of/") {
			if root.Get(link); strings.Contains(root.Page.Text, site.Sam) {
				member = link
			}
		}
		root.Get(member+"/disable").Is(t, http.StatusOK).Says(t, "All sessions end at once")
		root.Submit(member+"/disable", nil).Is(t, http.StatusUnprocessableEntity).Says(t, "Say why.")
		root.Submit(member+"/disable", site.Form("reason", "Lost her bag")).Is(t, http.StatusOK).
			Says(t, "The sign-in is disabled.", "Disabled")
		if sam.Get("/staff"); sam.Page.Path == "/staff" {
			t.Error("still in")
		}
		root.Get(member+"/enable").Is(t, http.StatusOK)
		root.Submit(member+"/enable", site.Form("reason", "She is back")).Is(t, http.StatusOK).
			Says(t, "It waits for a second")
		request := root.Page.Links("/staff/people/requests/")[0]
		second := o.Visit(t).SignIn(rita)
		second.Get(request)
		second.Submit(request, site.Form("decision", "approve")).Is(t, http.StatusOK)
		o.Visit(t).SignIn(site.Sam).Get("/staff").Is(t, http.StatusOK)
	})
}
