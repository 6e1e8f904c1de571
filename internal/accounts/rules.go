package accounts

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	// remindBefore is how long before a rule binds those are reminded who cannot sign in as it asks (our own figure).
	remindBefore = 3 * 24 * time.Hour
	// longestGrace bounds the time to get ready, in days.
	longestGrace = 90
	// mostBehind bounds how many people a page or a round of mails names.
	mostBehind = 500
	// rulesAtOnce bounds how many accounts one round reminds.
	rulesAtOnce = 100
)

// MailRule is the kind of outbox message that carries a RuleMail.
const MailRule = "mail.sign_in_rule"

// RuleMail says that people of an account are to be told how they must sign in.
type RuleMail struct {
	Account  id.Account
	Rule     actor.Rule
	Reminder bool // only those who cannot yet
}

type ruleRow struct {
	AccountID   id.Account `gorm:"primaryKey"`
	Level       actor.Level
	BindsFrom   db.Time
	LevelBefore actor.Level
	NoRemember  bool
	SetAt       db.Time
	RemindedAt  db.Time
	Version     int64
}

// TableName names the table.
func (ruleRow) TableName() string { return tableRules }

func (r ruleRow) rule() actor.Rule {
	return actor.Rule{Level: r.Level, From: r.BindsFrom.Time, Before: r.LevelBefore, NoRemember: r.NoRemember}
}

// Rule is how an account wants everybody in it to sign in.
type Rule struct {
	actor.Rule
	SetAt   time.Time // zero: nobody ever set one
	Version int64     // goes back with a form, so that a stale one is noticed
	Behind  []Contact // who cannot sign in like that yet; where nothing is asked: who has nothing but a password
}

// Rule reads the rule of an account and who is not there yet, for whoever may change it.
func (a *Accounts) Rule(ctx context.Context, who actor.Actor, account id.Account) (Rule, error) {
	g, err := a.gate.View(ctx, who, verb.SecurityManage, id.AccountScope(account))
	if err != nil {
		return Rule{}, err
	}
	row, _, err := db.One[ruleRow](g.On(a.reader.With(ctx)))
	if err != nil {
		return Rule{}, fmt.Errorf("read rule: %w", err)
	}
	out := Rule{Rule: row.rule(), SetAt: row.SetAt.Time, Version: row.Version}
	out.Behind, err = a.below(ctx, g, max(row.Level, actor.SecondFactor))
	return out, err
}

// below are the people with access now, of teams too, whose best factor is below a level.
func (a *Accounts) below(ctx context.Context, g gate.Grant, level actor.Level) ([]Contact, error) {
	var rows []contactRow
	err := a.contactQuery(ctx, g).
		Where("memberships.suspended = ? AND persons.state = ?", false, personActive).
		Where("(memberships.ends_at IS NULL OR memberships.ends_at > ?)", db.At(g.Now())).
		Where(factors.LevelSQL("memberships.person_id")+" < ?", level).
		Order("memberships.id").Limit(mostBehind).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list who is behind a rule: %w", err)
	}
	list, err := a.contacts(g, rows)
	if err != nil {
		return nil, err
	}
	behind, err := a.teamPeople(a.reader.With(ctx), g, counts+" AND NOT "+access.TeamSuspended+" AND p.state = ? AND ("+
		access.TeamEnds+" IS NULL OR "+access.TeamEnds+" > ?) AND "+factors.LevelSQL("tm.person_id")+
		" < ? ORDER BY tm.id LIMIT ?", personActive, db.At(g.Now()), level, mostBehind)
	return append(list, behind...), err
}

// RuleChange is how everybody is to sign in from now on.
type RuleChange struct {
	Level      actor.Level // zero: any
	Grace      int         // days until it is insisted on
	Keep       bool        // the day until which people have time stays as it is; for the same level only
	NoRemember bool
	Version    int64 // of the rule that the form showed
}

func (c RuleChange) checked() error {
	var f form
	if c.Level != 0 && c.Level != actor.SecondFactor && c.Level != actor.PhishingProof {
		f.fail("level", "Choose how everybody is to sign in.")
	}
	if c.Grace < 0 || c.Grace > longestGrace {
		f.fail("grace", fmt.Sprintf("Choose at most %d days.", longestGrace))
	}
	return f.fault()
}

// over is the rule that the change makes of the one before. What was insisted on already is insisted on until the new
// rule binds; a looser rule binds at once, because nobody has to get ready for it.
func (c RuleChange) over(was actor.Rule, now time.Time) actor.Rule {
	insisted := was.Insists(now)
	if c.Keep && c.Level == was.Level {
		was.NoRemember = c.NoRemember
		return was
	}
	if c.Level <= insisted {
		return actor.Rule{Level: c.Level, From: now, NoRemember: c.NoRemember}
	}
	from := now.AddDate(0, 0, c.Grace)
	return actor.Rule{Level: c.Level, From: from, Before: insisted, NoRemember: c.NoRemember}
}

