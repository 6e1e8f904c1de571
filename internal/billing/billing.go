package billing

import (
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/accounts"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

// The kinds of messages that billing puts into the outbox. Whoever mails them looks up who pays for the account.
const (
	MailInvoice = "mail.invoice" // carries an InvoiceIssued
	MailReceipt = "mail.receipt" // carries a PaymentTaken
	MailRefused = "mail.refused" // carries a PaymentRefused, for the provider's people
	MailNotices = "mail.notices" // carries a NoticesRefused, for the provider's people
)

// InvoiceIssued tells whoever pays that there is an invoice.
type InvoiceIssued struct {
	Account id.Account   `json:"account"`
	Invoice id.Invoice   `json:"invoice"`
	Number  string       `json:"number"`
	About   string       `json:"about"`
	Total   money.Amount `json:"total"`
	Due     time.Time    `json:"due"`
}

// PaymentTaken confirms a payment. Paid is all that was paid; Left is what the invoice still asks for.
type PaymentTaken struct {
	Account id.Account `json:"account"`
	Invoice id.Invoice `json:"invoice"`
	Payment id.Payment `json:"payment"`
	Payer   id.Person  `json:"payer,omitzero"`
	Number  string     `json:"number"`
	// Together are the invoices that were paid with one payment, the one of Number among them; none: that one alone.
	Together []Share      `json:"together,omitempty"`
	Gateway  string       `json:"gateway"`
	Paid     money.Amount `json:"paid"`
	Left     money.Amount `json:"left"`
	Surplus  money.Amount `json:"surplus"`
	At       time.Time    `json:"at"`
}

// Billing is the room. It is safe for concurrent use.
type Billing struct {
	gate     *gate.Gate
	reader   *db.Reader
	box      *secretbox.Box
	accounts *accounts.Accounts
	outbox   *outbox.Box
	gateways []Gateway
	rules    Rules
	saved    Saved // nil: no cards are kept
	debits   Saved // nil: no Direct Debit is taken
}

// Rules are what the provider decides about its billing.
type Rules struct {
	Country string // whose law the series follow, two letters
	// Law is the country by now, and what new numbers begin with; nil: always Country, and nothing.
	Law func() (country, prefix string)
	// Limit is up to which amount one person of the provider may do away with money, in whole units of whatever currency:
	// a payment recorded by hand, a credit note, a write-off, a refund. Above it a second person has to approve (A10).
	Limit int64
	// Refuted says whether the register of a VAT number does not know it; nil: no register is asked.
	Refuted func(q *gorm.DB, g gate.Grant, number string) (bool, error)
}

// usualLimit is the limit where nothing else is said.
const usualLimit = 500

// Under sets the rules, before the room is used.
func (b *Billing) Under(r Rules) *Billing {
	if r.Country != "" {
		b.rules.Country = r.Country
	}
	if r.Law != nil {
		b.rules.Law = r.Law
	}
	if r.Limit > 0 {
		b.rules.Limit = r.Limit
	}
	if r.Refuted != nil {
		b.rules.Refuted = r.Refuted
	}
	return b
}

// ReverseCharge says why a client cannot be charged with a reverse charge; empty where they can.
func (b *Billing) ReverseCharge(q *gorm.DB, g gate.Grant, client accounts.Account) (why string, err error) {
	if client.TaxID == "" {
		return "A reverse charge needs the client’s VAT number in their details.", nil
	}
	if b.rules.Refuted == nil {
		return "", nil
	}
	refuted, err := b.rules.Refuted(q, g, client.TaxID)
	if err != nil || !refuted {
		return "", err // whoever asked the register says what it did
	}
	return "The register does not know the client’s VAT number: a reverse charge is not applied until it does.", nil
}

// New makes the room. The first gateway is the one that pays where none is named. It reads and writes nothing yet.
func New(
	g *gate.Gate, reader *db.Reader, box *secretbox.Box, a *accounts.Accounts, post *outbox.Box, gateways ...Gateway,
) *Billing {
	return &Billing{
		gate: g, reader: reader, box: box, accounts: a, outbox: post, gateways: gateways,
		rules: Rules{Country: "GB", Limit: usualLimit},
	}
}

// errDone ends a change that found its work done already: nothing more is written, and that is no failure.
var errDone = errors.New("billing: done already")

// done takes errDone for the success that it is.
func done(err error) error {
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

// seal seals a text for its place; an empty text becomes NULL.
func (b *Billing) seal(table, column string, row []byte, text string) (secretbox.Sealed, error) {
	if text == "" {
		return secretbox.Sealed{}, nil
	}
	s, err := b.box.Seal(text, secretbox.Place{Table: table, Column: column, Row: row})
	if err != nil {
		return secretbox.Sealed{}, fmt.Errorf("billing: %w", err)
	}
	return s, nil
}

// open opens a sealed text; NULL is empty.
func (b *Billing) open(table, column string, row []byte, s secretbox.Sealed) (string, error) {
	text, err := b.box.Open(s, secretbox.Place{Table: table, Column: column, Row: row})
	if err != nil {
		return "", fmt.Errorf("billing: %w", err)
	}
	return text, nil
}
