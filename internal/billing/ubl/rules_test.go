package ubl_test

import (
	"encoding/xml"
	"regexp"
	"slices"
	"testing"

	"github.com/shopspring/decimal"

	"gatehouse/internal/billing/ubl"
)

// paper is a document as somebody reads it who knows nothing of how it was written: by its elements' local names.
type paper struct {
	XMLName  xml.Name
	Profile  string  `xml:"CustomizationID"`
	ID       string  `xml:"ID"`
	Issued   string  `xml:"IssueDate"`
	Due      string  `xml:"DueDate"`
	Invoice  string  `xml:"InvoiceTypeCode"`
	Credit   string  `xml:"CreditNoteTypeCode"`
	Currency string  `xml:"DocumentCurrencyCode"`
	Of       string  `xml:"BillingReference>InvoiceDocumentReference>ID"`
	Seller   who     `xml:"AccountingSupplierParty>Party"`
	Buyer    who     `xml:"AccountingCustomerParty>Party"`
	Means    string  `xml:"PaymentMeans>PaymentMeansCode"`
	Tax      amount  `xml:"TaxTotal>TaxAmount"`
	Parts    []part  `xml:"TaxTotal>TaxSubtotal"`
	Sum      amount  `xml:"LegalMonetaryTotal>LineExtensionAmount"`
	Net      amount  `xml:"LegalMonetaryTotal>TaxExclusiveAmount"`
	Gross    amount  `xml:"LegalMonetaryTotal>TaxInclusiveAmount"`
	Payable  amount  `xml:"LegalMonetaryTotal>PayableAmount"`
	Lines    []entry `xml:"InvoiceLine"`
	Credits  []entry `xml:"CreditNoteLine"`
}

type who struct {
	Name    string `xml:"PartyLegalEntity>RegistrationName"`
	Country string `xml:"PostalAddress>Country>IdentificationCode"`
	Known   string `xml:"PartyIdentification>ID"`
	Number  string `xml:"PartyLegalEntity>CompanyID"`
	VAT     string `xml:"PartyTaxScheme>CompanyID"`
}

type amount struct {
	Currency string          `xml:"currencyID,attr"`
	Value    decimal.Decimal `xml:",chardata"`
}

type part struct {
	On      amount          `xml:"TaxableAmount"`
	Tax     amount          `xml:"TaxAmount"`
	ID      ubl.Category    `xml:"TaxCategory>ID"`
	Rated   []string        `xml:"TaxCategory>Percent"`
	Percent decimal.Decimal `xml:"-"`
	Why     string          `xml:"TaxCategory>TaxExemptionReason"`
}

type entry struct {
	ID       string          `xml:"ID"`
	Invoiced *measured       `xml:"InvoicedQuantity"`
	Credited *measured       `xml:"CreditedQuantity"`
	Net      amount          `xml:"LineExtensionAmount"`
	Name     string          `xml:"Item>Name"`
	Category ubl.Category    `xml:"Item>ClassifiedTaxCategory>ID"`
	Rated    []string        `xml:"Item>ClassifiedTaxCategory>Percent"`
	Percent  decimal.Decimal `xml:"-"`
	Price    amount          `xml:"Price>PriceAmount"`
}

type measured struct {
	Unit  string          `xml:"unitCode,attr"`
	Value decimal.Decimal `xml:",chardata"`
}

// rates reads the rates that are written; what has none counts as nothing.
func (p *paper) rates() {
	rate := func(written []string) decimal.Decimal {
		if len(written) != 1 {
			return decimal.Zero
		}
		return decimal.RequireFromString(written[0])
	}
	for i := range p.Parts {
		p.Parts[i].Percent = rate(p.Parts[i].Rated)
	}
	for _, list := range [][]entry{p.Lines, p.Credits} {
		for i := range list {
			list[i].Percent = rate(list[i].Rated)
		}
	}
}

// rules collects which business rules of EN 16931 a document breaks.
type rules struct {
	p      *paper
	broken []string
}

func (r *rules) want(ok bool, rule string) {
	if !ok && !slices.Contains(r.broken, rule) {
		r.broken = append(r.broken, rule)
	}
}

// Broken names the rules that a document breaks.
func Broken(t testing.TB, text []byte) []string {
	t.Helper()
	var p paper
	if err := xml.Unmarshal(text, &p); err != nil {
		return []string{"unreadable: " + err.Error()}
	}
	p.rates()
	r := &rules{p: &p}
	r.terms()
	r.lines()
	r.totals()
	r.breakdown()
	return r.broken
}

// terms are the mandatory ones of the document and its parties.
func (r *rules) terms() {
	p := r.p
	day := regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
	r.want(p.Profile == ubl.Profile, "BR-01")
	r.want(p.ID != "", "BR-02")
	r.want(day.MatchString(p.Issued), "BR-03")
	r.want(p.XMLName.Local == "Invoice" && p.Invoice == "380" || p.XMLName.Local == "CreditNote" && p.Credit == "381",
		"BR-04")
	r.want(regexp.MustCompile(`^[A-Z]{3}$`).MatchString(p.Currency), "BR-05")
	r.want(p.Seller.Name != "", "BR-06")
	r.want(p.Buyer.Name != "", "BR-07")
	country := regexp.MustCompile(`^[A-Z]{2}$`)
	r.want(country.MatchString(p.Seller.Country), "BR-09")
	r.want(country.MatchString(p.Buyer.Country), "BR-11")
	for _, vat := range []string{p.Seller.VAT, p.Buyer.VAT} {
		r.want(vat == "" || regexp.MustCompile(`^[A-Z]{2}[0-9A-Z+*]+$`).MatchString(vat), "BR-CO-09")
	}
	r.want(p.XMLName.Local == "CreditNote" || day.MatchString(p.Due), "BR-CO-25")
	r.want(p.XMLName.Local == "Invoice" || p.Of != "", "BR-55")
	r.want(p.Seller.VAT+p.Seller.Number+p.Seller.Known != "", "BR-CO-26")
	r.want(p.Means == "" || p.Means == "1", "BR-61") // a transfer would need an account
	r.want(len(p.Lines)+len(p.Credits) > 0, "BR-16")
}

