package identity_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// newcomer is somebody in a browser that keeps no token yet.
func newcomer() actor.Actor {
	details := stranger().Details
	details.Browser = nil
	return actor.Enter(details)
}

// remembered makes Olivia with a code app and a browser that she lets stand in for it, and returns its token.
func remembered(t testing.TB, h house) (person id.Person, secret, browser string) {
	t.Helper()
	person, secret = enrolled(t, h)
	out, err := h.people.SecondFactorRemembering(t.Context(), newcomer(), h.half(t), factors.Code(h.code(t, secret)))
	if err != nil {
		t.Fatal(err)
	}
	if out.Browser == "" {
		t.Fatal("the browser was given nothing to keep")
	}
	h.nextStep()
	return person, secret, out.Browser
}

// comeBack signs Olivia in with the password, in a browser that keeps a token.
func (h house) comeBack(t testing.TB, browser string) identity.Outcome {
	t.Helper()
	out, err := h.people.SignIn(t.Context(), in(browser), oliviasEmail, passphrase)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A browser that somebody never used before is told to them by mail: not the first of all, and not one that they know.
func TestNewDevicesAreTold(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		h.create(t, "tess@northwind.example", "Tess Lindqvist", false)
		first, err := h.people.SignIn(t.Context(), newcomer(), oliviasEmail, passphrase)
		if err != nil || first.Browser == "" {
			t.Fatalf("%+v, %v", first, err)
		}
		if again := h.comeBack(t, first.Browser); again.Browser != "" {
			t.Error("a browser that is known was given another token")
		}
		if mails := h.posted(t); len(mails) != 0 {
			t.Fatalf("told of the first browser: %+v", mails)
		}
		h.comeBack(t, "another browser")
		mails := h.posted(t)
		if len(mails) != 1 || mails[0].Kind != alerts.NewDevice || mails[0].About != "Firefox on Linux" {
			t.Fatalf("told %+v", mails)
		}
		// The same browser is news to somebody else, and hers from then on: with the token that it has.
		for range 2 {
			out, err := h.people.SignIn(t.Context(), in(first.Browser), "tess@northwind.example", passphrase)
			if err != nil || out.Browser != "" {
				t.Fatalf("%+v, %v", out, err)
			}
		}
		if mails := h.posted(t); len(mails) != 0 {
			t.Fatalf("told %+v", mails)
		}
		if n := w.Count(t, "devices", "1 = 1"); n != 3 {
			t.Errorf("%d devices are known", n)
		}
		for range 60 {
			_, err := h.people.SignIn(t.Context(), newcomer(), oliviasEmail, passphrase)
			if err != nil {
				t.Fatal(err)
			}
		}
		if n := w.Count(t, "devices", "1 = 1"); n != 51 {
			t.Errorf("%d devices are known after sixty more", n)
		}
	})
}

// S13: a remembered browser stands in for the second step once for each token, for thirty days, and proves nothing.
func TestRememberedDevice(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		person, secret, browser := remembered(t, h)
		out := h.comeBack(t, browser)
		if out.Token == "" || out.Browser == "" || out.Browser == browser {
			t.Fatalf("%+v", out)
		}
		who := h.who(t, out.Token)
		if who.Factor != "password and remembered device" || !who.FactorAt.IsZero() {
			t.Fatalf("the session is of %+v", who.Details)
		}
		_, err := h.people.MakeRecoveryCodes(t.Context(), who)
		kindIs(t, err, fault.KindStepUp) // S16
		if h.comeBack(t, browser).Token != "" {
			t.Error("a token was good for a second time")
		}
		stepped, err := h.people.StepUp(t.Context(), who, factors.Code(h.code(t, secret)))
		if err != nil || h.who(t, stepped).Factor != "password and code" {
			t.Fatalf("%v", err)
		}
		devices, err := h.people.Devices(t.Context(), h.who(t, stepped))
		if err != nil || len(devices.Remembered) != 1 || devices.Remembered[0].Name != "Firefox on Linux" ||
			devices.Remembered[0].Until.Sub(devices.Remembered[0].Since) != 30*24*time.Hour {
			t.Fatalf("%+v, %v", devices, err)
		}
		browser = out.Browser
		h.Offset.Advance(30*24*time.Hour - time.Minute)
		out = h.comeBack(t, browser)
		if out.Token == "" {
			t.Error("forgotten before its thirty days")
		}
		h.Offset.Advance(2 * time.Minute)
		if h.comeBack(t, out.Browser).Token != "" {
			t.Error("use made the thirty days longer")
		}
		if got := h.actions(t, id.PersonScope(person)); !slices.Contains(got, activity.DeviceRemembered) {
			t.Errorf("the log reads %v", got)
		}
	})
}

