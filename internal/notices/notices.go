// Package notices is the room of what people want to be written to about: for each account and kind of mail, whether
// somebody gets it. Whoever sends mails about an account asks Recipients, and nobody else. Words and post do not enter.
package notices

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const tableChoices = "notification_choices"

// Kind is a kind of mail about an account.
type Kind string

// The kinds, in the order in which they are shown.
const (
	Invoices  Kind = "invoices"
	Payments  Kind = "payments"
	Services  Kind = "services"
	Domains   Kind = "domains"
	Incidents Kind = "incidents"
	Reviews   Kind = "reviews"
	Teams     Kind = "teams"
	Asks      Kind = "asks"     // of people who were refused, for what they lack
	Security  Kind = "security" // nobody can do without these
)

// Debits are mails about Direct Debit. They are no choice: the scheme asks for them.
const Debits Kind = "debits"

// Kinds are all of them.
func Kinds() []Kind {
	return []Kind{Invoices, Payments, Services, Domains, Incidents, Reviews, Teams, Asks, Security}
}

// Needs is the permission without which a kind of mail says nothing to anybody.
func (k Kind) Needs() verb.Verb {
	switch k {
	case Invoices, Payments, Debits:
		return verb.InvoicesPay
	case Services, Incidents:
		return verb.ServicesView
	case Domains:
		return verb.DomainsView
	case Reviews:
		return verb.ReviewsRun
	case Teams:
		return verb.ContactsManage
	case Asks:
		return verb.AccountTransfer // owners alone hold it, and they are who is asked
	case Security:
	}
	return verb.AccountView
}

// Optional says whether people can do without it.
func (k Kind) Optional() bool { return k != Security && slices.Contains(Kinds(), k) }

type choiceRow struct {
	AccountID id.Account `gorm:"primaryKey"`
	PersonID  id.Person  `gorm:"primaryKey"`
	Kind      string     `gorm:"primaryKey"`
	ChosenAt  db.Time
}

// TableName names the table.
func (choiceRow) TableName() string { return tableChoices }

// Notices is the room. It is safe for concurrent use.
type Notices struct {
	gate     *gate.Gate
	reader   *db.Reader
	accounts *accounts.Accounts
}

// New makes the room.
func New(g *gate.Gate, reader *db.Reader, rooms *accounts.Accounts) *Notices {
	return &Notices{gate: g, reader: reader, accounts: rooms}
}

// Choice is a kind of mail that fits somebody's role, and whether they get it.
type Choice struct {
	Kind Kind
	On   bool
}

// Choices are those of one person in one account.
type Choices struct {
	Account id.Account
	Name    string // of the account
	List    []Choice
}

func choicesOf(verbs []verb.Verb, off []choiceRow) []Choice {
	var out []Choice
	for _, k := range Kinds() {
		if !slices.Contains(verbs, k.Needs()) {
			continue
		}
		muted := slices.ContainsFunc(off, func(r choiceRow) bool { return r.Kind == string(k) })
		out = append(out, Choice{k, !k.Optional() || !muted})
	}
	return out
}

// Mine are one's own choices, for each account that one has access to.
func (n *Notices) Mine(ctx context.Context, who actor.Actor) ([]Choices, error) {
	g, err := n.gate.View(ctx, who, verb.SelfView, id.PersonScope(who.Person))
	if err != nil {
		return nil, err
	}
	q := n.reader.With(ctx)
	places, err := n.accounts.PlacesOf(q, g)
	if err != nil {
		return nil, err // accounts says what it did
	}
	var rows []choiceRow
	if err := g.On(q).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read choices: %w", err)
	}
	out := make([]Choices, 0, len(places))
	for _, p := range places {
		off := slices.DeleteFunc(slices.Clone(rows), func(r choiceRow) bool { return r.AccountID != p.Account })
		out = append(out, Choices{Account: p.Account, Name: p.Name, List: choicesOf(p.Verbs, off)})
	}
	return out, nil
}

// ChooseMine says which mails of an account one wants oneself.
func (n *Notices) ChooseMine(ctx context.Context, who actor.Actor, account id.Account, on []Kind) error {
	return n.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			places, err := n.accounts.PlacesOf(tx.DB, g)
			if err != nil {
				return gate.Entry{}, err // accounts says what it did
			}
			at := slices.IndexFunc(places, func(p accounts.PlaceOf) bool { return p.Account == account })
			if at < 0 {
				return gate.Entry{}, fault.NotFound("choose mails")
			}
			return choose(tx, g, account, who.Person, who.Name, places[at].Verbs, on)
		})
}

