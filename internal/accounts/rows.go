package accounts

import (
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// The tables of this room.
const (
	tableAccounts    = "accounts"
	tableMemberships = "memberships"
	tableRoles       = "custom_roles"
	tableInvitations = "invitations"
	tableStaff       = "staff_members"
	tableRules       = "account_rules"
	tablePreviews    = "previews"
	tableAsks        = "access_asks"
)

type accountRow struct {
	AccountID id.Account `gorm:"primaryKey"`
	Name      secretbox.Sealed
	Line1     secretbox.Sealed
	Line2     secretbox.Sealed
	City      secretbox.Sealed
	Postcode  secretbox.Sealed
	Country   secretbox.Sealed
	TaxID     secretbox.Sealed
	Currency  string
	State     string
	CreatedAt db.Time
	Version   int64

	PrimaryContact id.Membership // who speaks for the account; zero, or gone: the owner there the longest
}

// TableName names the table.
func (accountRow) TableName() string { return tableAccounts }

type membershipRow struct {
	ID              id.Membership `gorm:"primaryKey"`
	AccountID       id.Account
	PersonID        id.Person
	Role            string
	CustomRoleID    id.Role
	ServicesLimited bool
	Services        []byte
	EndsAt          db.Time
	Suspended       bool
	RecoveryID      id.Recovery // why it is suspended, where it waits for somebody to approve a recovery
	CreatedAt       db.Time
	LastSeenAt      db.Time
	Version         int64
}

// TableName names the table.
func (membershipRow) TableName() string { return tableMemberships }

type roleRow struct {
	ID        id.Role `gorm:"primaryKey"`
	AccountID id.Account
	Name      secretbox.Sealed
	Verbs     string
	CreatedAt db.Time
	DeletedAt db.Time
	Version   int64
}

// TableName names the table.
func (roleRow) TableName() string { return tableRoles }

type invitationRow struct {
	ID              id.Invitation `gorm:"primaryKey"`
	AccountID       id.Account
	Email           secretbox.Sealed
	EmailIndex      secretbox.Index
	Role            string
	CustomRoleID    id.Role
	ServicesLimited bool
	Services        []byte
	EndsAt          db.Time
	TokenHash       []byte
	InvitedBy       id.Person
	InvitedAs       string
	State           string
	CreatedAt       db.Time
	ExpiresAt       db.Time
	SettledAt       db.Time
	Message         secretbox.Sealed // what whoever invites adds in their words
	OnlyInvoices    bool             // they are to get no other mails that can be done without
}

// TableName names the table.
func (invitationRow) TableName() string { return tableInvitations }

type staffRow struct {
	PersonID   id.Person `gorm:"primaryKey"`
	Department string
	Suspended  bool
	RecoveryID id.Recovery // as in a membership
	CreatedAt  db.Time
	GivenAt    db.Time // since when it is that department
}

// TableName names the table.
func (staffRow) TableName() string { return tableStaff }
