// Package papers makes the papers of each invoice and credit note once, after the issue and outside its transaction,
// and keeps them: the PDF and the electronic form. What was made is never made anew, whatever changes later. How they
// are drawn and written stands in pdf and ubl.
package papers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing"
	"gatehouse/internal/billing/ledger"
	"gatehouse/internal/billing/ubl"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	table = "billing_papers"
	batch = 100
)

// Papers is the room. It is safe for concurrent use.
type Papers struct {
	gate    *gate.Gate
	reader  *db.Reader
	box     *secretbox.Box
	billing *billing.Billing
	zone    *time.Location

	letterhead Letterhead
}

// New makes the room. The letterhead is that of who issues the invoices, in whose zone their days are.
func New(
	g *gate.Gate, reader *db.Reader, box *secretbox.Box, b *billing.Billing, l Letterhead, zone *time.Location,
) *Papers {
	return &Papers{
		gate: g, reader: reader, box: box, billing: b, zone: zone, letterhead: l,
	}
}

type row struct {
	DocumentID db.Blob `gorm:"primaryKey"`
	AccountID  id.Account
	Kind       ledger.Kind
	Content    secretbox.Sealed
	MadeAt     db.Time
}

// TableName names the table.
func (row) TableName() string { return table }

// The states of an e-invoice that is asked for.
var (
	// ErrNotYet says that it is still to be made.
	ErrNotYet = errors.New("papers: not made yet")
	// ErrNone says that the document lacks what an e-invoice must have.
	ErrNone = errors.New("papers: there is none")
)

// missingSQL finds documents of which a paper is still to be made, and says which are there.
const missingSQL = `SELECT i.id AS document_id, i.account_id, 'invoice' AS kind,
 p.document_id IS NOT NULL AS written, d.document_id IS NOT NULL AS drawn FROM invoices i
 LEFT JOIN billing_papers p ON p.document_id = i.id
 LEFT JOIN billing_prints d ON d.document_id = i.id AND d.edition = i.edition
 WHERE i.state <> 'draft' AND (p.document_id IS NULL OR d.document_id IS NULL)
 UNION ALL SELECT n.id, n.account_id, 'credit-note', p.document_id IS NOT NULL, d.document_id IS NOT NULL
 FROM credit_notes n LEFT JOIN billing_papers p ON p.document_id = n.id
 LEFT JOIN billing_prints d ON d.document_id = n.id
 WHERE p.document_id IS NULL OR d.document_id IS NULL LIMIT ?`

type missing struct {
	DocumentID db.Blob
	AccountID  id.Account
	Kind       ledger.Kind
	Written    bool // its electronic form is there
	Drawn      bool // its PDF is there
}

// Make makes the papers that are missing. A job calls it; on two nodes or twice, each document is made once. A paper
// that cannot be made keeps no other one waiting.
func (p *Papers) Make(ctx context.Context) error {
	for {
		var failed []error
		var rows []missing
		all := db.Across(p.reader.With(ctx), "what is missing is looked for in all accounts")
		if err := all.Raw(missingSQL, batch).Scan(&rows).Error; err != nil {
			return fmt.Errorf("make papers: %w", err)
		}
		for _, m := range rows {
			if err := p.make(ctx, m); err != nil {
				failed = append(failed, fmt.Errorf("make papers: %s %x: %w", m.Kind, []byte(m.DocumentID), err))
			}
		}
		if len(rows) < batch || len(failed) == len(rows) || ctx.Err() != nil {
			return errors.Join(failed...)
		}
	}
}

// sheets is a document with the papers that are to be made of it.
type sheets struct {
	missing
	ubl     ubl.Document
	target  activity.Target
	edition int
	draw    func() ([]byte, error)
}

func (p *Papers) make(ctx context.Context, m missing) error {
	who := actor.NewSystem("papers")
	s, err := p.document(ctx, who, m)
	if err != nil {
		return err
	}
	written, lacking, err := p.write(&s)
	if err != nil {
		return err
	}
	drawn, err := p.press(&s)
	if err != nil {
		return err
	}
	err = p.gate.Change(ctx, who, verb.BillingManage, id.AccountScope(m.AccountID),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if err := keep(g, tx, written, drawn); err != nil {
				return gate.Entry{}, err
			}
			details := activity.Details{Target: s.target}
			if lacking {
				details.Outcome, details.Reason = activity.Failed, "It lacks what an e-invoice must have."
			}
			return g.Entry(activity.PaperMade, details), nil
		})
	if db.IsDuplicate(err) {
		return nil // another node was quicker, and what it made stays
	}
	return err
}