// Of fifty sign-ins at once with one token exactly one passes by the second step.
func TestARememberedDeviceIsUsedOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		_, _, browser := remembered(t, h)
		var succeeded, halves atomic.Int64
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				out, err := h.people.PasswordProved(t.Context(), in(browser), oliviasEmail)
				switch {
				case err != nil:
					t.Error(err)
				case out.Token != "":
					succeeded.Add(1)
				case out.Half != "":
					halves.Add(1)
				}
			})
		}
		all.Wait()
		if succeeded.Load() != 1 || halves.Load() != 49 {
			t.Errorf("%d of 50 passed, %d were asked for the second step", succeeded.Load(), halves.Load())
		}
	})
}

// A remembered browser is so for one person, whoever else signs in with it; what it keeps changes for all of them.
func TestARememberedDeviceIsOnePersons(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		_, _, browser := remembered(t, h)
		h.create(t, "tess@northwind.example", "Tess Lindqvist", false)
		theirs, _ := h.enrol(t, h.signIn(t, "tess@northwind.example", ""))
		h.nextStep()
		out, err := h.people.SignIn(t.Context(), in(browser), "tess@northwind.example", passphrase)
		if err != nil || out.Token != "" {
			t.Fatalf("%+v, %v", out, err)
		}
		out, err = h.people.SecondFactorRemembering(t.Context(), in(browser), out.Half, factors.Code(h.code(t, theirs)))
		if err != nil || out.Browser == "" || out.Browser == browser {
			t.Fatalf("a token that others may have seen is remembered: %+v, %v", out, err)
		}
		if h.comeBack(t, browser).Token != "" {
			t.Error("the old token still stands in")
		}
		h.posted(t)
		if h.comeBack(t, out.Browser).Token == "" {
			t.Error("the browser was forgotten when somebody else was remembered in it")
		}
		if mails := h.posted(t); len(mails) != 0 {
			t.Errorf("the browser is news again: %+v", mails)
		}
	})
}

// N5: whatever ends sessions ends this as well, at once; the browser stays known.
func TestWhatForgetsDevices(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(t *testing.T, h house, who actor.Actor, secret string) error{
		"password": func(t *testing.T, h house, who actor.Actor, _ string) error {
			_, err := h.people.ChangePassword(t.Context(), who, passphrase, "nine wooden ferries sail")
			return err
		},
		"factor added": func(t *testing.T, h house, who actor.Actor, _ string) error {
			h.enrol(t, who)
			return nil
		},
		"factor removed": func(t *testing.T, h house, who actor.Actor, _ string) error {
			_, token := h.enrol(t, who)
			who = h.who(t, token)
			list, err := h.people.Factors(t.Context(), who)
			if err != nil {
				return err
			}
			_, err = h.people.RemoveFactor(t.Context(), who, list[0].ID)
			return err
		},
		"disabled": func(t *testing.T, h house, who actor.Actor, _ string) error {
			return h.people.Disable(t.Context(), actor.NewShell("root"), who.Person)
		},
		"others signed out": func(t *testing.T, h house, who actor.Actor, _ string) error {
			_, err := h.people.EndOtherSessions(t.Context(), who)
			return err
		},
		"forgotten": func(t *testing.T, h house, who actor.Actor, _ string) error {
			devices, err := h.people.Devices(t.Context(), who)
			if err != nil {
				return err
			}
			return h.people.ForgetDevice(t.Context(), who, devices.Remembered[0].ID)
		},
		"all forgotten": func(t *testing.T, h house, who actor.Actor, _ string) error {
			return h.people.ForgetDevices(t.Context(), who)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(testkit.NewSQLite(t))
			_, secret, _ := remembered(t, h)
			who := h.signIn(t, oliviasEmail, secret)
			if err := act(t, h, who, secret); err != nil {
				t.Fatal(err)
			}
			if n := h.Count(t, "devices", "trusted_until IS NOT NULL"); n != 0 {
				t.Errorf("%d devices still stand in", n)
			}
			if n := h.Count(t, "devices", "1 = 1"); n != 2 {
				t.Errorf("%d devices are known", n)
			}
		})
	}
}

