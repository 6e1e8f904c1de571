package billing

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"
)

// Treatment is why a line has its rate of VAT.
type Treatment string

// The treatments.
const (
	Standard      Treatment = "standard"
	Reduced       Treatment = "reduced"
	ZeroRated     Treatment = "zero"
	ReverseCharge Treatment = "reverse-charge" // the buyer reckons the tax
	Exempt        Treatment = "exempt"
	// Outside is what the provider's VAT law does not reach, as the service is supplied where the client is.
	Outside Treatment = "outside"
)

// Rounding is how the tax of a rate is rounded to the minor unit.
type Rounding string

// The roundings. Both are of the sum of a rate's lines, once for each rate.
const (
	HalfUp    Rounding = "half-up" // halves away from zero
	RoundDown Rounding = "down"    // towards zero
)

// roundingOf is how the tax is rounded on invoices of a country's series: to the nearest minor unit, as EN 16931 has
// it, except in Japan, where the fraction is dropped by custom.
func roundingOf(country string) Rounding {
	if country == "JP" {
		return RoundDown
	}
	return HalfUp
}

// Rate is a rate of VAT with its reason.
type Rate struct {
	Treatment Treatment
	Rate      int // in hundredths of a per cent
}

// Text writes the rate as people read it: "20%", "0% (reverse charge)".
func (r Rate) Text() string {
	switch r.Treatment {
	case ZeroRated:
		return "0% (zero-rated)"
	case ReverseCharge:
		return "0% (reverse charge)"
	case Exempt:
		return "0% (exempt)"
	case Outside:
		return "0% (outside the scope)"
	case Standard, Reduced:
	}
	return rateText(r.Rate)
}

// Why is the sentence that the law wants beside a rate; empty where it wants none.
func (r Rate) Why() string {
	switch r.Treatment {
	case ReverseCharge:
		return "Reverse charge: the customer accounts for the VAT."
	case Exempt:
		return "Exempt from VAT."
	case Outside:
		return "Outside the scope of VAT: the service is supplied where the customer is."
	case Standard, Reduced, ZeroRated:
	}
	return ""
}

// fits says whether rate and reason go together.
func (r Rate) fits() bool {
	switch r.Treatment {
	case Standard, Reduced:
		return r.Rate > 0 && r.Rate <= wholeRate
	case ZeroRated, ReverseCharge, Exempt, Outside:
		return r.Rate == 0
	}
	return false
}

// standing are the rates of a country, in hundredths of a per cent: the standard one, then the reduced ones.
func standing(country string) []int {
	switch country {
	case "GB":
		return []int{2000, 500}
	case "IE":
		return []int{2300, 1350, 900}
	case "DE":
		return []int{1900, 700}
	case "FR":
		return []int{2000, 1000, 550}
	case "NL":
		return []int{2100, 900}
	case "BE":
		return []int{2100, 1200, 600}
	case "AT":
		return []int{2000, 1300, 1000}
	case "ES":
		return []int{2100, 1000, 400}
	case "IT":
		return []int{2200, 1000, 500}
	case "PL":
		return []int{2300, 800, 500}
	case "SE":
		return []int{2500, 1200, 600}
	case "DK":
		return []int{2500}
	case "CH":
		return []int{810, 380, 260}
	case "JP":
		return []int{1000, 800}
	}
	return nil
}

// Rates are the rates that invoices can have, as the law of the provider's country stands; those without tax come last.
func (b *Billing) Rates() []Rate {
	var out []Rate
	for i, rate := range standing(b.country()) {
		treatment := Reduced
		if i == 0 {
			treatment = Standard
		}
		out = append(out, Rate{treatment, rate})
	}
	for _, without := range []Treatment{ZeroRated, ReverseCharge, Exempt, Outside} {
		out = append(out, Rate{Treatment: without})
	}
	return out
}

// treated gives a line that names no reason the one that its rate has in the provider's country.
func (b *Billing) treated(l Line) Line {
	if l.Treatment != "" {
		return l
	}
	l.Treatment = Standard
	for _, r := range b.Rates() {
		if r.Rate == l.Rate {
			l.Treatment = r.Treatment
			break
		}
	}
	return l
}

// tax is the VAT on a sum.
func (r Rounding) tax(net int64, rate int) (int64, error) {
	exact := decimal.NewFromInt(net).Mul(decimal.New(int64(rate), -rateDecimals)).Shift(-2)
	if r == RoundDown {
		exact = exact.Truncate(0)
	}
	whole := exact.Round(0).BigInt()
	if !whole.IsInt64() {
		return 0, fmt.Errorf("%s%% of %d is too large an amount", rateText(rate), net)
	}
	return whole.Int64(), nil
}

// order is by rate, highest first, then by reason.
func order(list []VAT) {
	rank := []Treatment{Standard, Reduced, ZeroRated, ReverseCharge, Exempt, Outside}
	slices.SortFunc(list, func(a, b VAT) int {
		if a.Rate != b.Rate {
			return b.Rate - a.Rate
		}
		return slices.Index(rank, a.Treatment) - slices.Index(rank, b.Treatment)
	})
}
