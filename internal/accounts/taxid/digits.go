package taxid

import "strings"

// Fits says whether the check digits of a number fit, and whether that can be said of its country at all: the
// procedures are published for some countries, and for others only the form of a number is known. The number is as
// Read returns it.
func Fits(number string) (fits, known bool) {
	if len(number) < len("GB") {
		return true, false
	}
	rest := number[len("GB"):]
	switch number[:len("GB")] {
	case "AT":
		return austrian(rest[1:]), true
	case "CH":
		return weighed(rest[1:10], 11, 5, 4, 3, 2, 7, 6, 5, 4, 1), true
	case "DE", "HR":
		return iso7064(rest), true
	case "ES":
		return spanish(rest), true
	case "FR":
		return french(rest)
	case "GB", northern:
		return british(rest)
	case "IE":
		return irish(rest), true
	case "IT":
		return luhn(rest), true
	case "NL":
		return weighed(rest[:9], 11, 9, 8, 7, 6, 5, 4, 3, 2, -1) || dutch(number), true
	case "SE":
		return luhn(rest[:10]), true
	}
	return plain(number[:len("GB")], rest)
}

// plain are the countries whose digits, each with its weight, sum up to a multiple, or to a remainder.
func plain(country, rest string) (fits, known bool) {
	switch country {
	case "BE":
		return remainder(rest[:8], 97) == 97-value(rest[8:]), true
	case "DK":
		return weighed(rest, 11, 2, 7, 6, 5, 4, 3, 2, 1), true
	case "EE":
		return weighed(rest, 10, 3, 7, 1, 3, 7, 1, 3, 7, 1), true
	case "EL":
		return sum(rest[:8], 256, 128, 64, 32, 16, 8, 4, 2)%11%10 == value(rest[8:]), true
	case "FI":
		return weighed(rest, 11, 7, 9, 10, 5, 8, 4, 2, 1), true
	case "HU":
		return weighed(rest, 10, 9, 7, 3, 1, 9, 7, 3, 1), true
	case "LU":
		return remainder(rest[:6], 89) == value(rest[6:]), true
	case "MT":
		return (sum(rest[:6], 3, 4, 6, 7, 8, 9)+value(rest[6:]))%37 == 0, true
	case "NO":
		return weighed(rest[:9], 11, 3, 2, 7, 6, 5, 4, 3, 2, 1), true
	case "PL":
		return weighed(rest, 11, 6, 5, 7, 2, 3, 4, 5, 6, 7, -1), true
	case "PT":
		return portuguese(rest), true
	case "RO":
		padded := strings.Repeat("0", 10-len(rest)) + rest
		return sum(padded[:9], 7, 5, 3, 2, 1, 7, 5, 3, 2)*10%11%10 == value(padded[9:]), true
	case "SI":
		return weighed(rest, 11, 8, 7, 6, 5, 4, 3, 2, 1) || slovenian(rest), true
	case "SK":
		return remainder(rest, 11) == 0, true
	}
	return true, false
}

// digit is what a digit is worth.
func digit(c byte) int { return int(c - '0') }

// value is what some digits are worth.
func value(digits string) (n int) {
	for i := range len(digits) {
		n = 10*n + digit(digits[i])
	}
	return n
}

// remainder is what is left of a number of any length.
func remainder(digits string, of int) (n int) {
	for i := range len(digits) {
		n = (10*n + digit(digits[i])) % of
	}
	return n
}

func sum(digits string, weights ...int) (n int) {
	for i, w := range weights {
		n += w * digit(digits[i])
	}
	return n
}

// weighed says whether the digits, each with its weight, come to a multiple.
func weighed(digits string, of int, weights ...int) bool { return sum(digits, weights...)%of == 0 }

// luhn is the procedure of payment cards.
func luhn(digits string) bool {
	n := 0
	for i := range len(digits) {
		d := digit(digits[len(digits)-1-i])
		if i%2 == 1 {
			d = d*2/10 + d*2%10
		}
		n += d
	}
	return n%10 == 0
}

// iso7064 is ISO 7064, MOD 11,10.
func iso7064(digits string) bool {
	check := 5
	for i := range len(digits) {
		before := check
		if before == 0 {
			before = 10
		}
		check = (before*2%11 + digit(digits[i])) % 10
	}
	return check == 1
}

func austrian(digits string) bool {
	n := 4
	for i := range 7 {
		d := digit(digits[i])
		if i%2 == 1 {
			d = d*2/10 + d*2%10
		}
		n += d
	}
	return (10-n%10)%10 == digit(digits[7])
}

// british numbers are of either of two procedures. Those of government departments and health authorities have none.
func british(rest string) (fits, known bool) {
	if strings.HasPrefix(rest, "GD") || strings.HasPrefix(rest, "HA") {
		return true, false
	}
	n := sum(rest, 8, 7, 6, 5, 4, 3, 2) + value(rest[7:9])
	return n%97 == 0 || (n+55)%97 == 0, true
}

// dutch is that of numbers since 2020, in which letters count from 10: NL is 2321, and B is 11.
func dutch(number string) bool {
	return remainder("2321"+strings.Replace(number[len("NL"):], "B", "11", 1), 97) == 1
}

// french numbers have two digits over a company's own, which fits by itself. A key with letters is older than the
// published procedure, and companies of Monaco have numbers of another kind.
func french(rest string) (fits, known bool) {
	key, company := rest[:2], rest[2:]
	if strings.Trim(key, "0123456789") != "" {
		return true, false
	}
	own := luhn(company) || strings.HasPrefix(company, "000")
	return own && (12+3*remainder(company, 97))%97 == value(key), true
}

// irish numbers end with a letter for their remainder; the older form has its first letter in the second place.
func irish(rest string) bool {
	const letters = "WABCDEFGHIJKLMNOPQRSTUV"
	digits, check := rest[:7], rest[7]
	n := 0
	if second := rest[1]; second < '0' || second > '9' {
		digits = "0" + rest[2:7] + rest[:1]
	} else if len(rest) > 8 && rest[8] != 'W' {
		n = 9 * int(rest[8]-'A'+1)
	}
	return letters[(n+sum(digits, 8, 7, 6, 5, 4, 3, 2))%23] == check
}

func portuguese(digits string) bool {
	check := 11 - sum(digits[:8], 9, 8, 7, 6, 5, 4, 3, 2)%11
	if check > 9 {
		check = 0
	}
	return check == digit(digits[8])
}

// slovenian numbers have 0 where the check would be 10.
func slovenian(digits string) bool {
	return sum(digits[:7], 8, 7, 6, 5, 4, 3, 2)%11 == 1 && digits[7] == '0'
}

// spanish numbers are those of people, which end with a letter, and those of companies, which end with a digit or a
// letter.
func spanish(rest string) bool {
	const people, companies = "TRWAGMYFPDXBNJZSQVHLCKE", "JABCDEFGHI"
	last := rest[8]
	if strings.ContainsRune("XYZ", rune(rest[0])) {
		return last == people[value(string('0'+rest[0]-'X')+rest[1:8])%23]
	}
	if strings.ContainsRune("KLM", rune(rest[0])) {
		return last == people[value(rest[1:8])%23]
	}
	if rest[0] <= '9' {
		return last == people[value(rest[:8])%23]
	}
	n := 0
	for i := range 7 {
		d := digit(rest[1+i])
		if i%2 == 0 {
			d = d*2/10 + d*2%10
		}
		n += d
	}
	check := (10 - n%10) % 10
	return last == companies[check] || digit(last) == check
}
