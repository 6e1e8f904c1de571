package billing

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// setupLife is for how long a gateway's page takes a card or a mandate.
const setupLife = time.Hour

// Shelf is what the rooms have in common that keep what pays by itself: a method is set up on a gateway's page, once,
// and of all that the rooms keep for an account one pays.
type Shelf struct {
	Methods string // the table of what is kept; default_for names the account that a method pays for
	Setups  string // the table of the pages that were begun
	What    string // what a room does, in its errors: "add a card"
	beside  Payer
}

// SetupRow is a page that was begun.
type SetupRow struct {
	ID        id.CardSetup `gorm:"primaryKey"`
	AccountID id.Account
	Gateway   string
	Merchant  string
	CreatedAt db.Time
	ExpiresAt db.Time
	DoneAt    db.Time
}

// Setup is what the gateway is told of it. Back is the path of ours that its page leads back to.
func (s SetupRow) Setup(back string) Setup {
	return Setup{ID: s.ID, Merchant: s.Merchant, Expires: s.ExpiresAt.Time, Back: back}
}

// Beside names what else pays by itself, while the program is put together.
func (s *Shelf) Beside(other Payer) { s.beside = other }

// Pays says whether a method of the room pays for the grant's account by itself.
func (s *Shelf) Pays(tx *db.Tx, g gate.Grant) (bool, error) {
	var n int64
	if err := g.On(tx.Table(s.Methods)).Where("default_for = ?", g.Account()).Count(&n).Error; err != nil {
		return false, fmt.Errorf("what pays by itself: %w", err)
	}
	return n > 0, nil
}

// Yield has no method of the room pay for the grant's account by itself any more.
func (s *Shelf) Yield(tx *db.Tx, g gate.Grant) error {
	err := g.On(tx.Table(s.Methods)).Where("default_for = ?", g.Account()).Update("default_for", nil).Error
	if err != nil {
		return fmt.Errorf("choose what pays: %w", err)
	}
	return nil
}

// AnyPays says whether anything pays for the account by itself already, of this room or the one beside it.
func (s *Shelf) AnyPays(tx *db.Tx, g gate.Grant) (bool, error) {
	own, err := s.Pays(tx, g)
	if err != nil || own || s.beside == nil {
		return own, err
	}
	return s.beside.Pays(tx, g)
}

// Choose has a method pay by itself from now on, instead of whatever did.
func (s *Shelf) Choose(tx *db.Tx, g gate.Grant, method []byte) error {
	if err := s.Yield(tx, g); err != nil {
		return err
	}
	if s.beside != nil {
		if err := s.beside.Yield(tx, g); err != nil {
			return err
		}
	}
	err := g.On(tx.Table(s.Methods)).Where("id = ?", method).Update("default_for", g.Account()).Error
	if err != nil {
		return fmt.Errorf("choose what pays: %w", err)
	}
	return nil
}

// BeginSetup writes a page down that is begun at a gateway, for the grant's account. Where the key was used before, it
// gives back what was begun then, and fresh is false; room is asked before anything new is.
func (s *Shelf) BeginSetup(
	tx *db.Tx, g gate.Grant, key id.CardSetup, at Gateway, room func() error,
) (row SetupRow, fresh bool, err error) {
	row, found, err := db.One[SetupRow](g.On(tx.Table(s.Setups)).Where("id = ?", key))
	if err != nil {
		return row, false, fmt.Errorf("%s: %w", s.What, err)
	}
	if found {
		return row, false, nil
	}
	if err := room(); err != nil {
		return row, false, err
	}
	row = SetupRow{
		ID: key, AccountID: g.Account(), Gateway: at.Name(), Merchant: at.Merchant(), CreatedAt: db.At(g.Now()),
		ExpiresAt: db.At(g.Now().Add(setupLife)),
	}
	err = g.On(tx.Table(s.Setups)).Create(&row).Error
	if db.IsDuplicate(err) {
		return row, false, fault.NotFound(s.What) // the key is the id of somebody else's
	}
	if err != nil {
		return row, false, fmt.Errorf("%s: %w", s.What, err)
	}
	return row, true, nil
}

// SetupOf reads the page that a gateway's notice names, before it is known whose it is. The notice has to come from
// where the page was begun. Done says that what was given there is kept already.
func (s *Shelf) SetupOf(across *gorm.DB, gateway string, e Event) (row SetupRow, done bool, err error) {
	row, found, err := db.One[SetupRow](across.Table(s.Setups).Where("id = ?", e.Setup))
	switch {
	case err != nil:
		return row, false, fmt.Errorf("%s: %w", s.What, err)
	case !found || row.Gateway != gateway || row.Merchant != e.Merchant:
		return row, false, fault.NotFound(s.What)
	}
	return row, !row.DoneAt.IsZero(), nil
}

// CloseSetup closes a page, once: false where it was closed before.
func (s *Shelf) CloseSetup(tx *db.Tx, g gate.Grant, setup id.CardSetup) (bool, error) {
	closed := g.On(tx.Table(s.Setups)).Where("id = ? AND done_at IS NULL", setup).Update("done_at", db.At(g.Now()))
	if closed.Error != nil {
		return false, fmt.Errorf("%s: %w", s.What, closed.Error)
	}
	return closed.RowsAffected == 1, nil
}

// OpenSetup reads a page for the sandbox, which stands where another provider's page would: whoever has its address may
// see it, as there, until it is closed or its time is over.
func (s *Shelf) OpenSetup(ctx context.Context, across *gorm.DB, r *db.Reader, setup id.CardSetup) (Setup, error) {
	row, found, err := db.One[SetupRow](across.Table(s.Setups).Where("id = ?", setup))
	if err != nil {
		return Setup{}, fmt.Errorf("%s: %w", s.What, err)
	}
	now, err := r.Now(ctx)
	if err != nil {
		return Setup{}, fmt.Errorf("%s: %w", s.What, err)
	}
	if !found || !row.DoneAt.IsZero() || !now.Before(row.ExpiresAt.Time) {
		return Setup{}, fault.NotFound(s.What)
	}
	return row.Setup("/accounts/" + row.AccountID.String() + "/payment-methods"), nil
}

var _ Payer = (*Shelf)(nil)