// Of are the choices of a contact, for whoever may see contacts.
func (n *Notices) Of(
	ctx context.Context, who actor.Actor, account id.Account, contact id.Membership,
) (accounts.Contact, Choices, error) {
	c, err := n.accounts.Contact(ctx, who, account, contact)
	if err != nil {
		return c, Choices{}, err // accounts says what it did
	}
	g, err := n.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return c, Choices{}, err
	}
	var rows []choiceRow
	if err := g.On(n.reader.With(ctx)).Where("person_id = ?", c.Person).Find(&rows).Error; err != nil {
		return c, Choices{}, fmt.Errorf("read choices: %w", err)
	}
	return c, Choices{Account: account, List: choicesOf(n.accounts.RoleOf(c).Verbs, rows)}, nil
}

// ChooseFor says which mails a contact gets, for whoever may manage them.
func (n *Notices) ChooseFor(
	ctx context.Context, who actor.Actor, account id.Account, contact id.Membership, on []Kind,
) error {
	return n.accounts.Change(ctx, who, verb.ContactsManage, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if err := n.accounts.MayDecideIn(tx, g, contact); err != nil {
			return gate.Entry{}, err // accounts says what it did
		}
		found, err := n.accounts.ContactsIn(tx.DB, g, []id.Membership{contact})
		if err != nil || len(found) == 0 {
			return gate.Entry{}, fmt.Errorf("choose mails: %w", err)
		}
		c := found[0]
		return choose(tx, g, account, c.Person, c.Name, n.accounts.RoleOf(c).Verbs, on)
	})
}

// choose writes down what somebody does not want, of the kinds that fit their role.
func choose(
	tx *db.Tx, g gate.Grant, account id.Account, person id.Person, name string, verbs []verb.Verb, on []Kind,
) (gate.Entry, error) {
	mine := g.On(tx.DB).Where("account_id = ? AND person_id = ?", account, person)
	var before []choiceRow
	if err := mine.Session(&gorm.Session{}).Find(&before).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("choose mails: %w", err)
	}
	if err := mine.Session(&gorm.Session{}).Delete(&choiceRow{}).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("choose mails: %w", err)
	}
	var changes []activity.Change
	for _, c := range choicesOf(verbs, before) {
		wanted := slices.Contains(on, c.Kind) || !c.Kind.Optional()
		if wanted != c.On {
			changes = append(changes, activity.Change{Field: string(c.Kind), Old: word(c.On), New: word(wanted)})
		}
		if wanted {
			continue
		}
		row := choiceRow{AccountID: account, PersonID: person, Kind: string(c.Kind), ChosenAt: db.At(g.Now())}
		if err := g.On(tx.DB).Create(&row).Error; err != nil {
			return gate.Entry{}, fmt.Errorf("choose mails: %w", err)
		}
	}
	return g.Entry(activity.MailsChosen, activity.Details{
		Target: activity.TargetOf("person", person, name), Changes: changes,
	}), nil
}

func word(on bool) string {
	if on {
		return "sent"
	}
	return "not sent"
}

// Recipients are the people of an account who get a kind of mail, and what the account is called: their role fits it,
// and they have not done without it. Every mail about an account asks here.
func (n *Notices) Recipients(
	ctx context.Context, who actor.Actor, account id.Account, kind Kind,
) (string, []accounts.Recipient, error) {
	return n.RecipientsAbout(ctx, who, account, kind, id.Service{})
}

// RecipientsAbout is Recipients for a mail about one service: whoever is limited to others gets none.
func (n *Notices) RecipientsAbout(
	ctx context.Context, who actor.Actor, account id.Account, kind Kind, service id.Service,
) (string, []accounts.Recipient, error) {
	name, people, err := n.accounts.HoldersOver(ctx, who, account, kind.Needs(), service)
	if err != nil || !kind.Optional() {
		return name, people, err // accounts says what it did
	}
	g, err := n.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return "", nil, err
	}
	var off []choiceRow
	if err := g.On(n.reader.With(ctx)).Where("kind = ?", string(kind)).Find(&off).Error; err != nil {
		return "", nil, fmt.Errorf("read choices: %w", err)
	}
	people = slices.DeleteFunc(people, func(r accounts.Recipient) bool {
		return slices.ContainsFunc(off, func(row choiceRow) bool { return row.PersonID == r.Person })
	})
	return name, people, nil
}
