package app

import (
	"context"
	"fmt"
	"strings"

	"gatehouse/internal/accounts"
	"gatehouse/internal/billing/registers"
	"gatehouse/internal/billing/vatids"
	"gatehouse/internal/outbox"
)

// newVATIDs makes the room of what registers say of VAT numbers, with those registers that the operator chose.
func (a *App) newVATIDs() (*vatids.VATIDs, error) {
	c := a.Config.VATCheck
	ours := strings.NewReplacer(" ", "", ".", "", "-", "").Replace(a.provider().VATNumber)
	var list []registers.Register
	if c.VIES {
		vies, err := registers.NewVIES(ours, c.StandInVIES)
		if err != nil {
			return nil, fmt.Errorf("VAT numbers: %w", err)
		}
		list = append(list, vies)
	}
	if c.HMRCID != "" {
		hmrc, err := registers.NewHMRC(c.HMRCID, c.HMRCSecret.Reveal(), ours, c.StandInHMRC)
		if err != nil {
			return nil, fmt.Errorf("VAT numbers: %w", err)
		}
		list = append(list, hmrc)
	}
	return vatids.New(a.Gate, a.Reader, a.Box, a.Accounts, a.Outbox).Ask(list...), nil
}

func (a *App) checkTaxID(ctx context.Context, d outbox.Delivery) error {
	var m accounts.TaxIDCheck
	if err := d.Decode(&m); err != nil {
		return fmt.Errorf("%w: %w", outbox.ErrNeverWorks, err)
	}
	return a.VATIDs.Check(ctx, m.Account) // it says what it did
}
