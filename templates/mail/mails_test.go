package mail_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"gatehouse/internal/money"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

func brand() mail.Brand {
	return mail.Brand{
		Name: "Harbour Hosting", Seller: "Harbour Hosting Ltd, 3 Quay Street, Whitby YO21 1DL",
		SiteURL: "https://portal.harbour.example",
	}
}

func reader() ui.Reader {
	return ui.Reader{Now: time.Date(2026, 12, 3, 14, 20, 0, 0, time.UTC)}
}

func link(now time.Time) mail.LinkMail {
	return mail.LinkMail{
		To: "Olivia", URL: "https://portal.harbour.example/reset-password/abc", Expires: now.Add(15 * time.Minute),
		Reader: reader(), Device: ui.Device{Name: "Safari on Mac", Address: "203.0.113.24"},
	}
}

func owners(state string, held bool) mail.RecoveryOwnerMail {
	return mail.RecoveryOwnerMail{
		To: "Olivia", About: "Priya Shah", Account: "Northwind Bakery Ltd", State: state, Held: held,
		URL: "https://portal.harbour.example/accounts/a/recoveries/r", WaitsUntil: reader().Now.Add(24 * time.Hour),
		Reader: reader(),
	}
}

func every() map[string]mail.Message {
	now := reader().Now
	all := map[string]mail.Message{
		"invitation": mail.Invitation(brand(), mail.InvitationMail{
			Account: "Northwind Bakery Ltd", Role: "Billing", Inviter: "Olivia Marsh", Expires: now.AddDate(0, 0, 7),
			URL: "https://portal.harbour.example/invitations/abc", Reader: reader(),
		}),
		"invoice": mail.InvoiceIssued(brand(), mail.InvoiceMail{
			To: "Ben", Account: "Northwind Bakery Ltd", Number: "2026-0431", About: "Hosting, December 2026",
			Total: money.New(14880, money.GBP), Due: time.Date(2026, 12, 9, 0, 0, 0, 0, time.UTC),
			URL: "https://portal.harbour.example/accounts/a/invoices/i", Reader: reader(),
		}),
		"receipt": mail.Receipt(brand(), mail.ReceiptMail{
			To: "Ben", Account: "Northwind Bakery Ltd", Number: "2026-0431", Method: "Visa ending 4242", At: now,
			Paid: money.New(10000, money.GBP), Left: money.New(4880, money.GBP),
			URL: "https://portal.harbour.example/accounts/a/invoices/i", Reader: reader(),
		}),
		"password reset": mail.PasswordReset(brand(), link(now)),
		"new address":    mail.NewEmail(brand(), link(now)),
		"address taken":  mail.EmailTaken(brand(), link(now)),
		"recovery proof": mail.RecoveryProve(brand(), link(now)),
		"recovery link":  mail.RecoveryReady(brand(), link(now)),
		"recovery over":  mail.RecoveryEnded(brand(), mail.RecoveryEndedMail{To: "Priya", State: "declined"}),
		"recovered": mail.RecoveryEnded(brand(), mail.RecoveryEndedMail{
			To: "Priya", State: "done", Open: []string{"Northwind Bakery Ltd"}, Held: []string{"Copperfield Cycles"},
			SignInURL: "https://portal.harbour.example/sign-in",
		}),
		"recovery waits":   mail.RecoveryOwner(brand(), owners("waiting", false)),
		"recovery holds":   mail.RecoveryOwner(brand(), owners("done", true)),
		"recovery done":    mail.RecoveryOwner(brand(), owners("done", false)),
		"recovery is over": mail.RecoveryOwner(brand(), owners("cancelled", false)),
		"notice": mail.Notice(brand(), mail.NoticeMail{
			To: "Ada", Subject: "Your access has changed", Why: "It is about you.",
			Paragraphs: []string{"You are now an auditor."},
		}),
	}
	all["locked"] = mail.Locked(brand(), mail.LockedMail{
		To: "Olivia", ResetURL: "https://portal.harbour.example/forgot-password", At: now, Reader: reader(),
		CaseURL: "https://portal.harbour.example/me/cases/c",
	})
	for _, closed := range []bool{false, true} {
		all[fmt.Sprint("case, closed: ", closed)] = mail.CaseReply(brand(), mail.CaseReplyMail{
			To: "Olivia", URL: "https://portal.harbour.example/me/cases/c", Closed: closed,
		})
	}
	for _, kind := range alerts() {
		m, _ := mail.Alert(brand(), mail.AlertMail{
			Kind: kind, To: "Olivia", URL: "https://portal.harbour.example/not-me/abc", Factor: "password and code",
			At: now, Reader: reader(), About: "Blue key",
			Device: ui.Device{Name: "Safari on Mac", Place: "York", Address: "203.0.113.24"},
		})
		all["alert "+kind] = m
	}
	return all
}

