package identity_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// alerted has somebody told of something and returns the token of the link.
func (h house) alerted(t testing.TB, who actor.Actor, kind alerts.Kind, about string) string {
	t.Helper()
	h.Offset.Advance(time.Second) // what was there before it is not in doubt: in the same millisecond it would be
	err := h.Gate.Change(t.Context(), who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			return g.Entry(activity.SteppedUp, activity.Details{}), h.people.Alert(tx, g, who.Person, kind, about)
		})
	if err != nil {
		t.Fatal(err)
	}
	mails := h.posted(t)
	return mails[len(mails)-1].Token
}

// setPassword gives somebody a password as a reset does.
func (h house) setPassword(t testing.TB, person id.Person) {
	t.Helper()
	place := secretbox.Place{Table: "persons", Column: "password_hash", Row: person.Bytes()}
	sealed, err := h.Box.Seal(weakHash(t, passphrase), place)
	if err != nil {
		t.Fatal(err)
	}
	err = h.Writer.Do(t.Context(), func(tx *db.Tx) error {
		return tx.Exec("UPDATE persons SET password_hash = ?, version = version + 1 WHERE id = ?", sealed, person).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

// N5, S16: saying “this wasn’t me” shuts everybody out at once, until there is a new password; a second time, after
// a week and with a made-up link it does nothing.
func TestThisWasntMeShutsEverybodyOut(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		person := h.olivia(t)
		other := h.create(t, "ben@northwind.example", "Ben Okafor", false)
		first, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
		if err != nil {
			t.Fatal(err)
		}
		bens, err := h.people.SignIn(t.Context(), stranger(), "ben@northwind.example", passphrase)
		if err != nil {
			t.Fatal(err)
		}
		token := h.alerted(t, h.who(t, first.Token), alerts.NewDevice, "")
		stale := h.alerted(t, h.who(t, first.Token), alerts.ManyFailures, "5")
		made, _ := tokens.New()
		for _, bad := range []string{"", "x", made, token[:42], strings.ToUpper(token)} {
			kindIs(t, h.people.NotMe(t.Context(), stranger(), bad, ""), fault.KindNotFound)
		}
		if got, err := h.people.Alerted(t.Context(), token); err != nil || got.Used || got.Kind != alerts.NewDevice {
			t.Fatalf("%+v %v", got, err)
		}
		if !h.alive(t, first.Token) {
			t.Fatal("looking has done something")
		}
		if err := h.people.NotMe(t.Context(), stranger(), token, "I was asleep"); err != nil {
			t.Fatal(err)
		}
		if h.alive(t, first.Token) || !h.alive(t, bens.Token) {
			t.Error("the wrong sessions ended")
		}
		_, err = h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
		kindIs(t, err, fault.KindInvalid)
		kindIs(t, h.people.NotMe(t.Context(), stranger(), token, ""), fault.KindConflict)
		if n := w.Count(t, "persons", "secured_at IS NOT NULL AND id <> ?", person); n != 0 || other == person {
			t.Errorf("%d others were locked", n)
		}
		h.Offset.Advance(7*24*time.Hour - time.Minute)
		if _, err := h.people.Alerted(t.Context(), stale); err != nil {
			t.Fatal(err)
		}
		h.Offset.Advance(2 * time.Minute)
		kindIs(t, h.people.NotMe(t.Context(), stranger(), stale, ""), fault.KindNotFound)
	})
}

// S13, S15: until there is a new password no session begins, whatever is proved; after it the session opens nothing but
// the person's own pages, and a factor that is younger than the report opens nothing at all.
func TestALockedSignInOpensOwnPagesOnly(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		person := h.olivia(t)
		mine, _ := h.enrol(t, h.signIn(t, oliviasEmail, ""))
		h.nextStep()
		who := h.signIn(t, oliviasEmail, mine)
		token := h.alerted(t, who, alerts.NewDevice, "")
		h.nextStep()
		theirs, err := h.people.StartTOTP(t.Context(), who, "A stranger's phone")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.people.ConfirmTOTP(t.Context(), who, theirs.Factor, h.code(t, theirs.Secret)); err != nil {
			t.Fatal(err)
		}
		if err := h.people.NotMe(t.Context(), stranger(), token, ""); err != nil {
			t.Fatal(err)
		}
		kindIs(t, h.people.BeginWithoutCode(t.Context(), who), fault.KindConflict)
		h.setPassword(t, person)
		h.nextStep()
		half, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
		if err != nil || half.Half == "" {
			t.Fatalf("%+v %v", half, err)
		}
		_, err = h.people.SecondFactor(t.Context(), stranger(), half.Half, factors.Code(h.code(t, theirs.Secret)))
		kindIs(t, err, fault.KindInvalid)
		out, err := h.people.SecondFactor(t.Context(), stranger(), half.Half, factors.Code(h.code(t, mine)))
		if err != nil {
			t.Fatal(err)
		}
		locked := h.who(t, out.Token)
		if !locked.Secured || h.Access.Check(locked, verb.SelfManage, id.PersonScope(person)).Allowed == false {
			t.Error("their own pages are shut as well")
		}
		_, err = h.people.FinishReview(t.Context(), locked, nil, []id.Factor{theirs.Factor})
		kindIs(t, err, fault.KindInvalid) // the own one was forgotten
		list, err := h.people.Factors(t.Context(), locked)
		if err != nil || len(list) != 2 {
			t.Fatalf("%+v %v", list, err)
		}
		session, err := h.people.FinishReview(t.Context(), locked, []id.Factor{list[0].ID}, []id.Factor{theirs.Factor})
		if err != nil {
			t.Fatal(err)
		}
		if h.who(t, session).Secured || h.alive(t, out.Token) {
			t.Error("the review changed nothing")
		}
		_, err = h.people.FinishReview(t.Context(), h.who(t, session), []id.Factor{list[0].ID}, nil)
		kindIs(t, err, fault.KindConflict)
	})
}

