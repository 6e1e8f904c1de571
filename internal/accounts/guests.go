package accounts

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Bounds of the mails that one account can cause by inviting people (D2; our own figures).
const (
	// MostGuests is how many people can be invited at one go.
	MostGuests         = 50
	invitationsAnHour  = 100
	invitationsADay    = 200
	fieldGuest         = "guest-"
	aboveOwn           = "This reaches further than your own role."
	contactAlready     = "This person is a contact of the account already."
	invitedAlready     = "This person is invited already. Withdraw that invitation to send another."
	tooManyThisHour    = "Too many people were invited in the last hour. Try again in an hour."
	tooManyToday       = "Too many people were invited today. Try again tomorrow."
	tooManyAtOnce      = "At most 50 people can be invited at one go. Send the rest afterwards."
	noWebsites         = "Leave addresses of websites out. The link that they need is in the mail."
	nobodyIsOnTheGuest = "Enter at least one e-mail address."
)

// Guest is one of several people who are invited together.
type Guest struct {
	Email   string
	Message string // a few words of the asker's own; may be empty
	Terms   Terms
	// OnlyInvoices makes somebody who receives the invoices and pays them, and gets no other mails that can be done
	// without.
	OnlyInvoices bool
}

// GuestField names one of several guests in what is wrong with them, and GuestOf finds them back; negative where the
// field is about no single one.
func GuestField(i int) string { return fieldGuest + strconv.Itoa(i) }

// GuestOf is the place in the list of the guest whom a field is about; negative where it is about no single one.
func GuestOf(field string) int {
	text, ok := strings.CutPrefix(field, fieldGuest)
	i, err := strconv.Atoi(text)
	if !ok || err != nil {
		return -1
	}
	return i
}

// checkedMessage is a message as it is mailed: on one line, and leading nowhere that we do not know.
func checkedMessage(message string) (string, error) {
	var f form
	message = f.text("message", strings.Join(strings.Fields(message), " "), "", longestMessage)
	for _, sign := range []string{"://", "www."} {
		if strings.Contains(strings.ToLower(message), sign) {
			f.fail("message", noWebsites)
			break
		}
	}
	return message, f.fault()
}

// InviteGuest asks one person to join an account, on terms that do not exceed the asker's own.
func (a *Accounts) InviteGuest(ctx context.Context, who actor.Actor, account id.Account, one Guest) error {
	message, err := checkedMessage(one.Message)
	if err != nil {
		return err
	}
	to := invitee{email: one.Email, message: message, onlyInvoices: one.OnlyInvoices}
	return a.inviteBy(ctx, who, verb.ContactsInvite, account, to, one.Terms)
}

// fits says whether what somebody is to get by mail fits their role.
func (to invitee) fits(s standing) error {
	if _, pays := s.role.Term(verb.InvoicesPay); to.onlyInvoices && !pays {
		return fault.InvalidField("only-invoices", "Invoices are mailed to people who may pay them. Choose a role that may.")
	}
	return nil
}

// CheckGuests says what is wrong with people who are to be invited together, each by their place in the list. It
// changes nothing; InviteAll asks all of it again.
func (a *Accounts) CheckGuests(
	ctx context.Context, who actor.Actor, account id.Account, list []Guest,
) ([]fault.Field, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsInvite, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	q := a.reader.With(ctx)
	p, err := a.plan(q, g, list)
	if err != nil {
		return nil, err
	}
	for _, i := range p.above {
		p.form.fail(GuestField(i), aboveOwn)
	}
	if err := roomFor(q, g, len(list)); err != nil {
		if known, ok := fault.As(err); !ok || known.Kind != fault.KindLimited {
			return nil, err
		}
		p.form.fail("", tooManyThisHour)
	}
	return p.form.wrong, nil
}

// InviteAll invites several people in one change, with an entry and a mail for each: all of them, or nobody.
func (a *Accounts) InviteAll(ctx context.Context, who actor.Actor, account id.Account, list []Guest) error {
	secrets := make([]pass, len(list))
	for i := range secrets {
		secrets[i] = newPass()
	}
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		p, err := a.planned(tx, g, list)
		if err != nil {
			return gate.Entry{}, err
		}
		of, err := a.ByGrant(tx.DB, g)
		if err != nil {
			return gate.Entry{}, err
		}
		var all gate.Entry
		for i, to := range p.guests {
			one, err := a.invite(tx, g, account, of.Name, to, p.wanted[i], secrets[i])
			if err != nil {
				return gate.Entry{}, err
			}
			all = all.And(one)
		}
		return all, nil
	}
	err := a.change(ctx, who, verb.ContactsInvite, id.AccountScope(account), nil, work)
	if err == nil {
		a.outbox.Wake()
	}
	return err
}

// plan is what would be done for each of several guests, and what is wrong with which of them.
type plan struct {
	guests []invitee
	wanted []standing
	above  []int // those who would be given more than the asker may give
	form   form
}

