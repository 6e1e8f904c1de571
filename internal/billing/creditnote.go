package billing

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/money"
	"gatehouse/internal/platform/db"
)

// noteParts is what a credit note takes back: of which lines, and the tax by rate.
type noteParts struct {
	lines []noteLineRow
	rates []VAT
	net   int64
	vat   int64
}

// weighNote reckons a credit note. Its tax is what the invoice's tax comes to with it, less what it came to before, so
// that all notes on an invoice together take back its tax to the penny.
func (b *Billing) weighNote(tx *db.Tx, g gate.Grant, w *weighed) error {
	if w.invoice.State == StateWrittenOff {
		return fault.Conflict("This invoice was written off. What nobody paid cannot be credited.")
	}
	if w.invoice.carriedOver() {
		return fault.Conflict(
			"This was carried over from another system, where its VAT was charged. Credit the invoice there, " +
				"and write off here what nobody will pay.")
	}
	most := w.invoice.TotalMinor - w.invoice.CreditedMinor
	if most == 0 {
		return fault.Conflict("This invoice is credited already.")
	}
	var lines []lineRow
	if err := g.On(tx.DB).Where("invoice_id = ?", w.invoice.ID).Order("position").Find(&lines).Error; err != nil {
		return fmt.Errorf("credit: %w", err)
	}
	left, err := creditable(tx.DB, g, lines)
	if err != nil {
		return err
	}
	by := map[Rate]int64{}
	for i := range lines {
		want, err := w.want(i, &lines[i], left[lines[i].ID])
		if err != nil {
			return err
		}
		if want == 0 {
			continue
		}
		by[lines[i].rate()] += want
		w.note.net += want
		w.note.lines = append(w.note.lines, noteLineRow{LineID: lines[i].ID, AccountID: g.Account(), NetMinor: want})
	}
	if err := w.noteTax(tx, g, by); err != nil {
		return err
	}
	total := w.note.net + w.note.vat
	switch {
	case total <= 0:
		return fault.InvalidField("part-0-net", "The credit note must come to more than nothing.")
	case total > most:
		return fault.InvalidField("part-0-net", "At most "+w.invoice.money(most).String()+" can be credited, VAT included.")
	}
	w.amount = w.invoice.money(total)
	return nil
}

// creditable is what of each line has not been credited yet.
func creditable(q *gorm.DB, g gate.Grant, lines []lineRow) (map[id.Line]int64, error) {
	left := map[id.Line]int64{}
	ids := make([]id.Line, 0, len(lines))
	for i := range lines {
		left[lines[i].ID] = lines[i].NetMinor
		ids = append(ids, lines[i].ID)
	}
	var before []noteLineRow
	if err := g.On(q).Where("line_id IN ?", ids).Find(&before).Error; err != nil {
		return nil, fmt.Errorf("credit: %w", err)
	}
	for _, c := range before {
		left[c.LineID] -= c.NetMinor
	}
	return left, nil
}

// Creditable is what of a line can still be credited; nothing where its invoice was written off.
func (b *Billing) Creditable(q *gorm.DB, g gate.Grant, invoice id.Invoice, line id.Line) (int64, error) {
	row, is, err := db.One[invoiceRow](g.On(q).Where("id = ?", invoice))
	if err != nil {
		return 0, fmt.Errorf("credit: %w", err)
	}
	if !is || row.State == StateDraft || row.State == StateWrittenOff {
		return 0, nil
	}
	var lines []lineRow
	if err := g.On(q).Where("invoice_id = ? AND id = ?", invoice, line).Find(&lines).Error; err != nil {
		return 0, fmt.Errorf("credit: %w", err)
	}
	left, err := creditable(q, g, lines)
	return left[line], err
}

// want is how much of a line the note takes back.
func (w *weighed) want(i int, l *lineRow, left int64) (int64, error) {
	if len(w.Parts) == 0 {
		return left, nil
	}
	at := slices.IndexFunc(w.Parts, func(p Part) bool { return p.Line == l.ID })
	if at < 0 {
		return 0, nil
	}
	field, want := fmt.Sprintf("part-%d-net", i), w.Parts[at].Net
	switch {
	case want.Currency() != w.invoice.Currency:
		return 0, fault.InvalidField(field, "This invoice is in "+string(w.invoice.Currency)+".")
	case want.Minor() != 0 && (want.Minor() < 0) != (l.NetMinor < 0), want.Minor() > max(left, 0),
		want.Minor() < min(left, 0):
		return 0, fault.InvalidField(field, "At most "+money.New(left, w.invoice.Currency).String()+" of this line is left.")
	}
	return want.Minor(), nil
}

