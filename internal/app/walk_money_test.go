package app_test

import (
	"net/http"
	"strings"
	"time"
)

// bills drafts invoices, issues them, and moves money by hand on both sides of the counter.
func (w *walker) bills() {
	base := "/staff/clients/" + w.here.account.String()
	v := w.as("billing@harbour.example")
	draft := func(price string) string {
		v.Get(base + "/invoices/new")
		v.Submit(base+"/invoices/new", typed("do", "draft", "about", "A draft", "line-0-text", "Hosting",
			"line-0-price", price)).Is(w.t, http.StatusOK)
		return v.Page.Path
	}
	issued := func(price string) string {
		one := draft(price)
		v.Submit(one+"/issue", nil).Is(w.t, http.StatusOK)
		return one
	}
	send := func(form string, fields ...string) {
		v.Get(form).Is(w.t, http.StatusOK)
		v.Submit(form, typed(fields...)).Is(w.t, http.StatusOK)
	}
	first := draft("100.00")
	send(first+"/edit", "do", "draft", "about", "Another text")
	v.Get(first)
	v.Submit(first+"/issue", nil).Is(w.t, http.StatusOK).Says(w.t, "is issued")
	send(first+"/payment", "amount", "150.00")
	dear := issued("700.00")
	v.Get(dear)
	v.Submit(dear+"/send", nil).Is(w.t, http.StatusOK).Says(w.t, "is on its way")
	v.Get(dear)
	v.Submit(dear+"/credit", nil).Is(w.t, http.StatusOK).Says(w.t, "£30.00 of the client’s credit is used")
	send(dear+"/credit-note", "part-0-net", "10.00", "detail", "One hour too much")
	send(draft("5.00") + "/discard")
	send(first+"/payment", "amount", "40.00", "detail", "paid twice")
	send(base+"/refund", "amount", "10.00", "detail", "BACS 1207")
	send(dear+"/write-off", "detail", "Nobody answers any more")
	v.Page.Says(w.t, "second person")
	w.approves()
	last := issued("20.00")
	w.links(strings.TrimPrefix(last, base))
	w.paysTogether()
	w.keepsCards()
	w.keepsMandates()
	w.settles(strings.TrimPrefix(last, base))
	w.matches()
}

// approves decides about what a colleague asked for.
func (w *walker) approves() {
	v := w.as("administrator@harbour.example")
	asked := v.Get("/staff/approvals").Links("/approvals/")[0]
	v.Get(asked).Is(w.t, http.StatusOK)
	v.Submit(asked, typed("decision", "approve")).Is(w.t, http.StatusOK)
}

// paysTogether begins one payment of all that is due.
func (w *walker) paysTogether() {
	base := "/accounts/" + w.here.account.String() + "/invoices"
	at := base + "/pay"
	v := w.as("owner@here.example")
	one := v.Get(at).Is(w.t, http.StatusOK).Links(base + "/0")[0]
	v.Get(one)
	v.Submit(one+"/promise", nil).Is(w.t, http.StatusOK).Says(w.t, "Promised for")
	v.Get(at).Is(w.t, http.StatusOK)
	v.Submit(at, nil).Is(w.t, http.StatusSeeOther)
}

// links makes payment links on both sides of the counter, begins to pay by one, and ends them.
func (w *walker) links(invoice string) {
	for who, base := range map[string]string{
		"billing@harbour.example": "/staff/clients/", "owner@here.example": "/accounts/",
	} {
		at := base + w.here.account.String() + invoice + "/links"
		v := w.as(who)
		v.Get(at).Is(w.t, http.StatusOK)
		v.Submit(at, nil).Is(w.t, http.StatusOK).Says(w.t, "Your new link")
		link := strings.TrimPrefix(v.Page.Doc.Find("#new-link").Text(), "http://localhost:8080")
		stranger := w.visit()
		stranger.Get(link).Is(w.t, http.StatusOK)
		stranger.Submit(link, nil).Is(w.t, http.StatusSeeOther)
		end := v.Page.Doc.Find(`form[action$="/end"]`).First().AttrOr("action", "")
		v.Submit(end, nil).Is(w.t, http.StatusOK).Says(w.t, "no longer works")
	}
}

