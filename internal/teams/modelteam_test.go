package teams_test

import (
	"fmt"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
)

// A3, A4, A6, A7: whatever people do in whatever order, the program allows what the model allows and nothing else,
// somebody owns the account, and each step leaves an entry.
func TestTheProgramFollowsTheModel(t *testing.T) {
	t.Parallel()
	sequences := 300
	if testing.Short() {
		sequences = 200 // with fewer, something is never done
	}
	play(t, sequences, 1)
}

func (r *run) teamGiven() accounts.TeamGiven {
	list, err := r.Accounts.Teams(r.t.Context(), actor.NewSystem("test"), r.client)
	if err != nil {
		r.t.Fatal(err)
	}
	if len(list) == 0 {
		return accounts.TeamGiven{ID: id.New[id.TeamAccessKind]()}
	}
	return list[0]
}

func (r *run) offerTeam(by, _ string, s standing) act {
	return act{
		fmt.Sprint(by, " offers the team ", s), r.m.mayOfferTeam(by, s), true,
		func() error { return r.Teams.Offer(r.t.Context(), r.as(by), r.client, r.code, r.terms(s)) },
		func() { r.m.team = &shared{standing: s, by: by, expires: r.m.now.Add(7 * 24 * time.Hour)} },
	}
}

func (r *run) answerTeam(_, _ string, _ standing) act {
	x := r.teamGiven()
	return act{
		"the agency accepts", r.m.mayAcceptTeam(), true,
		func() error { return r.Teams.Accept(r.t.Context(), r.agent(), r.agency, x.ID) },
		func() { r.m.team.accepted = true },
	}
}

// agent is the agency's owner.
func (r *run) agent() actor.Actor {
	who := r.as(priya)
	who.Membership = actor.Membership{}
	return who
}

func (r *run) changeTeam(by, _ string, s standing) act {
	x := r.teamGiven()
	return act{
		fmt.Sprint(by, " makes the team ", s),
		r.m.mayActOnTeam(by) && r.m.fine(s) && s.role != "owner" && r.m.covers(r.m.is(by), s), true, func() error {
			return r.Teams.ChangeTerms(r.t.Context(), r.as(by), r.client, x.ID,
				accounts.RoleChange{Terms: r.terms(s), Version: x.Version})
		}, func() { r.m.team.standing = s },
	}
}

func (r *run) suspendTeam(by, _ string, _ standing) act {
	x := r.teamGiven()
	return act{
		by + " suspends the team", r.m.mayActOnTeam(by) && r.m.team.accepted && !r.m.team.off, true,
		func() error { return r.Teams.Suspend(r.t.Context(), r.as(by), r.client, x.ID) },
		func() { r.m.team.off = true },
	}
}

func (r *run) restoreTeam(by, _ string, _ standing) act {
	x := r.teamGiven()
	return act{
		by + " restores the team", r.m.mayActOnTeam(by) && r.m.team.accepted && r.m.team.off, true,
		func() error { return r.Teams.Restore(r.t.Context(), r.as(by), r.client, x.ID) },
		func() { r.m.team.off = false },
	}
}

func (r *run) endTeam(by, _ string, _ standing) act {
	x := r.teamGiven()
	return act{
		by + " ends the team's access", r.m.mayActOnTeam(by), true,
		func() error { return r.Teams.End(r.t.Context(), r.as(by), r.client, x.ID) },
		func() { r.m.team = nil },
	}
}

func (r *run) leaveTeam(_, _ string, _ standing) act {
	member := id.New[id.MembershipKind]()
	team, err := r.Teams.One(r.t.Context(), r.inAgency(), r.agency, r.team)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, m := range team.Members {
		member = m.ID
	}
	return act{
		"lena leaves the team", r.m.inTeam[lena], false,
		func() error { return r.Teams.Remove(r.t.Context(), r.agent(), r.agency, r.team, member) },
		func() { r.m.inTeam[lena] = false },
	}
}

// inAgency is the agency's owner with their place there, for looking.
func (r *run) inAgency() actor.Actor {
	who := r.agent()
	s, err := r.Accounts.Subject(r.t.Context(), actor.NewSystem("test"), who.Person, r.agency)
	if err != nil {
		r.t.Fatal(err)
	}
	who.Membership = s.Membership
	return who
}

func (r *run) joinTeam(_, _ string, _ standing) act {
	c := r.Contact(r.t, r.agency, lena)
	return act{
		"lena joins the team", !r.m.inTeam[lena] && !r.m.left[lena], false,
		func() error { return r.Teams.Add(r.t.Context(), r.agent(), r.agency, r.team, c.ID, false) },
		func() { r.m.inTeam[lena] = true },
	}
}

func (r *run) giveUp(_, _ string, _ standing) act {
	x := r.teamGiven()
	return act{
		"the agency gives the client up", r.m.team != nil && r.m.team.accepted, false,
		func() error { return r.Teams.GiveUp(r.t.Context(), r.agent(), r.agency, x.ID) },
		func() { r.m.team = nil },
	}
}

func (r *run) sendHome(_, _ string, _ standing) act {
	c := r.Contact(r.t, r.agency, lena)
	return act{
		"the agency suspends lena", !r.m.left[lena], false,
		func() error { return r.Accounts.Suspend(r.t.Context(), r.agent(), r.agency, c.ID) },
		func() { r.m.left[lena] = true },
	}
}

func (r *run) callBack(_, _ string, _ standing) act {
	c := r.Contact(r.t, r.agency, lena)
	return act{
		"the agency restores lena", r.m.left[lena], false,
		func() error { return r.Accounts.Restore(r.t.Context(), r.agent(), r.agency, c.ID) },
		func() { r.m.left[lena] = false },
	}
}
