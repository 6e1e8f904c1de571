package app_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/config"
)

// L3: each owner is mailed the signed end of their account's log once a month, and of no other's; with what was mailed
// anybody checks it. An account that is new this month waits for the next.
func TestOwnersAreMailedTheEndOfTheirLogEachMonth(t *testing.T) {
	eachHouse(t, func(*config.Config) {}, ownersAreMailedTheEndOfTheirLogEachMonth)
}

func ownersAreMailedTheEndOfTheirLogEachMonth(t *testing.T, h *house) {
	t.Helper()
	mailed := func(to string) (texts []string) {
		for _, m := range h.Mailbox.List() {
			if m.To == to && strings.HasPrefix(m.Subject, "Keep this") {
				texts = append(texts, m.Text)
			}
		}
		return texts
	}
	turn := func() {
		t.Helper()
		for range 2 {
			if err := h.MailHeads(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		h.deliver(t)
	}
	turn()
	if n := len(mailed("owner@here.example")); n != 0 {
		t.Errorf("%d mails about a log that is new", n)
	}
	for month := 1; month <= 2; month++ {
		h.Offset.Advance(32 * 24 * time.Hour)
		turn()
		h.Offset.Advance(time.Hour)
		turn()
		if n := len(mailed("owner@here.example")); n != month {
			t.Fatalf("%d mails after %d months", n, month)
		}
	}
	for _, to := range []string{"billing@here.example", "administrator@here.example"} {
		if n := len(mailed(to)); n != 0 {
			t.Errorf("%s was mailed %d times", to, n)
		}
	}
	text := mailed("owner@here.example")[0]
	other := mailed("owner@there.example")[0]
	if !strings.Contains(text, id.AccountScope(h.here.account).String()) ||
		strings.Contains(text, h.there.account.String()) || strings.Contains(other, h.here.account.String()) {
		t.Errorf("whose log is this: %s", text)
	}
	begin, end := strings.Index(text, "gatehouse head v1"), strings.LastIndex(text, "\n— ")
	statement := text[begin : end+1+strings.Index(text[end+1:], "\n")+1]
	known, err := activity.Verifiers(h.Log.Keys())
	if err != nil {
		t.Fatal(err)
	}
	_, heads, err := activity.ParseHeads([]byte(statement), known)
	if err != nil || len(heads) != 1 || heads[0].Seq == 0 {
		t.Fatalf("%+v, %v", heads, err)
	}
	e, found, err := h.Log.Entry(t.Context(), heads[0].Chain, heads[0].Seq)
	if err != nil || !found || e.Hash != heads[0].Hash {
		t.Errorf("what was mailed is not the log's: %v", err)
	}
	altered := strings.Replace(statement, "head account", "head person", 1)
	if _, _, err := activity.ParseHeads([]byte(altered), known); err == nil {
		t.Error("an altered statement is believed")
	}
}
