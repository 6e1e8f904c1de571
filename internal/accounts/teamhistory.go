package accounts

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// teamHistorySQL lists the stretches of a span in which people were in an account through a team: those of the team's
// access, of their being in the team, and of their place in the agency, as far as all three overlap.
const teamHistorySQL = `SELECT th.id, th.access_id, mh.member_id, mh.person_id, th.role, th.custom_role_id,
 th.services_limited, th.services, th.ends_at AS team_ends, ah.ends_at AS own_ends, th.suspended, ah.suspended AS away,
 th.from_at AS team_from, mh.from_at AS member_from, ah.from_at AS agency_from, th.until_at AS team_until,
 mh.until_at AS member_until, ah.until_at AS agency_until, p.name AS person_name, r.name AS role_name, tt.id AS team_id,
 tt.name AS team_name
 FROM team_access_history th JOIN team_member_history mh ON mh.team_id = th.team_id
 JOIN membership_history ah ON ah.account_id = mh.account_id AND ah.membership_id = mh.contact_id
 JOIN teams tt ON tt.id = th.team_id JOIN persons p ON p.id = mh.person_id
 LEFT JOIN custom_roles r ON r.id = th.custom_role_id
 WHERE th.account_id = ? AND th.from_at < ? AND (th.until_at IS NULL OR th.until_at > ?)
 AND mh.from_at < ? AND (mh.until_at IS NULL OR mh.until_at > ?)
 AND ah.from_at < ? AND (ah.until_at IS NULL OR ah.until_at > ?) ORDER BY mh.person_id, th.id, mh.id, ah.id LIMIT ?`

// mostPastTeams bounds how many stretches through teams are read for one span (our own figure).
const mostPastTeams = 2000

type teamPastRow struct {
	ID              stretch
	AccessID        id.TeamAccess
	MemberID        id.Membership
	PersonID        id.Person
	Role            string
	CustomRoleID    id.Role
	ServicesLimited bool
	Services        []byte
	TeamEnds        db.Time
	OwnEnds         db.Time
	Suspended       bool
	Away            bool
	TeamFrom        db.Time
	MemberFrom      db.Time
	AgencyFrom      db.Time
	TeamUntil       db.Time
	MemberUntil     db.Time
	AgencyUntil     db.Time
	PersonName      secretbox.Sealed
	RoleName        secretbox.Sealed
	TeamID          id.Team
	TeamName        secretbox.Sealed
}

// lasting is a stretch of a past place, with what it is judged by where several are there at once.
type lasting struct {
	Past
	own  bool
	ends time.Time // of the access; zero: never
	old  id.TeamAccess
}

// before says whether of two places at one moment this one counts, as access.TeamOrder has it.
func (p lasting) before(other lasting) int {
	switch {
	case p.own != other.own:
		return sooner(p.own)
	case p.Suspended != other.Suspended:
		return sooner(other.Suspended)
	case !p.ends.Equal(other.ends) && (p.ends.IsZero() || other.ends.IsZero()):
		return sooner(p.ends.IsZero())
	case !p.ends.Equal(other.ends):
		return other.ends.Compare(p.ends)
	}
	return slices.Compare(p.old.Bytes(), other.old.Bytes())
}

func sooner(yes bool) int {
	if yes {
		return -1
	}
	return 1
}

// TeamHistory lists who was in an account through a team at any moment of a span, and with which access: as long as
// they had no place of their own, and of several teams by the one that counted then.
func (a *Accounts) TeamHistory(
	ctx context.Context, who actor.Actor, account id.Account, from, to time.Time,
) ([]Past, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	var rows []teamPastRow
	until, since := db.At(to), db.At(from)
	err = g.On(a.reader.With(ctx)).Raw(teamHistorySQL, account.Bytes(), until, since, until, since, until, since,
		mostPastTeams).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read history of teams: %w", err)
	}
	byPerson := map[id.Person][]lasting{}
	var people []id.Person
	for _, row := range rows {
		one, err := a.pastThrough(row)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(people, row.PersonID) {
			people = append(people, row.PersonID)
		}
		byPerson[row.PersonID] = append(byPerson[row.PersonID], one)
	}
	if err := a.ownPast(ctx, g, people, byPerson); err != nil {
		return nil, err
	}
	var list []Past
	for _, person := range people {
		list = append(list, through(byPerson[person])...)
	}
	return list, nil
}

