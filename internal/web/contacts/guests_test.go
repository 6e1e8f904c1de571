package contacts_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit/site"
)

// sendable is the list that the page "Is this right?" carries along.
func sendable(v *site.Visitor) string { return v.Page.Doc.Find("input[name=list]").AttrOr("value", "") }

// A7: an owner pastes a list, sees each bad line and why, mends it, sees what was understood, and sends it.
func TestSeveralPeopleAreInvitedFromAList(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, several := s.Visit(t).SignIn(site.Olivia), c.Base()+"/contacts/invite-several"
		if links := v.Get(c.Base()+"/contacts/invite").Is(t, http.StatusOK).Links("/invite-several"); len(links) != 1 {
			t.Fatalf("%d ways to invite several", len(links))
		}
		v.Get(several).Is(t, http.StatusOK).Says(t, "Invite several people", "You see each person before anything is sent.")
		if n := v.Page.Doc.Find("main input[checked]").Length(); n != 0 {
			t.Errorf("%d answers are given beforehand", n)
		}
		v.Submit(several, nil).Is(t, http.StatusUnprocessableEntity).Says(t, "Paste at least one e-mail address.")
		v.Submit(several, site.Form("list", "noor@northwind.example")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Choose what they may do, or give the list a column “role”.")

		const bad = "e-mail;role;last day;services;phone\r\nnoor@northwind.example;Billing;31/01/2099;;1\r\n" +
			"rae at northwind;billing\r\nmo@northwind.example;Boss;soon;\r\n" + site.Ben + ";Technical\r\n\"kit@x.example"
		v.Submit(several, site.Form("list", "\ufeff"+bad, "role", "support")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "4 lines need a change", "Nobody is invited yet.", "looks like name@example.com",
				"There is no role “Boss” that you can give.", "“soon” is no day.", "is a contact of the account already",
				"A quotation mark in this line is never closed.")
		if kept := v.Page.Doc.Find("textarea[name=list]").Text(); !strings.Contains(kept, "kit@x.example") {
			t.Errorf("only %q is left of the list", kept)
		}
		if n := s.Count(t, "invitations", "state = 'open'"); n != 0 {
			t.Fatalf("%d people were invited by a list with bad lines", n)
		}

		const good = "e-mail;role;last day;services;phone\r\nnoor@northwind.example;Billing;31/01/2099;;1\r\n" +
			"rae@northwind.example;developer;;SHOP.northwind.example;2\r\nmo@northwind.example;;;;3\r\n"
		v.Submit(several, site.Form("list", good, "role", "support", "message", "For the shop")).Is(t, http.StatusOK).
			Says(t, "3 people will get a mail", "Nothing is sent yet.", "The column “phone” is not used.",
				"noor@northwind.example", "31 Jan 2099", "Developer", "Only shop.northwind.example", "Support")
		if n := s.Count(t, "invitations", "state = 'open'"); n != 0 {
			t.Fatalf("%d people were invited by looking", n)
		}
		if !strings.Contains(sendable(v), "31/01/2099") {
			t.Errorf("the list is not carried along: %q", sendable(v))
		}
		v.Submit(several, site.Form("step", "edit")).Is(t, http.StatusOK).Says(t, "Invite several people")
		role, message := v.Page.Doc.Find("input[value=support][checked]"), v.Page.Doc.Find("textarea[name=message]")
		if role.Length() != 1 || message.Text() == "" {
			t.Error("what was chosen is lost on the way back")
		}
		v.Submit(several, nil)
		v.Submit(several, site.Form("step", "send")).Is(t, http.StatusOK).
			Says(t, "3 invitations are on the way.", "3 people are invited", "rae@northwind.example")
		v.Get(c.Base()+"/activity").Says(t, "noor@northwind.example", "rae@northwind.example", "mo@northwind.example")
	})
}

