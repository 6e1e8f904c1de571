package stripe_test

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	fake "gatehouse/internal/testkit/stripe"
)

// P1, P2: what is asked of Stripe comes from our checkout alone, leads back to our own address, and its notice pays.
func TestPayingOnTheHostedPage(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		invoice := r.issue(t, 14880)
		_, page := r.begin(t, invoice, 14880)
		back := origin + "/accounts/" + r.account.String() + "/invoices/" + invoice.String()
		if page.Amount != 14880 || page.Currency != "gbp" || page.CancelURL != back || page.SuccessURL != back+"?paid=1" {
			t.Errorf("the page is %+v", page)
		}
		r.settled(t, invoice, billing.StateDue, 0, 0)
		r.stripe.Decline(page.ID)
		r.stripe.Pay(page.ID)
		for _, n := range r.stripe.Notices() {
			if err := r.receive(t, n); err != nil {
				t.Error(err)
			}
		}
		r.settled(t, invoice, billing.StatePaid, 1, 0)
		for _, asked := range r.stripe.Asked() {
			for name := range asked.Form {
				if strings.Contains(name, "card") || strings.Contains(name, "number") || strings.Contains(name, "email") {
					t.Errorf("%s was sent", name)
				}
			}
		}
	})
}

// P5, R13: notices that come a hundred times, in any order and at once, have their effect once.
func TestShuffledAndRepeatedNotices(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		invoice := r.issue(t, 5000)
		_, left := r.begin(t, invoice, 5000)
		_, page := r.begin(t, invoice, 5000)
		r.stripe.Leave(left.ID)
		r.stripe.Decline(page.ID)
		r.stripe.Pay(page.ID)
		var all []fake.Notice
		for range 25 {
			all = append(all, r.stripe.Notices()...)
		}
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		var wait sync.WaitGroup
		turns := make(chan fake.Notice)
		for range 8 {
			wait.Go(func() {
				for n := range turns {
					if err := r.receive(t, n); err != nil {
						t.Error(err)
					}
				}
			})
		}
		for _, n := range all {
			turns <- n
		}
		close(turns)
		wait.Wait()
		r.settled(t, invoice, billing.StatePaid, 1, 0)
	})
}

// P3: a flipped byte, another key, no signature, two of them, an old or a future time: refused, and nothing changes.
func TestForgedNotices(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		invoice := r.issue(t, 5000)
		_, page := r.begin(t, invoice, 5000)
		r.stripe.Pay(page.ID)
		good := r.stripe.Notices()[1]
		flipped := append([]byte(nil), good.Body...)
		flipped[len(flipped)/2] ^= 1
		now := r.Now(t)
		twice := r.stripe.Sign(good.Body, now)
		twice.Add("Stripe-Signature", twice.Get("Stripe-Signature"))
		stamped := r.stripe.Sign(good.Body, now)
		stamped.Set("Stripe-Signature", "t=1,"+stamped.Get("Stripe-Signature"))
		for name, n := range map[string]fake.Notice{
			"a flipped byte": {Header: good.Header, Body: flipped},
			"another key":    {Header: fake.Sign("whsec_another", good.Body, now), Body: good.Body},
			"no signature":   {Body: good.Body},
			"two signatures": {Header: twice, Body: good.Body},
			"two times":      {Header: stamped, Body: good.Body},
			"old":            {Header: r.stripe.Sign(good.Body, now.Add(-301*time.Second)), Body: good.Body},
			"of tomorrow":    {Header: r.stripe.Sign(good.Body, now.Add(302*time.Second)), Body: good.Body},
			"spaces":         {Header: good.Header, Body: append([]byte(" "), good.Body...)},
		} {
			if err := r.receive(t, n); err == nil {
				t.Errorf("%s: taken", name)
			}
		}
		r.settled(t, invoice, billing.StateDue, 0, 0)
		if err := r.send(t, r.stripe.Sign(good.Body, now.Add(-280*time.Second)), good.Body); err != nil {
			t.Errorf("nearly five minutes: %v", err)
		}
		r.settled(t, invoice, billing.StatePaid, 1, 0)
	})
}

