package stripe_test

import (
	"bytes"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/cards"
	"gatehouse/internal/billing/inquiries"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/billing/recurring"
	"gatehouse/internal/billing/reminders"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
	fake "gatehouse/internal/testkit/stripe"
)

// world is all that moves money of one account: pages, services that renew and end, a card and a mandate on file, banks
// that pay, refuse, and take back, notices that are lost, late, doubled, shuffled and altered, reminders with late
// fees, and people.
type world struct {
	*bank
	rng       *rand.Rand
	inquiries *inquiries.Inquiries
	reminders *reminders.Reminders
	recurring *recurring.Recurring
	plan      id.Plan
	charges   []id.Charge // of services that are charged for, the ended ones too
	issued    []id.Invoice
	taken     map[string]bool // collections that were taken back at the bank
	late      []fake.Notice   // made, and not delivered yet
	hands     int64           // money that came and went by hand
	did       map[string]int
}

func newWorld(t *testing.T, w *testkit.World, seed uint64) *world {
	t.Helper()
	r := newRig(t, w)
	m := &world{
		bank: newBank(r), rng: rand.New(rand.NewPCG(seed, 11)), taken: map[string]bool{}, did: map[string]int{},
		inquiries: inquiries.New(r.Gate, r.Reader, r.billing, slog.New(slog.DiscardHandler)),
	}
	r.billing.Under(billing.Rules{Limit: 100_000})
	m.reminders = reminders.New(reminders.Deps{
		Gate: r.Gate, Reader: r.Reader, Box: r.Box, Billing: r.billing, Outbox: r.Outbox, Rules: reminders.Rules{
			Days: []int{0, 7, 14}, StopAfter: 30, StopNotice: 7, PromiseDays: 20, MostPromises: 2, Zone: time.UTC,
			FeeAfter: 10, FeeShare: decimal.RequireFromString("2.5"), FeeLeast: 1, FeeMost: 50,
		},
	})
	m.sells(t)
	r.Outbox.Handle(cards.Charge, m.cards.ChargeCard)
	r.Outbox.Handle(billing.SendRefund, r.billing.SendRefund)
	for _, kind := range []string{
		cards.MailFailed, billing.Settled, "identity.alert", reminders.Mail, reminders.Stop, reminders.Release,
		billing.MailRefundFailed, billing.MailRefused,
	} {
		r.Keep(kind)
	}
	l := &till{rig: r, cards: m.cards}
	l.give(t, fake.Pays)
	m.read = len(r.stripe.Notices())
	m.give(t, fake.Pays)
	return m
}

func system() actor.Actor { return actor.NewSystem("test") }

// refusedOnly fails on anything but a refusal, and says whether it was one.
func refusedOnly(t *testing.T, err error) bool {
	t.Helper()
	switch k := fault.KindOf(err); {
	case err == nil:
		return false
	case k != fault.KindConflict && k != fault.KindInvalid:
		t.Fatal(err)
	}
	return true
}

// down says of an error that the gateway was not there, or that its answer was lost.
func down(err error) bool {
	return err != nil && (fault.KindOf(err) == fault.KindUnavailable || strings.Contains(err.Error(), "stripe: "))
}

func (m *world) one() (invoice id.Invoice, ok bool) {
	if len(m.issued) == 0 {
		return invoice, false
	}
	return m.issued[m.rng.IntN(len(m.issued))], true
}

// step does one thing at random.
func (m *world) step(t *testing.T) {
	t.Helper()
	acts := []func(*testing.T){
		m.bill, m.day, m.day, m.day, m.day, m.payPage, m.hearSome, m.hearSome, m.moods, m.takeBack, m.hand, m.choose,
		m.promise, m.trouble, m.inquire, m.alter, m.sendBack, m.refundsFare,
		m.orders, m.changes, m.cancels,
	}
	acts[m.rng.IntN(len(acts))](t)
}

func (m *world) bill(t *testing.T) {
	t.Helper()
	m.issued = append(m.issued, m.issue(t, 100+int64(m.rng.IntN(30_000))))
}

// day lets a day pass, with the jobs and the banks. A job that met a gateway that is down is run again by the next day.
func (m *world) day(t *testing.T) {
	t.Helper()
	m.Offset.Advance(day)
	for _, job := range []func() error{
		func() error { return m.debits.Work(t.Context()) }, func() error { return m.cards.Collect(t.Context()) },
		func() error { return m.reminders.Work(t.Context()) },
		func() error { return m.billing.FollowRefunds(t.Context()) }, func() error { return m.recurring.Work(t.Context()) },
	} {
		if err := job(); err != nil && !down(err) {
			t.Fatal(err)
		}
	}
	m.Deliver(t)
	m.stripe.Banks()
	m.renewed(t)
}

// payPage begins to pay by hand, beside whatever is under way; some pay, some are declined, some leave.
func (m *world) payPage(t *testing.T) {
	t.Helper()
	invoice, ok := m.one()
	if !ok {
		return
	}
	m.SignInAgain(t, olivia)
	o := billing.Order{Key: id.New[id.CheckoutKind](), Amount: gbp(100 + int64(m.rng.IntN(20_000))), Twice: true}
	_, err := m.billing.Pay(t.Context(), m.As(t, olivia, m.account), m.account, invoice, o)
	if down(err) || refusedOnly(t, err) {
		return
	}
	page := m.stripe.Sessions(o.Key.String())[0].ID
	[]func(string){m.stripe.Pay, m.stripe.Pay, m.stripe.Decline, m.stripe.Leave}[m.rng.IntN(4)](page)
	m.did["pages"]++
}

