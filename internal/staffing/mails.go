package staffing

import (
	"time"

	"gatehouse/internal/id"
)

// The kinds of outbox messages that this room leaves.
const (
	MailInvited = "mail.staff_invited"
	MailWaits   = "mail.staff_request_waits"
	MailDecided = "mail.staff_request_decided"
	MailIdle    = "mail.staff_idle"
	MailReview  = "mail.staff_review"
)

// InvitedMail is the invitation of a new colleague.
type InvitedMail struct {
	To         string    `json:"to"`
	Department string    `json:"department"`
	Inviter    string    `json:"inviter"`
	Token      string    `json:"token"` // for the link: /staff-invitations/{token}
	Expires    time.Time `json:"expires"`
}

// WaitsMail tells an administrator of something that waits for them.
type WaitsMail struct {
	To      id.Person       `json:"to"`
	Request id.StaffRequest `json:"request"`
	Asker   string          `json:"asker"`
	About   string          `json:"about"`
	What    string          `json:"what"`
	Why     string          `json:"why"`
}

// DecidedMail tells whoever asked how it was decided.
type DecidedMail struct {
	To       id.Person       `json:"to"`
	Request  id.StaffRequest `json:"request"`
	By       string          `json:"by"`
	About    string          `json:"about"`
	What     string          `json:"what"`
	Approved bool            `json:"approved"`
	Answer   string          `json:"answer"`
}

// IdleMail warns a member of staff whose sign-in is not used, or tells them that it is disabled.
type IdleMail struct {
	To  id.Person `json:"to"`
	At  time.Time `json:"at"`  // when it is disabled, or was
	Off bool      `json:"off"` // it is
}

// ReviewMail tells an administrator of a review of the staff that is open.
type ReviewMail struct {
	To     id.Person      `json:"to"`
	Review id.StaffReview `json:"review"`
	By     string         `json:"by"` // who started it; empty: it started by itself
	Due    time.Time      `json:"due"`
	Late   bool           `json:"late"` // it is due
}
