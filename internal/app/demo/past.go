package demo

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"time"

	"github.com/pquerna/otp/totp"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// past makes eighteen months of the demo's history by living through them: the database's time is moved from then to
// now, and everything happens through the same rooms, permissions and log as in production.
type past struct {
	*app.App
	clock   clock.Clock
	now     time.Time // when the making began: the present of the history
	at      time.Time // where history has got to
	people  map[string]id.Person
	account map[string]id.Account
	service map[string]id.Service
	server  map[string]id.Server
	day     int // so many days ago is the first whose habits are still to come
}

func newPast(a *app.App) *past {
	return &past{
		App: a, clock: clock.System(), people: map[string]id.Person{}, account: map[string]id.Account{},
		service: map[string]id.Service{}, server: map[string]id.Server{}, day: firstDay,
	}
}

// make lives through the past up to a moment.
func (p *past) make(ctx context.Context, now time.Time) error {
	p.now = now
	defer p.Offset.Set(0)
	for _, chapter := range []func(context.Context) error{
		p.staffArrive, p.policiesArrive, p.serversArrive, p.northwindArrives, p.othersArrive, p.monthsPass, p.lastWeek,
	} {
		if err := chapter(ctx); err != nil {
			return err
		}
	}
	p.Offset.Set(0)
	if err := p.deliver(ctx); err != nil {
		return err
	}
	if _, err := p.Gate.Flush(ctx); err != nil {
		return err // the gate says what it did
	}
	if err := p.Figures.Count(ctx); err != nil {
		return err // it says what it did
	}
	return p.SignNote(ctx)
}

// to moves history to so many days before now, at a time of day. History only moves on.
func (p *past) to(daysAgo, hour, minute int) {
	d := p.now.AddDate(0, 0, -daysAgo)
	p.until(time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 17, 0, time.UTC))
}

// hoursAgo moves history to so many hours before now.
func (p *past) hoursAgo(n int) { p.until(p.now.Add(-time.Duration(n) * time.Hour)) }

// until moves history to a moment. How long the making took so far does not count: on a machine that has much else to
// do that can be longer than a notice of a payment stays fresh.
func (p *past) until(at time.Time) {
	if !at.After(p.at) {
		at = p.at.Add(time.Minute)
	}
	if at.After(p.now) {
		at = p.now
	}
	p.at = at
	p.Offset.Set(at.Sub(p.clock.Now()))
}

func (p *past) door(d device) accounts.Door {
	cookie := sha256.Sum256([]byte(d.address + " " + d.agent)) // the same device is the same browser
	return accounts.Door{
		Address: netip.MustParseAddr(d.address), Place: d.place, Device: sessions.DeviceInWords(d.agent), Browser: cookie[:],
		RequestID: id.New[id.RequestKind]().String(),
	}
}

// post delivers the mails of the moment.
func (p *past) post(ctx context.Context) error {
	_, err := p.Outbox.Deliver(ctx)
	return err // the outbox says what it did
}

// signIn lets somebody in as the sign-in pages do, and remembers their token under their address.
func (p *past) signIn(ctx context.Context, email string, d device) (string, error) {
	door := p.door(d.of(email))
	stranger := actor.Enter(actor.Details{
		Kind: actor.Anonymous, Address: door.Address, Place: door.Place, Device: door.Device, Browser: door.Browser,
		RequestID: door.RequestID,
	})
	out, err := p.People.SignIn(ctx, stranger, email, persons.DemoPassword)
	if err != nil {
		return "", fmt.Errorf("sign in %s: %w", email, err)
	}
	if out.Token != "" {
		return out.Token, nil
	}
	return p.confirm(ctx, stranger, email, out.Half)
}

// confirm shows the code of the database's time, not of the moment aimed at: time goes on while history is made. On a
// machine that stands still in between the code may be too old, and another one is shown.
func (p *past) confirm(ctx context.Context, stranger actor.Actor, email, half string) (string, error) {
	for last := false; ; last = true {
		now, err := p.Reader.Now(ctx)
		if err != nil {
			return "", err // db says what it did
		}
		code, err := totp.GenerateCode(persons.DemoSecret, now)
		if err != nil {
			return "", fmt.Errorf("code of %s: %w", email, err)
		}
		out, err := p.People.SecondFactor(ctx, stranger, half, factors.Code(code))
		if err == nil {
			return out.Token, nil
		}
		if last || fault.KindOf(err) != fault.KindInvalid {
			return "", fmt.Errorf("second step of %s: %w", email, err)
		}
	}
}

