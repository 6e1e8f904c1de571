package activity

import (
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// LinkHash is the hash of an entry after another, which is no secret.
func LinkHash(prev [32]byte, canonical []byte) [32]byte { return linkHash(prev, canonical) }

// Canonical is the form in which an entry is hashed.
func (e *Entry) Canonical(personal map[string]string) ([]byte, error) { return e.canonical(personal) }

// PageSQL is the statement that reads a page.
func PageSQL(dialect db.Dialect, chain id.Scope, f Filter) (string, []any) {
	q := pageQuery{dialect: dialect, chain: chain, filter: f, conditions: f.conditions(), limit: defaultLimit + 1}
	return q.sql()
}

// ParseQuickly reads an entry as pages do; false where they would leave it to ParseBody.
func ParseQuickly(raw []byte) (Entry, bool) {
	b, ok := quickBody(raw)
	chain, known := b.chain()
	return b.entry(chain), ok && known
}
