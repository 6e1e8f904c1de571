package identity_test

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/identity/waysback"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

const newPassphrase = "nine yellow kites above town"

// resets delivers what waits, as app binds it, and returns the links for a new password that were mailed.
func (h house) resets(t testing.TB) []waysback.ResetMail {
	t.Helper()
	var mails []waysback.ResetMail
	h.Outbox.Handle(waysback.ResetAsked, h.people.SendReset)
	h.Outbox.Handle(waysback.MailReset, func(_ context.Context, d outbox.Delivery) error {
		var m waysback.ResetMail
		err := d.Decode(&m)
		mails = append(mails, m)
		return err
	})
	h.posted(t)
	return mails
}

// forgot asks for a link as somebody in a network of their own, and returns what was mailed.
func (h house) forgot(t testing.TB, email string, network byte) []waysback.ResetMail {
	t.Helper()
	if err := h.people.ForgotPassword(t.Context(), fromNetwork(network), email); err != nil {
		t.Fatal(err)
	}
	return h.resets(t)
}

func fromNetwork(n byte) actor.Actor {
	return actor.Enter(actor.Details{
		Kind: actor.Anonymous, Address: netip.AddrFrom4([4]byte{198, 51, 100, n}), Device: "Firefox on Linux",
	})
}

// S14, N5, S13: one use, fifteen minutes, no sign-in by itself; the second factor stays, sessions end, tries are
// forgotten.
func TestANewPasswordByALink(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		person := h.olivia(t)
		who := h.signIn(t, oliviasEmail, "")
		secret, token := h.enrol(t, who)
		for range 100 { // shut out for good
			_, _ = h.people.SignIn(t.Context(), stranger(), oliviasEmail, wrong)
			h.Offset.Advance(31 * time.Minute)
		}
		_, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
		kindIs(t, err, fault.KindLimited)
		session := h.sessionOf(t, person)
		mails := h.forgot(t, " Olivia@NORTHWIND.example ", 1)
		if len(mails) != 1 || mails[0].To != oliviasEmail || len(mails[0].Token) != 43 || mails[0].Device == "" {
			t.Fatalf("mailed %+v", mails)
		}
		hash, _ := tokens.Hash(mails[0].Token)
		if w.Count(t, "password_resets", "token_hash = ?", hash) != 1 {
			t.Fatal("the token is not kept by its hash")
		}
		if err := h.people.ResetGood(t.Context(), mails[0].Token); err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"", "short", oliviasEmail + "1"} {
			kindIs(t, h.people.ResetPassword(t.Context(), stranger(), mails[0].Token, bad), fault.KindInvalid)
		}
		if err := h.people.ResetPassword(t.Context(), stranger(), mails[0].Token, newPassphrase); err != nil {
			t.Fatal(err)
		}
		kindIs(t, h.people.ResetPassword(t.Context(), stranger(), mails[0].Token, newPassphrase), fault.KindConflict)
		kindIs(t, h.people.ResetGood(t.Context(), mails[0].Token), fault.KindConflict)
		if n := w.Count(t, "sessions", "person_id = ? AND ended_at IS NULL", person.Bytes()); n != 0 {
			t.Errorf("%d sessions outlived it, or were begun by it (%v, %q)", n, session, token)
		}
		_, err = h.people.SignIn(t.Context(), stranger(), oliviasEmail, passphrase)
		kindIs(t, err, fault.KindInvalid)
		out, err := h.people.SignIn(t.Context(), stranger(), oliviasEmail, newPassphrase)
		if err != nil || out.Token != "" || out.Half == "" {
			t.Fatalf("the second step is skipped: %+v, %v", out, err)
		}
		h.nextStep()
		_, err = h.people.SecondFactor(t.Context(), stranger(), out.Half, factors.Code(h.code(t, secret)))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []activity.Action{activity.PasswordResetSent, activity.PasswordReset} {
			page, err := h.Log.Page(t.Context(), id.PersonScope(person), activity.Filter{Action: want})
			if err != nil || len(page.Entries) != 1 {
				t.Errorf("the log has %d %s: %v", len(page.Entries), want, err)
			}
		}
	})
}

func (h house) sessionOf(t testing.TB, person id.Person) int64 {
	t.Helper()
	return h.Count(t, "sessions", "person_id = ?", person.Bytes())
}

