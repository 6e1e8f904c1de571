package watch

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/geo"
	"gatehouse/internal/verb"
)

const (
	// habitFor is how far back it is looked how somebody comes, and habitMost at how many times.
	habitFor  = 90 * 24 * time.Hour
	habitMost = 200
	// habitTimes is how often, and habitDays on how many days, somebody must have come before there is a usual hour, and
	// habitHours by how much another may differ from it.
	habitTimes, habitDays = 20, 7
	habitHours            = 2 * time.Hour
	// travelFor is for how long the last place counts; nobody comes further than travelFar quicker than travelSpeed, in
	// kilometres and kilometres an hour. Nearer than that, databases of addresses err.
	travelFor              = 24 * time.Hour
	travelFar, travelSpeed = 500, 1000
	// failuresFor is how long before a sign-in failures count, and failuresFew how many are none.
	failuresFor = time.Hour
	failuresFew = 5
)

// entrance is the action by which somebody comes in: to an account, or at all.
func entrance(chain id.Scope) (activity.Action, verb.Verb) {
	if chain.Kind() == id.ScopePerson {
		return activity.SignedIn, verb.SelfView
	}
	return activity.AccountEntered, verb.ContactsView
}

// came says what is strange about how somebody came in. Whoever is there for the first time, or of whom nothing was
// known, did nothing strange.
func (a *Watch) came(ctx context.Context, e *activity.Entry) ([]Rule, error) {
	action, v := entrance(e.Chain)
	own := e.ActorKind == actor.Person || e.ActorKind == actor.Staff && e.Chain == id.PersonScope(e.ActorID)
	if e.Action != action || e.Outcome != activity.Success || !own {
		return nil, nil
	}
	page, err := a.gate.Log(ctx, actor.NewSystem("alerts"), v, e.Chain, activity.Filter{
		Action: action, Person: e.ActorID, Before: e.Seq, Limit: habitMost, From: e.Occurred.Add(-habitFor),
	})
	if err != nil {
		return nil, err
	}
	var list []Rule
	add := func(rule Rule, strange bool) {
		if strange {
			list = append(list, rule)
		}
	}
	if e.Chain.Kind() == id.ScopePerson {
		failed, err := a.failedBefore(ctx, e)
		if err != nil {
			return nil, err
		}
		add(FailedThenIn, failed >= failuresFew)
	} else {
		add(NewDevice, news(e, page.Entries, func(e *activity.Entry) string { return e.Who.Device }))
	}
	add(Travelled, a.travelled(e, page.Entries))
	add(NewCountry, news(e, page.Entries, func(e *activity.Entry) string { return country(e.Who.Country) }))
	odd, err := a.oddHour(ctx, e, page.Entries)
	add(UnusualHour, odd)
	return list, err
}

// news says whether something about a sign-in is known, and was known and different each time before.
func news(e *activity.Entry, before []activity.Entry, of func(*activity.Entry) string) bool {
	now, known := of(e), false
	for i := range before {
		then := of(&before[i])
		if then == now {
			return false
		}
		known = known || then != ""
	}
	return known && now != ""
}

// country is the last part of a place: of "York, United Kingdom" the country.
func country(place string) string {
	return strings.TrimSpace(place[strings.LastIndexByte(place, ',')+1:])
}

// travelled says whether somebody came from where nobody gets so quickly from where they came from the last time.
func (a *Watch) travelled(e *activity.Entry, before []activity.Entry) bool {
	here, known := a.spot(e)
	if !known {
		return false
	}
	for i := range before { // the newest first
		there, known := a.spot(&before[i])
		if !known {
			continue
		}
		took := e.Occurred.Sub(before[i].Occurred)
		far := here.Kilometres(there)
		return took <= travelFor && far > travelFar && far > travelSpeed*took.Hours()
	}
	return false
}

func (a *Watch) spot(e *activity.Entry) (s geo.Spot, known bool) {
	address, err := netip.ParseAddr(e.Who.Address)
	if err != nil || a.atlas == nil {
		return s, false
	}
	return a.atlas.Spot(address)
}

// oddHour says whether somebody who comes often never came at about this hour of their day.
func (a *Watch) oddHour(ctx context.Context, e *activity.Entry, before []activity.Entry) (bool, error) {
	if len(before) < habitTimes {
		return false, nil
	}
	zone, err := a.zoneIn(ctx, e.ActorID)
	if fault.KindOf(err) == fault.KindNotFound {
		return false, nil // erased
	}
	if err != nil {
		return false, err
	}
	now, days := clock(e.Occurred, zone), map[string]bool{}
	for i := range before {
		days[before[i].Occurred.In(zone).Format(time.DateOnly)] = true
		apart := (now - clock(before[i].Occurred, zone)).Abs()
		if min(apart, 24*time.Hour-apart) <= habitHours {
			return false, nil
		}
	}
	return len(days) >= habitDays, nil
}

// clock is the time of day.
func clock(t time.Time, zone *time.Location) time.Duration {
	t = t.In(zone)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

// failedBefore is how often somebody failed to sign in as this person, in the hour before they came in and since they
// last had.
func (a *Watch) failedBefore(ctx context.Context, e *activity.Entry) (int, error) {
	page, err := a.gate.Log(ctx, actor.NewSystem("alerts"), verb.SelfView, e.Chain, activity.Filter{
		Before: e.Seq, Limit: habitMost, From: e.Occurred.Add(-failuresFor),
	})
	if err != nil {
		return 0, err
	}
	failed := 0
	for _, before := range page.Entries {
		if before.Action == activity.SignedIn && before.Outcome == activity.Success {
			break
		}
		if slices.Contains([]activity.Action{activity.SignInFailed, activity.CodeFailed}, before.Action) {
			failed += before.Count
		}
	}
	return failed, nil
}
