package portal_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// archived wants an archive of the invoices that a file names, and of no other: each PDF says which one it is.
func archived(t *testing.T, body []byte, rows [][]string) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range archive.File {
		number := strings.TrimSuffix(strings.TrimPrefix(f.Name, "invoice-"), ".pdf")
		names = append(names, number)
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		paper, err := io.ReadAll(content)
		if err != nil || !strings.Contains(testkit.PDFText(t, paper), number) {
			t.Errorf("%s is not the paper of %s, %v", f.Name, number, err)
		}
	}
	var want []string
	for _, row := range rows {
		want = append(want, strings.TrimPrefix(row[0], "'"))
	}
	slices.Sort(names)
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("the archive has %q, the file %q", names, want)
	}
}

// A1, F3: filters combine in the address; the file has exactly what they leave, for whoever may read it, and no
// formula.
func TestTheFileHasWhatTheFilterLeaves(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		list := c.Base() + "/invoices"
		key := s.Issue(t, c.Northwind, "Ovens", 5000)
		ben := s.Visit(t).SignIn(site.Ben)
		ben.Get(list + "/" + key.String())
		ben.Submit(list+"/"+key.String()+"/references", site.Form("po", "=cmd|' /C calc'!A0", "reference", "@kitchen")).
			Is(t, http.StatusOK)
		page := ben.Get(list+"?q=kitchen&state=due&from=2020-01-01&currency=GBP").Is(t, http.StatusOK).
			Says(t, "GBP", "£60.00").Silent(t, "£148.80")
		if got := page.Value("q"); got != "kitchen" {
			t.Errorf("the box holds %q", got)
		}
		for _, part := range []string{"/invoices?currency=GBP&from=2020-01-01&q=kitchen&state=paid"} {
			if len(page.Links(part)) == 0 {
				t.Errorf("no link keeps the filter: %s", part)
			}
		}
		files := page.Links("/invoices/csv")
		if len(files) != 1 {
			t.Fatalf("the page leads to the files %v", files)
		}
		sent := ben.Get(files[0]).Is(t, http.StatusOK)
		rows, err := csv.NewReader(strings.NewReader(string(sent.Body))).ReadAll()
		if err != nil || len(rows) != 2 || len(rows[1]) != len(rows[0]) {
			t.Fatalf("the file holds %v, %v", rows, err)
		}
		if !slices.Contains(rows[1], "60.00") || !slices.Contains(rows[1], "'=cmd|' /C calc'!A0") ||
			!slices.Contains(rows[1], "'@kitchen") || !slices.Contains(rows[1], "Ovens") {
			t.Errorf("the row is %q", rows[1])
		}
		ben.Get(list+"?q=nothing+like+it").Is(t, http.StatusOK).Says(t, "Nothing matches", "nothing like it")
		// what means nothing is left out
		ben.Get(list+"?from=tomorrow&currency=pounds").Is(t, http.StatusOK).Says(t, "£148.80")
		s.Issue(t, c.Northwind, "Ovens, too", 6000)
		archived(t, ben.Get(list+"/pdfs?all=1&q=kitchen").Is(t, http.StatusOK).Body, rows[1:])
		all := strings.NewReader(string(ben.Get(list+"/csv").Is(t, http.StatusOK).Body))
		if rows, err = csv.NewReader(all).ReadAll(); err != nil || len(rows) < 4 {
			t.Fatalf("the file of all holds %v, %v", rows, err)
		}
		archived(t, ben.Get(list+"/pdfs?all=1").Is(t, http.StatusOK).Body, rows[1:])
		s.Visit(t).SignIn(site.Tess).Get(list+"/csv").Is(t, http.StatusForbidden)
		s.Visit(t).SignIn(site.Carl).Get(list+"/csv?q=kitchen").Is(t, http.StatusNotFound)
	})
}
