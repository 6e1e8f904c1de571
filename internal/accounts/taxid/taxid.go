// Package taxid knows what VAT numbers look like in each country, and how their check digits are reckoned where that
// is published: a pure function from what somebody typed to the number as papers write it. Whether a number belongs to
// anybody is not known here. It imports nothing of this module.
package taxid

import (
	"errors"
	"regexp"
	"strings"
)

// ErrForm says that a number does not look like one of its country.
var ErrForm = errors.New("taxid: not a number of this country")

// ErrDigits says that a number looks like one of its country, and that its check digits do not fit the others.
var ErrDigits = errors.New("taxid: the check digits do not fit")

// longest is how long a number of a country may be whose form is not known.
const longest = 20

// shape is what the numbers of a country look like behind their prefix.
type shape struct {
	prefix  string // mostly the country's code
	digits  string // a regular expression
	example string // with the prefix
}

// shapes are those of the European Union, as its commission lists them, and of its neighbours.
func shapes() map[string]shape {
	return map[string]shape{
		"AT": {"AT", `U\d{8}`, "ATU12345675"},
		"BE": {"BE", `[01]\d{9}`, "BE0123456749"},
		"BG": {"BG", `\d{9,10}`, "BG123456789"},
		"CH": {"CH", `E\d{9}(MWST|TVA|IVA)?`, "CHE123456788MWST"},
		"CY": {"CY", `\d{8}[A-Z]`, "CY12345678X"},
		"CZ": {"CZ", `\d{8,10}`, "CZ12345678"},
		"DE": {"DE", `\d{9}`, "DE123456788"},
		"DK": {"DK", `\d{8}`, "DK12345674"},
		"EE": {"EE", `\d{9}`, "EE123456780"},
		"ES": {"ES", `[A-Z]\d{7}[A-Z]|[A-Z]\d{8}|\d{8}[A-Z]`, "ESX1234581X"},
		"FI": {"FI", `\d{8}`, "FI12345671"},
		"FR": {"FR", `[A-HJ-NP-Z0-9]{2}\d{9}`, "FR36345678908"},
		"GB": {"GB", `\d{9}|\d{12}|GD[0-4]\d{2}|HA[5-9]\d{2}`, "GB123456782"},
		"GR": {"EL", `\d{9}`, "EL123456783"},
		"HR": {"HR", `\d{11}`, "HR12345678903"},
		"HU": {"HU", `\d{8}`, "HU12345676"},
		"IE": {"IE", `\d{7}[A-W][A-I]?|\d[A-Z+*]\d{5}[A-W]`, "IE1234567FA"},
		"IM": {"GB", `\d{9}|\d{12}`, "GB003456707"},
		"IT": {"IT", `\d{11}`, "IT12345678903"},
		"LI": {"LI", `\d{5}`, "LI12345"},
		"LT": {"LT", `\d{9}|\d{12}`, "LT123456789"},
		"LU": {"LU", `\d{8}`, "LU12345613"},
		"LV": {"LV", `\d{11}`, "LV12345678901"},
		"MC": {"FR", `[A-HJ-NP-Z0-9]{2}\d{9}`, "FR36345678908"},
		"MT": {"MT", `\d{8}`, "MT12345671"},
		"NL": {"NL", `\d{9}B\d{2}`, "NL123456782B01"},
		"NO": {"NO", `\d{9}(MVA)?`, "NO123456785MVA"},
		"PL": {"PL", `\d{10}`, "PL1234567802"},
		"PT": {"PT", `\d{9}`, "PT123456789"},
		"RO": {"RO", `\d{2,10}`, "RO1234567897"},
		"SE": {"SE", `\d{10}01`, "SE123456789701"},
		"SI": {"SI", `\d{8}`, "SI12345679"},
		"SK": {"SK", `\d{10}`, "SK1234567895"},
	}
}

// northern is the prefix of Northern Ireland, whose addresses are in the United Kingdom.
const northern = "XI"

// Example is what a number of a country looks like; empty where that is not known.
func Example(country string) string { return shapes()[country].example }

// Read puts a number in order: capital letters, no spaces, its country in front. What does not look like a number of
// the country is ErrForm, one whose check digits do not fit is ErrDigits. Of a country whose form is not known, letters
// and digits are taken.
func Read(country, typed string) (string, error) {
	text := strings.ToUpper(regexp.MustCompile(`[\s.\-/]`).ReplaceAllString(typed, ""))
	if text == "" {
		return "", nil
	}
	of, known := shapes()[country]
	if !known {
		if len(text) > longest || !regexp.MustCompile(`^[A-Z0-9]*\d[A-Z0-9]*$`).MatchString(text) {
			return "", ErrForm
		}
		return text, nil
	}
	prefixes := []string{of.prefix}
	if country == "GB" {
		prefixes = append(prefixes, northern)
	}
	whole := regexp.MustCompile(`^(?:` + of.digits + `)$`)
	for _, prefix := range prefixes {
		if rest, ok := strings.CutPrefix(text, prefix); ok && whole.MatchString(rest) {
			return checked(prefix + rest)
		}
	}
	if whole.MatchString(text) {
		return checked(of.prefix + text)
	}
	return "", ErrForm
}

func checked(number string) (string, error) {
	if fits, known := Fits(number); known && !fits {
		return "", ErrDigits
	}
	return number, nil
}
