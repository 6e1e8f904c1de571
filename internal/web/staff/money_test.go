package staff_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/testkit/site"
)

// A10: above the limit nobody of the provider moves money alone; the page says so before, and whoever asked cannot
// approve.
func TestASecondPersonApprovesMoney(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		client := clientOf(c.Northwind)
		invoice := client + "/invoices/" + s.Issue(t, c.Northwind, "Moving sites", 100000).String()
		bea, root, tom := s.Visit(t).SignIn(site.Bea), s.Visit(t).SignIn(site.Root), s.Visit(t).SignIn(site.Tom)
		bea.Get(invoice+"/write-off").Is(t, http.StatusOK).
			Says(t, "Write £1,200.00 off", "Above £500.00 in a day for one client, a second person")
		bea.Submit(invoice+"/write-off", site.Form("detail", "")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "Say why nothing more is expected.")
		bea.Submit(invoice+"/write-off", site.Form("detail", "The company is dissolved")).Is(t, http.StatusOK).
			Says(t, "A second person has to approve a write-off over £1,200.00", "Due in 14 days")
		asked := bea.Get("/staff/approvals").Is(t, http.StatusOK).Says(t, "A write-off", "Bea Novak").Links("/approvals/0")[0]
		bea.Get(asked).Is(t, http.StatusOK).Says(t, "You asked for this yourself", "The company is dissolved").
			Silent(t, "Approve £")
		bea.Post(asked, site.Form("decision", "approve")).Is(t, http.StatusConflict).
			Says(t, "Somebody else has to approve it")
		tom.Get(asked).Is(t, http.StatusForbidden)
		tom.Get("/staff")
		tom.Post(asked, site.Form("decision", "approve")).Is(t, http.StatusForbidden)
		root.Get(asked).Is(t, http.StatusOK)
		root.Post(asked, site.Form("decision", "perhaps")).Is(t, http.StatusBadRequest)
		root.Get(asked)
		root.Submit(asked, site.Form("decision", "approve")).Is(t, http.StatusOK).Says(t, "£1,200.00 is written off")
		bea.Get(invoice).Is(t, http.StatusOK).Says(t, "Written off", "The company is dissolved").Silent(t, "Record a payment")
		bea.Get("/staff/approvals").Says(t, "Nothing waits")
	})
}

// A1, A2: what a client's people and other departments may not see of money, they do not.
func TestMoneyIsForTheBillingDepartment(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		client := clientOf(c.Northwind)
		invoice := client + "/invoices/" + s.Issue(t, c.Northwind, "Hosting", 1000).String()
		foreign := clientOf(c.Copperfield) + "/invoices/" + s.Issue(t, c.Northwind, "Hosting", 1000).String()
		bea, tom, olivia := s.Visit(t).SignIn(site.Bea), s.Visit(t).SignIn(site.Tom), s.Visit(t).SignIn(site.Olivia)
		for _, page := range []string{
			client + "/invoices", invoice, invoice + "/payment", invoice + "/credit-note", invoice + "/write-off",
			"/staff/approvals", "/staff/transfers", "/staff/transfers/import",
		} {
			bea.Get(page).Is(t, http.StatusOK)
			tom.Get(page).Is(t, http.StatusForbidden)
			if got := olivia.Get(page).Status; got != http.StatusForbidden && got != http.StatusNotFound {
				t.Errorf("a client at %s: %d", page, got)
			}
		}
		for _, page := range []string{"", "/payment", "/credit-note", "/write-off"} {
			bea.Get(foreign+page).Is(t, http.StatusNotFound) // an invoice of somebody else, under this client
		}
	})
}

