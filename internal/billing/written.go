package billing

import (
	"regexp"
	"strconv"
	"strings"
)

// Written is the number of an invoice as people write it: "2026-0431", "hh 2026 0431", "INV20260431".
type Written struct {
	Prefix  string // what stands before the year, in capitals: a series of its own, or somebody's word for an invoice
	Year    string // or the series of what was carried over
	Ordinal int64
}

const writtenNumber = `(?i)(cn[-/ ]?)?(?:([a-z]+)[-/ ]?)?(20\d\d|OB\d\d)[-/ ]?(\d{4,8})`

// NumbersIn are the numbers of invoices that a text may name. Those of credit notes are none.
func NumbersIn(text string) []Written {
	var list []Written
	for _, m := range regexp.MustCompile(writtenNumber).FindAllStringSubmatch(text, -1) {
		if n, err := strconv.ParseInt(m[4], 10, 64); err == nil && m[1] == "" {
			list = append(list, Written{Prefix: strings.ToUpper(m[2]), Year: strings.ToUpper(m[3]), Ordinal: n})
		}
	}
	return list
}

// IsNumber says whether a text is nothing but the number of an invoice or of a credit note.
func IsNumber(text string) bool {
	return regexp.MustCompile(`^` + writtenNumber + `$`).MatchString(text)
}

// Series is the name of the series that the number says: with its prefix where it has one.
func (w Written) Series() string {
	if w.Prefix == "" {
		return w.Year
	}
	return w.Prefix + "-" + w.Year
}