// ownPast adds the stretches of people's own places, which count instead.
func (a *Accounts) ownPast(
	ctx context.Context, g gate.Grant, people []id.Person, into map[id.Person][]lasting,
) error {
	if len(people) == 0 {
		return nil
	}
	var rows []historyRow
	err := g.On(a.reader.With(ctx).Table(tableHistory)).Where("person_id IN ?", people).Order("id").Find(&rows).Error
	if err != nil {
		return fmt.Errorf("read history: %w", err)
	}
	for _, row := range rows {
		p := Past{From: row.FromAt.Time, Until: row.UntilAt.Time}
		into[row.PersonID] = append(into[row.PersonID], lasting{Past: p, own: true})
	}
	return nil
}

func (a *Accounts) pastThrough(row teamPastRow) (lasting, error) {
	p, err := a.past(historyRow{
		ID: row.ID, MembershipID: row.MemberID, PersonID: row.PersonID, Role: row.Role, CustomRoleID: row.CustomRoleID,
		ServicesLimited: row.ServicesLimited, Services: row.Services, Suspended: row.Suspended || row.Away,
		FromAt: latest(row.TeamFrom, row.MemberFrom, row.AgencyFrom), PersonName: row.PersonName, RoleName: row.RoleName,
	})
	if err != nil {
		return lasting{}, err
	}
	p.Until = earliest(row.TeamUntil, row.MemberUntil, row.AgencyUntil, row.TeamEnds, row.OwnEnds).Time
	p.Team, err = a.TeamName(row.TeamID, row.TeamName)
	return lasting{Past: p, ends: earliest(row.TeamEnds, row.OwnEnds).Time, old: row.AccessID}, err
}

func latest(times ...db.Time) db.Time {
	return slices.MaxFunc(times, func(x, y db.Time) int { return x.Compare(y.Time) })
}

// earliest is the first of some times; one that is zero never comes.
func earliest(times ...db.Time) db.Time {
	first := db.Time{}
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first.Time)) {
			first = t
		}
	}
	return first
}

// through cuts one person's stretches where another one begins or ends to count, and keeps those through teams.
func through(all []lasting) []Past {
	var cuts []time.Time
	for _, p := range all {
		cuts = append(cuts, p.From)
		if !p.Until.IsZero() {
			cuts = append(cuts, p.Until)
		}
	}
	slices.SortFunc(cuts, time.Time.Compare)
	cuts = slices.CompactFunc(cuts, time.Time.Equal)
	var list []Past
	for i, cut := range cuts {
		there := slices.DeleteFunc(slices.Clone(all), func(p lasting) bool {
			return p.From.After(cut) || !p.Until.IsZero() && !p.Until.After(cut)
		})
		if len(there) == 0 {
			continue
		}
		best := slices.MinFunc(there, lasting.before)
		if best.own {
			continue
		}
		piece := best.Past
		piece.From, piece.Until = cut, time.Time{}
		if i+1 < len(cuts) {
			piece.Until = cuts[i+1]
		}
		if n := len(list); n > 0 && list[n-1].same(piece) && list[n-1].Until.Equal(cut) {
			list[n-1].Until = piece.Until
			continue
		}
		list = append(list, piece)
	}
	return list
}

// same says whether two stretches give the same.
func (p Past) same(other Past) bool {
	return p.Contact == other.Contact && p.RoleName == other.RoleName && p.Limited == other.Limited &&
		p.Suspended == other.Suspended && p.Team == other.Team && p.Services == other.Services
}
