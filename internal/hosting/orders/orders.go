// Package orders is the counter of what can be had: the catalogue, and what people of accounts asked for, from the wish
// to its end. What is decided here hosting does; that what a service costs has to follow is passed on as a message.
package orders

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/hostname"
	"gatehouse/internal/platform/secretbox"
)

const (
	tableProducts = "products"
	tableOptions  = "product_options"
	tableRequests = "service_requests"
	most          = 200
)

// Orders is the room. It is safe for concurrent use.
type Orders struct {
	gate    *gate.Gate
	reader  *db.Reader
	box     *secretbox.Box
	post    *outbox.Box
	hosting *hosting.Hosting
	prices  Prices // nil: products have their own
}

// New makes the room. It reads and writes nothing yet.
func New(g *gate.Gate, reader *db.Reader, box *secretbox.Box, post *outbox.Box, h *hosting.Hosting) *Orders {
	return &Orders{gate: g, reader: reader, box: box, post: post, hosting: h}
}

// Kind is what somebody asks for.
type Kind string

// The kinds.
const (
	Order  Kind = "order"
	Change Kind = "change"
	Cancel Kind = "cancel"
)

// State is how far a request is.
type State string

// The states. Asked waits for staff, Working for the server, Planned for its day; the others are the end.
const (
	Asked     State = "asked"
	Working   State = "working"
	Planned   State = "planned"
	Done      State = "done"
	Declined  State = "declined"
	Withdrawn State = "withdrawn"
)

// Request is what somebody asked for.
type Request struct {
	ID      id.Order
	Account id.Account
	Person  id.Person
	Service id.Service // zero: there is none yet
	Kind    Kind
	State   State
	Plan    string
	Options string // their names, with commas
	Price   money.Amount
	Period  hosting.Period
	Domain  string
	Words   string // why somebody cancels
	Answer  string // what staff said
	EndsAt  time.Time
	Asked   time.Time
	Settled time.Time // zero: not yet
}

// Open says whether something is still to come of it.
func (r Request) Open() bool { return r.State == Asked || r.State == Working || r.State == Planned }

// Name is what people call it, with its domain as they read it.
func (r Request) Name() string { return hostname.In(r.Label()) }

// Label is what the log and messages keep as its name, with its domain as it is kept.
func (r Request) Label() string {
	name := r.Plan
	if r.Domain != "" {
		name = r.Domain
	}
	switch r.Kind {
	case Order:
		return r.Plan + " for " + r.Domain
	case Change:
		return r.Plan + " instead, for " + name
	case Cancel:
		return "the end of " + name
	}
	return name
}

type requestRow struct {
	ID         id.Order `gorm:"primaryKey"`
	AccountID  id.Account
	PersonID   id.Person
	ServiceID  id.Service
	ProductID  id.Product
	ServerID   id.Server
	Kind       string
	State      string
	Plan       string
	PanelPlan  string
	Options    string
	PriceMinor int64
	Currency   string
	Period     string
	Domain     secretbox.Sealed
	Words      secretbox.Sealed
	Answer     secretbox.Sealed
	EndsAt     db.Time
	AskedAt    db.Time
	SettledAt  db.Time
}

// TableName names the table.
func (requestRow) TableName() string { return tableRequests }

func (row requestRow) price() money.Amount {
	return money.New(row.PriceMinor, money.Currency(row.Currency))
}

func (o *Orders) place(column string, request id.Order) secretbox.Place {
	return secretbox.Place{Table: tableRequests, Column: column, Row: request.Bytes()}
}

// seal seals a text of a request; nothing stays nothing.
func (o *Orders) seal(text, column string, request id.Order) (secretbox.Sealed, error) {
	if text == "" {
		return secretbox.Sealed{}, nil
	}
	return o.box.Seal(text, o.place(column, request))
}

func (o *Orders) open(row requestRow) (Request, error) {
	r := Request{
		ID: row.ID, Account: row.AccountID, Person: row.PersonID, Service: row.ServiceID, Kind: Kind(row.Kind),
		State: State(row.State), Plan: row.Plan, Options: row.Options, Price: row.price(), Period: hosting.Period(row.Period),
		EndsAt: row.EndsAt.Time, Asked: row.AskedAt.Time, Settled: row.SettledAt.Time,
	}
	var failures []error
	for _, part := range []struct {
		into   *string
		from   secretbox.Sealed
		column string
	}{{&r.Domain, row.Domain, "domain"}, {&r.Words, row.Words, "words"}, {&r.Answer, row.Answer, "answer"}} {
		text, err := o.box.Open(part.from, o.place(part.column, row.ID))
		*part.into = text
		failures = append(failures, err)
	}
	return r, errors.Join(failures...)
}

// words checks a text of a form. missing is what to say where it is empty; "" lets it be so.
func words(f *[]fault.Field, field, text string, longest int, missing string) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	odd := func(r rune) bool { return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Cf, r) }
	switch n := utf8.RuneCountInString(text); {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, odd):
		*f = append(*f, fault.Field{Name: field, Message: "This has characters that cannot be stored."})
	case text == "" && missing != "":
		*f = append(*f, fault.Field{Name: field, Message: missing})
	case n > longest:
		*f = append(*f, fault.Field{Name: field, Message: fmt.Sprintf("Use at most %d characters; this has %d.", longest, n)})
	}
	return text
}

func found[T any](ctx context.Context, what string, row T, is bool, err error) (T, error) {
	if err == nil && !is {
		err = fault.NotFound(what)
	}
	if err == nil {
		err = ctx.Err()
	}
	return row, err
}
