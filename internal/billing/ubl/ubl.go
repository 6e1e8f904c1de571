// Package ubl writes an invoice or a credit note as an electronic one: UBL 2.1 in the terms of EN 16931. It is a pure
// function from typed values to bytes; whatever stands in a name or a VAT number is text there and nothing else. It
// imports money and nothing else of this module.
package ubl

import (
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/money"
)

// Profile is what the document claims to follow.
const Profile = "urn:cen.eu:en16931:2017"

// Category is why a line has its rate of VAT, as UNCL 5305 writes it.
type Category string

// The categories.
const (
	Standard      Category = "S"
	Zero          Category = "Z"
	ReverseCharge Category = "AE"
	Exempt        Category = "E"
	// Outside is for services outside the scope of tax. Its document holds nothing else, no rate and no VAT number of
	// either party, even where they have one (BR-O-02, BR-O-05, BR-O-11, BR-O-12).
	Outside Category = "O"
)

// Party is who sells or who buys.
type Party struct {
	Name     string
	Trading  string // the brand, where it differs
	Lines    []string
	City     string
	Postcode string
	Country  string // ISO 3166-1, two letters
	TaxID    string // with its country: "GB987654321"
	Register string // what the law wants named
	Mail     string
}

// Document is what is written.
type Document struct {
	Number     string
	CreditNote bool
	Of         string    // of a credit note: the invoice that it credits
	OfDate     time.Time // and its day
	Issued     time.Time
	Due        time.Time // zero for a credit note
	Note       string    // what it is for, or why
	PO, Ref    string
	Seller     Party
	Buyer      Party
	Lines      []Line
	VAT        []VAT
	Net, Tax   money.Amount
	Total      money.Amount
}

// Line is one thing charged or credited.
type Line struct {
	Text, Detail string
	From, To     time.Time
	Quantity     decimal.Decimal
	Price        money.Amount // of one, without VAT
	Net          money.Amount
	Category     Category
	Rate         int // in hundredths of a per cent
}

// VAT is the tax of one rate and category.
type VAT struct {
	Category Category
	Rate     int
	On, Tax  money.Amount
	Why      string // the sentence that the law wants
}

// ErrIncomplete says that a document lacks what EN 16931 demands.
var ErrIncomplete = errors.New("ubl: the document lacks what an e-invoice must have")

