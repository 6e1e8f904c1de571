// Package figures keeps how things stand, a row for each kind and day, and reads how they stood: what was sold, and how
// well access is kept at all clients. A job counts; whoever reads finds few rows, however many clients there are.
package figures

import (
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/billing/reports"
	"gatehouse/internal/gate"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
)

const (
	// DaysShown is how many days back the health of access is read.
	DaysShown = 30
	// WeeksShown is how many weeks back looks of staff are read, the one that is not over included.
	WeeksShown = 12
	// MonthsShown is how many months back it is read what was sold, the one that is not over included.
	MonthsShown = 12
	// DormantAfter is after how long a contact who has not been in the account is dormant; as for staff (A11).
	DormantAfter = 90 * 24 * time.Hour

	week = 7
)

// kind is what a row counts.
type kind string

// The kinds. What is counted of contacts is of those who have access now.
const (
	accounts kind = "accounts" // that have contacts
	guarded  kind = "guarded"  // of those: where each contact has a second factor
	keyed    kind = "keyed"    // of those: where each contact has a security key or a passkey
	reviewed kind = "reviewed" // of those: whose access was reviewed in the last year
	contacts kind = "contacts"
	dormant  kind = "dormant" // of those
	looks    kind = "looks"   // of staff at clients, begun on the day
	sold     kind = "sold"    // net, by currency, in the month whose first day it is
)

const tableFigures = "daily_figures"

type row struct {
	Kind     kind
	Day      int64
	Currency money.Currency
	Value    int64
}

// TableName names the table.
func (row) TableName() string { return tableFigures }

// Figures is the room. It is safe for concurrent use.
type Figures struct {
	gate    *gate.Gate
	reader  *db.Reader
	access  *access.Access
	reports *reports.Reports
	zone    *time.Location
}

// New makes the room. The zone is the provider's: it says which day it is.
func New(g *gate.Gate, r *db.Reader, a *access.Access, sales *reports.Reports, zone *time.Location) *Figures {
	if zone == nil {
		zone = time.UTC
	}
	return &Figures{gate: g, reader: r, access: a, reports: sales, zone: zone}
}

// today is the provider's date as midnight UTC.
func (f *Figures) today(now time.Time) time.Time {
	at := now.In(f.zone)
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
}

// begins is when a date begins where the provider is.
func (f *Figures) begins(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, f.zone)
}

const secondsOfDay = 24 * 60 * 60

func number(day time.Time) int64 { return day.Unix() / secondsOfDay }

func dayOf(number int64) time.Time { return time.Unix(number*secondsOfDay, 0).UTC() }

// monday is the first day of a date's week.
func monday(day time.Time) time.Time { return day.AddDate(0, 0, -(int(day.Weekday())+week-1)%week) }
