package teams_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/teams"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
	"gatehouse/internal/verb"
)

const (
	priya  = "priya@pixelworks.example" // owner of the agency
	lena   = "lena@pixelworks.example"  // technical there, leads the team
	mark   = "mark@pixelworks.example"  // developer there
	olivia = "olivia@northwind.example"
	adam   = "adam@northwind.example"
	carl   = "carl@copperfield.example"
)

// studio is an agency with a team, and two clients of which the first has given the team access.
type studio struct {
	*house.House
	agency, northwind, copperfield id.Account
	team                           id.Team
	code                           string
}

func open(t *testing.T, w *testkit.World) *studio {
	t.Helper()
	s := &studio{House: house.Open(w)}
	s.agency = s.Account(t, "Pixelworks Studio", priya)
	s.northwind, s.copperfield = s.Account(t, "Northwind", olivia), s.Account(t, "Copperfield", carl)
	s.Join(t, s.agency, lena, house.Role("technical"))
	s.Join(t, s.agency, mark, house.Role("technical"))
	var err error
	s.team, err = s.Teams.Create(t.Context(), s.As(t, priya, s.agency), s.agency, " Pixelworks  Developers ")
	if err != nil {
		t.Fatal(err)
	}
	s.add(t, lena, true)
	s.code = teams.ShowCode(s.mine(t, priya).Code)
	return s
}

func (s *studio) add(t *testing.T, email string, leads bool) {
	t.Helper()
	err := s.Teams.Add(t.Context(), s.As(t, priya, s.agency), s.agency, s.team, s.Contact(t, s.agency, email).ID, leads)
	if err != nil {
		t.Fatal(err)
	}
}

// mine is the team as somebody of the agency sees it.
func (s *studio) mine(t *testing.T, by string) teams.Team {
	t.Helper()
	team, err := s.Teams.One(t.Context(), s.As(t, by, s.agency), s.agency, s.team)
	if err != nil {
		t.Fatal(err)
	}
	return team
}

// given is what an account gives the team, as its owner sees it.
func (s *studio) given(t *testing.T, account id.Account, by string) accounts.TeamGiven {
	t.Helper()
	list, err := s.Accounts.Teams(t.Context(), s.As(t, by, account), account)
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	return list[0]
}

func (s *studio) offer(t *testing.T, account id.Account, by string, terms accounts.Terms) error {
	t.Helper()
	return s.Teams.Offer(t.Context(), s.As(t, by, account), account, s.code, terms)
}

// give offers and accepts.
func (s *studio) give(t *testing.T, account id.Account, by string, terms accounts.Terms) {
	t.Helper()
	if err := s.offer(t, account, by, terms); err != nil {
		t.Fatal(err)
	}
	err := s.Teams.Accept(t.Context(), s.As(t, priya, s.agency), s.agency, s.given(t, account, by).ID)
	if err != nil {
		t.Fatal(err)
	}
}

// may decides as a request of the person would be decided now.
func (s *studio) may(t *testing.T, email string, account id.Account, v verb.Verb) access.Decision {
	t.Helper()
	who := s.As(t, email, account)
	scope := id.AccountScope(account)
	early := s.Access.Check(who, v, scope)
	d, err := s.Access.Decide(t.Context(), s.Reader.With(t.Context()), s.Now(t), who, v, scope)
	if err != nil || d.Allowed != early.Allowed || d.Reason != early.Reason || d.Role != early.Role {
		t.Errorf("%s, %s: at the door %+v, in the change %+v, %v", email, v, early, d, err)
	}
	return d
}

