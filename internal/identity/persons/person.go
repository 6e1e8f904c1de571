package persons

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

const (
	longestPersonName = 120 // code points
	defaultLocale     = "en-GB"
)

// What everybody in the demo signs in with.
const (
	DemoPassword = "harbour-demo-passphrase"          //nolint:gosec // known to all, refused outside the demo
	DemoSecret   = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" //nolint:gosec // the same
)

// NewPerson is what is known of somebody who is about to be given a sign-in.
type NewPerson struct {
	Email    string
	Name     string
	Password string
	Staff    bool   // staff are signed out sooner
	Locale   string // empty: en-GB
	TimeZone string // empty: the provider’s
}

// Prepared is a checked NewPerson whose password is hashed already: hashing must not hold up a transaction.
type Prepared struct {
	row  Row
	name string
}

// Person is the id that the person will have.
func (n Prepared) Person() id.Person { return n.row.ID }

// Prepare checks everything about a new person and hashes their password. The faults name the fields of the form:
// email, name, password.
func (p *Persons) Prepare(ctx context.Context, n NewPerson) (Prepared, error) {
	email, err := ParseEmail(n.Email)
	if err != nil {
		return Prepared{}, err
	}
	name, err := ParseName(n.Name)
	if err != nil {
		return Prepared{}, err
	}
	if err := p.CheckPassword(n.Password, passwords.Context{Email: email, Name: name}); err != nil {
		return Prepared{}, err
	}
	if _, err := time.LoadLocation(n.TimeZone); err != nil {
		return Prepared{}, fault.InvalidField("time_zone", "Choose a time zone from the list.")
	}
	if n.Locale == "" {
		n.Locale = defaultLocale
	}
	hash, err := p.hasher.Hash(ctx, n.Password)
	if err != nil {
		return Prepared{}, err
	}
	row := Row{
		ID: id.New[id.PersonKind](), EmailIndex: p.EmailIndex(email), State: Active, Staff: n.Staff,
		Locale: n.Locale, TimeZone: n.TimeZone, Version: 1,
	}
	for _, part := range []struct {
		into         *secretbox.Sealed
		column, text string
	}{{&row.Email, "email", email}, {&row.Name, "name", name}, {&row.PasswordHash, "password_hash", hash}} {
		if *part.into, err = p.box.Seal(part.text, Place(part.column, row.ID)); err != nil {
			return Prepared{}, err
		}
	}
	return Prepared{row: row, name: name}, nil
}

// CheckPassword applies the rules to a new password. The demo's is printed for everybody to see: with any other keys
// than the demo's it is refused.
func (p *Persons) CheckPassword(password string, about passwords.Context) error {
	about.Brand = p.brand
	if password == DemoPassword && !p.box.IsDemo() {
		return fault.InvalidField("password", "This password belongs to our demo. Choose another.")
	}
	return p.rules.Check(password, about)
}

// Name is the name that the person will go by.
func (n Prepared) Name() string { return n.name }

// ParseName checks the name that somebody goes by.
func ParseName(text string) (string, error) {
	text = strings.Join(strings.Fields(norm.NFC.String(text)), " ")
	switch {
	case text == "":
		return "", fault.InvalidField("name", "Enter a name.")
	case utf8.RuneCountInString(text) > longestPersonName:
		return "", fault.InvalidField("name", fmt.Sprintf("Use at most %d characters.", longestPersonName))
	case !utf8.ValidString(text) || strings.ContainsFunc(text, Misleads):
		return "", fault.InvalidField("name", "This name has characters that cannot be stored.")
	}
	return text, nil
}

// Misleads holds for what breaks a line, turns it round or is not seen in it, but for what scripts need to join
// letters: names stand in the log and in mails (L4, I7).
func Misleads(r rune) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) && r != nonJoiner && r != joiner
}

// CreatePerson writes a prepared person and opens their chain, in a change that holds the provider's chain. The entries
// that it returns belong to that change. An address that somebody has already is a conflict.
func (p *Persons) CreatePerson(tx *db.Tx, g gate.Grant, n Prepared) (gate.Entry, error) {
	n.row.CreatedAt, n.row.PasswordChangedAt = db.At(g.Now()), db.At(g.Now())
	err := tx.Create(&n.row).Error
	if db.IsDuplicate(err) {
		return gate.Entry{}, fault.Conflict("Somebody with this e-mail address has a sign-in already.")
	}
	if err != nil {
		return gate.Entry{}, fmt.Errorf("create person: %w", err)
	}
	opened, err := p.gate.Open(tx, g, id.PersonScope(n.row.ID), n.name)
	if err != nil {
		return gate.Entry{}, err
	}
	return opened.And(g.EntryIn(id.PersonScope(n.row.ID), activity.PersonCreated,
		activity.Details{Target: About(n.row.ID, n.name)})), nil
}

// PersonByEmail finds who has an address, however it is spelt; the zero id where nobody has. Through a transaction's
// handle it sees what the transaction sees.
func (p *Persons) PersonByEmail(tx *db.Tx, email string) (id.Person, error) {
	row, err := FindBy(tx.DB, "email_index = ?", p.EmailIndex(email))
	return row.ID, err
}

// MarkStaff says that a person is of the provider's staff, or no longer: it decides when their sessions time out. It
// goes with the change that gives or takes the seat.
func (p *Persons) MarkStaff(tx *db.Tx, person id.Person, staff bool) error {
	err := tx.Model(&Row{}).Where("id = ?", person).Update("staff", staff).Error
	if err != nil {
		return fmt.Errorf("mark staff: %w", err)
	}
	return nil
}
