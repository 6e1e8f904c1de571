package staff

import (
	"time"

	"gatehouse/internal/billing/reminders"
	"gatehouse/internal/money"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// reminderSamples are the reminders of an unpaid invoice, the kindest first.
func reminderSamples(
	brand mail.Brand, to, account, url string, cur money.Currency, now time.Time, r ui.Reader,
) []sample {
	names := map[reminders.Tone][2]string{
		reminders.Ahead:    {"Reminder ahead", "Days before an invoice is due."},
		reminders.Today:    {"Due today", "On the day when an invoice is due."},
		reminders.Friendly: {"First reminder", "Days after an invoice was due."},
		reminders.Firm:     {"Second reminder", "When the first one did not help."},
		reminders.Last:     {"Last reminder", "The last one of the schedule."},
		reminders.Stopping: {"Services stop", "Before services stop because of an unpaid invoice."},
	}
	var list []sample
	for i, tone := range reminders.Tones() {
		m := mail.Reminder(brand, mail.ReminderMail{
			To: to, Account: account, Number: "2026-0001", Tone: string(tone), URL: url, Left: money.New(14880, cur),
			Due: now.AddDate(0, 0, 3-6*i), Stops: now.AddDate(0, 0, 7), Reader: r,
		})
		list = append(list, sample{"reminder-" + string(tone), names[tone][0], names[tone][1], m})
	}
	return list
}
