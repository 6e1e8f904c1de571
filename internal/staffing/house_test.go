package staffing_test

import (
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/staffing"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
)

const (
	root = "root@harbour.example" // administrator, the first
	rita = "rita@harbour.example" // administrator, the second
	sam  = "sam@harbour.example"  // support
	nia  = "nia@harbour.example"  // to be invited
)

// office is the staff of a provider.
type office struct {
	*house.House
	staffing *staffing.Staffing
	person   map[string]id.Person
}

func open(t *testing.T, w *testkit.World) *office {
	t.Helper()
	o := &office{House: house.Open(w), person: map[string]id.Person{}}
	o.staffing = staffing.New(w.Gate, w.Reader, w.Box, w.Access, o.People, o.Accounts, w.Outbox)
	for _, kind := range []string{
		staffing.MailInvited, staffing.MailWaits, staffing.MailDecided, staffing.MailIdle, staffing.MailReview,
	} {
		o.Keep(kind)
	}
	o.hire(t, root, "administrator")
	o.hire(t, sam, "support")
	return o
}

// hire has the operator bring somebody in.
func (o *office) hire(t *testing.T, email, department string) {
	t.Helper()
	made, err := o.Accounts.CreateStaff(t.Context(), actor.NewShell("root"), persons.NewPerson{
		Email: email, Name: "Person " + email, Password: house.Passphrase,
	}, department)
	if err != nil {
		t.Fatal(err)
	}
	o.person[email] = made.Person
}

// by is one of the staff who has just used a security key.
func (o *office) by(t testing.TB, email string) actor.Actor {
	t.Helper()
	d := o.As(t, email, id.Account{}).Details
	d.FactorAt, d.Factor, d.ProvedAt = d.Now, actor.With(actor.ByPassword, actor.ByKey), d.Now
	return actor.Enter(d)
}

// asks has somebody ask for another department of a colleague.
func (o *office) asks(t testing.TB, by, about, department string) (id.StaffRequest, bool, error) {
	t.Helper()
	w := staffing.Wish{
		Key: id.New[id.StaffRequestKind](), Kind: staffing.Department, Member: o.person[about], Department: department,
		Reason: "She moves over",
	}
	waits, err := o.staffing.Ask(t.Context(), o.by(t, by), w)
	return w.Key, waits, err
}

// invites has the first administrator invite an address into support.
func (o *office) invites(t testing.TB, email string) (id.StaffRequest, bool, error) {
	t.Helper()
	w := staffing.Wish{
		Key: id.New[id.StaffRequestKind](), Kind: staffing.Invite, Email: email, Department: "support", Reason: "New here",
	}
	waits, err := o.staffing.Ask(t.Context(), o.by(t, root), w)
	return w.Key, waits, err
}

func (o *office) approves(t testing.TB, by string, request id.StaffRequest) error {
	t.Helper()
	return o.staffing.Decide(t.Context(), o.by(t, by), request, staffing.Verdict{Approve: true})
}

func (o *office) stranger() actor.Actor { return actor.Enter(actor.Details{Kind: actor.Anonymous}) }

// seat is the department of somebody; empty for none.
func (o *office) seat(t testing.TB, email string) string {
	t.Helper()
	s, _, err := o.Accounts.SeatOf(o.Reader.With(t.Context()), o.person[email])
	if err != nil {
		t.Fatal(err)
	}
	return s.Department
}

// wrote is how often an action stands in the provider's log.
func (o *office) wrote(t testing.TB, action activity.Action) int64 {
	t.Helper()
	return o.Count(t, "entries", "chain = ? AND action = ?", id.ProviderScope().Bytes(), string(action))
}
