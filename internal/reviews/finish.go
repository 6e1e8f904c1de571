package reviews

import (
	"context"
	"fmt"
	"strconv"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// Finish carries out what was decided, all of it or nothing, and keeps the signed record. Each row is done under the
// right of the one who finishes, by the rules of accounts.
func (r *Reviews) Finish(ctx context.Context, who actor.Actor, account id.Account, review id.Review) error {
	err := r.accounts.Change(ctx, who, verb.ReviewsRun, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		c, err := r.closing(tx, g, review)
		if err != nil {
			return gate.Entry{}, err
		}
		var entry gate.Entry
		undecided := 0
		for i := range c.rows {
			done, err := r.carryOut(ctx, tx, g, c, &c.rows[i])
			if err != nil {
				return gate.Entry{}, err
			}
			if c.rows[i].Outcome == nil {
				undecided++
			}
			entry = entry.And(done)
		}
		if undecided > 0 {
			return gate.Entry{}, notDecided(undecided)
		}
		if err := finishedAt(tx, g, account); err != nil {
			return gate.Entry{}, err
		}
		last, err := r.close(tx, g, c, Finished)
		return entry.And(last), err
	})
	if err == nil {
		r.outbox.Wake()
	}
	return err
}

func notDecided(n int) error {
	if n == 1 {
		return fault.Conflict("One row is not decided yet, or was changed since. Decide about it first.")
	}
	return fault.Conflict(strconv.Itoa(n) + " rows are not decided yet, or were changed since. Decide about them first.")
}

// closing is a review on its way to being closed: its rows, and the contacts and roles as they are now.
type closing struct {
	review   reviewRow
	rows     []subjectRow
	contacts map[id.Subject]accounts.Contact
	roles    map[id.Subject]RoleNow
	parts    map[id.Person]bool // who answered at least one row
}

func (r *Reviews) closing(tx *db.Tx, g gate.Grant, review id.Review) (*closing, error) {
	c := &closing{contacts: map[id.Subject]accounts.Contact{}, parts: map[id.Person]bool{}}
	var err error
	if c.review, err = openReview(tx, g, review); err != nil {
		return nil, err
	}
	// The newest places come first: where nobody decided about several owners, the one who was there first stays.
	err = g.On(tx.DB).Where("review_id = ?", review).Order("subject_id DESC").Find(&c.rows).Error
	if err != nil {
		return nil, fmt.Errorf("read review: %w", err)
	}
	contacts, err := r.placesIn(tx.DB, g)
	if err != nil {
		return nil, err
	}
	for _, one := range contacts {
		c.contacts[subjectOf(one.ID)] = one
	}
	if c.roles, err = r.rolesNow(tx.DB, g, contacts); err != nil {
		return nil, err
	}
	for _, row := range c.rows {
		if !row.AnsweredBy.IsZero() {
			c.parts[row.AnsweredBy] = true
		}
	}
	return c, nil
}

// decided is the verdict that counts for a contact: one that saw the access as it is.
func (r subjectRow) decided(c accounts.Contact) Verdict {
	if r.SeenVersion != c.Version {
		return ""
	}
	return r.verdict()
}

func led(o Outcome) *string { return new(string(o)) }

// carryOut does what was decided about one row. It leaves the outcome open where nothing was.
func (r *Reviews) carryOut(
	ctx context.Context, tx *db.Tx, g gate.Grant, c *closing, row *subjectRow,
) (gate.Entry, error) {
	if row.Kind == kindRole {
		return r.carryOutRole(ctx, tx, g, c, row)
	}
	contact, there := c.contacts[row.SubjectID]
	if !there {
		row.Outcome = led(Gone)
		return gate.Entry{}, nil
	}
	verdict := row.decided(contact)
	if contact.You {
		switch verdict {
		case Keep:
			row.Outcome = led(Kept)
		case "":
			row.Outcome = led(Own)
		case Change, Remove:
			return gate.Entry{}, fault.Conflict("Somebody decided that your own access is to change. " +
				"Only they, or another reviewer, can finish this review.")
		}
		return gate.Entry{}, nil
	}
	switch verdict {
	case Keep:
		row.Outcome = led(Kept)
		return gate.Entry{}, r.mayDecide(tx, g, contact)
	case Change:
		terms, err := row.terms()
		if err != nil {
			return gate.Entry{}, err
		}
		row.Outcome = led(Changed)
		return r.change(ctx, tx, g, contact, terms)
	case Remove:
		row.Outcome = led(Removed)
		return r.remove(ctx, tx, g, contact)
	}
	return gate.Entry{}, nil
}