// A team works for a client once both sides have said so; before that the client learns of nobody.
func TestATeamWorksForAClient(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := open(t, w)
		err := s.Teams.Offer(t.Context(), s.As(t, olivia, s.northwind), s.northwind, "0000-0000-0000-0000",
			house.Role("technical"))
		house.FieldIs(t, "no such code", err, "code")
		s.code = strings.ToUpper(s.code)
		if err := s.offer(t, s.northwind, olivia, house.Role("technical")); err != nil {
			t.Fatal(err)
		}
		house.FieldIs(t, "offered twice", s.offer(t, s.northwind, olivia, house.Role("technical")), "code")
		offered := s.given(t, s.northwind, olivia)
		if !offered.Offered || len(offered.People) != 0 || offered.Name != "Pixelworks Developers" ||
			offered.Agency != "Pixelworks Studio" {
			t.Errorf("before they accept: %+v", offered)
		}
		if d := s.may(t, lena, s.northwind, verb.AccountView); d.Reason != access.ReasonNoMembership {
			t.Errorf("an offer alone opens: %+v", d)
		}
		accept := func(by string) error {
			return s.Teams.Accept(t.Context(), s.As(t, by, s.agency), s.agency, offered.ID)
		}
		house.KindIs(t, "accepted by who leads the team only", accept(lena), fault.KindDenied)
		house.KindIs(t, "accepted by the client", s.Teams.Accept(t.Context(), s.As(t, olivia, s.northwind), s.northwind,
			offered.ID), fault.KindNotFound)
		if err := accept(priya); err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "accepted twice", accept(priya), fault.KindConflict)

		d := s.may(t, lena, s.northwind, verb.PanelOpen)
		if !d.Allowed || d.Team != "Pixelworks Developers" ||
			!strings.Contains(d.Sentence(), "through the team Pixelworks Developers") {
			t.Errorf("in the team: %+v, %s", d, d.Sentence())
		}
		if d := s.may(t, lena, s.northwind, verb.InvoicesView); d.Reason != access.ReasonRoleLacks {
			t.Errorf("beyond the role: %+v", d)
		}
		if d := s.may(t, mark, s.northwind, verb.AccountView); d.Reason != access.ReasonNoMembership {
			t.Errorf("of the agency, not in the team: %+v", d)
		}
		if d := s.may(t, lena, s.copperfield, verb.AccountView); d.Reason != access.ReasonNoMembership {
			t.Errorf("another account: %+v", d)
		}
		now := s.given(t, s.northwind, olivia)
		if now.Offered || len(now.People) != 1 || now.People[0].Email != lena || now.People[0].Level != actor.PasswordOnly {
			t.Errorf("the people behind it: %+v", now.People)
		}
		c, err := s.Accounts.Contact(t.Context(), s.As(t, olivia, s.northwind), s.northwind, now.People[0].ID)
		if err != nil || c.Email != lena || c.MayChange || c.TeamName != "Pixelworks Developers" {
			t.Errorf("%+v, %v", c, err)
		}
		page, err := s.Accounts.MyAccounts(t.Context(), s.As(t, lena, id.Account{}), "", 0, 10)
		places := page.Places
		if err != nil || len(places) != 2 || places[0].Name != "Northwind" || places[0].Team != "Pixelworks Developers" ||
			places[0].RoleName != "Technical" {
			t.Errorf("%+v, %v", places, err)
		}
	})
}

// A6: who leaves the team, and whom the agency removes, suspends or lets end, reaches no client with the next request.
func TestWhoLeavesTheTeamLeavesAllClients(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := open(t, w)
		s.give(t, s.northwind, olivia, house.Role("technical"))
		s.give(t, s.copperfield, carl, house.Role("administrator"))
		s.add(t, mark, false)
		both := func(email string, want access.Reason) {
			t.Helper()
			for _, client := range []id.Account{s.northwind, s.copperfield} {
				if d := s.may(t, email, client, verb.PanelOpen); d.Reason != want {
					t.Errorf("%s is %s, not %s", email, d.Reason, want)
				}
			}
		}
		both(mark, access.ReasonAllowed)
		both(lena, access.ReasonAllowed)
		earlier := s.As(t, mark, s.copperfield)
		team := s.mine(t, priya)
		member := team.Members[slices.IndexFunc(team.Members, func(m teams.Member) bool { return m.Contact.Email == mark })]
		err := s.Teams.Remove(t.Context(), s.As(t, lena, s.agency), s.agency, s.team, member.ID)
		if err != nil {
			t.Fatalf("who leads the team takes somebody out: %v", err)
		}
		both(mark, access.ReasonNoMembership)
		err = s.Accounts.Invite(t.Context(), earlier, s.copperfield, "x@y.example", house.Role("support"))
		house.KindIs(t, "a request from before", err, fault.KindNotFound)

		c := s.Contact(t, s.agency, lena)
		act := func(do func() error) {
			t.Helper()
			if err := do(); err != nil {
				t.Fatal(err)
			}
		}
		act(func() error { return s.Accounts.Suspend(t.Context(), s.As(t, priya, s.agency), s.agency, c.ID) })
		both(lena, access.ReasonSuspended)
		act(func() error { return s.Accounts.Restore(t.Context(), s.As(t, priya, s.agency), s.agency, c.ID) })
		both(lena, access.ReasonAllowed)
		act(func() error { return s.Accounts.Remove(t.Context(), s.As(t, priya, s.agency), s.agency, c.ID) })
		both(lena, access.ReasonNoMembership)
		s.Join(t, s.agency, lena, house.Role("technical"))
		both(lena, access.ReasonNoMembership) // whoever comes back to the agency is not back in the team
	})
}

