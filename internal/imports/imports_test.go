package imports_test

import (
	"strings"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/imports"
	"gatehouse/internal/platform/db"
)

// sizes counts what imports make.
func (h *house) sizes(t *testing.T) [4]int64 {
	t.Helper()
	return [4]int64{
		h.Count(t, "accounts", "1 = 1"), h.Count(t, "invitations", "1 = 1"), h.Count(t, "services", "1 = 1"),
		h.Count(t, "invoices", "1 = 1"),
	}
}

// All four files are brought over by the acts that make such things by hand, once: the same files again make nothing.
func TestFilesAreBroughtOverOnce(t *testing.T) { // P5, A1
	each(t, func(t *testing.T, h *house) {
		due := h.Now(t).AddDate(0, 0, 10)
		files := []struct {
			kind imports.Kind
			text string
			want [4]int64
		}{
			{imports.Clients, theClients(3), [4]int64{3, 3, 0, 0}},
			{imports.Contacts, theContacts, [4]int64{3, 5, 0, 0}},
			{imports.Services, theServices, [4]int64{3, 5, 1, 0}},
			{imports.Invoices, theInvoices(due), [4]int64{3, 5, 1, 1}},
		}
		for _, f := range files {
			before := h.sizes(t)
			one := h.look(t, f.kind, true, f.text)
			if one.Bad > 0 || one.New == 0 || h.sizes(t) != before {
				t.Fatalf("%s: a dry run found %+v and made %v of %v", f.kind, one.Counts, h.sizes(t), before)
			}
			if one = h.bring(t, f.kind, true, f.text); one.State != imports.Done || one.Failed > 0 || h.sizes(t) != f.want {
				_, rows, _, _ := h.imports.Get(t.Context(), h.root, one.ID, 0)
				t.Fatalf("%s: %+v, %v, %+v %s", f.kind, one, h.sizes(t), rows, one.Trouble)
			}
			again := h.look(t, f.kind, true, f.text)
			if again.New != 0 || again.Same != one.Made {
				t.Errorf("%s again: %+v", f.kind, again.Counts)
			}
			if err := h.imports.Start(t.Context(), h.root, again.ID); fault.KindOf(err) != fault.KindConflict {
				t.Errorf("%s again: %v", f.kind, err)
			}
		}
		h.whoDidIt(t)
		h.books(t)
	})
}

// whoDidIt wants every entry of a client to name who imported, and why.
func (h *house) whoDidIt(t *testing.T) {
	t.Helper()
	var accounts []id.Account
	q := db.Across(h.Reader.With(t.Context()), "all of a test").Table("accounts").Order("account_id")
	if err := q.Pluck("account_id", &accounts).Error; err != nil {
		t.Fatal(err)
	}
	done := map[activity.Action]bool{}
	page, err := h.Log.Page(t.Context(), id.AccountScope(accounts[0]), activity.Filter{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Entries {
		done[e.Action] = true
		if e.ActorKind != actor.Staff || e.ActorID != h.root.Person || e.StaffReason != activity.GivenImport {
			t.Errorf("%s by %s %s, for %q", e.Action, e.ActorKind, e.ActorID, e.StaffReason)
		}
	}
	for _, want := range []activity.Action{
		activity.AccountCreated, activity.ContactInvited, activity.ServiceCreated, activity.InvoiceCarriedOver,
	} {
		if !done[want] {
			t.Errorf("no entry %s", want)
		}
	}
}

// books wants what was carried over to be owed, without a second sale or VAT, and the audit to agree.
func (h *house) books(t *testing.T) {
	t.Helper()
	if found, err := h.billing.Audit(t.Context()); err != nil || len(found) > 0 {
		t.Errorf("the audit says %q, %v", found, err)
	}
	for book, want := range map[string]int64{"receivable": 1, "opening": 1, "sales": 0, "vat": 0} {
		if n := h.Count(t, "ledger_entries", "book = ? AND ABS(amount_minor) = 9480", book); n != want {
			t.Errorf("%d postings in %s", n, book)
		}
	}
	if h.Count(t, "vat_totals", "1 = 1") != 0 || h.Count(t, "invoices", "series LIKE 'OB%' AND ordinal = 1") != 1 {
		t.Error("the balance is taxed, or in the series of invoices")
	}
}

// Whatever is wrong with a line is named, with its line, its column and what would be right, and keeps no other line
// from being brought over.
func TestEachBadLineIsNamed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		text := "\ufeffclient_id;name;owner_email;currency;vat_number;country\r\n" +
			"1;Good Ltd;a@good.example;GBP;;\r\n" +
			"2;;b@bad.example;GBP;;\r\n" +
			"3;Bad mail;nonsense;GBP;;\r\n" +
			"4;Bad money;d@bad.example;XXX;;\r\n" +
			"5;Bad VAT;e@bad.example;EUR;DE123456789;DE\r\n" +
			"1;Twice;f@bad.example;GBP;;\r\n" +
			"7;\"=HYPERLINK(\"\"x\"\")\";g@bad.example;GBP;;\r\n" +
			"8;\"Too \" many;h@bad.example;GBP;;\r\n" +
			"9;Too few\r\n" +
			"10;B\xe4ckerei;i@bad.example;GBP;;\r\n" +
			"\r\n" +
			"11;Good Ltd;k@good.example;GBP;;\r\n"
		one := h.look(t, imports.Clients, true, text)
		if one.Total != 11 || one.New != 2 || one.Bad != 9 {
			t.Errorf("%+v", one.Counts)
		}
		_, rows, _, err := h.imports.Get(t.Context(), h.root, one.ID, 0)
		if err != nil {
			t.Fatal(err)
		}
		want := map[int]string{
			3: "name", 4: "owner_email", 5: "currency", 6: "vat_number", 7: "client_id", 8: "name", 9: "", 10: "", 11: "name",
			13: "name", // a warning: the name is there twice
		}
		for _, row := range rows {
			column, ok := want[row.Line]
			if last := len(row.Remarks) - 1; last < 0 || !ok || row.Remarks[last].Column != column ||
				row.Remarks[last].Wrong == "" {
				t.Errorf("line %d: %+v", row.Line, row.Remarks)
			}
			delete(want, row.Line)
		}
		if len(want) > 0 {
			t.Errorf("nothing is said of %v", want)
		}
		if err := h.imports.Start(t.Context(), h.root, one.ID); err != nil {
			t.Fatal(err)
		}
		if h.work(t); h.sizes(t) != [4]int64{2, 2, 0, 0} {
			t.Errorf("%v", h.sizes(t))
		}
	})
}

