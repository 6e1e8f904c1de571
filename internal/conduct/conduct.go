// Package conduct holds the policies that staff acknowledge before anything of the provider's opens to them, who did so
// and when, and which trainings they had. That nothing opens before is decided in access.
package conduct

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	longestTitle = 120    // characters
	longestBody  = 40_000 // characters
)

// Conduct is the room. It is safe for concurrent use.
type Conduct struct {
	gate   *gate.Gate
	reader *db.Reader
	box    *secretbox.Box
	people *identity.People
	outbox *outbox.Box
}

// New makes it.
func New(
	g *gate.Gate, reader *db.Reader, box *secretbox.Box, people *identity.People, post *outbox.Box,
) *Conduct {
	return &Conduct{gate: g, reader: reader, box: box, people: people, outbox: post}
}

// Kind is what a policy is about.
type Kind string

// The policies.
const (
	Security Kind = "security"
	Privacy  Kind = "privacy"
)

// Kinds are the policies, in the order in which they are shown.
func Kinds() []Kind { return []Kind{Security, Privacy} }

// Name is what the policy is called.
func (k Kind) Name() string {
	if k == Privacy {
		return "Privacy policy"
	}
	return "Security policy"
}

type documentRow struct {
	ID          id.Document `gorm:"primaryKey"`
	Kind        Kind
	Version     int
	Title       string
	Body        string
	EffectiveAt db.Time
	PublishedAt db.Time
	PublishedBy id.Person
}

// TableName names the table.
func (documentRow) TableName() string { return "conduct_documents" }

type ackRow struct {
	MemberID id.Person `gorm:"primaryKey"`
	Kind     Kind      `gorm:"primaryKey"`
	Version  int       `gorm:"primaryKey"`
	At       db.Time
}

// TableName names the table.
func (ackRow) TableName() string { return "conduct_acks" }

// Document is a version of a policy.
type Document struct {
	ID        id.Document
	Kind      Kind
	Version   int
	Title     string
	Body      string
	Effective time.Time
	Published time.Time
}

func (r documentRow) document() Document {
	return Document{
		ID: r.ID, Kind: r.Kind, Version: r.Version, Title: r.Title, Body: r.Body, Effective: r.EffectiveAt.Time,
		Published: r.PublishedAt.Time,
	}
}

// Draft is a version that is to be published.
type Draft struct {
	Key       id.Document // the same draft twice is one
	Kind      Kind
	Title     string
	Body      string
	Effective time.Time // zero, or past: at once
}

var errDone = errors.New("conduct: done before")

func (d Draft) checked() (Draft, error) {
	d.Title = strings.Join(strings.Fields(d.Title), " ")
	d.Body = strings.TrimSpace(strings.ReplaceAll(d.Body, "\r\n", "\n"))
	var wrong []fault.Field
	say := func(field, message string) { wrong = append(wrong, fault.Field{Name: field, Message: message}) }
	if d.Kind != Security && d.Kind != Privacy {
		say("kind", "Choose which policy it is.")
	}
	switch {
	case d.Title == "":
		say("title", "Give it a title.")
	case utf8.RuneCountInString(d.Title) > longestTitle || !utf8.ValidString(d.Title):
		say("title", fmt.Sprintf("Use at most %d characters.", longestTitle))
	}
	switch {
	case d.Body == "":
		say("body", "Write what staff are to follow.")
	case utf8.RuneCountInString(d.Body) > longestBody || !utf8.ValidString(d.Body):
		say("body", fmt.Sprintf("Use at most %d characters.", longestBody))
	}
	if len(wrong) > 0 {
		return d, fault.Invalid(wrong...)
	}
	return d, nil
}

// Publish makes a new version. From its day on nothing opens to staff who have not acknowledged it, whoever published
// it included.
func (c *Conduct) Publish(ctx context.Context, who actor.Actor, d Draft) error {
	d, err := d.checked()
	if err != nil {
		return err
	}
	err = c.gate.Change(ctx, who, verb.PoliciesManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) { return publish(tx, g, d) })
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

func publish(tx *db.Tx, g gate.Grant, d Draft) (gate.Entry, error) {
	_, made, err := db.One[documentRow](tx.Where("id = ?", d.Key))
	if err != nil || made {
		return gate.Entry{}, errors.Join(err, errDone)
	}
	last, _, err := db.One[documentRow](tx.Where("kind = ?", d.Kind).Order("version DESC"))
	if err != nil {
		return gate.Entry{}, fmt.Errorf("publish a policy: %w", err)
	}
	if d.Effective.Before(g.Now()) {
		d.Effective = g.Now()
	}
	if d.Effective.Before(last.EffectiveAt.Time) {
		return gate.Entry{}, fault.InvalidField("effective",
			"The version before it holds from "+last.EffectiveAt.UTC().Format("2 Jan 2006")+" on. Choose a later day.")
	}
	row := documentRow{
		ID: d.Key, Kind: d.Kind, Version: last.Version + 1, Title: d.Title, Body: d.Body, EffectiveAt: db.At(d.Effective),
		PublishedAt: db.At(g.Now()), PublishedBy: g.Who().Person,
	}
	if row.ID.IsZero() {
		row.ID = id.New[id.DocumentKind]()
	}
	if err := tx.Create(&row).Error; err != nil {
		return gate.Entry{}, fmt.Errorf("publish a policy: %w", err)
	}
	return g.Entry(activity.PolicyPublished, activity.Details{
		Target: row.target(), Changes: []activity.Change{
			{Field: "version", New: fmt.Sprint(row.Version)},
			{Field: "holds from", New: row.EffectiveAt.UTC().Format("2 Jan 2006")},
		},
	}), nil
}