// Lists are pasted as mail programs write them, too.
func TestAddressesInEveryShape(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, several := s.Visit(t).SignIn(site.Olivia), c.Base()+"/contacts/invite-several"
		const list = "Noor Haddad <noor@northwind.example>, \"Rae, Kim\" <rae@northwind.example>; mo@northwind.example\n" +
			"'kit@northwind.example' ann@northwind.example\tlou@northwind.example"
		v.Get(several)
		v.Submit(several, site.Form("list", list, "role", "billing")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "1 line needs a change", "This is no e-mail address.") // a name with a comma: said, and nothing is lost
		v.Submit(several, site.Form("list", strings.Replace(list, "\"Rae, Kim\"", "Rae", 1), "role", "billing")).
			Is(t, http.StatusOK).Says(t, "6 people will get a mail", "lou@northwind.example")
	})
}

// A3, D2: who may not invite reaches neither page; nobody invites a list above their own role, or one without end.
func TestListsHaveLimits(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		several := c.Base() + "/contacts/invite-several"
		ben := s.Visit(t).SignIn(site.Ben)
		ben.Get(several).Is(t, http.StatusForbidden)
		ben.Get(c.Base())
		ben.Post(several, site.Form("list", "mole@evil.example", "role", "owner", "step", "send")).Is(t, http.StatusForbidden)

		v := s.Visit(t).SignIn(site.Olivia)
		var long strings.Builder
		for i := range 51 {
			fmt.Fprintf(&long, "guest%d@northwind.example\n", i)
		}
		v.Get(several)
		v.Submit(several, site.Form("list", long.String(), "role", "billing")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "At most 50 people can be invited at one go.")

		tess := contactOf(t, v, c, "Tess Lindqvist")
		v.Get(tess + "/role")
		v.Submit(tess+"/role", site.Form("role", "administrator")).Is(t, http.StatusOK)
		admin := s.Visit(t).SignIn(site.Tess)
		admin.Get(several).Is(t, http.StatusOK)
		admin.Submit(several, site.Form("list", "e-mail,role\nmole@evil.example,Owner")).
			Is(t, http.StatusUnprocessableEntity).Says(t, "There is no role “Owner” that you can give.")
		admin.Submit(several, site.Form("list", "mole@evil.example", "role", "owner")).
			Is(t, http.StatusUnprocessableEntity).Says(t, "This reaches further than your own role.")

		many := strings.Join(strings.SplitAfterN(long.String(), "\n", 41)[:40], "")
		few, _, _ := strings.Cut(many, "\n")
		var statements []int64
		for _, list := range []string{few, many} {
			ctx, n := db.CountStatements(t.Context())
			v.Get(several)
			v.Under(ctx).Submit(several, site.Form("list", list, "role", "billing")).Is(t, http.StatusOK)
			statements = append(statements, n.Load())
		}
		if statements[0] != statements[1] {
			t.Errorf("looking at one person takes %d statements, at forty %d", statements[0], statements[1])
		}
	})
}

// S16: inviting and changing people asks again who it is, once ten minutes have gone by; what was typed is kept.
func TestInvitingAsksAgainWhoItIs(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, invite := s.Visit(t).SignIn(site.Olivia), c.Base()+"/contacts/invite"
		ben := contactOf(t, v, c, "Ben Okafor")
		v.Get(invite)
		s.Offset.Advance(11 * time.Minute)
		v.Submit(invite, site.Form("role", "billing", "email", "noor@northwind.example")).Says(t, "Confirm it’s you")
		if n := s.Count(t, "invitations", "state = 'open'"); n != 0 {
			t.Fatal("somebody was invited without asking who it is")
		}
		v.Submit("/me/confirm", site.Form("proof", v.Code(site.Olivia))).Is(t, http.StatusOK).
			Says(t, "The invitation is on its way to noor@northwind.example.")

		s.Offset.Advance(11 * time.Minute)
		v.Get(c.Base()+"/contacts").Is(t, http.StatusOK)
		if len(v.Page.Links("/role")) == 0 || len(v.Page.Links("/contacts/invite")) == 0 {
			t.Error("what can be done after confirming is not offered")
		}
		for _, page := range []string{"/role", "/remove", "/suspend"} {
			v.Get(ben+page).Says(t, "Confirm it’s you")
		}
	})
}
