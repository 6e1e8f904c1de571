// Package money holds amounts: whole minor units (pence, cents) of one
// currency. There is no floating point in it, and amounts of two currencies do
// not mix.
package money

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// minus is the sign that typography and screen readers expect.
const minus = "−"

// Amount is a sum of money. Amounts can be compared with ==; the zero Amount has
// no currency and equals none that has one.
type Amount struct {
	minor int64
	cur   Currency
}

// New returns an amount of minor units.
func New(minor int64, cur Currency) Amount { return Amount{minor, cur} }

// Minor returns the amount in minor units.
func (a Amount) Minor() int64 { return a.minor }

// Currency returns the currency.
func (a Amount) Currency() Currency { return a.cur }

// IsZero reports whether the amount is nothing, in whatever currency.
func (a Amount) IsZero() bool { return a.minor == 0 }

// IsNegative reports whether the amount is below zero.
func (a Amount) IsNegative() bool { return a.minor < 0 }

// Add returns a + b. It fails on two currencies and when the sum does not fit.
func (a Amount) Add(b Amount) (Amount, error) {
	if a.cur != b.cur {
		return Amount{}, fmt.Errorf("add %s to %s: two currencies", b.cur, a.cur)
	}
	if b.minor > 0 && a.minor > math.MaxInt64-b.minor || b.minor < 0 && a.minor < -math.MaxInt64-b.minor {
		return Amount{}, errors.New("add: the sum is too large")
	}
	return Amount{a.minor + b.minor, a.cur}, nil
}

// Sub returns a − b. It fails on two currencies and when the difference does not fit.
func (a Amount) Sub(b Amount) (Amount, error) { return a.Add(b.Neg()) }

// Neg returns −a.
func (a Amount) Neg() Amount {
	if a.minor == math.MinInt64 {
		return Amount{math.MaxInt64, a.cur} // no operation here makes that amount
	}
	return Amount{-a.minor, a.cur}
}

// Cmp returns -1, 0 or 1 as a is less than, equal to or more than b. Comparing
// two currencies has no answer: it panics, as it is a mistake in the program.
func (a Amount) Cmp(b Amount) int {
	switch {
	case a.cur != b.cur:
		panic(fmt.Sprintf("money: compared %s with %s", a.cur, b.cur))
	case a.minor < b.minor:
		return -1
	case a.minor > b.minor:
		return 1
	}
	return 0
}

// Percent returns rate per cent of the amount (20 of £10.00 is £2.00), rounded
// to the minor unit, halves away from zero, as tax authorities have it.
func (a Amount) Percent(rate decimal.Decimal) (Amount, error) {
	part := decimal.NewFromInt(a.minor).Mul(rate).Shift(-2).Round(0).BigInt()
	if !part.IsInt64() {
		return Amount{}, errors.New("percent: the amount is too large")
	}
	return Amount{part.Int64(), a.cur}, nil
}

// String writes the amount as people read it: "£1,234.50", "−£12.40".
func (a Amount) String() string {
	whole, fraction, _ := strings.Cut(a.unsigned(), ".")
	var b strings.Builder
	if a.minor < 0 {
		b.WriteString(minus)
	}
	b.WriteString(a.cur.Symbol())
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	if fraction != "" {
		b.WriteByte('.')
		b.WriteString(fraction)
	}
	return b.String()
}

// Plain writes the amount as machines and form fields take it: "1234.50", "-12.40".
func (a Amount) Plain() string {
	if a.minor < 0 {
		return "-" + a.unsigned()
	}
	return a.unsigned()
}

func (a Amount) unsigned() string {
	size := uint64(a.minor) //nolint:gosec // the negation below is right for every int64
	if a.minor < 0 {
		size = -size
	}
	digits := a.cur.Digits()
	text := strconv.FormatUint(size, 10)
	if len(text) <= digits {
		text = strings.Repeat("0", digits+1-len(text)) + text
	}
	if digits == 0 {
		return text
	}
	return text[:len(text)-digits] + "." + text[len(text)-digits:]
}

// Parse reads what a person typed for an amount in the currency: "1234.5",
// "£1,234.50", "-12.40". It reads all that String and Plain write, and refuses
// what could mean two things, such as "1.234" or "1,50" pounds.
func Parse(text string, cur Currency) (Amount, error) {
	rest := strings.TrimSpace(text)
	rest, negative := cutSign(rest)
	rest = strings.TrimSpace(strings.TrimPrefix(rest, strings.TrimSpace(cur.Symbol())))
	if !negative {
		rest, negative = cutSign(rest)
	}
	whole, fraction, dotted := strings.Cut(rest, ".")
	whole, ok := ungrouped(whole)
	if !ok || dotted && fraction == "" || len(fraction) > cur.Digits() || !digitsOnly(whole) || !digitsOnly("0"+fraction) {
		return Amount{}, fmt.Errorf("%q is not an amount such as %s", text, New(123450, cur).Plain())
	}
	minor, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", cur.Digits()-len(fraction)), 10, 64)
	if err != nil {
		return Amount{}, fmt.Errorf("%q is too large an amount", text)
	}
	if negative {
		minor = -minor
	}
	return Amount{minor, cur}, nil
}

func cutSign(text string) (string, bool) {
	for _, sign := range []string{"-", minus} {
		if rest, ok := strings.CutPrefix(text, sign); ok {
			return rest, true
		}
	}
	return text, false
}

// ungrouped takes the commas out, if they stand before every third digit.
func ungrouped(whole string) (string, bool) {
	groups := strings.Split(whole, ",")
	for i, group := range groups {
		if len(groups) > 1 && (i == 0 && (group == "" || len(group) > 3) || i > 0 && len(group) != 3) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func digitsOnly(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

type amountJSON struct {
	Minor    int64    `json:"minor"`
	Currency Currency `json:"currency"`
}

// MarshalJSON writes {"minor":1240,"currency":"GBP"}.
func (a Amount) MarshalJSON() ([]byte, error) { return json.Marshal(amountJSON{a.minor, a.cur}) }

// UnmarshalJSON reads what MarshalJSON writes.
func (a *Amount) UnmarshalJSON(raw []byte) error {
	var v amountJSON
	if err := json.Unmarshal(raw, &v); err != nil {
		return err
	}
	*a = Amount{v.Minor, v.Currency}
	return nil
}
