package billing

import "gatehouse/internal/money"

// Sums are what the lines of an invoice come to.
type Sums struct{ Net, VAT, Total money.Amount }

// Sums says what an invoice of lines that have their Net and their rate would come to, as issuing it would reckon.
func (b *Billing) Sums(lines []Line, cur money.Currency) (Sums, error) {
	t, err := total(lines, cur, roundingOf(b.country()))
	return Sums{t.net, t.vat, t.total}, err
}
