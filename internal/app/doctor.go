package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/mailer"
	"gatehouse/migrations"
)

// Finding is one line of what doctor found.
type Finding struct {
	Area string
	OK   bool
	Text string // what is so, and where it is not well, what to do
}

const (
	skewMost   = 5 * time.Second
	diskLeast  = 1 << 30 // bytes
	certSoon   = 14 * 24 * time.Hour
	doctorTime = 20 * time.Second
)

// Examine looks at everything that the program depends on. It needs no running program and changes nothing.
func Examine(ctx context.Context, cfg *config.Config, logger *slog.Logger) []Finding {
	ctx, cancel := context.WithTimeout(ctx, doctorTime)
	defer cancel()
	d := &doctor{cfg: cfg}
	d.disk()
	d.certificate()
	d.mail(ctx)
	a, err := Open(ctx, cfg, logger)
	if errors.Is(err, activity.ErrBrokenHead) {
		d.note("keys", false, "The keys in %s are not those that this database was written with, or the end of the "+
			"provider's log was altered. Put the right keys there, then run `gatehouse activity verify`.", cfg.KeysDir)
	}
	if err != nil {
		d.note("start", false, "It does not start: %v", err)
		return d.found
	}
	defer func() { _ = a.Close() }()
	d.keys(a)
	d.schema(ctx, a)
	d.log(ctx, a)
	d.maintainer(ctx)
	d.notes()
	d.streams(ctx, a)
	d.servers(ctx, a)
	d.policies(ctx, a)
	d.time(ctx, a)
	d.post(ctx, a)
	d.ledger(ctx, a)
	return d.found
}

type doctor struct {
	cfg   *config.Config
	found []Finding
}

func (d *doctor) note(area string, ok bool, text string, args ...any) {
	d.found = append(d.found, Finding{Area: area, OK: ok, Text: fmt.Sprintf(text, args...)})
}

func (d *doctor) disk() {
	var st syscall.Statfs_t
	if err := syscall.Statfs(d.cfg.DataDir, &st); err != nil {
		d.note("disk", false, "The data folder %s cannot be looked at: %v. Make it, or name another in data_dir.",
			d.cfg.DataDir, err)
		return
	}
	free := st.Bavail * uint64(st.Bsize) //nolint:gosec // a block size is positive
	if free < diskLeast {
		d.note("disk", false, "Only %d MiB are free in %s. Make room: without it nothing can be written.",
			free>>20, d.cfg.DataDir)
		return
	}
	d.note("disk", true, "%d GiB are free in %s.", free>>30, d.cfg.DataDir)
}

func (d *doctor) certificate() {
	c := d.cfg.TLS
	if c.CertFile == "" {
		d.note("tls", true, "A proxy in front presents the certificate.")
		return
	}
	pair, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
	if err != nil {
		d.note("tls", false, "The certificate cannot be used: %v. Check tls.cert_file and tls.key_file.", err)
		return
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		d.note("tls", false, "The certificate cannot be read: %v.", err)
		return
	}
	left := leaf.NotAfter.Sub(clock.System().Now())
	if host := d.cfg.PublicURL.Hostname(); leaf.VerifyHostname(host) != nil {
		d.note("tls", false, "The certificate is not for %s. Get one that is, or mend public_url.", host)
		return
	}
	d.note("tls", left > certSoon, "The certificate is good until %s.", leaf.NotAfter.Format(time.DateOnly))
}

func (d *doctor) mail(ctx context.Context) {
	if d.cfg.Demo {
		d.note("mail", true, "The demo keeps its mails in its own mailbox.")
		return
	}
	m := d.cfg.Mail
	sender, err := mailer.NewSMTP(mailer.SMTPOptions{
		Host: m.Host, Port: m.Port, User: m.User, Password: m.Password.Reveal(), From: m.From, Mode: mailer.Mode(m.TLS),
	})
	if err == nil {
		err = sender.Check(ctx)
	}
	if err != nil {
		d.note("mail", false, "The mail server %s:%d does not take mails: %v. Check mail.host, mail.port, mail.user.",
			m.Host, m.Port, err)
		return
	}
	d.note("mail", true, "The mail server %s:%d answers.", m.Host, m.Port)
}

