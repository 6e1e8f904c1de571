package staffing_test

import (
	"sync"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/staffing"
	"gatehouse/internal/testkit"
)

// A10: two who approve at once approve once, and an approval that meets a withdrawal either happened or did not.
func TestRaceApprovalsAndAWithdrawal(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		o.hire(t, rita, "administrator")
		o.hire(t, "remy@harbour.example", "administrator")
		for round := range 6 {
			department := []string{"billing", "support"}[round%2]
			before := o.wrote(t, activity.SeatGranted)
			request, _, err := o.asks(t, root, sam, department)
			if err != nil {
				t.Fatal(err)
			}
			asker, first, second := o.by(t, root), o.by(t, rita), o.by(t, "remy@harbour.example")
			var all sync.WaitGroup
			var approved [2]error
			var withdrawn error
			all.Go(func() {
				approved[0] = o.staffing.Decide(t.Context(), first, request, staffing.Verdict{Approve: true})
			})
			all.Go(func() {
				approved[1] = o.staffing.Decide(t.Context(), second, request, staffing.Verdict{Approve: true})
			})
			all.Go(func() { withdrawn = o.staffing.Withdraw(t.Context(), asker, request) })
			all.Wait()
			done := 0
			for _, err := range []error{approved[0], approved[1], withdrawn} {
				if err == nil {
					done++
				}
			}
			given := o.wrote(t, activity.SeatGranted) - before
			if done != 1 || (withdrawn == nil) != (given == 0) || given > 1 {
				t.Fatalf("%d of three had their way, and %d seats were given", done, given)
			}
			if withdrawn == nil && round < 5 { // the next round changes to the same department again
				if _, _, err := o.asks(t, root, sam, department); err != nil {
					t.Fatal(err)
				}
				list, err := o.staffing.Open(t.Context(), first)
				if err != nil || len(list) != 1 {
					t.Fatalf("%d wait: %v", len(list), err)
				}
				if err := o.approves(t, rita, list[0].ID); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// A10: two administrators who end each other's seats at once leave one of them.
func TestRaceTheLastAdministrator(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		o.hire(t, rita, "administrator")
		first, second := o.by(t, root), o.by(t, rita)
		var all sync.WaitGroup
		all.Go(func() { _ = o.staffing.End(t.Context(), first, o.person[rita], "x") })
		all.Go(func() { _ = o.staffing.Disable(t.Context(), second, o.person[root], "x") })
		all.Wait()
		left := 0
		for _, email := range []string{root, rita} {
			n := o.Count(t, "persons", "id = ? AND state = 'active'", o.person[email].Bytes())
			if o.seat(t, email) == "administrator" && n == 1 {
				left++
			}
		}
		if left != 1 {
			t.Errorf("%d administrators are left", left)
		}
	})
}

// Two who answer about one seat at once: one of them is told. Two who finish at once finish once.
func TestRaceTwoReviewTheStaff(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		o.hire(t, rita, "administrator")
		o.hire(t, nia, "billing")
		review := o.starts(t)
		first, second := o.by(t, root), o.by(t, rita)
		var errs [2]error
		var all sync.WaitGroup
		all.Go(func() {
			errs[0] = o.staffing.AnswerSeat(t.Context(), first, review, o.person[nia],
				staffing.SeatAnswer{Answer: staffing.RemoveSeat, Seat: "billing"})
		})
		all.Go(func() {
			errs[1] = o.staffing.AnswerSeat(t.Context(), second, review, o.person[nia],
				staffing.SeatAnswer{Answer: staffing.KeepSeat, Seat: "billing"})
		})
		all.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("both had the same: %v and %v", errs[0], errs[1])
		}
		for by, about := range map[string]string{root: rita, rita: root} {
			if err := o.says(t, review, by, about, staffing.KeepSeat, ""); err != nil {
				t.Fatal(err)
			}
		}
		if err := o.says(t, review, root, sam, staffing.KeepSeat, ""); err != nil {
			t.Fatal(err)
		}
		first, second = o.by(t, root), o.by(t, rita)
		all.Go(func() { errs[0] = o.staffing.FinishReview(t.Context(), first, review) })
		all.Go(func() { errs[1] = o.staffing.FinishReview(t.Context(), second, review) })
		all.Wait()
		if n := o.wrote(t, activity.StaffReviewFinished); n != 1 || (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("finished %d times: %v and %v", n, errs[0], errs[1])
		}
	})
}
