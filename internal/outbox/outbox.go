// Package outbox keeps what is to be sent, or to be done in another domain, once a change is committed: it is written
// in the change's transaction and delivered after it, at least once, in any order, with growing waits. What a message
// means is bound in app; no domain's rules enter.
package outbox

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

const (
	// maxAttempts is how often delivery is tried; with the waits between them that is about three days.
	maxAttempts = 20
	// leaseTime is for how long a message belongs to the worker that took it.
	leaseTime = 2 * time.Minute
	// noteTime is how long writing down what became of a message may take.
	noteTime = 10 * time.Second
	// batch is how many messages a worker looks up at a time.
	batch = 20
	// keepDone is for how long a delivered message is remembered, so that its key is not delivered again.
	keepDone = 30 * 24 * time.Hour
	// errorLength bounds what is kept of an error's text.
	errorLength = 300
)

// Message is something to be delivered. Messages of one kind with the same key are delivered once.
type Message struct {
	Kind    string
	Key     string
	Payload any           // marshalled to JSON and sealed
	After   time.Duration // not before
}

// Delivery is one try at delivering a message.
type Delivery struct {
	ID      id.Message
	Kind    string
	Attempt int // from 1
	payload []byte
}

// Decode reads the payload.
func (d Delivery) Decode(into any) error {
	if err := json.Unmarshal(d.payload, into); err != nil {
		return fmt.Errorf("message %s: %w", d.Kind, err)
	}
	return nil
}

// Handler delivers messages of one kind. It may be called again for the same message and must then do nothing twice.
type Handler func(ctx context.Context, d Delivery) error

// ErrNeverWorks wraps an error that trying again cannot mend; the message is set aside at once.
var ErrNeverWorks = errors.New("outbox: trying again is useless")

// Box takes messages in and delivers them.
type Box struct {
	writer   *db.Writer
	reader   *db.Reader
	seal     *secretbox.Box
	logger   *slog.Logger
	handlers map[string]Handler
	wake     chan struct{}
}

// New makes the outbox.
func New(w *db.Writer, r *db.Reader, seal *secretbox.Box, logger *slog.Logger) *Box {
	return &Box{
		writer: w, reader: r, seal: seal, logger: logger, handlers: map[string]Handler{}, wake: make(chan struct{}, 1),
	}
}

// Handle binds the handler of a kind. It is called while the program is put together, before Run.
func (b *Box) Handle(kind string, h Handler) { b.handlers[kind] = h }

type row struct {
	ID        id.Message
	Kind      string
	Digest    []byte
	Payload   secretbox.Sealed
	CreatedAt db.Time
	DueAt     db.Time
	Attempts  int
	Holder    id.Message
	DoneAt    db.Time
	FailedAt  db.Time
	LastError *string
}

// TableName names the table.
func (row) TableName() string { return "outbox" }

func place(message id.Message) secretbox.Place {
	return secretbox.Place{Table: "outbox", Column: "payload", Row: message.Bytes()}
}

// Enqueue writes a message in the transaction of the change that it follows from. A message whose kind and key are
// known already is not written again.
func (b *Box) Enqueue(tx *db.Tx, m Message) error {
	content, err := json.Marshal(m.Payload)
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", m.Kind, err)
	}
	now, err := tx.Now()
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", m.Kind, err)
	}
	message := id.New[id.MessageKind]()
	sealed, err := b.seal.Seal(string(content), place(message))
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", m.Kind, err)
	}
	digest := sha256.Sum256([]byte(m.Kind + "\x00" + m.Key))
	ignore := "INSERT INTO outbox (id, kind, digest, payload, created_at, due_at) VALUES (?, ?, ?, ?, ?, ?) " +
		"ON CONFLICT (digest) DO NOTHING"
	if tx.Dialect() == db.MySQL {
		ignore = "INSERT INTO outbox (id, kind, digest, payload, created_at, due_at) VALUES (?, ?, ?, ?, ?, ?) " +
			"ON DUPLICATE KEY UPDATE digest = digest"
	}
	err = tx.Exec(ignore, message, m.Kind, digest[:], sealed, db.At(now), db.At(now.Add(m.After))).Error
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", m.Kind, err)
	}
	return nil
}

// Wake tells the worker of this process that there may be something to deliver.
func (b *Box) Wake() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Run delivers until the context ends, looking at the given interval and whenever it is woken.
func (b *Box) Run(ctx context.Context, interval time.Duration) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if _, err := b.Deliver(ctx); err != nil && ctx.Err() == nil {
			b.logger.ErrorContext(ctx, "the outbox could not be read", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-b.wake:
		}
	}
}

// Deliver delivers what is due and returns how many messages were delivered. Each message is taken when its turn comes:
// one that waited behind slow ones would no longer be this worker's.
func (b *Box) Deliver(ctx context.Context) (int, error) {
	delivered := 0
	for {
		rows, err := b.due(ctx)
		if err != nil || len(rows) == 0 {
			return delivered, err
		}
		for _, r := range rows {
			switch taken, err := b.take(ctx, &r); {
			case err != nil:
				return delivered, err
			case taken && b.deliver(ctx, r):
				delivered++
			}
		}
	}
}

