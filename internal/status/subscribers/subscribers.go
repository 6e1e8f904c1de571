// Package subscribers is the room of those who get mails of the status page without being anybody's customer: an
// address that asked, confirmed by a link, and can stop by one. Who has an address here is told to nobody. What the
// mails look like, and who sends them, does not enter.
package subscribers

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

const (
	table = "status_subscribers"

	// Asked is the kind of message that somebody wants these mails.
	Asked = "status.asked"

	// LinkLife is for how long a link to confirm works.
	LinkLife = 24 * time.Hour
	// AsksADay is how many such links an address is mailed within a day.
	AsksADay = 3
	// MailsAnHour is how many mails about incidents an address gets within an hour; the page has the others.
	MailsAnHour = 12
	// MostParts is how many parts can be chosen one by one.
	MostParts = 100
	// most bounds the table.
	most = 100_000

	stateAsked     = "asked"
	stateConfirmed = "confirmed"

	confirmPurpose = "status mails, confirm"
	stopPurpose    = "status mails, stop"
)

// Subscribers is the room. It is safe for concurrent use.
type Subscribers struct {
	gate   *gate.Gate
	reader *db.Reader
	box    *secretbox.Box
	post   *outbox.Box
}

// New makes the room. It reads and writes nothing yet.
func New(g *gate.Gate, reader *db.Reader, box *secretbox.Box, post *outbox.Box) *Subscribers {
	return &Subscribers{gate: g, reader: reader, box: box, post: post}
}

type row struct {
	ID           id.Subscriber `gorm:"primaryKey"`
	Address      secretbox.Sealed
	AddressIndex secretbox.Index
	State        string
	Parts        db.Blob
	Asks         int
	AskedAt      db.Time
	ExpiresAt    db.Time
	Mails        int
	MailsAt      db.Time
}

// TableName names the table.
func (row) TableName() string { return table }

func place(s id.Subscriber) secretbox.Place {
	return secretbox.Place{Table: table, Column: "address", Row: s.Bytes()}
}

// wish is what somebody asked for.
type wish struct {
	Email string         `json:"email"`
	Parts []id.Component `json:"parts"`
}

// Ask takes an address that wants mails, about some parts, or about all. What comes of it is done later, so that the
// answer takes as long for one who has asked before.
func (s *Subscribers) Ask(ctx context.Context, email string, parts []id.Component) error {
	address, err := persons.ParseEmail(email)
	if err != nil {
		return err // it says what is wrong with the field
	}
	if len(parts) > MostParts {
		return fault.InvalidField("parts", fmt.Sprintf("Choose at most %d, or none to hear of all.", MostParts))
	}
	err = s.gate.Bookkeep(ctx, "outbox", func(tx *db.Tx) error {
		return s.post.Enqueue(tx, outbox.Message{
			Kind: Asked, Key: id.New[id.RequestKind]().String(), Payload: wish{address, parts},
		})
	})
	if err != nil {
		return fmt.Errorf("ask for mails: %w", err)
	}
	s.post.Wake()
	return nil
}

// Reply is what an address that asked is mailed.
type Reply struct {
	To      string
	Known   bool   // it gets these mails already
	Token   string // confirms, or stops where Known
	Expires time.Time
}

