//go:build e2e

package e2e_test

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp"
)

func (b *tab) picture(t *testing.T, file string) {
	t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, png, 0o600); err != nil {
		t.Fatal(err)
	}
}
