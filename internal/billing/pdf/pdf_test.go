package pdf_test

import (
	"bytes"
	"encoding/binary"
	"go/parser"
	"go/token"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/pdf"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/paper"
	"gatehouse/internal/testkit"
)

func TestPaperSaysWhatTheInvoiceSays(t *testing.T) {
	t.Parallel()
	d := sample(3)
	d.BilledTo = []string{"Gdańsk Café Łódź é", "14 Mill Lane"}
	d.Lines[0].Price = money.New(123450, money.EUR)
	file := render(t, d)
	wanted := []string{
		"Harbour Hosting", "Billed to", "Gdańsk Café Łódź é", "VAT number GB 123 4567 89", "Invoice", "2026-0031",
		"25 November 2026", "9 December 2026", "NB-2026/114", "Business hosting", "northwind.example · 1 to 31 Dec 2026",
		"1.5", "€1,234.50", "20%", "£27.75", "VAT 20% on £71.25", "£14.25", "£85.50", "Payment slip", "Reference",
		"Page 1 of 1", "Scan to see and pay", "help@harbour.example",
		"Harbour Hosting Ltd", "3 Quay Street, Whitby YO21 1DL", "Registered in England, no. 01234567",
		"VAT number GB 987 6543 21",
	}
	says(t, words(t, file), wanted...)
	if pages(file) != 1 {
		t.Errorf("three lines take %d pages", pages(file))
	}
	says(t, testkit.PDFText(t, file), wanted...)
}

// An invoice without VAT says beside the rate why there is none.
func TestPaperSaysWhyThereIsNoVAT(t *testing.T) {
	t.Parallel()
	d := sample(1)
	none := billing.Rate{Treatment: billing.Outside}
	d.VAT, d.Why = []pdf.VAT{{Rate: none.Text(), On: d.Net, Tax: gbp(0)}}, []string{none.Why()}
	says(t, testkit.PDFText(t, render(t, d)), "VAT 0% (outside the scope) on "+d.Net.String(), "Outside the scope of VAT",
		"supplied where the customer is")
}

// An address that is as long as it may be pushes the rest down, and loses nothing.
func TestLongAddressOfTheSeller(t *testing.T) {
	t.Parallel()
	d := sample(3)
	d.Seller.Address = "Unit 27b, The Old Ropewalk and Sailmakers’ Loft, Upper Harbour Side, Endeavour Business Park, " +
		"Saltwick Nab Road, Whitby, North Riding of Yorkshire, Yorkshire and the Humber, YO22 4JA, United Kingdom"
	d.Seller.LegalName = "Harbour Hosting and Telegraph Company of Whitby Limited"
	file := render(t, d)
	says(t, words(t, file), "Unit 27b, The Old Ropewalk", "YO22 4JA, United Kingdom", "VAT number GB 987 6543 21",
		"help@harbour.example", "Billed to", "Payment slip")
	if n := pages(file); n != 1 {
		t.Errorf("a long address makes %d pages of one", n)
	}
	d.Seller.Address = strings.Repeat("Llanfairpwllgwyngyll", 40)
	says(t, words(t, render(t, d)), "…", "VAT number GB 987 6543 21", "Billed to")
}

func TestSellerInOneLine(t *testing.T) {
	t.Parallel()
	s := sample(1).Seller
	const want = "Harbour Hosting Ltd, 3 Quay Street, Whitby YO21 1DL · Registered in England, no. 01234567 · " +
		"VAT number GB 987 6543 21"
	if got := s.Line(); got != want {
		t.Errorf("the line is %q", got)
	}
	if got := (pdf.Seller{LegalName: "Harbour"}).Line(); got != "Harbour" {
		t.Errorf("a name alone is %q", got)
	}
}

func TestLongInvoiceRepeatsItsHead(t *testing.T) {
	t.Parallel()
	file := render(t, sample(90))
	text := words(t, file)
	n := pages(file)
	if n != 6 {
		t.Errorf("90 lines take %d pages", n)
	}
	says(t, text, "Page 1 of "+strconv.Itoa(n), "Page "+strconv.Itoa(n)+" of "+strconv.Itoa(n), "2026-0031, continued")
	if heads := strings.Count(text, "Quantity\n"); heads < n-1 {
		t.Errorf("%d pages have %d heads", n, heads)
	}
	if slips := strings.Count(text, "Payment slip\n"); slips != 1 {
		t.Errorf("%d payment slips", slips)
	}
	if rows := strings.Count(text, "Domain renewal\n"); rows != 30 {
		t.Errorf("%d of 30 renewals were drawn", rows)
	}
}

// Every number of lines has its own place for the break; none may lose a line, the totals or the slip.
func TestNoBreakLosesAnything(t *testing.T) {
	t.Parallel()
	for lines := 1; lines < 24; lines++ {
		text := words(t, render(t, sample(lines)))
		if got := strings.Count(text, " Dec 2026\n"); got != lines {
			t.Errorf("%d lines: %d were drawn", lines, got)
		}
		says(t, text, "Net", "Total", "Payment slip")
	}
}

func TestPageIsA4(t *testing.T) {
	t.Parallel()
	if !bytes.Contains(render(t, sample(1)), []byte("/MediaBox [0 0 595.28 841.89]")) {
		t.Error("the page is not A4")
	}
}

func TestSameInvoiceSameBytes(t *testing.T) {
	t.Parallel()
	first := render(t, sample(5))
	for range 3 {
		if !bytes.Equal(first, render(t, sample(5))) {
			t.Fatal("the same invoice gave other bytes")
		}
	}
	if len(first) > 60_000 {
		t.Errorf("a small invoice takes %d bytes", len(first))
	}
}

