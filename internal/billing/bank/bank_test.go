package bank_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/bank"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity"
	"gatehouse/internal/identity/passwords"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit"
)

// till is billing and the bank over one account.
type till struct {
	*testkit.World
	billing *billing.Billing
	bank    *bank.Bank
	account id.Account
	bea     actor.Actor
	dan     actor.Actor
}

func gbp(minor int64) money.Amount { return money.New(minor, money.GBP) }

func each(t *testing.T, test func(t *testing.T, r *till)) {
	t.Helper()
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		people := identity.New(w.Gate, w.Reader, w.Box, w.Outbox, identity.Config{Hasher: passwords.NewQuickHasher()})
		rooms := accounts.New(w.Gate, w.Reader, w.Box, w.Access, people, w.Outbox)
		r := &till{World: w, billing: billing.New(w.Gate, w.Reader, w.Box, rooms, w.Outbox)}
		r.bank = bank.New(w.Gate, w.Reader, w.Box, r.billing, money.GBP)
		var err error
		r.account, err = rooms.Create(t.Context(), actor.NewShell("root"), accounts.NewAccount{
			Name: "Northwind Bakery", Currency: "GBP", OwnerEmail: "olivia@northwind.example",
			Address: accounts.Address{Line1: "1 Quay", City: "York", Postcode: "YO1 1AA", Country: "GB"},
		})
		if err != nil {
			t.Fatal(err)
		}
		r.bea, r.dan = r.staff(t, rooms, "bea"), r.staff(t, rooms, "dan")
		test(t, r)
	})
}

func (r *till) staff(t *testing.T, rooms *accounts.Accounts, name string) actor.Actor {
	t.Helper()
	made, err := rooms.CreateStaff(t.Context(), actor.NewShell("root"), persons.NewPerson{
		Email: name + "@harbour.example", Name: name, Password: "four quiet harbour mornings",
	}, "billing")
	if err != nil {
		t.Fatal(err)
	}
	now := r.Now(t)
	return actor.Enter(actor.Details{
		Kind: actor.Staff, Person: made.Person, Name: name, Factor: actor.With(actor.ByPassword, actor.ByKey),
		FactorAt: now, ProvedAt: now, Now: now, Address: netip.MustParseAddr("192.0.2.1"),
		Seat: actor.Seat{Department: "billing"}, Looks: r.Looks(t),
	})
}

