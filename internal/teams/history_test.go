package teams_test

import (
	"fmt"
	"math/rand/v2" // the same sequence again from the same seed
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/teams"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
)

// byHistory is who was in the client's account through the team at a moment, and as what, by the history.
func (s *studio) byHistory(t *testing.T, moment time.Time) string {
	t.Helper()
	rows, err := s.Accounts.TeamHistory(t.Context(), s.As(t, olivia, s.northwind), s.northwind, moment,
		moment.Add(time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, p := range rows {
		if !p.From.After(moment) && (p.Until.IsZero() || p.Until.After(moment)) {
			list = append(list, fmt.Sprint(p.Name, " ", p.RoleName, " ", p.Suspended, " ", p.Team))
		}
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

// said is what the two logs say up to a moment: the agency's who is in the team and who of them is suspended, the
// client's what the team may do, and who has a place of their own.
type said struct {
	in, away, own map[string]bool
	role          string
	off           bool
}

func (x *said) hear(e activity.Entry, agency bool) {
	change := func(field string) (activity.Change, bool) {
		i := slices.IndexFunc(e.What.Changes, func(c activity.Change) bool { return c.Field == field })
		if i < 0 {
			return activity.Change{}, false
		}
		return e.What.Changes[i], true
	}
	name := e.What.Label
	switch e.Action { //nolint:exhaustive // nothing else is done here
	case activity.TeamMemberAdded, activity.TeamMemberRemoved:
		if c, ok := change("in the team"); ok && agency {
			delete(x.in, c.Old)
			x.in[c.New] = c.New != ""
		}
	case activity.ContactSuspended, activity.ContactRestored:
		if agency {
			x.away[name] = e.Action == activity.ContactSuspended
		}
	case activity.ContactJoined, activity.ContactRemoved:
		if !agency {
			x.own[name] = e.Action == activity.ContactJoined
		} else if e.Action == activity.ContactRemoved {
			delete(x.in, name)
		}
	case activity.TeamAccepted, activity.TeamRoleChanged, activity.TeamRestored, activity.TeamSuspended:
		if agency {
			return
		}
		if c, ok := change("role"); ok {
			x.role = c.New
		}
		x.off = e.Action == activity.TeamSuspended || x.off && e.Action == activity.TeamRoleChanged
	case activity.TeamRemoved:
		if !agency {
			x.role, x.off = "", false
		}
	}
}

// whole are the entries of an account's log, the oldest first.
func (s *studio) whole(t *testing.T, account id.Account) (all []activity.Entry) {
	t.Helper()
	for before := int64(0); before != 1; {
		page, err := s.Log.Page(t.Context(), id.AccountScope(account), activity.Filter{Before: before})
		if err != nil || len(page.Entries) == 0 {
			t.Fatal(len(page.Entries), err)
		}
		all, before = append(all, page.Entries...), page.Entries[len(page.Entries)-1].Seq
	}
	slices.Reverse(all)
	return all
}

// byLogs is the same by the two logs alone.
func (s *studio) byLogs(logs map[id.Account][]activity.Entry, moment time.Time) string {
	x := said{in: map[string]bool{}, away: map[string]bool{}, own: map[string]bool{}}
	for _, account := range []id.Account{s.agency, s.northwind} {
		for _, e := range logs[account] {
			if !e.Occurred.After(moment) && e.Outcome == activity.Success {
				x.hear(e, account == s.agency)
			}
		}
	}
	var list []string
	for who, in := range x.in {
		if in && x.role != "" && !x.own[who] {
			list = append(list, fmt.Sprint(who, " ", x.role, " ", x.off || x.away[who], " Pixelworks Developers"))
		}
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

// happens does one thing to the team or to somebody in it, if it can be done now.
func (s *studio) happens(t *testing.T, dice *rand.Rand) {
	t.Helper()
	ctx, who, boss := t.Context(), s.As(t, olivia, s.northwind), s.As(t, priya, s.agency)
	email := []string{lena, mark}[dice.IntN(2)]
	given, err := s.Accounts.Teams(ctx, who, s.northwind)
	if err != nil {
		t.Fatal(err)
	}
	if len(given) == 0 {
		s.give(t, s.northwind, olivia, house.Role("technical"))
		return
	}
	x, c := given[0], s.Contact(t, s.agency, email)
	team := s.mine(t, priya)
	i := slices.IndexFunc(team.Members, func(m teams.Member) bool { return m.Contact.Email == email })
	switch dice.IntN(10) {
	case 0:
		err = s.Teams.End(ctx, who, s.northwind, x.ID)
	case 1, 2:
		err = s.Teams.Suspend(ctx, who, s.northwind, x.ID)
		if x.Suspended {
			err = s.Teams.Restore(ctx, who, s.northwind, x.ID)
		}
	case 3, 4:
		role := []string{"technical", "support", "billing"}[dice.IntN(3)]
		change := accounts.RoleChange{Terms: house.Role(role), Version: x.Version}
		err = s.Teams.ChangeTerms(ctx, who, s.northwind, x.ID, change)
	case 5, 6:
		err = s.Accounts.Suspend(ctx, boss, s.agency, c.ID)
		if c.Suspended {
			err = s.Accounts.Restore(ctx, boss, s.agency, c.ID)
		}
	case 7:
		s.comesOrGoes(t, email)
	default:
		if i < 0 {
			err = s.Teams.Add(ctx, boss, s.agency, s.team, c.ID, false)
		} else {
			err = s.Teams.Remove(ctx, boss, s.agency, s.team, team.Members[i].ID)
		}
	}
	if kind := fault.KindOf(err); err != nil && kind != fault.KindConflict && kind != fault.KindInvalid {
		t.Fatal(err)
	}
}

// comesOrGoes gives somebody of the agency a place of their own at the client, or takes it away.
func (s *studio) comesOrGoes(t *testing.T, email string) {
	t.Helper()
	page, err := s.Accounts.Contacts(t.Context(), s.As(t, olivia, s.northwind), s.northwind, id.Membership{})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(page.Contacts, func(c accounts.Contact) bool { return c.Email == email })
	if i < 0 {
		s.SignInAgain(t, email)
		s.Join(t, s.northwind, email, house.Role("auditor"))
		return
	}
	err = s.Accounts.Remove(t.Context(), s.As(t, olivia, s.northwind), s.northwind, page.Contacts[i].ID)
	if err != nil {
		t.Fatal(err)
	}
}

// The history says of every past moment who was in an account through a team, as the logs of both accounts say it.
func TestTheHistoryOfATeamAgreesWithTheLogs(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := open(t, w)
		dice := rand.New(rand.NewPCG(5, 3))
		var moments []time.Time
		for range 48 {
			w.Offset.Advance(time.Duration(1+dice.IntN(40)) * time.Hour)
			s.SignInAgain(t, priya)
			s.SignInAgain(t, olivia)
			s.happens(t, dice)
			moments = append(moments, w.Now(t))
			w.Offset.Advance(time.Second)
		}
		logs := map[id.Account][]activity.Entry{s.agency: s.whole(t, s.agency), s.northwind: s.whole(t, s.northwind)}
		seen := map[string]bool{}
		for _, moment := range moments {
			history, log := s.byHistory(t, moment), s.byLogs(logs, moment)
			if history != log {
				t.Fatalf("at %s the history says\n%s\nand the logs\n%s", moment, history, log)
			}
			seen[history] = true
		}
		if len(seen) < 8 {
			t.Errorf("only %d different states were compared", len(seen))
		}
		s.SignInAgain(t, mark)
		_, err := s.Accounts.TeamHistory(t.Context(), s.As(t, mark, s.agency), s.northwind, w.Now(t), w.Now(t))
		house.KindIs(t, "read by a stranger", err, fault.KindNotFound)
	})
}
