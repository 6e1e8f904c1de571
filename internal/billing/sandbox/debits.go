package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/workdays"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

// MandatePath is where the demo serves the page on which a mandate is given; the setup's id follows.
const MandatePath = "/demo/mandate/"

// The bank accounts of the sandbox. What each does is a part of what the sandbox calls its mandate, as it has no
// memory.
const (
	AccountPays  = "pays"
	AccountEmpty = "empty" // too little money is in it
)

// clearing is how many working days the sandbox's bank takes, and confirming how many it takes for a mandate.
const (
	clearing   = 4
	confirming = 1
	parts      = 3
)

// errNoMandate says that the sandbox knows no such mandate, or collection.
var errNoMandate = errors.New("sandbox: there is no such direct debit")

// StartMandate returns the address of the page on which a mandate is given, which is one of the demo's own.
func (g *Gateway) StartMandate(_ context.Context, s billing.Setup) (string, error) {
	return g.cfg.BaseURL + MandatePath + s.ID.String(), nil
}

// Mandated is what somebody did on that page: it sends the notice that a mandate was given, signed at now.
func (g *Gateway) Mandated(ctx context.Context, s billing.Setup, account string, now time.Time) error {
	body, err := json.Marshal(notice{
		ID: "evt_mandated_" + s.ID.String(), Outcome: billing.OutcomeSaved, Merchant: s.Merchant, Setup: s.ID, Debit: true,
		Reference: "set_" + account + "_" + s.ID.String(),
	})
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	header := http.Header{}
	header.Set("Content-Type", "application/json")
	header.Set(SignatureHeader, Sign(g.cfg.Secret, body, now))
	return g.cfg.Deliver(ctx, header, body)
}

// Mandate reads the mandate that a setup saved. Its bank confirms it a working day later.
func (g *Gateway) Mandate(ctx context.Context, setup id.CardSetup, reference string) (billing.Mandate, error) {
	kind, of, ok := strings.Cut(strings.TrimPrefix(reference, "set_"), "_")
	if !ok || of != setup.String() || kind != AccountPays && kind != AccountEmpty {
		return billing.Mandate{}, errNoMandate
	}
	now, err := g.now(ctx)
	if err != nil {
		return billing.Mandate{}, err
	}
	m := billing.Mandate{
		Customer: "cus_" + of, Method: "bank_" + kind + "_" + of, Name: "mandate_" + stamp(now) + "_" + of,
		SortCode: "10-88-00", Last4: "2345", Reference: "HARBOUR-" + strings.ToUpper(of[len(of)-6:]),
		State: billing.MandatePending,
	}
	if kind == AccountEmpty {
		m.Last4 = "2227"
	}
	return m, nil
}

// MandateState is active from the next working day on.
func (g *Gateway) MandateState(ctx context.Context, reference string) (billing.MandateState, error) {
	begun, err := taken(reference, "mandate_")
	if err != nil {
		return "", err
	}
	passed, err := g.passed(ctx, begun, confirming)
	if err != nil || !passed {
		return billing.MandatePending, err
	}
	return billing.MandateActive, nil
}

// Debit begins to collect. Asking again for the same checkout is answered with the same.
func (g *Gateway) Debit(ctx context.Context, d billing.Debit) (billing.Event, error) {
	kind, _, _ := strings.Cut(strings.TrimPrefix(d.Mandate.Method, "bank_"), "_")
	// The day of the collection stands in its name, and its amount, as the sandbox has no memory.
	reference := strings.Join([]string{
		"debit", kind, stamp(d.Checkout.Created), d.Checkout.ID.String(), strconv.FormatInt(d.Checkout.Amount.Minor(), 10),
	}, "_")
	return g.Told(ctx, reference)
}

// Told says what became of a collection: nothing, until so many working days have passed.
func (g *Gateway) Told(ctx context.Context, reference string) (billing.Event, error) {
	rest, ok := strings.CutPrefix(reference, "debit_")
	said := strings.Split(rest, "_")
	if !ok || len(said) != parts+1 {
		return billing.Event{}, errNoMandate
	}
	begun, err := taken(said[1]+"_"+said[2], "")
	if err != nil {
		return billing.Event{}, err
	}
	checkout, err := id.Parse[id.CheckoutKind](said[2])
	if err != nil {
		return billing.Event{}, errNoMandate
	}
	minor, err := strconv.ParseInt(said[3], 10, 64)
	if err != nil {
		return billing.Event{}, errNoMandate
	}
	passed, err := g.passed(ctx, begun, clearing)
	if err != nil {
		return billing.Event{}, err
	}
	e := billing.Event{
		ID: "evt_" + reference, Outcome: billing.OutcomeProcessing, Merchant: g.cfg.Merchant, Checkout: checkout,
		Reference: reference, Debit: true,
	}
	switch {
	case passed && said[0] == AccountPays:
		e.Outcome, e.Amount = billing.OutcomePaid, money.New(minor, money.GBP)
	case passed:
		e.Outcome, e.Reason = billing.OutcomeDeclined, "insufficient_funds"
	}
	return e, nil
}

func stamp(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// taken reads the time out of a name.
func taken(name, prefix string) (time.Time, error) {
	text, _, ok := strings.Cut(strings.TrimPrefix(name, prefix), "_")
	seconds, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil {
		return time.Time{}, errNoMandate
	}
	return time.Unix(seconds, 0).UTC(), nil
}

// passed says whether so many working days have passed since a time.
func (g *Gateway) passed(ctx context.Context, since time.Time, days int) (bool, error) {
	now, err := g.now(ctx)
	if err != nil {
		return false, err
	}
	return !workdays.Day(now).Before(workdays.After(since, days)), nil
}

func (g *Gateway) now(ctx context.Context) (time.Time, error) {
	if g.cfg.Now == nil {
		return time.Time{}, errors.New("sandbox: it has no clock")
	}
	return g.cfg.Now(ctx)
}

var _ billing.Debiter = (*Gateway)(nil)