// P4: rightly signed, and about another account, mode, version, amount, currency or checkout: refused and written down.
func TestNoticesThatDoNotFit(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		invoice := r.issue(t, 5000)
		_, page := r.begin(t, invoice, 5000)
		other, _ := r.begin(t, r.issue(t, 100), 100)
		r.stripe.Pay(page.ID)
		good := r.stripe.Notices()[1]
		for name, change := range map[string][2]string{
			"one penny":         {`"amount_total":5000`, `"amount_total":1`},
			"below nothing":     {`"amount_total":5000`, `"amount_total":-5000`},
			"other currency":    {`"currency":"gbp"`, `"currency":"jpy"`},
			"unknown currency":  {`"currency":"gbp"`, `"currency":"xxx"`},
			"real money":        {`"id":"evt`, `"livemode":true,"id":"evt`},
			"another account":   {`"object":"event"`, `"account":"acct_1Stranger","object":"event"`},
			"another version":   {`"api_version":"` + "2", `"api_version":"` + "1"},
			"another checkout":  {`"gatehouse_checkout":"`, `"gatehouse_checkout":"x`},
			"two checkouts":     {`"client_reference_id":"`, `"client_reference_id":"` + other.String()},
			"another merchant":  {`"gatehouse_merchant":"` + account, `"gatehouse_merchant":"acct_2`},
			"no such checkout":  {page.ID, page.ID}, // see below
			"no payment behind": {`"payment_status":"paid"`, `"payment_status":"unpaid"`},
		} {
			n := good
			switch name {
			case "no such checkout":
				n.Body = []byte(strings.ReplaceAll(string(good.Body), reference(t, good), id.New[id.CheckoutKind]().String()))
				n.Header = r.stripe.Sign(n.Body, r.Now(t))
			case "real money":
				n = r.stripe.Altered(good, `"livemode":false,"object":"event"`, `"livemode":true,"object":"event"`)
			default:
				n = r.stripe.Altered(good, change[0], change[1])
			}
			n = r.stripe.Altered(n, `"id":"evt`, `"id":"evt_`+strings.ReplaceAll(name, " ", "_")) // not seen before
			counted, written := r.tallied(t), r.Count(t, "entries", "action = 'payment.refused'")
			mails := r.Count(t, "outbox", "kind = ?", billing.MailRefused)
			err := r.receive(t, n)
			if name == "no payment behind" {
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			if k := fault.KindOf(err); err == nil || k == fault.KindUnavailable {
				t.Errorf("%s: %v", name, err)
			}
			// One that names a payment of ours is in its account's log, any other is counted for the provider's.
			counted, written = r.tallied(t)-counted, r.Count(t, "entries", "action = 'payment.refused'")-written
			mails = r.Count(t, "outbox", "kind = ?", billing.MailRefused) - mails
			if counted+written != 1 || mails != written {
				t.Errorf("%s: counted %d, written %d, %d mails", name, counted, written, mails)
			}
		}
		r.settled(t, invoice, billing.StateDue, 0, 0)
		if n := r.Count(t, "outbox", "kind = ?", billing.MailNotices); n < 3 { // mode, version, what cannot be read, …
			t.Errorf("the billing department is told of %d reasons", n)
		}
	})
}

// tallied is how many notices were counted that belong to no account.
func (r *rig) tallied(t *testing.T) int64 {
	t.Helper()
	var n int64
	err := r.Reader.With(t.Context()).Raw("SELECT COALESCE(SUM(tally), 0) FROM tallies").Scan(&n).Error
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func reference(t *testing.T, n fake.Notice) string {
	t.Helper()
	_, rest, ok := strings.Cut(string(n.Body), `"client_reference_id":"`)
	if !ok {
		t.Fatalf("no reference in %s", n.Body)
	}
	text, _, _ := strings.Cut(rest, `"`)
	return text
}

// P5, R8: whatever happens on the way, beginning again leads to one page: down, no answer, an answer that was lost.
func TestTroubleOnTheWayToStripe(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		invoice, checkout := r.issue(t, 5000), id.New[id.CheckoutKind]()
		for _, how := range []fake.Failure{fake.Down, fake.Late, fake.Lost} {
			r.stripe.Fail(how)
			began := time.Now()
			to, err := r.pay(t, invoice, checkout, 5000)
			if how == fake.Lost && err == nil {
				continue // the connection asks again by itself, as the request has an idempotency key
			}
			if fault.KindOf(err) != fault.KindUnavailable {
				t.Fatalf("%s: led to %s, %v", how, to, err)
			}
			if strings.Contains(err.Error(), origin) || strings.Contains(err.Error(), key) {
				t.Errorf("the error says %v", err)
			}
			if took := time.Since(began); took > 7*time.Second {
				t.Errorf("it took %s", took)
			}
		}
		to, err := r.pay(t, invoice, checkout, 5000)
		if err != nil {
			t.Fatal(err)
		}
		again, err := r.pay(t, invoice, checkout, 5000)
		if err != nil || again != to || r.stripe.Count("checkout.session") != 1 {
			t.Errorf("led to %s and %s, %v; %d pages", to, again, err, r.stripe.Count("checkout.session"))
		}
		keys := map[string]bool{}
		for _, asked := range r.stripe.Asked() {
			keys[asked.Key] = true
		}
		if len(keys) != 1 {
			t.Errorf("%d idempotency keys for one checkout", len(keys))
		}
		r.stripe.Pay(r.stripe.Sessions(checkout.String())[0].ID)
		for _, n := range r.stripe.Notices() {
			if err := r.receive(t, n); err != nil {
				t.Error(err)
			}
		}
		r.settled(t, invoice, billing.StatePaid, 1, 0)
	})
}

// P6: two pages for one invoice, both paid: settled once, the rest is credit. What Stripe takes no payment of is said
// beside the field.
func TestTwoPagesAndTooSmall(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		invoice := r.issue(t, 5000)
		_, first := r.begin(t, invoice, 5000)
		_, second := r.begin(t, invoice, 5000)
		r.stripe.Pay(first.ID)
		r.stripe.Pay(second.ID)
		for _, n := range r.stripe.Notices() {
			if err := r.receive(t, n); err != nil {
				t.Error(err)
			}
		}
		r.settled(t, invoice, billing.StatePaid, 2, 5000)
		_, err := r.pay(t, r.issue(t, 29), id.New[id.CheckoutKind](), 29)
		if fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("29 pence: %v", err)
		}
	})
}
