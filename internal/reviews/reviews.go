// Package reviews is the room of access reviews: at times somebody goes through everybody who has a place in an account
// and says who keeps it, who gets less and who goes. What somebody may do is decided and changed by accounts; here are
// the questions, the answers, and the signed record of both.
package reviews

import (
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/reviews/record"
)

const (
	day = 24 * time.Hour
	// dueAfter is how long people have for a review (our own figure).
	dueAfter = 14
	// StandardGrace is how many days after the due date those without a decision are suspended, unless the owner says
	// otherwise.
	StandardGrace = 14
	// StandardMonths is how often an account reviews that chooses to, unless it says otherwise.
	StandardMonths = 3
	// pageSize is how many rows of a review a page shows.
	pageSize = 50
	// mostPast is how many past reviews are listed.
	mostPast = 50
	// atOnce bounds how many accounts one round of the job looks after.
	atOnce = 100
)

// Mail is the kind of outbox message that carries a MailWord.
const Mail = "mail.review"

// Word is what a mail about a review has to say.
type Word string

// The words, in the order in which they come.
const (
	WordStarted Word = "started"
	WordSoon    Word = "soon"     // a week before it is due
	WordDue     Word = "due"      // it is due, and what happens if nobody finishes it
	WordLast    Word = "last"     // three days before people are suspended
	WordLapsed  Word = "lapsed"   // nobody finished it in time, and what happened
	WordEnded   Word = "finished" // somebody finished it
)

// MailWord asks for a mail about a review to those who can finish it.
type MailWord struct {
	Account id.Account
	Review  id.Review
	Word    Word
	Due     time.Time
	Closes  time.Time
}

// Reviews is the room. It is safe for concurrent use.
type Reviews struct {
	gate     *gate.Gate
	reader   *db.Reader
	box      *secretbox.Box
	access   *access.Access
	accounts *accounts.Accounts
	sharing  Sharing
	outbox   *outbox.Box
}

// New makes the room. It reads and writes nothing yet.
func New(
	g *gate.Gate, reader *db.Reader, box *secretbox.Box, a *access.Access, rooms *accounts.Accounts, teams Sharing,
	post *outbox.Box,
) *Reviews {
	return &Reviews{gate: g, reader: reader, box: box, access: a, accounts: rooms, sharing: teams, outbox: post}
}

// State is how a review stands.
type State string

// The states.
const (
	Open     State = "open"
	Finished State = "finished" // by a reviewer
	Lapsed   State = "lapsed"   // nobody finished it, and it closed by itself
)

// Verdict is what a reviewer says of somebody's access.
type Verdict string

// The verdicts.
const (
	Keep   Verdict = record.Keep
	Change Verdict = record.Change
	Remove Verdict = record.Remove
)

// Outcome is what a review led to for one row.
type Outcome string

// The outcomes.
const (
	Kept      Outcome = "kept"
	Changed   Outcome = "changed"
	Removed   Outcome = "removed"
	Suspended Outcome = "suspended"  // nobody decided
	Own       Outcome = "own"        // of the one who reviewed the others
	LastOwner Outcome = "last-owner" // nobody decided, but an account always has an owner
	Gone      Outcome = "gone"       // the place ended otherwise meanwhile
)

// kindContact is the kind of a row about a person's place.
const kindContact = "contact"

func closed() error {
	return fault.Conflict("This review is closed already. Look at its record.")
}

func stale() error {
	return fault.Conflict("This row was answered or changed by somebody else meanwhile. Look at how it is now.")
}
