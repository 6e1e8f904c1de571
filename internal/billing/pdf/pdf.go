// Package pdf draws an invoice on paper. It is a pure function from typed values to bytes: it reads no file and no
// network, whatever a customer wrote into an address or a VAT number (SECURITY.md F4), and the same invoice gives the
// same bytes. What is on the paper is said again, tagged and accessible, on the invoice's page. It imports money,
// what draws on paper, and nothing else of this module.
package pdf

import (
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/money"
	"gatehouse/internal/platform/paper"
)

// Seller is under whose name the invoice goes out.
type Seller struct {
	Name         string // the brand
	LegalName    string
	Address      string // "3 Quay Street, Whitby YO21 1DL"
	Registration string // "Registered in England, no. 01234567"
	TaxID        string // "GB 987 6543 21"
	Accent       string // "#0b5cad"; anything else means the text's own colour
	Mail         string // where people can ask
}

// Line is who sells, in one line: name and address, and what the law wants named beside them.
func (s Seller) Line() string {
	parts := []string{s.LegalName}
	if s.Address != "" {
		parts[0] += ", " + s.Address
	}
	for _, part := range []string{s.Registration, s.vat()} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " · ")
}

func (s Seller) vat() string {
	if s.TaxID == "" {
		return ""
	}
	return "VAT number " + s.TaxID
}

// Document is all that is on the paper. Times are shown in the zone that they carry.
type Document struct {
	Seller   Seller
	Number   string
	About    string
	Issued   time.Time
	Due      time.Time
	PO, Ref  string
	BilledTo []string // the name, then the lines of the address
	TaxID    string   // of who is billed
	Lines    []Line
	Net      money.Amount
	VAT      []VAT
	Total    money.Amount
	Paid     money.Amount
	Credited money.Amount // what credit notes took from what was to be paid
	Why      []string     // sentences that the law wants beside a rate
	Left     money.Amount
	Settled  string // why nothing is left to pay: "This invoice is paid."
	Link     string // the invoice's page
}

// Line is one thing charged.
type Line struct {
	Text     string
	Detail   string // "northwind.example · 1 Dec to 31 Dec 2026"
	Quantity string
	Price    money.Amount
	Rate     string // "20%"
	Net      money.Amount
}

// VAT is the tax of one rate.
type VAT struct {
	Rate    string
	On, Tax money.Amount
}

// drawing is an invoice being drawn.
type drawing struct {
	*paper.Sheet
	doc Document
}

// Render draws the document.
func Render(d Document) ([]byte, error) {
	about := paper.About{
		Title: "Invoice " + d.Number, Author: d.Seller.LegalName, Subject: d.About, At: d.Issued, Brand: d.Seller.Name,
		Continued: "Invoice " + d.Number + ", continued", Accent: d.Seller.Accent, Foot: d.Seller.LegalName,
		Mail: d.Seller.Mail,
	}
	file, err := paper.Draw(about, func(s *paper.Sheet) error {
		p := &drawing{Sheet: s, doc: d}
		p.PDF.AddPage()
		p.head()
		p.parties()
		p.lines()
		p.totals()
		return p.slip()
	})
	if err != nil {
		return nil, fmt.Errorf("invoice %s: %w", d.Number, err)
	}
	return file, nil
}
