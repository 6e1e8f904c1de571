package gate_test

import (
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// A use is written down once a day for each person, account and area, whatever the order; staff and jobs leave none.
func TestUsesAreKeptToTheDay(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		account, person := id.New[id.AccountKind](), id.New[id.PersonKind]()
		use := func(kind actor.Kind, v verb.Verb, scope id.Scope, at time.Time) {
			t.Helper()
			who := actor.Enter(actor.Details{Kind: kind, Person: person, Now: at})
			if err := w.Gate.Used(t.Context(), who, v, scope); err != nil {
				t.Fatal(err)
			}
		}
		scope, noon := id.AccountScope(account), time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC)
		last := func(area string, at time.Time) bool {
			return w.Count(t, "permission_uses", "account_id = ? AND person_id = ? AND area = ? AND last_at = ?",
				account.Bytes(), person.Bytes(), area, at.UnixMilli()) == 1
		}
		use(actor.Person, verb.InvoicesView, scope, noon)
		use(actor.Person, verb.InvoicesPay, scope, noon.Add(time.Hour)) // the same day
		use(actor.Person, verb.ServicesView, scope, noon)
		if !last("billing", noon) || !last("hosting", noon) {
			t.Error("a first use is not written down")
		}
		use(actor.Person, verb.InvoicesView, scope, noon.AddDate(0, 0, 1))
		use(actor.Person, verb.InvoicesView, scope, noon.AddDate(0, 0, -3)) // late, from another node
		if !last("billing", noon.AddDate(0, 0, 1)) {
			t.Error("the latest day is not the one that counts")
		}
		use(actor.Staff, verb.TicketsView, scope, noon)
		use(actor.System, verb.TicketsView, scope, noon)
		use(actor.Person, verb.SelfView, id.PersonScope(person), noon)
		use(actor.Person, verb.ClientsView, scope, noon)
		if n := w.Count(t, "permission_uses", "1 = 1"); n != 2 {
			t.Errorf("%d uses are kept", n)
		}
	})
}

// A use of a service is written down once a day for each person; staff, jobs and whoever only looks leave none.
func TestUsesOfServicesAreKeptToTheDay(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		account, person, service := id.New[id.AccountKind](), id.New[id.PersonKind](), id.New[id.ServiceKind]()
		scope, noon := id.AccountScope(account), time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC)
		use := func(kind actor.Kind, which id.Service, at time.Time) {
			t.Helper()
			who := actor.Enter(actor.Details{Kind: kind, Person: person, Now: at})
			if err := w.Gate.UsedService(t.Context(), who, verb.ServicesView, scope, which); err != nil {
				t.Fatal(err)
			}
		}
		use(actor.Person, service, noon)
		use(actor.Person, service, noon.Add(time.Hour)) // the same day
		use(actor.Person, id.Service{}, noon)           // no single service
		use(actor.Staff, id.New[id.ServiceKind](), noon)
		use(actor.System, id.New[id.ServiceKind](), noon)
		last := func(at time.Time) bool {
			return w.Count(t, "service_uses", "account_id = ? AND person_id = ? AND service_id = ? AND last_at = ?",
				account.Bytes(), person.Bytes(), service.Bytes(), at.UnixMilli()) == 1
		}
		if !last(noon) {
			t.Error("a first use is not written down")
		}
		use(actor.Person, service, noon.AddDate(0, 0, 1))
		use(actor.Person, service, noon.AddDate(0, 0, -3)) // late, from another node
		if !last(noon.AddDate(0, 0, 1)) {
			t.Error("the latest day is not the one that counts")
		}
		if n := w.Count(t, "service_uses", "1 = 1"); n != 1 {
			t.Errorf("%d uses are kept", n)
		}
	})
}
