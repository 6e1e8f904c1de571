package reminders

import (
	"time"

	"gatehouse/internal/platform/db"
)

// steps is what is due for an invoice on a day.
type steps struct {
	step int // the reminder to send; 0: none
	skip int // reminders that are passed over, as their day is gone
	fee  bool
	warn bool
	stop bool
}

func (s steps) none() bool { return s.step == 0 && !s.fee && !s.warn && !s.stop }

// next says what is due for an invoice. A promise puts everything off until its day is over, and a Direct Debit until
// its bank has answered.
func (r *Reminders) next(o *openRow, today time.Time) (s steps) {
	if o.Collected || !o.Promised.IsZero() && !today.After(o.Promised.Time) {
		return s
	}
	late := days(noon(o.DueAt.Time), today)
	for i, day := range r.Rules.Days {
		if late >= day && i+1 > o.Step {
			s.step = i + 1
		}
	}
	if s.step > 0 {
		s.skip = s.step - o.Step - 1
	}
	hasFee := r.Rules.FeeFixed.IsPositive() || r.Rules.FeeShare.IsPositive()
	s.fee = hasFee && late > 0 && late >= r.Rules.FeeAfter && o.FeeID.IsZero() && !o.IsFee
	if r.Rules.StopAfter > 0 && late > 0 && o.StoppedAt.IsZero() {
		s.warn = late >= r.Rules.StopAfter-r.Rules.StopNotice && o.StopsOn.IsZero()
		s.stop = !o.StopsOn.IsZero() && !today.Before(o.StopsOn.Time)
	}
	return s
}

// horizon is the day before which invoices are due that a step can follow from today.
func (r *Reminders) horizon(today time.Time) time.Time {
	horizon := today.AddDate(0, 0, 1)
	if len(r.Rules.Days) > 0 && r.Rules.Days[0] < 0 {
		horizon = horizon.AddDate(0, 0, -r.Rules.Days[0])
	}
	return horizon
}

// ahead moves an invoice on by the steps, and is what its state is to say of that.
func (r *Reminders) ahead(o *openRow, s steps, now time.Time) map[string]any {
	state := map[string]any{}
	if s.step > 0 {
		o.Step, state["step"] = s.step, s.step
	}
	if s.warn {
		o.StopsOn = db.At(r.stopsOn(o, r.today(now)))
		state["said_at"], state["stops_on"] = db.At(now), o.StopsOn
	}
	if s.stop {
		state["stopped_at"] = db.At(now)
	}
	return state
}

// stopsOn is the day on which services stop where that is announced today: never before the notice is over.
func (r *Reminders) stopsOn(o *openRow, today time.Time) time.Time {
	return later(noon(o.DueAt.Time).AddDate(0, 0, r.Rules.StopAfter), today.AddDate(0, 0, r.Rules.StopNotice))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
