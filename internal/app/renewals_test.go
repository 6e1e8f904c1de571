package app_test

import (
	"net/http"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/testkit/site"
)

// Staff and clients read the same day on which a service renews, whether it is charged for by itself or not, and the
// same day up to which it is charged once it ends.
func TestStaffAndClientsReadTheSameRenewal(t *testing.T) {
	eachHouse(t, func(*config.Config) {}, func(t *testing.T, h *house) {
		account, service := h.here.account, h.here.service
		visitors := h.visitors()
		visitors.Knows("technical@harbour.example", persons.DemoSecret)
		owner, staff := visitors.Visit(t).SignIn("owner@here.example"), visitors.Visit(t).SignIn("technical@harbour.example")
		fact := func(v *site.Visitor, path, term string) string {
			t.Helper()
			return v.Get(path).Is(t, http.StatusOK).Doc.Find("dt:contains('"+term+"') + dd time").AttrOr("datetime", "")
		}
		both := func(term string) string {
			t.Helper()
			client := fact(owner, "/accounts/"+account.String()+"/services/"+service.String(), term)
			seen := fact(staff, "/staff/clients/"+account.String()+"/services/"+service.String(), term)
			if client == "" || client != seen {
				t.Errorf("%s: the client reads %q, staff read %q", term, client, seen)
			}
			return client
		}
		setUp := both("Renews")
		now, err := h.Reader.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		plan := id.New[id.PlanKind]()
		if err := h.Recurring.AddPlan(t.Context(), actor.NewSystem("test"), plan, "Business Hosting 20"); err != nil {
			t.Fatal(err)
		}
		err = h.Recurring.Follow(t.Context(), account, recurring.Ordered{
			Service: service, Plan: plan, Period: recurring.Quarter, Price: money.New(7900, money.GBP),
		})
		if err != nil {
			t.Fatal(err)
		}
		if charged := both("Renews"); charged == setUp {
			t.Errorf("charged for the quarter it renews %s, as it was set up for a month", charged)
		}
		if err := h.Recurring.EndAt(t.Context(), account, service, now.AddDate(0, 0, 10)); err != nil {
			t.Fatal(err)
		}
		both("Charged until")
	})
}