// planned is the plan for guests all of whom can be invited, and the fault where one cannot.
func (a *Accounts) planned(tx *db.Tx, g gate.Grant, list []Guest) (*plan, error) {
	p, err := a.plan(tx.DB, g, list)
	if err != nil {
		return nil, err
	}
	if len(p.above) > 0 { // A3: recorded as it is for one
		return nil, refuse(g, access.ReasonHigherRole, activity.Target{})
	}
	if err := p.form.fault(); err != nil {
		return nil, err
	}
	return p, roomFor(tx.DB, g, len(list))
}

func (a *Accounts) plan(q *gorm.DB, g gate.Grant, list []Guest) (*plan, error) {
	p := &plan{guests: make([]invitee, len(list)), wanted: make([]standing, len(list))}
	switch n := len(list); {
	case n == 0:
		p.form.fail("", nobodyIsOnTheGuest)
	case n > MostGuests:
		p.form.fail("", tooManyAtOnce)
		return p, nil
	}
	giver, err := a.granter(q, g)
	if err != nil {
		return nil, err
	}
	for i, one := range list {
		if err := a.planOne(q, g, p, giver, i, one); err != nil {
			return nil, err
		}
	}
	return p, a.planTaken(q, g, p)
}

// planOne looks at one guest alone. What is wrong with them is remembered; an error is about something else.
func (a *Accounts) planOne(q *gorm.DB, g gate.Grant, p *plan, giver standing, i int, one Guest) error {
	complain := func(err error) error {
		known, ok := fault.As(err)
		if !ok || known.Kind != fault.KindInvalid {
			return err
		}
		p.form.takeOver(GuestField(i), err)
		return nil
	}
	email, err := persons.ParseEmail(one.Email)
	if err != nil {
		if err := complain(err); err != nil {
			return err
		}
	} else {
		p.guests[i].email = email
	}
	if p.guests[i].message, err = checkedMessage(one.Message); err != nil {
		if err := complain(err); err != nil {
			return err
		}
	}
	p.guests[i].onlyInvoices = one.OnlyInvoices
	wanted, err := a.resolve(q, g, one.Terms)
	if err == nil {
		err = wanted.checked(g.Now())
	}
	if err == nil {
		err = p.guests[i].fits(wanted)
	}
	if err != nil {
		return complain(err)
	}
	if p.wanted[i] = wanted; !giver.mayGive(verb.ContactsInvite, wanted) {
		p.above = append(p.above, i)
	}
	return nil
}

// planTaken finds those who are in the list twice, and, in two statements for all of them, those who have access
// already or an open invitation.
func (a *Accounts) planTaken(q *gorm.DB, g gate.Grant, p *plan) error {
	at := map[secretbox.Index]int{} // by the index of the address
	indexes := make([]secretbox.Index, 0, len(p.guests))
	for i, to := range p.guests {
		if to.email == "" {
			continue
		}
		index := a.people.EmailIndex(to.email)
		if before, twice := at[index]; twice {
			p.form.fail(GuestField(i), "The same address stands at number "+strconv.Itoa(before+1)+" of the list.")
			continue
		}
		at[index], indexes = i, append(indexes, index)
	}
	taken, err := a.taken(q, g, indexes)
	if err != nil {
		return err
	}
	for index, why := range taken {
		p.form.fail(GuestField(at[index]), why)
	}
	slices.SortStableFunc(p.form.wrong, func(x, y fault.Field) int { return GuestOf(x.Name) - GuestOf(y.Name) })
	return nil
}

// taken says of addresses, by their index, why nobody can be invited under them.
func (a *Accounts) taken(q *gorm.DB, g gate.Grant, indexes []secretbox.Index) (map[secretbox.Index]string, error) {
	taken := map[secretbox.Index]string{}
	if len(indexes) == 0 {
		return taken, nil
	}
	var open, there []struct{ EmailIndex secretbox.Index }
	err := g.On(q.Model(&invitationRow{})).Select("email_index").
		Where("state = ? AND expires_at > ?", stateOpen, db.At(g.Now())).Where("email_index IN ?", indexes).
		Find(&open).Error
	if err != nil {
		return nil, fmt.Errorf("look for invitations: %w", err)
	}
	err = g.On(q.Table(tableMemberships)).Select("persons.email_index").
		Joins("JOIN persons ON persons.id = memberships.person_id").Where("persons.email_index IN ?", indexes).
		Find(&there).Error
	if err != nil {
		return nil, fmt.Errorf("look for contacts: %w", err)
	}
	for _, row := range open {
		taken[row.EmailIndex] = invitedAlready
	}
	for _, row := range there {
		taken[row.EmailIndex] = contactAlready
	}
	return taken, nil
}

// roomFor says whether the account may cause so many mails more.
func roomFor(q *gorm.DB, g gate.Grant, mails int) error {
	for _, bound := range []struct {
		most   int
		within time.Duration
		says   string
	}{{invitationsAnHour, time.Hour, tooManyThisHour}, {invitationsADay, 24 * time.Hour, tooManyToday}} {
		var sent int64
		err := g.On(q.Model(&invitationRow{})).
			Where("created_at > ?", db.At(g.Now().Add(-bound.within))).Count(&sent).Error
		if err != nil {
			return fmt.Errorf("count invitations: %w", err)
		}
		if int(sent)+mails > bound.most {
			return fault.Limited(time.Hour, bound.says)
		}
	}
	return nil
}
