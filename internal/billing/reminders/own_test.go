package reminders_test

import (
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/billing/reminders"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
)

// A1, A3: a client promises a day once for an invoice, within the provider's rule; the schedule waits for it and goes
// on where it was broken. Anybody elsewhere may not; nor may whoever only reads, as TestRoutesByRoles says.
func TestAClientPromisesADay(t *testing.T) {
	rules := usual()
	rules.OwnDays = 7
	each(t, rules, func(t *testing.T, r *rig) {
		account, invoice, _ := r.owes(t)
		r.late(t, 1)
		r.said(t, reminders.Today)
		ctx := t.Context()
		day := func(n int) reminders.Promise {
			return reminders.Promise{Key: id.New[id.PromiseKind](), On: due().AddDate(0, 0, n)}
		}
		promise := func(who actor.Actor, p reminders.Promise) error {
			return r.reminders.Promise(ctx, who, account, invoice, p)
		}
		wantFault(t, promise(r.staff(t, "billing"), day(3)), fault.KindNotFound) // not a place of the account
		wantFault(t, r.reminders.Promise(ctx, actor.NewSystem("test"), r.client(t), invoice, day(3)), fault.KindNotFound)
		payer := func() actor.Actor { return actor.NewSystem("test") }
		for name, n := range map[string]int{"today": 1, "too far": 9, "gone": -1} {
			if err := promise(payer(), day(n)); fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		good := day(8)
		for range 2 { // a second click
			if err := promise(payer(), good); err != nil {
				t.Fatal(err)
			}
		}
		wantFault(t, promise(payer(), day(3)), fault.KindConflict) // once
		for n := 2; n <= 8; n++ {
			r.late(t, n)
		}
		r.said(t, reminders.Today)
		r.late(t, 9) // it was broken
		r.said(t, reminders.Today, reminders.Friendly)
		course, err := r.reminders.Course(ctx, r.staff(t, "billing"), account, invoice)
		if err != nil || len(course.Promises) != 1 || !course.Promises[0].ByClient {
			t.Errorf("staff see %+v, %v", course, err)
		}
	})
}

// A rule of no days lets nobody promise any.
func TestNoClientPromisesWithoutARule(t *testing.T) {
	each(t, usual(), func(t *testing.T, r *rig) {
		account, invoice, _ := r.owes(t)
		r.late(t, 1)
		wantFault(t, r.reminders.Promise(t.Context(), actor.NewSystem("test"), account, invoice, reminders.Promise{
			Key: id.New[id.PromiseKind](), On: due().AddDate(0, 0, 3),
		}), fault.KindConflict)
	})
}
