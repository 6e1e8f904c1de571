package staffing_test

import (
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/reviews/record"
	"gatehouse/internal/staffing"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
)

// starts has the first administrator start a review.
func (o *office) starts(t testing.TB) id.StaffReview {
	t.Helper()
	key := id.New[id.StaffReviewKind]()
	if err := o.staffing.StartReview(t.Context(), o.by(t, root), key); err != nil {
		t.Fatal(err)
	}
	return key
}

// says has somebody answer about a seat as it is shown to them.
func (o *office) says(t testing.TB, review id.StaffReview, by, about string, a staffing.Answer, wanted string) error {
	t.Helper()
	_, seats, err := o.staffing.Review(t.Context(), o.by(t, by), review)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range seats {
		if s.Person == o.person[about] {
			return o.staffing.AnswerSeat(t.Context(), o.by(t, by), review, s.Person, staffing.SeatAnswer{
				Answer: a, Wanted: wanted, Seat: s.Key, Version: s.Version,
			})
		}
	}
	t.Fatalf("%s is not in the review", about)
	return nil
}

// left is the record that a review left, as somebody reads it.
func (o *office) left(t testing.TB, by string, review id.StaffReview) map[string]record.Row {
	t.Helper()
	_, left, err := o.staffing.ReviewRecord(t.Context(), o.by(t, by), review)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]record.Row{}
	for _, r := range left.Rows {
		rows[r.Email] = r
	}
	return rows
}

// A11: everybody is decided about, what was decided happens when the review is finished, all of it or nothing, and the
// record says all of it.
func TestTheStaffIsReviewed(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		o.hire(t, rita, "administrator")
		o.hire(t, nia, "billing")
		review := o.starts(t)
		if err := o.staffing.StartReview(t.Context(), o.by(t, root), review); err != nil {
			t.Errorf("the same start again: %v", err)
		}
		other := id.New[id.StaffReviewKind]()
		if err := o.staffing.StartReview(t.Context(), o.by(t, rita), other); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("a second review beside it: %v", err)
		}
		for about, a := range map[string]staffing.Answer{rita: staffing.KeepSeat, nia: staffing.RemoveSeat} {
			if err := o.says(t, review, root, about, a, ""); err != nil {
				t.Fatal(err)
			}
		}
		finish := func() error { return o.staffing.FinishReview(t.Context(), o.by(t, root), review) }
		if err := finish(); fault.KindOf(err) != fault.KindConflict || o.seat(t, nia) != "billing" {
			t.Errorf("finished with a seat undecided: %v", err)
		}
		if err := o.says(t, review, rita, sam, staffing.ChangeSeat, "technical"); err != nil {
			t.Fatal(err)
		}
		if err := finish(); err != nil {
			t.Fatal(err)
		}
		if o.seat(t, nia) != "" || o.seat(t, sam) != "support" {
			t.Errorf("Nia has %q and Sam %q", o.seat(t, nia), o.seat(t, sam))
		}
		waiting, err := o.staffing.Open(t.Context(), o.by(t, rita)) // A10
		if err != nil || len(waiting) != 1 || o.approves(t, rita, waiting[0].ID) != nil || o.seat(t, sam) != "technical" {
			t.Errorf("the change waits as %+v: %v; Sam has %q", waiting, err, o.seat(t, sam))
		}
		rows := o.left(t, root, review)
		for email, want := range map[string][2]string{
			root: {"", "The reviewer’s own access"}, rita: {"keep", "Kept"}, nia: {"remove", "Removed"},
			sam: {"change", "Asked for: a second administrator approves it"},
		} {
			if got := rows[email]; got.Decision != want[0] || got.Outcome != want[1] {
				t.Errorf("the record says of %s: %+v", email, got)
			}
		}
		if got := rows[sam]; got.By != "Person "+rita || !strings.Contains(strings.ToLower(got.To), "technical") {
			t.Errorf("the record says of Sam: %+v", got)
		}
		if err := finish(); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("finished twice: %v", err)
		}
		for action, n := range map[activity.Action]int64{
			activity.StaffReviewStarted: 1, activity.StaffReviewAnswered: 3, activity.StaffReviewFinished: 1,
		} {
			if got := o.wrote(t, action); got != n {
				t.Errorf("%s stands %d times in the log, want %d", action, got, n)
			}
		}
	})
}

