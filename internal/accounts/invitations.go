package accounts

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	// invitationLife is how long an invitation can be accepted (A7; our own figure).
	invitationLife = 7 * 24 * time.Hour
	// longestMessage is the longest that whoever invites can add, in code points.
	longestMessage = 300

	stateOpen      = "open"
	stateAccepted  = "accepted"
	stateWithdrawn = "withdrawn"

	asContact  = "contact"
	asStaff    = "staff"
	asOperator = "operator"
)

// JoinedForInvoices is the kind of outbox message that carries a BillingCopy.
const JoinedForInvoices = "contact.joined_for_invoices"

// BillingCopy says that somebody joined who is to get the invoices, and no other mails that can be done without.
type BillingCopy struct {
	Account id.Account
	Contact id.Membership
}

// MailInvitation is the kind of outbox message that carries an InvitationMail.
const MailInvitation = "mail.invitation"

// InvitationMail is what the mail to somebody who is invited needs.
type InvitationMail struct {
	Account id.Account
	To      string
	Name    string // of the account
	Inviter string
	Role    string // for people
	Message string // what the inviter adds; may be empty
	Token   string // for the link: /invitations/{token}
	Expires time.Time
}

// pass is the secret of an invitation: the token that is mailed and the hash that is kept (A7: 256 bits).
type pass struct {
	invitation id.Invitation
	token      string
	hash       []byte
}

func newPass() pass {
	const size = 32
	raw := make([]byte, size)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program where randomness is missing
	sum := sha256.Sum256(raw)
	return pass{id.New[id.InvitationKind](), base64.RawURLEncoding.EncodeToString(raw), sum[:]}
}

// Invite asks somebody by e-mail to join an account, on terms that do not exceed the asker's own.
func (a *Accounts) Invite(ctx context.Context, who actor.Actor, account id.Account, email string, t Terms) error {
	return a.inviteBy(ctx, who, verb.ContactsInvite, account, invitee{email: email}, t)
}

// invitee is who is invited, and what whoever invites tells them; the message may be empty.
type invitee struct {
	email, message string
	onlyInvoices   bool
}

// InviteOwner is how staff give an account an owner again when the first invitation was never accepted.
func (a *Accounts) InviteOwner(ctx context.Context, who actor.Actor, account id.Account, email string) error {
	return a.inviteBy(ctx, who, verb.ClientsManage, account, invitee{email: email}, Terms{Role: access.RoleOwner})
}

func (a *Accounts) inviteBy(
	ctx context.Context, who actor.Actor, v verb.Verb, account id.Account, to invitee, t Terms,
) error {
	email, err := persons.ParseEmail(to.email)
	if err != nil {
		return err
	}
	to.email = email
	secret := newPass()
	scope := id.AccountScope(account)
	err = a.change(ctx, who, v, scope, nil, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		giver, err := a.granter(tx.DB, g)
		if err != nil {
			return gate.Entry{}, err
		}
		wanted, err := a.grantable(tx, g, giver, verb.ContactsInvite, t, activity.Target{})
		if err != nil {
			return gate.Entry{}, err
		}
		if err := to.fits(wanted); err != nil {
			return gate.Entry{}, err
		}
		if err := a.mayBeInvited(tx, g, email); err != nil {
			return gate.Entry{}, err
		}
		of, err := a.ByGrant(tx.DB, g)
		if err != nil {
			return gate.Entry{}, err
		}
		return a.invite(tx, g, account, of.Name, to, wanted, secret)
	})
	if err == nil {
		a.outbox.Wake()
	}
	return err
}

// mayBeInvited refuses whoever is in the account or invited already, and a flood of mails.
func (a *Accounts) mayBeInvited(tx *db.Tx, g gate.Grant, email string) error {
	index := a.people.EmailIndex(email)
	taken, err := a.taken(tx.DB, g, []secretbox.Index{index})
	if err != nil {
		return err
	}
	if why := taken[index]; why != "" {
		return fault.InvalidField("email", why)
	}
	return roomFor(tx.DB, g, 1)
}

// invite writes an invitation and its mail.
func (a *Accounts) invite(
	tx *db.Tx, g gate.Grant, account id.Account, accountName string, to invitee, s standing, p pass,
) (gate.Entry, error) {
	who := g.Who()
	row := invitationRow{
		ID: p.invitation, AccountID: account, EmailIndex: a.people.EmailIndex(to.email), Role: s.Role,
		CustomRoleID: s.CustomRole, ServicesLimited: s.Limited, Services: s.packed(), EndsAt: db.At(s.EndsAt),
		TokenHash: p.hash, InvitedBy: who.Person, InvitedAs: asContact, State: stateOpen, CreatedAt: db.At(g.Now()),
		ExpiresAt: db.At(g.Now().Add(invitationLife)), OnlyInvoices: to.onlyInvoices,
	}
	switch {
	case who.Person.IsZero():
		row.InvitedAs = asOperator
	case g.Verb().IsStaff():
		row.InvitedAs = asStaff
	}
	err := a.seal(tableInvitations, row.ID.Bytes(), map[string]sealing{
		"email": {to.email, &row.Email}, "message": {to.message, &row.Message},
	})
	if err != nil {
		return gate.Entry{}, err
	}
	if err := replaceLapsed(tx, g, row.EmailIndex); err != nil {
		return gate.Entry{}, err
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("invite: %w", err)
	}
	err = a.outbox.Enqueue(tx, outbox.Message{Kind: MailInvitation, Key: row.ID.String(), Payload: InvitationMail{
		Account: account, To: to.email, Name: accountName, Inviter: who.Name, Role: s.role.Name, Token: p.token,
		Expires: row.ExpiresAt.Time, Message: to.message,
	}})
	if err != nil {
		return gate.Entry{}, fmt.Errorf("invite: %w", err)
	}
	return g.EntryIn(id.AccountScope(account), activity.ContactInvited, activity.Details{
		Target: activity.TargetOf("invitation", row.ID, to.email), Changes: s.changes(standing{}),
	}), nil
}

