package app_test

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/config"
)

func first(path, _ string) string { return path }

func with(base map[string]string, pairs ...string) map[string]string {
	out := maps.Clone(base)
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

// mailedLink is the last link of a kind in the mails to an address.
func (h *house) mailedLink(t *testing.T, to, path string) string {
	t.Helper()
	link := ""
	for _, m := range h.Mailbox.List() {
		if found := regexp.MustCompile(path + `[A-Za-z0-9_-]*`).FindString(m.Text); found != "" && m.To == to && link == "" {
			link = found
		}
	}
	if link == "" {
		t.Fatalf("no mail to %s has a link to %s", to, path)
	}
	return link
}

// deliver delivers what waits, and what follows from that.
func (h *house) deliver(t *testing.T) {
	t.Helper()
	for range 4 {
		if _, err := h.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// guess tries wrong passwords until their owner is told.
func guess(b *browser, email string) {
	b.t.Helper()
	for range 5 {
		b.fill("/sign-in", "/sign-in", map[string]string{"email": email, "password": canaries()["wrong password"]})
	}
}

// saysNotMe follows the link in an alert to the owner, and has staff answer in the case.
func saysNotMe(t *testing.T, h *house, staff *browser) {
	t.Helper()
	c, b := canaries(), newBrowser(t, h.handler)
	guess(b, c["owner's e-mail"])
	h.deliver(t)
	link := h.mailedLink(t, c["owner's e-mail"], "/not-me/")
	staff.all["link of an alert"] = strings.TrimPrefix(link, "/not-me/")
	b.must(first(b.fill(link, link, map[string]string{"note": c["what was not them"]})))
	h.deliver(t)
	_, list := staff.do(http.MethodGet, "/staff/cases", nil)
	page := staff.must(regexp.MustCompile(`/staff/cases/[0-9a-z]{26}`).FindString(list))
	_, shown := staff.do(http.MethodGet, page, nil)
	if !strings.Contains(shown, c["what was not them"]) || !strings.Contains(shown, "What it is about") {
		t.Fatalf("the case shows %s", shown)
	}
	token := regexp.MustCompile(`name="csrf" value="([^"]+)"`).FindStringSubmatch(shown)
	answer := url.Values{"csrf": {token[1]}, "text": {c["reply in a case"]}}
	if res, body := staff.do(http.MethodPost, page+"/reply", answer); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("the reply was answered %d: %s", res.StatusCode, body)
	}
	h.deliver(t)
}

// S14, N5: from the mail to the case. The link leads to the configured host, whatever a request says of it; the
// case has the entries around the event, each account of the person learns of it once, and what to do next comes by
// mail.
func TestThisWasntMeFromTheMailToTheCase(t *testing.T) {
	eachHouse(t, func(*config.Config) {}, thisWasntMeFromTheMailToTheCase)
}

func thisWasntMeFromTheMailToTheCase(t *testing.T, h *house) {
	t.Helper()
	const owner = "owner@here.example"
	b := newBrowser(t, h.handler)
	guess(b, owner)
	h.deliver(t)
	for _, m := range h.Mailbox.List() {
		for _, link := range regexp.MustCompile(`https?://[^\s]+`).FindAllString(m.Text, -1) {
			if !strings.HasPrefix(link, "http://localhost:8080") {
				t.Errorf("a mail leads to %s", link)
			}
		}
	}
	link := h.mailedLink(t, owner, "/not-me/")
	b.must(first(b.fill(link, link, map[string]string{"note": "I was asleep"})))
	h.deliver(t)
	h.mailedLink(t, owner, "/me/cases/")
	h.mailedLink(t, owner, "/forgot-password")
	page, err := h.Log.Page(t.Context(), id.AccountScope(h.here.account), activity.Filter{Action: activity.ContactSecured})
	if err != nil || len(page.Entries) != 1 {
		t.Errorf("the account has %d entries of it, %v", len(page.Entries), err)
	}
	page, err = h.Log.Page(t.Context(), id.AccountScope(h.there.account), activity.Filter{Action: activity.ContactSecured})
	if err != nil || len(page.Entries) != 0 {
		t.Errorf("another account has %d entries of it, %v", len(page.Entries), err)
	}
	if waiting, failed, err := h.Outbox.Waiting(t.Context()); waiting != 0 || failed != 0 || err != nil {
		t.Errorf("%d messages wait, %d failed, %v", waiting, failed, err)
	}
}

// From an account's log to the case: it has the entry that was pointed at, and of that log only what was done as the
// one who said so (L7).
func TestADoingThatWasNotTheirsBecomesACase(t *testing.T) {
	t.Parallel()
	w := newWalker(t)
	log := "/accounts/" + w.here.account.String() + "/activity"
	w.as("technical@here.example").Get(log).Is(t, http.StatusOK)
	v := w.as("owner@here.example")
	v.Get(log + "/alerts")
	v.Submit(log+"/alerts", typed("role-raised", "never")).Is(t, http.StatusOK)
	doing := v.Get(log + "?action=alert.chosen").Links("/not-me")
	if len(doing) != 1 {
		t.Fatalf("the links are %v", doing)
	}
	v.Get(doing[0])
	v.Submit(doing[0], nil).Is(t, http.StatusOK)
	w.deliver(t)
	sam := w.as("support@harbour.example")
	found := regexp.MustCompile(`/staff/cases/[0-9a-z]{26}`).FindString(string(sam.Get("/staff/cases").Body))
	page := sam.Get(found).Is(t, http.StatusOK).Says(t, "Alerts chosen", "chose what to be told of by mail",
		"came into this account", "signed in")
	if strings.Contains(strings.ReplaceAll(page.Text, "Support and the technical department", ""), "technical") {
		t.Errorf("the case shows what others did: %s", page.Text)
	}
}