// A3: nobody decides about their own seat, gives above their own, or does any of it without managing the staff.
func TestWhoReviewsTheStaff(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		review := o.starts(t)
		if err := o.says(t, review, root, root, staffing.KeepSeat, ""); fault.KindOf(err) != fault.KindDenied {
			t.Errorf("answered about themselves: %v", err)
		}
		answer := staffing.SeatAnswer{Answer: staffing.RemoveSeat, Seat: "administrator"}
		for what, err := range map[string]error{
			"start":  o.staffing.StartReview(t.Context(), o.by(t, sam), id.New[id.StaffReviewKind]()),
			"answer": o.staffing.AnswerSeat(t.Context(), o.by(t, sam), review, o.person[root], answer),
			"finish": o.staffing.FinishReview(t.Context(), o.by(t, sam), review),
		} {
			if fault.KindOf(err) != fault.KindDenied {
				t.Errorf("support: %s: %v", what, err)
			}
		}
		if n := o.Count(t, "entries", "chain = ? AND outcome = 'refused'", id.ProviderScope().Bytes()); n != 2 {
			t.Errorf("%d refusals stand in the log, want 2: of each person, whatever they tried", n)
		}
		if _, _, err := o.staffing.Review(t.Context(), o.by(t, sam), review); fault.KindOf(err) != fault.KindDenied {
			t.Errorf("support reads the review: %v", err)
		}
		if _, _, err := o.staffing.ReviewRecord(t.Context(), o.stranger(), review); err == nil {
			t.Error("a stranger reads the record")
		}
		if err := o.says(t, review, root, sam, staffing.ChangeSeat, "nowhere"); fault.KindOf(err) != fault.KindInvalid {
			t.Errorf("a department that there is not: %v", err)
		}
		// alone: what waits for a second administrator elsewhere is done at once, and said so (A10)
		if err := o.says(t, review, root, sam, staffing.ChangeSeat, "technical"); err != nil {
			t.Fatal(err)
		}
		if err := o.staffing.FinishReview(t.Context(), o.by(t, root), review); err != nil {
			t.Fatal(err)
		}
		if o.seat(t, sam) != "technical" || o.wrote(t, activity.StaffAlone) != 1 ||
			o.left(t, root, review)[sam].Outcome != "Changed" {
			t.Errorf("Sam has %q; the record says %+v", o.seat(t, sam), o.left(t, root, review)[sam])
		}
		if got := o.left(t, root, review)[root].Outcome; !strings.HasSuffix(got, "nobody else manages the staff") {
			t.Errorf("the record says of whoever was alone: %s", got)
		}
		_, whole, err := o.staffing.ReviewRecord(t.Context(), o.by(t, root), review)
		if got := whole.Value("How it ended"); err != nil || got != "Finished by the only one who manages the staff" {
			t.Errorf("the record says how it ended: %s, %v", got, err)
		}
	})
}

