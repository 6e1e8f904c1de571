package identity_test

import (
	"crypto/sha256"
	"net/netip"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/pquerna/otp/hotp"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

const (
	oliviasEmail = "olivia@northwind.example"
	passphrase   = "seven wooden ferries sail"
	wrong        = "eight wooden ferries sank"
)

// house is a world with people in it.
type house struct {
	*testkit.World
	people *identity.People
}

func open(w *testkit.World) house { return openWith(w, passwords.NewQuickHasher()) }

func openWith(w *testkit.World, hasher *passwords.Hasher) house {
	return house{World: w, people: identity.New(w.Gate, w.Reader, w.Box, w.Outbox, identity.Config{
		Brand: "Harbour Hosting", PublicURL: publicURL(), Hasher: hasher,
	})}
}

// create gives somebody a sign-in.
func (h house) create(t testing.TB, email, name string, staff bool) id.Person {
	t.Helper()
	n, err := h.people.Prepare(t.Context(), persons.NewPerson{
		Email: email, Name: name, Password: passphrase, Staff: staff,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.provider(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return h.people.CreatePerson(tx, g, n)
	}); err != nil {
		t.Fatal(err)
	}
	return n.Person()
}

func (h house) olivia(t testing.TB) id.Person {
	t.Helper()
	return h.create(t, oliviasEmail, "Olivia Marsh", false)
}

func (h house) provider(t testing.TB, work gate.Work) error {
	t.Helper()
	return h.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ClientsManage, id.ProviderScope(), work)
}

// stranger is somebody at the door, always in the same browser.
func stranger() actor.Actor { return in("the browser of the tests") }

// in is somebody at the door in a browser that keeps a token.
func in(token string) actor.Actor {
	hash := sha256.Sum256([]byte(token))
	if raw, ok := tokens.Hash(token); ok {
		hash = [sha256.Size]byte(raw)
	}
	return actor.Enter(actor.Details{
		Kind: actor.Anonymous, Address: netip.MustParseAddr("192.0.2.24"), Place: "York, United Kingdom",
		Device: "Firefox on Linux", Browser: hash[:],
	})
}

// signIn signs in with the password and, where a secret is given, a code of it.
func (h house) signIn(t testing.TB, email, secret string) actor.Actor {
	t.Helper()
	out, err := h.people.SignIn(t.Context(), stranger(), email, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	if secret != "" {
		if out, err = h.people.SecondFactor(t.Context(), stranger(), out.Half, factors.Code(h.code(t, secret))); err != nil {
			t.Fatal(err)
		}
	}
	return h.who(t, out.Token)
}

// who is the actor that a token's session stands for.
func (h house) who(t testing.TB, token string) actor.Actor {
	t.Helper()
	details, _, err := h.recognise(t, token)
	if err != nil {
		t.Fatal(err)
	}
	return actor.Enter(details)
}

// recognise reads who a token belongs to and when its use was last written down, as accounts does with more beside it.
func (h house) recognise(t testing.TB, token string) (actor.Details, time.Time, error) {
	t.Helper()
	var row struct {
		sessions.Record
		DBNow int64
	}
	hash, ok := tokens.Hash(token)
	if !ok {
		t.Fatalf("%q is no token", token)
	}
	err := db.Across(h.Reader.With(t.Context()), "a test is at the door").Raw("SELECT "+sessions.Columns+", "+
		h.Reader.NowSQL()+" AS db_now FROM sessions s JOIN persons p ON p.id = s.person_id WHERE s.token_hash = ?", hash).
		Scan(&row).Error
	if err != nil {
		t.Fatal(err)
	}
	details, err := h.people.Recognise(row.Record, h.Reader.Shift(row.DBNow))
	return details, row.SeenAt.Time, err
}

// alive says whether a token still opens anything.
func (h house) alive(t testing.TB, token string) bool {
	t.Helper()
	_, _, err := h.recognise(t, token)
	if err != nil && fault.KindOf(err) != fault.KindSignIn {
		t.Fatal(err)
	}
	return err == nil
}

// enrol gives the actor a code app; its step of now is used up by that. The actor's session gets a new token.
func (h house) enrol(t testing.TB, who actor.Actor) (secret, token string) {
	t.Helper()
	e, err := h.people.StartTOTP(t.Context(), who, "Phone")
	if err != nil {
		t.Fatal(err)
	}
	token, err = h.people.ConfirmTOTP(t.Context(), who, e.Factor, h.code(t, e.Secret))
	if err != nil {
		t.Fatal(err)
	}
	return e.Secret, h.keepCodes(t, token)
}

// keepCodes makes a first factor count: the recovery codes are made and kept. Where none waits, nothing happens.
func (h house) keepCodes(t testing.TB, token string) string {
	t.Helper()
	who := h.who(t, token)
	_, waits, err := h.people.Unfinished(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	if !waits {
		return token
	}
	codes, err := h.people.MakeRecoveryCodes(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	if token, err = h.people.ConfirmRecoveryCodes(t.Context(), who, codes[0]); err != nil {
		t.Fatal(err)
	}
	return token
}

// code is what the app shows now.
func (h house) code(t testing.TB, secret string) string {
	t.Helper()
	return codeAt(t, secret, h.Now(t))
}

func codeAt(t testing.TB, secret string, at time.Time) string {
	t.Helper()
	code, err := hotp.GenerateCode(secret, uint64(at.Unix()/30))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// nextStep moves the time to the next code.
func (h house) nextStep() { h.Offset.Advance(30 * time.Second) }

// actions are those of a chain, the newest first, counted ones as often as they were counted.
func (h house) actions(t testing.TB, chain id.Scope) []activity.Action {
	t.Helper()
	page, err := h.Log.Page(t.Context(), chain, activity.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var out []activity.Action
	for _, e := range page.Entries {
		out = append(out, e.Action)
	}
	return out
}

func kindIs(t testing.TB, err error, want fault.Kind) {
	t.Helper()
	if got := fault.KindOf(err); got != want {
		t.Fatalf("%v is of kind %q, not %q", err, got, want)
	}
}

// weakHash is the hash of a password as it was made when less was thought enough.
func weakHash(t testing.TB, password string) string {
	t.Helper()
	hash, err := argon2id.CreateHash(password, &argon2id.Params{
		Memory: 8 * 1024, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32,
	})
	if err != nil {
		t.Fatal(err)
	}
	return hash
}
