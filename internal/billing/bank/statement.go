package bank

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"gatehouse/internal/fault"
	"gatehouse/internal/money"
)

const (
	// Longest is how many characters of a statement are read at once.
	Longest = 200_000
	// mostLines is how many lines one import takes.
	mostLines = 2000
	// longestText bounds what is kept of a line's texts.
	longestText = 200
)

// Incoming is a line of a statement by which money came in.
type Incoming struct {
	Day       time.Time // noon of the day, UTC
	Amount    money.Amount
	Payer     string
	Reference string
	Before    int // how many equal lines stand before it
}

// Statement is what was read of a bank's file.
type Statement struct {
	Incoming   []Incoming
	Outgoing   int   // lines by which money went out; they are left out
	Unreadable []int // numbers of the lines that say no day or no amount
}

// columns are where a statement has what: -1 where it does not have it.
type columns struct{ day, amount, in, currency, payer, reference int }

// Parse reads a bank's CSV: with commas, semicolons or tabs, a first line that names the columns, and days with the day
// before the month. Amounts are read exactly; what could mean two things is not read.
func Parse(text string, usual money.Currency) (Statement, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	if len(text) > Longest {
		return Statement{}, fault.InvalidField("statement", "This is too much at once. Paste a shorter period.")
	}
	head, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	r := csv.NewReader(strings.NewReader(strings.TrimSpace(text)))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = delimiter(head), -1, true, true
	names, err := r.Read()
	if err != nil {
		return Statement{}, fault.InvalidField("statement", "Paste the statement, its first line included.")
	}
	at := find(names)
	if at.day < 0 || at.amount < 0 && at.in < 0 {
		return Statement{}, fault.InvalidField("statement",
			"The first line must name the columns, with at least “Date” and “Amount” or “Paid in”.")
	}
	var s Statement
	for n := 2; ; n++ {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if n > mostLines+1 {
			return Statement{}, fault.InvalidField("statement",
				fmt.Sprintf("This has more than %d lines. Paste a shorter period.", mostLines))
		}
		if err != nil {
			s.Unreadable = append(s.Unreadable, n)
			continue
		}
		s.add(at, record, n, usual)
	}
}

func delimiter(head string) rune {
	best, most := ',', 0
	for _, d := range []rune{',', ';', '\t'} {
		if n := strings.Count(head, string(d)); n > most {
			best, most = d, n
		}
	}
	return best
}

// find says which column is which, by the names that banks give them.
func find(names []string) columns {
	by := func(known ...string) int {
		for _, name := range known {
			at := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(strings.TrimSpace(n), name) })
			if at >= 0 {
				return at
			}
		}
		return -1
	}
	return columns{
		day:      by("date", "transaction date", "booking date", "posting date", "value date", "booked on", "day"),
		amount:   by("amount", "value", "transaction amount"),
		in:       by("paid in", "money in", "credit", "credit amount", "paid-in"),
		currency: by("currency", "ccy"),
		payer:    by("payer", "name", "from", "counterparty", "counter party", "sender"),
		reference: by("reference", "payment reference", "description", "details", "memo", "narrative",
			"transaction description"),
	}
}

func (s *Statement) add(at columns, record []string, n int, usual money.Currency) {
	cell := func(i int) string {
		if i < 0 || i >= len(record) {
			return ""
		}
		return clean(record[i])
	}
	if strings.Join(record, "") == "" {
		return
	}
	cur := usual
	if code := strings.ToUpper(cell(at.currency)); code != "" {
		var err error
		if cur, err = money.ParseCurrency(code); err != nil {
			s.Unreadable = append(s.Unreadable, n)
			return
		}
	}
	text := cell(at.in)
	if at.in < 0 {
		text = cell(at.amount)
	}
	day, okDay := parseDay(cell(at.day))
	amount, okAmount := parseAmount(text, cur)
	switch {
	case okDay && text == "" && at.in >= 0, okDay && okAmount && amount.Minor() <= 0:
		s.Outgoing++
	case !okDay || !okAmount:
		s.Unreadable = append(s.Unreadable, n)
	default:
		line := Incoming{Day: day, Amount: amount, Payer: cell(at.payer), Reference: cell(at.reference)}
		line.Before = s.equal(line)
		s.Incoming = append(s.Incoming, line)
	}
}

// equal is how many of the lines until now say the same.
func (s *Statement) equal(line Incoming) int {
	n := 0
	for _, other := range s.Incoming {
		if other.same(line) {
			n++
		}
	}
	return n
}

func (l Incoming) same(other Incoming) bool {
	l.Before, other.Before = 0, 0
	return l == other
}

// clean takes out what is not printed, and bounds what is kept.
func clean(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	}), " ")
	if r := []rune(text); len(r) > longestText {
		text = string(r[:longestText])
	}
	return strings.TrimPrefix(text, "'") // banks put it before what a spreadsheet would take for a formula
}

func parseDay(text string) (time.Time, bool) {
	for _, form := range []string{
		"2006-01-02", "02/01/2006", "2/1/2006", "02.01.2006", "2.1.2006", "02-01-2006", "2 Jan 2006", "2 January 2006",
		"02-Jan-2006", "2006-01-02 15:04:05", "2006-01-02T15:04:05Z07:00",
	} {
		if t, err := time.Parse(form, text); err == nil {
			const day = 24 * time.Hour
			return t.UTC().Truncate(day).Add(day / 2), true
		}
	}
	return time.Time{}, false
}

// parseAmount reads an amount with a point before the pence, or with a comma where nothing else can be meant.
func parseAmount(text string, cur money.Currency) (money.Amount, bool) {
	text = strings.TrimPrefix(text, "+")
	if a, err := money.Parse(text, cur); err == nil {
		return a, true
	}
	comma := strings.LastIndexByte(text, ',')
	if comma < 0 || comma < strings.LastIndexByte(text, '.') || len(text)-comma-1 != cur.Digits() {
		return money.Amount{}, false
	}
	swapped := strings.ReplaceAll(text[:comma], ".", ",") + "." + text[comma+1:]
	a, err := money.Parse(swapped, cur)
	return a, err == nil
}