func (d *doctor) keys(a *App) {
	switch {
	case a.Box.IsDemo() && !d.cfg.Demo:
		d.note("keys", false, "These are a demo's keys. Make new ones: `gatehouse keys create`.")
	case within(d.cfg.KeysDir, d.cfg.DataDir) && d.cfg.Database.Driver == config.SQLite && !d.cfg.Demo:
		d.note("keys", true, "%d sealing keys in %s. They are below the database's folder: back them up apart from it.",
			len(a.Box.Keys()), d.cfg.KeysDir)
	default:
		d.note("keys", true, "%d sealing keys in %s.", len(a.Box.Keys()), d.cfg.KeysDir)
	}
}

func within(inner, outer string) bool {
	rel, err := filepath.Rel(outer, inner)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

func (d *doctor) schema(ctx context.Context, a *App) {
	n, err := db.Pending(ctx, a.database(), migrations.Files())
	switch {
	case err != nil:
		d.note("schema", false, "The schema cannot be looked at: %v.", err)
	case n > 0:
		d.note("schema", false, "%d migrations have not run. Run `gatehouse migrate`.", n)
	default:
		d.note("schema", true, "The schema is up to date.")
	}
}

func (d *doctor) time(ctx context.Context, a *App) {
	now, err := a.Reader.Now(ctx)
	if err != nil {
		d.note("clock", false, "The database's time cannot be read: %v.", err)
		return
	}
	skew := now.Sub(clock.System().Now()).Abs()
	if skew > skewMost {
		d.note("clock", false, "This machine's clock and the database's differ by %s. Run a time service on both: "+
			"codes of code apps are judged by the database's.", skew.Round(time.Second))
		return
	}
	d.note("clock", true, "The clocks agree.")
}

func (d *doctor) post(ctx context.Context, a *App) {
	waiting, failed, err := a.Outbox.Waiting(ctx)
	switch {
	case err != nil:
		d.note("outbox", false, "The outbox cannot be read: %v.", err)
	case failed > 0:
		d.note("outbox", false, "%d messages were given up, %d wait. The server's log says why.", failed, waiting)
	default:
		d.note("outbox", true, "%d messages wait, none was given up.", waiting)
	}
}

func (d *doctor) ledger(ctx context.Context, a *App) {
	findings, err := a.Billing.Audit(ctx)
	if err != nil {
		d.note("ledger", false, "The ledger cannot be audited: %v.", err)
		return
	}
	for _, f := range findings {
		d.note("ledger", false, "%s. Compare with a backup: no form of the portal does that.", f)
	}
	if len(findings) == 0 {
		d.note("ledger", true, "The ledger sums to zero and no invoice number is missing.")
	}
}

// sums says what the ledger holds in each currency.
func (d *doctor) sums(ctx context.Context, a *App) {
	sums, err := ledger.Sums(ctx, a.Reader)
	if err != nil {
		d.note("ledger", false, "The ledger cannot be summed up: %v.", err)
	}
	for _, s := range sums {
		d.note("ledger", s.Minor == 0, "%d postings in %s come to %s.", s.Lines, s.Currency, money.New(s.Minor, s.Currency))
	}
}

// AuditLedger is the part of Examine that looks through the books, without a limit of time.
func AuditLedger(ctx context.Context, cfg *config.Config, logger *slog.Logger) []Finding {
	d := &doctor{cfg: cfg}
	a, err := Open(ctx, cfg, logger)
	if err != nil {
		d.note("start", false, "It does not start: %v", err)
		return d.found
	}
	defer func() { _ = a.Close() }()
	d.sums(ctx, a)
	d.ledger(ctx, a)
	return d.found
}

// ErrUnwell says that doctor found something to mend.
var ErrUnwell = errors.New("something needs mending")
