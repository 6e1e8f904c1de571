package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/assist"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/mailer"
)

// who is the actor of a request that somebody makes now, in a session of their own.
func (h *house) who(t *testing.T, email string, account id.Account) actor.Actor {
	t.Helper()
	h.Offset.Advance(time.Minute) // a code is good once
	h.signIn(t, "staff "+email, email, account)
	if strings.HasSuffix(email, "@harbour.example") {
		h.say(t, "staff "+email, h.here.account)
	}
	visit, err := h.Accounts.BySession(t.Context(), h.cookies["staff "+email].Value, account, accounts.Door{})
	if err != nil {
		t.Fatal(err)
	}
	return visit.Who
}

// mailed delivers what waits and returns the newest mail whose subject begins so, and to whom it went.
func (h *house) mailed(t *testing.T, subject string) (mailer.Mail, []string) {
	t.Helper()
	h.deliver(t)
	var newest mailer.Mail
	var to []string
	for _, m := range h.Mailbox.List() {
		if !strings.HasPrefix(m.Subject, subject) {
			continue
		}
		if to = append(to, m.To); newest.To == "" {
			newest = m.Mail
		}
	}
	slices.Sort(to)
	return newest, to
}

// says asserts what a mail says.
func says(t *testing.T, m mailer.Mail, words ...string) {
	t.Helper()
	plain := strings.Join(strings.Fields(m.Text), " ")
	for _, w := range words {
		if !strings.Contains(plain, w) {
			t.Errorf("%q does not say %q: %s", m.Subject, w, m.Text)
		}
	}
}

// N8: every owner, and nobody else, is told by mail that staff ask to act for somebody once, with the reason and until
// when, and that staff act for nobody any more, or may again. What staff typed makes no markup and no second line (I1).
func TestOwnersAreToldOfHelpByStaff(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(*config.Config) {})
	owner := h.who(t, "owner@here.example", h.here.account)
	help, err := h.Assist.Help(t.Context(), owner, h.here.account)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Assist.Set(t.Context(), owner, h.here.account, false, help.Version); err != nil {
		t.Fatal(err)
	}
	page := "http://localhost:8080/accounts/" + h.here.account.String() + "/settings/staff"
	never := "You get this because you own Here Ltd. It cannot be switched off."
	m, to := h.mailed(t, "Staff do not act for people of Here Ltd any more")
	if !slices.Equal(to, []string{"owner@here.example"}) {
		t.Fatalf("that nobody may act went to %v", to)
	}
	says(t, m, owner.Name+" set that the staff of", "act for nobody in Here Ltd", "What went on has ended.", page, never)

	staff := h.who(t, "support@harbour.example", id.Account{})
	err = h.Assist.Ask(t.Context(), staff, h.here.account, h.here.contact, assist.Reason{
		Code: activity.GivenOther, Text: "To find the fault <svg onload=alert(1)>\r\nBcc: everybody@here.example",
	})
	if err != nil {
		t.Fatal(err)
	}
	m, to = h.mailed(t, "Staff support of")
	if !slices.Equal(to, []string{"owner@here.example"}) {
		t.Fatalf("the question went to %v", to)
	}
	if !strings.HasSuffix(m.Subject, " once") || strings.ContainsAny(m.Subject, "\r\n<") {
		t.Errorf("the subject is %q", m.Subject)
	}
	says(t, m, "The reason given: To find the fault <svg onload=alert(1)> Bcc: everybody@here.example",
		"Sign in to allow it once or to decline, until", "If you do nothing, nobody acts for anybody.", page, never)
	if strings.Contains(m.HTML, "<svg") || !strings.Contains(m.HTML, "&lt;svg onload=alert(1)&gt;") {
		t.Errorf("the mail is %s", m.HTML)
	}

	if err := h.Assist.Set(t.Context(), owner, h.here.account, true, help.Version+1); err != nil {
		t.Fatal(err)
	}
	m, to = h.mailed(t, "Staff may act for people of Here Ltd")
	if !slices.Equal(to, []string{"owner@here.example"}) {
		t.Fatalf("that staff may act went to %v", to)
	}
	says(t, m, "may act for people of Here Ltd, for 30 minutes and with a reason each time",
		"Everything they do stands in your log.", page, never)
}