// Reply finds what a message of kind Asked is answered with. send is false where the address has had enough of it for
// today.
func (s *Subscribers) Reply(ctx context.Context, d outbox.Delivery) (r Reply, send bool, err error) {
	var w wish
	if err := d.Decode(&w); err != nil {
		return r, false, fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	var at row
	err = s.gate.Bookkeep(ctx, table, func(tx *db.Tx) error {
		at, send = row{}, false
		now, err := tx.Now()
		if err == nil {
			at, send, err = s.note(tx, w, now, d.Attempt == 1)
		}
		return err
	})
	if err != nil || !send {
		return r, false, err
	}
	r = Reply{To: w.Email, Known: at.State == stateConfirmed, Expires: at.ExpiresAt.Time}
	if r.Known {
		r.Token = s.token(stopPurpose, at.ID)
	} else {
		r.Token = s.token(confirmPurpose, at.ID)
	}
	return r, true, nil
}

// note writes down that an address asked, and says whether it is to be mailed.
func (s *Subscribers) note(tx *db.Tx, w wish, now time.Time, counts bool) (at row, send bool, err error) {
	index := s.box.Index(table+".address", persons.CanonicalEmail(w.Email))
	at, is, err := db.One[row](tx.Where("address_index = ?", index))
	if err != nil {
		return at, false, err
	}
	if !is {
		return s.add(tx, w, index, now)
	}
	if now.Sub(at.AskedAt.Time) >= LinkLife {
		at.Asks, at.AskedAt, counts = 0, db.At(now), true
	}
	if counts {
		at.Asks++
	}
	if at.Asks > AsksADay {
		return at, false, nil
	}
	set := map[string]any{"asks": at.Asks, "asked_at": at.AskedAt}
	if at.State == stateAsked {
		at.ExpiresAt = db.At(now.Add(LinkLife))
		set["parts"], set["expires_at"] = packed(w.Parts), at.ExpiresAt
	}
	return at, true, tx.Model(&row{}).Where("id = ?", at.ID).Updates(set).Error
}

func (s *Subscribers) add(tx *db.Tx, w wish, index secretbox.Index, now time.Time) (at row, send bool, err error) {
	var n int64
	if err := tx.Model(&row{}).Count(&n).Error; err != nil || n >= most {
		return at, false, err
	}
	at = row{
		ID: id.New[id.SubscriberKind](), AddressIndex: index, State: stateAsked, Parts: packed(w.Parts), Asks: 1,
		AskedAt: db.At(now), ExpiresAt: db.At(now.Add(LinkLife)),
	}
	if at.Address, err = s.box.Seal(w.Email, place(at.ID)); err != nil {
		return at, false, err
	}
	return at, true, tx.Create(&at).Error
}

// packed puts ids one behind the other.
func packed(parts []id.Component) db.Blob {
	out := make(db.Blob, 0, len(parts)*len(id.Component{}.Bytes()))
	for _, p := range parts {
		out = append(out, p.Bytes()...)
	}
	return out
}

// wants says whether somebody chose one of these parts, or all.
func (at row) wants(parts []id.Component) bool {
	if len(at.Parts) == 0 {
		return true
	}
	for _, p := range parts {
		one := p.Bytes()
		for i := 0; i+len(one) <= len(at.Parts); i += len(one) {
			if string(at.Parts[i:i+len(one)]) == string(one) {
				return true
			}
		}
	}
	return false
}

// Page lists those who get mails, some at a time, behind one of them.
func (s *Subscribers) Page(ctx context.Context, after id.Subscriber, n int) (list []id.Subscriber, err error) {
	err = s.reader.With(ctx).Model(&row{}).Where("state = ? AND id > ?", stateConfirmed, after.Bytes()).Order("id").
		Limit(n).Pluck("id", &list).Error
	if err != nil {
		return nil, fmt.Errorf("list who gets mails: %w", err)
	}
	return list, nil
}

// Recipient is an address that is to be mailed, and what its link to stop holds.
type Recipient struct{ To, StopToken string }

// Recipient finds where a mail about some parts goes. It goes nowhere where the address stopped meanwhile, did not
// choose these parts, or has had its share of this hour. counts: this is the first try of the mail.
func (s *Subscribers) Recipient(
	ctx context.Context, of id.Subscriber, parts []id.Component, counts bool,
) (r Recipient, send bool, err error) {
	at, is, err := db.One[row](s.reader.With(ctx).Where("id = ? AND state = ?", of, stateConfirmed))
	if err != nil || !is || !at.wants(parts) {
		return r, false, failed(err)
	}
	if counts {
		if send, err = s.count(ctx, of); err != nil || !send {
			return r, false, failed(err)
		}
	}
	r.StopToken = s.token(stopPurpose, of)
	r.To, err = s.box.Open(at.Address, place(of))
	return r, err == nil, failed(err)
}

func failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("status mails: %w", err)
}

// count counts a mail, and says whether it may go.
func (s *Subscribers) count(ctx context.Context, of id.Subscriber) (may bool, err error) {
	err = s.gate.Bookkeep(ctx, table, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		fresh := tx.Model(&row{}).Where("id = ? AND (mails_at IS NULL OR mails_at <= ?)", of, db.At(now.Add(-time.Hour))).
			Updates(map[string]any{"mails": 1, "mails_at": db.At(now)})
		if fresh.Error != nil || fresh.RowsAffected == 1 {
			may = fresh.Error == nil
			return fresh.Error
		}
		more := tx.Model(&row{}).Where("id = ? AND mails < ?", of, MailsAnHour).
			Updates(map[string]any{"mails": gorm.Expr("mails + 1")})
		may = more.RowsAffected == 1
		return more.Error
	})
	return may, err
}

// Prune forgets the addresses that never confirmed.
func (s *Subscribers) Prune(ctx context.Context) error {
	now, err := s.reader.Now(ctx)
	if err != nil {
		return failed(err)
	}
	err = s.gate.Bookkeep(ctx, table, func(tx *db.Tx) error {
		return tx.Where("state = ? AND expires_at <= ?", stateAsked, db.At(now)).Delete(&row{}).Error
	})
	return failed(err)
}
