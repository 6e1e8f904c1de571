package billing

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
)

// What a draft may have at most. Texts are counted in code points.
const (
	longestAbout = 120
	longestPO    = 60
	longestText  = 200
	mostLines    = 100
	mostQuantity = 1_000_000
	mostMinor    = 1_000_000_000_000 // of one price, and of a whole invoice
	longestTerm  = 366 * 24 * time.Hour
	wholeRate    = 10_000 // 100%
)

// Draft is an invoice before it is issued.
type Draft struct {
	Key   id.Invoice // the id that the invoice will have, so that a second click issues nothing new
	About string
	PO    string
	Ref   string    // what the client wants to find the invoice by
	Due   time.Time // the day
	Lines []Line
	// Version is that of the draft which this one takes the place of; 0 where there is none yet.
	Version int64
	// Issued is for invoices brought over from another system, which only the operator and Gatehouse itself do. Zero: now.
	Issued time.Time
}

// problems collects what is wrong with the fields of a form.
type problems []fault.Field

func (p *problems) add(field, message string) {
	*p = append(*p, fault.Field{Name: field, Message: message})
}

// fault is what was wrong; nil where nothing was.
func (p *problems) fault() error {
	if len(*p) == 0 {
		return nil
	}
	return fault.Invalid(*p...)
}

// text checks one line of text and puts its spaces in order.
func (p *problems) text(field, value, missing string, longest int) string {
	if !utf8.ValidString(value) || strings.ContainsFunc(value, unprintable) {
		p.add(field, "This has characters that cannot be stored.")
		return ""
	}
	value = strings.Join(strings.Fields(value), " ")
	switch n := utf8.RuneCountInString(value); {
	case n == 0 && missing != "":
		p.add(field, missing)
	case n > longest:
		p.add(field, fmt.Sprintf("Use at most %d characters; this has %d.", longest, n))
	}
	return value
}

func unprintable(r rune) bool {
	return unicode.IsControl(r) && r != '\t' || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) && r != '\u200d'
}

// check returns the draft in order with its totals, or what is wrong with it. issued is the day of issue, noReverse why
// the client cannot be charged with a reverse charge.
func (b *Billing) check(
	d Draft, issued time.Time, client accounts.Account, noReverse string,
) (Draft, totals, error) {
	var p problems
	cur := client.Currency
	d.About = Readable(p.text("about", d.About, "Say what the invoice is for.", longestAbout))
	d.PO = p.text("po", d.PO, "", longestPO)
	d.Ref = p.text("reference", d.Ref, "", longestPO)
	d.Due = dueNoon(d.Due)
	switch {
	case d.Due.Before(dueNoon(issued)):
		p.add("due", "The invoice cannot be due before it is issued.")
	case d.Due.Sub(issued) > longestTerm:
		p.add("due", "The invoice cannot be due more than a year from now.")
	}
	lines := make([]Line, len(d.Lines))
	for i, l := range d.Lines {
		lines[i] = p.line(i, b.treated(l), cur)
		if l.Treatment == ReverseCharge && noReverse != "" {
			p.add("line-"+strconv.Itoa(i)+"-rate", noReverse)
		}
	}
	d.Lines = lines
	p.apart(lines)
	if len(lines) == 0 || len(lines) > mostLines {
		p.add("line-0-text", fmt.Sprintf("An invoice has from 1 to %d lines.", mostLines))
	}
	if err := p.fault(); err != nil {
		return d, totals{}, err
	}
	t, err := total(d.Lines, cur, roundingOf(b.country()))
	if err != nil || t.total.Minor() <= 0 || t.total.Minor() > mostMinor {
		return d, totals{}, fault.InvalidField("line-0-price", "The invoice must come to more than nothing, and less than "+
			money.New(mostMinor, cur).String()+".")
	}
	return d, t, nil
}

// apart refuses what is outside the scope of VAT beside what is inside of it: such an e-invoice names no rate and no
// VAT number at all (BR-O-02, BR-O-11, BR-O-12), so that it holds nothing else.
func (p *problems) apart(lines []Line) {
	for i, l := range lines {
		if (l.Treatment == Outside) != (lines[0].Treatment == Outside) {
			p.add("line-"+strconv.Itoa(i)+"-rate",
				"What is outside the scope of VAT needs an invoice of its own: write the other lines on another.")
		}
	}
}

// line checks one line; fields are named as the form names them.
func (p *problems) line(i int, l Line, cur money.Currency) Line {
	field := func(name string) string { return "line-" + strconv.Itoa(i) + "-" + name }
	l.Text = Readable(p.text(field("text"), l.Text, "Say what this line charges for.", longestText))
	l.Detail = Readable(p.text(field("detail"), l.Detail, "", longestText))
	before := len(*p)
	if !l.Quantity.IsPositive() || l.Quantity.GreaterThan(decimal.NewFromInt(mostQuantity)) ||
		!l.Quantity.Equal(l.Quantity.Round(quantityDecimals)) {
		p.add(field("quantity"), "Enter a quantity above nothing, with up to three decimals.")
	}
	if l.Price.Currency() != cur {
		p.add(field("price"), "The invoices of this account are in "+string(cur)+".")
	} else if minor := l.Price.Minor(); minor > mostMinor || minor < -mostMinor {
		p.add(field("price"), "This price is too high.")
	}
	if !l.rate().fits() {
		p.add(field("rate"), "Choose a rate of VAT from the list.")
	}
	if l.To.Before(l.From) {
		p.add(field("text"), "The period ends before it begins.")
	}
	if len(*p) > before {
		return l
	}
	net, err := lineNet(l.Quantity, l.Price)
	if err != nil || net.Minor() > mostMinor || net.Minor() < -mostMinor {
		p.add(field("price"), "This line comes to too much.")
	}
	l.Net = net
	return l
}
