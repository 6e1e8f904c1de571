// Package app puts the program together, in reading order: configuration, database, kernel, domains, web, jobs. It is
// where messages between domains are bound, and nothing else is decided here.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/archives"
	"gatehouse/internal/assist"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/bank"
	"gatehouse/internal/billing/cards"
	"gatehouse/internal/billing/debits"
	"gatehouse/internal/billing/inquiries"
	"gatehouse/internal/billing/papers"
	"gatehouse/internal/billing/paylinks"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/billing/reminders"
	"gatehouse/internal/billing/reports"
	"gatehouse/internal/billing/sandbox"
	"gatehouse/internal/billing/vatids"
	"gatehouse/internal/bookmarks"
	"gatehouse/internal/conduct"
	"gatehouse/internal/domains"
	"gatehouse/internal/domains/demoregistrar"
	"gatehouse/internal/exports"
	"gatehouse/internal/figures"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/demopanel"
	"gatehouse/internal/hosting/orders"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/imports"
	"gatehouse/internal/notices"
	"gatehouse/internal/outbox"
	"gatehouse/internal/overview"
	"gatehouse/internal/ownership"
	"gatehouse/internal/pinned"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/geo"
	"gatehouse/internal/platform/mailer"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/recovery"
	"gatehouse/internal/reviews"
	"gatehouse/internal/settings"
	"gatehouse/internal/staffing"
	"gatehouse/internal/status"
	"gatehouse/internal/status/subscribers"
	"gatehouse/internal/streams"
	"gatehouse/internal/support"
	"gatehouse/internal/teams"
	"gatehouse/internal/watch"
)

// App is the program with its rooms. Tests and commands use the rooms directly; Serve lets people in.
type App struct {
	Config *config.Config
	Logger *slog.Logger
	Offset *clock.Offset // added to the database's time: zero but in tests and while the demo's past is made

	Writer *db.Writer
	Reader *db.Reader
	Box    *secretbox.Box

	Settings *settings.Settings

	Access *access.Access
	Log    *activity.Log
	Gate   *gate.Gate
	Outbox *outbox.Box

	People      *identity.People
	Accounts    *accounts.Accounts
	Billing     *billing.Billing
	VATIDs      *vatids.VATIDs
	Bank        *bank.Bank
	PayLinks    *paylinks.Links
	Recurring   *recurring.Recurring
	Cards       *cards.Cards
	Debits      *debits.Debits
	Inquiries   *inquiries.Inquiries
	Reports     *reports.Reports
	Figures     *figures.Figures
	Papers      *papers.Papers
	Reminders   *reminders.Reminders
	Hosting     *hosting.Hosting
	Orders      *orders.Orders
	Domains     *domains.Domains
	Status      *status.Status
	Subscribers *subscribers.Subscribers
	Overview    *overview.Overview
	Support     *support.Support
	Recovery    *recovery.Recovery
	Ownership   *ownership.Ownership
	Teams       *teams.Teams
	Assist      *assist.Assist
	Staffing    *staffing.Staffing
	Streams     *streams.Streams
	Reviews     *reviews.Reviews
	Exports     *exports.Exports
	Archives    *archives.Archives
	Watch       *watch.Watch
	Bookmarks   *bookmarks.Bookmarks
	Pinned      *pinned.Pinned
	Notices     *notices.Notices
	Conduct     *conduct.Conduct
	Imports     *imports.Imports

	Sandbox   *sandbox.Gateway // nil unless configured
	DemoPanel *demopanel.Panel // nil unless configured

	DemoRegistrar *demoregistrar.Registrar // nil but in a demo

	Mailbox *mailer.Mailbox // the demo's mails; nil elsewhere
	sender  mailer.Sender
	places  *geo.Places
}

// errDemoKeys says that a production program was started on the keys of a demo, which everybody knows how to make.
var errDemoKeys = errors.New("these keys were made for a demo and must not seal the data of real people: " +
	"make new ones in an empty folder with `gatehouse keys create`")

