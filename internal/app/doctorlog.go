package app

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/db"
)

// guards are the triggers that refuse to change or delete what is only added to.
func guards() []string {
	return []string{
		"entries_never_change", "entries_never_go", "ledger_entries_never_change", "ledger_entries_never_go",
		"invoices_never_change", "invoices_never_go", "invoice_lines_never_come", "invoice_lines_never_change",
		"invoice_lines_never_go",
		"archive_segments_never_change", "archive_segments_never_go", "archive_gaps_never_change", "archive_gaps_never_go",
	}
}

// log looks at what keeps the log and the books from being changed behind the program's back.
func (d *doctor) log(ctx context.Context, a *App) {
	weak, err := a.Gate.Protection(ctx)
	if err != nil {
		d.note("log", false, "The log's protection cannot be looked at: %v.", err)
		return
	}
	for _, w := range weak {
		d.note("log", false, "%s", w)
	}
	if len(weak) == 0 && d.cfg.Database.Driver == config.MySQL {
		d.note("log", true, "The program's database user may not change or delete entries of the log or of the ledger.")
	}
	d.triggers(ctx, a.database())
}

// maintainer looks at the user who moves old entries into the archive, where the configuration names one.
func (d *doctor) maintainer(ctx context.Context) {
	if d.cfg.Database.Driver != config.MySQL || d.cfg.Database.MaintainDSN.IsEmpty() {
		return
	}
	a, err := Maintain(ctx, d.cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		d.note("archive", false, "The user in database.maintain_dsn cannot come in: %v.", err)
		return
	}
	defer func() { _ = a.Close() }()
	wrong := a.Gate.Maintains(ctx)
	for _, text := range wrong {
		d.note("archive", false, "%s", text)
	}
	if len(wrong) == 0 {
		d.note("archive", true, "The user who maintains the log may do that, and nothing else to it.")
	}
}

func (d *doctor) triggers(ctx context.Context, at db.Config) {
	names, known, err := db.Triggers(ctx, at)
	var missing []string
	for _, guard := range guards() {
		if !slices.Contains(names, guard) {
			missing = append(missing, guard)
		}
	}
	switch {
	case err != nil:
		d.note("triggers", false, "The triggers cannot be looked at: %v.", err)
	case !known:
		d.note("triggers", true, "Whether the triggers of the log are there is not known: the program's database user "+
			"cannot see them. Name the user that owns the schema in database.migrate_dsn to have it checked.")
	case len(missing) > 0:
		d.note("triggers", false, "These triggers, which refuse to change what is only added to, are missing: %s. Make them "+
			"again as in migrations/%s, as the user that owns the schema.", strings.Join(missing, ", "), at.Dialect)
	default:
		d.note("triggers", true, "The database refuses to change or delete entries of the log or of the ledger.")
	}
}

// notes looks at where the signed notes go. Beside the database they are worth little to whoever lost both.
func (d *doctor) notes() {
	n := d.cfg.Notes
	probe, err := os.CreateTemp(existing(n.Dir), ".doctor-*")
	if err != nil {
		d.note("notes", false, "No note can be written into %s: %v. Make the folder writable, or name another in notes.dir.",
			n.Dir, err)
		return
	}
	_, _ = probe.Close(), os.Remove(probe.Name())
	elsewhere := n.Webhook != nil || n.MailTo != ""
	beside := d.cfg.Database.Driver == config.SQLite && within(n.Dir, filepath.Dir(d.cfg.Database.WriteDSN.Reveal()))
	switch {
	case beside && !elsewhere && !d.cfg.Demo:
		d.note("notes", false, "Signed notes are kept beside the database alone. Whoever can change the one can change the "+
			"other: name a folder elsewhere in notes.dir, or set notes.webhook or notes.mail_to.")
	case elsewhere:
		d.note("notes", true, "Signed notes go to %s, and copies elsewhere.", n.Dir)
	default:
		d.note("notes", true, "Signed notes go to %s.", n.Dir)
	}
}

// existing is a folder, or the nearest one above it that is there: the program makes the rest.
func existing(folder string) string {
	for folder != filepath.Dir(folder) {
		if info, err := os.Stat(folder); err == nil && info.IsDir() {
			return folder
		}
		folder = filepath.Dir(folder)
	}
	return folder
}

// streams looks for streams that do not get through.
func (d *doctor) streams(ctx context.Context, a *App) {
	failing, err := a.Streams.Failing(ctx)
	if err != nil {
		d.note("streams", false, "The streams of the log cannot be looked at: %v.", err)
		return
	}
	for _, f := range failing {
		whose := "the provider"
		if !f.Account.IsZero() {
			whose = "account " + f.Account.String()
		}
		d.note("streams", false, "The stream %s of %s does not get through since %s: %s Nothing is lost; it goes on where "+
			"it stopped.", f.Stream, whose, f.Failing.Format("2006-01-02 15:04 MST"), f.Trouble.Sentence())
	}
	if len(failing) == 0 {
		d.note("streams", true, "No stream of the log fails.")
	}
}
