// Package recurring makes invoices of what services cost again and again: plans and their prices, the charges of
// accounts, and the run that turns each period into a line of an invoice exactly once. What an invoice is stays in
// billing; what a service is, in hosting. Days are calendar days, each kept as its noon in UTC, so that neither the
// length of a day nor a time zone ever enters a sum.
package recurring

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing"
	"gatehouse/internal/gate"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// Rules are what the provider decides about its invoices.
type Rules struct {
	// Ahead is how many days before a period begins its invoice is made. It is due on the day when the period begins.
	Ahead int
	// Grace is within how many days an invoice is due that could not be made ahead.
	Grace int
	Zone  *time.Location // of the provider: which day it is
	// Hands is how many accounts a run bills at the same time. Zero is one.
	Hands int
}

// Deps are what the room stands on.
type Deps struct {
	Gate     *gate.Gate
	Reader   *db.Reader
	Box      *secretbox.Box
	Accounts *accounts.Accounts
	Billing  *billing.Billing
	Outbox   *outbox.Box
	Logger   *slog.Logger
	Rules    Rules
}

// Recurring is the room. It is safe for concurrent use.
type Recurring struct{ Deps }

// The usual rules, where nothing else is said.
const (
	usualAhead = 14
	usualGrace = 7
)

// New makes the room. It reads and writes nothing yet.
func New(d Deps) *Recurring {
	if d.Rules.Ahead <= 0 {
		d.Rules.Ahead = usualAhead
	}
	if d.Rules.Grace <= 0 {
		d.Rules.Grace = usualGrace
	}
	d.Rules.Hands = max(d.Rules.Hands, 1)
	if d.Rules.Zone == nil {
		d.Rules.Zone = time.UTC
	}
	return &Recurring{d}
}

// errDone ends a change that found its work done already: nothing more is written, and that is no failure.
var errDone = errors.New("recurring: done already")

// done takes errDone for the success that it is.
func done(err error) error {
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

// today is the provider's calendar day at a time.
func (r *Recurring) today(now time.Time) time.Time { return DayOf(now.In(r.Rules.Zone)) }

const tableCharges = "charges"

func (r *Recurring) seal(column string, row []byte, text string) (secretbox.Sealed, error) {
	if text == "" {
		return secretbox.Sealed{}, nil
	}
	s, err := r.Box.Seal(text, secretbox.Place{Table: tableCharges, Column: column, Row: row})
	if err != nil {
		return secretbox.Sealed{}, fmt.Errorf("recurring: %w", err)
	}
	return s, nil
}

func (r *Recurring) open(column string, row []byte, s secretbox.Sealed) (string, error) {
	text, err := r.Box.Open(s, secretbox.Place{Table: tableCharges, Column: column, Row: row})
	if err != nil {
		return "", fmt.Errorf("recurring: %w", err)
	}
	return text, nil
}
