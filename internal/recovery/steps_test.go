package recovery_test

import (
	"testing"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/recovery"
)

// half is a half session of somebody who gave their password.
func (h *house) half(t testing.TB, email string) string {
	t.Helper()
	out, err := h.people.SignIn(t.Context(), stranger(), email, passphrase)
	if err != nil || out.Half == "" {
		t.Fatalf("%+v, %v", out, err)
	}
	return out.Half
}

// asked begins a recovery and returns the token of the link that proves the mailbox.
func (h *house) asked(t testing.TB, email string) string {
	t.Helper()
	if err := h.recovery.Ask(t.Context(), stranger(), h.half(t, email)); err != nil {
		t.Fatal(err)
	}
	m, n := mail[recovery.LinkMail](t, h, recovery.MailProve, email)
	if n == 0 || len(m.Token) != 43 {
		t.Fatalf("%d mails, %+v", n, m)
	}
	return m.Token
}

// waiting begins a recovery and proves the mailbox.
func (h *house) waiting(t testing.TB, email string) (id.Recovery, string) {
	t.Helper()
	token := h.asked(t, email)
	if err := h.recovery.Prove(t.Context(), stranger(), token); err != nil {
		t.Fatal(err)
	}
	v, err := h.recovery.Status(t.Context(), token)
	if err != nil || v.State != recovery.Waiting {
		t.Fatalf("%+v, %v", v, err)
	}
	return v.ID, token
}

// ripe lets the waiting time pass.
func (h *house) ripe(t testing.TB) {
	t.Helper()
	h.Offset.Advance(wait + time.Second)
	h.deliver(t)
}

// link is the last link to set up a new factor that came to an address; empty where none did.
func (h *house) link(t testing.TB, email string) string {
	t.Helper()
	m, _ := mail[recovery.LinkMail](t, h, recovery.MailReady, email)
	return m.Token
}

// finish uses the link and sets up a new code app.
func (h *house) finish(t testing.TB, email string) {
	t.Helper()
	step, err := h.recovery.Open(t.Context(), stranger(), h.link(t, email))
	if err != nil {
		t.Fatal(err)
	}
	e, err := h.recovery.Enrolment(t.Context(), step)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.recovery.Finish(t.Context(), stranger(), step, h.code(t, e.Secret)); err != nil {
		t.Fatal(err)
	}
	h.secrets[email] = e.Secret
}

// enters says whether Priya may look at an account, and why not.
func (h *house) enters(t testing.TB, account id.Account) error {
	t.Helper()
	_, err := h.accounts.Account(t.Context(), h.who(t, priya, account), account)
	return err
}

func (h *house) state(t testing.TB, token string) recovery.State {
	t.Helper()
	v, err := h.recovery.Status(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return v.State
}
