package watch_test

import (
	"net/netip"
	"net/url"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/geo"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/watch"
)

// ask has Olivia told of a rule at once.
func (p *post) ask(t *testing.T, rule watch.Rule) {
	t.Helper()
	v, page := p.Visit(t).SignIn(site.Olivia), p.c.Base()+"/activity/alerts"
	v.Get(page)
	v.Submit(page, url.Values{string(rule): {"once"}})
	p.told(t, site.Olivia)
}

// comes lets somebody into Northwind.
func (p *post) comes(t *testing.T, who actor.Details) {
	t.Helper()
	p.happens(t, who, activity.AccountEntered, activity.Details{})
}

// signsIn adds to somebody's own log.
func (p *post) signsIn(t *testing.T, who actor.Details, a activity.Action, d activity.Details) {
	t.Helper()
	testkit.Append(t, p.World, id.PersonScope(who.Person), 1, func(int) testkit.Line {
		return testkit.Line{Who: who, Action: a, Details: d}
	})
}

// alerted says how many alerts of a kind somebody was mailed.
func (p *post) alerted(t *testing.T, who, kind string) int64 {
	t.Helper()
	p.watch(t)
	return p.Count(t, "alerts", "kind = ? AND person_id = ?", kind, p.ids[who])
}

// A device is new where somebody had others before in the last 90 days.
func TestNewDevice(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		p.ask(t, watch.NewDevice)
		with := func(device string) {
			tess := p.someone(site.Tess, "")
			tess.Device = device
			p.comes(t, tess)
		}
		with("")
		with("Chrome on Windows")
		p.expect(t, "the first device", site.Olivia)
		with("Firefox on Linux")
		p.expect(t, "another", site.Olivia, watch.NewDevice)
		with("Firefox on Linux")
		with("Chrome on Windows")
		with("")
		p.expect(t, "both again", site.Olivia)
		p.Offset.Advance(91 * 24 * time.Hour)
		with("Chrome on Windows")
		p.expect(t, "nothing in 90 days", site.Olivia)
	})
}

// Nobody gets from York to Sydney in ten hours; to Leeds, or in two days, they do. Where an address is not known,
// nothing is said.
func TestTooFarToTravel(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		york, leeds, sydney := "203.0.113.1", "203.0.113.2", "198.51.100.1"
		p.Atlas[netip.MustParseAddr(york)] = geo.Spot{Latitude: 53.96, Longitude: -1.08}
		p.Atlas[netip.MustParseAddr(leeds)] = geo.Spot{Latitude: 53.80, Longitude: -1.55}
		p.Atlas[netip.MustParseAddr(sydney)] = geo.Spot{Latitude: -33.87, Longitude: 151.21}
		from := func(address string) actor.Details {
			tess := p.someone(site.Tess, "")
			tess.Address = netip.MustParseAddr(address)
			return tess
		}
		step := func(what, address string, later time.Duration, want ...watch.Rule) {
			t.Helper()
			p.Offset.Advance(later)
			p.comes(t, from(address))
			p.expect(t, what, site.Olivia, want...)
		}
		step("the first place", york, 0)
		step("the next town, at once", leeds, time.Second)
		step("the end of the world", sydney, 10*time.Hour, watch.Travelled)
		step("the same place", sydney, time.Minute)
		step("two days later", york, 48*time.Hour)
		step("an unknown address", "192.0.2.1", time.Minute)
		step("from before the unknown one", sydney, time.Minute, watch.Travelled)
		step("by aeroplane", york, 20*time.Hour)

		p.signsIn(t, from(york), activity.SignedIn, activity.Details{})
		p.Offset.Advance(time.Hour)
		if n := p.alerted(t, site.Tess, "travelled"); n != 0 {
			t.Errorf("%d alerts before", n)
		}
		p.signsIn(t, from(sydney), activity.SignedIn, activity.Details{})
		if n := p.alerted(t, site.Tess, "travelled"); n != 1 {
			t.Errorf("%d alerts of one's own journey", n)
		}
	})
}

