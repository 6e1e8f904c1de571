package app

import (
	"context"
	"fmt"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/status"
	"gatehouse/internal/status/subscribers"
	"gatehouse/templates/mail"
)

// newStatus makes the room of the status page.
func (a *App) newStatus() (*status.Status, error) {
	roots, err := certificates("status.ca_file", a.Config.Status.CAFile)
	if err != nil {
		return nil, err
	}
	return status.New(a.Gate, a.Reader, a.Outbox, status.Config{
		Zone: a.Config.TimeZone, Networks: a.Config.Status.Networks, Roots: roots,
	}), nil
}

// CheckServers looks at the parts of the status page whose minute is over.
func (a *App) CheckServers(ctx context.Context) error {
	return a.Status.Round(ctx, turn(ctx)) // status says what it did
}

// tellOfAccount is the message that one account is to be told of an incident.
const tellOfAccount = "status.account"

type accountStatus struct {
	Account id.Account  `json:"account"`
	Told    status.Told `json:"told"`
}

func (a *App) bindStatus() {
	a.Outbox.Handle(status.Tell, a.tellOfStatus)
	a.Outbox.Handle(tellOfAccount, a.mailStatus)
	a.Outbox.Handle(tellOfSubscriber, a.mailSubscriber)
	a.Outbox.Handle(subscribers.Asked, a.mailAsked)
}

// accountsAtOnce is how many accounts are looked up at a time.
const accountsAtOnce = 200

// tellOfStatus finds the accounts that an incident touches: those with services on its servers. Doing it again leaves
// no second message.
func (a *App) tellOfStatus(ctx context.Context, d outbox.Delivery) error {
	var m status.Told
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	if err := a.tellAccounts(ctx, d, m); err != nil {
		return err
	}
	return a.tellSubscribers(ctx, d, m)
}

func (a *App) tellAccounts(ctx context.Context, d outbox.Delivery, m status.Told) error {
	var after id.Account
	for {
		touched, err := a.Hosting.AccountsOn(ctx, actor.NewSystem(d.Kind), m.Servers, after, accountsAtOnce)
		if err != nil || len(touched) == 0 {
			return err // hosting says what it did
		}
		err = a.Writer.Do(ctx, func(tx *db.Tx) error {
			for _, account := range touched {
				err := a.Outbox.Enqueue(tx, outbox.Message{
					Kind: tellOfAccount, Key: m.Update.String() + "-" + account.String(), Payload: accountStatus{account, m},
				})
				if err != nil {
					return err // the outbox says what it did
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("%s: %w", d.Kind, err)
		}
		after = touched[len(touched)-1]
	}
}

// mailStatus tells those of an account who want to know.
func (a *App) mailStatus(ctx context.Context, d outbox.Delivery) error {
	var m accountStatus
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	t := m.Told
	return a.toWhoWants(ctx, d, m.Account, notices.Incidents, func(to accounts.Recipient, account string) mail.Message {
		return mail.Status(a.mailBrand(), mail.StatusMail{
			To: to.Name, Account: account, Title: t.Title, Text: t.Text, Who: t.Who, Todo: t.Todo, Parts: t.Parts,
			Planned: t.Sort == status.Maintenance, Over: t.Phase == status.Over, Dropped: t.Phase == status.Dropped,
			Starts: t.Starts, Ends: t.Ends, URL: a.link("/status/incidents/" + t.Incident.String()),
			Reader: a.mailReader(ctx, to.TimeZone), ChoicesURL: a.link(choicesPath),
		})
	})
}
