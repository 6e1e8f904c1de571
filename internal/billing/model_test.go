package billing_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit"
)

// model is what an account's books must say, reckoned with sums alone.
type model struct {
	*rig
	p        place
	bea, dan actor.Actor
	rng      *rand.Rand
	drafts   []id.Invoice
	issued   []id.Invoice
	begun    []billing.Checkout
	in       int64 // money that came, less what went back
	charged  int64
	lost     int64 // credited and written off
}

// step does one thing at random. What is refused changes nothing.
func (m *model) step(t *testing.T) {
	t.Helper()
	switch n := m.rng.IntN(14); {
	case n == 0:
		m.draft(t)
	case n == 1:
		m.edit(t)
	case n == 2 || n == 3:
		m.issueOne(t)
	case n == 4:
		m.start(t)
	case n <= 6:
		m.hear(t)
	case n == 7:
		m.use(t)
	default:
		m.moveOne(t, []ledger.Kind{
			ledger.Payment, ledger.Payment, ledger.CreditNote, ledger.WriteOff, ledger.Refund,
			ledger.Payment,
		}[n-8])
	}
}

// minds fails on anything but a refusal, and says whether it was one.
func minds(t *testing.T, err error) bool {
	t.Helper()
	if f, ok := fault.As(err); err != nil && (!ok || f.Kind != fault.KindConflict && f.Kind != fault.KindInvalid) {
		t.Fatal(err)
	}
	return err != nil
}

func pick[T any](m *model, list []T) (one T, ok bool) {
	if len(list) == 0 {
		return one, false
	}
	return list[m.rng.IntN(len(list))], true
}

func (m *model) lines() []billing.Line {
	lines := make([]billing.Line, 1+m.rng.IntN(4))
	for i := range lines {
		lines[i] = line(int64(m.rng.IntN(20000)) - 2000)
		lines[i].Rate = []int{2000, 500, 0}[m.rng.IntN(3)]
	}
	return lines
}

func (m *model) draft(t *testing.T) {
	t.Helper()
	d := m.rig.draft(t, 1)
	d.Lines = m.lines()
	if !minds(t, m.billing.SaveDraft(t.Context(), m.bea, m.p.account, d)) {
		m.drafts = append(m.drafts, d.Key)
	}
}

func (m *model) edit(t *testing.T) {
	t.Helper()
	key, ok := pick(m, m.drafts)
	if !ok {
		return
	}
	d := m.rig.draft(t, 1)
	d.Key, d.Lines, d.Version = key, m.lines(), int64(1+m.rng.IntN(3))
	minds(t, m.billing.SaveDraft(t.Context(), m.bea, m.p.account, d))
}

