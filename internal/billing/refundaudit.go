package billing

import (
	"context"
	"fmt"

	"gatehouse/internal/id"
)

// misrefundedSQL finds refunds through a gateway that are not what was taken from the account's credit, and payments of
// which more went back, or is on its way, than had come.
const misrefundedSQL = `SELECT r.id FROM refunds r LEFT JOIN adjustments a ON a.id = r.id
 LEFT JOIN payments p ON p.id = r.payment_id
 WHERE a.id IS NULL OR a.kind <> 'refund' OR a.amount_minor <> r.amount_minor OR a.currency <> r.currency
 OR a.account_id <> r.account_id OR p.account_id <> r.account_id OR p.currency <> r.currency
 OR p.gateway <> r.gateway OR p.invoice_id <> r.invoice_id
 UNION SELECT r.payment_id FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.state <> 'failed'
 GROUP BY r.payment_id, p.amount_minor HAVING SUM(r.amount_minor) > p.amount_minor LIMIT ?`

// misrefunded looks for refunds through a gateway that do not fit what was paid or what was decided.
func (b *Billing) misrefunded(ctx context.Context) ([]string, error) {
	rows, err := audit[struct {
		ID id.Payment
	}](ctx, b.reader, misrefundedSQL, mostFindings)
	var found []string
	for _, r := range rows {
		found = append(found, fmt.Sprintf("the refunds of %s are not what was decided, or more than was paid", r.ID))
	}
	return found, err
}
