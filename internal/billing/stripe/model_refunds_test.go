package stripe_test

import (
	"testing"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/id"
	fake "gatehouse/internal/testkit/stripe"
)

// sendBack has credit go back to where a payment came from, as far as there is any.
func (m *world) sendBack(t *testing.T) {
	t.Helper()
	list, err := m.billing.Refundable(t.Context(), system(), m.account)
	if down(err) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 {
		return
	}
	_, err = m.billing.Make(t.Context(), system(), m.account, billing.Move{
		Kind: ledger.Refund, Key: id.New[id.MoneyRequestKind](), Payment: list[m.rng.IntN(len(list))].Payment,
		Amount: gbp(100 + int64(m.rng.IntN(4000))), Detail: "too much",
	})
	if !down(err) && !refusedOnly(t, err) {
		m.did["sent back"]++
	}
}

// refundsFare changes how refunds go from now on, and has one that is under way, or that arrived, go on or fail.
func (m *world) refundsFare(*testing.T) {
	m.stripe.Refund([]fake.Refunds{fake.RefundsSucceed, fake.RefundsPending, fake.RefundsRefused}[m.rng.IntN(3)])
	made := m.stripe.Refunded()
	if len(made) == 0 {
		return
	}
	one := made[m.rng.IntN(len(made))]
	if m.rng.IntN(2) == 0 {
		m.stripe.SucceedRefund(one)
		return
	}
	m.stripe.FailRefund(one)
	m.did["refund failed"]++
}