func TestSettledInvoiceAsksForNothing(t *testing.T) {
	t.Parallel()
	d := sample(2)
	d.Paid, d.Left, d.Settled = d.Total, gbp(0), "This invoice is paid."
	text := words(t, render(t, d))
	says(t, text, "Nothing to pay", "This invoice is paid.", "Paid")
	if strings.Contains(text, "Payment slip") {
		t.Error("a paid invoice has a payment slip")
	}
}

// F4: what a customer wrote is drawn as letters, and nothing else comes of it.
func TestHostileTextIsOnlyDrawn(t *testing.T) {
	t.Parallel()
	d := sample(0)
	hostile := []string{
		"file:///etc/passwd", "<img src=file:///etc/passwd>", ") Tj ET /F (", "\\", "((((", "{nb}", "\x00\x01\x1b[2J\r\n\t",
		"שלום עולם", "مرحبا", "\u202eesrever\u202c", "🧁👩‍🍳🏴", "\U0010FFFF", "\xff\xfe", "e\u0301", strings.Repeat("W", 500),
		strings.Repeat("long ", 3000), strings.Repeat("🧁", 400), "", " ",
	}
	for _, text := range hostile {
		d.Lines = append(d.Lines, pdf.Line{
			Text: text, Detail: text, Quantity: "1", Price: gbp(math.MaxInt64), Rate: "17.5%", Net: gbp(-math.MaxInt64),
		})
	}
	d.BilledTo, d.TaxID, d.PO = hostile, "file:///etc/passwd", hostile[14]
	d.About, d.Seller.Accent, d.Seller.LegalName = hostile[15], "url(file:///etc/passwd)", hostile[8]
	file := render(t, d)
	text := words(t, file)
	says(t, text, "VAT number file:///etc/passwd", "<img src=file:///etc/passwd>", ") Tj ET /F (", "é", "□",
		"£92,233,720,368")
	for _, forbidden := range []string{"root:", "\u202e", "🧁"} {
		if strings.Contains(text, forbidden) {
			t.Errorf("the paper says %q", forbidden)
		}
	}
	for _, target := range regexp.MustCompile(`/URI \((.*?)\)`).FindAllSubmatch(file, -1) {
		if string(target[1]) != d.Link {
			t.Errorf("the paper links to %s", target[1])
		}
	}
	for _, forbidden := range []string{"/Launch", "/JavaScript", "/Type /EmbeddedFile ", "/GoToR", "/XObject\n"} {
		if bytes.Contains(file, []byte(forbidden)) {
			t.Errorf("the file has %s", forbidden)
		}
	}
	says(t, testkit.PDFText(t, file), "VAT number file:///etc/passwd")
}

// F4: the package cannot open anything: it imports no more than this, and calls nothing that opens files.
func TestPackageCannotOpenFiles(t *testing.T) {
	t.Parallel()
	allowed := []string{
		"bytes", "embed", "fmt", "slices", "strconv", "strings", "sync", "time", "unicode", "codeberg.org/go-pdf/fpdf",
		"github.com/boombuler/barcode/qr", "golang.org/x/text/unicode/norm", "gatehouse/internal/money",
		"gatehouse/internal/platform/paper",
	}
	opens := regexp.MustCompile(
		`\.(AddFont|AddUTF8Font|Image|RegisterImage|SVG|SetFontLoc|OutputFile|AddAttach|ImageType)\w*\(`)
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	drawing, err := filepath.Glob("../../platform/paper/*.go")
	if err != nil || len(drawing) == 0 {
		t.Fatal(drawing, err)
	}
	names = append(names, drawing...)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			if !slices.Contains(allowed, strings.Trim(spec.Path.Value, `"`)) {
				t.Errorf("%s imports %s", name, spec.Path.Value)
			}
		}
		for _, call := range opens.FindAllString(string(source), -1) {
			if call != ".AddUTF8FontFromBytes(" {
				t.Errorf("%s calls %s", name, call)
			}
		}
	}
}

// What the code takes for drawable is what both fonts have.
func TestFontsHaveEveryDrawableLetter(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"inter-regular.ttf", "inter-semibold.ttf"} {
		font, err := os.ReadFile("../../platform/paper/fonts/" + name)
		if err != nil {
			t.Fatal(err)
		}
		has := letters(t, font)
		d := sample(0)
		for r := rune(0x21); r < 0x3000; r++ {
			if r != 0x25A1 && !has[r] && paper.Drawable(r) {
				t.Errorf("%s lacks %q (%x)", name, r, r)
			}
		}
		d.About = "£ € ł ń é − – ’ ×"
		says(t, words(t, render(t, d)), d.About)
	}
}

// letters reads the character map (format 4) of a font.
func letters(t *testing.T, font []byte) map[rune]bool {
	t.Helper()
	word := func(at int) int { return int(binary.BigEndian.Uint16(font[at:])) }
	long := func(at int) int { return int(binary.BigEndian.Uint32(font[at:])) }
	out := map[rune]bool{}
	for table := range word(4) {
		record := 12 + 16*table
		if string(font[record:record+4]) != "cmap" {
			continue
		}
		cmap := long(record + 8)
		for i := range word(cmap + 2) {
			sub := cmap + long(cmap+4+8*i+4)
			if word(sub) != 4 {
				continue
			}
			segments := word(sub+6) / 2
			for s := range segments {
				for r := word(sub + 16 + 2*segments + 2*s); r <= word(sub+14+2*s) && r < 0xFFFF; r++ {
					out[rune(r)] = true
				}
			}
		}
	}
	if len(out) == 0 {
		t.Fatal("the font has no letters")
	}
	return out
}

func BenchmarkRender(b *testing.B) {
	d := sample(5)
	for b.Loop() {
		render(b, d)
	}
}
