package portal_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"gatehouse/internal/testkit/site"
)

// A1, F2: the PDF goes to who may see invoices, as a file to save, and to nobody else.
func TestInvoicePDFIsForWhoSeesInvoices(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		ben, invoice := s.Visit(t).SignIn(site.Ben), c.Base()+"/invoices/"+c.Due.String()
		page := ben.Get(invoice).Is(t, http.StatusOK).Says(t, "Download PDF")
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
		if paid := ben.Get(invoice + "/pdf"); paid.Text == first.Text {
			t.Error("once paid, the PDF still asks for money")
		}
		ben.Get(c.Base()+"/invoices/"+c.Foreign.String()+"/pdf").Is(t, http.StatusNotFound)
		ben.Get("/accounts/"+c.Copperfield.String()+"/invoices/"+c.Foreign.String()+"/pdf").Is(t, http.StatusNotFound)
		s.Visit(t).SignIn(site.Tess).Get(invoice+"/pdf").Is(t, http.StatusForbidden)
		if stranger := s.Visit(t).Get(invoice + "/pdf"); !strings.HasPrefix(stranger.Path, "/sign-in") {
			t.Errorf("a stranger is at %s", stranger.Path)
		}
	})
}
