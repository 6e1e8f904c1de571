package identity_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"testing"

	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// tables are those of this package.
func tables() []string {
	return []string{
		"persons", "factors", "sessions", "challenges", "signin_counters", "entries", "entry_personal", "tallies",
		"alerts",
	}
}

// G7, L5, N1: nothing personal and nothing secret stands in the rows in clear, in base 64 or in hexadecimal digits.
func TestNothingIsStoredInClear(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		secret, token := h.enrol(t, h.signIn(t, oliviasEmail, ""))
		h.nextStep()
		half := h.half(t)
		_, _ = h.people.SignIn(t.Context(), stranger(), oliviasEmail, wrong)
		_, _ = h.people.SignIn(t.Context(), stranger(), "nobody@northwind.example", wrong)
		content := h.dump(t)
		if len(content) < 1000 {
			t.Fatalf("only %d bytes were looked at", len(content))
		}
		for _, canary := range []string{
			oliviasEmail, persons.CanonicalEmail(oliviasEmail), "northwind", "Olivia", "Marsh", passphrase, wrong, "$argon2id",
			secret, token, half, "192.0.2.24", "Firefox", "Phone", "United Kingdom",
		} {
			for _, form := range []string{
				canary, base64.StdEncoding.EncodeToString([]byte(canary)), hex.EncodeToString([]byte(canary)),
			} {
				if bytes.Contains(bytes.ToLower(content), bytes.ToLower([]byte(form))) {
					t.Errorf("%q is stored as %q", canary, form)
				}
			}
		}
		raw, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil || bytes.Contains(content, raw) {
			t.Errorf("the token's bytes are stored: %v", err)
		}
	})
}

// dump is everything in the tables, one value after the other.
func (h house) dump(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	for _, table := range tables() {
		var rows []map[string]any
		q := db.Across(h.Reader.With(t.Context()), "a test looks for clear text")
		if err := q.Raw("SELECT * FROM " + table).Scan(&rows).Error; err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, value := range row {
				if raw, ok := value.([]byte); ok {
					out.Write(raw)
				} else {
					fmt.Fprint(&out, value)
				}
				out.WriteByte('\n')
			}
		}
	}
	return out.Bytes()
}

// G7: the schema refuses clear text in every sealed column, whoever writes it.
func TestTheSchemaRefusesClearText(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		h.enrol(t, h.signIn(t, oliviasEmail, ""))
		for _, column := range []string{
			"persons.email", "persons.name", "persons.password_hash", "factors.name", "factors.secret",
			"sessions.address", "sessions.device", "sessions.place", "alerts.about",
		} {
			table, name, _ := bytes.Cut([]byte(column), []byte("."))
			for _, text := range []any{"in clear", []byte("in clear")} {
				err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
					return db.Across(tx.DB, "a test goes round").
						Exec(fmt.Sprintf("UPDATE %s SET %s = ?", table, name), text).Error
				})
				if err == nil {
					t.Errorf("%s took clear text as %T", column, text)
				}
			}
		}
	})
}
