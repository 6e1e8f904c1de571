package money

import (
	"fmt"
	"slices"
)

// Currency is an ISO 4217 code.
type Currency string

// The currencies with a sign of their own; Parse and String know others too.
const (
	GBP Currency = "GBP"
	EUR Currency = "EUR"
	USD Currency = "USD"
	JPY Currency = "JPY"
)

// Currencies returns the currencies that invoices can be in, those used most
// first.
func Currencies() []Currency {
	return []Currency{
		GBP, EUR, USD, JPY, "AUD", "BHD", "CAD", "CHF", "CZK", "DKK", "HKD", "HUF", "INR", "ISK", "KRW",
		"KWD", "NOK", "NZD", "PLN", "RON", "SEK", "SGD", "ZAR",
	}
}

// ParseCurrency returns the currency with the code, if invoices can be in it.
func ParseCurrency(code string) (Currency, error) {
	if c := Currency(code); slices.Contains(Currencies(), c) {
		return c, nil
	}
	return "", fmt.Errorf("%q is not the code of a known currency", code)
}

// Digits returns how many decimal digits the minor unit has: 2 for pence.
func (c Currency) Digits() int {
	switch string(c) {
	case "JPY", "ISK", "KRW":
		return 0
	case "BHD", "KWD":
		return 3
	}
	return 2
}

// Symbol returns what stands before an amount: "£", or the code and a space
// that does not break.
func (c Currency) Symbol() string {
	switch c {
	case GBP:
		return "£"
	case EUR:
		return "€"
	case USD:
		return "US$"
	case JPY:
		return "¥"
	case "":
		return ""
	}
	return string(c) + "\u00a0"
}
