package activity

import (
	"fmt"
	"time"
)

// What the law asks for at the least. A provider may keep longer, never shorter.
const (
	// LeastMonths is how long every entry is kept: what is found out late must still be there to be looked into.
	LeastMonths = 3
	// LeastMoneyYears is how long what is about money is kept: as long as books must be.
	LeastMoneyYears = 6
)

// Keeping is how long entries stay in the log before they go to the archive.
type Keeping struct {
	Months     int // of most
	MoneyYears int // of what is about money
}

// Check says whether it is long enough.
func (k Keeping) Check() error {
	if k.Months < LeastMonths || k.MoneyYears < LeastMoneyYears {
		return fmt.Errorf("activity: keep entries for %d months at least, those about money for %d years: not %d and %d",
			LeastMonths, LeastMoneyYears, k.Months, k.MoneyYears)
	}
	return nil
}

// ends is when something of a class that was recorded at a time may go; false: never.
func (k Keeping) ends(class Retention, recorded time.Time) (time.Time, bool) {
	switch class {
	case Standard:
		return recorded.AddDate(0, k.Months, 0), true
	case Money:
		return latest(recorded.AddDate(k.MoneyYears, 0, 0), recorded.AddDate(0, k.Months, 0)), true
	case Lasting:
	}
	return time.Time{}, false // what is not known is kept
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Over says whether an entry's time is up: by the class that it was written with, and by the one that the catalogue
// gives its action today.
func (k Keeping) Over(e *Entry, now time.Time) bool {
	classes := []Retention{e.Retention}
	if m, ok := e.Action.Meaning(); ok {
		classes = append(classes, m.Retention)
	}
	for _, class := range classes {
		if end, ever := k.ends(class, e.Recorded); !ever || now.Before(end) {
			return false
		}
	}
	return true
}

// Soonest is the time before which entries may be over; none that was recorded later is.
func (k Keeping) Soonest(now time.Time) time.Time {
	return now.AddDate(0, -k.Months, 0).AddDate(0, 0, 1)
}

// Kept is how long the entries of one category are kept, for people.
type Kept struct {
	Category Category
	Months   int // 0: as long as the log is there
	Actions  []Meaning
}

// Kept lists from the catalogue what is kept for how long: by category, and by time where a category has several.
func (k Keeping) Kept() []Kept {
	var list []Kept
	for _, m := range Catalogue() {
		months := map[Retention]int{Standard: k.Months, Money: max(12*k.MoneyYears, k.Months)}[m.Retention]
		at := -1
		for i := range list {
			if list[i].Category == m.Category && list[i].Months == months {
				at = i
			}
		}
		if at < 0 {
			at, list = len(list), append(list, Kept{Category: m.Category, Months: months})
		}
		list[at].Actions = append(list[at].Actions, m)
	}
	return list
}
