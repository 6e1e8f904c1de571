package billing

import (
	"fmt"
	"time"

	"gatehouse/internal/platform/db"
)

// notesPrefix tells the series of credit notes from those of invoices.
const notesPrefix = "CN-"

// seriesOf is the series of an invoice that is issued now: the year of its issue, UTC, behind the provider's prefix
// where there is one. Numbers that were given keep theirs: they stand in the rows.
func (b *Billing) seriesOf(issued time.Time) string {
	year := issued.UTC().Format("2006")
	if b.rules.Law != nil {
		if _, prefix := b.rules.Law(); prefix != "" {
			return prefix + "-" + year
		}
	}
	return year
}

// country is whose law invoices follow that are issued now.
func (b *Billing) country() string {
	if b.rules.Law != nil {
		if country, _ := b.rules.Law(); country != "" {
			return country
		}
	}
	return b.rules.Country
}

// number is how people know an invoice: "2026-0431". Numbers beyond 9999 have more digits.
func number(series string, ordinal int64) string { return fmt.Sprintf("%s-%04d", series, ordinal) }

// nextNumber takes the next number of a series, by writing it: whoever else wants one waits for this transaction, and
// gets the same number again if it fails, so that there are no gaps (P8). country is whose law the series follows.
func nextNumber(tx *db.Tx, series, country string) (int64, error) {
	const next = "UPDATE invoice_series SET last_number = last_number + 1 WHERE name = ?"
	moved := tx.Exec(next, series)
	if moved.Error == nil && moved.RowsAffected == 0 {
		first := tx.Exec("INSERT INTO invoice_series (name, last_number, country) VALUES (?, 1, ?)", series, country)
		switch {
		case first.Error == nil:
			return 1, nil
		case !db.IsDuplicate(first.Error):
			return 0, fmt.Errorf("begin series %s: %w", series, first.Error)
		}
		moved = tx.Exec(next, series) // another was quicker to begin it
	}
	if moved.Error != nil {
		return 0, fmt.Errorf("next number of %s: %w", series, moved.Error)
	}
	var last int64
	err := tx.Raw("SELECT last_number FROM invoice_series WHERE name = ?", series).Scan(&last).Error
	if err != nil {
		return 0, fmt.Errorf("next number of %s: %w", series, err)
	}
	return last, nil
}
