package stripe_test

import (
	"bufio"
	"cmp"
	"context"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/stripe"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

// The shape of our requests is held against Stripe's own description of its API by stripe-mock, which knows every
// parameter and answers with canned objects: it cannot lead anywhere. Without it, the stand-in alone is strict.
func TestRequestsAreInTheShapeOfTheAPI(t *testing.T) {
	t.Parallel()
	api := mock(t)
	for name, path := range map[string]string{"no such address": "/v1/nowhere", "no key": "/v1/checkout/sessions"} {
		if answer := get(t, api+path); answer < http.StatusBadRequest {
			t.Errorf("%s: the mock answers everything, with %d", name, answer)
		}
	}
	g, err := stripe.New(config(api))
	if err != nil {
		t.Fatal(err)
	}
	_, err = g.Start(t.Context(), checkout(14880, money.GBP))
	if err != nil && err.Error() != stripe.ErrElsewhere.Error() { // its canned page is not Stripe's
		t.Errorf("beginning a payment: %v", err)
	}
	several := checkout(14880, money.GBP)
	several.Shares = []billing.Share{
		{Number: "2026-0431", Amount: money.New(14000, money.GBP)}, {Number: "2026-0432", Amount: money.New(880, money.GBP)},
	}
	_, err = g.Start(t.Context(), several)
	if err != nil && err.Error() != stripe.ErrElsewhere.Error() {
		t.Errorf("beginning a payment of several invoices: %v", err)
	}
	setup := billing.Setup{ID: id.New[id.CardSetupKind](), Expires: time.Now().Add(time.Hour), Back: "/accounts/x"}
	_, began := g.StartSetup(t.Context(), setup)
	_, read := g.Card(t.Context(), setup.ID, "seti_123")
	card := billing.Card{Customer: "cus_123", Method: "pm_123"}
	_, charged := g.Charge(t.Context(), billing.Charge{Checkout: checkout(14880, money.GBP), Card: card, Again: true})
	_, asked := g.StartMandate(t.Context(), setup)
	_, held := g.Mandate(t.Context(), setup.ID, "seti_123")
	_, state := g.MandateState(t.Context(), "mandate_123")
	mandate := billing.Mandate{Customer: "cus_123", Method: "pm_123", Name: "mandate_123"}
	_, debited := g.Debit(t.Context(), billing.Debit{Checkout: checkout(14880, money.GBP), Mandate: mandate, Again: true})
	_, told := g.Told(t.Context(), "pi_123")
	back := billing.Repayment{
		ID: id.New[id.AdjustmentKind](), Payment: "pi_123", Amount: money.New(1488, money.GBP),
	}
	_, refunded := g.Refund(t.Context(), back)
	back.Again = true
	_, refundedAgain := g.Refund(t.Context(), back)
	back.Refund = "re_123"
	_, refundRead := g.Refund(t.Context(), back)
	_, destination := g.Destination(t.Context(), "pi_123")
	for name, err := range map[string]error{
		"refunding": refunded, "refunding again": refundedAgain, "asking about a refund": refundRead,
		"asking where a payment came from": destination,
		"setting a mandate up":             asked, "reading a mandate": held, "its state": state,
		"collecting": debited, "its end": told,
		"asking what became of payments": g.Tell(t.Context(), time.Now().Add(-time.Hour), func(billing.Event) error {
			return nil
		}),
		"adding a card": began, "reading it": read, "charging it": charged, "forgetting it": g.Forget(t.Context(), card),
	} {
		if err != nil && strings.Contains(err.Error(), "status 4") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func get(t *testing.T, address string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

// mock starts stripe-mock on a free port of this machine.
func mock(t *testing.T) (api string) {
	t.Helper()
	program, err := exec.LookPath(cmp.Or(os.Getenv("GATEHOUSE_STRIPE_MOCK"), "stripe-mock"))
	if err != nil {
		if os.Getenv("GATEHOUSE_REQUIRE_STRIPE_MOCK") != "" {
			t.Fatal("stripe-mock is missing: go install github.com/stripe/stripe-mock@v0.203.0")
		}
		t.Skip("the shape of requests is not checked: go install github.com/stripe/stripe-mock@v0.203.0")
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	run := exec.CommandContext(ctx, program, "-http-addr", "127.0.0.1:0")
	said, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = run.Wait() })
	found := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(said)
		for lines.Scan() {
			if m := regexp.MustCompile(`127\.0\.0\.1:(\d+)`).FindString(lines.Text()); m != "" {
				found <- m
			}
		}
	}()
	select {
	case address := <-found:
		return "http://" + address
	case <-time.After(20 * time.Second):
		t.Fatal("stripe-mock did not start")
	}
	return ""
}
