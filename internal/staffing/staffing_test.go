package staffing_test

import (
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/staffing"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
)

// A10: with one administrator a seat is given at once, and the log says that nobody else could decide.
func TestTheOnlyAdministratorGivesAlone(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		_, waits, err := o.asks(t, root, sam, "billing")
		if err != nil || waits || o.seat(t, sam) != "billing" {
			t.Fatalf("waits: %t, in %s, %v", waits, o.seat(t, sam), err)
		}
		if o.wrote(t, activity.StaffAlone) != 1 || o.wrote(t, activity.SeatGranted) < 1 {
			t.Error("the log does not say that it was given alone")
		}
		_, _, err = o.asks(t, sam, root, "support")
		house.KindIs(t, "by billing", err, fault.KindDenied)
		_, _, err = o.asks(t, root, root, "support")
		house.KindIs(t, "to oneself", err, fault.KindDenied) // A3
		_, _, err = o.asks(t, root, sam, "operator")
		house.FieldIs(t, "an internal name", err, "department") // A8
		house.KindIs(t, "the last administrator ends", o.staffing.End(t.Context(), actor.NewShell("x"), o.person[root],
			"Gone"), fault.KindConflict)
		house.KindIs(t, "the last administrator is disabled", o.staffing.Disable(t.Context(), actor.NewShell("x"),
			o.person[root], "Gone"), fault.KindConflict)
	})
}

// A10: with a second administrator it waits; neither the one who asks nor the one who gains decides, and it is decided
// once. Without a reason nothing is asked for, and nothing declined.
func TestASecondAdministratorDecides(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		o.hire(t, rita, "administrator")
		_, err := o.staffing.Ask(t.Context(), o.by(t, root), staffing.Wish{
			Kind: staffing.Department, Member: o.person[sam], Department: "billing",
		})
		house.FieldIs(t, "without a reason", err, "reason")
		request, waits, err := o.asks(t, root, sam, "administrator")
		if err != nil || !waits || o.seat(t, sam) != "support" {
			t.Fatalf("waits: %t, in %s, %v", waits, o.seat(t, sam), err)
		}
		if m := house.Told[staffing.WaitsMail](t, o.House, staffing.MailWaits); m.To != o.person[rita] ||
			m.Why != "She moves over" {
			t.Errorf("told %+v", m)
		}
		_, _, err = o.asks(t, rita, sam, "billing")
		house.KindIs(t, "a second request about her", err, fault.KindConflict)
		house.KindIs(t, "approved by the one who asked", o.approves(t, root, request), fault.KindDenied)
		house.KindIs(t, "approved by the one who gains", o.approves(t, sam, request), fault.KindDenied)
		ctx := t.Context()
		house.FieldIs(t, "declined without a reason",
			o.staffing.Decide(ctx, o.by(t, rita), request, staffing.Verdict{}), "answer")
		house.KindIs(t, "withdrawn by another", o.staffing.Withdraw(ctx, o.by(t, rita), request), fault.KindConflict)
		if err := o.approves(t, rita, request); err != nil || o.seat(t, sam) != "administrator" {
			t.Fatalf("in %s, %v", o.seat(t, sam), err)
		}
		house.KindIs(t, "decided twice", o.approves(t, rita, request), fault.KindConflict)
		if m := house.Told[staffing.DecidedMail](t, o.House, staffing.MailDecided); m.To != o.person[root] || !m.Approved {
			t.Errorf("told %+v", m)
		}
		if o.wrote(t, activity.StaffAsked) != 1 || o.wrote(t, activity.StaffApproved) != 1 ||
			o.wrote(t, activity.StaffAlone) != 0 {
			t.Error("the log does not say who asked and who approved")
		}

		request, _, err = o.asks(t, root, sam, "support")
		if err != nil {
			t.Fatal(err)
		}
		err = o.staffing.Decide(ctx, o.by(t, sam), request, staffing.Verdict{Approve: true})
		house.KindIs(t, "approved by an administrator whom it is about", err, fault.KindDenied)
		err = o.staffing.Decide(ctx, o.by(t, rita), request, staffing.Verdict{Answer: "She stays"})
		if err != nil || o.seat(t, sam) != "administrator" {
			t.Fatalf("in %s, %v", o.seat(t, sam), err)
		}
		if m := house.Told[staffing.DecidedMail](t, o.House, staffing.MailDecided); m.Approved || m.Answer != "She stays" {
			t.Errorf("told %+v", m)
		}
		request, _, err = o.asks(t, root, sam, "billing")
		if err != nil {
			t.Fatal(err)
		}
		if err := o.staffing.Withdraw(ctx, o.by(t, root), request); err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "approved once withdrawn", o.approves(t, rita, request), fault.KindConflict)
	})
}

