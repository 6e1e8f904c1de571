package pdf_test

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"gatehouse/internal/billing/pdf"
	"gatehouse/internal/money"
)

const period = " · 1 to 31 Dec 2026"

func gbp(minor int64) money.Amount { return money.New(minor, money.GBP) }

// sample is an invoice of so many lines.
func sample(lines int) pdf.Document {
	d := pdf.Document{
		Seller: pdf.Seller{
			Name: "Harbour Hosting", LegalName: "Harbour Hosting Ltd", Address: "3 Quay Street, Whitby YO21 1DL",
			Registration: "Registered in England, no. 01234567", TaxID: "GB 987 6543 21",
			Accent: "#0f5e7a", Mail: "help@harbour.example",
		},
		Number: "2026-0031", About: "Hosting, December 2026", Issued: time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC),
		Due: time.Date(2026, 12, 9, 12, 0, 0, 0, time.UTC), PO: "NB-2026/114",
		BilledTo: []string{"Northwind Bakery Ltd", "14 Mill Lane", "York YO1 7EP", "United Kingdom"},
		TaxID:    "GB 123 4567 89", Paid: gbp(0),
		Link: "https://portal.harbour.example/accounts/06c1vq8d9s7tk2m4xg3b5zhwya/invoices/06c1vq8d9s7tk2m4xg3b5zhwyb",
	}
	net := int64(0)
	for i := range lines {
		price, twice := int64(1250+300*(i%7)), []int64{2, 4, 3}[i%3]
		d.Lines = append(d.Lines, pdf.Line{
			Text:     []string{"Business hosting", "Domain renewal", "Extra storage, 50 GB"}[i%3],
			Detail:   []string{"northwind.example", "łódź-café.example", "shop.northwind.example"}[i%3] + period,
			Quantity: []string{"1", "2", "1.5"}[i%3], Price: gbp(price), Rate: "20%",
			Net: gbp(price * twice / 2),
		})
		net += price * twice / 2
	}
	d.Net, d.VAT = gbp(net), []pdf.VAT{{Rate: "20%", On: gbp(net), Tax: gbp(net / 5)}}
	d.Total, d.Left = gbp(net+net/5), gbp(net+net/5)
	return d
}

func render(t testing.TB, d pdf.Document) []byte {
	t.Helper()
	out, err := pdf.Render(d)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// pages counts the page objects.
func pages(file []byte) int { return len(regexp.MustCompile(`/Type /Page\n`).FindAll(file, -1)) }

// words are all texts drawn, one a line, read from the streams by hand.
func words(t testing.TB, file []byte) string {
	t.Helper()
	var out strings.Builder
	for _, stream := range regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`).FindAllSubmatch(file, -1) {
		r, err := zlib.NewReader(bytes.NewReader(stream[1]))
		if err != nil {
			continue
		}
		plain, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, shown := range regexp.MustCompile(`(?s)Td \((.*?)\) Tj ET`).FindAllSubmatch(plain, -1) {
			out.WriteString(wide(shown[1]) + "\n")
		}
	}
	return out.String()
}

// wide reads a string of UTF-16 with the escapes of PDF.
func wide(text []byte) string {
	text = regexp.MustCompile(`(?s)\\(.)`).ReplaceAllFunc(text, func(pair []byte) []byte {
		if pair[1] == 'r' {
			return []byte{'\r'}
		}
		return pair[1:]
	})
	var units []uint16
	for i := 0; i+1 < len(text); i += 2 {
		units = append(units, uint16(text[i])<<8|uint16(text[i+1]))
	}
	return string(utf16.Decode(units))
}

func says(t testing.TB, text string, wanted ...string) {
	t.Helper()
	flat := strings.Join(strings.Fields(text), " ")
	for _, w := range wanted {
		if !strings.Contains(flat, w) {
			t.Errorf("the paper does not say %q; it says\n%s", w, text)
		}
	}
}
