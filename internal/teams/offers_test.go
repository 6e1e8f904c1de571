package teams_test

import (
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/teams"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
	"gatehouse/internal/verb"
)

// A7: an offer counts for seven days and while whoever made it may still make it; withdrawn or declined it is nothing.
func TestOffersToTeamsEnd(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := open(t, w)
		s.Join(t, s.northwind, adam, house.Role("administrator"))
		accept := func(x accounts.TeamGiven) error {
			return s.Teams.Accept(t.Context(), s.As(t, priya, s.agency), s.agency, x.ID)
		}
		fresh := func() accounts.TeamGiven {
			t.Helper()
			if err := s.offer(t, s.northwind, adam, house.Role("technical")); err != nil {
				t.Fatal(err)
			}
			return s.given(t, s.northwind, olivia)
		}
		x := fresh()
		if err := s.Teams.End(t.Context(), s.As(t, olivia, s.northwind), s.northwind, x.ID); err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "withdrawn", accept(x), fault.KindNotFound)
		x = fresh()
		if err := s.Teams.Decline(t.Context(), s.As(t, priya, s.agency), s.agency, x.ID); err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "declined", accept(x), fault.KindNotFound)
		m := house.Told[teams.Word](t, s.House, teams.Said)
		if m.Action != activity.TeamDeclined || m.Account != s.northwind {
			t.Errorf("told %+v", m)
		}
		x = fresh()
		c := s.Contact(t, s.northwind, adam)
		err := s.Accounts.ChangeRole(t.Context(), s.As(t, olivia, s.northwind), s.northwind, c.ID,
			accounts.RoleChange{Terms: house.Role("billing"), Version: c.Version})
		if err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "offered by somebody demoted", accept(x), fault.KindConflict)
		w.Offset.Advance(7 * 24 * time.Hour)
		s.SignInAgain(t, priya)
		s.SignInAgain(t, olivia)
		house.KindIs(t, "after seven days", accept(x), fault.KindConflict)
		if err := s.offer(t, s.northwind, olivia, house.Role("technical")); err != nil {
			t.Errorf("offered anew: %v", err)
		}
	})
}

// A place of one's own counts instead of the team's, whatever it is worth.
func TestAnOwnPlaceCountsInstead(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := open(t, w)
		s.give(t, s.northwind, olivia, house.Role("administrator"))
		s.Join(t, s.northwind, lena, house.Role("support"))
		d := s.may(t, lena, s.northwind, verb.PanelOpen)
		if d.Reason != access.ReasonRoleLacks || d.Team != "" {
			t.Errorf("the own place: %+v", d)
		}
		if people := s.given(t, s.northwind, olivia).People; len(people) != 1 || !people[0].OwnPlace {
			t.Errorf("%+v", people)
		}
		c := s.Contact(t, s.northwind, lena)
		if err := s.Accounts.Suspend(t.Context(), s.As(t, olivia, s.northwind), s.northwind, c.ID); err != nil {
			t.Fatal(err)
		}
		if d := s.may(t, lena, s.northwind, verb.AccountView); d.Reason != access.ReasonSuspended {
			t.Errorf("suspended as a person: %+v", d)
		}
		if err := s.Accounts.Remove(t.Context(), s.As(t, olivia, s.northwind), s.northwind, c.ID); err != nil {
			t.Fatal(err)
		}
		if d := s.may(t, lena, s.northwind, verb.PanelOpen); !d.Allowed {
			t.Errorf("the team's again: %+v", d)
		}
	})
}

// The client's rule about signing in counts for each of the team.
func TestTheClientsRuleBindsTheTeam(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := open(t, w)
		s.give(t, s.northwind, olivia, house.Role("technical"))
		who := s.As(t, olivia, s.northwind)
		who.FactorAt, who.Factor = s.Now(t), actor.With(actor.ByPassword, actor.ByCode)
		err := s.Accounts.SetRule(t.Context(), who, s.northwind, accounts.RuleChange{Level: actor.SecondFactor})
		if err != nil {
			t.Fatal(err)
		}
		if d := s.may(t, lena, s.northwind, verb.PanelOpen); d.Reason != access.ReasonNoFactor {
			t.Errorf("with a password alone: %+v", d)
		}
		demands, err := s.Accounts.Demands(s.Reader.With(t.Context()), s.As(t, lena, id.Account{}).Person)
		if err != nil || !demands.SecondFactor || demands.By != "Northwind" {
			t.Errorf("asked of her sign-in: %+v, %v", demands, err)
		}
	})
}

// A3: nobody gives a team more than they hold, changes what they themselves may do through it, or makes it an owner.
func TestTeamsAndHigherRoles(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := open(t, w)
		s.Join(t, s.northwind, adam, house.Role("administrator"))
		house.KindIs(t, "owner, by an administrator", s.offer(t, s.northwind, adam, house.Role("owner")), fault.KindDenied)
		house.FieldIs(t, "owner, by an owner", s.offer(t, s.northwind, olivia, house.Role("owner")), "role")
		own := s.Teams.Offer(t.Context(), s.As(t, priya, s.agency), s.agency, s.code, house.Role("technical"))
		house.FieldIs(t, "one's own team", own, "code")
		s.give(t, s.northwind, olivia, house.Role("administrator"))
		x := s.given(t, s.northwind, olivia)
		err := s.Teams.Suspend(t.Context(), s.As(t, lena, s.northwind), s.northwind, x.ID)
		house.KindIs(t, "by somebody in the team", err, fault.KindDenied)
		err = s.Accounts.Invite(t.Context(), s.As(t, lena, s.northwind), s.northwind, "new@pixelworks.example",
			house.Role("owner"))
		house.KindIs(t, "a team's administrator invites an owner", err, fault.KindDenied)
		err = s.Accounts.Invite(t.Context(), s.As(t, lena, s.northwind), s.northwind, "new@pixelworks.example",
			house.Role("billing"))
		house.KindIs(t, "a team's administrator invites", err, "")
		olivias := s.Contact(t, s.northwind, olivia)
		err = s.Accounts.Suspend(t.Context(), s.As(t, lena, s.northwind), s.northwind, olivias.ID)
		house.KindIs(t, "a team's administrator suspends an owner", err, fault.KindDenied)

		marks := s.Contact(t, s.agency, mark)
		add := func(by string, contact id.Membership, leads bool) error {
			return s.Teams.Add(t.Context(), s.As(t, by, s.agency), s.agency, s.team, contact, leads)
		}
		house.KindIs(t, "put in by somebody outside", add(mark, marks.ID, false), fault.KindNotFound)
		house.KindIs(t, "who leads makes another leader", add(lena, marks.ID, true), fault.KindDenied)
		house.KindIs(t, "who leads puts somebody in", add(lena, marks.ID, false), "")
		house.FieldIs(t, "twice", add(priya, marks.ID, false), "contact")
		house.FieldIs(t, "a contact of another account", add(priya, olivias.ID, false), "contact")
	})
}