// issue writes an invoice over an amount, without VAT.
func (r *till) issue(t *testing.T, minor int64) (number string) {
	t.Helper()
	number, err := r.billing.Issue(t.Context(), actor.NewSystem("test"), r.account, billing.Draft{
		Key: id.New[id.InvoiceKind](), About: "Hosting", Due: r.Now(t).Add(336 * time.Hour), Lines: []billing.Line{{
			Text: "Hosting", Quantity: decimal.NewFromInt(1), Price: gbp(minor),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return number
}

func (r *till) left(t *testing.T, number string) money.Amount {
	t.Helper()
	of, err := r.billing.ByNumber(t.Context(), billing.NumbersIn(number)[0])
	if err != nil || of.Number != number {
		t.Fatalf("%+v, %v", of, err)
	}
	if found, err := r.billing.Audit(t.Context()); err != nil || len(found) > 0 {
		t.Fatalf("the audit says %q, %v", found, err)
	}
	return of.Left
}

func TestAStatementIsImportedOnce(t *testing.T) { // P5, P6
	each(t, func(t *testing.T, r *till) {
		first, second := r.issue(t, 10000), r.issue(t, 5000)
		day := r.Now(t).Format(time.DateOnly)
		text := "Date,Name,Reference,Amount\n" +
			day + ",Northwind Bakery,Invoice " + first + " thank you,100.00\n" + // sure
			day + ",Northwind Bakery,\"" + second + ", with a tip\",60.00\n" + // more than is left
			day + ",J Smith,birthday,5.00\n" + day + ",J Smith,birthday,5.00\n" + // two equal lines
			day + ",Power company,bill,-80.00\n" + "Total,,,99\n"
		p, err := r.bank.Preview(t.Context(), r.bea, text)
		if err != nil || p.New != 4 || p.Sure != 1 || p.Outgoing != 1 || len(p.Unreadable) != 1 || p.Unreadable[0] != 7 ||
			p.Sum["GBP"] != gbp(17000) {
			t.Fatalf("%+v, %v", p, err)
		}
		if n := r.Count(t, "bank_transfers", "1 = 1"); n != 0 {
			t.Fatalf("a preview wrote %d transfers", n)
		}
		out, err := r.bank.Import(t.Context(), r.bea, text)
		if err != nil || out != (bank.Imported{New: 4, Matched: 1}) {
			t.Fatalf("%+v, %v", out, err)
		}
		if left := r.left(t, first); !left.IsZero() {
			t.Errorf("%s is left of %s", left, first)
		}
		_, err = r.bank.Import(t.Context(), r.bea, text)
		if fault.KindOf(err) != fault.KindInvalid || r.Count(t, "payments", "1 = 1") != 1 {
			t.Errorf("a second import: %v", err)
		}
		more := text + day + ",K Jones,new,1.00\n"
		if out, err = r.bank.Import(t.Context(), r.bea, more); err != nil || out.New != 1 {
			t.Errorf("a longer period: %+v, %v", out, err)
		}
		list, err := r.bank.Unmatched(t.Context(), r.bea)
		if err != nil || len(list) != 4 {
			t.Fatalf("%d are unmatched, %v", len(list), err)
		}
		for _, one := range list {
			if (one.Guess != nil) != (one.Amount == gbp(6000)) || one.Guess != nil &&
				(one.Guess.Sure || one.Guess.Number != second) {
				t.Errorf("%s: %+v", one.Reference, one.Guess)
			}
		}
	})
}

// P6: the prefix of a number says which of two invoices is meant that are alike behind it. Without one, it is only a
// guess.
func TestATransferNamesANumberWithItsPrefix(t *testing.T) {
	each(t, func(t *testing.T, r *till) {
		prefix := ""
		r.billing.Under(billing.Rules{Law: func() (string, string) { return "GB", prefix }})
		old := r.issue(t, 10000)
		prefix = "HH"
		first, second := r.issue(t, 5000), r.issue(t, 4000)
		if first != "HH-"+old || second[:3] != "HH-" {
			t.Fatalf("the numbers are %s, %s and %s", old, first, second)
		}
		day := r.Now(t).Format(time.DateOnly)
		bare := strings.ReplaceAll(strings.ToLower(first), "-", " ")
		text := "Date,Name,Reference,Amount\n" +
			day + ",A,Invoice " + first + " thank you,20.00\n" + day + ",B," + bare + ",30.00\n" +
			day + ",C,Invoice " + old + ",7.00\n" + day + ",D,CN-" + first + ",8.00\n" +
			day + ",E,INV" + second[3:] + ",9.00\n"
		out, err := r.bank.Import(t.Context(), r.bea, text)
		if err != nil || out != (bank.Imported{New: 5, Matched: 3}) {
			t.Errorf("%+v, %v", out, err)
		}
		for number, want := range map[string]money.Amount{first: gbp(0), second: gbp(3100), old: gbp(10000)} {
			if left := r.left(t, number); left.Cmp(want) != 0 {
				t.Errorf("%s is left of %s", left, number)
			}
		}
		list, err := r.bank.Unmatched(t.Context(), r.bea)
		if err != nil || len(list) != 2 {
			t.Fatalf("%d are unmatched, %v", len(list), err)
		}
		for _, one := range list {
			if of := one.Guess != nil && one.Guess.Number == old && !one.Guess.Sure; of != (one.Amount == gbp(700)) {
				t.Errorf("%s: %+v", one.Reference, one.Guess)
			}
			if _, err := r.bank.Match(t.Context(), r.bea, one.ID, old); err != nil { // somebody says which one
				t.Error(err)
			}
		}
		if left := r.left(t, old); left != gbp(8500) {
			t.Errorf("%s is left of %s", left, old)
		}
	})
}

func TestATransferIsMatchedOnce(t *testing.T) { // P6
	each(t, func(t *testing.T, r *till) {
		number := r.issue(t, 5000)
		day := r.Now(t).Format("02/01/2006")
		if _, err := r.bank.Import(t.Context(), r.bea, "Date;Details;Paid in\n"+day+";whose is it;60,00\n"); err != nil {
			t.Fatal(err)
		}
		list, err := r.bank.Unmatched(t.Context(), r.bea)
		if err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
		one := list[0].ID
		_, err = r.bank.Match(t.Context(), r.bea, one, "1999-0001")
		if fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("an invoice that is none: %v", err)
		}
		if waits, err := r.bank.Match(t.Context(), r.bea, one, "invoice "+number); err != nil || waits {
			t.Fatal(waits, err)
		}
		if left := r.left(t, number); !left.IsZero() {
			t.Errorf("%s is left", left)
		}
		credit, err := r.billing.ClientCredit(t.Context(), r.bea, r.account)
		if err != nil || credit != gbp(1000) {
			t.Errorf("the credit is %s, %v", credit, err)
		}
		_, err = r.bank.Match(t.Context(), r.bea, one, number)
		if fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a second time: %v", err)
		}
		if err := r.bank.SetAside(t.Context(), r.bea, one, "mine"); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("setting it aside then: %v", err)
		}
	})
}

// A10: a bank statement is text that somebody pasted: above the limit a second person looks at it.
func TestALargeTransferNeedsASecondPerson(t *testing.T) {
	each(t, func(t *testing.T, r *till) {
		number := r.issue(t, 100000)
		text := "Date,Reference,Amount\n" + r.Now(t).Format(time.DateOnly) + "," + number + ",1000.00\n"
		out, err := r.bank.Import(t.Context(), r.bea, text)
		if err != nil || out != (bank.Imported{New: 1, Waiting: 1}) {
			t.Fatalf("%+v, %v", out, err)
		}
		decide := func(who actor.Actor, approve bool) error {
			list, err := r.billing.Requests(t.Context(), who)
			if err != nil || len(list) != 1 {
				t.Fatalf("%v, %v", list, err)
			}
			_, err = r.billing.Decide(t.Context(), who, r.account, list[0].ID, approve)
			return err
		}
		if err := decide(r.bea, true); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("self-approval: %v", err)
		}
		if list, err := r.bank.Unmatched(t.Context(), r.bea); err != nil || len(list) != 0 {
			t.Errorf("what waits is listed: %v, %v", list, err)
		}
		if err := decide(r.dan, false); err != nil {
			t.Fatal(err)
		}
		list, err := r.bank.Unmatched(t.Context(), r.bea) // declined: it is nobody's again
		if err != nil || len(list) != 1 {
			t.Fatalf("%v, %v", list, err)
		}
		if waits, err := r.bank.Match(t.Context(), r.bea, list[0].ID, number); err != nil || !waits {
			t.Fatal(waits, err)
		}
		if err := decide(r.dan, true); err != nil {
			t.Fatal(err)
		}
		if left := r.left(t, number); !left.IsZero() || r.Count(t, "payments", "1 = 1") != 1 {
			t.Errorf("%s is left", left)
		}
	})
}

