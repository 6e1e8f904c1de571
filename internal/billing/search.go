package billing

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	// window is how many invoices one search looks into at most: purchase orders and references are sealed, so that each
	// has to be opened. What is older is looked into when somebody asks for more.
	window = 1000
	// MostExported is how many invoices one file has at most.
	MostExported = 10000
	longestQuery = 100
)

// foundColumns are what a search, and a file, read of an invoice.
const foundColumns = summaryColumns + ", net_minor, vat_minor, po_number, billing_reference"

// query is what somebody looks for: a number, a purchase order, a reference or an amount.
type query struct {
	text    string
	series  string // of a whole number
	ordinal int64
	amounts []money.Amount // it may be, in each currency
	exact   bool           // it is written as an amount alone
}

// readQuery says what the words can mean.
func readQuery(text string) query {
	q := query{text: strings.ToLower(strings.Join(strings.Fields(text), " "))}
	if len(q.text) > longestQuery {
		q.text = q.text[:longestQuery]
	}
	if at := strings.LastIndex(q.text, "-"); at > 0 {
		if n, err := strconv.ParseInt(q.text[at+1:], 10, 64); err == nil {
			q.series, q.ordinal = strings.ToUpper(q.text[:at]), n
		}
	}
	bare := regexp.MustCompile(`^(gbp|eur|usd|£|€|\$) ?| ?(gbp|eur|usd|€)$`).ReplaceAllString(q.text, "")
	if !regexp.MustCompile(`^[0-9][0-9,]*(\.[0-9]{1,3})?$`).MatchString(bare) {
		return q
	}
	for _, cur := range money.Currencies() {
		if a, err := money.Parse(bare, cur); err == nil && a.Minor() > 0 {
			q.amounts = append(q.amounts, a)
		}
	}
	q.exact = bare != q.text || strings.ContainsAny(bare, ".,")
	return q
}

// fits says whether an invoice is what somebody looks for.
func (q query) fits(row *invoiceRow, r References) bool {
	if slices.Contains(q.amounts, row.money(row.TotalMinor)) {
		return true
	}
	for _, text := range []string{row.number(), r.PO, r.Ref} {
		if strings.Contains(strings.ToLower(text), q.text) {
			return true
		}
	}
	return false
}

// look narrows a statement down to what an index finds at once; false where rows have to be opened.
func (q query) look(list *gorm.DB) (*gorm.DB, bool) {
	switch {
	case q.series != "":
		return list.Where("series = ? AND ordinal = ?", q.series, q.ordinal), true
	case q.exact && len(q.amounts) > 0:
		var minors []int64
		for _, a := range q.amounts {
			minors = append(minors, a.Minor())
		}
		return list.Where("total_minor IN ?", minors), true
	}
	return list, false
}

// find is a page of what somebody looks for. A whole number and an amount are found by their index; for a purchase
// order, a reference or a part of a number a bounded run of invoices is opened, and Partial says that there are others.
func (b *Billing) find(ctx context.Context, g gate.Grant, f Filter) (Page, error) {
	words := readQuery(f.Text)
	for _, quick := range []bool{true, false} {
		q, err := f.confine(g.On(b.reader.With(ctx)), g, quick)
		if err != nil {
			return Page{}, err
		}
		if quick {
			narrow, found := words.look(q)
			if !found {
				continue
			}
			q = narrow
		}
		var rows []invoiceRow
		if err := q.Select(foundColumns).Limit(window + 1).Find(&rows).Error; err != nil {
			return Page{}, fmt.Errorf("search invoices: %w", err)
		}
		page, err := b.matching(g, rows, words, f)
		if err != nil || len(page.Invoices) > 0 || !quick {
			return page, err
		}
	}
	return Page{}, nil
}

// matching is the page of those rows that fit.
func (b *Billing) matching(g gate.Grant, rows []invoiceRow, words query, f Filter) (Page, error) {
	cut := len(rows) > window
	rows = rows[:min(len(rows), window)]
	fit, err := b.fitting(rows, words, f.Limit+1)
	if err != nil {
		return Page{}, err
	}
	full := len(fit) > f.Limit
	page, err := b.page(fit, f, g.Now())
	if err != nil || !cut || full {
		return page, err
	}
	page.Partial = true
	if last := placeOf(&rows[len(rows)-1]); f.After != "" {
		page.Newer = last
	} else {
		page.Older = last
	}
	return page, nil
}

// fitting are the first of the rows that fit.
func (b *Billing) fitting(rows []invoiceRow, words query, most int) (fit []invoiceRow, err error) {
	for i := range rows {
		r, err := b.references(&rows[i])
		if err != nil {
			return nil, err
		}
		if words.text == "" || words.fits(&rows[i], r) {
			fit = append(fit, rows[i])
		}
		if len(fit) == most {
			break
		}
	}
	return fit, nil
}

// Exported is an invoice in a file.
type Exported struct {
	Summary

	Net, VAT money.Amount
	References
}

// Export reads the invoices of a filter for a file, newest first. More says that there are others: a file has
// [MostExported] at most, of as many that were looked into.
func (b *Billing) Export(
	ctx context.Context, who actor.Actor, account id.Account, f Filter,
) (out []Exported, more bool, err error) {
	g, err := b.gate.View(ctx, who, verb.InvoicesView, id.AccountScope(account))
	if err != nil {
		return nil, false, err
	}
	words := readQuery(f.Text)
	f.Before, f.After = "", ""
	for range MostExported / window {
		q, err := f.confine(g.On(b.reader.With(ctx)), g, false)
		if err != nil {
			return nil, false, err
		}
		var rows []invoiceRow
		if err := q.Select(foundColumns).Limit(window).Find(&rows).Error; err != nil {
			return nil, false, fmt.Errorf("export invoices: %w", err)
		}
		fit, err := b.fitting(rows, words, window)
		if err != nil {
			return nil, false, err
		}
		for i := range fit {
			one, err := b.exported(&fit[i], g)
			if err != nil {
				return nil, false, err
			}
			out = append(out, one)
		}
		if len(rows) < window {
			return out, false, nil
		}
		f.Before = placeOf(&rows[len(rows)-1])
	}
	return out, true, nil
}

func (b *Billing) exported(row *invoiceRow, g gate.Grant) (Exported, error) {
	s, err := b.summary(row, g.Now())
	if err != nil {
		return Exported{}, err
	}
	r, err := b.references(row)
	return Exported{Summary: s, Net: row.money(row.NetMinor), VAT: row.money(row.VatMinor), References: r}, err
}

// narrow adds what is chosen beside the segment.
func (f Filter) narrow(q *gorm.DB) *gorm.DB {
	if !f.From.IsZero() {
		q = q.Where("issued_at >= ?", db.At(f.From))
	}
	if !f.To.IsZero() {
		q = q.Where("issued_at < ?", db.At(f.To))
	}
	if f.Currency != "" {
		q = q.Where("currency = ?", f.Currency)
	}
	return q
}
