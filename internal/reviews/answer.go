package reviews

import (
	"context"
	"encoding/json"
	"fmt"

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

// Answer is what a reviewer says of one row. It is carried out when the review is finished.
type Answer struct {
	Verdict Verdict
	Terms   accounts.Terms // what they are to have, where the verdict is Change
	Version int64          // of the row that the page showed
	Seen    int64          // version of the access that the page showed
}

// Answer writes down what the reviewer decided about one row, once the rules of accounts have been asked: nobody
// decides about themselves or about somebody above them (A3). Of two who answer the same row, the first one counts.
func (r *Reviews) Answer(
	ctx context.Context, who actor.Actor, account id.Account, review id.Review, subject id.Subject, a Answer,
) error {
	return r.accounts.Change(ctx, who, verb.ReviewsRun, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		if _, err := openReview(tx, g, review); err != nil {
			return gate.Entry{}, err
		}
		row, err := rowOf(tx, g, review, subject)
		if err != nil {
			return gate.Entry{}, err
		}
		if row.Kind == kindRole {
			return r.answerRole(tx, g, row, a)
		}
		return r.answerContact(ctx, tx, g, row, a)
	})
}

// answerContact writes down what was decided about somebody's access.
func (r *Reviews) answerContact(
	ctx context.Context, tx *db.Tx, g gate.Grant, row subjectRow, a Answer,
) (gate.Entry, error) {
	c, facts, err := r.present(tx, g, row)
	if err != nil {
		return gate.Entry{}, err
	}
	if c.Version != a.Seen {
		return gate.Entry{}, stale()
	}
	change, err := r.weigh(ctx, tx, g, c, a)
	if err != nil {
		return gate.Entry{}, err
	}
	if row.Shown, err = r.sealFacts(row.ReviewID, row.SubjectID, facts); err != nil {
		return gate.Entry{}, err
	}
	if err := row.settle(tx, g, a); err != nil {
		return gate.Entry{}, err
	}
	return g.Entry(activity.ReviewAnswered, activity.Details{
		Target: targetOf(c), Changes: []activity.Change{change},
	}), nil
}

// rowOf reads one row of a review.
func rowOf(tx *db.Tx, g gate.Grant, review id.Review, subject id.Subject) (subjectRow, error) {
	row, found, err := db.One[subjectRow](g.On(tx.DB).Where("review_id = ? AND subject_id = ?", review, subject))
	if err != nil {
		return row, fmt.Errorf("answer: %w", err)
	}
	if !found {
		return row, fault.NotFound("answer")
	}
	return row, nil
}

// openReview reads the review as this transaction sees it, and refuses one that is closed.
func openReview(tx *db.Tx, g gate.Grant, review id.Review) (reviewRow, error) {
	row, found, err := db.One[reviewRow](g.On(tx.DB).Where("id = ?", review))
	switch {
	case err != nil:
		return row, fmt.Errorf("read review: %w", err)
	case !found:
		return row, fault.NotFound("read review")
	case row.State != string(Open):
		return row, closed()
	}
	return row, nil
}

// present is the contact of a row as they are now.
func (r *Reviews) present(tx *db.Tx, g gate.Grant, row subjectRow) (accounts.Contact, Facts, error) {
	contacts, err := r.placesOf(tx.DB, g, row)
	if err != nil {
		return accounts.Contact{}, Facts{}, err
	}
	if len(contacts) == 0 {
		return accounts.Contact{}, Facts{}, fault.Conflict("This person has no access any more, " +
			"so there is nothing to decide.")
	}
	uses, err := usesIn(tx.DB, g, peopleOf(contacts[0])...)
	if err != nil {
		return accounts.Contact{}, Facts{}, err
	}
	return contacts[0], r.factsOf(contacts[0], uses.of(contacts[0]), g.Now()), nil
}

// weigh asks the rules about an answer, and says in words what it is.
func (r *Reviews) weigh(
	ctx context.Context, tx *db.Tx, g gate.Grant, c accounts.Contact, a Answer,
) (activity.Change, error) {
	change := activity.Change{Field: "decision", Old: c.RoleName}
	switch a.Verdict {
	case Keep:
		change.New = "keep " + c.RoleName
		return change, r.mayDecide(tx, g, c)
	case Change:
		if err := r.mayChange(ctx, tx, g, c, a.Terms); err != nil {
			return change, err
		}
		role, err := r.accounts.RoleNamed(tx.DB, g, a.Terms)
		change.New = "change to " + role.Name
		return change, err
	case Remove:
		change.New = "remove"
		if err := r.mayDecide(tx, g, c); err != nil {
			return change, err
		}
		return change, r.mayRemove(ctx, tx, g, c)
	}
	return change, fault.InvalidField("verdict", "Choose keep, change or remove.")
}

// settle writes the answer, where nobody has answered since the page was shown.
func (r subjectRow) settle(tx *db.Tx, g gate.Grant, a Answer) error {
	var wanted *string
	if a.Verdict == Change {
		text, err := json.Marshal(a.Terms)
		if err != nil {
			return fmt.Errorf("answer: %w", err)
		}
		wanted = new(string(text))
	}
	done := g.On(tx.Model(&subjectRow{})).
		Where("review_id = ? AND subject_id = ? AND version = ?", r.ReviewID, r.SubjectID, a.Version).
		Updates(map[string]any{
			"shown": r.Shown, "answer": string(a.Verdict), "wanted": wanted, "seen_version": a.Seen,
			"answered_by": g.Who().Person, "answered_at": db.At(g.Now()), "version": gorm.Expr("version + 1"),
		})
	if done.Error != nil {
		return fmt.Errorf("answer: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return stale()
	}
	return nil
}
