package teams_test

import (
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/teams"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
	"gatehouse/internal/verb"
)

// A team has another name from one moment on, for its clients too; who leads it does not give it one.
func TestATeamIsRenamed(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := open(t, w)
		s.give(t, s.northwind, olivia, house.Role("technical"))
		rename := func(by string, account id.Account, name string) error {
			return s.Teams.Rename(t.Context(), s.As(t, by, account), account, s.team, name)
		}
		house.KindIs(t, "renamed by who leads it", rename(lena, s.agency, "Mine"), fault.KindDenied)
		house.KindIs(t, "renamed by a client", rename(olivia, s.northwind, "Mine"), fault.KindNotFound)
		house.FieldIs(t, "no name", rename(priya, s.agency, " "), "name")
		if err := rename(priya, s.agency, "Pixelworks Web"); err != nil {
			t.Fatal(err)
		}
		if given, mine := s.given(t, s.northwind, olivia), s.mine(t, lena); given.Name != mine.Name ||
			mine.Name != "Pixelworks Web" {
			t.Errorf("it is called %q and %q", given.Name, mine.Name)
		}
		c := house.Told[accounts.TeamChange](t, s.House, accounts.TeamChanged)
		if c.Action != activity.TeamRenamed || c.Old != "Pixelworks Developers" || c.New != "Pixelworks Web" {
			t.Errorf("clients are told %+v", c)
		}
	})
}

// A6: a team that is dissolved has no people and no clients any more, and nobody can offer it anything.
func TestATeamIsDissolved(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := open(t, w)
		s.give(t, s.northwind, olivia, house.Role("technical"))
		if err := s.offer(t, s.copperfield, carl, house.Role("technical")); err != nil {
			t.Fatal(err)
		}
		waiting := s.given(t, s.copperfield, carl)
		dissolve := func(by string, account id.Account) error {
			return s.Teams.Dissolve(t.Context(), s.As(t, by, account), account, s.team)
		}
		house.KindIs(t, "dissolved by who leads it", dissolve(lena, s.agency), fault.KindDenied)
		house.KindIs(t, "dissolved by a client", dissolve(olivia, s.northwind), fault.KindNotFound)
		if !s.may(t, lena, s.northwind, verb.AccountView).Allowed {
			t.Error("a refused end ends something")
		}
		if err := dissolve(priya, s.agency); err != nil {
			t.Fatal(err)
		}
		if s.may(t, lena, s.northwind, verb.AccountView).Allowed {
			t.Error("somebody of a dissolved team is still in")
		}
		for account, owner := range map[id.Account]string{s.northwind: olivia, s.copperfield: carl} {
			list, err := s.Accounts.Teams(t.Context(), s.As(t, owner, account), account)
			if err != nil || len(list) != 0 {
				t.Errorf("%s sees %+v, %v", owner, list, err)
			}
		}
		list, err := s.Teams.Mine(t.Context(), s.As(t, priya, s.agency), s.agency)
		if err != nil || len(list) != 0 {
			t.Errorf("the agency sees %+v, %v", list, err)
		}
		house.FieldIs(t, "offered to a dissolved team", s.offer(t, s.northwind, olivia, house.Role("technical")), "code")
		house.KindIs(t, "an offer from before", s.Teams.Accept(t.Context(), s.As(t, priya, s.agency), s.agency, waiting.ID),
			fault.KindNotFound)
		house.KindIs(t, "dissolved twice", dissolve(priya, s.agency), fault.KindNotFound)
		c := house.Told[accounts.TeamChange](t, s.House, accounts.TeamChanged)
		if c.Action != activity.TeamDissolved || len(c.Clients) != 2 {
			t.Errorf("clients are told %+v", c)
		}
	})
}

// A6: an agency gives one client up and keeps the others.
func TestAnAgencyGivesUpAClient(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := open(t, w)
		s.give(t, s.northwind, olivia, house.Role("technical"))
		s.give(t, s.copperfield, carl, house.Role("technical"))
		x := s.given(t, s.northwind, olivia)
		giveUp := func(by string, account id.Account) error {
			return s.Teams.GiveUp(t.Context(), s.As(t, by, account), account, x.ID)
		}
		house.KindIs(t, "given up by who leads the team", giveUp(lena, s.agency), fault.KindDenied)
		house.KindIs(t, "given up by the client", giveUp(olivia, s.northwind), fault.KindNotFound)
		if err := giveUp(priya, s.agency); err != nil {
			t.Fatal(err)
		}
		if s.may(t, lena, s.northwind, verb.AccountView).Allowed || !s.may(t, lena, s.copperfield, verb.AccountView).Allowed {
			t.Error("not the one client, or not only that one, is given up")
		}
		house.KindIs(t, "given up twice", giveUp(priya, s.agency), fault.KindNotFound)
		said := house.Told[teams.Word](t, s.House, teams.Said)
		if said.Account != s.northwind || said.Action != activity.TeamGaveUp || said.Other != "Pixelworks Studio" {
			t.Errorf("the client is told %+v", said)
		}
	})
}
