package reminders_test

import (
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/testkit"
)

// R5: many who run the job at once over MariaDB do each step once, round after round.
func TestRaceReminders(t *testing.T) {
	r := newRig(testkit.NewMariaDB(t), usual())
	r.at(t, due().AddDate(0, 0, -10))
	account, _, _ := r.owes(t)
	for n := range 30 {
		r.at(t, due().AddDate(0, 0, n))
		if _, err := testkit.AtOnce(8, func(int) (bool, error) { return true, r.reminders.Work(t.Context()) }); err != nil {
			t.Fatal(err)
		}
	}
	if n := r.logged(t, account, activity.InvoiceReminded) + r.logged(t, account, activity.StopAnnounced); n != 5 {
		t.Errorf("%d mails in thirty days", n)
	}
}