func (r *rules) all() []entry { return append(slices.Clone(r.p.Lines), r.p.Credits...) }

func (r *rules) lines() {
	seen := map[string]bool{}
	for _, l := range r.all() {
		r.want(l.ID != "" && !seen[l.ID], "BR-21")
		seen[l.ID] = true
		quantity := l.Invoiced
		if r.p.XMLName.Local == "CreditNote" {
			quantity = l.Credited
		}
		r.want(quantity != nil && !quantity.Value.IsZero(), "BR-22")
		r.want(quantity != nil && quantity.Unit != "", "BR-23")
		r.want(l.Net.Currency == r.p.Currency, "BR-24")
		r.want(l.Name != "", "BR-25")
		r.want(l.Price.Currency == r.p.Currency, "BR-26")
		r.want(!l.Price.Value.IsNegative(), "BR-27")
		r.want(l.Category != "", "BR-CO-04")
		if quantity != nil {
			off := quantity.Value.Mul(l.Price.Value).Sub(l.Net.Value).Abs()
			r.want(off.LessThan(decimal.RequireFromString("0.01")), "line net")
		}
		r.want(l.Net.Value.Exponent() >= -2, "BR-DEC-23")
	}
}

func (r *rules) totals() {
	p := r.p
	sum := decimal.Zero
	for _, l := range r.all() {
		sum = sum.Add(l.Net.Value)
	}
	tax := decimal.Zero
	for _, v := range p.Parts {
		tax = tax.Add(v.Tax.Value)
	}
	for _, a := range []amount{p.Tax, p.Sum, p.Net, p.Gross, p.Payable} {
		r.want(a.Currency == p.Currency, "BR-05 of amounts")
		r.want(a.Value.Exponent() >= -2, "BR-DEC")
	}
	r.want(p.Sum.Value.Equal(sum), "BR-CO-10")
	r.want(p.Net.Value.Equal(sum), "BR-CO-13")
	r.want(p.Tax.Value.Equal(tax), "BR-CO-14")
	r.want(p.Gross.Value.Equal(p.Net.Value.Add(p.Tax.Value)), "BR-CO-15")
	r.want(p.Payable.Value.Equal(p.Gross.Value), "BR-CO-16")
}

// breakdown is the tax by category and rate.
func (r *rules) breakdown() {
	r.want(len(r.p.Parts) > 0, "BR-CO-18")
	hundred := decimal.NewFromInt(100)
	for _, v := range r.p.Parts {
		on := decimal.Zero
		for _, l := range r.all() {
			if l.Category == v.ID && l.Percent.Equal(v.Percent) {
				on = on.Add(l.Net.Value)
			}
		}
		r.want(v.On.Value.Equal(on), "BR-"+string(v.ID)+"-08")
		r.want(v.Tax.Value.Equal(on.Mul(v.Percent).Div(hundred).Round(2)), "BR-CO-17")
		switch v.ID {
		case ubl.Standard:
			r.want(v.Percent.IsPositive(), "BR-S-05")
			r.want(v.Why == "", "BR-S-10")
			r.want(r.p.Seller.VAT != "", "BR-S-02")
		case ubl.Zero:
			r.want(v.Percent.IsZero() && v.Tax.Value.IsZero(), "BR-Z-09")
			r.want(v.Why == "", "BR-Z-10")
			r.want(r.p.Seller.VAT != "", "BR-Z-02")
		case ubl.ReverseCharge:
			r.want(v.Percent.IsZero() && v.Tax.Value.IsZero(), "BR-AE-09")
			r.want(v.Why != "", "BR-AE-10")
			r.want(r.p.Seller.VAT != "" && r.p.Buyer.VAT != "", "BR-AE-02")
		case ubl.Exempt:
			r.want(v.Percent.IsZero() && v.Tax.Value.IsZero(), "BR-E-09")
			r.want(v.Why != "", "BR-E-10")
			r.want(r.p.Seller.VAT != "", "BR-E-02")
		case ubl.Outside:
			r.outside(v)
		default:
			r.want(false, "BR-CL-17")
		}
		r.want(v.ID == ubl.Outside || len(v.Rated) == 1, "BR-48")
	}
	for _, l := range r.all() {
		r.want(slices.ContainsFunc(r.p.Parts, func(v part) bool {
			return v.ID == l.Category && v.Percent.Equal(l.Percent)
		}), "BR-"+string(l.Category)+"-01")
	}
}

// outside are the rules of what is outside the scope of VAT. Allowances and charges of the whole document (BR-O-03, 04,
// 06, 07, 13, 14) are never written.
func (r *rules) outside(v part) {
	lines := r.all()
	r.want(len(r.p.Parts) == 1, "BR-O-11")
	for _, l := range lines {
		r.want(l.Category == ubl.Outside, "BR-O-12")
		r.want(len(l.Rated) == 0, "BR-O-05")
	}
	r.want(r.p.Seller.VAT == "" && r.p.Buyer.VAT == "", "BR-O-02")
	r.want(v.Tax.Value.IsZero(), "BR-O-09")
	r.want(v.Why != "", "BR-O-10")
	r.want(len(v.Rated) == 0, "BR-48 of what is outside")
}
