package paylinks_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/web/paylinks"
	"gatehouse/internal/web/public"
)

func each(t *testing.T, test func(t *testing.T, s *site.Site, c site.Cast)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := site.Open(t, w, site.Portal, func(s *site.Site) {
			paylinks.Register(s.Door, paylinks.Deps{
				Links: s.PayLinks, Billing: s.Billing, Seller: func() string { return "Harbour Hosting Ltd, 3 Quay Street" },
				Payee: func() string { return "Harbour Hosting Ltd" },
			})
			err := public.Register(s.Door, public.Deps{Accounts: s.Accounts, Billing: s.Billing, Sandbox: s.Sandbox})
			if err != nil {
				t.Fatal(err)
			}
		})
		test(t, s, s.Cast(t))
	})
}

// due is where the links of Northwind's invoice are made.
func due(c site.Cast) string { return c.Base() + "/invoices/" + c.Due.String() + "/links" }

// made lets somebody make a link, and returns its path.
func made(t *testing.T, v *site.Visitor, at string) string {
	t.Helper()
	v.Get(at).Is(t, http.StatusOK)
	v.Submit(at, nil).Is(t, http.StatusOK).Says(t, "Your new link")
	path, ours := strings.CutPrefix(v.Page.Doc.Find("#new-link").Text(), site.Origin)
	if !ours || !strings.HasPrefix(path, "/pay/") || len(path) != len("/pay/")+43 {
		t.Fatalf("the link is %q", v.Page.Doc.Find("#new-link").Text())
	}
	return path
}

func settle(t *testing.T, s *site.Site, c site.Cast, minor int64) {
	t.Helper()
	_, err := s.Billing.Make(t.Context(), actor.NewSystem("test"), c.Northwind, billing.Move{
		Kind: ledger.Payment, Key: id.New[id.MoneyRequestKind](), Invoice: c.Due, Method: billing.ByTransfer,
		Amount: money.New(minor, money.GBP),
	})
	if err != nil {
		t.Fatal(err)
	}
}

// P1, P2, S14: a stranger with the link pays on the gateway's page and comes back to the link; the log says by what it
// was paid.
func TestALinkPaysItsInvoice(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		link := made(t, s.Visit(t).SignIn(site.Ben), due(c))
		stranger := s.Visit(t)
		stranger.Get(link).Is(t, http.StatusOK).Says(t, "£148.80", "Hosting, November 2026", "Harbour Hosting Ltd")
		to := stranger.Submit(link, nil).Is(t, http.StatusSeeOther).Location
		page, ours := strings.CutPrefix(to, site.Origin)
		if !ours || !strings.HasPrefix(page, "/demo/checkout/") {
			t.Fatalf("paying leads to %s", to)
		}
		stranger.Get(page).Is(t, http.StatusOK).Says(t, "£148.80")
		stranger.Submit(page, site.Form("card", "pays", "do", "pay")).Is(t, http.StatusOK).
			Says(t, "£148.80 was paid", "This invoice is paid.").Silent(t, "Pay £", "/accounts/")
		if stranger.Page.Path != link {
			t.Errorf("paying leads back to %s", stranger.Page.Path)
		}
		stranger.Get(c.Base()+"/invoices/"+c.Due.String()).Says(t, "Sign in")
		olivia := s.Visit(t).SignIn(site.Olivia)
		olivia.Get(c.Base()+"/invoices/"+c.Due.String()).Says(t, "Somebody with the payment link paid £148.80")
		olivia.Get(c.Base()+"/activity").Says(t, "Ben Okafor made a payment link for invoice",
			"Somebody with the payment link paid invoice", "Somebody with the payment link began")
	})
}

// A1: the page of a link is the same for everybody, and shows the invoice alone: nothing of the account, no way to
// another page, nothing for machines to keep.
func TestALinkShowsNothingElse(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben := s.Visit(t).SignIn(site.Ben)
		ben.Get(c.Base() + "/invoices/" + c.Due.String())
		ben.Submit(c.Base()+"/invoices/"+c.Due.String()+"/references", site.Form("po", "PO 4711")).Is(t, http.StatusOK)
		link := made(t, ben, due(c))
		stranger, olivia := s.Visit(t), s.Visit(t).SignIn(site.Olivia)
		for name, v := range map[string]*site.Visitor{"a stranger": stranger, "an owner": olivia} {
			p := v.Get(link).Is(t, http.StatusOK).Says(t, "Northwind Bakery Ltd").Silent(t, "14 Mill Lane", "PO 4711",
				"Olivia", "Ben Okafor", "October 2026", "/accounts", "/sign-out", "/me/", "<nav", "data-session")
			for header, want := range map[string]string{
				"X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
			} {
				if got := p.Header.Get(header); got != want {
					t.Errorf("%s: %s is %q", name, header, got)
				}
			}
			if n := p.Doc.Find("main a[href]").Length() + p.Doc.Find("header a[href]").Length(); n != 0 {
				t.Errorf("%s finds %d ways to elsewhere", name, n)
			}
			if got := p.Doc.Find(`meta[name=robots]`).AttrOr("content", ""); got != "noindex" {
				t.Errorf("robots: %q", got)
			}
		}
	})
}

