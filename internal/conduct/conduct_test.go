package conduct_test

import (
	"slices"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/conduct"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
	"gatehouse/internal/verb"
)

const (
	root = "root@harbour.example"
	sam  = "sam@harbour.example"
	day  = 24 * time.Hour
)

type office struct {
	*house.House
	conduct *conduct.Conduct
	person  map[string]id.Person
}

func open(t *testing.T, w *testkit.World) *office {
	t.Helper()
	o := &office{House: house.Open(w), person: map[string]id.Person{}}
	o.conduct = conduct.New(w.Gate, w.Reader, w.Box, o.People, w.Outbox)
	o.Keep(conduct.MailTraining)
	for email, department := range map[string]string{root: "administrator", sam: "support"} {
		made, err := o.Accounts.CreateStaff(t.Context(), actor.NewShell("root"), persons.NewPerson{
			Email: email, Name: "Person " + email, Password: house.Passphrase,
		}, department)
		if err != nil {
			t.Fatal(err)
		}
		o.person[email] = made.Person
	}
	return o
}

// by is one of the staff who has just used a security key.
func (o *office) by(t testing.TB, email string) actor.Actor {
	t.Helper()
	d := o.As(t, email, id.Account{}).Details
	d.FactorAt, d.Factor, d.ProvedAt = d.Now, actor.With(actor.ByPassword, actor.ByKey), d.Now
	return actor.Enter(d)
}

func (o *office) publish(t *testing.T, kind conduct.Kind, from time.Time) error {
	t.Helper()
	return o.conduct.Publish(t.Context(), o.by(t, root), conduct.Draft{
		Kind: kind, Title: "How we work", Body: "Keep your key.", Effective: from,
	})
}

// sees is what comes of somebody's wish to see clients: by the session, and by the rows of a change.
func (o *office) sees(t *testing.T, email string, want fault.Kind) {
	t.Helper()
	_, err := o.Gate.View(t.Context(), o.by(t, email), verb.ClientsView, id.ProviderScope())
	house.KindIs(t, email+" looks at clients", err, want)
	who := o.by(t, email)
	who.Seat.PoliciesDue = time.Time{} // as a request has it that began before
	_, err = o.Gate.ViewAfresh(t.Context(), who, verb.ClientsView, id.ProviderScope())
	house.KindIs(t, email+" looks at clients, afresh", err, want)
}

// accept accepts the newest version of the security policy.
func (o *office) accept(t *testing.T, email string) {
	t.Helper()
	list, err := o.conduct.Mine(t.Context(), o.by(t, email))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range slices.Backward(list) {
		if m.Kind == conduct.Security {
			if err := o.conduct.Acknowledge(t.Context(), o.by(t, email), m.ID); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("%s has nothing to accept", email)
}

// A2, A6: what holds shuts the staff side for whoever has not accepted it, from its minute on, by the database's time.
// A version can be accepted before its day, and covers those before it.
func TestWhatHoldsIsAcceptedFirst(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		o.sees(t, sam, "")
		err := o.conduct.Publish(t.Context(), o.by(t, sam), conduct.Draft{Kind: conduct.Security, Title: "x", Body: "y"})
		house.KindIs(t, "published by support", err, fault.KindDenied)
		house.FieldIs(t, "of no kind", o.publish(t, "dress", time.Time{}), "kind")
		if err := o.publish(t, conduct.Security, time.Time{}); err != nil {
			t.Fatal(err)
		}
		o.sees(t, sam, fault.KindDenied)
		o.sees(t, root, fault.KindDenied) // whoever published it included
		house.KindIs(t, "published before it is accepted", o.publish(t, conduct.Privacy, time.Time{}), fault.KindDenied)
		o.accept(t, sam)
		o.accept(t, sam) // twice is once
		o.accept(t, root)
		o.sees(t, sam, "")
		if n := o.Count(t, "entries", "chain = ? AND action = ?", id.ProviderScope().Bytes(),
			string(activity.PolicyAcknowledged)); n != 2 {
			t.Errorf("%d entries say that somebody accepted it", n)
		}
		o.SignInAgain(t, root)
		next := o.Now(t).Add(10 * time.Minute)
		if err := o.publish(t, conduct.Security, next); err != nil {
			t.Fatal(err)
		}
		house.FieldIs(t, "before the version before it", o.publish(t, conduct.Security, o.Now(t)), "effective")
		o.accept(t, root) // before its day
		o.sees(t, sam, "")
		o.Offset.Advance(next.Sub(o.Now(t)) - time.Second)
		o.sees(t, sam, "")
		o.Offset.Advance(2 * time.Second)
		o.sees(t, sam, fault.KindDenied)
		o.sees(t, root, "")
		r, err := o.conduct.Register(t.Context(), o.by(t, root))
		if err != nil || len(r.Current) != 1 || r.Current[0].Version != 2 || len(r.Rows) != 2 {
			t.Fatalf("%+v, %v", r, err)
		}
		for _, e := range r.Rows {
			if accepted := !e.Acks[0].At.IsZero(); accepted != (e.Person == o.person[root]) {
				t.Errorf("%s accepted it: %t", e.Name, accepted)
			}
		}
		_, err = o.conduct.Register(t.Context(), o.by(t, sam))
		house.KindIs(t, "the register for support", err, fault.KindDenied)
	})
}

