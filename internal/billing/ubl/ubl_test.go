package ubl_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"gatehouse/internal/billing/ubl"
	"gatehouse/internal/money"
)

func gbp(minor int64) money.Amount { return money.New(minor, money.GBP) }

func line(quantity string, price, net int64, c ubl.Category, rate int) ubl.Line {
	return ubl.Line{
		Text: "Hosting <Business> & co", Detail: "northwind.example", Quantity: decimal.RequireFromString(quantity),
		Price: gbp(price), Net: gbp(net), Category: c, Rate: rate,
	}
}

// sample has each category, a part of one, a price below nothing, and names that are markup elsewhere.
func sample() ubl.Document {
	day := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	return ubl.Document{
		Number: "2026-0431", Issued: day, Due: day.AddDate(0, 0, 14), Note: "Hosting, December 2026", PO: "PO 7",
		Ref: "Ovens",
		Seller: ubl.Party{
			Name: "Harbour Hosting Ltd", Trading: "Harbour Hosting", Lines: []string{"3 Quay Street, Whitby YO21 1DL"},
			Country: "GB", TaxID: "GB 987 6543 21", Register: "Registered in England, no. 01234567",
		},
		Buyer: ubl.Party{
			Name: "Bäckerei <b>Nord</b> & Söhne", Lines: []string{"1 Hafenstraße", "Hof"}, City: "Kiel", Postcode: "24103",
			Country: "DE", TaxID: "123456789",
		},
		Lines: []ubl.Line{
			line("1", 10000, 10000, ubl.Standard, 2000), line("2.5", 400, 1000, ubl.Standard, 500),
			line("1", -2000, -2000, ubl.Standard, 2000), line("1", 700, 700, ubl.Zero, 0),
			line("3", 100, 300, ubl.ReverseCharge, 0), line("1", 50, 50, ubl.Exempt, 0),
		},
		VAT: []ubl.VAT{
			{Category: ubl.Standard, Rate: 2000, On: gbp(8000), Tax: gbp(1600)},
			{Category: ubl.Standard, Rate: 500, On: gbp(1000), Tax: gbp(50)},
			{Category: ubl.Zero, On: gbp(700), Tax: gbp(0)},
			{
				Category: ubl.ReverseCharge, On: gbp(300), Tax: gbp(0),
				Why: "Reverse charge: the customer accounts for the VAT.",
			},
			{Category: ubl.Exempt, On: gbp(50), Tax: gbp(0), Why: "Exempt from VAT."},
		},
		Net: gbp(10050), Tax: gbp(1650), Total: gbp(11700),
	}
}

func note() ubl.Document {
	d := sample()
	d.Number, d.CreditNote, d.Of, d.OfDate, d.Due = "CN-2026-0003", true, "2026-0431", d.Issued, time.Time{}
	return d
}

func TestBothKindsKeepTheRules(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]ubl.Document{"invoice": sample(), "credit note": note()} {
		text, err := ubl.Render(d)
		if err != nil {
			t.Fatal(name, err)
		}
		for _, broken := range Broken(t, text) {
			t.Errorf("%s: %s\n%s", name, broken, text)
		}
		again, err := ubl.Render(d)
		if err != nil || string(again) != string(text) {
			t.Errorf("%s: the same document gives other bytes", name)
		}
	}
}