// keep writes down what was made.
func keep(g gate.Grant, tx *db.Tx, written *row, drawn *printRow) (err error) {
	if written != nil {
		written.MadeAt = db.At(g.Now())
		err = g.On(tx.DB).Create(written).Error
	}
	if drawn != nil && err == nil {
		drawn.MadeAt = db.At(g.Now())
		err = g.On(tx.DB).Create(drawn).Error
	}
	if err != nil {
		return fmt.Errorf("keep: %w", err)
	}
	return nil
}

// write writes the electronic form, where it is missing. Where the document lacks what such a form must have, it is
// written down that there is none.
func (p *Papers) write(s *sheets) (one *row, lacking bool, err error) {
	if s.Written {
		return nil, false, nil
	}
	one = &row{DocumentID: s.DocumentID, AccountID: s.AccountID, Kind: s.Kind}
	if billing.CarriedOver(s.target.Label) { // the e-invoice of it is that of the other system
		return one, false, nil
	}
	text, err := ubl.Render(s.ubl)
	if errors.Is(err, ubl.ErrIncomplete) {
		return one, true, nil
	}
	if err != nil {
		return nil, false, err // ubl says what it did
	}
	if one.Content, err = p.box.Seal(string(text), place(s.DocumentID)); err != nil {
		return nil, false, fmt.Errorf("seal: %w", err)
	}
	return one, false, nil
}

// press draws the PDF, where it is missing.
func (p *Papers) press(s *sheets) (*printRow, error) {
	if s.Drawn {
		return nil, nil //nolint:nilnil // there is nothing to draw, and that is no failure
	}
	drawn, err := s.draw()
	if err != nil {
		return nil, err
	}
	one := &printRow{DocumentID: s.DocumentID, Edition: s.edition, AccountID: s.AccountID, Kind: s.Kind}
	if one.Content, err = p.box.Seal(string(drawn), printPlace(s.DocumentID, s.edition)); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return one, nil
}

func place(document []byte) secretbox.Place {
	return secretbox.Place{Table: table, Column: "content", Row: document}
}

// Get is the electronic form of an invoice or a credit note, as it was made.
func (p *Papers) Get(ctx context.Context, who actor.Actor, account id.Account, document []byte) ([]byte, error) {
	v := verb.InvoicesView
	if who.Kind == actor.Staff {
		v = verb.BillingView
	}
	g, err := p.gate.View(ctx, who, v, id.AccountScope(account))
	if err != nil {
		return nil, err
	}
	one, found, err := db.One[row](g.On(p.reader.With(ctx)).Where("document_id = ?", document))
	if err != nil {
		return nil, fmt.Errorf("read an e-invoice: %w", err)
	}
	switch {
	case !found:
		return nil, ErrNotYet
	case one.Content.IsZero():
		return nil, ErrNone
	}
	text, err := p.box.Open(one.Content, place(document))
	if err != nil {
		return nil, fmt.Errorf("read an e-invoice: %w", err)
	}
	return []byte(text), nil
}

// document reads what papers are to be made of.
func (p *Papers) document(ctx context.Context, who actor.Actor, m missing) (sheets, error) {
	if m.Kind == ledger.CreditNote {
		note, err := id.FromBytes[id.CreditNoteKind](m.DocumentID)
		if err != nil {
			return sheets{}, fault.NotFound("papers")
		}
		n, err := p.billing.CreditNote(ctx, who, m.AccountID, note)
		return sheets{
			missing: m, ubl: p.ofNote(n), target: activity.TargetOf("invoice", n.Invoice, n.Number),
			draw: func() ([]byte, error) { return p.drawNote(n) },
		}, err
	}
	invoice, err := id.FromBytes[id.InvoiceKind](m.DocumentID)
	if err != nil {
		return sheets{}, fault.NotFound("papers")
	}
	in, err := p.billing.Invoice(ctx, who, m.AccountID, invoice)
	return sheets{
		missing: m, ubl: p.ofInvoice(in), target: activity.TargetOf("invoice", in.ID, in.Number), edition: in.Edition,
		draw: func() ([]byte, error) { return p.drawInvoice(m.AccountID, in) },
	}, err
}
