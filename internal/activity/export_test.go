package activity

import (
	"encoding/json"
	"errors"

	"gatehouse/internal/id"
)

// LinkHash is the hash of an entry after another, which is no secret.
func LinkHash(prev [32]byte, canonical []byte) [32]byte { return linkHash(prev, canonical) }

// Canonical is the form in which an entry is hashed.
func (e *Entry) Canonical(personal map[string]string) ([]byte, error) {
	return e.canonical(personal), nil
}

// PageSQL is the statement that reads a page.
func (l *Log) PageSQL(chain id.Scope, f Filter) (string, []any) {
	q := pageQuery{
		dialect: l.reader.Dialect(), chain: chain, filter: f, conditions: f.conditions(l.box), limit: PageLength + 1,
	}
	return q.sql()
}

// ParseQuickly reads an entry as pages do; false where they would leave it to ParseBody.
func ParseQuickly(raw []byte) (Entry, bool) {
	b, ok := quickBody(string(raw))
	chain, known := b.chain()
	return b.entry(chain), ok && known
}

// Personal writes what an entry says of people and reads it back quickly; false where pages would read it otherwise.
func Personal(who Who, what What) (Who, What, bool, error) {
	first, err := json.Marshal(who)
	second, err2 := json.Marshal(what)
	a, ok := quickWho(string(first))
	b, ok2 := quickWhat(string(second))
	return a, b, ok && ok2, errors.Join(err, err2)
}

// ParseForVerify reads an entry as verify does, which must be as ParseBody does.
func ParseForVerify(raw []byte) (Entry, map[string]string, error) {
	return (&checker{}).parse(raw)
}

// ByHand writes what was read of canonical bytes as verify does.
func ByHand(raw []byte) []byte {
	b, _ := quickBody(string(raw))
	return b.append(nil)
}
