package app_test

import (
	"net/http"
	"strings"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/hosting"
	"gatehouse/internal/money"
)

// charges makes a plan with prices, charges a client for a service by it, and runs the invoices.
func (w *walker) charges() {
	base := "/staff/clients/" + w.here.account.String()
	v := w.as("billing@harbour.example")
	send := func(form, to string, fields ...string) {
		v.Get(form).Is(w.t, http.StatusOK)
		v.Submit(to, typed(fields...)).Is(w.t, http.StatusOK)
	}
	send("/staff/plans", "/staff/plans", "name", "Walker’s Hosting")
	plan := v.Page.Path
	send(plan, plan, "do", "price", "period", "month", "currency", "GBP", "price", "10.00")
	v.Submit(plan, typed("do", "retire")).Is(w.t, http.StatusOK)
	v.Submit(plan, typed("do", "offer")).Is(w.t, http.StatusOK)
	servers, err := w.Hosting.Servers(w.t.Context(), actor.NewSystem("test"))
	w.must(err)
	service, err := w.Hosting.CreateService(w.t.Context(), actor.NewSystem("test"), w.here.account, hosting.NewService{
		Server: servers[0].ID, Plan: "Walker’s Hosting", Domain: "walker.example", Price: money.New(1000, money.GBP),
		Period: hosting.Monthly,
	})
	w.must(err)
	of := plan[strings.LastIndex(plan, "/")+1:]
	send(base+"/charges", base+"/charges/price", "plan", of, "period", "month", "price", "9.00")
	send(base+"/charges/new", base+"/charges/new", "service", service.String(), "plan", of,
		"period", "month", "rate", "standard-2000", "from", w.portal.Now(w.t).Format(time.DateOnly))
	one := v.Get(base + "/charges").Links("/charges/0")[0]
	v.Post(base+"/charges/bill", nil).Is(w.t, http.StatusOK)
	w.promises(base)
	send(one, one, "when", "next", "plan", of, "period", "month", "rate", "standard-2000", "price", "12.00")
	send(one, one+"/end", "credit", "yes")
	send("/staff/invoicing", "/staff/invoicing")
}

// promises writes down that a client promised to pay.
func (w *walker) promises(base string) {
	v := w.as("billing@harbour.example")
	bills := v.Get(base + "/invoices").Links(base + "/invoices/0")
	for _, bill := range bills {
		if v.Get(bill+"/reminders").Doc.Find("#on").Length() == 1 {
			v.Submit(bill+"/reminders", typed("note", "said on the phone")).Is(w.t, http.StatusOK)
			return
		}
	}
	w.t.Error("no invoice is open")
}
