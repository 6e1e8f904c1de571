package staff_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// H2: a mail brings its own style, so it is shown alone, in a sandbox that the portal's own pages never have.
func TestMailsAreShownAsHTMLInASandbox(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		s := site.Open(t, w, register)
		s.Staff(t, site.Root, "Robin Hale", "administrator")
		root := s.Visit(t).SignIn(site.Root)
		links := root.Get("/staff/mails").Is(t, http.StatusOK).Links("/staff/mails/")
		if len(links) < 4 {
			t.Fatalf("%d mails are shown as HTML", len(links))
		}
		usual := root.Page.Header.Get("Content-Security-Policy")
		if strings.Contains(usual, "unsafe") || strings.Contains(usual, "sandbox") {
			t.Errorf("the list has the policy %q", usual)
		}
		for _, link := range links {
			root.Get(link).Is(t, http.StatusOK).Says(t, "Harbour Hosting", "You get this")
			policy := root.Page.Header.Get("Content-Security-Policy")
			for _, part := range []string{"default-src 'none'", "form-action 'none'", "frame-ancestors 'none'", "; sandbox"} {
				if !strings.Contains(policy, part) {
					t.Errorf("%s has the policy %q", link, policy)
				}
			}
			if n := root.Page.Doc.Find("script, img, iframe, form, link").Length(); n != 0 {
				t.Errorf("%s loads or runs %d things", link, n)
			}
		}
		root.Get("/staff/mails/nothing").Is(t, http.StatusNotFound)
	})
}

// Every mail that the portal writes can be looked at before anybody gets it.
func TestEveryMailHasASample(t *testing.T) {
	t.Parallel()
	read := func(pattern string) string {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		var all strings.Builder
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all.Write(text)
		}
		return all.String()
	}
	samples := read("mails*.go")
	written := regexp.MustCompile(`(?m)^func ([A-Z]\w*)\(b Brand, m `)
	mails := written.FindAllStringSubmatch(read("../../../templates/mail/*.go"), -1)
	if len(mails) < 20 {
		t.Fatalf("%d mails are found", len(mails))
	}
	for _, m := range mails {
		if !strings.Contains(samples, "mail."+m[1]+"(") {
			t.Errorf("there is no sample of %s", m[1])
		}
	}
}
