package accounts_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// A preview is of somebody within reach, shows what both may see, ends by itself, and follows what happens to either in
// the meantime (A3, A6).
func TestPreviewFollowsBothPlaces(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.join(t, account, olivia, adam, role("administrator"))
		h.join(t, account, olivia, ben, role("billing"))
		start := func(as, of string) error {
			return h.accounts.StartPreview(t.Context(), h.as(t, as, account), account, h.contact(t, account, olivia, of).ID)
		}
		kindIs(t, "oneself", start(adam, adam), fault.KindDenied)
		kindIs(t, "above", start(adam, olivia), fault.KindDenied)
		kindIs(t, "without the permission", start(ben, adam), fault.KindDenied)
		sees := func(v verb.Verb) bool { t.Helper(); return h.may(t, adam, account, v) }
		begin := func() {
			t.Helper()
			if err := start(adam, ben); err != nil {
				t.Fatal(err)
			}
			if who := h.as(t, adam, account); !who.Previewing() || who.Preview.Name != "Person "+ben {
				t.Fatalf("adam sees through %+v", who.Preview)
			}
		}
		begin()
		if !sees(verb.InvoicesView) || sees(verb.ServicesView) || sees(verb.InvoicesPay) || sees(verb.ContactsManage) {
			t.Error("adam does not see what ben sees")
		}
		err := h.accounts.EditSettings(t.Context(), h.as(t, adam, account), account,
			accounts.Settings{Version: 1})
		kindIs(t, "a change in a preview", err, fault.KindDenied)
		if err := h.accounts.EndPreview(t.Context(), h.as(t, adam, account)); err != nil {
			t.Fatal(err)
		}
		kindIs(t, "ended twice", h.accounts.EndPreview(t.Context(), h.as(t, adam, account)), fault.KindConflict)
		if !sees(verb.ServicesView) {
			t.Error("adam does not see as himself again")
		}

		begin()
		before := h.contact(t, account, olivia, ben)
		change := accounts.RoleChange{Terms: role("technical"), Version: before.Version}
		if err := h.accounts.ChangeRole(t.Context(), h.as(t, olivia, account), account, before.ID, change); err != nil {
			t.Fatal(err)
		}
		if sees(verb.InvoicesView) || !sees(verb.ServicesView) {
			t.Error("the preview does not follow ben's new role")
		}
		me := h.contact(t, account, olivia, adam)
		change = accounts.RoleChange{Terms: role("support"), Version: me.Version}
		if err := h.accounts.ChangeRole(t.Context(), h.as(t, olivia, account), account, me.ID, change); err != nil {
			t.Fatal(err)
		}
		for _, v := range verb.Portal() {
			if sees(v) {
				t.Errorf("adam, who may preview nobody any more, still sees by %s", v)
			}
		}
		if err := h.accounts.EndPreview(t.Context(), h.as(t, adam, account)); err != nil {
			t.Error("who lost the permission cannot end the preview", err)
		}
		change = accounts.RoleChange{Terms: role("administrator"), Version: me.Version + 1}
		if err := h.accounts.ChangeRole(t.Context(), h.as(t, olivia, account), account, me.ID, change); err != nil {
			t.Fatal(err)
		}
		begin()
		if err := h.accounts.Remove(t.Context(), h.as(t, olivia, account), account, before.ID); err != nil {
			t.Fatal(err)
		}
		if sees(verb.AccountView) || !h.as(t, adam, account).Previewing() {
			t.Error("a contact who is gone still sees")
		}
		h.Offset.Advance(20 * time.Minute)
		if err := h.accounts.Arrive(t.Context(), visit(t, h, adam, account)); err != nil { // still there
			t.Fatal(err)
		}
		h.Offset.Advance(10*time.Minute + time.Second)
		if h.as(t, adam, account).Previewing() {
			t.Error("the preview goes on after half an hour")
		}
		said := 0
		for _, e := range h.entries(t, id.AccountScope(account)) {
			if strings.HasPrefix(string(e.Action), "preview.started") && e.What.Label == "Person "+ben {
				said++
			}
		}
		if said != 3 {
			t.Errorf("%d of 3 previews are in the log", said)
		}
	})
}

// Suspended access shows nothing, and is not previewed.
func TestNoPreviewOfSuspendedAccess(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.join(t, account, olivia, ben, role("billing"))
		contact := h.contact(t, account, olivia, ben).ID
		if err := h.accounts.Suspend(t.Context(), h.as(t, olivia, account), account, contact); err != nil {
			t.Fatal(err)
		}
		err := h.accounts.StartPreview(t.Context(), h.as(t, olivia, account), account, contact)
		kindIs(t, "a suspended contact", err, fault.KindConflict)
	})
}
