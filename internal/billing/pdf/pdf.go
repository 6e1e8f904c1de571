// Package pdf draws an invoice on paper. It is a pure function from typed values to bytes: it reads no file and no
// network, whatever a customer wrote into an address or a VAT number (SECURITY.md F4), and the same invoice gives the
// same bytes. What is on the paper is said again, tagged and accessible, on the invoice's page. It imports money and
// nothing else of this module.
package pdf

import (
	"bytes"
	"embed"
	"fmt"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"gatehouse/internal/money"
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
	PO       string
	BilledTo []string // the name, then the lines of the address
	TaxID    string   // of who is billed
	Lines    []Line
	Net      money.Amount
	VAT      []VAT
	Total    money.Amount
	Paid     money.Amount
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

//go:embed fonts/*.ttf
var fonts embed.FS

// Render draws the document. It is laid out twice, as the foot of each page says how many there are.
func Render(d Document) ([]byte, error) {
	first, err := layOut(d, 0)
	if err != nil {
		return nil, err
	}
	final, err := layOut(d, first.pdf.PageCount())
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := final.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("draw invoice %s: %w", d.Number, err)
	}
	return out.Bytes(), nil
}

func layOut(d Document, pages int) (*paper, error) {
	p, err := newPaper(d, pages)
	if err != nil {
		return nil, err
	}
	p.pdf.AddPage()
	p.head()
	p.parties()
	p.lines()
	p.totals()
	if err := p.slip(); err != nil {
		return nil, err
	}
	if err := p.pdf.Error(); err != nil {
		return nil, fmt.Errorf("draw invoice %s: %w", d.Number, err)
	}
	return p, nil
}

func newPaper(d Document, pages int) (*paper, error) {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true)
	f.SetCreationDate(d.Issued.UTC())
	f.SetModificationDate(d.Issued.UTC())
	f.SetTitle(clean("Invoice "+d.Number), true)
	f.SetAuthor(clean(d.Seller.LegalName), true)
	f.SetSubject(clean(d.About), true)
	f.SetProducer("Gatehouse", true)
	f.SetLang("en-GB")
	f.SetMargins(margin, margin, margin)
	f.SetCellMargin(0)
	f.SetAutoPageBreak(false, 0)
	for _, font := range [][2]string{{"", "fonts/inter-regular.ttf"}, {"B", "fonts/inter-semibold.ttf"}} {
		content, err := fonts.ReadFile(font[1])
		if err != nil {
			return nil, fmt.Errorf("draw invoice: %w", err)
		}
		f.AddUTF8FontFromBytes(family, font[0], content)
	}
	p := &paper{pdf: f, doc: d, pages: pages, accent: accentOf(d.Seller.Accent)}
	f.SetFooterFunc(p.foot)
	return p, nil
}
