package billing

import (
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"gatehouse/internal/money"
)

const (
	// quantityDecimals is how many decimals a quantity may have.
	quantityDecimals = 3
	// rateDecimals turns hundredths of a per cent into per cent.
	rateDecimals = 2
)

// VAT is the tax of one rate and reason.
type VAT struct {
	Rate      int // in hundredths of a per cent
	Treatment Treatment
	On, Tax   money.Amount
}

// RateText writes the rate as people read it: "20%".
func (v VAT) RateText() string { return v.rate().Text() }

// Why is the sentence that the law wants beside the rate; empty where it wants none.
func (v VAT) Why() string { return v.rate().Why() }

func (v VAT) rate() Rate { return Rate{v.Treatment, v.Rate} }

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
func total(lines []Line, cur money.Currency, rounding Rounding) (totals, error) {
	t := totals{net: money.New(0, cur), vat: money.New(0, cur), total: money.New(0, cur)}
	on := map[Rate]money.Amount{}
	for _, l := range lines {
		sum, ok := on[l.rate()]
		if !ok {
			sum = money.New(0, cur)
		}
		var err error
		if on[l.rate()], err = sum.Add(l.Net); err != nil {
			return totals{}, fmt.Errorf("total: %w", err)
		}
	}
	for rate, net := range on {
		minor, err := rounding.tax(net.Minor(), rate.Rate)
		if err != nil {
			return totals{}, fmt.Errorf("total: %w", err)
		}
		tax := money.New(minor, cur)
		t.rates = append(t.rates, VAT{Rate: rate.Rate, Treatment: rate.Treatment, On: net, Tax: tax})
		var overNet, overTax error
		t.net, overNet = t.net.Add(net)
		t.vat, overTax = t.vat.Add(tax)
		if err := errors.Join(overNet, overTax); err != nil {
			return totals{}, fmt.Errorf("total: %w", err)
		}
	}
	order(t.rates)
	var err error
	if t.total, err = t.net.Add(t.vat); err != nil {
		return totals{}, fmt.Errorf("total: %w", err)
	}
	return t, nil
}
