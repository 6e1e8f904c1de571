package portal_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"gatehouse/internal/testkit/site"
)

// A1, F2: the PDF goes to who may see invoices, as a file to save, and to nobody else.
func TestInvoicePDFIsForWhoSeesInvoices(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben, invoice := s.Visit(t).SignIn(site.Ben), c.Base()+"/invoices/"+c.Due.String()
		page := ben.Get(invoice).Is(t, http.StatusOK).
			Says(t, "Download PDF", "Harbour Hosting Ltd, 3 Quay Street, Whitby · VAT number GB 987 6543 21")
		if page.Doc.Find(`a[href="`+invoice+`/pdf"]`).Length() != 1 {
			t.Error("the invoice's page does not lead to its PDF")
		}
		first := ben.Get(invoice+"/pdf").Is(t, http.StatusOK)
		if !strings.HasPrefix(first.Text, "%PDF-1.") {
			t.Errorf("the PDF begins with %.20q", first.Text)
		}
		for name, want := range map[string]string{
			"Content-Type": `^application/pdf$`, "X-Content-Type-Options": `^nosniff$`, "Cache-Control": `no-store`,
			"Content-Disposition": `^attachment; filename=invoice-\d{4}-\d{4}\.pdf$`,
		} {
			if got := first.Header.Get(name); !regexp.MustCompile(want).MatchString(got) {
				t.Errorf("%s is %q", name, got)
			}
		}
		if again := ben.Get(invoice + "/pdf"); again.Text != first.Text {
			t.Error("the second time the PDF is another")
		}
		pay(t, s, c, ben)
		if paid := ben.Get(invoice + "/pdf"); paid.Text != first.Text {
			t.Error("once paid, the paper is another than the one that was issued")
		}
		ben.Get(c.Base()+"/invoices/"+c.Foreign.String()+"/pdf").Is(t, http.StatusNotFound)
		ben.Get("/accounts/"+c.Copperfield.String()+"/invoices/"+c.Foreign.String()+"/pdf").Is(t, http.StatusNotFound)
		s.Visit(t).SignIn(site.Tess).Get(invoice+"/pdf").Is(t, http.StatusForbidden)
		if stranger := s.Visit(t).Get(invoice + "/pdf"); !strings.HasPrefix(stranger.Path, "/sign-in") {
			t.Errorf("a stranger is at %s", stranger.Path)
		}
	})
}

// A1: the archive holds what was ticked in the list, and nothing of another account.
func TestTickedInvoicesComeInOneArchive(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		list := c.Base() + "/invoices"
		ben := s.Visit(t).SignIn(site.Ben)
		page := ben.Get(list).Is(t, http.StatusOK).Says(t, "Download PDFs")
		boxes := page.Doc.Find(`form[method=get] input[type=checkbox][name=pick]`)
		if boxes.Length() != 2 || page.Doc.Find(`form button[formaction="`+list+`/pdfs"]`).Length() != 1 {
			t.Fatalf("%d invoices can be ticked", boxes.Length())
		}
		both := list + "/pdfs?pick=" + boxes.First().AttrOr("value", "") + "&pick=" + boxes.Last().AttrOr("value", "")
		sent := ben.Get(both).Is(t, http.StatusOK)
		if got := sent.Header.Get("Content-Disposition"); got != "attachment; filename=invoices.zip" {
			t.Errorf("sent as %q", got)
		}
		archive, err := zip.NewReader(bytes.NewReader(sent.Body), int64(len(sent.Body)))
		if err != nil || len(archive.File) != 2 {
			t.Fatalf("%d bytes are no archive of two: %v", len(sent.Body), err)
		}
		for _, f := range archive.File {
			content, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			begins, err := io.ReadAll(io.LimitReader(content, 7))
			if err != nil || string(begins) != "%PDF-1." || !strings.HasPrefix(f.Name, "invoice-20") {
				t.Errorf("%s begins with %q, %v", f.Name, begins, err)
			}
		}
		ben.Get(list+"/pdfs").Is(t, http.StatusOK).Says(t, "Nothing was downloaded.")
		ben.Get(both+"&pick="+c.Foreign.String()).Is(t, http.StatusNotFound)
		ben.Get(list+"/pdfs?pick=x").Is(t, http.StatusNotFound)
		ben.Get(list+"/pdfs?"+strings.Repeat("pick="+c.Due.String()+"&", 51)).Is(t, http.StatusOK).Says(t, "at most 50")
		s.Visit(t).SignIn(site.Tess).Get(both).Is(t, http.StatusForbidden)
	})
}
