package ubl_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"gatehouse/internal/billing/ubl"
)

// without takes the first part of a document out that begins and ends so.
func without(begin, end string) func(text string) string {
	return func(text string) string {
		before, rest, found := strings.Cut(text, begin)
		_, after, ended := strings.Cut(rest, end)
		if !found || !ended {
			return text
		}
		return before + after
	}
}

// gone takes all elements of a name out, with what stands between them.
func gone(element string) func(text string) string {
	all := regexp.MustCompile(`(?s)<` + element + `>.*</` + element + `>`)
	return func(text string) string { return all.ReplaceAllString(text, "") }
}

// swap writes something else where a text stands for the nth time, from one on.
func swap(nth int, old, now string) func(text string) string {
	return func(text string) string {
		at := 0
		for range nth {
			next := strings.Index(text[at:], old)
			if next < 0 {
				return text
			}
			at += next + len(old)
		}
		return text[:at-len(old)] + now + text[at:]
	}
}

// Each of the other rules finds the mistake that it is there for, in lines, sums and the breakdown of the tax.
func TestTheRulesFindMistakesOfEachKind(t *testing.T) {
	t.Parallel()
	const (
		gbp      = ` currencyID="GBP">`
		taxed    = `<cbc:TaxAmount` + gbp
		percent  = "<cbc:Percent>0</cbc:Percent>"
		reason   = "<cbc:TaxExemptionReason>no reason</cbc:TaxExemptionReason>"
		seller   = "GB987654321"
		category = `<cac:ClassifiedTaxCategory>`
	)
	for rule, change := range map[string]func(string) string{
		"BR-16":     gone("cac:InvoiceLine"),
		"BR-21":     swap(1, "<cbc:ID>2</cbc:ID>", "<cbc:ID>1</cbc:ID>"),
		"BR-22":     without("<cbc:InvoicedQuantity", "</cbc:InvoicedQuantity>"),
		"BR-23":     swap(1, ` unitCode="C62"`, ""),
		"BR-24":     swap(2, `<cbc:LineExtensionAmount`+gbp, `<cbc:LineExtensionAmount currencyID="EUR">`),
		"BR-26":     swap(1, `<cbc:PriceAmount`+gbp, `<cbc:PriceAmount currencyID="EUR">`),
		"BR-48":     swap(1, percent, ""),
		"BR-61":     swap(1, "<cbc:PaymentMeansCode>1<", "<cbc:PaymentMeansCode>30<"),
		"BR-05 of":  swap(1, `<cbc:PayableAmount`+gbp, `<cbc:PayableAmount currencyID="EUR">`),
		"BR-CO-04":  swap(1, category+"\n        <cbc:ID>S</cbc:ID>", category),
		"BR-CO-13":  swap(1, `<cbc:TaxExclusiveAmount`+gbp+"100.50", `<cbc:TaxExclusiveAmount`+gbp+"100.40"),
		"BR-CO-18":  gone("cac:TaxSubtotal"),
		"BR-CO-26":  without("<cac:PartyTaxScheme>", "</cac:PartyTaxScheme>"),
		"BR-DEC-23": swap(1, `<cbc:LineExtensionAmount`+gbp+"100.00", `<cbc:LineExtensionAmount`+gbp+"100.001"),
		"BR-DEC":    swap(1, `<cbc:PayableAmount`+gbp+"117.00", `<cbc:PayableAmount`+gbp+"117.001"),
		"BR-CL-17":  swap(1, "<cbc:ID>Z</cbc:ID>", "<cbc:ID>X</cbc:ID>"),
		"line net":  swap(1, `<cbc:InvoicedQuantity unitCode="C62">2.5`, `<cbc:InvoicedQuantity unitCode="C62">2.6`),
		"BR-S-01":   swap(2, "<cbc:Percent>20</cbc:Percent>", "<cbc:Percent>19</cbc:Percent>"),
		"BR-S-02":   swap(1, seller, ""),
		"BR-S-05":   swap(1, "<cbc:Percent>20</cbc:Percent>", percent),
		"BR-S-08":   swap(1, `<cbc:TaxableAmount`+gbp+"80.00", `<cbc:TaxableAmount`+gbp+"81.00"),
		"BR-S-10":   swap(1, "<cbc:Percent>20</cbc:Percent>", "<cbc:Percent>20</cbc:Percent>"+reason),
		"BR-Z-01":   swap(1, "<cbc:ID>Z</cbc:ID>", "<cbc:ID>E</cbc:ID>"),
		"BR-Z-02":   swap(1, seller, ""),
		"BR-Z-08":   swap(1, `<cbc:TaxableAmount`+gbp+"7.00", `<cbc:TaxableAmount`+gbp+"8.00"),
		"BR-Z-09":   swap(1, taxed+"0.00", taxed+"1.00"),
		"BR-Z-10":   swap(1, percent, percent+reason),
		"BR-AE-01":  swap(1, "<cbc:ID>AE</cbc:ID>", "<cbc:ID>Z</cbc:ID>"),
		"BR-AE-08":  swap(1, `<cbc:TaxableAmount`+gbp+"3.00", `<cbc:TaxableAmount`+gbp+"4.00"),
		"BR-AE-09":  swap(2, taxed+"0.00", taxed+"1.00"),
		"BR-E-01":   swap(1, "<cbc:ID>E</cbc:ID>", "<cbc:ID>Z</cbc:ID>"),
		"BR-E-02":   swap(1, seller, ""),
		"BR-E-08":   swap(1, `<cbc:TaxableAmount`+gbp+"0.50", `<cbc:TaxableAmount`+gbp+"0.60"),
		"BR-E-09":   swap(3, taxed+"0.00", taxed+"1.00"),
	} {
		finds(t, rule, sample(), change)
	}
	finds(t, "BR-55", note(), swap(1, "<cbc:ID>2026-0431</cbc:ID>", "<cbc:ID></cbc:ID>"))
	finds(t, "BR-22", note(), without("<cbc:CreditedQuantity", "</cbc:CreditedQuantity>"))
}

// finds changes a document, and wants the rule to say so.
func finds(t *testing.T, rule string, d ubl.Document, change func(string) string) {
	t.Helper()
	text, err := ubl.Render(d)
	if err != nil {
		t.Fatal(err)
	}
	wrong := change(string(text))
	if wrong == string(text) {
		t.Errorf("%s: nothing was changed in\n%s", rule, text)
	}
	if found := Broken(t, []byte(wrong)); !strings.Contains(fmt.Sprint(found), rule) {
		t.Errorf("%s was not found: %v", rule, found)
	}
}
