package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"regexp"
	"time"

	"github.com/pquerna/otp/totp"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit/mariadb"
)

const (
	ownerEmail = "olivia@northwind.example"
	passphrase = "seven wooden ferries sail"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func door() accounts.Door {
	return accounts.Door{
		Address: netip.MustParseAddr("192.0.2.24"), Device: sessions.DeviceInWords(browser),
		RequestID: id.New[id.RequestKind]().String(),
	}
}

func stranger() actor.Actor {
	d := door()
	return actor.Enter(actor.Details{Kind: actor.Anonymous, Address: d.Address, Device: d.Device, RequestID: d.RequestID})
}

// signIn lets the owner in and returns the token of the session. The code of a demo's code app is typed where asked
// for.
func signIn(ctx context.Context, a *app.App, password string) (string, error) {
	out, err := a.People.SignIn(ctx, stranger(), ownerEmail, password)
	if err != nil {
		return "", fmt.Errorf("sign in %s: %w", ownerEmail, err)
	}
	if out.Token != "" {
		return out.Token, nil
	}
	code, err := totp.GenerateCode(persons.DemoSecret, time.Now())
	if err != nil {
		return "", fmt.Errorf("code: %w", err)
	}
	if out, err = a.People.SecondFactor(ctx, stranger(), out.Half, factors.Code(code)); err != nil {
		return "", fmt.Errorf("second step of %s: %w", ownerEmail, err)
	}
	return out.Token, nil
}

// firstAccount is the account that a person has a place in.
func firstAccount(ctx context.Context, a *app.App, token string) (id.Account, error) {
	visit, err := a.Accounts.BySession(ctx, token, id.Account{}, door())
	if err != nil {
		return id.Account{}, fmt.Errorf("session: %w", err)
	}
	page, err := a.Accounts.MyAccounts(ctx, visit.Who, "", 0, 1)
	if err != nil || page.All == 0 {
		return id.Account{}, errors.Join(errors.New("there is no account"), err)
	}
	return page.Places[0].Account, nil
}

// house is a program with one account, whose owner is signed in. It does everything as in production; the disk is
// waited for at each commit.
type house struct {
	*app.App
	account id.Account
	owner   actor.Details
	token   string // of the owner's session
}

// furnish makes a house on an empty database.
func furnish(ctx context.Context, cfg *config.Config, server *mariadb.Database) (_ *house, err error) {
	if _, err := secretbox.Create(cfg.KeysDir); err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	if _, err := app.Migrate(ctx, cfg, quiet()); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	if server != nil {
		if err := server.GrantTables(ctx); err != nil {
			return nil, fmt.Errorf("rights: %w", err)
		}
	}
	token, err := moveIn(ctx, cfg)
	if err != nil {
		return nil, err
	}
	inUse := *cfg
	inUse.Demo = false
	h := &house{token: token}
	if h.App, err = app.Open(ctx, &inUse, quiet()); err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Close())
		}
	}()
	if h.account, err = firstAccount(ctx, h.App, token); err != nil {
		return nil, err
	}
	visit, err := h.Accounts.BySession(ctx, token, h.account, door())
	h.owner = visit.Who.Details
	return h, err
}

// moveIn makes the account and lets its owner in, by an invitation that the demo's mailbox shows.
func moveIn(ctx context.Context, cfg *config.Config) (token string, err error) {
	a, err := app.Open(ctx, cfg, quiet())
	if err != nil {
		return "", fmt.Errorf("open: %w", err)
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	_, err = a.Accounts.Create(ctx, actor.NewShell("bench"), accounts.NewAccount{
		Name: "Northwind Bakery Ltd", Currency: "GBP", OwnerEmail: ownerEmail,
	})
	if err != nil {
		return "", fmt.Errorf("account: %w", err)
	}
	if _, err := a.Outbox.Deliver(ctx); err != nil {
		return "", fmt.Errorf("invitation: %w", err)
	}
	link := regexp.MustCompile(`/invitations/([A-Za-z0-9_-]+)`)
	for _, m := range a.Mailbox.List() {
		found := link.FindStringSubmatch(m.Text)
		if m.To != ownerEmail || found == nil {
			continue
		}
		owner := accounts.Acceptance{Name: "Olivia Marsh", Password: passphrase}
		if _, err := a.Accounts.Accept(ctx, stranger(), found[1], owner); err != nil {
			return "", fmt.Errorf("accept: %w", err)
		}
		return signIn(ctx, a, passphrase)
	}
	return "", errors.New("no invitation came")
}

// onSQLite is the configuration of a house on a file.
func onSQLite(dir string) (*config.Config, error) {
	return config.Demo("localhost:8080", dir) // it names the bad value
}

// onMariaDB is the configuration of a house on a server; its keys are in the folder.
func onMariaDB(dir string, d mariadb.Database) (*config.Config, error) {
	cfg, err := onSQLite(dir)
	if err != nil {
		return nil, err
	}
	cfg.Database.Driver = config.MySQL
	cfg.Database.WriteDSN, cfg.Database.ReadDSN = config.NewSecret(d.Write), config.NewSecret(d.Read)
	cfg.Database.MigrateDSN = config.NewSecret(d.Migrate)
	cfg.Database.MaintainDSN = config.NewSecret(d.Maintain)
	return cfg, nil
}

func houseOnSQLite(ctx context.Context, dir string) (*house, error) {
	cfg, err := onSQLite(dir)
	if err != nil {
		return nil, err
	}
	return furnish(ctx, cfg, nil)
}

func houseOnMariaDB(ctx context.Context, dir string, server *mariadb.Server) (*house, func(), error) {
	database, err := mariadb.CreateDatabase(ctx, server.DSN())
	if err != nil {
		return nil, nil, fmt.Errorf("database: %w", err)
	}
	drop := func() { _ = database.Drop(context.WithoutCancel(ctx)) } // the server's folder goes anyway
	cfg, err := onMariaDB(dir, database)
	if err != nil {
		drop()
		return nil, nil, err
	}
	h, err := furnish(ctx, cfg, &database)
	if err != nil {
		drop()
		return nil, nil, err
	}
	return h, drop, nil
}