// Render writes the document. One that lacks a mandatory term is refused: half an e-invoice is none.
func Render(d Document) ([]byte, error) {
	if err := d.complete(); err != nil {
		return nil, err
	}
	text, err := xml.MarshalIndent(d.root(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("ubl %s: %w", d.Number, err)
	}
	return append([]byte(xml.Header), append(text, '\n')...), nil
}

// complete names the first term that is missing.
func (d *Document) complete() error {
	for _, term := range []struct {
		name string
		ok   bool
	}{
		{"a number", d.Number != ""},
		{"a day of issue", !d.Issued.IsZero()},
		{"a day when it is due", d.CreditNote || !d.Due.IsZero()},
		{"the invoice that it credits", !d.CreditNote || d.Of != ""},
		{"the seller's name", d.Seller.Name != ""},
		{"the seller's country", len(d.Seller.Country) == len("GB")},
		{"the seller's VAT number", d.outside() && d.Seller.Register != "" || vatNumber(d.Seller) != ""},
		{"the buyer's name", d.Buyer.Name != ""},
		{"the buyer's country", len(d.Buyer.Country) == len("GB")},
		{"a line", len(d.Lines) > 0},
		{"a rate of VAT", len(d.VAT) > 0},
	} {
		if !term.ok {
			return fmt.Errorf("%w: %s", ErrIncomplete, term.name)
		}
	}
	for _, v := range d.VAT {
		if v.Category == ReverseCharge && vatNumber(d.Buyer) == "" {
			return fmt.Errorf("%w: the buyer's VAT number, for a reverse charge", ErrIncomplete)
		}
		if d.outside() && len(d.VAT) > 1 {
			return fmt.Errorf("%w: an invoice of its own for what is outside the scope of VAT", ErrIncomplete)
		}
	}
	return nil
}

// outside says whether something of it is outside the scope of VAT.
func (d *Document) outside() bool {
	return slices.ContainsFunc(d.VAT, func(v VAT) bool { return v.Category == Outside })
}

// vatNumber is a party's VAT number as EN 16931 writes it: without spaces, its country in front (BR-CO-9).
func vatNumber(p Party) string {
	text := strings.ToUpper(regexp.MustCompile(`[^0-9A-Za-z+*]`).ReplaceAllString(p.TaxID, ""))
	if text == "" || regexp.MustCompile(`^[A-Z]{2}`).MatchString(text) {
		return text
	}
	return p.Country + text
}

// percent writes a rate: "17.5". What is outside the scope of VAT has none.
func percent(c Category, rate int) string {
	if c == Outside {
		return ""
	}
	return decimal.New(int64(rate), -2).String()
}

const (
	taxScheme   = "VAT"
	oneUnit     = "C62" // UN/ECE Recommendation 20: one
	dateForm    = time.DateOnly
	typeInvoice = "380"
	typeCredit  = "381"
	noMeans     = "1" // UNCL 4461: how it is paid is left open
)

func (d *Document) root() any {
	r := document{
		CAC: spaceCAC, CBC: spaceCBC, CustomizationID: Profile, ID: clean(d.Number), IssueDate: d.Issued.Format(dateForm),
		Note: clean(d.Note), Currency: string(d.Total.Currency()), BuyerReference: clean(d.Ref),
		Seller: supplier{d.party(d.Seller, true)}, Buyer: customer{d.party(d.Buyer, false)}, Tax: d.tax(), Sums: d.sums(),
	}
	if d.PO != "" {
		r.Order = &reference{ID: clean(d.PO)}
	}
	if d.CreditNote {
		r.XMLName, r.Space, r.CreditType = xml.Name{Local: "CreditNote"}, spaceCreditNote, typeCredit
		r.Billing = &billingReference{reference{ID: clean(d.Of), IssueDate: d.OfDate.Format(dateForm)}}
	} else {
		r.XMLName, r.Space, r.InvoiceType = xml.Name{Local: "Invoice"}, spaceInvoice, typeInvoice
		r.DueDate = d.Due.Format(dateForm)
		r.Means = &means{Code: noMeans, Reference: clean(d.Number)}
	}
	for i := range d.Lines {
		l := d.line(i)
		if d.CreditNote {
			l.Credited, l.Invoiced = l.Invoiced, nil
			r.CreditLines = append(r.CreditLines, l)
		} else {
			r.InvoiceLines = append(r.InvoiceLines, l)
		}
	}
	return r
}

func (d *Document) line(i int) line {
	l := d.Lines[i]
	quantity, price := l.Quantity, l.Price
	if price.IsNegative() { // a price is never below nothing (BR-27): the quantity is
		quantity, price = quantity.Neg(), price.Neg()
	}
	out := line{
		ID: fmt.Sprint(i + 1), Invoiced: &measure{Unit: oneUnit, Value: quantity.String()}, Net: value(l.Net),
		Item: item{
			Description: clean(l.Detail), Name: clean(l.Text), Tax: category{
				ID: l.Category, Percent: percent(l.Category, l.Rate), Scheme: scheme{taxScheme},
			},
		},
		Price: linePrice{value(price)},
	}
	if !l.From.IsZero() && !l.To.IsZero() {
		out.Period = &period{Start: l.From.Format(dateForm), End: l.To.Format(dateForm)}
	}
	return out
}

func (d *Document) tax() taxTotal {
	t := taxTotal{Amount: value(d.Tax)}
	for _, v := range d.VAT {
		t.Parts = append(t.Parts, taxPart{On: value(v.On), Tax: value(v.Tax), Category: category{
			ID: v.Category, Percent: percent(v.Category, v.Rate), Why: why(v), Scheme: scheme{taxScheme},
		}})
	}
	return t
}

// why is the reason that a rate without tax must have (BR-E-10, BR-AE-10, BR-O-10); others have none.
func why(v VAT) string {
	if v.Category == ReverseCharge || v.Category == Exempt || v.Category == Outside {
		return clean(v.Why)
	}
	return ""
}

func (d *Document) sums() sums {
	return sums{Lines: value(d.Net), Net: value(d.Net), Gross: value(d.Total), Payable: value(d.Total)}
}

func (d *Document) party(p Party, seller bool) partyXML {
	out := partyXML{Address: addressXML{
		City: clean(p.City), Zone: clean(p.Postcode), Country: countryXML{p.Country},
	}, Legal: legalXML{Name: clean(p.Name), Company: clean(p.Register)}}
	if p.Trading != "" && p.Trading != p.Name {
		out.Name = &nameXML{clean(p.Trading)}
	}
	if len(p.Lines) > 0 {
		out.Address.Street = clean(p.Lines[0])
	}
	if len(p.Lines) > 1 {
		out.Address.More = clean(strings.Join(p.Lines[1:], ", "))
	}
	switch number := vatNumber(p); {
	case d.outside() && seller && p.Register == "": // whoever has no registration is known by their number alone
		out.Known = &partyKnown{clean(number)}
	case d.outside() && seller: // what tells the seller instead of a VAT number (BR-CO-26)
		out.Legal.Company, out.Legal.Number = "", clean(p.Register)
	case !d.outside() && number != "":
		out.Tax = &partyTax{Number: clean(number), Scheme: scheme{taxScheme}}
	}
	if seller && p.Mail != "" {
		out.Contact = &contactXML{clean(p.Mail)}
	}
	return out
}

// clean leaves out what XML 1.0 cannot hold; the encoder escapes the rest.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return ' '
		}
		if r < ' ' || r >= 0xD800 && r <= 0xDFFF || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

func value(a money.Amount) amountXML {
	return amountXML{Currency: string(a.Currency()), Value: a.Plain()}
}
