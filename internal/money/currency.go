package money

import "fmt"

// Currency is an ISO 4217 code.
type Currency string

// The currencies with a sign of their own; Parse and String know others too.
const (
	GBP Currency = "GBP"
	EUR Currency = "EUR"
	USD Currency = "USD"
	JPY Currency = "JPY"
)

// ParseCurrency returns the currency with the code, if invoices can be in it.
func ParseCurrency(code string) (Currency, error) {
	switch c := Currency(code); c {
	case GBP, EUR, USD, JPY, "AUD", "CAD", "CHF", "CZK", "DKK", "HKD", "HUF", "INR", "NOK", "NZD", "PLN",
		"RON", "SEK", "SGD", "ZAR", "BHD", "KWD", "ISK", "KRW":
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