// What was brought over and has other values now is said, and never overwritten.
func TestChangesAreReportedAndNotMade(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.bring(t, imports.Clients, true, theClients(2))
		other := h.look(t, imports.Clients, true, strings.Replace(theClients(3), "Orchard 2 Ltd", "Another Ltd", 1))
		if other.Changed != 1 || other.Same != 1 || other.New != 1 {
			t.Errorf("%+v", other.Counts)
		}
		if err := h.imports.Start(t.Context(), h.root, other.ID); err != nil {
			t.Fatal(err)
		}
		h.work(t)
		page, err := h.Log.Page(t.Context(), id.ProviderScope(), activity.Filter{Limit: 50})
		if err != nil || h.sizes(t)[0] != 3 {
			t.Fatalf("%v, %v", h.sizes(t), err)
		}
		for _, e := range page.Entries {
			if strings.Contains(e.What.Label, "Another Ltd") {
				t.Errorf("it was taken over: %s", e.Action)
			}
		}
	})
}

// Nobody gets an invitation before somebody has them sent, and each gets one, whoever presses twice.
func TestInvitationsWaitAndAreSentOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		clients := h.bring(t, imports.Clients, false, theClients(2))
		contacts := h.bring(t, imports.Contacts, false, theContacts)
		if h.sizes(t) != [4]int64{2, 0, 0, 0} || h.Count(t, "outbox", "kind = 'mail.invitation'") != 0 {
			t.Fatalf("%v", h.sizes(t))
		}
		for _, one := range []imports.Import{clients, contacts, clients} {
			err := h.imports.SendInvitations(t.Context(), h.root, one.ID)
			if err != nil && fault.KindOf(err) != fault.KindConflict {
				t.Fatal(err)
			}
			h.work(t)
		}
		if h.sizes(t) != [4]int64{2, 4, 0, 0} || h.Count(t, "outbox", "kind = 'mail.invitation'") != 4 {
			t.Errorf("%v", h.sizes(t))
		}
		if one := h.get(t, contacts.ID); one.Inviting != imports.AllSent || one.Invited != 2 {
			t.Errorf("%+v", one)
		}
	})
}

// Only whoever holds the permission imports, with a fresh proof; and whoever loses their seat in between has nothing
// more made in their name.
func TestWhoMayImport(t *testing.T) { // A1, A6
	each(t, func(t *testing.T, h *house) {
		request := func() imports.Request {
			return imports.Request{Kind: imports.Clients, Source: "WHMCS", Body: strings.NewReader(theClients(2))}
		}
		for _, department := range []string{"support", "billing", "technical", "privacy"} {
			who := h.staff(t, department, department)
			if _, err := h.imports.Look(t.Context(), who, request()); fault.KindOf(err) != fault.KindDenied {
				t.Errorf("%s: %v", department, err)
			}
		}
		stale := h.root.Details
		stale.FactorAt = stale.FactorAt.Add(-20 * 60e9)
		if _, err := h.imports.Look(t.Context(), actor.Enter(stale), request()); err == nil {
			t.Error("an old proof was enough")
		}
		one := h.look(t, imports.Clients, true, theClients(2))
		for _, department := range []string{"support", "billing", "technical", "privacy"} {
			who := h.staff(t, department+"-2", department)
			if _, _, _, err := h.imports.Get(t.Context(), who, one.ID, 0); fault.KindOf(err) != fault.KindDenied {
				t.Errorf("%s sees an import: %v", department, err)
			}
		}
		// To see how it goes takes no fresh proof; to have anything done does.
		if _, _, _, err := h.imports.Get(t.Context(), actor.Enter(stale), one.ID, 0); err != nil {
			t.Errorf("to see how it goes with an old proof: %v", err)
		}
		if _, err := h.imports.List(t.Context(), actor.Enter(stale)); err != nil {
			t.Errorf("to see the list with an old proof: %v", err)
		}
		if err := h.imports.Start(t.Context(), actor.Enter(stale), one.ID); fault.KindOf(err) != fault.KindStepUp {
			t.Errorf("started with an old proof: %v", err)
		}
		if err := h.imports.Start(t.Context(), h.root, one.ID); err != nil {
			t.Fatal(err)
		}
		err := h.Writer.Do(t.Context(), func(tx *db.Tx) error {
			return db.Across(tx.DB, "a test takes a seat away").
				Exec("UPDATE staff_members SET department = 'support' WHERE person_id = ?", h.root.Person).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.imports.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := h.sizes(t)[0]; n != 0 {
			t.Errorf("%d clients were made in the name of somebody who may not", n)
		}
		if n := h.Count(t, "imports", "state = 'stopped' AND trouble <> ''"); n != 1 {
			t.Error("it does not say why it stopped")
		}
	})
}
