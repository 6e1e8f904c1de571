package mailer

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"gatehouse/internal/platform/clock"
)

// Mailbox keeps the last mails in memory instead of sending them. It is the
// demo's mail server and, in tests, everybody's inbox.
type Mailbox struct {
	clock clock.Clock
	size  int

	mu    sync.Mutex
	count int
	mails []Received // oldest first
}

// Received is a mail in a Mailbox.
type Received struct {
	ID string
	At time.Time
	Mail
}

// NewMailbox returns a Mailbox for the last size mails.
func NewMailbox(size int, now clock.Clock) *Mailbox { return &Mailbox{size: size, clock: now} }

// Send implements Sender. It refuses what SMTP refuses, and a key that it has
// already is not delivered twice.
func (b *Mailbox) Send(ctx context.Context, m Mail) error {
	if err := m.check(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if m.Key != "" && slices.ContainsFunc(b.mails, func(r Received) bool { return r.Key == m.Key }) {
		return nil
	}
	b.count++
	b.mails = append(b.mails, Received{ID: strconv.Itoa(b.count), At: b.clock.Now(), Mail: m})
	if surplus := len(b.mails) - b.size; surplus > 0 {
		b.mails = slices.Delete(b.mails, 0, surplus)
	}
	return nil
}

// List returns the mails, newest first.
func (b *Mailbox) List() []Received {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := slices.Clone(b.mails)
	slices.Reverse(out)
	return out
}

// Get returns the mail with the ID, if it is still there.
func (b *Mailbox) Get(id string) (Received, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.IndexFunc(b.mails, func(r Received) bool { return r.ID == id })
	if i < 0 {
		return Received{}, false
	}
	return b.mails[i], true
}
