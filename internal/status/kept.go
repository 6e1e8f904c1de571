package status

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"gatehouse/internal/platform/clock"
)

const (
	// goodFor is for how long a board is shown before a newer one is read, where somebody looks.
	goodFor = 10 * time.Second
	// readTime bounds the reading: the page does not wait for a database that is away.
	readTime = 5 * time.Second
)

// kept is the board that this node shows. Readers never wait for each other.
type kept struct {
	board   atomic.Pointer[Board]
	until   atomic.Int64 // by this machine's clock, when a newer one is to be read
	reading sync.Mutex
}

// forget has the next reader see what was just changed here.
func (k *kept) forget() { k.until.Store(0) }

// Board is what the status page tells. It comes from memory, and stays the last known one where the database is away.
// An error means that nothing was ever known.
func (s *Status) Board(ctx context.Context) (*Board, error) {
	now, until, board := clock.System().Now().UnixMilli(), s.kept.until.Load(), s.kept.board.Load()
	switch {
	case board == nil:
		s.kept.reading.Lock()
		defer s.kept.reading.Unlock()
		if board = s.kept.board.Load(); board != nil {
			return board, nil // somebody else has read it meanwhile
		}
		return s.renew(ctx)
	case now < until || !s.kept.reading.TryLock():
		return board, nil
	case until == 0 && !board.Stale: // something was changed here
		defer s.kept.reading.Unlock()
		return s.renew(ctx)
	}
	go func() {
		defer s.kept.reading.Unlock()
		_, _ = s.renew(context.WithoutCancel(ctx)) // a board that cannot be read is marked in what is shown
	}()
	return board, nil
}

// renew reads the board anew. Where that fails, the last one is marked.
func (s *Status) renew(ctx context.Context) (*Board, error) {
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	s.kept.until.Store(clock.System().Now().Add(goodFor).UnixMilli()) // before: a change meanwhile is read again
	board, err := s.read(ctx)
	if err != nil {
		old := s.kept.board.Load()
		if old == nil {
			s.kept.until.Store(0)
			return nil, err
		}
		marked := *old
		marked.Stale = true
		board = &marked
	}
	s.kept.board.Store(board)
	return board, nil
}
