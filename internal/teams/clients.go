package teams

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Said is the kind of outbox message that carries a Word.
const Said = "team.said"

// Word is what the other side of a team's access is told: it becomes an entry of Gatehouse's in that account's log, and
// a mail to its owners.
type Word struct {
	Account id.Account // whose log and owners
	Team    id.Team
	Name    string // of the team
	Other   string // the account at the other side
	Action  activity.Action
	Changes []activity.Change
}

// Offer offers a team access to an account, by the team's code. It comes to nothing until the agency accepts, and until
// then nobody learns who is in the team.
func (t *Teams) Offer(
	ctx context.Context, who actor.Actor, account id.Account, code string, terms accounts.Terms,
) error {
	team, err := t.byCode(ctx, account, code)
	if err != nil {
		return err
	}
	name, err := t.accounts.TeamName(team.ID, team.Name)
	if err != nil {
		return err
	}
	offer := id.New[id.TeamAccessKind]()
	return t.woken(t.accounts.Change(ctx, who, verb.ContactsInvite, account,
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			given, err := t.accounts.Give(tx, g, verb.ContactsInvite, terms, target(team.ID, name))
			if err != nil {
				return gate.Entry{}, err
			}
			if terms.Role == "owner" {
				return gate.Entry{}, fault.InvalidField("role", "A team is never an owner. Choose another role.")
			}
			if g.Who().Membership.Team == team.ID {
				return gate.Entry{}, t.accounts.RefuseOwn(g, target(team.ID, name))
			}
			over := g.On(tx.DB).Where("team_id = ? AND state = ? AND expires_at <= ?", team.ID, stateOffered, db.At(g.Now()))
			if err := over.Delete(&accessRow{}).Error; err != nil {
				return gate.Entry{}, fmt.Errorf("offer a team access: %w", err)
			}
			row := accessRow{
				ID: offer, AccountID: account, TeamID: team.ID, State: stateOffered, OfferedBy: g.Who().Person,
				CreatedAt: db.At(g.Now()), ExpiresAt: db.At(g.Now().Add(offerLife)), Version: 1,
			}
			row = row.with(given)
			err = g.On(tx.DB).Create(&row).Error
			if db.IsDuplicate(err) {
				return gate.Entry{}, fault.InvalidField("code", "This team has access already, or is offered it.")
			}
			if err != nil {
				return gate.Entry{}, fmt.Errorf("offer a team access: %w", err)
			}
			w := Word{Account: team.AccountID, Team: team.ID, Name: name, Action: activity.TeamOffered}
			return t.tell(tx, g, w, offer.String(), given.Changes(accounts.Given{}))
		}))
}

// byCode is the team that a code is of, for an account that wants to give it access.
func (t *Teams) byCode(ctx context.Context, account id.Account, code string) (teamRow, error) {
	team, found, err := db.One[teamRow](db.Across(t.reader.With(ctx), "whoever has a team’s code may offer it access").
		Where("code = ? AND dissolved_at IS NULL", ParseCode(code)))
	if err != nil {
		return teamRow{}, fmt.Errorf("offer a team access: %w", err)
	}
	if !found {
		return teamRow{}, fault.InvalidField("code", "No team has this code. Ask the agency for it.")
	}
	if team.AccountID == account {
		return teamRow{}, fault.InvalidField("code", "This team is your own. Give its people access one by one.")
	}
	return team, nil
}

// with is the row with the terms that were given.
func (r accessRow) with(given accounts.Given) accessRow {
	r.Role, r.CustomRoleID, r.ServicesLimited = given.Role, given.CustomRole, given.Limited
	r.EndsAt = db.At(given.EndsAt)
	r.Services, _ = given.Columns()["services"].([]byte)
	return r
}

// tell makes the entry of the account that acts, and leaves word for the other side.
func (t *Teams) tell(
	tx *db.Tx, g gate.Grant, w Word, key string, changes []activity.Change,
) (gate.Entry, error) {
	mine, err := t.accounts.ByGrant(tx.DB, g)
	if err != nil {
		return gate.Entry{}, err
	}
	w.Other, w.Changes = mine.Name, changes
	err = t.post.Enqueue(tx, outbox.Message{Kind: Said, Key: key + "-" + string(w.Action), Payload: w})
	if err != nil {
		return gate.Entry{}, fmt.Errorf("tell of a team: %w", err)
	}
	return g.Entry(w.Action, activity.Details{Target: target(w.Team, w.Name), Changes: changes}), nil
}

// given is what an account gives a team, as a change of the account sees it.
type given struct {
	accessRow
	accounts.Given
	name   string
	agency id.Account
}

func (x given) word(a activity.Action) Word {
	return Word{Account: x.agency, Team: x.TeamID, Name: x.name, Action: a}
}

func (t *Teams) given(q *gorm.DB, g gate.Grant, which id.TeamAccess) (given, error) {
	row, found, err := db.One[accessRow](g.On(q).Where("id = ?", which))
	if err != nil {
		return given{}, fmt.Errorf("read a team’s access: %w", err)
	}
	if !found {
		return given{}, fault.NotFound("read a team’s access")
	}
	x := given{accessRow: row}
	terms, err := row.terms()
	if err != nil {
		return given{}, err
	}
	if x.Given, err = t.accounts.Resolve(q, g, terms); err != nil {
		return given{}, err
	}
	team, _, err := db.One[teamRow](db.Across(q, "the team that the account gives access to").Where("id = ?", row.TeamID))
	if err != nil {
		return given{}, fmt.Errorf("read team: %w", err)
	}
	x.agency = team.AccountID
	x.name, err = t.accounts.TeamName(team.ID, team.Name)
	return x, err
}

// act changes what an account gives a team, for whoever stands high enough and is not in that team themselves (A3).
func (t *Teams) act(
	ctx context.Context, who actor.Actor, account id.Account, which id.TeamAccess,
	do func(tx *db.Tx, g gate.Grant, x given) (gate.Entry, error),
) error {
	return t.woken(t.accounts.Change(ctx, who, verb.ContactsManage, account,
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			x, err := t.acted(tx, g, which)
			if err != nil {
				return gate.Entry{}, err
			}
			return do(tx, g, x)
		}))
}

// acted reads what an account gives a team, for somebody who may act on it: not above them, and not their own (A3).
func (t *Teams) acted(tx *db.Tx, g gate.Grant, which id.TeamAccess) (given, error) {
	x, err := t.given(tx.DB, g, which)
	if err != nil {
		return given{}, err
	}
	about := target(x.TeamID, x.name)
	if g.Who().Membership.Team == x.TeamID {
		return given{}, t.accounts.RefuseOwn(g, about)
	}
	return x, t.accounts.ActOn(tx, g, x.Given, about)
}

// once says that a conditional statement found nothing to do: somebody else was quicker.
func once(done *gorm.DB) error {
	if done.Error != nil {
		return fmt.Errorf("change a team’s access: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return fault.Conflict("Somebody else changed this in the meantime. Look at how it is now, and change it again.")
	}
	return nil
}
