package ubl_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"gatehouse/internal/billing/ubl"
)

// abroad is a document outside the scope of VAT. Both parties have a VAT number, which it does not name.
func abroad() ubl.Document {
	d := sample()
	d.Buyer.Country = "US"
	d.Lines = []ubl.Line{line("1", 10000, 10000, ubl.Outside, 0), line("2.5", 20, 50, ubl.Outside, 0)}
	d.VAT = []ubl.VAT{{Category: ubl.Outside, On: gbp(10050), Tax: gbp(0), Why: "Outside the scope of VAT."}}
	d.Tax, d.Total = gbp(0), gbp(10050)
	return d
}

func TestWhatIsOutsideTheScopeKeepsItsRules(t *testing.T) {
	t.Parallel()
	credit := abroad()
	credit.Number, credit.CreditNote, credit.Of, credit.OfDate = "CN-2026-0003", true, "2026-0431", credit.Issued
	for name, d := range map[string]ubl.Document{"invoice": abroad(), "credit note": credit} {
		text, err := ubl.Render(d)
		if err != nil {
			t.Fatal(name, err)
		}
		if broken := Broken(t, text); len(broken) > 0 {
			t.Errorf("%s: %v\n%s", name, broken, text)
		}
		if strings.Contains(string(text), "987654321") || strings.Contains(string(text), "DE123456789") {
			t.Errorf("%s names a VAT number:\n%s", name, text)
		}
	}
}

// The rules find what is wrong outside the scope, too: each change breaks one.
func TestTheRulesFindMistakesOutsideTheScope(t *testing.T) {
	t.Parallel()
	text, err := ubl.Render(abroad())
	if err != nil {
		t.Fatal(err)
	}
	const (
		id     = "<cbc:ID>O</cbc:ID>"
		base   = `<cbc:TaxableAmount currencyID="GBP">`
		taxed  = `<cbc:TaxAmount currencyID="GBP">`
		legal  = "<cac:PartyLegalEntity>"
		number = "<cac:PartyTaxScheme><cbc:CompanyID>GB987654321</cbc:CompanyID></cac:PartyTaxScheme>"
		// another part of the tax, of another category
		another = "<cac:TaxSubtotal><cac:TaxCategory><cbc:ID>Z</cbc:ID></cac:TaxCategory></cac:TaxSubtotal>"
	)
	rated := strings.Replace(string(text), id, id+"<cbc:Percent>0</cbc:Percent>", 1)
	for rule, wrong := range map[string]string{
		"BR-O-01":  strings.Replace(string(text), id, "<cbc:ID>E</cbc:ID>", 1),
		"BR-O-02":  strings.Replace(string(text), legal, number+legal, 1),
		"BR-O-05":  strings.ReplaceAll(string(text), id, id+"<cbc:Percent>0</cbc:Percent>"),
		"BR-O-08":  strings.Replace(string(text), base+"100.5", base+"100.4", 1),
		"BR-O-09":  strings.ReplaceAll(string(text), taxed+"0.00", taxed+"1.00"),
		"BR-O-10":  strings.Replace(string(text), "Outside the scope of VAT.", "", 1),
		"BR-O-11":  strings.Replace(string(text), "</cac:TaxTotal>", another+"</cac:TaxTotal>", 1),
		"BR-O-12":  replaceLast(string(text), id, "<cbc:ID>Z</cbc:ID>"),
		"BR-48":    rated,
		"BR-CO-26": strings.Replace(string(text), "Registered in England, no. 01234567", "", 1),
	} {
		if wrong == string(text) {
			t.Errorf("%s: nothing was changed in\n%s", rule, text)
		}
		if found := Broken(t, []byte(wrong)); !strings.Contains(fmt.Sprint(found), rule) {
			t.Errorf("%s was not found: %v", rule, found)
		}
	}
}

func replaceLast(text, what, with string) string {
	at := strings.LastIndex(text, what)
	return text[:at] + with + text[at+len(what):]
}

// What is outside the scope stands alone, and its seller is told by the registration.
func TestWhatIsOutsideTheScopeStandsAlone(t *testing.T) {
	t.Parallel()
	mixed, unknown := abroad(), abroad()
	mixed.VAT = append(mixed.VAT, ubl.VAT{Category: ubl.Exempt, On: gbp(0), Tax: gbp(0), Why: "Exempt from VAT."})
	unknown.Seller.Register, unknown.Seller.TaxID = "", ""
	for name, d := range map[string]ubl.Document{"mixed": mixed, "nothing that tells the seller": unknown} {
		if text, err := ubl.Render(d); !errors.Is(err, ubl.ErrIncomplete) || text != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	unnumbered, trader := abroad(), abroad()
	unnumbered.Seller.TaxID, trader.Seller.Register = "", ""
	for name, d := range map[string]ubl.Document{"no VAT number": unnumbered, "no registration": trader} {
		text, err := ubl.Render(d)
		if broken := Broken(t, text); err != nil || len(broken) > 0 {
			t.Errorf("a seller with %s: %v, %v\n%s", name, err, broken, text)
		}
	}
}
