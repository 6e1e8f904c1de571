package recurring_test

import (
	"strings"
	"testing"

	"gatehouse/internal/platform/db"
)

// Each statement is a journey to the database and back, ten thousand times over in a large run: an account with one
// charge that is due costs no more than these.
func TestAnAccountIsInvoicedInEighteenStatements(t *testing.T) {
	each(t, func(t *testing.T, r *rig) {
		const most = 18
		list := r.clients(t, 3)
		if _, err := r.recurring.BillAccount(t.Context(), system(), list[0]); err != nil { // begins the series of the year
			t.Fatal(err)
		}
		var said []string
		ctx := db.Watch(t.Context(), func(text string, _ []any) { said = append(said, text) })
		if n, err := r.recurring.BillAccount(ctx, system(), list[1]); err != nil || n != 1 {
			t.Fatalf("%d invoices, %v", n, err)
		}
		if len(said) > most {
			t.Errorf("%d statements, at most %d:\n%s", len(said), most, strings.Join(said, "\n"))
		}
		said = nil
		if err := r.recurring.Work(ctx); err != nil {
			t.Fatal(err)
		}
		r.once(t, len(list))
	})
}
