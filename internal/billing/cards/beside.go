package cards

import (
	"fmt"

	"gatehouse/internal/billing"
	"gatehouse/internal/gate"
	"gatehouse/internal/platform/db"
)

// Beside names what else pays by itself, while the program is put together.
func (c *Cards) Beside(other billing.Payer) { c.beside = other }

// anyPays says whether anything pays for the account by itself already.
func (c *Cards) anyPays(tx *db.Tx, g gate.Grant) (bool, error) {
	own, err := c.Pays(tx, g)
	if err != nil || own || c.beside == nil {
		return own, err
	}
	return c.beside.Pays(tx, g)
}

// Pays says whether a card pays for the grant's account by itself.
func (*Cards) Pays(tx *db.Tx, g gate.Grant) (bool, error) {
	var n int64
	if err := g.On(tx.Table(tableCards)).Where("default_for = ?", g.Account()).Count(&n).Error; err != nil {
		return false, fmt.Errorf("read cards: %w", err)
	}
	return n > 0, nil
}

// Yield has no card of the grant's account pay by itself any more.
func (*Cards) Yield(tx *db.Tx, g gate.Grant) error {
	err := g.On(tx.Model(&cardRow{})).Where("default_for = ?", g.Account()).Update("default_for", nil).Error
	if err != nil {
		return fmt.Errorf("choose what pays: %w", err)
	}
	return nil
}

var _ billing.Payer = (*Cards)(nil)
