package accounts_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// asked is how often owners are told, by the permission that is asked for.
func (h *house) asked() func() map[verb.Verb]int {
	var mu sync.Mutex
	told := map[verb.Verb]int{}
	h.Outbox.Handle(accounts.MailAsked, func(_ context.Context, d outbox.Delivery) error {
		var m accounts.AskMail
		err := d.Decode(&m)
		mu.Lock()
		defer mu.Unlock()
		told[m.Needs]++
		return err
	})
	return func() map[verb.Verb]int { mu.Lock(); defer mu.Unlock(); return told }
}

// A1, A3, L1: whoever is refused can ask the owners, which gives them nothing; once a day for each permission and five
// times altogether, however many requests come at once. Owners, strangers and those who hold it already ask for
// nothing, nor does anybody for what owners alone do.
func TestOwnersAreAskedForWhatSomebodyLacks(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		told := h.asked()
		account, theirs := h.account(t, "Northwind", olivia), h.account(t, "Copperfield", carl)
		h.join(t, account, olivia, ben, role("billing"))
		limited := role("developer")
		limited.Limited, limited.Services = true, []id.Service{id.New[id.ServiceKind]()}
		h.join(t, account, olivia, adam, limited)
		ask := func(by string, of id.Account, v verb.Verb) error {
			return h.accounts.Ask(t.Context(), h.as(t, by, of), of, v)
		}

		kindIs(t, "a stranger", ask(carl, account, verb.PanelOpen), fault.KindNotFound)
		kindIs(t, "a foreign account", ask(ben, theirs, verb.PanelOpen), fault.KindNotFound)
		kindIs(t, "an owner", ask(olivia, account, verb.PanelOpen), fault.KindConflict)
		kindIs(t, "who holds it", ask(ben, account, verb.InvoicesPay), fault.KindConflict)
		kindIs(t, "what owners alone do", ask(ben, account, verb.AccountClose), fault.KindNotFound)
		kindIs(t, "what staff do", ask(ben, account, verb.ClientsView), fault.KindNotFound)
		kindIs(t, "what is none", ask(ben, account, "no:verb"), fault.KindNotFound)
		if err := ask(adam, account, verb.PanelOpen); err != nil {
			t.Errorf("who holds it over one service: %v", err)
		}

		errs := make(chan error, 6)
		for range cap(errs) {
			who := h.as(t, ben, account)
			go func() { errs <- h.accounts.Ask(t.Context(), who, account, verb.PanelOpen) }()
		}
		fine := 0
		for range cap(errs) {
			if err := <-errs; err == nil {
				fine++
			} else {
				kindIs(t, "again", err, fault.KindLimited)
			}
		}
		if fine != 1 {
			t.Errorf("%d of 6 requests at once were taken", fine)
		}
		if h.may(t, ben, account, verb.PanelOpen) {
			t.Error("asking gave it")
		}
		for _, v := range []verb.Verb{verb.ServicesView, verb.ContactsView, verb.RolesManage, verb.TeamsView} {
			if err := ask(ben, account, v); err != nil {
				t.Errorf("%s: %v", v, err)
			}
		}
		kindIs(t, "a sixth thing", ask(ben, account, verb.DomainsView), fault.KindLimited)
		h.settled(t, account, theirs, told)
	})
}

// settled says what everybody's questions left: mails, entries, and what the contact's page reads.
func (h *house) settled(t *testing.T, account, theirs id.Account, asked func() map[verb.Verb]int) {
	t.Helper()
	if _, err := h.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	told := asked()
	if told[verb.PanelOpen] != 2 || told[verb.ServicesView] != 1 || told[verb.DomainsView] != 0 {
		t.Errorf("owners were told %v", told)
	}
	said := 0
	for _, e := range h.entries(t, id.AccountScope(account)) {
		if e.Action == activity.AccessAsked && e.Outcome == activity.Success {
			said++
		}
	}
	if said != 6 {
		t.Errorf("%d entries for six questions", said)
	}
	bens := h.contact(t, account, olivia, ben).Person
	list, err := h.accounts.AskedBy(t.Context(), h.as(t, olivia, account), account, bens)
	if err != nil || len(list) != 5 {
		t.Errorf("Olivia reads %v, %v", list, err)
	}
	_, err = h.accounts.AskedBy(t.Context(), h.as(t, ben, account), account, bens)
	kindIs(t, "Ben reads what is asked", err, fault.KindDenied)
	_, err = h.accounts.AskedBy(t.Context(), h.as(t, carl, theirs), account, bens)
	kindIs(t, "a stranger reads what is asked", err, fault.KindNotFound)
	at, err := h.accounts.MyAsk(t.Context(), h.as(t, ben, account), account, verb.PanelOpen)
	if err != nil || at.IsZero() {
		t.Errorf("Ben asked at %v, %v", at, err)
	}
	h.Offset.Advance(25 * time.Hour)
	h.tokens = map[string]string{}
	if err := h.accounts.Ask(t.Context(), h.as(t, ben, account), account, verb.PanelOpen); err != nil {
		t.Errorf("the next day: %v", err)
	}
}