func alerts() []string {
	return []string{
		"new-device", "factor-added", "factor-removed", "password-changed", "email-changed", "recovery-started",
		"many-failures", "key-cloned", "codes-regenerated", "recovery-code-used",
	}
}

func TestAnAlertHasOneLinkAndSaysWhatItIsAbout(t *testing.T) {
	const link = "https://portal.harbour.example/not-me/abc"
	for _, kind := range alerts() {
		m := every()["alert "+kind]
		if strings.Count(m.Text, "https://") != 2 || !strings.Contains(m.Text, link) { // the link, and whose mail it is
			t.Errorf("%s: links of\n%s", kind, m.Text)
		}
		for _, want := range []string{"3 Dec 2026, 14:20", "Safari on Mac", "York", "203.0.113.24", "This wasn’t me"} {
			if !strings.Contains(m.Text, want) {
				t.Errorf("%s lacks %q:\n%s", kind, want, m.Text)
			}
		}
	}
	byProvider, ok := mail.Alert(brand(), mail.AlertMail{
		Kind: "factor-removed", About: "Blue key", ByOther: true, Device: ui.Device{Name: "Firefox on Linux"},
		Reader: reader(),
	})
	if !ok || !strings.Contains(byProvider.Text, "Harbour Hosting removed “Blue key”") ||
		strings.Contains(byProvider.Text, "Firefox") {
		t.Errorf("what the provider did reads:\n%s", byProvider.Text)
	}
	if _, ok := mail.Alert(brand(), mail.AlertMail{Kind: "something else", Reader: reader()}); ok {
		t.Error("an alert without words was written")
	}
}

func TestTextAndPageSayTheSame(t *testing.T) {
	for name, m := range every() {
		var html strings.Builder
		if err := m.HTML.Render(t.Context(), &html); err != nil {
			t.Fatal(err)
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(html.String()))
		if err != nil {
			t.Fatal(err)
		}
		doc.Find("main p, main td, footer p").Each(func(_ int, s *goquery.Selection) {
			said := strings.TrimPrefix(s.Text(), "If the button does nothing, open this address: ")
			if !strings.Contains(m.Text, said) {
				t.Errorf("%s: the text lacks %q", name, said)
			}
		})
		if m.Subject == "" || strings.ContainsAny(m.Subject, "\r\n") {
			t.Errorf("%s: subject %q", name, m.Subject)
		}
	}
}

func TestNothingIsFetchedFromAnywhere(t *testing.T) {
	for name, m := range every() {
		var html strings.Builder
		if err := m.HTML.Render(t.Context(), &html); err != nil {
			t.Fatal(err)
		}
		for _, banned := range []string{"<img", "<link", "<script", "url(", "@import", " style="} {
			if strings.Contains(html.String(), banned) {
				t.Errorf("%s: the page has %s", name, banned)
			}
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(html.String()))
		if err != nil {
			t.Fatal(err)
		}
		doc.Find("a").Each(func(_ int, a *goquery.Selection) {
			if href, _ := a.Attr("href"); !strings.HasPrefix(href, brand().SiteURL+"/") {
				t.Errorf("%s: leads to %s", name, href)
			}
		})
	}
}

func TestAnInvoiceThatCannotBePaidOnlineIsLookedAt(t *testing.T) {
	for payable, leads := range map[bool]string{true: "See and pay the invoice:", false: "See the invoice:"} {
		m := mail.InvoiceIssued(brand(), mail.InvoiceMail{Number: "2026-0431", Reader: reader(), URL: "x", Payable: payable})
		if !strings.Contains(m.Text, leads) {
			t.Errorf("payable online: %v, and the mail says %q", payable, m.Text)
		}
	}
}

func TestAPartPaymentSaysWhatIsLeft(t *testing.T) {
	text := every()["receipt"].Text
	for _, want := range []string{"£100.00", "£48.80 is left to pay.", "3 Dec 2026, 14:20", "Visa ending 4242"} {
		if !strings.Contains(text, want) {
			t.Errorf("the receipt lacks %q:\n%s", want, text)
		}
	}
}
