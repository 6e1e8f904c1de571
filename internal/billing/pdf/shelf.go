package pdf

import (
	"slices"
	"sync"
)

// Shelf keeps the papers that were asked for last, so that a second click costs nothing. Its key must change with what
// is on the paper.
type Shelf[K comparable] struct {
	mu    sync.Mutex
	most  int
	order []K // asked for last comes last
	kept  map[K][]byte
}

// NewShelf makes room for that many papers.
func NewShelf[K comparable](most int) *Shelf[K] { return &Shelf[K]{most: most, kept: map[K][]byte{}} }

// Get returns the paper with the key, and draws it if it is not there. Nobody may change the bytes. Two who ask for the
// same at once may both draw it: better than that one waits for another's paper.
func (s *Shelf[K]) Get(key K, draw func() ([]byte, error)) ([]byte, error) {
	if kept, ok := s.find(key); ok {
		return kept, nil
	}
	drawn, err := draw()
	if err == nil {
		s.put(key, drawn)
	}
	return drawn, err
}

func (s *Shelf[K]) find(key K) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept, ok := s.kept[key]
	if ok {
		s.touch(key)
	}
	return kept, ok
}

func (s *Shelf[K]) put(key K, drawn []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[key] = drawn
	s.touch(key)
	for len(s.order) > s.most {
		delete(s.kept, s.order[0])
		s.order = slices.Delete(s.order, 0, 1)
	}
}

func (s *Shelf[K]) touch(key K) {
	if at := slices.Index(s.order, key); at >= 0 {
		s.order = slices.Delete(s.order, at, at+1)
	}
	s.order = append(s.order, key)
}