func (r documentRow) target() activity.Target {
	return activity.TargetOf("policy", r.ID, fmt.Sprintf("%s, version %d", r.Kind.Name(), r.Version))
}

// Documents are all versions, the newest first, for staff who look after them.
func (c *Conduct) Documents(ctx context.Context, who actor.Actor) ([]Document, error) {
	if _, err := c.gate.View(ctx, who, verb.StaffView, id.ProviderScope()); err != nil {
		return nil, err
	}
	return c.documents(c.reader.With(ctx))
}

func (c *Conduct) documents(q *gorm.DB) ([]Document, error) {
	var rows []documentRow
	if err := q.Order("effective_at DESC, kind, version DESC").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list policies: %w", err)
	}
	list := make([]Document, 0, len(rows))
	for _, row := range rows {
		list = append(list, row.document())
	}
	return list, nil
}

// Current are the versions that hold at a time, at most one of each policy, and those that are to come.
func Current(list []Document, now time.Time) (current, coming []Document) {
	for _, k := range Kinds() {
		best := -1
		for i, d := range list {
			switch {
			case d.Kind != k:
			case now.Before(d.Effective):
				coming = append(coming, d)
			case best < 0 || d.Version > list[best].Version:
				best = i
			}
		}
		if best >= 0 {
			current = append(current, list[best])
		}
	}
	return current, coming
}

// Mine is a version that concerns the one who asks, and whether they have acknowledged it.
type Mine struct {
	Document
	At    time.Time // when they did; zero: not yet
	Holds bool      // it does already; otherwise from its day on
}

// Mine are the versions that hold or are to come, for one of the staff. Whoever is not has none.
func (c *Conduct) Mine(ctx context.Context, who actor.Actor) ([]Mine, error) {
	g, err := c.gate.View(ctx, who, verb.SelfView, id.PersonScope(who.Person))
	if err != nil || who.Seat.Department == "" {
		return nil, err
	}
	q := c.reader.With(ctx)
	all, err := c.documents(q)
	if err != nil {
		return nil, err
	}
	acks, err := acksOf(q, g.Person())
	if err != nil {
		return nil, err
	}
	current, coming := Current(all, g.Now())
	list := make([]Mine, 0, len(current)+len(coming))
	for i, d := range append(current, coming...) {
		list = append(list, Mine{Document: d, At: acks.covers(d.Kind, d.Version), Holds: i < len(current)})
	}
	return list, nil
}

type acks []ackRow

func acksOf(q *gorm.DB, person id.Person) (acks, error) {
	var rows []ackRow
	if err := q.Where("member_id = ?", person).Order("version").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read what was acknowledged: %w", err)
	}
	return rows, nil
}

// covers is when a version, or one after it, was acknowledged; zero: not.
func (list acks) covers(kind Kind, version int) time.Time {
	for _, a := range list {
		if a.Kind == kind && a.Version >= version {
			return a.At.Time
		}
	}
	return time.Time{}
}

// Acknowledge writes down that one of the staff has read a version and follows it, once. It stands in the provider's
// log and in their own.
func (c *Conduct) Acknowledge(ctx context.Context, who actor.Actor, document id.Document) error {
	if who.Seat.Department == "" {
		return fault.NotFound("acknowledge a policy")
	}
	own := id.PersonScope(who.Person)
	err := c.gate.ChangeWith(ctx, who, verb.SelfManage, own, []id.Scope{id.ProviderScope()},
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			row, found, err := db.One[documentRow](tx.Where("id = ?", document))
			if err != nil {
				return gate.Entry{}, fmt.Errorf("acknowledge a policy: %w", err)
			}
			if !found {
				return gate.Entry{}, fault.NotFound("acknowledge a policy")
			}
			ack := ackRow{MemberID: g.Person(), Kind: row.Kind, Version: row.Version, At: db.At(g.Now())}
			err = tx.Create(&ack).Error
			if db.IsDuplicate(err) {
				return gate.Entry{}, errDone
			}
			if err != nil {
				return gate.Entry{}, fmt.Errorf("acknowledge a policy: %w", err)
			}
			details := activity.Details{Target: row.target(), Changes: []activity.Change{
				{Field: "version", New: fmt.Sprint(row.Version)},
			}}
			return g.Entry(activity.PolicyAcknowledged, details).
				And(g.EntryIn(id.ProviderScope(), activity.PolicyAcknowledged, details)), nil
		})
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}
