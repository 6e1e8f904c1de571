package billing

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"gatehouse/internal/money"
)

const (
	// quantityDecimals is how many decimals a quantity may have.
	quantityDecimals = 3
	// rateDecimals turns hundredths of a per cent into per cent.
	rateDecimals = 2
)

// VAT is the tax of one rate.
type VAT struct {
	Rate    int // in hundredths of a per cent
	On, Tax money.Amount
}

// RateText writes the rate as people read it: "20%".
func (v VAT) RateText() string { return rateText(v.Rate) }

func rateText(rate int) string { return decimal.New(int64(rate), -rateDecimals).String() + "%" }

type totals struct {
	net, vat, total money.Amount
	rates           []VAT
}

// lineNet is quantity × price, rounded to the minor unit, halves away from zero.
func lineNet(quantity decimal.Decimal, price money.Amount) (money.Amount, error) {
	net := quantity.Mul(decimal.NewFromInt(price.Minor())).Round(0).BigInt()
	if !net.IsInt64() {
		return money.Amount{}, fmt.Errorf("%s × %s is too large an amount", quantity, price)
	}
	return money.New(net.Int64(), price.Currency()), nil
}

// total sums the lines up. The tax is reckoned and rounded once for each rate, on the sum of its lines.
func total(lines []Line, cur money.Currency) (totals, error) {
	t := totals{net: money.New(0, cur), vat: money.New(0, cur), total: money.New(0, cur)}
	on := map[int]money.Amount{}
	var err error
	for _, l := range lines {
		sum, ok := on[l.Rate]
		if !ok {
			sum = money.New(0, cur)
		}
		if on[l.Rate], err = sum.Add(l.Net); err != nil {
			return totals{}, fmt.Errorf("total: %w", err)
		}
	}
	for rate, net := range on {
		tax, err := net.Percent(decimal.New(int64(rate), -rateDecimals))
		if err != nil {
			return totals{}, fmt.Errorf("total: %w", err)
		}
		t.rates = append(t.rates, VAT{Rate: rate, On: net, Tax: tax})
		if t.net, err = t.net.Add(net); err != nil {
			return totals{}, fmt.Errorf("total: %w", err)
		}
		if t.vat, err = t.vat.Add(tax); err != nil {
			return totals{}, fmt.Errorf("total: %w", err)
		}
	}
	slices.SortFunc(t.rates, func(a, b VAT) int { return b.Rate - a.Rate })
	if t.total, err = t.net.Add(t.vat); err != nil {
		return totals{}, fmt.Errorf("total: %w", err)
	}
	return t, nil
}