func (m *model) issueOne(t *testing.T) {
	t.Helper()
	if len(m.drafts) == 0 || m.rng.IntN(3) == 0 {
		m.draft(t)
	}
	if len(m.drafts) == 0 {
		return
	}
	i := m.rng.IntN(len(m.drafts))
	key := m.drafts[i]
	m.drafts = append(m.drafts[:i], m.drafts[i+1:]...)
	if m.rng.IntN(5) == 0 {
		minds(t, m.billing.DiscardDraft(t.Context(), m.bea, m.p.account, key))
		return
	}
	got, err := m.billing.ClientInvoice(t.Context(), m.bea, m.p.account, key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.billing.IssueDraft(t.Context(), m.bea, m.p.account, key, got.Version); err != nil {
		t.Fatal(err)
	}
	m.charged += got.Total.Minor()
	m.issued = append(m.issued, key)
}

func (m *model) start(t *testing.T) {
	t.Helper()
	invoice, ok := pick(m, m.issued)
	if !ok {
		return
	}
	o := billing.Order{Key: id.New[id.CheckoutKind](), Amount: gbp(1 + int64(m.rng.IntN(30000)))}
	if _, err := m.billing.Pay(t.Context(), m.enter(t, m.p), m.p.account, invoice, o); minds(t, err) {
		return
	}
	c, err := m.billing.Checkout(t.Context(), o.Key)
	if err != nil {
		t.Fatal(err)
	}
	m.begun = append(m.begun, c)
}

// hear brings a notice about a payment that was begun: right, twice, late, declined, or altered.
func (m *model) hear(t *testing.T) {
	t.Helper()
	c, ok := pick(m, m.begun)
	if !ok {
		return
	}
	was, err := m.billing.Checkout(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	body := paid(c, "evt_1", "evt_"+c.ID.String(), "pay_1", "pay_"+c.ID.String())
	switch m.rng.IntN(5) {
	case 0:
		m.decide(t, c, billing.OutcomeDeclined)
		return
	case 1:
		err := m.post(t, "sandbox", paid(c, `"minor":`, `"minor":1`, "evt_1", "evt_x"+id.New[id.PaymentKind]().String()))
		if !minds(t, err) {
			t.Fatal("an altered amount was taken")
		}
		return
	}
	for range 1 + m.rng.IntN(2) {
		if err := m.post(t, "sandbox", body); err != nil {
			t.Fatal(err)
		}
	}
	if was.State != billing.CheckoutPaid {
		m.in += c.Amount.Minor()
	}
}

func (m *model) use(t *testing.T) {
	t.Helper()
	if invoice, ok := pick(m, m.issued); ok {
		_, err := m.billing.UseCredit(t.Context(), m.enter(t, m.p), m.p.account, invoice, id.New[id.AdjustmentKind](),
			gbp(1+int64(m.rng.IntN(9000))))
		minds(t, err)
	}
}

func (m *model) moveOne(t *testing.T, kind ledger.Kind) {
	t.Helper()
	invoice, ok := pick(m, m.issued)
	if !ok {
		return
	}
	v := move(kind, invoice, 1+int64(m.rng.IntN(60000)))
	if kind == ledger.CreditNote && m.rng.IntN(2) == 0 {
		in, err := m.billing.ClientInvoice(t.Context(), m.bea, m.p.account, invoice)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range in.Lines {
			v.Parts = append(v.Parts, billing.Part{Line: l.ID, Net: money.New(l.Net.Minor()/int64(1+m.rng.IntN(3)), money.GBP)})
		}
	}
	out, err := m.billing.Make(t.Context(), m.bea, m.p.account, v)
	if minds(t, err) {
		return
	}
	if out.Waits {
		approve := m.rng.IntN(3) > 0
		if _, err = m.billing.Decide(t.Context(), m.dan, m.p.account, v.Key, approve); minds(t, err) || !approve {
			return
		}
	}
	switch kind { //nolint:exhaustive // only these are moved
	case ledger.Payment:
		m.in += out.Amount.Minor()
	case ledger.Refund:
		m.in -= out.Amount.Minor()
	default:
		m.lost += out.Amount.Minor()
	}
}

// holds compares the books with the sums.
func (m *model) holds(t *testing.T) {
	t.Helper()
	m.audited(t)
	var left int64
	for _, invoice := range m.issued {
		in := m.invoice(t, m.p, invoice)
		left += in.Left.Minor()
	}
	credit, err := m.billing.Credit(t.Context(), m.enter(t, m.p), m.p.account)
	if err != nil || credit.Minor() < 0 {
		t.Fatalf("credit %s, %v", credit, err)
	}
	// What was charged was paid, lost, or is still to be paid; what came on top is credit.
	if m.charged-m.lost-m.in != left-credit.Minor() {
		t.Fatalf("charged %d, lost %d, came %d; left %d, credit %d", m.charged, m.lost, m.in, left, credit.Minor())
	}
}

func runModel(t *testing.T, w *testkit.World, seed uint64, steps int) {
	t.Helper()
	r := newRig(t, w)
	r.billing.Under(billing.Rules{Limit: 300})
	m := &model{rig: r, p: r.newPlace(t, "Ben Okafor", "owner"), rng: rand.New(rand.NewPCG(seed, 7))}
	m.bea, m.dan = r.staff(t), r.staff(t)
	started := time.Now()
	for i := range steps {
		m.step(t)
		if i%50 == 49 || t.Failed() {
			m.holds(t)
		}
		if t.Failed() {
			t.Fatalf("seed %d, step %d", seed, i)
		}
	}
	m.holds(t)
	if len(m.issued) == 0 || m.in == 0 || m.lost == 0 {
		t.Error("the model did not do enough")
	}
	t.Logf("%d steps in %s: %d issued, %d came, %d lost", steps, time.Since(started), len(m.issued), m.in, m.lost)
}

// P4, P5, P6, P8, A10: whatever is done in whatever order, the ledger sums to zero, every state follows from the
// documents, and no number is missing.
func TestBooksHoldWhateverIsDone(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		steps := 400
		if w.OnMySQL { // where each step takes several times as long
			steps = 200
		}
		runModel(t, w, 20261203, steps)
	})
}
