package billing

import "gatehouse/internal/money"

// Limit is up to which amount of a currency one person of the provider may move money by hand.
func (b *Billing) Limit(cur money.Currency) money.Amount {
	limit := b.rules.Limit
	for range cur.Digits() {
		limit *= 10
	}
	return money.New(limit, cur)
}