// Open connects everything. The database must be migrated; Migrate does that.
func Open(ctx context.Context, cfg *config.Config, logger *slog.Logger) (*App, error) {
	a := &App{Config: cfg, Logger: logger, Offset: &clock.Offset{}}
	box, err := secretbox.Open(cfg.KeysDir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there are no keys in %s: make them with `gatehouse keys create`", cfg.KeysDir)
	}
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	if box.IsDemo() && !cfg.Demo {
		return nil, errDemoKeys
	}
	a.Box = box
	if a.Writer, a.Reader, err = db.Open(ctx, a.database()); err != nil {
		return nil, err
	}
	if err := a.furnish(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	if err := a.Gate.Begin(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// database is where the configuration says the data is.
// kernel makes what every room stands on.
func (a *App) kernel() error {
	var err error
	if a.places, err = geo.Open(a.Config.GeoIPFile); err != nil {
		return err // geo names the setting
	}
	if a.Access, err = access.New(a.policies()); err != nil {
		return fmt.Errorf("policies: %w", err)
	}
	if a.Config.Demo {
		a.Access.LetStaffUseCodes()
	}
	a.Log = activity.New(a.Reader, a.Box)
	a.Gate = gate.New(a.Writer, a.Reader, a.Access, a.Log, a.Box, a.Logger)
	a.Outbox = outbox.New(a.Writer, a.Reader, a.Box, a.Logger)
	return nil
}

// hasher saves a demo the hundreds of hashes of its past. Nothing but a demo starts with a demo's keys.
func (a *App) hasher() *passwords.Hasher {
	if a.Box.IsDemo() {
		return passwords.NewQuickHasher()
	}
	return passwords.NewHasher()
}

// peopleAndAccess makes the rooms about who people are and what they may.
func (a *App) peopleAndAccess() {
	s := a.Config.Sessions
	a.People = identity.New(a.Gate, a.Reader, a.Box, a.Outbox, identity.Config{
		Brand: a.provider().Name, PublicURL: a.Config.PublicURL,
		BrandNow: func() string { return a.provider().Name },
		Clients:  sessions.Timeouts{Idle: s.CustomerIdle, Absolute: s.CustomerAbsolute},
		Staff:    sessions.Timeouts{Idle: s.StaffIdle, Absolute: s.StaffAbsolute}, StaffCodes: a.Config.Demo,
		Hasher: a.hasher(),
	})
	a.People.Shorten(a.shorter)
	a.Access.Insist(a.leastFactor)
	a.Accounts = accounts.New(a.Gate, a.Reader, a.Box, a.Access, a.People, a.Outbox)
	a.People.Heed(a.Accounts.Demands)
	a.Recovery = recovery.New(
		a.Gate, a.Reader, a.Box, a.Access, a.People, a.Accounts, a.Outbox, a.Config.RecoveryWait,
	)
	a.Ownership = ownership.New(a.Gate, a.Reader, a.Box, a.Access, a.Accounts, a.Outbox)
	if a.Config.HideStaffNames {
		a.Accounts.HideStaffNames()
	}
	a.Assist = assist.New(a.Gate, a.Reader, a.Box, a.People, a.Accounts, a.Outbox, a.Access)
	a.Staffing = staffing.New(a.Gate, a.Reader, a.Box, a.Access, a.People, a.Accounts, a.Outbox)
	a.Conduct = conduct.New(a.Gate, a.Reader, a.Box, a.People, a.Outbox)
	a.Notices = notices.New(a.Gate, a.Reader, a.Accounts)
	a.Teams = teams.New(a.Gate, a.Reader, a.Box, a.Access, a.Accounts, a.Outbox)
	a.Reviews = reviews.New(a.Gate, a.Reader, a.Box, a.Access, a.Accounts, a.Teams, a.Outbox)
}

// furnish makes the rooms, the kernel first.
func (a *App) furnish(ctx context.Context) error {
	if err := a.kernel(); err != nil {
		return err
	}
	if err := a.openSettings(ctx); err != nil {
		return err
	}
	a.peopleAndAccess()
	gateways, err := a.gateways()
	if err != nil {
		return err
	}
	if a.VATIDs, err = a.newVATIDs(); err != nil {
		return err
	}
	if err := a.till(gateways); err != nil {
		return err
	}
	if err := a.services(); err != nil {
		return err
	}
	a.Imports = imports.New(a.Gate, a.Reader, a.Box, a.Accounts, a.Billing, a.Hosting, a.Logger)
	a.Overview = overview.New(a.Gate, a.Reader, a.Box, a.Access, a.People, a.Hosting)
	a.Support = support.New(a.Gate, a.Reader, a.Box, a.People, a.Outbox)
	a.Bookmarks = bookmarks.New(a.Gate, a.Reader, a.Box)
	a.Pinned = pinned.New(a.Gate, a.Reader, a.Box, a.People)
	a.Watch = watch.New(a.Gate, a.Reader, a.Access, a.People, a.Accounts, a.Outbox, a.places, a.Config.TimeZone)
	if a.Streams, err = a.newStreams(); err != nil {
		return err
	}
	a.Archives, err = archives.New(archives.Deps{
		Gate: a.Gate, Log: a.Log, Keeping: a.keeping(), Folder: a.Config.Log.ArchiveDir, Notes: a.Config.Notes.Dir,
		Provider: a.provider().Name, Now: a.Reader.Now,
	})
	if err != nil {
		return err // it says what the law asks for
	}
	a.Exports = exports.New(a.Gate, a.Reader, a.Box, a.Log, a.Outbox, a.Logger, a.provider().Name)
	if a.sender, err = a.newSender(); err != nil {
		return err
	}
	a.bindMessages()
	return nil
}

// till makes the rooms in which money moves.
func (a *App) till(gateways []billing.Gateway) (err error) {
	a.Billing = billing.New(a.Gate, a.Reader, a.Box, a.Accounts, a.Outbox, gateways...).Under(a.billingRules())
	a.Reports = reports.New(a.Gate, a.Reader, a.Box)
	a.Figures = figures.New(a.Gate, a.Reader, a.Access, a.Reports, a.Config.TimeZone)
	a.Papers = papers.New(a.Gate, a.Reader, a.Box, a.Billing, papers.Letterhead{
		Seller: a.letterhead, PublicURL: a.Config.PublicURL.String(),
	}, a.Config.TimeZone)
	a.payers()
	a.Inquiries = inquiries.New(a.Gate, a.Reader, a.Billing, a.Logger)
	a.PayLinks = paylinks.New(a.Gate, a.Reader, a.Box, a.Billing)
	a.Bank = bank.New(a.Gate, a.Reader, a.Box, a.Billing, DefaultCurrency)
	a.Recurring = a.newRecurring()
	a.Reminders, err = a.newReminders()
	return err
}

// services makes the rooms of what clients are given: servers, orders, domains, and how all that stands.
func (a *App) services() error {
	panels, err := a.panels()
	if err != nil {
		return err
	}
	a.Hosting = hosting.New(a.Gate, a.Reader, a.Box, a.Outbox, panels...)
	a.Orders = orders.New(a.Gate, a.Reader, a.Box, a.Outbox, a.Hosting).PricedBy(a.pricesOf)
	if a.Domains, err = a.newDomains(); err != nil {
		return err
	}
	if a.Status, err = a.newStatus(); err != nil {
		return err
	}
	a.Subscribers = subscribers.New(a.Gate, a.Reader, a.Box, a.Outbox)
	return nil
}

// newSender hands mails to the configured server, or keeps them for the demo's mailbox.
func (a *App) newSender() (mailer.Sender, error) {
	const mailboxSize = 500
	if a.Config.Demo {
		a.Mailbox = mailer.NewMailbox(mailboxSize, demoClock{a.Offset})
		return a.Mailbox, nil
	}
	m := a.Config.Mail
	sender, err := mailer.NewSMTP(mailer.SMTPOptions{
		Host: m.Host, Port: m.Port, User: m.User, Password: m.Password.Reveal(), From: m.From, Mode: mailer.Mode(m.TLS),
		FromNow: a.from,
	})
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return sender, nil
}

// Close ends the connections to the database.
func (a *App) Close() error { return errors.Join(a.Writer.Close(), a.Reader.Close(), a.places.Close()) }

// demoClock is the time that the demo lives in, which is long ago while its past is made.
type demoClock struct{ offset *clock.Offset }

// Now is the system's time, moved as the database's is.
func (c demoClock) Now() time.Time { return clock.System().Now().Add(c.offset.Get()) }