// S14: fifteen minutes, a second more is too much; a newer link ends the older ones; a disabled person gets none.
func TestALinkForAPasswordEnds(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		dora := h.create(t, "dora@northwind.example", "Dora", false)
		first := h.forgot(t, oliviasEmail, 1)[0]
		second := h.forgot(t, oliviasEmail, 1)[0]
		kindIs(t, h.people.ResetPassword(t.Context(), stranger(), first.Token, newPassphrase), fault.KindConflict)
		h.Offset.Set(h.Offset.Get() + second.Expires.Sub(h.Now(t)) - time.Second)
		if err := h.people.ResetGood(t.Context(), second.Token); err != nil {
			t.Errorf("a second before the end: %v", err)
		}
		h.Offset.Advance(2 * time.Second)
		kindIs(t, h.people.ResetPassword(t.Context(), stranger(), second.Token, newPassphrase), fault.KindConflict)
		kindIs(t, h.people.ResetPassword(t.Context(), stranger(), "no token", newPassphrase), fault.KindConflict)

		mail := h.forgot(t, "dora@northwind.example", 2)[0]
		if err := h.people.Disable(t.Context(), actor.NewShell("root"), dora); err != nil {
			t.Fatal(err)
		}
		kindIs(t, h.people.ResetPassword(t.Context(), stranger(), mail.Token, newPassphrase), fault.KindConflict)
		if mails := h.forgot(t, "dora@northwind.example", 2); len(mails) != 0 {
			t.Errorf("a disabled person was mailed %+v", mails)
		}
	})
}

// S5: known, unknown, disabled and impossible addresses take the same statements, one hash, and get the same answer.
func TestAskingForANewPasswordTellsNobodyWhoExists(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		disabled := h.create(t, "dora@northwind.example", "Dora", false)
		if err := h.people.Disable(t.Context(), actor.NewShell("root"), disabled); err != nil {
			t.Fatal(err)
		}
		type seen struct {
			statements, hashes int64
			texts, answer      string
		}
		try := func(email string) seen {
			var texts []string
			ctx := db.Watch(t.Context(), func(text string, _ []any) { texts = append(texts, text) })
			before := h.people.Hashes()
			err := h.people.ForgotPassword(ctx, fromNetwork(7), email)
			answer := ""
			if err != nil {
				answer = err.Error()
			}
			return seen{int64(len(texts)), h.people.Hashes() - before, strings.Join(texts, "\n"), answer}
		}
		for round := range 4 { // the fourth is over the limit
			known, unknown := try(oliviasEmail), try("nobody@northwind.example")
			off, garbage := try("dora@northwind.example"), try("no address at all")
			if known != unknown || known != off || known != garbage {
				t.Fatalf("round %d: known %+v, unknown %+v, disabled %+v, no address %+v", round, known, unknown, off, garbage)
			}
			if round < 3 && (known.hashes != 1 || known.answer != "") || round == 3 && known.answer == "" {
				t.Fatalf("round %d: %+v", round, known)
			}
		}
	})
}

// S14, D2: asking is limited for each address and each network; whoever asks for ever keeps no link from working.
func TestAskingForANewPasswordIsLimited(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		var last waysback.ResetMail
		for n := range 3 {
			last = h.forgot(t, oliviasEmail, byte(n))[0]
		}
		kindIs(t, h.people.ForgotPassword(t.Context(), fromNetwork(9), "OLIVIA@northwind.example."), fault.KindLimited)
		if mails := h.resets(t); len(mails) != 0 {
			t.Errorf("over the limit, mailed %+v", mails)
		}
		if err := h.people.ResetGood(t.Context(), last.Token); err != nil {
			t.Errorf("the last link: %v", err)
		}
		h.Offset.Advance(time.Hour)
		if n := len(h.forgot(t, oliviasEmail, 9)); n != 1 {
			t.Errorf("%d mails after an hour", n)
		}
		for n := range 19 { // one of the twenty is used
			if err := h.people.ForgotPassword(t.Context(), fromNetwork(9), "p"+string(rune('a'+n))+"@example.com"); err != nil {
				t.Fatalf("%d: %v", n, err)
			}
		}
		kindIs(t, h.people.ForgotPassword(t.Context(), fromNetwork(9), "last@example.com"), fault.KindLimited)
	})
}

// S14: fifty at once on one link: one password is set.
func TestALinkForAPasswordWorksOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		token := h.forgot(t, oliviasEmail, 1)[0].Token
		var done atomic.Int64
		var all sync.WaitGroup
		for n := range 50 {
			all.Go(func() {
				if h.people.ResetPassword(t.Context(), fromNetwork(byte(n)), token, newPassphrase) == nil {
					done.Add(1)
				}
			})
		}
		all.Wait()
		if done.Load() != 1 {
			t.Errorf("%d set a password", done.Load())
		}
	})
}

// The link is made once, however often the message that asks for it is delivered.
func TestALinkForAPasswordIsMadeOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		h.olivia(t)
		var twice error
		h.Outbox.Handle(waysback.ResetAsked, func(ctx context.Context, d outbox.Delivery) error {
			if err := h.people.SendReset(ctx, d); err != nil {
				return err
			}
			twice = h.people.SendReset(ctx, d)
			return nil
		})
		h.Outbox.Handle(waysback.MailReset, func(context.Context, outbox.Delivery) error { return nil })
		if err := h.people.ForgotPassword(t.Context(), fromNetwork(1), oliviasEmail); err != nil {
			t.Fatal(err)
		}
		h.posted(t)
		if n := w.Count(t, "password_resets", "used_at IS NULL"); n != 1 || twice != nil {
			t.Errorf("%d links, %v", n, twice)
		}
	})
}
