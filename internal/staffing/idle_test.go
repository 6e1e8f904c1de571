package staffing_test

import (
	"sync"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/staffing"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
)

const day = 24 * time.Hour

func (o *office) round(t *testing.T) {
	t.Helper()
	if err := o.staffing.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.Deliver(t)
}

// A11: warned 14 and 3 days before, disabled after 90 days, by the time of the database, once on however many nodes.
func TestStaffWhoDoNotComeInAreDisabled(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		o.SignInAgain(t, sam)
		after := func(d time.Duration, warned, off int64) {
			t.Helper()
			o.Offset.Advance(d)
			var all sync.WaitGroup
			for range 3 { // nodes
				all.Go(func() { _ = o.staffing.Round(t.Context()) })
			}
			all.Wait()
			o.round(t)
			if n := o.wrote(t, activity.StaffIdleWarned); n != warned {
				t.Errorf("warned %d times, not %d", n, warned)
			}
			if n := o.wrote(t, activity.StaffIdleOut); n != off {
				t.Errorf("disabled %d times, not %d", n, off)
			}
		}
		after(76*day-time.Minute, 0, 0)
		after(time.Minute, 1, 0)
		if m := house.Told[staffing.IdleMail](t, o.House, staffing.MailIdle); m.To != o.person[sam] || m.Off {
			t.Errorf("told %+v", m)
		}
		after(11*day, 2, 0)
		after(3*day-time.Minute, 2, 0)
		after(2*time.Minute, 2, 1)
		if m := house.Told[staffing.IdleMail](t, o.House, staffing.MailIdle); !m.Off {
			t.Errorf("told %+v", m)
		}
		_, err := o.People.SignIn(t.Context(), o.stranger(), sam, house.Passphrase)
		if err == nil {
			t.Error("in on day 91")
		}
		o.SignInAgain(t, root) // the only one who manages the staff is never disabled by time
		wish := staffing.Wish{Kind: staffing.Enable, Member: o.person[sam], Reason: "She is back"}
		if _, err := o.staffing.Ask(t.Context(), o.by(t, root), wish); err != nil {
			t.Fatal(err)
		}
		o.round(t)
		o.SignInAgain(t, sam) // and not disabled again at once
	})
}

// A11: whoever signs in on day 91 is refused even where the job has not been there, whatever they know.
func TestDay91IsRefusedWithoutTheJob(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		o.SignInAgain(t, sam)
		o.Offset.Advance(90*day - time.Minute)
		o.SignInAgain(t, sam) // which counts anew
		o.Offset.Advance(90*day + time.Second)
		_, err := o.People.SignIn(t.Context(), o.stranger(), sam, house.Passphrase)
		house.KindIs(t, "day 91", err, fault.KindConflict)
		if n := o.Count(t, "sessions", "person_id = ? AND ended_at IS NULL AND created_at > ?", o.person[sam].Bytes(),
			o.Now(t).Add(-time.Hour).UnixMilli()); n != 0 {
			t.Error("a session began on day 91")
		}
	})
}
