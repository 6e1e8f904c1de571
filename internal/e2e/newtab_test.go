//go:build e2e

package e2e_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// TestAPanelOpensInATabOfItsOwn has a panel open beside the page, which stays and can be used again; the panel learns
// nothing of where somebody came from (N7).
func TestAPanelOpensInATabOfItsOwn(t *testing.T) {
	t.Parallel()
	s := openStage(t)
	b := s.open(t).signIn(olivia).press("Northwind Bakery Ltd").press("Services").press("Open panel")
	before := b.path()
	b.do(b.click(control("Open panel")))
	panel := s.window(b.ctx, t, chromedp.WithTargetID(b.opened(s.url+"/demo/panel/")))
	panel.says("Hosting panel of", "as Olivia Marsh")
	if from := ask[string](panel, "document.referrer + (window.opener ? 'an opener' : '')"); from != "" {
		t.Errorf("the panel knows of %q", from)
	}
	if b.path() != before {
		t.Errorf("the page is at %s now", b.path())
	}
	const sent = "'sent' in document.querySelector('form[target]').dataset"
	for start := time.Now(); ask[bool](b, sent); time.Sleep(50 * time.Millisecond) {
		if time.Since(start) > patience {
			t.Fatal("the form cannot be used again")
		}
	}
	b.silent()
}

// opened waits for a tab that the browser opens at an address.
func (b *tab) opened(below string) target.ID {
	b.t.Helper()
	for start := time.Now(); time.Since(start) < patience; time.Sleep(50 * time.Millisecond) {
		all, err := chromedp.Targets(b.ctx)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, one := range all {
			if one.Type == "page" && strings.HasPrefix(one.URL, below) {
				return one.TargetID
			}
		}
	}
	b.t.Fatalf("no tab came to %s", below)
	return ""
}

// staysHere has the forms of the page answered in this tab, so that what they open can be looked at here.
func (b *tab) staysHere() *tab {
	b.t.Helper()
	ask[chromedp.Void](b, `document.querySelectorAll("form[target]").forEach(f => f.removeAttribute("target")), 0`)
	return b
}