// keepsCards adds three cards by the sandbox's page, has another one pay, removes two, and leaves one that pays.
func (w *walker) keepsCards() {
	at := "/accounts/" + w.here.account.String() + "/payment-methods"
	v := w.as("owner@here.example")
	for _, card := range []string{"pays", "declines", "pays"} {
		v.Get(at).Is(w.t, http.StatusOK)
		page := strings.TrimPrefix(v.Submit(at, nil).Is(w.t, http.StatusSeeOther).Location, "http://localhost:8080")
		v.Get(page).Is(w.t, http.StatusOK)
		v.Submit(page, typed("card", card, "do", "keep")).Is(w.t, http.StatusOK).Says(w.t, "The card is added.")
	}
	chosen := v.Page.Doc.Find(`form[action$="/default"]`).First().AttrOr("action", "")
	v.Submit(chosen, nil).Is(w.t, http.StatusOK).Says(w.t, "from now on")
	for range 2 {
		away := v.Page.Links("/remove")[0]
		v.Get(away).Is(w.t, http.StatusOK)
		v.Submit(away, nil).Is(w.t, http.StatusOK).Says(w.t, "The card is removed.")
	}
}

// keepsMandates sets two Direct Debits up by the sandbox's page, has one pay, has the card pay again, and removes both.
func (w *walker) keepsMandates() {
	at := "/accounts/" + w.here.account.String() + "/payment-methods"
	v := w.as("owner@here.example")
	for _, account := range []string{"pays", "empty"} {
		v.Get(at).Is(w.t, http.StatusOK)
		page := strings.TrimPrefix(v.Submit(at+"/mandates", nil).Is(w.t, http.StatusSeeOther).Location,
			"http://localhost:8080")
		v.Get(page).Is(w.t, http.StatusOK)
		v.Submit(page, typed("account", account, "do", "keep")).Is(w.t, http.StatusOK).Says(w.t, "Direct Debit is set up")
	}
	for range 2 {
		chosen := v.Page.Doc.Find(`form[action$="/default"]`).First().AttrOr("action", "")
		v.Submit(chosen, nil).Is(w.t, http.StatusOK).Says(w.t, "from now on")
	}
	for range 2 {
		away := v.Get(at).Links("/mandates/")[0]
		v.Get(away).Is(w.t, http.StatusOK)
		v.Submit(away, nil).Is(w.t, http.StatusOK).Says(w.t, "The Direct Debit is removed.")
	}
}

// settles uses the account's credit for an invoice, and gives the invoice references.
func (w *walker) settles(invoice string) {
	one := "/accounts/" + w.here.account.String() + invoice
	v := w.as("owner@here.example")
	v.Get(one)
	v.Submit(one+"/references", typed("po", "PO 12")).Is(w.t, http.StatusOK)
	v.Submit(one+"/credit", nil).Is(w.t, http.StatusOK).Says(w.t, "of your credit is used")
}

// matches imports a statement, puts one transfer to an invoice, and sets another aside.
func (w *walker) matches() {
	v := w.as("billing@harbour.example")
	day := w.portal.Now(w.t).Format(time.DateOnly)
	v.Get("/staff/clients/"+w.here.account.String()).Is(w.t, http.StatusOK) // who says why: a payment there follows
	v.Get("/staff/transfers/import")
	v.Submit("/staff/transfers/import", typed("statement", "Date,Reference,Amount\n"+day+",bill,1.00\n")).
		Is(w.t, http.StatusOK).Says(w.t, "1 new transfer")
	v.Post("/staff/transfers/import", typed("do", "import", "statement",
		"Date,Reference,Amount\n"+day+",bill,1.00\n"+day+",interest,2.00\n")).Is(w.t, http.StatusOK)
	for _, fields := range [][]string{{"do", "match", "number", "2026-0001"}, {"do", "aside", "why", "Interest"}} {
		one := v.Get("/staff/transfers").Links("/staff/transfers/0")[0]
		v.Get(one)
		if fields[1] == "match" {
			fields[3] = w.number()
		}
		v.Post(one, typed(fields...)).Is(w.t, http.StatusOK)
	}
}

// number is that of an invoice that was issued.
func (w *walker) number() string {
	v := w.as("owner@here.example")
	link := v.Get("/accounts/" + w.here.account.String() + "/invoices").Doc.Find("th a").First()
	return strings.TrimSpace(link.Text())
}
