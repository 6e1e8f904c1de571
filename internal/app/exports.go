package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/exports"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// mailHead is the message that carries the signed end of an account's log to one of its owners.
const mailHead = "log.head"

// headMail is such an end on its way.
type headMail struct {
	Account   id.Account         `json:"account"`
	To        accounts.Recipient `json:"to"`
	Statement string             `json:"statement"`
	Entries   int64              `json:"entries"`
	At        time.Time          `json:"at"`
}

func (a *App) bindExports() {
	a.Outbox.Handle(exports.MailReady, a.mailExport)
	a.Outbox.Handle(mailHead, a.mailHead)
}

// mailExport tells whoever asked for a file that it is there.
func (a *App) mailExport(ctx context.Context, d outbox.Delivery) error {
	var m exports.ReadyMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	page := "/me/activity/export"
	if !m.Account.IsZero() {
		page = "/accounts/" + m.Account.String() + "/activity/export"
	}
	return a.writeTo(ctx, d, m.Person, func(name string, r ui.Reader) mail.Message {
		return mail.ExportReady(a.mailBrand(), mail.ExportMail{
			To: name, Entries: int(m.Entries), Until: m.Until, URL: a.link(page), Reader: r,
		})
	})
}

// headsAtOnce is how many accounts are looked up at a time.
const headsAtOnce = 100

// MailHeads mails the signed end of each account's log to its owners, once a month: with it they find out, without
// anybody's help, whether the log was changed since. A job calls it.
func (a *App) MailHeads(ctx context.Context) error {
	now, err := a.Reader.Now(ctx)
	if err != nil {
		return err // db says what it did
	}
	for after := (id.Scope{}); ; {
		chains, err := a.Log.Unmailed(ctx, now, after, headsAtOnce)
		if err != nil || len(chains) == 0 {
			return err // activity says what it did
		}
		for _, chain := range chains {
			if err := a.mailHeadOf(ctx, chain, now); err != nil {
				return fmt.Errorf("mail the end of %s: %w", chain, err)
			}
		}
		after = chains[len(chains)-1]
	}
}

func (a *App) mailHeadOf(ctx context.Context, chain id.Scope, now time.Time) error {
	account, _ := chain.Account()
	head, err := a.Log.End(ctx, chain)
	if err != nil {
		return err // activity says what it did
	}
	statement, err := a.Log.SignStatement(activity.Statement{At: now, Head: head})
	if err != nil {
		return err // see above
	}
	system := actor.NewSystem("signed ends")
	err = a.Gate.Change(ctx, system, verb.AccountView, chain, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if err := a.Log.Mailed(tx, chain, now); err != nil {
			return gate.Entry{}, err
		}
		owners, err := a.Accounts.Owners(g.On(tx.DB), account, id.New[id.PersonKind]())
		if err != nil {
			return gate.Entry{}, err
		}
		for _, to := range owners {
			err := a.Outbox.Enqueue(tx, outbox.Message{
				Kind: mailHead, Key: fmt.Sprintf("%s-%s-%d", account, to.Person, activity.Month(now)),
				Payload: headMail{Account: account, To: to, Statement: statement, Entries: head.Seq, At: now},
			})
			if err != nil {
				return gate.Entry{}, err
			}
		}
		return g.Entry(activity.HeadMailed, activity.Details{
			Target: activity.Target{Kind: "owners", Label: ui.Count(len(owners), "owner", "owners")},
		}), nil
	})
	if db.IsDuplicate(err) {
		return nil // another node was quicker
	}
	return err
}

func (a *App) mailHead(ctx context.Context, d outbox.Delivery) error {
	var m headMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	of, err := a.Accounts.Account(ctx, actor.NewSystem(d.Kind), m.Account)
	if err != nil {
		return errors.Join(errors.New(d.Kind), err)
	}
	message := mail.LogHead(a.mailBrand(), mail.LogHeadMail{
		To: m.To.Name, Account: of.Name, Entries: int(m.Entries), Statement: m.Statement,
		Month: a.mailReader(ctx, m.To.TimeZone).Date(m.At), URL: a.link("/activity-key"),
	})
	l, err := newLetter(ctx, m.Account, m.To, message)
	if err != nil {
		return err
	}
	return a.post(ctx, d, l)
}