func TestATransferIsSetAside(t *testing.T) {
	each(t, func(t *testing.T, r *till) {
		text := "Date,Reference,Amount\n" + r.Now(t).Format(time.DateOnly) + ",interest,1.00\n"
		if _, err := r.bank.Import(t.Context(), r.bea, text); err != nil {
			t.Fatal(err)
		}
		list, err := r.bank.Unmatched(t.Context(), r.bea)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		if err := r.bank.SetAside(t.Context(), r.bea, list[0].ID, " "); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("without a reason: %v", err)
		}
		if err := r.bank.SetAside(t.Context(), r.bea, list[0].ID, "interest of the bank"); err != nil {
			t.Fatal(err)
		}
		if list, err = r.bank.Unmatched(t.Context(), r.bea); err != nil || len(list) != 0 {
			t.Error(list, err)
		}
		page, err := r.Log.Page(t.Context(), id.ProviderScope(), activity.Filter{Limit: 1})
		if err != nil || page.Entries[0].Action != activity.TransferSetAside {
			t.Errorf("the log says %+v, %v", page.Entries, err)
		}
	})
}

func TestWhoMayUseTheBank(t *testing.T) { // A1
	each(t, func(t *testing.T, r *till) {
		now := r.Now(t)
		for _, who := range []actor.Actor{
			actor.Enter(actor.Details{
				Kind: actor.Staff, Person: id.New[id.PersonKind](), Name: "Sam", Factor: actor.With(actor.ByPassword, actor.ByKey),
				FactorAt: now, ProvedAt: now, Now: now, Seat: actor.Seat{Department: "support"},
			}),
			actor.Enter(actor.Details{
				Kind: actor.Person, Person: id.New[id.PersonKind](), Name: "Ben", Now: now,
				Membership: actor.Membership{ID: id.New[id.MembershipKind](), Account: r.account, Role: "owner"},
			}),
		} {
			text := "Date,Amount\n2026-01-01,1.00\n"
			_, preview := r.bank.Preview(t.Context(), who, text)
			_, imported := r.bank.Import(t.Context(), actor.Enter(who.Details), text)
			_, list := r.bank.Unmatched(t.Context(), who)
			_, match := r.bank.Match(t.Context(), who, id.New[id.TransferKind](), "2026-0001")
			aside := r.bank.SetAside(t.Context(), actor.Enter(who.Details), id.New[id.TransferKind](), "x")
			for name, err := range map[string]error{
				"preview": preview, "import": imported, "list": list, "match": match, "aside": aside,
			} {
				if fault.KindOf(err) != fault.KindDenied {
					t.Errorf("%s, %s: %v", who.Name, name, err)
				}
			}
		}
	})
}