// as is somebody signed in, in an account or, with the zero one, anywhere. Each call is another request.
func (p *past) as(ctx context.Context, email string, account id.Account, d device) (actor.Actor, error) {
	token, err := p.signIn(ctx, email, d)
	if err != nil {
		return actor.Actor{}, err
	}
	visit, err := p.enter(ctx, token, account, d.of(email))
	if err != nil {
		return actor.Actor{}, fmt.Errorf("session of %s: %w", email, err)
	}
	if err := p.Accounts.Arrive(ctx, visit); err != nil {
		return actor.Actor{}, fmt.Errorf("visit of %s: %w", email, err)
	}
	return visit.Who, nil
}

// deliver sends the mails that wait, so that they went out when they should have.
func (p *past) deliver(ctx context.Context) error {
	_, err := p.Outbox.Deliver(ctx)
	return err // the outbox says what it did
}

// giveCodeApp gives a person of the demo the code app whose secret everybody knows.
func (p *past) giveCodeApp(ctx context.Context, person id.Person) error {
	return p.give(ctx, person, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return p.People.AddDemoTOTP(tx, g, person)
	})
}

// giveKey gives a person of the demo a security key that nobody holds: visitors see it, and sign in with the code.
func (p *past) giveKey(ctx context.Context, person id.Person) error {
	return p.give(ctx, person, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return p.People.AddDemoKey(tx, g, person, "Blue key, key ring")
	})
}

func (p *past) give(ctx context.Context, person id.Person, factor gate.Work) error {
	err := p.Gate.ChangeWith(ctx, actor.NewSystem("demo"), verb.StaffManage, id.ProviderScope(),
		[]id.Scope{id.PersonScope(person)}, factor)
	if err != nil {
		return fmt.Errorf("second factor: %w", err)
	}
	return nil
}

// invite has an owner invite somebody.
func (p *past) invite(ctx context.Context, account, by, email string, t accounts.Terms) error {
	who, err := p.as(ctx, by, p.account[account], safariOnMac())
	if err != nil {
		return err
	}
	if err := p.Accounts.Invite(ctx, who, p.account[account], email, t); err != nil {
		return fmt.Errorf("invite %s: %w", email, err)
	}
	p.until(p.at.Add(time.Minute))
	return nil
}

// join takes an invitation from the mailbox and accepts it, as the invited person does.
func (p *past) join(ctx context.Context, email string, d device) error {
	if err := p.deliver(ctx); err != nil {
		return err
	}
	token, ok := p.linkFor(email, "/invitations/")
	if !ok {
		return fmt.Errorf("no invitation came to %s", email)
	}
	who := cast.Of(email)
	door := p.door(d)
	asker := actor.Enter(actor.Details{
		Kind: actor.Anonymous, Address: door.Address, Place: door.Place, Device: door.Device, Now: p.at,
	})
	known := !p.people[email].IsZero()
	if known {
		var err error
		if asker, err = p.as(ctx, email, id.Account{}, d); err != nil {
			return err
		}
	}
	form := accounts.Acceptance{Name: who.Name, Password: persons.DemoPassword}
	if _, err := p.Accounts.Accept(ctx, asker, token, form); err != nil {
		return fmt.Errorf("%s joins: %w", email, err)
	}
	if known {
		return nil
	}
	person, err := p.People.Find(ctx, actor.NewShell("demo"), email)
	if err != nil {
		return err // identity says what it did
	}
	p.people[email] = person
	if who.CodeApp {
		err = p.giveCodeApp(ctx, person)
	}
	if email == cast.Tess && err == nil {
		err = p.giveKey(ctx, person)
	}
	return err
}

// linkFor is the token in a link that was mailed to somebody last.
func (p *past) linkFor(email, path string) (string, bool) {
	link := regexp.MustCompile(path + `([A-Za-z0-9_-]+)`)
	for _, m := range p.Mailbox.List() {
		if found := link.FindStringSubmatch(m.Text); m.To == email && found != nil {
			return found[1], true
		}
	}
	return "", false
}

// expectRefusal is for what the past shows as refused.
func expectRefusal(err error) error {
	refusals := []fault.Kind{fault.KindDenied, fault.KindInvalid, fault.KindLimited}
	if slices.Contains(refusals, fault.KindOf(err)) {
		return nil
	}
	return errors.Join(errors.New("this should have been refused"), err)
}

// readLog has somebody read a log, which is itself an entry.
func (p *past) readLog(ctx context.Context, who actor.Actor, account id.Account) error {
	_, err := p.Gate.Log(ctx, who, verb.ActivityView, id.AccountScope(account), activity.Filter{})
	return err // the gate says what it did
}
