package access

import (
	"container/list"
	"fmt"
	"slices"
	"sync"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"

	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// book answers by a fixed set of roles. Casbin decides; the role says on what terms.
//
// Casbin joins the parts of its cache key with "$$" and trusts them: only the keys of known roles and known verbs, both
// constants of the policy files, ever reach it.
type book struct {
	roles    []Role
	enforcer *casbin.SyncedCachedEnforcer
}

func newBook(modelText string, roles []Role) (*book, error) {
	m, err := model.NewModelFromString(modelText)
	if err != nil {
		return nil, fmt.Errorf("access: model.conf: %w", err)
	}
	enforcer, err := casbin.NewSyncedCachedEnforcer(m)
	if err != nil {
		return nil, fmt.Errorf("access: %w", err)
	}
	var rows [][]string
	for _, r := range roles {
		for _, v := range r.Verbs {
			t := r.terms[v]
			rows = append(rows, []string{r.Key, string(v), string(t.Assurance), string(t.Condition)})
		}
	}
	if len(rows) > 0 {
		if _, err := enforcer.AddPolicies(rows); err != nil {
			return nil, fmt.Errorf("access: policies: %w", err)
		}
	}
	return &book{roles: roles, enforcer: enforcer}, nil
}

// role finds a role by its key.
func (b *book) role(key string) (Role, bool) {
	for _, r := range b.roles {
		if r.Key == key {
			return r, true
		}
	}
	return Role{}, false
}

// term asks whether the role includes the permission, and on what terms. v must be a known verb.
func (b *book) term(key string, v verb.Verb) (Role, Term, bool) {
	role, known := b.role(key)
	if !known {
		return Role{}, Term{}, false
	}
	allowed, err := b.enforcer.Enforce(role.Key, string(v))
	if err != nil || !allowed { // an enforcer that cannot answer has not allowed
		return role, Term{}, false
	}
	term, ok := role.Term(v)
	return role, term, ok
}

// shelfSize is how many custom roles keep their enforcer at hand: about 20 kB each.
const shelfSize = 512

// shelf keeps the books of custom roles, the least recently used out first. A book is found by the role's id and
// version, so that a changed role is never answered for by its former self.
type shelf struct {
	mu    sync.Mutex
	books map[shelfKey]*list.Element
	order *list.List // of *shelved, the most recently used in front
	make  func(verbs []verb.Verb) (*book, error)
}

type shelfKey struct {
	role    id.Role
	version int64
}

type shelved struct {
	key   shelfKey
	verbs []verb.Verb
	book  *book
}

func newShelf(build func([]verb.Verb) (*book, error)) *shelf {
	return &shelf{books: map[shelfKey]*list.Element{}, order: list.New(), make: build}
}

// get returns the book of a custom role. Verbs that differ from the shelved ones under the same version mean that the
// database was put back to an earlier day: the book is made anew.
func (s *shelf) get(key shelfKey, verbs []verb.Verb) (*book, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, ok := s.books[key]; ok {
		if kept, ok := at.Value.(*shelved); ok && slices.Equal(kept.verbs, verbs) {
			s.order.MoveToFront(at)
			return kept.book, nil
		}
		s.order.Remove(at)
		delete(s.books, key)
	}
	b, err := s.make(verbs)
	if err != nil {
		return nil, err
	}
	s.books[key] = s.order.PushFront(&shelved{key: key, verbs: slices.Clone(verbs), book: b})
	if last := s.order.Back(); s.order.Len() > shelfSize {
		if kept, ok := last.Value.(*shelved); ok {
			delete(s.books, kept.key)
		}
		s.order.Remove(last)
	}
	return b, nil
}
