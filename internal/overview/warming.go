package overview

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/lookup"
	"gatehouse/internal/platform/names"
	"gatehouse/internal/verb"
)

// patience is how long a search waits for what is new to be read. After it, it answers from what was read before, or,
// where nothing was, from what the database finds by itself.
const patience = 2 * time.Second

// reading is one time that clients are read, in the background: whoever searches meanwhile waits for the same one.
type reading struct {
	done   chan struct{}
	failed error // once done
}

// Warm reads what clients are found by, so that nobody who searches has to wait for it. A server calls it when it
// starts.
func (o *Overview) Warm(ctx context.Context) error {
	g, err := o.gate.View(ctx, actor.NewSystem("search"), verb.ClientsView, id.ProviderScope())
	if err != nil {
		return err
	}
	for {
		_, read, err := o.look(ctx, g)
		if err != nil || read == nil {
			return err
		}
		select {
		case <-read.done:
			if read.failed != nil {
				return read.failed
			}
		case <-ctx.Done():
			return fmt.Errorf("read what clients are found by: %w", ctx.Err())
		}
	}
}

// searched is the set as it is now; ready is false where it was never read so far.
func (o *Overview) searched(ctx context.Context, g gate.Grant) (set lookup.Set, ready bool, err error) {
	enough := time.NewTimer(patience)
	defer enough.Stop()
	for {
		set, read, err := o.look(ctx, g)
		if err != nil || read == nil {
			return set, err == nil, err
		}
		select {
		case <-read.done:
			if read.failed != nil {
				return lookup.Set{}, false, read.failed
			}
		case <-enough.C:
			return set, o.wasRead(), nil
		case <-ctx.Done():
			return lookup.Set{}, false, fmt.Errorf("search clients: %w", ctx.Err())
		}
	}
}

func (o *Overview) wasRead() bool {
	o.clients.mu.Lock()
	defer o.clients.mu.Unlock()
	return !o.clients.compared.IsZero()
}

// look is what was read so far. Where something has come or changed since, it is being read from now on; nil where not.
func (o *Overview) look(ctx context.Context, g gate.Grant) (lookup.Set, *reading, error) {
	now, err := o.stampNow(ctx, g)
	if err != nil {
		return lookup.Set{}, nil, err
	}
	s := &o.clients
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reading != nil {
		return s.set, s.reading, nil
	}
	read := s.wanted(now, g.Now(), o)
	if read == nil {
		return s.set, nil, nil
	}
	s.reading = &reading{done: make(chan struct{})}
	go o.readOn(context.WithoutCancel(ctx), g, now, read)
	return s.set, s.reading, nil
}

// readOnce reads what is missing of a set, and says whether every client was compared with the database.
type readOnce func(ctx context.Context, g gate.Grant) (set lookup.Set, all bool, err error)

// wanted is what has to be read; nil: nothing. The search is locked.
func (s *clientSearch) wanted(now clientStamp, at time.Time, o *Overview) readOnce {
	set, since := s.set, s.stamp
	switch {
	case s.compared.IsZero():
		return func(ctx context.Context, g gate.Grant) (lookup.Set, bool, error) {
			set, err := o.build(ctx, g)
			return set, true, err
		}
	case now.called != since.called || now.people != since.people || at.Sub(s.compared) > comparedAfter:
		return func(ctx context.Context, g gate.Grant) (lookup.Set, bool, error) {
			set, err := o.compare(ctx, g, set)
			return set, true, err
		}
	case now != since:
		return func(ctx context.Context, g gate.Grant) (lookup.Set, bool, error) {
			set, err := o.addNew(ctx, g, set, since)
			return set, false, err
		}
	}
	return nil
}

// readOn reads what is missing, and gives it to whoever waits and to all who come later. It goes on when whoever asked
// has given up.
func (o *Overview) readOn(ctx context.Context, g gate.Grant, now clientStamp, read readOnce) {
	ctx, cancel := context.WithTimeout(ctx, buildTime)
	defer cancel()
	set, all, err := read(ctx, g)
	s := &o.clients
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reading.failed = err; err == nil {
		if s.set, s.stamp = set, now; all {
			s.compared = g.Now()
		}
	} else {
		s.compared = time.Time{} // what was read in part is read anew
	}
	close(s.reading.done)
	s.reading = nil
}

func (o *Overview) stampNow(ctx context.Context, g gate.Grant) (clientStamp, error) {
	text := clientStampSQL + names.Accounts.Changes() + ", " + names.People.Changes()
	read, err := db.ReadRows(g.On(o.reader.With(ctx)).Raw(text), func(c *clientStamp) []any {
		return []any{&c.account, &c.contact, &c.service, &c.called, &c.people}
	})
	if err != nil || len(read) == 0 {
		return clientStamp{}, fmt.Errorf("search clients: %w", err)
	}
	return read[0], nil
}