// A10: whoever asked and was made less since gives nothing, nor does a request get round that by waiting.
func TestTheAskerLostTheirRight(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		o.hire(t, rita, "administrator")
		request, _, err := o.asks(t, root, sam, "administrator")
		if err != nil {
			t.Fatal(err)
		}
		if err := o.Accounts.GrantSeat(t.Context(), actor.NewShell("x"), o.person[root], "billing"); err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "for somebody of billing", o.approves(t, rita, request), fault.KindConflict)
		if o.seat(t, sam) != "support" {
			t.Errorf("in %s", o.seat(t, sam))
		}
		house.KindIs(t, "granted round the request", o.Accounts.GrantSeat(t.Context(), o.by(t, rita), o.person[sam],
			"administrator"), fault.KindDenied)
	})
}

// A7, S12: an invitation waits for approval, is mailed then, works once, for its address alone, for seven days, and
// opens nothing before a security key was added.
func TestAColleagueIsInvited(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		ctx := t.Context()
		o.hire(t, rita, "administrator")
		request, waits, err := o.invites(t, nia)
		if err != nil || !waits {
			t.Fatalf("waits: %t, %v", waits, err)
		}
		_, _, err = o.invites(t, "NIA@harbour.example")
		house.FieldIs(t, "invited twice", err, "email")
		_, _, err = o.invites(t, sam)
		house.FieldIs(t, "on the staff already", err, "email")
		if err := o.approves(t, rita, request); err != nil {
			t.Fatal(err)
		}
		first := house.Told[staffing.InvitedMail](t, o.House, staffing.MailInvited)
		if first.To != nia || first.Department != "Support staff" || first.Inviter != "Person "+root {
			t.Fatalf("invited %+v", first)
		}
		house.KindIs(t, "resent at once", o.staffing.Resend(ctx, o.by(t, root), request), fault.KindLimited)
		o.Offset.Advance(6 * time.Minute)
		if err := o.staffing.Resend(ctx, o.by(t, root), request); err != nil {
			t.Fatal(err)
		}
		token := house.Told[staffing.InvitedMail](t, o.House, staffing.MailInvited).Token
		form := staffing.Acceptance{Name: "Nia New", Password: house.Passphrase}
		_, err = o.staffing.Accept(ctx, o.stranger(), first.Token, form)
		house.KindIs(t, "the link of before", err, fault.KindNotFound)
		_, err = o.staffing.Accept(ctx, o.by(t, sam), token, form)
		house.KindIs(t, "somebody else", err, fault.KindDenied)
		start, err := o.staffing.Accept(ctx, o.stranger(), token, form)
		if err != nil || start.Token == "" {
			t.Fatalf("%+v, %v", start, err)
		}
		_, err = o.staffing.Accept(ctx, o.stranger(), token, form)
		house.KindIs(t, "a second time", err, fault.KindNotFound)
		who := o.As(t, nia, id.Account{})
		if who.Seat.Department != "support" || !o.Access.Unkeyed(who) {
			t.Errorf("came in as %+v", who.Seat)
		}
		_, err = o.staffing.Members(ctx, who)
		house.KindIs(t, "without a key", err, fault.KindDenied)
		o.Offset.Advance(45 * time.Minute)
		if _, err := o.Gate.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		if o.wrote(t, activity.StaffJoined) != 2 { // and the try of somebody else
			t.Errorf("%d entries say that somebody joined", o.wrote(t, activity.StaffJoined))
		}
	})
}

