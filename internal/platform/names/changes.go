package names

import (
	"errors"
	"fmt"

	"gorm.io/gorm"

	"gatehouse/internal/platform/db"
)

// Whose says of what a list has the names.
type Whose string

// What has names.
const (
	Accounts Whose = "accounts"
	People   Whose = "people"
)

// Changes is how often such names have changed: an expression for the statement that reads a stamp.
func (w Whose) Changes() string {
	return "(SELECT changes FROM name_changes WHERE whose = '" + string(w) + "')"
}

// Changed counts that such a name is changed, in the transaction that does so. All lists are read again then, and only
// what has changed is opened.
func (w Whose) Changed(tx *gorm.DB) error {
	done := tx.Exec("UPDATE name_changes SET changes = changes + 1 WHERE whose = ?", string(w))
	if done.Error != nil {
		return fmt.Errorf("count that a name has changed: %w", done.Error)
	}
	if done.RowsAffected == 0 {
		return errors.New("count that a name has changed: nothing is there to count with")
	}
	return nil
}

// Stamp tells whether a list may have changed: of each of its parts how many rows it has and the sum of when they came
// into the list, and how often names have changed. A row that takes another one's place came later.
type Stamp struct{ Own, OwnSince, Others, OthersSince, Changes int64 }

// Targets are where the columns of StampSQL go, in their order.
func (s *Stamp) Targets() []any {
	return []any{&s.Own, db.OrZero(&s.OwnSince), &s.Others, db.OrZero(&s.OthersSince), &s.Changes}
}

// StampSQL makes the statement that reads a stamp as one row, from what stands behind FROM in the two parts of the list
// and from when a row came into each. A list may have one part only.
func StampSQL(whose Whose, own, since, others, othersSince string) string {
	if others == "" {
		return "SELECT COUNT(*) AS own, SUM(" + since + ") AS own_since, 0 AS others, 0 AS others_since, " +
			whose.Changes() + " AS changes FROM " + own
	}
	return "SELECT s.own, s.own_since, o.others, o.others_since, " + whose.Changes() + " AS changes FROM" +
		" (SELECT COUNT(*) AS own, SUM(" + since + ") AS own_since FROM " + own + ") s CROSS JOIN" +
		" (SELECT COUNT(*) AS others, SUM(" + othersSince + ") AS others_since FROM " + others + ") o"
}

// ReadStamp reads the stamp of a list.
func ReadStamp(q *gorm.DB) (Stamp, error) {
	found, err := db.ReadRows(q, (*Stamp).Targets)
	if err != nil || len(found) == 0 {
		return Stamp{}, fmt.Errorf("look whether a list has changed: %w", err)
	}
	return found[0], nil
}