// An hour is unusual for whoever came often, on many days, and never near it; the day goes round at midnight.
func TestUnusualHour(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		p.ask(t, watch.UnusualHour)
		tess := p.someone(site.Tess, "")
		until := func(hour int) {
			now := p.Now(t).UTC()
			next := time.Date(now.Year(), now.Month(), now.Day()+1, hour, 0, 0, 0, time.UTC)
			p.Offset.Advance(next.Sub(now))
		}
		for range 19 {
			until(23)
			p.comes(t, tess)
		}
		until(12)
		p.comes(t, tess)
		p.expect(t, "the twentieth time: no habit yet", site.Olivia)
		until(1)
		p.comes(t, tess)
		p.expect(t, "two hours off, past midnight", site.Olivia)
		until(5)
		p.comes(t, tess)
		p.expect(t, "far off", site.Olivia, watch.UnusualHour)
		until(6)
		p.comes(t, tess)
		p.expect(t, "near to that", site.Olivia)

		ben := p.someone(site.Ben, "")
		until(12)
		for range 25 {
			p.comes(t, ben)
		}
		until(3)
		p.comes(t, ben)
		p.expect(t, "often, but on one day", site.Olivia)
	})
}

// Five failures within the hour and then a success are told to whom they concern at once, and to their accounts; four
// are not, nor older ones, nor those before the last success.
func TestFailedThenIn(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		tess := p.someone(site.Tess, "")
		fails := func(n int) {
			testkit.Append(t, p.World, id.PersonScope(tess.Person), 1, func(int) testkit.Line {
				return testkit.Line{
					Who: actor.Details{Kind: actor.Anonymous}, Action: activity.SignInFailed,
					Details: activity.Details{Count: n, Outcome: activity.Failed},
				}
			})
		}
		in := func(what string, want int64) {
			t.Helper()
			before := p.Count(t, "alerts", "kind = 'failed-then-in'")
			p.signsIn(t, tess, activity.SignedIn, activity.Details{})
			got := p.alerted(t, site.Tess, "failed-then-in") - before
			if got != want {
				t.Errorf("%s: %d alerts, want %d", what, got, want)
			}
			rules := p.told(t, site.Olivia)
			if len(rules) != int(want) || want == 1 && rules[0] != watch.FailedThenIn {
				t.Errorf("%s: the owner was told of %v", what, rules)
			}
		}
		in("no failure", 0)
		fails(4)
		in("four", 0)
		fails(3)
		fails(2)
		in("five in two batches", 1)
		in("again: they were before the last success", 0)
		fails(6)
		p.Offset.Advance(61 * time.Minute)
		in("an hour ago", 0)
	})
}

// The real thing: five wrong passwords and a right one. The failures stand before the sign-in in the log, although they
// are written in batches.
func TestFailuresStandBeforeTheSignIn(t *testing.T) { // L1
	each(t, func(t *testing.T, p *post) {
		p.Offset.Advance(time.Hour)
		for range 5 {
			v := p.Visit(t)
			v.Get("/sign-in")
			v.Submit("/sign-in", url.Values{"email": {site.Ben}, "password": {"a wrong one"}})
		}
		p.Offset.Advance(31 * time.Second)
		p.Visit(t).SignIn(site.Ben)
		if n := p.alerted(t, site.Ben, "failed-then-in"); n != 1 {
			t.Errorf("%d alerts", n)
		}
		order := p.Count(t, "entries", "chain = ? AND action = ? AND seq < (SELECT MAX(seq) FROM entries s WHERE "+
			"s.chain = entries.chain AND s.action = ?)", id.PersonScope(p.ids[site.Ben]), activity.SignInFailed,
			activity.SignedIn)
		if order != 1 {
			t.Errorf("%d entries of failures stand before the sign-in", order)
		}
		p.Offset.Advance(time.Hour)
		if _, err := p.Gate.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := p.Count(t, "entries", "action = ?", activity.SignInFailed); n != 1 {
			t.Errorf("the failures were written %d times", n)
		}
	})
}