// A7: an invitation that is withdrawn, too old, or of somebody who could not give it any more leads nowhere.
func TestInvitationsThatAreOver(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		ctx, form := t.Context(), staffing.Acceptance{Name: "Nia New", Password: house.Passphrase}
		accept := func() error {
			t.Helper()
			token := house.Told[staffing.InvitedMail](t, o.House, staffing.MailInvited).Token
			_, err := o.staffing.Accept(ctx, o.stranger(), token, form)
			return err
		}
		request, waits, err := o.invites(t, nia)
		if err != nil || waits {
			t.Fatalf("waits: %t, %v", waits, err)
		}
		if err := o.staffing.Withdraw(ctx, o.by(t, root), request); err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "withdrawn", accept(), fault.KindNotFound)
		if _, _, err = o.invites(t, nia); err != nil {
			t.Fatal(err)
		}
		o.Offset.Advance(7*24*time.Hour - time.Minute)
		house.Told[staffing.InvitedMail](t, o.House, staffing.MailInvited)
		if _, err := o.staffing.Offer(ctx, house.Told[staffing.InvitedMail](t, o.House,
			staffing.MailInvited).Token); err != nil {
			t.Errorf("a minute before its end: %v", err)
		}
		o.Offset.Advance(2 * time.Minute)
		house.KindIs(t, "too old", accept(), fault.KindNotFound)
		o.SignInAgain(t, root)
		if _, _, err = o.invites(t, nia); err != nil {
			t.Fatal(err)
		}
		o.hire(t, rita, "administrator")
		if err := o.staffing.End(ctx, o.by(t, rita), o.person[root], "Left us"); err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "of somebody who left", accept(), fault.KindConflict)
	})
}

// N5, A10: whoever is disabled is out with their next request, on every node; to let them in again is a grant.
func TestDisabledAndEnabled(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		ctx := t.Context()
		o.hire(t, rita, "administrator")
		token := o.Token(t, sam)
		house.FieldIs(t, "without a reason", o.staffing.Disable(ctx, o.by(t, root), o.person[sam], ""), "reason")
		house.KindIs(t, "oneself", o.staffing.Disable(ctx, o.by(t, root), o.person[root], "x"), fault.KindDenied)
		if err := o.staffing.Disable(ctx, o.by(t, root), o.person[sam], "Lost her bag"); err != nil {
			t.Fatal(err)
		}
		other := house.Open(w) // another node
		v, err := other.Accounts.BySession(ctx, token, id.Account{}, house.Door())
		if err != nil || v.Who.SignedIn() {
			t.Errorf("still in: %v", err)
		}
		wish := staffing.Wish{Kind: staffing.Enable, Member: o.person[sam], Reason: "She is back"}
		wish.Key = id.New[id.StaffRequestKind]()
		waits, err := o.staffing.Ask(ctx, o.by(t, root), wish)
		if err != nil || !waits {
			t.Fatalf("waits: %t, %v", waits, err)
		}
		if _, err := o.People.SignIn(ctx, o.stranger(), sam, house.Passphrase); err == nil {
			t.Error("in before anybody approved")
		}
		if err := o.approves(t, rita, wish.Key); err != nil {
			t.Fatal(err)
		}
		if v, err = o.Accounts.BySession(ctx, token, id.Account{}, house.Door()); err != nil || v.Who.SignedIn() {
			t.Errorf("the session of before works again: %v", err)
		}
		o.SignInAgain(t, sam)
		if m, err := o.staffing.Member(ctx, o.by(t, root), o.person[sam]); err != nil || m.Disabled {
			t.Errorf("%+v, %v", m, err)
		}
	})
}
