package accounts

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Offer is what an invitation says to whoever holds its link.
type Offer struct {
	Name      string // of the account
	Email     string // who is invited
	RoleName  string
	Message   string      // what the inviter adds, in their words; may be empty
	RoleSays  string      // what the role may, in a sentence; empty for custom roles
	Inviter   string      // who invites; empty: the provider
	Expires   time.Time   // when the invitation ends
	HasSignIn bool        // somebody with that address has a sign-in: they accept once they are signed in
	Rule      actor.Rule  // how the account wants everybody in it to sign in
	Needs     actor.Level // what it insists on now; zero: nothing
}

// Offer reads an invitation by its token.
func (a *Accounts) Offer(ctx context.Context, token string) (Offer, error) {
	row, err := byToken(a.reader.With(ctx), token)
	if err != nil {
		return Offer{}, err
	}
	var more struct {
		AccountName secretbox.Sealed
		RoleName    secretbox.Sealed
		PersonID    id.Person
		InviterName secretbox.Sealed
		Place       placeRow `gorm:"embedded"`
		DBNow       int64
	}
	err = db.WithScope(a.reader.With(ctx).Table(tableAccounts), "account_id", row.AccountID.Bytes()).
		Select("accounts.name AS account_name, custom_roles.name AS role_name, persons.id AS person_id, "+
			"inviters.name AS inviter_name, "+access.RuleColumns+", "+
			a.reader.NowSQL()+" AS db_now").
		Joins("LEFT JOIN custom_roles ON custom_roles.id = ?", row.CustomRoleID).
		Joins("LEFT JOIN persons ON persons.email_index = ?", row.EmailIndex).
		Joins("LEFT JOIN account_rules k ON k.account_id = accounts.account_id").
		Joins("LEFT JOIN persons inviters ON inviters.id = ? AND inviters.staff = ?", row.InvitedBy, false).
		Limit(1).Scan(&more).Error
	if err != nil {
		return Offer{}, fmt.Errorf("read invitation: %w", err)
	}
	if row.State != stateOpen || !a.reader.Shift(more.DBNow).Before(row.ExpiresAt.Time) {
		return Offer{}, worthless()
	}
	of := opener{box: a.box, table: tableAccounts, row: row.AccountID.Bytes()}
	to := opener{box: a.box, table: tableInvitations, row: row.ID.Bytes()}
	offer := Offer{
		Name: of.open("name", more.AccountName), Email: to.open("email", row.Email), HasSignIn: !more.PersonID.IsZero(),
		Expires: row.ExpiresAt.Time, Rule: more.Place.rule(), Needs: more.Place.rule().Insists(a.reader.Shift(more.DBNow)),
	}
	message := to.open("message", row.Message)
	if of.err != nil || to.err != nil {
		return Offer{}, fmt.Errorf("read invitation: %w %w", of.err, to.err)
	}
	if offer.Inviter, err = a.people.OpenName(row.InvitedBy, more.InviterName); err != nil {
		return Offer{}, err
	}
	if role, ok := a.access.Role(row.Role); ok {
		offer.RoleSays = role.Sentence
	}
	offer.Message = message
	offer.RoleName, err = a.roleName(row.Role, row.CustomRoleID, more.RoleName)
	return offer, err
}

// Acceptance is what somebody who has no sign-in yet says of themselves.
type Acceptance struct {
	Name     string
	Password string
}

