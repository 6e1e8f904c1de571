package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/waysback"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/support"
	"gatehouse/internal/verb"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

const (
	// accountTold is the kind of message that tells one account that somebody in it locked their sign-in.
	accountTold = "account.person_secured"
	// mailSecured is the kind of message that tells them what to do now.
	mailSecured = "identity.secured_mail"

	// around is how much of the log before what was reported goes with the case, and mostLinked how many entries at most.
	around     = time.Hour
	mostLinked = 50
)

// accountNews is word to one account of somebody who locked their sign-in.
type accountNews struct {
	Account id.Account `json:"account"`
	Person  id.Person  `json:"person"`
	Name    string     `json:"name"`
}

// caseNews is word to somebody of the case that was opened for them.
type caseNews struct {
	Case   id.Case   `json:"case"`
	Person id.Person `json:"person"`
	At     time.Time `json:"at"`
}

// onSecured does in the other rooms what follows from “this wasn’t me”: a case for staff with the entries around it,
// a mail that says what to do now, and an entry in each account of the person. It may run again, and then does nothing
// twice.
func (a *App) onSecured(ctx context.Context, d outbox.Delivery) error {
	var m waysback.SecuredMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	opened, err := id.FromBytes[id.CaseKind](d.ID.Bytes())
	if err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	system := actor.NewSystem("this wasn’t me")
	links, err := a.linksAround(ctx, system, m)
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	err = a.Support.OpenCase(ctx, system, support.NewCase{
		ID: opened, Person: m.Person, Name: m.Name, Kind: support.Security, Severity: support.Urgent,
		Subject: "“This wasn’t me”: " + reported(m.Report), Text: m.Report.Note, Links: links,
	})
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	in, err := a.Accounts.AccountsOf(ctx, system, m.Person)
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	messages := []outbox.Message{{
		Kind: mailSecured, Key: opened.String(), Payload: caseNews{Case: opened, Person: m.Person, At: m.At},
	}}
	for _, account := range in {
		messages = append(messages, outbox.Message{
			Kind: accountTold, Key: opened.String() + "-" + account.String(),
			Payload: accountNews{Account: account, Person: m.Person, Name: m.Name},
		})
	}
	if err := a.Accounts.TellOwnerless(ctx, m.Person); err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	return a.enqueue(ctx, d.Kind, messages)
}

// onDisabled has accounts note that they have nobody left who can act for them.
func (a *App) onDisabled(ctx context.Context, d outbox.Delivery) error {
	var m identity.DisabledNews
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	if err := a.Accounts.TellOwnerless(ctx, m.Person); err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	return nil
}

// enqueue leaves messages that follow from another one.
func (a *App) enqueue(ctx context.Context, kind string, messages []outbox.Message) error {
	err := a.Writer.Do(ctx, func(tx *db.Tx) error {
		for _, m := range messages {
			if err := a.Outbox.Enqueue(tx, m); err != nil {
				return err // the outbox says what it did
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	return nil
}

// linksAround are the entries of the person's log from a while before what was reported until it was, and what was done
// as them meanwhile in the account whose log it was found in.
func (a *App) linksAround(ctx context.Context, who actor.Actor, m waysback.SecuredMail) ([]support.Link, error) {
	var links []support.Link
	add := func(v verb.Verb, scope id.Scope, f activity.Filter) error {
		f.From, f.To, f.Limit = m.Report.At.Add(-around), m.At.Add(time.Millisecond), mostLinked
		page, err := a.Gate.Log(ctx, who, v, scope, f)
		for _, e := range page.Entries {
			links = append(links, support.Link{Chain: scope, Seq: e.Seq})
		}
		return err // the gate says what it did
	}
	if err := add(verb.SelfView, id.PersonScope(m.Person), activity.Filter{}); err != nil {
		return nil, err
	}
	if m.Report.Account.IsZero() {
		return links, nil
	}
	here := id.AccountScope(m.Report.Account)
	return links, add(verb.ActivityView, here, activity.Filter{Person: m.Person})
}

// reported names what was reported, as the subject of a case.
func reported(r waysback.Report) string {
	if words, ok := mail.AlertName(string(r.Kind)); ok {
		return words
	}
	if m, ok := activity.Action(r.Action).Meaning(); ok {
		return m.Label
	}
	return "something in the log"
}

// tellAccount writes into the log of one account that somebody in it locked their sign-in.
func (a *App) tellAccount(ctx context.Context, d outbox.Delivery) error {
	var m accountNews
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	err := a.Gate.Change(ctx, actor.NewSystem("this wasn’t me"), verb.AccountView, id.AccountScope(m.Account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if first, err := a.Outbox.Claim(tx, d); err != nil || !first {
				return gate.Entry{}, errors.Join(err, errTold)
			}
			return g.Entry(activity.ContactSecured, activity.Details{
				Target: activity.TargetOf("person", m.Person, m.Name),
			}), nil
		})
	if err != nil && fault.KindOf(err) != fault.KindNotFound && !errors.Is(err, errTold) {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	return nil
}

// errTold says that the account was told already.
var errTold = errors.New("app: told already")

// mailSecured tells somebody who locked their sign-in what to do now.
func (a *App) mailSecured(ctx context.Context, d outbox.Delivery) error {
	var m caseNews
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.writeTo(ctx, d, m.Person, func(name string, r ui.Reader) mail.Message {
		return mail.Locked(a.mailBrand(), mail.LockedMail{
			To: name, At: m.At, Reader: r, ResetURL: a.link("/forgot-password"), CaseURL: a.link(casePath(m.Case)),
		})
	})
}

// mailReply tells somebody that staff wrote in their case.
func (a *App) mailReply(ctx context.Context, d outbox.Delivery) error {
	var m support.ReplyMail
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.writeTo(ctx, d, m.Person, func(name string, _ ui.Reader) mail.Message {
		return mail.CaseReply(a.mailBrand(), mail.CaseReplyMail{To: name, Closed: m.Closed, URL: a.link(casePath(m.Case))})
	})
}

func casePath(c id.Case) string { return "/me/cases/" + c.String() }

// writeTo mails somebody at the address that they have now.
func (a *App) writeTo(
	ctx context.Context, d outbox.Delivery, person id.Person, write func(name string, r ui.Reader) mail.Message,
) error {
	to, err := a.People.Mailbox(ctx, actor.NewSystem(d.Kind), person)
	if fault.KindOf(err) == fault.KindNotFound {
		return nil // erased meanwhile
	}
	if err != nil {
		return fmt.Errorf("%s: %w", d.Kind, err)
	}
	l, err := newLetter(ctx, id.Account{}, accounts.Recipient{Email: to.Email, Name: to.Name},
		write(to.Name, a.mailReader(ctx, to.TimeZone)))
	if err != nil {
		return err
	}
	l.Person = person
	return a.post(ctx, d, l)
}