// row is the rule as it is kept from now on, in the place of the row before. The account is not in it yet.
func (c RuleChange) row(was ruleRow, rule actor.Rule, now time.Time) ruleRow {
	next := ruleRow{
		Level: rule.Level, BindsFrom: db.At(rule.From), LevelBefore: rule.Before, NoRemember: rule.NoRemember,
		SetAt: db.At(now), Version: c.Version + 1,
	}
	switch {
	case c.Keep && rule.Level == was.Level:
		next.RemindedAt = was.RemindedAt
	case rule.Level == 0 || rule.From.Sub(now) <= remindBefore: // the first mail is the reminder
		next.RemindedAt = db.At(now)
	}
	return next
}

// SetRule sets how everybody must sign in to an account. Whoever sets it must have signed in like that themselves, so
// that no account loses all its owners at once. People are told by mail.
func (a *Accounts) SetRule(ctx context.Context, who actor.Actor, account id.Account, c RuleChange) error {
	if err := c.checked(); err != nil {
		return err
	}
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, found, err := db.One[ruleRow](g.On(tx.DB))
		if err != nil {
			return gate.Entry{}, fmt.Errorf("set rule: %w", err)
		}
		if row.Version != c.Version {
			return gate.Entry{}, stale()
		}
		was, rule := row.rule(), c.over(row.rule(), g.Now())
		if !rule.Ready(g.Who().Details) {
			return gate.Entry{}, fault.InvalidField("level", "Sign in like this yourself first, then ask it of everybody.")
		}
		next := c.row(row, rule, g.Now())
		next.AccountID = account
		if err := next.store(tx, g, found); err != nil {
			return gate.Entry{}, err
		}
		if err := a.tell(tx, next, was, false); err != nil {
			return gate.Entry{}, err
		}
		return g.Entry(activity.SignInRuleSet, activity.Details{
			Target: activity.TargetOf("account", account, ""), Changes: ruleChanges(was, rule),
		}), nil
	}
	err := a.change(ctx, who, verb.SecurityManage, id.AccountScope(account), nil, work)
	if err == nil {
		a.outbox.Wake()
	}
	return err
}

func (r ruleRow) store(tx *db.Tx, g gate.Grant, found bool) error {
	if !found {
		if err := g.On(tx.DB).Create(&r).Error; err != nil {
			return fmt.Errorf("set rule: %w", err)
		}
		return nil
	}
	done := g.On(tx.Model(&ruleRow{})).Where("version = ?", r.Version-1).Updates(map[string]any{
		"level": r.Level, "binds_from": r.BindsFrom, "level_before": r.LevelBefore, "no_remember": r.NoRemember,
		"set_at": r.SetAt, "reminded_at": r.RemindedAt, "version": gorm.Expr("version + 1"),
	})
	if done.Error != nil {
		return fmt.Errorf("set rule: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return stale()
	}
	return nil
}

// tell leaves the message that has everybody told. Nothing is said of a rule that asks for no more than before.
func (a *Accounts) tell(tx *db.Tx, r ruleRow, was actor.Rule, reminder bool) error {
	if !reminder && r.Level <= was.Level {
		return nil
	}
	kind := "set"
	if reminder {
		kind = "reminder"
	}
	err := a.outbox.Enqueue(tx, outbox.Message{
		Kind: MailRule, Key: fmt.Sprintf("%s-%d-%s", r.AccountID, r.Version, kind),
		Payload: RuleMail{Account: r.AccountID, Rule: r.rule(), Reminder: reminder},
	})
	if err != nil {
		return fmt.Errorf("tell of a rule: %w", err)
	}
	return nil
}

func ruleChanges(was, is actor.Rule) []activity.Change {
	var out []activity.Change
	for _, c := range []activity.Change{
		{Field: "sign-in", Old: levelInWords(was.Level), New: levelInWords(is.Level)},
		{Field: "from", Old: dayOf(was), New: dayOf(is)},
		{Field: "remembered devices", Old: rememberInWords(was), New: rememberInWords(is)},
	} {
		if c.Old != c.New {
			out = append(out, c)
		}
	}
	return out
}

func levelInWords(l actor.Level) string {
	switch l {
	case actor.PhishingProof:
		return "security key or passkey"
	case actor.SecondFactor:
		return "second step"
	case actor.PasswordOnly:
	}
	return "anything"
}

func dayOf(r actor.Rule) string {
	if r.Level == 0 {
		return ""
	}
	return r.From.UTC().Format("2 Jan 2006, 15:04 UTC")
}

func rememberInWords(r actor.Rule) string {
	if r.NoRemember {
		return "not allowed"
	}
	return "allowed"
}
