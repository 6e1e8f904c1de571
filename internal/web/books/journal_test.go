package books_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/sheet"
	"gatehouse/internal/testkit/site"
)

// P8, F3: the file for accounting has every line of the ledger of its days and no other; each document sums to zero,
// and no cell is a formula. Who may not see it, TestDebtsByAge says.
func TestTheJournalSumsToZero(t *testing.T) {
	each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		old := past(t, s, c.Northwind, 10000, 2000, 400) // another year
		move(t, s, c.Northwind, billing.Move{
			Kind: ledger.Payment, Invoice: c.Due, Method: billing.ByTransfer, Amount: money.New(10000, money.GBP),
		})
		move(t, s, c.Northwind, billing.Move{Kind: ledger.WriteOff, Invoice: old, Detail: "=gone"})
		bea, today := s.Visit(t).SignIn(site.Bea), s.Now(t).Format(time.DateOnly)
		const file = "/staff/vat/journal.csv"
		rows, err := sheet.Read(bea.Get(file+"?from="+today+"&to="+today).Is(t, http.StatusOK).Body)
		if err != nil {
			t.Fatal(err)
		}
		at := s.Now(t).Truncate(24 * time.Hour).UnixMilli()
		if n := s.Count(t, "ledger_entries", "posted_at >= "+strconv.FormatInt(at, 10)); n != int64(len(rows)-1) {
			t.Errorf("%d lines of %d", len(rows)-1, n)
		}
		sums, kinds := map[string]int64{}, map[string]bool{}
		for _, row := range rows[1:] {
			sums[row[1]+row[9]] += minor(t, row[7]) - minor(t, row[8])
			kinds[row[2]] = true
			if row[0] != today || row[3] == "" || row[4] == "" || (row[7] == "") == (row[8] == "") {
				t.Errorf("a line says %q", row)
			}
		}
		for document, sum := range sums {
			if sum != 0 {
				t.Errorf("%s sums to %d", document, sum)
			}
		}
		if !kinds["invoice"] || !kinds["payment"] || !kinds["write-off"] {
			t.Errorf("there are %v", kinds)
		}
		bea.Get(file+"?from=2001-01-01&to=2021-01-01").Is(t, http.StatusUnprocessableEntity).Says(t, "at most five years")
		bea.Get(file+"?from=x").Is(t, http.StatusUnprocessableEntity).Says(t, "Enter the day as 2026-12-31.")
		bea.Get("/staff/vat?from="+today+"&to="+today).Is(t, http.StatusOK).Says(t, "Postings for accounting (CSV)")
		if links := bea.Page.Links("/vat/journal.csv"); len(links) != 1 || !strings.Contains(links[0], "from="+today) {
			t.Errorf("the page leads to %q", links)
		}
	})
}

// minor reads "12.34" as 1234; nothing is 0.
func minor(t *testing.T, text string) int64 {
	t.Helper()
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(strings.Replace(text, ".", "", 1), 10, 64)
	if err != nil || n <= 0 {
		t.Fatalf("%q, %v", text, err)
	}
	return n
}
