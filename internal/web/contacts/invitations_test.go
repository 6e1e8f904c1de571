package contacts_test

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit/site"
)

// A4, A7: an owner invites on terms that they choose themselves, sees who has not come yet, and can take it back.
func TestSomebodyIsInvitedAndTheInvitationWithdrawn(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, list, invite := s.Visit(t).SignIn(site.Olivia), c.Base()+"/contacts", c.Base()+"/contacts/invite"
		if links := v.Get(list).Is(t, http.StatusOK).Links("/contacts/invite"); len(links) != 1 {
			t.Fatalf("%d ways to invite somebody", len(links))
		}
		v.Get(invite).Is(t, http.StatusOK).Says(t, "What they may do", "Sees and pays invoices", "shop.northwind.example")
		if n := v.Page.Doc.Find("main input[checked]").Length(); n != 0 {
			t.Errorf("%d answers are given beforehand", n)
		}

		v.Submit(invite, site.Form("email", "noor at northwind", "ends", "2099-02-31")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "3 things need a change", "looks like name@example.com", "Choose what they may do.", "A day looks like")
		v.Submit(invite, site.Form("role", "billing", "email", "noor at northwind", "ends", "2099-01-31")).
			Is(t, http.StatusUnprocessableEntity)
		kept := v.Page.Doc.Find("input[value=billing][checked]").Length() == 1
		if !kept || v.Page.Value("email") != "noor at northwind" || v.Page.Value("ends") != "2099-01-31" {
			t.Error("what was typed is lost")
		}
		v.Submit(invite, site.Form("email", site.Ben)).Is(t, http.StatusUnprocessableEntity).
			Says(t, "is a contact of the account already")
		v.Submit(invite, site.Form("role", "nobody", "email", "noor@northwind.example")).Is(t, http.StatusUnprocessableEntity)

		v.Submit(invite, site.Form("role", "billing", "email", "noor@northwind.example", "message", "See www.evil.example")).
			Is(t, http.StatusUnprocessableEntity).Says(t, "Leave addresses of websites out.")
		v.Submit(invite, site.Form("role", "developer", "email", "noor@northwind.example", "services", c.Shop.String(),
			"message", "For the shop, until Ruth is back")).Is(t, http.StatusOK).
			Says(t, "The invitation is on its way to noor@northwind.example.", "1 person is invited").
			Says(t, "Developer", "Ends in 7 days")
		ctx, n := db.CountStatements(t.Context())
		v.Under(ctx).Get(list+"?show=invitations").Is(t, http.StatusOK)
		if n.Load() > 3 {
			t.Errorf("the list of invitations takes %d statements", n.Load())
		}
		withdraw := v.Page.Links("/withdraw")
		if len(withdraw) != 1 {
			t.Fatalf("%d invitations can be withdrawn", len(withdraw))
		}
		v.Get(withdraw[0]).Is(t, http.StatusOK).Says(t, "Withdraw the invitation to noor@northwind.example?")
		v.Submit(withdraw[0], nil).Is(t, http.StatusOK).
			Says(t, "The invitation to noor@northwind.example is withdrawn.", "No open invitation")
		v.Get(withdraw[0]).Is(t, http.StatusNotFound)
		v.Get(c.Base()+"/activity").Says(t, "noor@northwind.example")
	})
}

// A3, A4: who may not invite sees no way to, and nobody invites above their own role.
func TestInvitationsHaveLimits(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		list, invite := c.Base()+"/contacts", c.Base()+"/contacts/invite"
		ben := s.Visit(t).SignIn(site.Ben)
		ben.Get(invite).Is(t, http.StatusForbidden).Says(t, "Invite people")
		ben.Get(c.Base())
		ben.Post(invite, site.Form("email", "mole@evil.example", "role", "owner")).Is(t, http.StatusForbidden)

		v := s.Visit(t).SignIn(site.Olivia)
		v.Get(invite)
		v.Submit(invite, site.Form("role", "billing", "email", "noor@northwind.example")).Is(t, http.StatusOK)
		withdraw := v.Page.Links("/withdraw")[0]
		ben.Get(withdraw).Is(t, http.StatusForbidden)
		ben.Get(c.Base())
		ben.Post(withdraw, nil).Is(t, http.StatusForbidden)
		carl := s.Visit(t).SignIn(site.Carl)
		carl.Get(withdraw).Is(t, http.StatusNotFound)
		own := strings.Replace(withdraw, c.Northwind.String(), c.Copperfield.String(), 1)
		carl.Get(own).Is(t, http.StatusNotFound) // another account's invitation is none of Carl's

		tess := contactOf(t, v, c, "Tess Lindqvist")
		v.Get(tess + "/role")
		v.Submit(tess+"/role", site.Form("role", "administrator")).Is(t, http.StatusOK)
		admin := s.Visit(t).SignIn(site.Tess)
		admin.Get(list+"?show=invitations").Is(t, http.StatusOK).Says(t, "noor@northwind.example")
		admin.Get(invite).Is(t, http.StatusOK)
		if admin.Page.Doc.Find("input[name=role][value=owner]").Length() != 0 {
			t.Error("an administrator is offered to make an owner")
		}
		admin.Submit(invite, site.Form("role", "owner", "email", "mole@evil.example")).Is(t, http.StatusForbidden)
		if n := s.Count(t, "invitations", "role = 'owner' AND state = 'open'"); n != 0 {
			t.Errorf("%d owners are invited", n)
		}
	})
}
