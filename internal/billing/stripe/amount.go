package stripe

import (
	"fmt"
	"strings"

	"gatehouse/internal/money"
)

// inHundredths are the currencies that have no minor unit, and that Stripe reckons in hundredths all the same.
const inHundredths = "ISK"

// asStripe is an amount in the unit that Stripe reckons in. Of currencies with three decimals it takes no odd ones.
func asStripe(a money.Amount) (minor int64, currency string, err error) {
	minor, currency = a.Minor(), strings.ToLower(string(a.Currency()))
	switch {
	case string(a.Currency()) == inHundredths:
		minor *= 100
	case a.Currency().Digits() == 3 && minor%10 != 0:
		return 0, "", fmt.Errorf("stripe: %s has a last digit that Stripe does not take", a)
	}
	return minor, currency, nil
}

// fromStripe is an amount that Stripe named; the zero Amount where it is in no currency of ours.
func fromStripe(minor int64, currency string) money.Amount {
	c, err := money.ParseCurrency(strings.ToUpper(currency))
	if err != nil {
		return money.Amount{}
	}
	if string(c) == inHundredths {
		if minor%100 != 0 {
			return money.Amount{}
		}
		minor /= 100
	}
	return money.New(minor, c)
}