// due lists a few due messages.
func (b *Box) due(ctx context.Context) (rows []row, err error) {
	now, err := b.reader.Now(ctx)
	if err == nil {
		err = b.reader.With(ctx).Where("done_at IS NULL AND failed_at IS NULL AND due_at <= ?", db.At(now)).
			Order("due_at").Limit(batch).Find(&rows).Error
	}
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	return rows, nil
}

// take makes a message this worker's for a while: by a conditional UPDATE, so that of several workers one gets it.
func (b *Box) take(ctx context.Context, r *row) (taken bool, err error) {
	holder := id.New[id.MessageKind]()
	err = b.writer.Do(ctx, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		res := tx.Model(&row{}).Where("id = ? AND due_at = ? AND done_at IS NULL AND failed_at IS NULL", r.ID, r.DueAt).
			Updates(map[string]any{"holder": holder, "attempts": r.Attempts + 1, "due_at": db.At(now.Add(leaseTime))})
		taken = res.RowsAffected == 1
		return res.Error
	})
	if err != nil {
		return false, fmt.Errorf("outbox: %w", err)
	}
	r.Holder, r.Attempts = holder, r.Attempts+1
	return taken, nil
}

func (b *Box) deliver(ctx context.Context, r row) bool {
	err := b.handle(ctx, r)
	// What was sent was sent: it is noted even while the program stops.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTime)
	defer cancel()
	set := map[string]any{"last_error": nil}
	now, timeErr := b.reader.Now(ctx)
	if timeErr != nil {
		b.logger.ErrorContext(ctx, "the outbox lost the database", slog.Any("error", timeErr))
		return err == nil
	}
	switch {
	case err == nil:
		set["done_at"] = db.At(now)
	case errors.Is(err, ErrNeverWorks) || r.Attempts >= maxAttempts:
		set["failed_at"], set["last_error"] = db.At(now), shorten(err)
	default:
		set["due_at"], set["last_error"] = db.At(now.Add(backOff(r.Attempts))), shorten(err)
	}
	if err != nil {
		b.logger.WarnContext(ctx, "a message was not delivered", slog.String("kind", r.Kind),
			slog.String("message", r.ID.String()), slog.Int("attempt", r.Attempts), slog.Any("error", err))
	}
	saveErr := b.writer.Do(ctx, func(tx *db.Tx) error {
		return tx.Model(&row{}).Where("id = ? AND holder = ?", r.ID, r.Holder).Updates(set).Error
	})
	if saveErr != nil {
		b.logger.ErrorContext(ctx, "a delivery was not noted", slog.Any("error", saveErr))
	}
	return err == nil
}

// Claim notes in a handler's own transaction that its message was delivered, and says whether it was not before. What
// the transaction does is then done once, however often the message comes.
func (b *Box) Claim(tx *db.Tx, d Delivery) (bool, error) {
	now, err := tx.Now()
	if err != nil {
		return false, fmt.Errorf("claim %s: %w", d.Kind, err)
	}
	res := tx.Model(&row{}).Where("id = ? AND done_at IS NULL", d.ID).Update("done_at", db.At(now))
	if res.Error != nil {
		return false, fmt.Errorf("claim %s: %w", d.Kind, res.Error)
	}
	return res.RowsAffected == 1, nil
}

func (b *Box) handle(ctx context.Context, r row) (err error) {
	h, ok := b.handlers[r.Kind]
	if !ok {
		return fmt.Errorf("%w: nobody handles %s", ErrNeverWorks, r.Kind)
	}
	payload, err := b.seal.Open(r.Payload, place(r.ID))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNeverWorks, err)
	}
	ctx, cancel := context.WithTimeout(ctx, leaseTime*3/4)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the handler of %s panicked: %v", r.Kind, p)
		}
	}()
	return h(ctx, Delivery{ID: r.ID, Kind: r.Kind, Attempt: r.Attempts, payload: []byte(payload)})
}

// backOff grows from ten seconds to six hours.
func backOff(attempt int) time.Duration {
	return min(10*time.Second<<min(attempt-1, 20), 6*time.Hour)
}

func shorten(err error) string {
	text := []rune(err.Error())
	return string(text[:min(len(text), errorLength)])
}

// Waiting counts the messages that are still to be delivered and those that were given up.
func (b *Box) Waiting(ctx context.Context) (waiting, failed int64, err error) {
	var counts struct{ Waiting, Failed int64 }
	err = b.reader.With(ctx).Raw("SELECT COUNT(CASE WHEN failed_at IS NULL THEN 1 END) AS waiting, " +
		"COUNT(failed_at) AS failed FROM outbox WHERE done_at IS NULL").Scan(&counts).Error
	if err != nil {
		return 0, 0, fmt.Errorf("outbox: %w", err)
	}
	return counts.Waiting, counts.Failed, nil
}

// Sweep forgets messages that were delivered long ago. A job calls it.
func (b *Box) Sweep(ctx context.Context) error {
	now, err := b.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	err = b.writer.Do(ctx, func(tx *db.Tx) error {
		return tx.Where("done_at < ?", db.At(now.Add(-keepDone))).Delete(&row{}).Error
	})
	if err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return nil
}