// hearSome delivers some of what was not delivered yet, in any order and some of it twice. What tells of a payment may
// be lost for good; what takes money back is only late.
func (m *world) hearSome(t *testing.T) {
	t.Helper()
	all := m.stripe.Notices()
	m.late = append(m.late, all[m.read:]...)
	m.read = len(all)
	m.rng.Shuffle(len(m.late), func(i, j int) { m.late[i], m.late[j] = m.late[j], m.late[i] })
	var kept []fake.Notice
	for _, n := range m.late {
		switch back := bytes.Contains(n.Body, []byte("dispute")) || bytes.Contains(n.Body, []byte("account_closed")); {
		case m.rng.IntN(6) == 0 && !back:
			m.did["lost"]++
		case m.rng.IntN(4) == 0:
			kept = append(kept, n)
		default:
			for range 1 + m.rng.IntN(2) {
				if !m.take(t, n) {
					kept = append(kept, n) // it is sent again
					break
				}
			}
		}
	}
	m.late = kept
}

// take delivers a notice; false: it has to be sent again.
func (m *world) take(t *testing.T, n fake.Notice) bool {
	t.Helper()
	err := m.receive(t, m.again(t, n))
	if down(err) {
		return false
	}
	if err != nil {
		t.Fatalf("%v: %s", err, n.Body)
	}
	return true
}

// alter delivers a notice of which somebody with the key altered the amount, or that nobody signed: nothing moves.
func (m *world) alter(t *testing.T) {
	t.Helper()
	for _, n := range m.stripe.Notices() {
		if !bytes.Contains(n.Body, []byte(`"checkout.session.completed"`)) || !bytes.Contains(n.Body, []byte(`"payment"`)) {
			continue
		}
		bad := m.stripe.Altered(m.stripe.Altered(n, `"amount_total":`, `"amount_total":9`), `"id":"evt_`,
			`"id":"evt_`+id.New[id.MessageKind]().String())
		before := m.Count(t, "payments", "1 = 1")
		if m.rng.IntN(2) == 0 {
			bad.Header = fake.Sign("whsec_somebody_else_altogether", bad.Body, m.Now(t))
		}
		if m.receive(t, bad) == nil {
			t.Fatalf("taken: %s", bad.Body)
		}
		if m.Count(t, "payments", "1 = 1") != before {
			t.Fatalf("it moved money: %s", bad.Body)
		}
		m.did["altered"]++
		return
	}
}

// moods changes how all banks answer from now on.
func (m *world) moods(*testing.T) {
	m.stripe.Answer([]fake.Bank{fake.Pays, fake.Pays, fake.Declines, fake.Asks, fake.Empty}[m.rng.IntN(5)])
}

// trouble has the next requests to the gateway fail, or lose their answers.
func (m *world) trouble(*testing.T) {
	m.stripe.Fail([]fake.Failure{fake.Down, fake.Lost}[m.rng.IntN(2)])
	if m.rng.IntN(3) == 0 {
		m.stripe.ForgetKeys()
	}
}

// takeBack has a collection that had paid claimed back, or refused late after all.
func (m *world) takeBack(*testing.T) {
	for _, one := range m.stripe.Collected() {
		if m.taken[one] {
			continue
		}
		m.taken[one] = true
		m.did["back"]++
		if m.rng.IntN(2) == 0 {
			m.stripe.Claim(one)
		} else {
			m.stripe.FailLate(one)
		}
		return
	}
}

// hand does by hand what the provider's people do.
func (m *world) hand(t *testing.T) {
	t.Helper()
	invoice, ok := m.one()
	if !ok {
		return
	}
	v := billing.Move{
		Kind: []ledger.Kind{ledger.Payment, ledger.CreditNote, ledger.WriteOff, ledger.Refund}[m.rng.IntN(4)],
		Key:  id.New[id.MoneyRequestKind](), Invoice: invoice, Amount: gbp(100 + int64(m.rng.IntN(9000))),
		Method: billing.ByTransfer, Detail: "by hand",
	}
	if v.Kind == ledger.Refund {
		v.Invoice = id.Invoice{}
	}
	out, err := m.billing.Make(t.Context(), system(), m.account, v)
	if refusedOnly(t, err) {
		return
	}
	m.did[string(v.Kind)]++
	switch v.Kind { //nolint:exhaustive // the others move no money
	case ledger.Payment:
		m.hands += out.Amount.Minor()
	case ledger.Refund:
		m.hands -= out.Amount.Minor()
	}
}

// choose has the card or the mandate pay by itself from now on.
func (m *world) choose(t *testing.T) {
	t.Helper()
	m.SignInAgain(t, olivia)
	who := m.As(t, olivia, m.account)
	if m.rng.IntN(2) == 0 {
		list, err := m.cards.List(t.Context(), who, m.account)
		if err == nil {
			err = m.cards.MakeDefault(t.Context(), who, m.account, list[0].ID)
		}
		refusedOnly(t, err)
		return
	}
	list, err := m.debits.List(t.Context(), who, m.account)
	if err == nil {
		err = m.debits.MakeDefault(t.Context(), who, m.account, list[0].ID)
	}
	refusedOnly(t, err)
}

func (m *world) promise(t *testing.T) {
	t.Helper()
	if invoice, ok := m.one(); ok {
		p := reminders.Promise{
			Key: id.New[id.PromiseKind](), On: m.Now(t).Add(time.Duration(1+m.rng.IntN(15)) * day),
		}
		if !refusedOnly(t, m.reminders.Promised(t.Context(), system(), m.account, invoice, p)) {
			m.did["promises"]++
		}
	}
}

func (m *world) inquire(t *testing.T) {
	t.Helper()
	m.Offset.Advance(11 * time.Minute)
	if err := m.inquiries.Ask(t.Context()); err != nil && !down(err) {
		t.Fatal(err)
	}
}