// S16: a change of address since the event is undone, so that the link for a new password goes to its owner.
func TestAnAddressThatWasChangedIsRestored(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		person := h.olivia(t)
		who := h.signIn(t, oliviasEmail, "")
		token := h.alerted(t, who, alerts.NewDevice, "")
		h.Offset.Advance(time.Minute)
		for i, next := range []string{"thief@elsewhere.example", "thief2@elsewhere.example"} {
			old := []string{oliviasEmail, "thief@elsewhere.example"}[i]
			err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
				sealed, err := w.Box.Seal(next, secretbox.Place{Table: "persons", Column: "email", Row: person.Bytes()})
				if err != nil {
					return err
				}
				return tx.Exec("UPDATE persons SET email = ?, email_index = ? WHERE id = ?",
					sealed, h.people.EmailIndex(next), person).Error
			})
			if err != nil {
				t.Fatal(err)
			}
			h.alerted(t, who, alerts.EmailChanged, old)
			h.Offset.Advance(time.Minute)
		}
		if err := h.people.NotMe(t.Context(), stranger(), token, ""); err != nil {
			t.Fatal(err)
		}
		if n := w.Count(t, "persons", "id = ? AND email_index = ?", person, h.people.EmailIndex(oliviasEmail)); n != 1 {
			t.Error("the address is still the thief's")
		}
	})
}

// N6, A3: a signed-in person reports what is in their own log and their own sessions, nobody else's.
func TestOnlyOwnEntriesAndSessionsAreReported(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		h.create(t, "ben@northwind.example", "Ben Okafor", false)
		who, ben := h.signIn(t, oliviasEmail, ""), h.signIn(t, "ben@northwind.example", "")
		kindIs(t, h.people.NotMySession(t.Context(), who, ben.Session, ""), fault.KindNotFound)
		if s, err := h.people.OwnSession(t.Context(), who, who.Session); err != nil || s.Place != "York, United Kingdom" {
			t.Errorf("the session is %+v, %v", s, err)
		}
		for _, seq := range []int64{0, -1, 9000} {
			kindIs(t, h.people.NotMyEntry(t.Context(), who, seq, ""), fault.KindNotFound)
		}
		kindIs(t, h.people.NotMyEntry(t.Context(), who, 2, strings.Repeat("a", 2001)), fault.KindInvalid)
		kindIs(t, h.people.NotMyEntry(t.Context(), stranger(), 2, ""), fault.KindSignIn)
		if w.Count(t, "persons", "secured_at IS NOT NULL") != 0 {
			t.Fatal("somebody was locked")
		}
		if err := h.people.NotMyEntry(t.Context(), who, 2, "not mine"); err != nil {
			t.Fatal(err)
		}
		if w.Count(t, "persons", "secured_at IS NOT NULL") != 1 {
			t.Error("nobody was locked")
		}
		if got := h.actions(t, id.PersonScope(who.Person)); got[0] != activity.SignInSecured {
			t.Errorf("the log ends with %v", got[0])
		}
	})
}
