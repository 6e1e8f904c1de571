// Package ui is the parts that pages are made of: states, people, money, dates, fields, tables, log entries. Parts
// alone decide how such things read; pages hand them typed values. No part knows a domain, a store or a request.
package ui

import (
	"strconv"
	"strings"
	"time"
)

// Reader is who the page is for: the moment it was made, and the zone in which times are shown.
type Reader struct {
	Now      time.Time
	Location *time.Location // nil means UTC
}

const (
	dateForm     = "2 Jan 2006"
	clockForm    = "15:04"
	dateTimeForm = "2 Jan 2006, 15:04"
)

func (r Reader) in(t time.Time) time.Time {
	if r.Location == nil {
		return t.UTC()
	}
	return t.In(r.Location)
}

// calendar is a moment as this reader's calendar shows it. Midnight UTC stands for a date without a time, such as a due
// date, and is the same day everywhere.
func (r Reader) calendar(t time.Time) time.Time {
	if u := t.UTC(); u.Equal(u.Truncate(24 * time.Hour)) {
		return u
	}
	return r.in(t)
}

// days counts calendar days from today to t: 1 is tomorrow, -1 yesterday.
func (r Reader) days(t time.Time) int {
	return dayNumber(r.calendar(t)) - dayNumber(r.in(r.Now))
}

func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Date reads "3 Dec 2026".
func (r Reader) Date(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return r.calendar(t).Format(dateForm)
}

// Clock reads "14:05".
func (r Reader) Clock(t time.Time) string { return r.in(t).Format(clockForm) }

// When reads "Today, 14:05", "Yesterday, 16:20", "3 Dec 2026, 14:05", or "Never" for the zero time.
func (r Reader) When(t time.Time) string {
	if t.IsZero() {
		return "Never"
	}
	switch dayNumber(r.in(t)) - dayNumber(r.in(r.Now)) {
	case 0:
		return "Today, " + r.Clock(t)
	case -1:
		return "Yesterday, " + r.Clock(t)
	default:
		return r.in(t).Format(dateTimeForm)
	}
}

// Then is When within a sentence: "today, 14:05".
func (r Reader) Then(t time.Time) string {
	when := r.When(t)
	if letter := when[:1]; letter == "T" || letter == "Y" || letter == "N" { // no month begins a date here
		return strings.ToLower(letter) + when[1:]
	}
	return when
}

// Exact is the whole truth about a moment, for titles and details: "Thursday 3 December 2026, 14:05:09.120 GMT".
func (r Reader) Exact(t time.Time) string {
	return r.in(t).Format("Monday 2 January 2006, 15:04:05.000 MST")
}

// Due reads "in 6 days (9 Dec 2026)", "today (3 Dec 2026)", "3 days ago (30 Nov 2026)".
func (r Reader) Due(t time.Time) string { return r.Relative(t) + " (" + r.Date(t) + ")" }

// Past says whether a day is over.
func (r Reader) Past(t time.Time) bool { return r.days(t) < 0 }

// Relative reads "in 6 days", "tomorrow", "today", "yesterday", "3 days ago".
func (r Reader) Relative(t time.Time) string {
	switch n := r.days(t); {
	case n == 0:
		return "today"
	case n == 1:
		return "tomorrow"
	case n == -1:
		return "yesterday"
	case n > 0:
		return "in " + Count(n, "day", "days")
	default:
		return Count(-n, "day", "days") + " ago"
	}
}

// Ago reads "now", "12 minutes ago", "5 hours ago", and falls back to [Reader.When] after a day.
func (r Reader) Ago(t time.Time) string {
	switch d := r.Now.Sub(t); {
	case t.IsZero():
		return "Never"
	case d < time.Minute:
		return "Now"
	case d < time.Hour:
		return Count(int(d/time.Minute), "minute", "minutes") + " ago"
	case d < 24*time.Hour:
		return Count(int(d/time.Hour), "hour", "hours") + " ago"
	default:
		return r.When(t)
	}
}

// Period reads "1 to 31 Dec 2026", "25 Nov to 3 Dec 2026", "1 Dec 2026 to 3 Jan 2027".
func (r Reader) Period(from, to time.Time) string {
	a, b := r.calendar(from), r.calendar(to)
	switch {
	case from.IsZero() || to.IsZero():
		return ""
	case a.Year() != b.Year():
		return a.Format(dateForm) + " to " + b.Format(dateForm)
	case a.Month() != b.Month():
		return a.Format("2 Jan") + " to " + b.Format(dateForm)
	default:
		return a.Format("2") + " to " + b.Format(dateForm)
	}
}

// Day is a heading of the log: "Today" and "Thursday 3 December", or the date alone for older days.
func (r Reader) Day(t time.Time) (name, date string) {
	long := r.in(t).Format("Monday 2 January")
	if r.in(t).Year() != r.in(r.Now).Year() {
		long += r.in(t).Format(" 2006")
	}
	switch dayNumber(r.in(t)) - dayNumber(r.in(r.Now)) {
	case 0:
		return "Today", long
	case -1:
		return "Yesterday", long
	default:
		return long, ""
	}
}

// SameDay says whether two moments stand under one heading of the log.
func (r Reader) SameDay(a, b time.Time) bool { return dayNumber(r.in(a)) == dayNumber(r.in(b)) }

// Greeting suits the reader's time of day.
func (r Reader) Greeting() string {
	switch h := r.in(r.Now).Hour(); {
	case h >= 5 && h < 12:
		return "Good morning"
	case h >= 12 && h < 18:
		return "Good afternoon"
	default:
		return "Good evening"
	}
}

// Zone names the zone for the footer: "Europe/London" reads "London (GMT)".
func (r Reader) Zone() string {
	at := r.in(r.Now)
	place, short := at.Location().String(), at.Format("MST")
	if place == "UTC" || place == "Local" || place == "" {
		return short
	}
	for i := len(place) - 1; i >= 0; i-- {
		if place[i] == '/' {
			place = place[i+1:]
			break
		}
	}
	words := []byte(place)
	for i, c := range words {
		if c == '_' {
			words[i] = ' '
		}
	}
	return string(words) + " (" + short + ")"
}

// Count reads "1 person", "5 people", "1,264 entries".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Number groups thousands: "12,850".
func Number(n int) string {
	if n < 0 {
		return "−" + Number(-n)
	}
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
