package accounts

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"gatehouse/internal/accounts/taxid"
	"gatehouse/internal/fault"
)

// The longest texts, in code points.
const (
	longestName     = 120
	longestLine     = 120
	longestCity     = 80
	longestPostcode = 16
	longestTaxID    = 40 // as typed, with spaces
)

// form collects what is wrong with the fields of a form.
type form struct{ wrong []fault.Field }

func (f *form) fail(field, message string) {
	f.wrong = append(f.wrong, fault.Field{Name: field, Message: message})
}

// fault is what was wrong; nil where nothing was.
func (f *form) fault() error {
	if len(f.wrong) == 0 {
		return nil
	}
	return fault.Invalid(f.wrong...)
}

// text checks one line of text and returns it with its spaces in order. missing is what to say where it is empty; where
// missing is empty too, the field may be left out.
func (f *form) text(field, value, missing string, longest int) string {
	if !utf8.ValidString(value) || strings.ContainsFunc(value, isUnprintable) {
		f.fail(field, "This has characters that cannot be stored.")
		return value
	}
	value = strings.Join(strings.Fields(norm.NFC.String(value)), " ")
	switch n := utf8.RuneCountInString(value); {
	case n == 0 && missing != "":
		f.fail(field, missing)
	case n > longest:
		f.fail(field, fmt.Sprintf("Use at most %d characters; this has %d.", longest, n))
	}
	return value
}

func isUnprintable(r rune) bool {
	return unicode.IsControl(r) && r != '\t' || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) && r != '\u200d'
}

// checked returns the settings in order, or what is wrong with them. The address may be left out as a whole.
func (s Settings) checked() (Settings, error) {
	var f form
	s.Address = f.address(s.Address)
	s.TaxID = f.taxID(s.TaxID, s.Address.Country)
	return s, f.fault()
}

// taxID checks that a VAT number looks like one of the address's country.
func (f *form) taxID(typed, country string) string {
	typed = f.text("tax-id", typed, "", longestTaxID)
	number, err := taxid.Read(country, typed)
	if err == nil {
		return number
	}
	if errors.Is(err, taxid.ErrDigits) {
		f.fail("tax-id", "This VAT number has a typing mistake: its check digits do not fit. Compare it with your papers.")
		return typed
	}
	message := "A VAT number has letters and digits, at most 20."
	if example := taxid.Example(country); example != "" {
		message = "A VAT number of " + CountryName(country) + " looks like " + example + "."
	}
	f.fail("tax-id", message)
	return typed
}

func (f *form) address(a Address) Address {
	line, city := "", ""
	if a != (Address{}) {
		line, city = "Enter the street and number.", "Enter the town or city."
	}
	a.Line1 = f.text("line1", a.Line1, line, longestLine)
	a.Line2 = f.text("line2", a.Line2, "", longestLine)
	a.City = f.text("city", a.City, city, longestCity)
	a.Postcode = f.text("postcode", a.Postcode, "", longestPostcode)
	if CountryName(a.Country) == "" && (a != (Address{})) {
		f.fail("country", "Choose a country from the list.")
	}
	return a
}

// takeOver puts the complaints of another room about one value under the name that the field has in this form.
func (f *form) takeOver(field string, err error) {
	known, ok := fault.As(err)
	if !ok {
		f.fail(field, "This cannot be stored.")
		return
	}
	for _, w := range known.Fields {
		f.fail(field, w.Message)
	}
}
