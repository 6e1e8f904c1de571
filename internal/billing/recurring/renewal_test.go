package recurring_test

import (
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// A service renews at the end of the term that it is in, also while the invoice for the next one is made already, and
// not where it ends. Whoever sees services is told, without what it costs; nobody else is (A1).
func TestAServiceSaysWhenItRenews(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		account := r.client(t, "Northwind Bakery Ltd")
		began := r.begin(t, account, recurring.Month, r.Now(t), 0) // on the 10th of January
		setUp := r.Now(t).AddDate(0, 0, 3)
		of := func(who actor.Actor, service id.Service) (renews, ends time.Time, err error) {
			return r.recurring.Renewal(t.Context(), who, verb.ServicesView, account, service, setUp)
		}
		renews := func(renews, ends string) {
			t.Helper()
			at, end, err := of(r.person(t, account, "technical"), began.Service)
			if err != nil {
				t.Fatal(err)
			}
			for _, got := range []struct {
				day  time.Time
				want string
			}{{at, renews}, {end, ends}} {
				if is := got.day.IsZero(); is != (got.want == "") || !is && got.day.Format(time.DateOnly) != got.want {
					t.Errorf("on %s it renews %s and ends %s, not %q and %q", r.Now(t), at, end, renews, ends)
				}
			}
		}
		for _, on := range [][2]string{
			{"2027-01-10", "2027-02-10"}, {"2027-02-05", "2027-02-10"}, {"2027-02-10", "2027-03-10"},
		} {
			r.on(t, on[0])
			r.work(t)
			renews(on[1], "")
		}
		if err := r.recurring.EndAt(t.Context(), account, began.Service, r.Now(t).AddDate(0, 0, 28)); err != nil {
			t.Fatal(err)
		}
		renews("", "2027-03-10")
		_, _, err := of(r.person(t, account, "billing"), began.Service)
		wantFault(t, err, fault.KindDenied)
		stranger := r.person(t, r.client(t, "Copperfield Cycles"), "technical")
		_, _, err = of(stranger, began.Service)
		wantFault(t, err, fault.KindNotFound)
		at, end, err := of(r.person(t, account, "technical"), id.New[id.ServiceKind]())
		if err != nil || !at.Equal(setUp) || !end.IsZero() {
			t.Errorf("what is not charged renews %s, ends %s, %v", at, end, err)
		}
	})
}