// S14, A1: a link that never was, was altered, ended by itself or was ended shows nothing, begins nothing, and says the
// same as every other; each try is counted.
func TestALinkThatHasEndedOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben, stranger := s.Visit(t).SignIn(site.Ben), s.Visit(t)
		ended, late, open := made(t, ben, due(c)), made(t, ben, due(c)), made(t, ben, due(c))
		stranger.Get(open).Is(t, http.StatusOK)
		form := site.Form("key", id.New[id.CheckoutKind]().String(), "amount", "148.80", "csrf", stranger.Token())
		stop := ""
		ben.Page.Doc.Find("pre[id^=link-]").Each(func(_ int, pre *goquery.Selection) {
			if strings.HasSuffix(pre.Text(), ended) {
				stop = due(c) + "/" + strings.TrimPrefix(pre.AttrOr("id", ""), "link-") + "/end"
			}
		})
		ben.Submit(stop, nil).Is(t, http.StatusOK).Says(t, "The link no longer works.")
		ben.Post(stop, nil).Is(t, http.StatusOK) // once more changes nothing
		says := ""
		none := func(path string) {
			t.Helper()
			p := stranger.Get(path).Is(t, http.StatusNotFound).Says(t, "This link no longer works").
				Silent(t, "£", "Northwind", "November")
			if says != "" && p.Text != says {
				t.Errorf("%s says %q, and another %q", path, p.Text, says)
			}
			says = p.Text
			stranger.Post(path, form).Is(t, http.StatusNotFound)
		}
		none(ended)
		none("/pay/" + strings.Repeat("A", 43))
		none("/pay/x")
		none(open[:len(open)-1] + "_")
		stranger.Get(late).Is(t, http.StatusOK)
		s.Offset.Advance(14*24*time.Hour + time.Second)
		none(late)
		if n := s.Count(t, "checkouts", "1 = 1"); n != 0 {
			t.Errorf("%d payments were begun", n)
		}
		if n := s.Count(t, "tallies", "1 = 1"); n == 0 {
			t.Error("no try was counted")
		}
		ben.SignIn(site.Ben).Get(due(c)).Says(t, "Was ended", "Ended by itself").Silent(t, "/pay/")
	})
}

// A1, A2: who may pay makes links, and the provider's billing department; nobody else, and for no foreign invoice.
func TestWhoMakesLinks(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		s.AllStaff(t)
		ben, bea := s.Visit(t).SignIn(site.Ben), s.Visit(t).SignIn(site.Bea)
		at := strings.Replace(due(c), "/accounts/", "/staff/clients/", 1)
		made(t, bea, at)
		mine := made(t, ben, due(c))
		end := ben.Page.Doc.Find(`form[action$="/end"]`).First().AttrOr("action", "")
		for name, v := range map[string]*site.Visitor{
			"an auditor": s.Visit(t).SignIn(site.Ada), "a technician": s.Visit(t).SignIn(site.Tess),
		} {
			v.Get(due(c)).Is(t, http.StatusForbidden).Silent(t, mine)
			v.Get(c.Base())
			form := site.Form("key", id.New[id.PayLinkKind]().String(), "days", "1")
			if v.Post(due(c), form).Status != http.StatusForbidden || v.Post(end, nil).Status != http.StatusForbidden {
				t.Errorf("%s made or ended a link", name)
			}
		}
		tom, carl := s.Visit(t).SignIn(site.Tom), s.Visit(t).SignIn(site.Carl)
		tom.Get(at).Is(t, http.StatusForbidden)
		carl.Get(due(c)).Is(t, http.StatusNotFound)
		foreign := c.Base() + "/invoices/" + c.Foreign.String() + "/links"
		ben.Get(foreign).Is(t, http.StatusNotFound)
		ben.Get(due(c))
		ben.Post(foreign, site.Form("key", id.New[id.PayLinkKind]().String(), "days", "1")).Is(t, http.StatusNotFound)
		ben.Get(due(c))
		key := strings.TrimSuffix(end[strings.LastIndex(strings.TrimSuffix(end, "/end"), "/")+1:], "/end")
		older := strings.Replace(due(c), c.Due.String(), c.Older.String(), 1)
		ben.Post(older+"/"+key+"/end", nil).Is(t, http.StatusNotFound) // a link of another invoice
		ben.Get(older)
		ben.Post(older, site.Form("key", key, "days", "1")).Is(t, http.StatusNotFound)
		ben.Get(due(c))
		ben.Post(due(c), site.Form("key", id.New[id.PayLinkKind]().String(), "days", "9999")).
			Is(t, http.StatusUnprocessableEntity)
		s.Visit(t).Get(mine).Is(t, http.StatusOK)
	})
}