func TestAStatementIsShownBeforeItIsImported(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		invoice := clientOf(c.Northwind) + "/invoices/" + s.Issue(t, c.Northwind, "Hosting", 1000).String()
		bea := s.Visit(t).SignIn(site.Bea)
		number := strings.Fields(bea.Get(invoice).Doc.Find("h1").Text())[1]
		day := s.Now(t).Format(time.DateOnly)
		text := "Date,Name,Reference,Amount\n" + day + ",Northwind," + number + ",12.00\n" + day + ",J Smith,gift,5.00\n"
		const form = "/staff/transfers/import"
		bea.Get(form)
		bea.Submit(form, site.Form("statement", "hello")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "must name the columns")
		bea.Submit(form, site.Form("statement", text)).Is(t, http.StatusOK).
			Says(t, "2 new transfers, £17.00", "Pays "+number, "To be matched", "Import 2 transfers")
		if n := s.Count(t, "bank_transfers", "1 = 1"); n != 0 {
			t.Errorf("a preview wrote %d transfers", n)
		}
		bea.Post(form, site.Form("do", "import", "statement", text)).Is(t, http.StatusOK).
			Says(t, "2 transfers are imported; 1 paid an invoice.", "J Smith").Silent(t, number)
		bea.Get(invoice).Says(t, "Paid", "Northwind paid £12.00")
		one := bea.Get("/staff/transfers").Links("/staff/transfers/0")[0]
		bea.Get(one)
		bea.Post(one, site.Form("do", "match", "number", "1999-1")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "There is no invoice with this number.")
		bea.Post(one, site.Form("do", "aside", "why", "a gift")).Is(t, http.StatusOK).Says(t, "£5.00 is set aside")
		bea.Get(one).Is(t, http.StatusNotFound)
	})
}

func TestADraftIsWrittenChangedAndIssued(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		client := clientOf(c.Northwind)
		bea, olivia := s.Visit(t).SignIn(site.Bea), s.Visit(t).SignIn(site.Olivia)
		bea.Get(client + "/invoices/new")
		bea.Submit(client+"/invoices/new", site.Form("do", "draft", "about", "Hosting abroad", "line-0-text", "Hosting",
			"line-0-price", "100", "line-0-rate", "reverse-charge 0")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "A reverse charge needs the client’s VAT number")
		bea.Submit(client+"/invoices/new", site.Form("do", "draft", "line-0-rate", "exempt 0", "from", "2026-12-01")).
			Is(t, http.StatusUnprocessableEntity).Says(t, "A period has a first and a last day.")
		bea.Submit(client+"/invoices/new", site.Form("do", "draft", "to", "2026-12-31", "po", "PO 5")).Is(t, http.StatusOK).
			Says(t, "The draft is kept", "Exempt from VAT", "PO 5", "1 to 31 Dec 2026", "Draft")
		draft := bea.Page.Path
		id := draft[strings.LastIndex(draft, "/")+1:]
		olivia.Get(c.Base()+"/invoices/"+id).Is(t, http.StatusNotFound)
		olivia.Get(c.Base()+"/invoices").Silent(t, "Hosting abroad")
		bea.Get(client+"/invoices").Says(t, "Hosting abroad")
		stale := s.Visit(t).SignIn(site.Root)
		stale.Get(draft)
		bea.Get(draft + "/edit")
		if bea.Page.Value("line-0-price") != "100.00" || bea.Page.Value("from") != "2026-12-01" {
			t.Errorf("the form forgot what was written: %s", bea.Page.Text)
		}
		bea.Submit(draft+"/edit", site.Form("do", "draft", "line-1-text", "Set-up", "line-1-price", "20")).
			Is(t, http.StatusOK).Says(t, "£124.00") // the second line has VAT
		stale.Submit(draft+"/issue", nil).Is(t, http.StatusConflict).Says(t, "Somebody changed this draft in the meantime")
		bea.Submit(draft+"/issue", nil).Is(t, http.StatusOK).Says(t, "is issued, and mailed to whoever pays")
		olivia.Get(c.Base()+"/invoices/"+id).Is(t, http.StatusOK).Says(t, "£124.00", "Exempt from VAT", "PO 5")
		bea.Get(draft + "/edit")
		if bea.Page.Path != draft {
			t.Errorf("an issued invoice can be changed at %s", bea.Page.Path)
		}
	})
}
