package app

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// How often the jobs run. Each runs on one node at a time, whichever holds its lease.
const (
	flushEvery    = time.Minute
	noteEvery     = time.Hour
	sweepEvery    = 24 * time.Hour
	pruneEvery    = time.Hour
	rulesEvery    = 10 * time.Minute
	outboxEvery   = 2 * time.Second
	streamEvery   = 3 * time.Second
	reviewsEvery  = 10 * time.Minute
	exportEvery   = 5 * time.Second
	watchEvery    = 10 * time.Second
	dailyEvery    = 5 * time.Minute
	invoicesEvery = 10 * time.Second // somebody may ask for a run; by itself it is there once a day
	checksEvery   = 10 * time.Second // which parts are due is their own matter
	serversEvery  = 5 * time.Minute
	followEvery   = 5 * time.Second
	closeEvery    = 30 * time.Second
	collectEvery  = 5 * time.Minute
	papersEvery   = 15 * time.Second
	measureEvery  = 20 * time.Minute // each service once a day
	plannedEvery  = time.Minute
	domainsEvery  = time.Minute // each domain once a day
)

// job is something that Gatehouse does by itself.
type job struct {
	name  string
	every time.Duration
	run   func(ctx context.Context) error
}

func (a *App) jobs() []job {
	return []job{
		{"flush tallies", flushEvery, func(ctx context.Context) error {
			_, err := a.Gate.Flush(ctx)
			return err // the runner names the job
		}},
		{"count entries", flushEvery, func(ctx context.Context) error {
			_, err := a.Gate.CountOn(ctx)
			return err // as above
		}},
		{"sign note", noteEvery, a.SignNote},
		{"mail ends of logs", noteEvery, a.MailHeads},
		{"make exports", exportEvery, a.Exports.Make},
		{"import", exportEvery, a.Imports.Work},
		{"prune imports", pruneEvery, a.Imports.Prune},
		{"prune exports", pruneEvery, a.Exports.Prune},
		{"prune sign-ins", pruneEvery, a.People.Prune},
		{"prune first visits", sweepEvery, a.Gate.PruneOnce},
		{"close assistance", flushEvery, a.Assist.Close},
		{"prune panel links", sweepEvery, a.Hosting.PruneLogins},
		{"close panels", closeEvery, a.Hosting.CloseUp},
		{"ask servers", followEvery, a.Hosting.FollowUp},
		{"measure services", measureEvery, a.Hosting.MeasureAll},
		{"planned ends", plannedEvery, a.Orders.Round},
		{"ask registrars", domainsEvery, a.Domains.Refresh},
		{"remind of domains", domainsEvery, a.Domains.Remind},
		{"look at servers", serversEvery, a.Hosting.LookAround},
		{"remind of sign-in rules", rulesEvery, a.Accounts.RemindOfRules},
		{"carry the log", streamEvery, a.CarryLog},
		{"idle staff", rulesEvery, a.Staffing.Round},
		{"remind of emergencies", rulesEvery, a.Assist.RemindOfEmergencies},
		{"remind of trainings", sweepEvery, a.Conduct.Round},
		{"access reviews", reviewsEvery, a.Reviews.Round},
		{"reviews of the staff", reviewsEvery, a.Staffing.ReviewRound},
		{"watch the logs", watchEvery, a.Watch.Look},
		{"mail daily alerts", dailyEvery, a.Watch.MailDue},
		{"prune alerts", sweepEvery, a.Watch.Prune},
		{"check servers", checksEvery, a.CheckServers},
		{"prune status days", sweepEvery, a.Status.Prune},
		{"forget unconfirmed addresses", pruneEvery, a.Subscribers.Prune},
		{"sweep outbox", sweepEvery, a.Outbox.Sweep},
		{"make invoices", invoicesEvery, a.Recurring.Work},
		{"make papers", papersEvery, a.Papers.Make},
		{"collect by card", collectEvery, a.Cards.Collect},
		{"warn of cards that end", noteEvery, a.Cards.Warn},
		{"collect by direct debit", collectEvery, a.Debits.Work},
		{"ask about payments", collectEvery, a.Inquiries.Ask},
		{"ask about refunds", collectEvery, a.Billing.FollowRefunds},
		{"remind of invoices", remindersEvery, a.Reminders.Work},
		{"check VAT numbers", sweepEvery, a.VATIDs.Round},
		{"count figures", noteEvery, a.Figures.Count},
		{"prune figures", sweepEvery, a.Figures.Prune},
		{"audit the ledger", sweepEvery, a.Billing.AuditNightly},
	}
}

// SignNote writes the hourly note of the heads that moved to the folder outside the database.
func (a *App) SignNote(ctx context.Context) error {
	n, err := a.Gate.SignNotes(ctx, a.Config.Notes.Dir, a.noteCopies()...)
	if err != nil {
		return fmt.Errorf("sign a note: %w", err)
	}
	if n > 0 {
		a.Logger.InfoContext(ctx, "notes signed", slog.Int("notes", n))
	}
	return nil
}