// noteTax reckons the tax of the note for each rate.
func (w *weighed) noteTax(tx *db.Tx, g gate.Grant, by map[Rate]int64) error {
	var rows []vatRow
	if err := g.On(tx.DB).Where("invoice_id = ?", w.invoice.ID).Find(&rows).Error; err != nil {
		return fmt.Errorf("credit: %w", err)
	}
	for rate, want := range by {
		var whole, wholeTax, net, tax int64 // of the invoice; credited before
		for _, r := range rows {
			switch {
			case r.Treatment != rate.Treatment || r.RateBp != rate.Rate:
			case string(r.DocumentID) == string(w.invoice.ID.Bytes()):
				whole, wholeTax = r.NetMinor, r.VatMinor
			default:
				net, tax = net-r.NetMinor, tax-r.VatMinor
			}
		}
		after := wholeTax
		if net+want != whole {
			var err error
			if after, err = w.invoice.Rounding.tax(net+want, rate.Rate); err != nil {
				return err
			}
		}
		w.note.vat += after - tax
		w.note.rates = append(w.note.rates, VAT{
			Rate: rate.Rate, Treatment: rate.Treatment, On: w.invoice.money(want), Tax: w.invoice.money(after - tax),
		})
	}
	order(w.note.rates)
	return nil
}

// credit issues the credit note: what is still to be paid of the invoice falls away first, and what had been paid
// becomes credit.
func (b *Billing) credit(tx *db.Tx, g gate.Grant, w *weighed) (gate.Entry, string, error) {
	series := notesPrefix + b.seriesOf(w.at)
	ordinal, err := nextNumber(tx, series, b.country())
	if err != nil {
		return gate.Entry{}, "", err
	}
	settled := int64(0)
	if w.invoice.State.payable() {
		settled = min(w.amount.Minor(), w.invoice.left())
	}
	note := noteRow{
		ID: recast[id.CreditNoteKind](w.Key), AccountID: g.Account(), InvoiceID: w.invoice.ID, Series: series,
		Ordinal: ordinal, Currency: w.invoice.Currency, NetMinor: w.note.net, VatMinor: w.note.vat,
		TotalMinor: w.amount.Minor(), SettledMinor: settled, IssuedAt: db.At(w.at),
	}
	if note.Reason, err = b.seal(tableNotes, "reason", note.ID.Bytes(), w.Detail); err != nil {
		return gate.Entry{}, "", err
	}
	before := w.invoice.State
	w.invoice.PaidMinor += settled
	w.invoice.NotedMinor += settled
	w.invoice.CreditedMinor += note.TotalMinor
	w.invoice.State = w.invoice.standing()
	if err := w.invoice.move(tx, g); err != nil {
		return gate.Entry{}, "", err
	}
	if err := b.settledNow(tx, &w.invoice); err != nil {
		return gate.Entry{}, "", err
	}
	if err := b.writeNote(tx, g, w, &note); err != nil {
		return gate.Entry{}, "", err
	}
	changes := []activity.Change{
		{Field: "amount", New: w.amount.String()},
		{Field: "credit note", New: number(series, ordinal)},
		{Field: "state", Old: string(before), New: string(w.invoice.State)},
		{Field: "why", New: w.Detail},
	}
	if rest := note.TotalMinor - settled; rest > 0 {
		changes = append(changes, activity.Change{Field: "credit", New: "+" + w.invoice.money(rest).String()})
	}
	return g.Entry(activity.InvoiceCredited, activity.Details{Target: w.invoice.target(), Changes: changes}),
		number(series, ordinal), nil
}

func (b *Billing) writeNote(tx *db.Tx, g gate.Grant, w *weighed, note *noteRow) error {
	if err := g.On(tx.DB).Create(note).Error; err != nil {
		return fmt.Errorf("credit: %w", err)
	}
	for i := range w.note.lines {
		w.note.lines[i].NoteID = note.ID
	}
	if err := g.On(tx.DB).Create(&w.note.lines).Error; err != nil {
		return fmt.Errorf("credit: %w", err)
	}
	if err := taxed(tx, g, &w.invoice, note.ID.Bytes(), note.IssuedAt, w.note.rates, -1); err != nil {
		return err
	}
	return ledger.Post(tx, g, ledger.Posting{
		Kind: ledger.CreditNote, Document: note.ID.Bytes(), Invoice: w.invoice.ID, Currency: note.Currency, At: w.at,
		Lines: []ledger.Line{
			{Book: ledger.Sales, Amount: note.NetMinor},
			{Book: ledger.VAT, Amount: note.VatMinor},
			{Book: ledger.Receivable, Amount: -note.SettledMinor},
			{Book: ledger.Credit, Amount: note.SettledMinor - note.TotalMinor},
		},
	})
}