// The rules find what is wrong: each change breaks one.
func TestTheRulesFindMistakes(t *testing.T) {
	t.Parallel()
	text, err := ubl.Render(sample())
	if err != nil {
		t.Fatal(err)
	}
	for rule, change := range map[string][2]string{
		"BR-01":    {ubl.Profile, ""},
		"BR-02":    {"<cbc:ID>2026-0431</cbc:ID>", "<cbc:ID></cbc:ID>"},
		"BR-03":    {"<cbc:IssueDate>2026-12-01</cbc:IssueDate>", ""},
		"BR-04":    {">380<", ">999<"},
		"BR-05":    {"<cbc:DocumentCurrencyCode>GBP", "<cbc:DocumentCurrencyCode>"},
		"BR-06":    {"Harbour Hosting Ltd", ""},
		"BR-07":    {"Bäckerei &lt;b&gt;Nord&lt;/b&gt; &amp; Söhne", ""},
		"BR-09":    {"<cbc:IdentificationCode>GB", "<cbc:IdentificationCode>"},
		"BR-11":    {"<cbc:IdentificationCode>DE", "<cbc:IdentificationCode>"},
		"BR-25":    {"<cbc:Name>Hosting &lt;Business&gt; &amp; co</cbc:Name>", "<cbc:Name></cbc:Name>"},
		"BR-27":    {`<cbc:PriceAmount currencyID="GBP">100.00`, `<cbc:PriceAmount currencyID="GBP">-100.00`},
		"BR-CO-09": {"<cbc:CompanyID>GB987654321", "<cbc:CompanyID>987654321"},
		"BR-CO-10": {`<cbc:LineExtensionAmount currencyID="GBP">100.50`, `<cbc:LineExtensionAmount currencyID="GBP">100.51`},
		"BR-CO-14": {`<cbc:TaxAmount currencyID="GBP">16.50`, `<cbc:TaxAmount currencyID="GBP">16.51`},
		"BR-CO-15": {`<cbc:TaxInclusiveAmount currencyID="GBP">117.00`, `<cbc:TaxInclusiveAmount currencyID="GBP">117.01`},
		"BR-CO-16": {`<cbc:PayableAmount currencyID="GBP">117.00`, `<cbc:PayableAmount currencyID="GBP">116.00`},
		"BR-CO-17": {"<cbc:Percent>20</cbc:Percent>", "<cbc:Percent>21</cbc:Percent>"},
		"BR-CO-25": {"<cbc:DueDate>2026-12-15</cbc:DueDate>", ""},
		"BR-AE-10": {"Reverse charge: the customer accounts for the VAT.", ""},
		"BR-E-10":  {"Exempt from VAT.", ""},
		"BR-AE-02": {"<cbc:CompanyID>DE123456789", "<cbc:CompanyID>"},
	} {
		if !strings.Contains(string(text), change[0]) {
			t.Errorf("%s: there is no %s in\n%s", rule, change[0], text)
			continue
		}
		found := Broken(t, []byte(strings.Replace(string(text), change[0], change[1], 1)))
		if !strings.Contains(fmt.Sprint(found), rule) {
			t.Errorf("%s was not found: %v", rule, found)
		}
	}
}

// I1, F4: what people wrote is text, and control characters break nothing.
func TestHostileTextIsText(t *testing.T) {
	t.Parallel()
	d := sample()
	hostile := "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;<cbc:ID>1</cbc:ID>\x00\x0b\xff\u202e"
	d.Buyer.Name, d.PO, d.Ref, d.Note = hostile, hostile, hostile, hostile
	d.Lines[0].Text, d.Lines[0].Detail = hostile, hostile
	text, err := ubl.Render(d)
	if err != nil {
		t.Fatal(err)
	}
	var document struct{}
	if err := xml.Unmarshal(text, &document); err != nil {
		t.Errorf("it cannot be read: %v", err)
	}
	if strings.Contains(string(text), "<!ENTITY") || len(Broken(t, text)) != 0 {
		t.Errorf("markup came through, or %v", Broken(t, text))
	}
}

// What lacks a mandatory term is refused, and not written by half.
func TestIncompleteDocumentsAreRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*ubl.Document){
		"number":  func(d *ubl.Document) { d.Number = "" },
		"issued":  func(d *ubl.Document) { d.Issued = time.Time{} },
		"due":     func(d *ubl.Document) { d.Due = time.Time{} },
		"seller":  func(d *ubl.Document) { d.Seller.Name = "" },
		"tax id":  func(d *ubl.Document) { d.Seller.TaxID = "" },
		"country": func(d *ubl.Document) { d.Buyer.Country = "" },
		"reverse": func(d *ubl.Document) { d.Buyer.TaxID = "" },
		"lines":   func(d *ubl.Document) { d.Lines = nil },
		"rates":   func(d *ubl.Document) { d.VAT = nil },
		"credits": func(d *ubl.Document) { d.CreditNote = true },
	} {
		d := sample()
		change(&d)
		if text, err := ubl.Render(d); !errors.Is(err, ubl.ErrIncomplete) || text != nil {
			t.Errorf("without %s: %v", name, err)
		}
	}
}
