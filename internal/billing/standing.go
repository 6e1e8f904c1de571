package billing

import (
	"fmt"

	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/platform/db"
)

// standing is the state that follows from what was settled and credited; a write-off ends that.
func (r *invoiceRow) standing() State {
	switch {
	case r.CreditedMinor == r.TotalMinor:
		return StateCredited
	case r.left() == 0:
		return StatePaid
	case r.PaidMinor > r.NotedMinor:
		return StatePartPaid
	}
	return StateDue
}

// move writes how an invoice stands after something was counted towards it. Whoever changed it in between wins.
func (r *invoiceRow) move(tx *db.Tx, g gate.Grant) error {
	version := r.Version
	r.Version++
	moved := g.On(tx.Model(&invoiceRow{})).Where("id = ? AND version = ? AND state <> ?", r.ID, version, StateDraft).
		Updates(map[string]any{
			"paid_minor": r.PaidMinor, "noted_minor": r.NotedMinor, "credited_minor": r.CreditedMinor, "state": r.State,
			"version": r.Version,
		})
	if moved.Error != nil {
		return fmt.Errorf("settle invoice %s: %w", r.number(), moved.Error)
	}
	if moved.RowsAffected != 1 {
		return fault.Conflict("This invoice changed in the meantime. Open it again to see how it stands.")
	}
	return nil
}

// settle counts money towards the invoice, as much as it still asks for, and returns how much that was.
func (r *invoiceRow) settle(tx *db.Tx, g gate.Grant, amount int64) (int64, error) {
	if !r.State.payable() {
		return 0, nil
	}
	applied := min(amount, r.left())
	if applied <= 0 {
		return 0, nil
	}
	r.PaidMinor += applied
	r.State = r.standing()
	return applied, r.move(tx, g)
}