// suspendRest is what becomes of one row when nobody finished the review: only a “keep” stands. The last owner stays
// whatever happens (A4), and so does whoever took part.
func (r *Reviews) suspendRest(
	ctx context.Context, tx *db.Tx, g gate.Grant, c *closing, row *subjectRow,
) (gate.Entry, error) {
	if row.Kind == kindRole {
		restOfRole(c, row)
		return gate.Entry{}, nil
	}
	contact, there := c.contacts[row.SubjectID]
	switch {
	case !there:
		row.Outcome = led(Gone)
	case row.decided(contact) == Keep:
		row.Outcome = led(Kept)
	case c.parts[contact.Person]:
		row.Outcome = led(Own)
	case contact.Suspended:
		row.Outcome = led(Suspended)
	default:
		entry, err := r.suspend(ctx, tx, g, contact)
		if err == nil {
			row.Outcome = led(Suspended)
			return entry, nil
		}
		if fault.KindOf(err) != fault.KindConflict || contact.Terms.Role != access.RoleOwner {
			return gate.Entry{}, err // accounts says what it did
		}
		row.Outcome = led(LastOwner)
	}
	return gate.Entry{}, nil
}

// close writes the outcomes, the signed record and the new state, once.
func (r *Reviews) close(tx *db.Tx, g gate.Grant, c *closing, state State) (gate.Entry, error) {
	for _, row := range c.rows {
		err := g.On(tx.Model(&subjectRow{})).Where("review_id = ? AND subject_id = ?", row.ReviewID, row.SubjectID).
			Updates(map[string]any{"outcome": row.Outcome}).Error
		if err != nil {
			return gate.Entry{}, fmt.Errorf("close review: %w", err)
		}
	}
	record, err := r.record(tx, g, c, state)
	if err != nil {
		return gate.Entry{}, err
	}
	done := g.On(tx.Model(&reviewRow{})).Where("id = ? AND state = ?", c.review.ID, string(Open)).
		Updates(map[string]any{
			"state": string(state), "open_for": id.Account{}, "closed_by": g.Who().Person, "closed_at": db.At(g.Now()),
			"record": record, "next_word": db.Time{},
		})
	if done.Error != nil {
		return gate.Entry{}, fmt.Errorf("close review: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return gate.Entry{}, closed()
	}
	action, word := activity.ReviewFinished, WordEnded
	if state == Lapsed {
		action, word = activity.ReviewLapsed, WordLapsed
	}
	if err := r.tell(tx, c.review, word); err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(action, activity.Details{Target: c.review.target(), Changes: c.outcomes()}), nil
}

// outcomes count what a review led to, for the log.
func (c *closing) outcomes() []activity.Change {
	counts := map[Outcome]int{}
	for _, row := range c.rows {
		counts[row.outcome()]++
	}
	var out []activity.Change
	for _, o := range []Outcome{Kept, Changed, Removed, Suspended, Own, LastOwner, Undecided, Gone} {
		if counts[o] > 0 {
			out = append(out, activity.Change{Field: string(o), New: strconv.Itoa(counts[o])})
		}
	}
	return out
}

// record makes the signed record of a review that is about to close, sealed for its row.
func (r *Reviews) record(tx *db.Tx, g gate.Grant, c *closing, state State) (secretbox.Sealed, error) {
	text, err := r.recordOf(tx, g, c, state)
	if err != nil {
		return secretbox.Sealed{}, err
	}
	sealed, err := r.box.Seal(text, recordPlace(c.review.ID))
	if err != nil {
		return secretbox.Sealed{}, fmt.Errorf("keep the record: %w", err)
	}
	return sealed, nil
}
