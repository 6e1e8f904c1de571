package gate

import (
	"context"
	"fmt"
	"slices"

	"gatehouse/internal/platform/db"
)

// Bookkeep writes to one of a few short tables without an entry: what must survive a rollback or is no change of
// anything that people look at. The list is short, and every addition to it is a decision.
func (g *Gate) Bookkeep(ctx context.Context, table string, work func(tx *db.Tx) error) error {
	if !slices.Contains(Bookkept(), table) {
		return fmt.Errorf("%w: %s", ErrNotShort, table)
	}
	err := g.writer.Do(ctx, func(tx *db.Tx) error { return work(db.OnlyTable(tx, table)) })
	if err != nil {
		return fmt.Errorf("bookkeep %s: %w", table, err)
	}
	return nil
}

// Bookkept are the tables that Bookkeep may write.
func Bookkept() []string {
	return []string{
		"tallies",               // what happens too often to be written one by one
		"signin_counters",       // failed tries: must survive the rollback of what failed
		"challenges",            // tries of a second step, counted before they are checked
		"ceremonies",            // what keys are asked to sign; used up by the first answer, right or wrong
		"sessions",              // when a session was last seen
		"memberships",           // when somebody was last in an account
		"permission_uses",       // when somebody last used the permissions of an area
		"service_uses",          // when somebody last came to a service
		"panel_logins",          // a link that was used up, whatever follows; what it left behind, and its end
		"service_days",          // what a service used on a day, by its server's count
		"service_usage",         // the same by the last count
		"debit_inquiries",       // when a gateway was asked about a Direct Debit of which no notice came
		"server_looks",          // how a server with services was when it was last looked at
		"service_work",          // how often a server was asked to follow our record; that it did is an entry
		"domain_looks",          // when a registrar was asked about a domain; what it said that is new is an entry
		"password_resets",       // links that are long over are removed
		"email_changes",         // the same
		"alerts",                // links that are long over
		"stream_states",         // how a stream of the log fares
		"stream_cursors",        // how far it has come
		"alert_cursors",         // how far each log was looked through for alerts
		"alert_hits",            // what people were told of long ago is forgotten
		"activity_exports",      // how often the making of one was tried
		"activity_export_parts", // made, and taken away, for an export that was written down when it was asked for
		"status_checks",         // how a part of the status page was when it was last looked at
		"status_days",           // how it was on each day
		"status_subscribers",    // an address that never confirmed, and how many mails one had; its will is an entry
		"checkout_inquiries",    // when a gateway was asked about a checkout; what it said is an entry
		"refund_inquiries",      // when a gateway was asked about a refund; what it said is an entry
		"invoice_runs",          // how far the making of invoices is, which are entries of their own
		"invoice_run_failures",  // for whom it failed
		"vat_checks",            // that a register gave no answer; what it answers is an entry
		"imports",               // who works on one, and how far it is: its start and its end are entries
		"import_rows",           // lines of a file, before anything is made of them, and what came of each
		"import_keys",           // under which id something is about to be made, which leaves its own entry
		"daily_figures",         // how things stood on a day, by what other tables say
		"outbox",                // word of failed tries, which are no change of anything
	}
}
