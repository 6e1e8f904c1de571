package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"

	"gatehouse/internal/app"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/secretbox"
)

// filler writes people and their places straight into the tables, because asking each of a million in takes days. What
// is sealed is sealed as the rooms do it. It remembers the first error.
type filler struct {
	ctx context.Context //nolint:containedctx // it lives as long as one transaction
	tx  *sql.Tx
	app *app.App
	err error
}

// filled lets a filler write into a program's database, in one transaction.
func filled(ctx context.Context, a *app.App, fill func(*filler)) (err error) {
	pool, err := pool(a.Config)
	if err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	f := &filler{ctx: ctx, tx: tx, app: a}
	if fill(f); f.err != nil {
		return fmt.Errorf("fill: %w", f.err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	return nil
}

// pool opens the database of a program for writing, without its guards.
func pool(cfg *config.Config) (*sql.DB, error) {
	if cfg.Database.Driver == config.MySQL {
		return sql.Open("mysql", cfg.Database.WriteDSN.Reveal())
	}
	return sql.Open("sqlite", "file:"+filepath.ToSlash(cfg.Database.WriteDSN.Reveal())+
		"?_pragma=busy_timeout(5000)&_pragma=synchronous(0)&_pragma=cache_size(-64000)")
}

func (f *filler) exec(text string, args ...any) {
	if f.err == nil {
		_, f.err = f.tx.ExecContext(f.ctx, text, args...)
	}
}

// sealed seals a text into its column.
func (f *filler) sealed(table, column string, row []byte, text string) secretbox.Sealed {
	s, err := f.app.Box.Seal(text, secretbox.Place{Table: table, Column: column, Row: row})
	if f.err == nil {
		f.err = err
	}
	return s
}

// persons makes people who can sign in nowhere yet. They are told apart from others by when they were made: long ago.
func (f *filler) persons(n int) {
	for i := range n {
		key := id.New[id.PersonKind]().Bytes()
		email := fmt.Sprintf("person%d.%x@crowd.example", i, key[10:])
		f.exec("INSERT INTO persons (id, email, email_index, name, state, locale, time_zone, created_at) "+
			"VALUES (?, ?, ?, ?, 'active', 'en-GB', 'Europe/London', ?)", key, f.sealed("persons", "email", key, email),
			f.app.People.EmailIndex(email), f.sealed("persons", "name", key, fmt.Sprintf("Person No%d. Crowd", i)), i)
	}
}

// account makes an account in which the first so many of the people have a place.
func (f *filler) account(name string, people int) {
	account := id.New[id.AccountKind]().Bytes()
	f.exec("INSERT INTO accounts (account_id, name, currency, state, created_at) VALUES (?, ?, 'GBP', 'active', 0)",
		account, f.sealed("accounts", "name", account, name))
	f.places(account, people)
}

// places gives an account a role of its own, and the first so many of the people a place in it: half of them have that
// role, and half are bookkeepers.
func (f *filler) places(account []byte, people int) {
	role := id.New[id.RoleKind]().Bytes()
	f.exec("INSERT INTO custom_roles (id, account_id, name, verbs, created_at) "+
		"VALUES (?, ?, ?, 'account:view invoices:view', 0)", role, account, f.sealed("custom_roles", "name", role, "Reader"))
	random := "randomblob(16)"
	if f.app.Config.Database.Driver == config.MySQL {
		random = "RANDOM_BYTES(16)"
	}
	f.exec("INSERT INTO memberships (id, account_id, person_id, role, custom_role_id, created_at) "+
		"SELECT "+random+", ?, id, CASE WHEN created_at % 2 = 0 THEN 'billing' ELSE 'custom' END, "+
		"CASE WHEN created_at % 2 = 0 THEN NULL ELSE ? END, 0 FROM persons WHERE created_at < ?", account, role, people)
}

// owner makes somebody an owner of an account.
func (f *filler) owner(account, person []byte) {
	f.exec("INSERT INTO memberships (id, account_id, person_id, role, created_at) VALUES (?, ?, ?, 'owner', 0)",
		id.New[id.MembershipKind]().Bytes(), account, person)
}