// N6: another's device is not found.
func TestForeignDevicesAreNotFound(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		_, secret, _ := remembered(t, h)
		devices, err := h.people.Devices(t.Context(), h.signIn(t, oliviasEmail, secret))
		if err != nil {
			t.Fatal(err)
		}
		h.create(t, "tess@northwind.example", "Tess Lindqvist", false)
		tess := h.signIn(t, "tess@northwind.example", "")
		kindIs(t, h.people.ForgetDevice(t.Context(), tess, devices.Remembered[0].ID), fault.KindNotFound)
		kindIs(t, h.people.ForgetDevices(t.Context(), stranger()), fault.KindSignIn)
		if err := h.people.ForgetDevices(t.Context(), tess); err != nil {
			t.Fatal(err)
		}
		if w.Count(t, "devices", "trusted_until IS NOT NULL") != 1 {
			t.Error("somebody else's devices were forgotten")
		}
	})
}

// S12: staff are never remembered, nor is anybody whose account forbids it, from the moment that it does.
func TestWhoIsNotRemembered(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		_, secret, browser := remembered(t, h)
		forbidden := true
		h.people.Heed(func(*gorm.DB, id.Person) (persons.Demands, error) {
			return persons.Demands{NoRemembering: forbidden}, nil
		})
		if h.comeBack(t, browser).Token != "" {
			t.Fatal("remembered against the account’s rule")
		}
		out, err := h.people.SecondFactorRemembering(t.Context(), newcomer(), h.half(t), factors.Code(h.code(t, secret)))
		if err != nil || h.comeBack(t, out.Browser).Token != "" {
			t.Fatalf("remembered against the account’s rule: %v", err)
		}
		forbidden = false
		if h.comeBack(t, browser).Token == "" {
			t.Error("the rule is gone and the browser was not asked for again")
		}
		h.people.Heed(nil)
		h.nextStep()
		if err := h.provider(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			person, err := h.people.PersonByEmail(tx, oliviasEmail)
			if err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.SeatGranted, activity.Details{}), h.people.MarkStaff(tx, person, true)
		}); err != nil {
			t.Fatal(err)
		}
		out, err = h.people.SecondFactorRemembering(t.Context(), newcomer(), h.half(t), factors.Code(h.code(t, secret)))
		if err != nil || h.comeBack(t, out.Browser).Token != "" {
			t.Fatalf("staff are remembered: %v", err)
		}
	})
}

// S5: failures look alike in a browser that is remembered for one of those who fail.
func TestARememberedDeviceTellsNothing(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		_, _, browser := remembered(t, h)
		try := func(email string) (statements, hashes int64, answer string) {
			ctx, n := db.CountStatements(t.Context())
			before := h.people.Hashes()
			_, err := h.people.SignIn(ctx, in(browser), email, wrong)
			if err == nil {
				t.Fatal("signed in")
			}
			return n.Load(), h.people.Hashes() - before, err.Error()
		}
		s1, h1, a1 := try(oliviasEmail)
		s2, h2, a2 := try("nobody@northwind.example")
		if s1 != s2 || h1 != 1 || h2 != 1 || a1 != a2 {
			t.Errorf("known: %d statements, %q; unknown: %d, %q", s1, a1, s2, a2)
		}
	})
}
