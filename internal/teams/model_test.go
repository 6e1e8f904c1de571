package teams_test

import (
	"time"
)

// What follows is a model of who may do what in one account: maps and a few sentences, written from the requirements
// and not from the program. The program is compared with it step by step.

type standing struct {
	role string
	ends time.Time
}

type place struct {
	standing
	off bool
}

type promise struct {
	standing
	by      string
	expires time.Time
}

type shared struct {
	standing
	by       string
	accepted bool
	off      bool
	expires  time.Time
}

type handover struct {
	by, to, then string
	expires      time.Time
}

// model is one account, and what an agency says of one of its people.
type model struct {
	now     time.Time
	places  map[string]*place
	invited map[string]*promise
	team    *shared
	offer   *handover
	own     map[string]string // the account's own roles, by what this model calls them: of which kind each is

	inTeam map[string]bool // of the agency's team
	left   map[string]bool // suspended at the agency
}

func (s standing) over(now time.Time) bool { return !s.ends.IsZero() && !now.Before(s.ends) }

// is says what somebody is in the account now; empty: nothing. A place of their own counts alone.
func (m *model) is(who string) standing {
	if p := m.places[who]; p != nil {
		if p.off || p.over(m.now) {
			return standing{}
		}
		return p.standing
	}
	t := m.team
	if t == nil || !t.accepted || t.off || t.over(m.now) || !m.inTeam[who] || m.left[who] {
		return standing{}
	}
	return t.standing
}

// covers says whether the one may give the other: an owner everything, an administrator all but owners, a keeper what
// keepers have, nobody more or for longer than they have it.
func (m *model) covers(giver, other standing) bool {
	if !m.above(giver.role, other.role) {
		return false
	}
	return giver.ends.IsZero() || !other.ends.IsZero() && !other.ends.After(giver.ends)
}

func (m *model) fine(s standing) bool {
	return !s.over(m.now) && (s.role != "owner" || s.ends.IsZero()) && m.exists(s.role)
}

func (m *model) otherOwners(besides string) int {
	n := 0
	for who, p := range m.places {
		if who != besides && p.role == "owner" && !p.off {
			n++
		}
	}
	return n
}

func (m *model) mayInvite(by, to string, s standing) bool {
	i := m.invited[to]
	waits := i != nil && m.now.Before(i.expires)
	return m.covers(m.is(by), s) && m.fine(s) && m.places[to] == nil && !waits
}

func (m *model) mayAccept(who string) bool {
	i := m.invited[who]
	return i != nil && m.now.Before(i.expires) && m.fine(i.standing) && m.covers(m.is(i.by), i.standing) &&
		m.places[who] == nil
}

func (m *model) mayManage(by, who string) bool {
	p := m.places[who]
	return p != nil && by != who && m.covers(m.is(by), p.standing)
}

func (m *model) mayChange(by, who string, s standing) bool {
	if !m.mayManage(by, who) || !m.fine(s) || !m.covers(m.is(by), s) {
		return false
	}
	return m.places[who].role != "owner" || s.role == "owner" || m.otherOwners(who) > 0
}

func (m *model) maySuspend(by, who string) bool {
	return m.mayManage(by, who) && !m.places[who].off && (m.places[who].role != "owner" || m.otherOwners(who) > 0)
}

func (m *model) mayRemove(by, who string) bool {
	p := m.places[who]
	if p == nil || !m.manages(m.is(by).role) || by != who && !m.mayManage(by, who) {
		return false
	}
	return p.role != "owner" || m.otherOwners(who) > 0
}

func (m *model) mayOfferTeam(by string, s standing) bool {
	free := m.team == nil || !m.team.accepted && !m.now.Before(m.team.expires)
	return m.covers(m.is(by), s) && m.fine(s) && s.role != "owner" && free && !m.throughTeam(by)
}

// throughTeam says whether somebody is here by the team.
func (m *model) throughTeam(who string) bool { return m.places[who] == nil && m.is(who).role != "" }

func (m *model) mayAcceptTeam() bool {
	t := m.team
	return t != nil && !t.accepted && m.now.Before(t.expires) && m.fine(t.standing) && m.covers(m.is(t.by), t.standing)
}

func (m *model) mayActOnTeam(by string) bool {
	return m.team != nil && !m.throughTeam(by) && m.covers(m.is(by), m.team.standing)
}

func (m *model) mayHandOver(by, to string) bool {
	p := m.places[to]
	open := m.offer != nil && m.now.Before(m.offer.expires)
	return m.is(by).role == "owner" && !open && p != nil && p.role != "owner" && !p.off && !p.over(m.now)
}

func (m *model) mayTakeOver(who string) bool {
	o := m.offer
	return o != nil && o.to == who && m.now.Before(o.expires) && m.is(who).role != "" && m.places[who] != nil &&
		m.is(o.by).role == "owner"
}
