package reviews

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// insertAtOnce is how many rows are written in one statement.
const insertAtOnce = 100

// Start begins a review of everybody who has a place in the account, and of the roles that it made for itself. key is
// the id that it will have, so that a form that is sent twice starts one; zero: a new one.
func (r *Reviews) Start(ctx context.Context, who actor.Actor, account id.Account, key id.Review) (id.Review, error) {
	if key.IsZero() {
		key = id.New[id.ReviewKind]()
	}
	err := r.accounts.Change(ctx, who, verb.ReviewsRun, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if err := mayStart(tx, g, key); err != nil {
			return gate.Entry{}, err
		}
		return r.start(tx, g, account, key)
	})
	if errors.Is(err, errStarted) {
		err = nil
	}
	if err == nil {
		r.outbox.Wake()
	}
	return key, err
}

// mayStart refuses a second open review, and ends a change that would start the same one again.
func mayStart(tx *db.Tx, g gate.Grant, key id.Review) error {
	for _, there := range []*gorm.DB{
		g.On(tx.DB).Where("id = ?", key), g.On(tx.DB).Where("state = ?", string(Open)),
	} {
		row, found, err := db.One[reviewRow](there)
		switch {
		case err != nil:
			return fmt.Errorf("start review: %w", err)
		case found && row.ID == key:
			return errStarted
		case found:
			return fault.Conflict("A review is open already. Finish that one first.")
		}
	}
	return nil
}

// errStarted ends a change that finds the same review begun already.
var errStarted = errors.New("reviews: started already")

// start writes a review with a row for everybody, and has those told who can finish it.
func (r *Reviews) start(tx *db.Tx, g gate.Grant, account id.Account, key id.Review) (gate.Entry, error) {
	schedule, _, err := db.One[scheduleRow](g.On(tx.DB))
	if err != nil {
		return gate.Entry{}, fmt.Errorf("start review: %w", err)
	}
	due := g.Now().AddDate(0, 0, dueAfter)
	row := reviewRow{
		ID: key, AccountID: account, OpenFor: account, State: string(Open), StartedBy: g.Who().Person,
		StartedAt: db.At(g.Now()), DueAt: db.At(due), ClosesAt: db.At(due.AddDate(0, 0, schedule.schedule().Grace)),
		Told: 1,
	}
	row.NextWord = row.wordAt(row.Told)
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("start review: %w", err)
	}
	if err := r.insertRows(tx, g, row); err != nil {
		return gate.Entry{}, err
	}
	if err := r.tell(tx, row, WordStarted); err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(activity.ReviewStarted, activity.Details{Target: row.target()}), nil
}

// insertRows writes a row for everybody, for each team and for each role of the account's own, with the facts as they
// are now.
func (r *Reviews) insertRows(tx *db.Tx, g gate.Grant, review reviewRow) error {
	contacts, err := r.placesIn(tx.DB, g)
	if err != nil {
		return err
	}
	uses, err := usesIn(tx.DB, g)
	if err != nil {
		return err
	}
	rows := make([]subjectRow, 0, len(contacts))
	for _, c := range contacts {
		row := subjectRow{
			ReviewID: review.ID, SubjectID: subjectOf(c.ID), AccountID: review.AccountID, Kind: kindContact,
			PersonID: c.Person, Version: 1,
		}
		if isShared(c) {
			row.Kind = kindTeam
		}
		row.Shown, err = r.sealFacts(review.ID, row.SubjectID, r.factsOf(c, uses.of(c), g.Now()))
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	roles, err := r.roleRows(tx, g, review, contacts, uses)
	if err != nil {
		return err
	}
	rows = append(rows, roles...)
	if err := g.On(tx.DB).CreateInBatches(rows, insertAtOnce).Error; err != nil {
		return fmt.Errorf("start review: %w", err)
	}
	return nil
}

// target is the review as the log names it.
func (r reviewRow) target() activity.Target {
	return activity.TargetOf("review", r.ID, "access review of "+r.StartedAt.UTC().Format("January 2006"))
}

// title is what people call a review.
func title(started time.Time) string { return "Access review, " + started.UTC().Format("January 2006") }

// wordAt is when the word after so many is due; zero where there is none any more.
func (r reviewRow) wordAt(told int) db.Time {
	switch told {
	case 1:
		return db.At(r.DueAt.AddDate(0, 0, -7))
	case 2:
		return r.DueAt
	case 3:
		return db.At(r.ClosesAt.Add(-lastWord))
	}
	return db.Time{}
}

// lastWord is how long before anybody is suspended the last mail goes out.
const lastWord = 3 * day

// allTold is how many mails went out before anybody is suspended: nobody is who was not announced.
const allTold = 4

// words are the words by how many were said before.
func words() []Word { return []Word{WordStarted, WordSoon, WordDue, WordLast} }

// tell leaves the message that has reviewers told.
func (r *Reviews) tell(tx *db.Tx, row reviewRow, w Word) error {
	err := r.outbox.Enqueue(tx, outbox.Message{
		Kind: Mail, Key: row.ID.String() + "-" + string(w), Payload: MailWord{
			Account: row.AccountID, Review: row.ID, Word: w, Due: row.DueAt.Time, Closes: row.ClosesAt.Time,
		},
	})
	if err != nil {
		return fmt.Errorf("tell of a review: %w", err)
	}
	return nil
}
