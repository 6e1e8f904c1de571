package app_test

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/notices"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/verb"
)

// Owners get a mail that leads to the page of whoever asks, with what they
// ask for; owners who chose to get none of these get none, and nobody else does either way.
func TestOwnersAreMailedWhoAsksForAccess(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(*config.Config) {})
	account := h.here.account
	asks := func(v verb.Verb) []string {
		t.Helper()
		if err := h.Accounts.Ask(t.Context(), h.who(t, "billing@here.example", account), account, v); err != nil {
			t.Fatal(err)
		}
		h.deliver(t)
		var told []string
		for _, m := range h.Mailbox.List() {
			if !strings.Contains(m.Subject, "asks you for access") || !strings.Contains(m.Text, v.Sentence()) {
				continue
			}
			told = append(told, m.To)
			if !strings.Contains(m.Text, "/accounts/"+account.String()+"/contacts/") ||
				!strings.Contains(m.Text, "You get this because you own") {
				t.Errorf("to %s: %s", m.To, m.Text)
			}
		}
		return told
	}
	if told := asks(verb.PanelOpen); !slices.Equal(told, []string{"owner@here.example"}) {
		t.Errorf("%v were told", told)
	}
	owner := h.who(t, "owner@here.example", account)
	err := h.Notices.ChooseMine(t.Context(), owner, account, []notices.Kind{notices.Invoices})
	if err != nil {
		t.Fatal(err)
	}
	if told := asks(verb.ContactsView); len(told) != 0 {
		t.Errorf("%v were told, who want none of these", told)
	}
}
