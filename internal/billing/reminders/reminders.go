// Package reminders is what follows where an invoice is not paid in time: reminders by a schedule, a late fee, services
// that stop and run again, and the days on which clients promised to pay. Each step happens once for an invoice,
// however often the job runs. What a mail says is written in app; how a service stops, in hosting.
package reminders

import (
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/billing"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// The kinds of messages that this room leaves.
const (
	Mail    = "mail.reminder"   // carries a Reminder
	Stop    = "arrears.stop"    // carries a ServiceStop: the service stops
	Release = "arrears.release" // carries a ServiceStop: the service runs again
)

// Reason is why a service stops, as its people read it. A service that stands still for another reason is left alone.
const Reason = "Invoices for this service are overdue. It runs again as soon as they are paid."

// Tone is how a reminder sounds.
type Tone string

// The tones, from a kind word ahead to the last one.
const (
	Ahead    Tone = "ahead"
	Today    Tone = "today"
	Friendly Tone = "friendly"
	Firm     Tone = "firm"
	Last     Tone = "last"
	Stopping Tone = "stopping" // says on which day services stop
)

// Tones are all of them.
func Tones() []Tone { return []Tone{Ahead, Today, Friendly, Firm, Last, Stopping} }

// Reminder asks whoever pays for what an invoice still asks for.
type Reminder struct {
	Account id.Account   `json:"account"`
	Invoice id.Invoice   `json:"invoice"`
	Number  string       `json:"number"`
	Left    money.Amount `json:"left"`
	Due     time.Time    `json:"due"`
	Tone    Tone         `json:"tone"`
	Stops   time.Time    `json:"stops,omitzero"`
}

// ServiceStop names a service that stops, or runs again.
type ServiceStop struct {
	Account id.Account `json:"account"`
	Service id.Service `json:"service"`
	Invoice id.Invoice `json:"invoice"`
}

// Rules are what the provider decides.
type Rules struct {
	Days         []int           // of reminders: after the due date; before it below nothing; in order
	FeeFixed     decimal.Decimal // in whole units of the invoice's currency; nothing: a share, or none
	FeeShare     decimal.Decimal // per cent of what is left
	FeeAfter     int             // days after the due date
	FeeLeast     int64           // limits of a share, in whole units
	FeeMost      int64
	StopAfter    int // days after the due date; 0: never
	StopNotice   int // days between the mail that says so and the stop
	PromiseDays  int // how far ahead a promised day may be
	MostPromises int // how many an invoice may have
	OwnDays      int // how far ahead a day may be that a client promises in the portal; 0: none may be
	Zone         *time.Location
	From         int // the hour of the day from which on anything happens
}

// Deps are what the room stands on.
type Deps struct {
	Gate    *gate.Gate
	Reader  *db.Reader
	Box     *secretbox.Box
	Billing *billing.Billing
	Outbox  *outbox.Box
	Rules   Rules
}

// Reminders is the room. It is safe for concurrent use.
type Reminders struct{ Deps }

// New makes the room. It reads and writes nothing yet.
func New(d Deps) *Reminders {
	if d.Rules.Zone == nil {
		d.Rules.Zone = time.UTC
	}
	return &Reminders{d}
}

// errDone ends a change that found nothing to do: nothing is written, and that is no failure.
var errDone = errors.New("reminders: nothing to do")

// done takes errDone for the success that it is.
func done(err error) error {
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

func noon(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
}

func (r *Reminders) today(now time.Time) time.Time { return noon(now.In(r.Rules.Zone)) }

// days counts the calendar days from one day up to another; both are noons.
func days(from, to time.Time) int { return int(to.Sub(from) / (24 * time.Hour)) }

// tone is how the reminder with a number sounds, counted from 1.
func (r *Reminders) tone(step int) Tone {
	day := r.Rules.Days[step-1]
	late := 0
	for _, d := range r.Rules.Days[:step] {
		if d > 0 {
			late++
		}
	}
	switch {
	case day < 0:
		return Ahead
	case day == 0:
		return Today
	case step == len(r.Rules.Days) && late > 1:
		return Last
	case late > 1:
		return Firm
	}
	return Friendly
}

// fee is what the delay of an invoice costs; nothing where there is no such rule.
func (r *Reminders) fee(left money.Amount) (money.Amount, error) {
	cur := left.Currency()
	unit := decimal.New(1, int32(cur.Digits())) //nolint:gosec // two or three
	if r.Rules.FeeFixed.IsPositive() {
		return money.New(r.Rules.FeeFixed.Mul(unit).Round(0).IntPart(), cur), nil
	}
	if !r.Rules.FeeShare.IsPositive() {
		return money.New(0, cur), nil
	}
	fee, err := left.Percent(r.Rules.FeeShare)
	if err != nil {
		return fee, fmt.Errorf("late fee: %w", err)
	}
	least, most := r.Rules.FeeLeast*unit.IntPart(), r.Rules.FeeMost*unit.IntPart()
	return money.New(min(max(fee.Minor(), least), most), cur), nil
}