// Accept joins whoever holds the token to the account, once, and returns the account. Somebody who has a sign-in under
// the invited address must be signed in with it; somebody who has none is given one in the same change, because the
// token came to that address (A7). Where the account insists on more than the session has shown, nobody joins: the
// fault says what is missing. Somebody new has their sign-in by then, and accepts once it is what the account asks
// for.
func (a *Accounts) Accept(ctx context.Context, who actor.Actor, token string, form Acceptance) (id.Account, error) {
	row, err := byToken(a.reader.With(ctx), token)
	if err != nil {
		return id.Account{}, err
	}
	if who.SignedIn() {
		return row.AccountID, a.join(ctx, who, row, nil)
	}
	now, err := a.reader.Now(ctx)
	if err != nil {
		return id.Account{}, fmt.Errorf("accept invitation: %w", err)
	}
	// Before the cost of a password hash, and before it shows who has a sign-in (S5).
	if row.State != stateOpen || !now.Before(row.ExpiresAt.Time) {
		return id.Account{}, worthless()
	}
	o := opener{box: a.box, table: tableInvitations, row: row.ID.Bytes()}
	email := o.open("email", row.Email)
	if o.err != nil {
		return id.Account{}, o.err
	}
	var known int64
	err = a.reader.With(ctx).Model(&personRow{}).Where("email_index = ?", row.EmailIndex).Count(&known).Error
	if err != nil {
		return id.Account{}, fmt.Errorf("accept invitation: %w", err)
	}
	if known > 0 {
		return id.Account{}, fault.SignIn()
	}
	person, err := a.people.Prepare(ctx, persons.NewPerson{Email: email, Name: form.Name, Password: form.Password})
	if err != nil {
		return id.Account{}, err
	}
	return row.AccountID, a.join(ctx, who, row, &person)
}

// join makes the membership of the signed-in person, or of the fresh one. It is the invitation that lets them in: the
// token is an entrance of its own, and the actor who comes through it may join this account and nothing else.
func (a *Accounts) join(ctx context.Context, who actor.Actor, invited invitationRow, fresh *persons.Prepared) error {
	guest, others := who.Details, []id.Scope{}
	guest.Kind, guest.Invited = actor.Person, invited.AccountID
	if fresh != nil {
		guest.Person, guest.Name, guest.Factor = fresh.Person(), fresh.Name(), "invitation by e-mail"
		others = []id.Scope{id.ProviderScope()} // where the opening of a chain is written
	}
	person, scope := guest.Person, id.AccountScope(invited.AccountID)
	var later error
	work := func(tx *db.Tx, g gate.Grant) (entry gate.Entry, err error) {
		if fresh != nil {
			entry, later, err = a.joinNew(ctx, tx, g, invited, *fresh)
			return entry, err
		}
		if err := settle(tx, g, invited, stateAccepted); err != nil {
			return gate.Entry{}, err
		}
		return a.admit(ctx, tx, g, invited, person)
	}
	err := a.change(ctx, actor.Enter(guest), verb.SignedIn, scope, others, work)
	if err == nil {
		err = later
	}
	if errors.Is(err, errOtherAddress) { // A7: whoever has the link and not the address is seen by the account
		return errors.Join(err, a.gate.Tally(ctx, who, scope, activity.ContactJoined, activity.Details{
			Target:  activity.Target{Kind: "invitation", ID: invited.ID.String()},
			Outcome: activity.RefusedResult, Reason: "The invitation is for another e-mail address.",
		}))
	}
	return err
}

// joinNew makes somebody's sign-in and their membership. Where the account insists on more than somebody new can have
// shown, only the sign-in is made, and later is what they are told then.
func (a *Accounts) joinNew(
	ctx context.Context, tx *db.Tx, g gate.Grant, invited invitationRow, fresh persons.Prepared,
) (entry gate.Entry, later, err error) {
	if later = a.lacking(tx, g); fault.KindOf(later) == fault.KindDenied {
		entry, err = a.onlySignIn(tx, g, invited, fresh)
		return entry, later, err
	}
	if later != nil {
		return gate.Entry{}, nil, later
	}
	if err := settle(tx, g, invited, stateAccepted); err != nil {
		return gate.Entry{}, nil, err
	}
	entry, err = a.people.CreatePerson(tx, g, fresh)
	if err != nil {
		return gate.Entry{}, nil, err
	}
	joined, err := a.admit(ctx, tx, g, invited, fresh.Person())
	return entry.And(joined), nil, err
}

// errOtherAddress marks the refusal of somebody who shows an invitation that was sent to another address.
var errOtherAddress = errors.New("accounts: invited under another address")

