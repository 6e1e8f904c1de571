package teams_test

import (
	"fmt"
	"testing"

	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
	"gatehouse/internal/verb"
)

// R6, R7, A4, A6, A7: what people do at the same moment on two nodes has exactly the outcome that the rules allow.
func TestRaceAccessOnTwoNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	raceAll(t, w, []db.Config{w.Config, w.Config})
}

func raceAll(t *testing.T, w *testkit.World, configs []db.Config) {
	t.Helper()
	s := open(t, w)
	play := fleet(t, w, configs)
	s.Join(t, s.northwind, adam, house.Role("administrator"))
	s.raceInvitation(t, play)
	s.raceDemotion(t, play)
	s.raceTransfers(t, play)
	s.raceOffers(t, play)
	s.raceLeaving(t, play)
}

type playing func(tasks ...task) []fault.Kind

// invited is an open invitation of carl, who has a sign-in.
func (s *studio) invited(t *testing.T) (string, id.Invitation) {
	t.Helper()
	err := s.Accounts.Invite(t.Context(), s.As(t, olivia, s.northwind), s.northwind, carl, house.Role("auditor"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.Accounts.Invitations(t.Context(), s.As(t, olivia, s.northwind), s.northwind)
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	return s.Invitation(t, carl).Token, list[0].ID
}

// raceInvitation accepts twice, and accepts against a withdrawal: one of the two comes about, never both (R6).
func (s *studio) raceInvitation(t *testing.T, play playing) {
	t.Helper()
	for round := range rounds / 2 {
		pass, which := s.invited(t)
		take := task{Do: "accept", Token: s.Token(t, carl), Pass: pass}
		other := take
		if round%2 == 0 {
			other = task{Do: "withdraw", Token: s.Token(t, olivia), Account: s.northwind, Invitation: which}
		}
		fared := play(take, other)
		there := s.Count(t, "memberships m JOIN persons p ON p.id = m.person_id",
			"m.account_id = ? AND p.email_index = ?", s.northwind.Bytes(), s.People.EmailIndex(carl))
		joined := fared[0] == "" || other.Do == "accept" && fared[1] == ""
		if won(fared) != 1 || joined != (there == 1) {
			t.Fatalf("round %d: %v, %d places", round, fared, there)
		}
		if joined {
			c := s.Contact(t, s.northwind, carl)
			if err := s.Accounts.Remove(t.Context(), s.As(t, olivia, s.northwind), s.northwind, c.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// raceDemotion demotes somebody who invites: the invitation is refused, or nobody is let in by it (A7).
func (s *studio) raceDemotion(t *testing.T, play playing) {
	t.Helper()
	for round := range 10 { // an account invites fifty people a day
		email := fmt.Sprintf("new%d@northwind.example", round)
		c := s.Contact(t, s.northwind, adam)
		fared := play(
			task{Do: "demote", Token: s.Token(t, olivia), Account: s.northwind, Contact: c.ID, Version: c.Version},
			task{Do: "invite", Token: s.Token(t, adam), Account: s.northwind, Email: email})
		if fared[0] != "" || fared[1] != "" && fared[1] != fault.KindDenied {
			t.Fatalf("round %d: %v", round, fared)
		}
		if fared[1] == "" {
			house.KindIs(t, "let in by somebody demoted", s.TryAccept(t, email), fault.KindConflict)
		}
		c = s.Contact(t, s.northwind, adam)
		err := s.Accounts.ChangeRole(t.Context(), s.As(t, olivia, s.northwind), s.northwind, c.ID,
			accounts.RoleChange{Terms: house.Role("administrator"), Version: c.Version})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// raceTransfers offers ownership twice at once, and takes it against its withdrawal: one of the two comes about (R7).
func (s *studio) raceTransfers(t *testing.T, play playing) {
	t.Helper()
	c := s.Contact(t, s.northwind, adam)
	for round := range rounds / 2 {
		offer := task{Do: "propose", Token: s.Token(t, olivia), Account: s.northwind, Contact: c.ID}
		if fared := play(offer, offer); won(fared) != 1 {
			t.Fatalf("round %d: offered %v", round, fared)
		}
		open, found, err := s.Ownership.Current(t.Context(), s.As(t, olivia, s.northwind), s.northwind)
		if err != nil || !found {
			t.Fatal(found, err)
		}
		fared := play(task{Do: "take", Token: s.Token(t, adam), Account: s.northwind, Offer: open.ID},
			task{Do: "take back", Token: s.Token(t, olivia), Account: s.northwind, Offer: open.ID})
		owners := s.Count(t, "memberships", "account_id = ? AND role = 'owner'", s.northwind.Bytes())
		if won(fared) != 1 || (fared[0] == "") != (owners == 2) {
			t.Fatalf("round %d: %v, %d owners", round, fared, owners)
		}
		if owners == 2 {
			now := s.Contact(t, s.northwind, adam)
			err := s.Accounts.ChangeRole(t.Context(), s.As(t, olivia, s.northwind), s.northwind, now.ID,
				accounts.RoleChange{Terms: house.Role("administrator"), Version: now.Version})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// raceOffers accepts what is offered to a team twice, and accepts it while the client takes it back: it is accepted
// once, and what was taken back opens nothing (R6).
func (s *studio) raceOffers(t *testing.T, play playing) {
	t.Helper()
	for round := range rounds / 2 {
		if err := s.offer(t, s.northwind, olivia, house.Role("technical")); err != nil {
			t.Fatal(err)
		}
		x := s.given(t, s.northwind, olivia)
		take := task{Do: "accept for team", Token: s.Token(t, priya), Account: s.agency, Access: x.ID}
		other := take
		if round%2 == 0 {
			other = task{Do: "end team", Token: s.Token(t, olivia), Account: s.northwind, Access: x.ID}
		}
		fared := play(take, other)
		there := s.Count(t, "team_access", "account_id = ? AND state = 'active'", s.northwind.Bytes())
		if d := s.may(t, lena, s.northwind, verb.AccountView); d.Allowed != (there == 1) {
			t.Fatalf("round %d: %v, the team is let in: %v", round, fared, d.Allowed)
		}
		switch other.Do {
		case "accept for team":
			if won(fared) != 1 || there != 1 {
				t.Fatalf("round %d: accepted %v, %d times there", round, fared, there)
			}
			if err := s.Teams.End(t.Context(), s.As(t, olivia, s.northwind), s.northwind, x.ID); err != nil {
				t.Fatal(err)
			}
		default: // whichever came first, what was taken back is gone
			if fared[1] != "" || there != 0 {
				t.Fatalf("round %d: %v, %d times there", round, fared, there)
			}
		}
		if n := s.Count(t, "team_access_history", "account_id = ? AND until_at IS NULL", s.northwind.Bytes()); n != 0 {
			t.Fatalf("round %d: %d stretches of the history have no end", round, n)
		}
	}
}

// raceLeaving takes somebody out of the team who is at work at that moment: what they do comes before it or not at all,
// and with the next request nothing is left to them on either node (A6).
func (s *studio) raceLeaving(t *testing.T, play playing) {
	t.Helper()
	s.give(t, s.copperfield, carl, house.Role("administrator"))
	for round := range 10 {
		members := s.mine(t, priya).Members
		use := task{Do: "use", Token: s.Token(t, lena), Account: s.copperfield, Email: fmt.Sprintf("a%d@x.example", round)}
		fared := play(task{
			Do: "leave", Token: s.Token(t, priya), Account: s.agency, Team: s.team, Contact: members[0].ID,
		}, use)
		if fared[0] != "" || fared[1] != "" && fared[1] != fault.KindNotFound {
			t.Fatalf("round %d: %v", round, fared)
		}
		use.Email = fmt.Sprintf("b%d@x.example", round)
		other := use
		other.Email = fmt.Sprintf("c%d@x.example", round)
		if fared := play(use, other); fared[0] != fault.KindNotFound || fared[1] != fault.KindNotFound {
			t.Fatalf("round %d: still inside: %v", round, fared)
		}
		s.add(t, lena, false)
	}
}
