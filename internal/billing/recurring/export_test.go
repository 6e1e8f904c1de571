package recurring

import "time"

// Share is share, for tests.
func Share(price, from, to, all int64) int64 { return share(price, from, to, all) }

// Whole is Period.whole, for tests.
func Whole(p Period, from time.Time, anchor int) (begins, ends time.Time) {
	return p.whole(from, anchor)
}

// After is Period.after, for tests.
func After(p Period, boundary time.Time, anchor int) time.Time { return p.after(boundary, anchor) }
