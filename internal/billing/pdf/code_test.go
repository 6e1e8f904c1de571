package pdf_test

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"gatehouse/internal/testkit"
)

// seen is what a camera makes of the code on a paper's first page.
func seen(t *testing.T, file []byte) string {
	t.Helper()
	picture := testkit.Poppler(t, "pdftoppm", file, "-png", "-r", "150", "-f", "1", "-l", "1", "%")
	page, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	dots, err := gozxing.NewBinaryBitmapFromImage(page)
	if err != nil {
		t.Fatal(err)
	}
	said, err := qrcode.NewQRCodeReader().Decode(dots, map[gozxing.DecodeHintType]any{
		gozxing.DecodeHintType_TRY_HARDER: true,
	})
	if err != nil {
		t.Fatalf("no code is found: %v", err)
	}
	return said.GetText()
}

// Whoever scans the code on the payment slip comes to the invoice, however long the portal's address is.
func TestTheCodeLeadsToTheInvoice(t *testing.T) {
	t.Parallel()
	for _, link := range []string{
		"https://portal.example/accounts/06h0np/invoices/06h0nq",
		"https://" + strings.Repeat("portal.", 12) + "harbour.example/accounts/06h0nmb9s5sbderrkyqthy0xt8/invoices/06h0nq",
	} {
		d := sample(3)
		d.Link = link
		if got := seen(t, render(t, d)); got != link {
			t.Errorf("the code says %q, not %q", got, link)
		}
	}
}