// A training is written down by administrators, ends, and is reminded of once, on however many nodes.
func TestTrainingsAreRemindedOf(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w)
		had := o.Now(t).Add(-day)
		training := conduct.Training{
			ID: id.New[id.TrainingKind](), Person: o.person[sam], Name: "Phishing", Done: had, Expires: had.Add(60 * day),
		}
		record := func(by string, change func(*conduct.Training)) error {
			changed := training
			change(&changed)
			return o.conduct.Record(t.Context(), o.by(t, by), changed)
		}
		house.KindIs(t, "by support", record(sam, func(*conduct.Training) {}), fault.KindDenied)
		house.FieldIs(t, "without a name", record(root, func(t *conduct.Training) { t.Name = " " }), "name")
		house.FieldIs(t, "to come", record(root, func(t *conduct.Training) { t.Done = had.Add(9 * day) }), "done")
		house.FieldIs(t, "ended before", record(root, func(t *conduct.Training) { t.Expires = had }), "expires")
		house.FieldIs(t, "of nobody", record(root, func(t *conduct.Training) { t.Person = id.Person{} }), "colleague")
		for range 2 { // the same form twice is once
			if err := record(root, func(*conduct.Training) {}); err != nil {
				t.Fatal(err)
			}
		}
		reminded := func(after time.Duration, want int64) {
			t.Helper()
			o.Offset.Advance(after)
			for range 2 {
				if err := o.conduct.Round(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if n := o.Count(t, "entries", "action = ?", string(activity.TrainingReminded)); n != want {
				t.Errorf("reminded %d times, not %d", n, want)
			}
		}
		reminded(28*day, 0)
		reminded(2*day, 1)
		if m := house.Told[conduct.TrainingMail](t, o.House, conduct.MailTraining); m.To != o.person[sam] ||
			m.Name != "Phishing" {
			t.Errorf("told %+v", m)
		}
		reminded(10*day, 1)
		o.SignInAgain(t, root)
		if err := o.conduct.Remove(t.Context(), o.by(t, root), training.ID); err != nil {
			t.Fatal(err)
		}
		house.KindIs(t, "removed twice", o.conduct.Remove(t.Context(), o.by(t, root), training.ID), fault.KindNotFound)
		r, err := o.conduct.Register(t.Context(), o.by(t, root))
		if err != nil || len(r.Rows[0].Trainings)+len(r.Rows[1].Trainings) != 0 {
			t.Errorf("%+v, %v", r.Rows, err)
		}
	})
}