// replaceLapsed takes invitations of an address out of the list that nobody accepted in time, since a new one takes
// their place: otherwise they would be there to be sent again once the person has joined.
func replaceLapsed(tx *db.Tx, g gate.Grant, email secretbox.Index) error {
	err := g.On(tx.Model(&invitationRow{})).
		Where("email_index = ? AND state = ? AND expires_at <= ?", email, stateOpen, db.At(g.Now())).
		Updates(map[string]any{"state": stateWithdrawn, "settled_at": db.At(g.Now())}).Error
	if err != nil {
		return fmt.Errorf("invite: %w", err)
	}
	return nil
}

// Withdraw makes an open invitation worthless.
func (a *Accounts) Withdraw(
	ctx context.Context, who actor.Actor, account id.Account, invitation id.Invitation,
) error {
	scope := id.AccountScope(account)
	return a.change(ctx, who, verb.ContactsInvite, scope, nil, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row, found, err := db.One[invitationRow](g.On(tx.DB).Where("id = ?", invitation))
		if err != nil {
			return gate.Entry{}, fmt.Errorf("withdraw invitation: %w", err)
		}
		if !found {
			return gate.Entry{}, fault.NotFound("withdraw invitation")
		}
		if err := settle(tx, g, row, stateWithdrawn); err != nil {
			return gate.Entry{}, err
		}
		o := opener{box: a.box, table: tableInvitations, row: row.ID.Bytes()}
		target := activity.TargetOf("invitation", row.ID, o.open("email", row.Email))
		return g.Entry(activity.InvitationWithdrawn, activity.Details{Target: target}), o.err
	})
}

// settle takes an invitation out of the open state, once (R6).
func settle(tx *db.Tx, g gate.Grant, row invitationRow, state string) error {
	open := g.On(tx.Model(&invitationRow{})).Where("id = ? AND state = ?", row.ID, stateOpen)
	if state == stateAccepted {
		open = open.Where("expires_at > ?", db.At(g.Now()))
	}
	done := open.Updates(map[string]any{"state": state, "settled_at": db.At(g.Now())})
	if done.Error != nil {
		return fmt.Errorf("settle invitation: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return worthless()
	}
	return nil
}

func worthless() error {
	return fault.Conflict("This invitation was used or withdrawn, or is older than seven days. Ask for a new one.")
}

// Pending is an invitation that is still open.
type Pending struct {
	ID       id.Invitation
	Email    string
	RoleName string
	Since    time.Time
	Expires  time.Time
	Expired  bool
}

// Invitations lists the open invitations of an account, the newest first.
func (a *Accounts) Invitations(ctx context.Context, who actor.Actor, account id.Account) ([]Pending, error) {
	g, err := a.gate.View(ctx, who, verb.ContactsView, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Row      invitationRow `gorm:"embedded"`
		RoleName secretbox.Sealed
	}
	err = g.On(a.reader.With(ctx).Table(tableInvitations)).
		Select("invitations.*, custom_roles.name AS role_name").
		Joins("LEFT JOIN custom_roles ON custom_roles.id = invitations.custom_role_id").
		Where("invitations.state = ?", stateOpen).Order("invitations.id DESC").Limit(pageSize).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list invitations: %w", err)
	}
	list := make([]Pending, 0, len(rows))
	for _, r := range rows {
		row := r.Row
		o := opener{box: a.box, table: tableInvitations, row: row.ID.Bytes()}
		p := Pending{
			ID: row.ID, Email: o.open("email", row.Email), Since: row.CreatedAt.Time, Expires: row.ExpiresAt.Time,
			Expired: !g.Now().Before(row.ExpiresAt.Time),
		}
		if o.err != nil {
			return nil, o.err
		}
		if p.RoleName, err = a.roleName(row.Role, row.CustomRoleID, r.RoleName); err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// byToken finds the invitation of a token; whoever holds it is at the door.
func byToken(q *gorm.DB, token string) (invitationRow, error) {
	hash, ok := tokens.Hash(token)
	if !ok {
		return invitationRow{}, fault.NotFound("read invitation")
	}
	row, found, err := db.One[invitationRow](db.Across(q, "whoever holds the token is at the door").
		Where("token_hash = ?", hash))
	if err != nil {
		return invitationRow{}, fmt.Errorf("read invitation: %w", err)
	}
	if !found {
		return invitationRow{}, fault.NotFound("read invitation")
	}
	return row, nil
}