// A6: the client ends, suspends and limits the team, and its end date holds by itself.
func TestTheClientSaysWhatTheTeamMayDo(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := open(t, w)
		s.give(t, s.northwind, olivia, house.Role("technical"))
		x := s.given(t, s.northwind, olivia)
		is := func(want access.Reason) {
			t.Helper()
			if d := s.may(t, lena, s.northwind, verb.PanelOpen); d.Reason != want {
				t.Errorf("%s, not %s", d.Reason, want)
			}
		}
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		who := func() actor.Actor { return s.As(t, olivia, s.northwind) }
		ok(s.Teams.Suspend(t.Context(), who(), s.northwind, x.ID))
		is(access.ReasonSuspended)
		house.KindIs(t, "suspended twice", s.Teams.Suspend(t.Context(), who(), s.northwind, x.ID), fault.KindConflict)
		ok(s.Teams.Restore(t.Context(), who(), s.northwind, x.ID))
		is(access.ReasonAllowed)
		x = s.given(t, s.northwind, olivia)
		ends := s.Now(t).Add(time.Hour)
		change := accounts.RoleChange{Terms: accounts.Terms{Role: "technical", EndsAt: ends}, Version: x.Version}
		ok(s.Teams.ChangeTerms(t.Context(), who(), s.northwind, x.ID, change))
		house.KindIs(t, "stale", s.Teams.ChangeTerms(t.Context(), who(), s.northwind, x.ID, change), fault.KindConflict)
		is(access.ReasonAllowed)
		w.Offset.Advance(time.Hour)
		s.SignInAgain(t, lena)
		s.SignInAgain(t, olivia)
		is(access.ReasonEnded)
		x = s.given(t, s.northwind, olivia)
		change.Version, change.Terms = x.Version, accounts.Terms{Role: "owner"}
		house.FieldIs(t, "owner", s.Teams.ChangeTerms(t.Context(), who(), s.northwind, x.ID, change), "role")
		change.Terms = accounts.Terms{Role: "support"}
		ok(s.Teams.ChangeTerms(t.Context(), who(), s.northwind, x.ID, change))
		is(access.ReasonRoleLacks)
		err := s.Teams.End(t.Context(), s.As(t, carl, s.northwind), s.northwind, x.ID)
		house.KindIs(t, "ended by a stranger", err, fault.KindNotFound)
		ok(s.Teams.End(t.Context(), who(), s.northwind, x.ID))
		is(access.ReasonNoMembership)
	})
}

// S12: what a client asks of everybody's sign-in holds for the people of a team, who are named among those who are not
// there yet, once each and while they have access.
func TestAClientsRuleHoldsForATeam(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := open(t, w)
		s.give(t, s.northwind, olivia, house.Role("technical"))
		behind := func() (list []string) {
			t.Helper()
			rule, err := s.Accounts.Rule(t.Context(), s.As(t, olivia, s.northwind), s.northwind)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range rule.Behind {
				list = append(list, c.Email)
			}
			return list
		}
		if list := behind(); !slices.Equal(list, []string{olivia, lena}) {
			t.Errorf("behind the rule: %v", list)
		}
		demands, err := s.Accounts.Demands(s.Reader.With(t.Context()), s.As(t, lena, id.Account{}).Person)
		if err != nil || demands.SecondFactor {
			t.Errorf("nothing is asked yet: %+v, %v", demands, err)
		}
		who := s.As(t, olivia, s.northwind).Details
		who.Factor, who.FactorAt = actor.With(actor.ByPassword, actor.ByCode), s.Now(t)
		x := s.given(t, s.northwind, olivia)
		err = s.Accounts.SetRule(t.Context(), actor.Enter(who), s.northwind, accounts.RuleChange{Level: actor.SecondFactor})
		if err != nil {
			t.Fatal(err)
		}
		if d := s.may(t, lena, s.northwind, verb.ServicesView); d.Reason != access.ReasonNoFactor {
			t.Errorf("with a password alone: %s", d.Reason)
		}
		demands, err = s.Accounts.Demands(s.Reader.With(t.Context()), s.As(t, lena, id.Account{}).Person)
		if err != nil || !demands.SecondFactor || demands.By != "Northwind" {
			t.Errorf("her sign-in is not asked for it: %+v, %v", demands, err)
		}
		if err := s.Teams.Suspend(t.Context(), actor.Enter(who), s.northwind, x.ID); err != nil {
			t.Fatal(err)
		}
		rule, err := s.Accounts.Rule(t.Context(), actor.Enter(who), s.northwind)
		if err != nil || len(rule.Behind) != 1 {
			t.Errorf("a suspended team is behind the rule: %+v, %v", rule.Behind, err)
		}
	})
}
