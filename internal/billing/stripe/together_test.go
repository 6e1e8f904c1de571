package stripe_test

import (
	"math/rand/v2"
	"sync"
	"testing"

	"gatehouse/internal/billing"
	"gatehouse/internal/id"
	fake "gatehouse/internal/testkit/stripe"
)

// P2, P4, P5, R13: one page of Stripe's lists several invoices; its notices, altered, repeated and in any order, settle
// each of them once.
func TestSeveralInvoicesOnOnePage(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		one, two := r.issue(t, 5000), r.issue(t, 10) // too small to be paid by itself
		o := billing.Together{
			Key: id.New[id.CheckoutKind](), Invoices: []id.Invoice{one, two}, Amount: gbp(5010), Back: "/accounts/x/invoices",
		}
		o.Mark = r.billing.Mark(o)
		for range 2 { // a second click leads to the same page
			if _, err := r.billing.PayTogether(t.Context(), r.As(t, olivia, r.account), r.account, o); err != nil {
				t.Fatal(err)
			}
		}
		pages := r.stripe.Sessions(o.Key.String())
		if len(pages) != 1 || pages[0].Amount != 5010 || pages[0].SuccessURL != origin+"/accounts/x/invoices?paid=1" {
			t.Fatalf("the pages are %+v", pages)
		}
		r.stripe.Decline(pages[0].ID)
		r.stripe.Alter(pages[0].ID, "amount_total", int64(5000))
		r.stripe.Pay(pages[0].ID)
		for _, n := range r.stripe.Notices() {
			_ = r.receive(t, n) // one of them does not fit
		}
		r.settled(t, one, billing.StateDue, 0, 0)
		r.settled(t, two, billing.StateDue, 0, 0)

		o.Key = id.New[id.CheckoutKind]()
		o.Mark = r.billing.Mark(o)
		if _, err := r.billing.PayTogether(t.Context(), r.As(t, olivia, r.account), r.account, o); err != nil {
			t.Fatal(err)
		}
		page := r.stripe.Sessions(o.Key.String())[0]
		seen := len(r.stripe.Notices())
		r.stripe.Decline(page.ID)
		r.stripe.Pay(page.ID)
		var all []fake.Notice
		for range 20 {
			all = append(all, r.stripe.Notices()[seen:]...)
		}
		rand.New(rand.NewPCG(3, 4)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		var wait sync.WaitGroup
		for part := range 4 {
			wait.Go(func() {
				for i := part; i < len(all); i += 4 {
					if err := r.receive(t, all[i]); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wait.Wait()
		r.settled(t, one, billing.StatePaid, 2, 0)
		r.settled(t, two, billing.StatePaid, 2, 0)
	})
}