// What changed since it was decided is decided about again, and nobody finishes a review that takes their own seat.
func TestAReviewFollowsWhatHappensMeanwhile(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		o.hire(t, rita, "administrator")
		review := o.starts(t)
		const lea = "lea@harbour.example" // leaves meanwhile
		o.hire(t, lea, "billing")
		for _, about := range []string{sam, rita, lea} {
			if err := o.says(t, review, root, about, staffing.KeepSeat, ""); err != nil {
				t.Fatal(err)
			}
		}
		if err := o.staffing.End(t.Context(), o.by(t, rita), o.person[lea], "She left us"); err != nil {
			t.Fatal(err)
		}
		o.Offset.Advance(time.Second)
		request, _, err := o.asks(t, root, sam, "billing")
		if err != nil || o.approves(t, rita, request) != nil {
			t.Fatal(err)
		}
		finish := func(by string) error { return o.staffing.FinishReview(t.Context(), o.by(t, by), review) }
		if err := finish(root); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("finished with a seat that changed since: %v", err)
		}
		back, _, err := o.asks(t, root, sam, "support")
		if err != nil || o.approves(t, rita, back) != nil {
			t.Fatal(err)
		}
		if err := finish(root); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("finished with somebody who was away and is back: %v", err)
		}
		o.hire(t, nia, "support") // joins meanwhile
		if err := o.says(t, review, root, sam, staffing.KeepSeat, ""); err != nil {
			t.Fatal(err)
		}
		if err := finish(root); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("finished without a decision about somebody new: %v", err)
		}
		for about, a := range map[string]staffing.Answer{nia: staffing.KeepSeat, root: staffing.RemoveSeat} {
			if err := o.says(t, review, rita, about, a, ""); err != nil {
				t.Fatal(err)
			}
		}
		if err := finish(root); fault.KindOf(err) != fault.KindConflict || o.seat(t, root) == "" {
			t.Errorf("finished what takes their own seat: %v", err)
		}
		if err := finish(rita); err != nil {
			t.Fatal(err)
		}
		if got := o.left(t, rita, review)[""]; got.Name != "Person "+lea || got.Decision != "keep" ||
			got.Outcome != "Left before the review was finished" {
			t.Errorf("the record says of Lea: %+v", got)
		}
		if o.seat(t, root) != "" || o.left(t, rita, review)[root].Outcome != "Removed" {
			t.Errorf("root has %q", o.seat(t, root))
		}
	})
}

// F3, A11: the record is a table that no spreadsheet takes for formulas, and that nobody changes unseen.
func TestTheRecordOfTheStaffIsSigned(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		made, err := o.Accounts.CreateStaff(t.Context(), actor.NewShell("root"), persons.NewPerson{
			Email: nia, Name: `=cmd|' /C calc'!A0`, Password: house.Passphrase,
		}, "billing")
		if err != nil {
			t.Fatal(err)
		}
		o.person[nia] = made.Person
		review := o.starts(t)
		for _, about := range []string{sam, nia} {
			if err := o.says(t, review, root, about, staffing.KeepSeat, ""); err != nil {
				t.Fatal(err)
			}
		}
		if err := o.staffing.FinishReview(t.Context(), o.by(t, root), review); err != nil {
			t.Fatal(err)
		}
		text, _, err := o.staffing.ReviewRecord(t.Context(), o.by(t, root), review)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "\n'=cmd|") || o.left(t, root, review)[nia].Name != `=cmd|' /C calc'!A0` {
			t.Errorf("the record is %s", text)
		}
		keys := w.Box.NoteVerifiers()
		if _, err := record.Parse(text, keys); err != nil {
			t.Errorf("its own record: %v", err)
		}
		forged := strings.Replace(string(text), "keep", "remove", 1)
		if _, err := record.Parse([]byte(forged), keys); err == nil || forged == string(text) {
			t.Error("a record that was changed passes")
		}
	})
}

// A year after the last one a review starts by itself, once; two weeks later the administrators are reminded, once.
func TestAReviewOfTheStaffStartsOnceAYear(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		round := func(started, reminded int64) {
			t.Helper()
			for range 2 {
				if err := o.staffing.ReviewRound(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if s, r := o.wrote(t, activity.StaffReviewStarted), o.wrote(t, activity.StaffReviewReminded); s != started ||
				r != reminded {
				t.Fatalf("%d started and %d reminded of, want %d and %d", s, r, started, reminded)
			}
		}
		round(0, 0)
		o.Offset.Advance(staffing.ReviewEvery + time.Hour)
		round(1, 0)
		o.Offset.Advance(14*24*time.Hour + time.Hour)
		round(1, 1)
		if n := o.Count(t, "outbox", "kind = ?", staffing.MailReview); n != 2 {
			t.Errorf("%d mails, want 2", n)
		}
	})
}

// Where there is one seat, nobody could review it: none starts by itself.
func TestNobodyIsReviewedAlone(t *testing.T) {
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		if err := o.staffing.End(t.Context(), o.by(t, root), o.person[sam], "He left us"); err != nil {
			t.Fatal(err)
		}
		o.Offset.Advance(staffing.ReviewEvery + time.Hour)
		if err := o.staffing.ReviewRound(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := o.wrote(t, activity.StaffReviewStarted); n != 0 {
			t.Errorf("%d reviews started", n)
		}
	})
}
