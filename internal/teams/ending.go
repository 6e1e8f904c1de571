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
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// manage changes a team of the account, for those who may manage all of them.
func (t *Teams) manage(
	ctx context.Context, who actor.Actor, account id.Account, team id.Team,
	do func(tx *db.Tx, g gate.Grant, name string) (gate.Entry, error),
) error {
	return t.woken(t.accounts.Change(ctx, who, verb.TeamsManage, account,
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := all(g); err != nil {
				return gate.Entry{}, err
			}
			_, name, err := t.hold(tx, g, team)
			if err != nil {
				return gate.Entry{}, err
			}
			return do(tx, g, name)
		}))
}

// Rename gives a team another name. Its clients see it from then on, and it is written into their logs.
func (t *Teams) Rename(ctx context.Context, who actor.Actor, account id.Account, team id.Team, name string) error {
	name, err := accounts.ParseText("name", name, "Enter what the team is called.", longestName)
	if err != nil {
		return err
	}
	sealed, err := t.box.Seal(name, place(team))
	if err != nil {
		return fmt.Errorf("rename team: %w", err)
	}
	return t.manage(ctx, who, account, team, func(tx *db.Tx, g gate.Grant, was string) (gate.Entry, error) {
		done := g.On(tx.Model(&teamRow{})).Where("id = ?", team).Updates(map[string]any{"name": sealed})
		if done.Error != nil {
			return gate.Entry{}, fmt.Errorf("rename team: %w", done.Error)
		}
		c := accounts.TeamChange{Team: team, Name: name, Action: activity.TeamRenamed, Old: was, New: name}
		return t.moved(tx, g, id.New[id.SubjectKind]().String()+"-renamed", c)
	})
}

// Dissolve ends a team for good: everybody leaves it, and with their next request all its clients are closed to them.
// What clients offer it is worth nothing any more.
func (t *Teams) Dissolve(ctx context.Context, who actor.Actor, account id.Account, team id.Team) error {
	return t.manage(ctx, who, account, team, func(tx *db.Tx, g gate.Grant, name string) (gate.Entry, error) {
		clients, err := t.closeClients(tx, team)
		if err != nil {
			return gate.Entry{}, err
		}
		var members []memberRow
		if err := g.On(tx.DB).Where("team_id = ?", team).Find(&members).Error; err != nil {
			return gate.Entry{}, fmt.Errorf("dissolve team: %w", err)
		}
		if err := g.On(tx.DB).Where("team_id = ?", team).Delete(&memberRow{}).Error; err != nil {
			return gate.Entry{}, fmt.Errorf("dissolve team: %w", err)
		}
		for _, m := range members {
			if err := keepMember(tx, account, m.ID); err != nil {
				return gate.Entry{}, err
			}
		}
		done := g.On(tx.Model(&teamRow{})).Where("id = ? AND dissolved_at IS NULL", team).
			Updates(map[string]any{"dissolved_at": db.At(g.Now())})
		if err := once(done); err != nil {
			return gate.Entry{}, err
		}
		return t.moved(tx, g, team.String()+"-dissolved", accounts.TeamChange{
			Team: team, Name: name, Action: activity.TeamDissolved, Clients: clients,
		})
	})
}

// closeClients takes a team out of all accounts that give it access or offer it, and returns them.
func (t *Teams) closeClients(tx *db.Tx, team id.Team) ([]id.Account, error) {
	var rows []accessRow
	err := db.Across(tx.DB, "a team that is dissolved leaves all its clients").Where("team_id = ?", team).
		Order("account_id").Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("dissolve team: %w", err)
	}
	clients := make([]id.Account, 0, len(rows))
	for _, row := range rows {
		clients = append(clients, row.AccountID)
		q := db.WithScope(tx.DB, "account_id", row.AccountID.Bytes())
		if err := q.Where("id = ?", row.ID).Delete(&accessRow{}).Error; err != nil {
			return nil, fmt.Errorf("dissolve team: %w", err)
		}
		if err := keepAccess(tx, row.AccountID, row.ID); err != nil {
			return nil, err
		}
	}
	return clients, nil
}

// GiveUp gives a client's account back: the team has no access there from its next request on.
func (t *Teams) GiveUp(ctx context.Context, who actor.Actor, agency id.Account, which id.TeamAccess) error {
	row, err := t.offered(ctx, agency, which)
	if err != nil {
		return err
	}
	return t.manage(ctx, who, agency, row.TeamID, func(tx *db.Tx, g gate.Grant, name string) (gate.Entry, error) {
		client, err := t.called(tx.DB, row.AccountID)
		if err != nil {
			return gate.Entry{}, err
		}
		mine, err := t.accounts.ByGrant(tx.DB, g)
		if err != nil {
			return gate.Entry{}, err // accounts says what it did
		}
		done := db.WithScope(tx.DB, "account_id", row.AccountID.Bytes()).
			Where("id = ? AND state = ?", which, stateActive).Delete(&accessRow{})
		if done.Error != nil {
			return gate.Entry{}, fmt.Errorf("give up a client: %w", done.Error)
		}
		if done.RowsAffected == 0 {
			return gate.Entry{}, fault.Conflict("The team has no access there any more.")
		}
		if err := keepAccess(tx, row.AccountID, which); err != nil {
			return gate.Entry{}, err
		}
		w := Word{Account: row.AccountID, Team: row.TeamID, Name: name, Other: mine.Name, Action: activity.TeamGaveUp}
		err = t.post.Enqueue(tx, outbox.Message{Kind: Said, Key: which.String() + "-given-up", Payload: w})
		if err != nil {
			return gate.Entry{}, fmt.Errorf("give up a client: %w", err)
		}
		return g.Entry(activity.TeamGaveUp, activity.Details{
			Target: target(row.TeamID, name), Changes: []activity.Change{{Field: "client", Old: client}},
		}), nil
	})
}

// called is what an account is called that a team of the grant's account works for.
func (t *Teams) called(q *gorm.DB, account id.Account) (string, error) {
	var row struct{ Name secretbox.Sealed }
	err := db.WithScope(q.Table("accounts"), "account_id", account.Bytes()).Select("name").Limit(1).Scan(&row).Error
	if err != nil {
		return "", fmt.Errorf("read a client’s name: %w", err)
	}
	return t.accounts.AccountName(account, row.Name)
}
