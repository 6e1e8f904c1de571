package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"gatehouse/internal/platform/config"
	"gatehouse/internal/web"
)

// TestWhatEveryPageCarries opens the pages of the route table as everybody who may. Each form that changes something
// carries what keeps a second click from doing it again; and whatever staff see of a client says above which client.
func TestWhatEveryPageCarries(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(*config.Config) {})
	for _, d := range departments() {
		h.say(t, "staff "+d, h.here.account)
	}
	forms, below := map[string]bool{}, 0
	for _, r := range h.routes {
		if r.Method != http.MethodGet || r.Kind != web.KindPage {
			continue
		}
		for _, as := range columns() {
			res, body := h.send(as, r.Method, h.here.fill(h.here.account, r.Path), nil)
			if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
				continue
			}
			doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			for _, action := range guarded(t, r.Path+" as "+as, doc) {
				forms[action] = true
			}
			if strings.HasPrefix(r.Path, "/staff/clients/:account/") {
				below++
				namesTheClient(t, r.Path+" as "+as, doc)
			}
		}
	}
	if len(forms) < 60 || below < 30 {
		t.Errorf("only %d forms and %d pages below a client were looked at", len(forms), below)
	}
}

// guarded looks at what posts something, and returns where to. The script looks at every form of a page by itself: what
// it needs is that the page has it, and that the form does not say that it may be sent again, as one may that hands out
// a file and stays on its page.
func guarded(t *testing.T, page string, doc *goquery.Document) (actions []string) {
	t.Helper()
	doc.Find("form").Each(func(_ int, form *goquery.Selection) {
		if !strings.EqualFold(form.AttrOr("method", "get"), http.MethodPost) {
			return
		}
		action := form.AttrOr("action", "")
		actions = append(actions, action)
		if doc.Find(`script[type=module][src*="/gatehouse"]`).Length() != 1 {
			t.Errorf("%s: the form to %s is on a page without the script that holds a second click back", page, action)
		}
		if _, again := form.Attr("data-again"); again && !strings.HasSuffix(action, "/file") {
			t.Errorf("%s: the form to %s may be sent twice", page, action)
		}
	})
	if odd := doc.Find("[formmethod], [formtarget]").Length(); odd > 0 {
		t.Errorf("%s: %d buttons send a form another way", page, odd)
	}
	return actions
}

func namesTheClient(t *testing.T, page string, doc *goquery.Document) {
	t.Helper()
	crumbs := doc.Find(".gh-crumbs li").Map(func(_ int, crumb *goquery.Selection) string {
		return strings.TrimSpace(crumb.Text())
	})
	if len(crumbs) < 2 || crumbs[0] != "Clients" || crumbs[1] != "Here Ltd" {
		t.Errorf("%s: above it stands %q", page, crumbs)
	}
}
