package id

import (
	"bytes"
	"database/sql/driver"
)

// ScopeKind says what a scope is.
type ScopeKind string

// The three kinds of scope.
const (
	ScopeAccount  ScopeKind = "account"
	ScopePerson   ScopeKind = "person"
	ScopeProvider ScopeKind = "provider"
)

// Scope is what a right is held over and what a chain of entries belongs to: one account, one person, or the provider
// itself. The zero Scope is none of them.
type Scope struct {
	kind ScopeKind
	raw  [size]byte
}

// AccountScope is the scope of an account.
func AccountScope(a Account) Scope { return Scope{kind: ScopeAccount, raw: a.raw} }

// PersonScope is the scope of a person.
func PersonScope(p Person) Scope { return Scope{kind: ScopePerson, raw: p.raw} }

// ProviderScope is the provider's own scope. Its key is the highest there is: locks are taken in the order of keys, and
// the provider's, the busiest, is therefore always taken last.
func ProviderScope() Scope {
	s := Scope{kind: ScopeProvider}
	copy(s.raw[:], bytes.Repeat([]byte{0xff}, size))
	return s
}

// ScopeOf puts a scope together from a stored kind and key; false when they do not fit.
func ScopeOf(kind ScopeKind, key []byte) (Scope, bool) {
	s := Scope{kind: kind}
	if len(key) != size {
		return Scope{}, false
	}
	copy(s.raw[:], key)
	switch kind {
	case ScopeAccount, ScopePerson:
		return s, s.raw != [size]byte{}
	case ScopeProvider:
		return s, s == ProviderScope()
	}
	return Scope{}, false
}

// Kind says what the scope is.
func (s Scope) Kind() ScopeKind { return s.kind }

// IsZero says whether this is no scope.
func (s Scope) IsZero() bool { return s.kind == "" }

// Bytes is the key of the scope: the sixteen bytes of the account's or person's id, or sixteen times 0xff.
func (s Scope) Bytes() []byte { return append([]byte(nil), s.raw[:]...) }

// String is for logs and command lines: "account:01h…", "person:01h…", "provider".
func (s Scope) String() string {
	if s.kind == ScopeProvider || s.IsZero() {
		return string(s.kind)
	}
	return string(s.kind) + ":" + Account{raw: s.raw}.String()
}

// Account returns the account whose scope this is.
func (s Scope) Account() (Account, bool) {
	if s.kind != ScopeAccount {
		return Account{}, false
	}
	return Account{raw: s.raw}, true
}

// Person returns the person whose scope this is.
func (s Scope) Person() (Person, bool) {
	if s.kind != ScopePerson {
		return Person{}, false
	}
	return Person{raw: s.raw}, true
}

// Compare orders scopes by key, the order in which they are locked.
func (s Scope) Compare(other Scope) int { return bytes.Compare(s.raw[:], other.raw[:]) }

// Text is the text form of the account's or person's id; empty for the provider.
func (s Scope) Text() string {
	if s.kind != ScopeAccount && s.kind != ScopePerson {
		return ""
	}
	return Account{raw: s.raw}.String()
}

// Value stores the key of the scope.
func (s Scope) Value() (driver.Value, error) { return s.Bytes(), nil }