// admit writes the membership that an invitation promised, if it still holds.
func (a *Accounts) admit(
	ctx context.Context, tx *db.Tx, g gate.Grant, invited invitationRow, person id.Person,
) (gate.Entry, error) {
	who, err := readPerson(tx.DB, person)
	if err != nil {
		return gate.Entry{}, err
	}
	if who.EmailIndex != invited.EmailIndex || who.State != personActive {
		return gate.Entry{}, errors.Join(errOtherAddress, fault.Denied("accept invitation", fault.Denial{
			Verb: verb.SignedIn, Reason: "This invitation is for another e-mail address. Sign in with that one to accept it.",
		}))
	}
	if err := a.lacking(tx, g); err != nil {
		return gate.Entry{}, err
	}
	promised, err := a.standingOf(tx.DB, g, membershipRow{
		Role: invited.Role, CustomRoleID: invited.CustomRoleID, ServicesLimited: invited.ServicesLimited,
		Services: invited.Services, EndsAt: invited.EndsAt,
	})
	if err != nil {
		return gate.Entry{}, err
	}
	if err := a.stillGiven(ctx, tx, g, invited, promised); err != nil {
		return gate.Entry{}, err
	}
	row := membershipRow{
		ID: id.New[id.MembershipKind](), AccountID: invited.AccountID, PersonID: person, Role: invited.Role,
		CustomRoleID: invited.CustomRoleID, ServicesLimited: invited.ServicesLimited, Services: invited.Services,
		EndsAt: invited.EndsAt, CreatedAt: db.At(g.Now()), Version: 1,
	}
	err = g.On(tx.DB).Create(&row).Error
	if db.IsDuplicate(err) {
		return gate.Entry{}, fault.Conflict("You have access to this account already.")
	}
	if err != nil {
		return gate.Entry{}, fmt.Errorf("accept invitation: %w", err)
	}
	if err := keepHistory(tx, row.AccountID, row.ID); err != nil {
		return gate.Entry{}, err
	}
	if err := a.copies(tx, invited, row.ID); err != nil {
		return gate.Entry{}, err
	}
	name, err := a.people.OpenName(person, who.Name)
	if err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(activity.ContactJoined, activity.Details{
		Target: activity.TargetOf("contact", row.ID, name), Changes: promised.changes(standing{}),
	}), nil
}

// copies leaves word, where somebody was invited for the invoices alone, that they get no other mails.
func (a *Accounts) copies(tx *db.Tx, invited invitationRow, contact id.Membership) error {
	if !invited.OnlyInvoices {
		return nil
	}
	err := a.outbox.Enqueue(tx, outbox.Message{
		Kind: JoinedForInvoices, Key: contact.String(), Payload: BillingCopy{Account: invited.AccountID, Contact: contact},
	})
	if err != nil {
		return fmt.Errorf("accept invitation: %w", err)
	}
	return nil
}

// stillGiven asks again for the right of the one who invited: somebody who lost it since cannot let anybody in (A7).
func (a *Accounts) stillGiven(
	ctx context.Context, tx *db.Tx, g gate.Grant, invited invitationRow, promised standing,
) error {
	gone := fault.Conflict("The person who invited you can no longer give this access. Ask for a new invitation.")
	if promised.checked(g.Now()) != nil {
		return gone
	}
	if invited.InvitedAs == asOperator {
		return nil
	}
	inviter, err := readPerson(tx.DB, invited.InvitedBy)
	if err != nil {
		return err
	}
	v, scope := verb.ContactsInvite, g.Scope()
	if invited.InvitedAs == asStaff {
		v, scope = verb.ClientsManage, id.ProviderScope()
	}
	asked := actor.Enter(actor.Details{ // their session does not matter: it was good when they invited
		Kind: actor.Person, Person: invited.InvitedBy, Factor: actor.ByPasskey, FactorAt: g.Now(), ProvedAt: g.Now(),
	})
	decision, err := a.access.Decide(ctx, tx.DB, g.Now(), asked, v, scope)
	if err != nil {
		return fmt.Errorf("accept invitation: %w", err)
	}
	holds := decision.Allowed || decision.Reason == access.ReasonUnread // which they catch up on
	if !holds || inviter.State != personActive {
		return gone
	}
	if invited.InvitedAs == asStaff {
		return nil
	}
	row, found, err := placeOf(tx.DB, g, invited.InvitedBy)
	if err != nil || !found {
		return fmt.Errorf("accept invitation: read the inviter's place: %w", err)
	}
	giver, err := a.standingOf(tx.DB, g, row)
	if err != nil {
		return err
	}
	if !giver.mayGive(verb.ContactsInvite, promised) {
		return gone
	}
	return nil
}
