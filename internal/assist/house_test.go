package assist_test

import (
	"testing"
	"time"

	"github.com/pquerna/otp/hotp"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/assist"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/factors"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/house"
)

const (
	olivia = "olivia@northwind.example" // owner
	tess   = "tess@northwind.example"   // technical
	sam    = "sam@harbour.example"      // support
)

// desk is an account with its people, and somebody of the staff who has a code app.
type desk struct {
	*house.House
	assist    *assist.Assist
	northwind id.Account
	tess      id.Membership
	secret    string // of Sam's app
}

func open(t *testing.T, w *testkit.World) *desk {
	t.Helper()
	w.Access.LetStaffUseCodes() // what staff sign in with is no matter of these tests
	d := &desk{House: house.Open(w)}
	d.assist = assist.New(w.Gate, w.Reader, w.Box, d.People, d.Accounts, w.Outbox, w.Access)
	d.Keep(assist.MailAsked)
	d.Keep(assist.MailRule)
	d.northwind = d.Account(t, "Northwind Bakery Ltd", olivia)
	d.Join(t, d.northwind, tess, house.Role("technical"))
	d.tess = d.Contact(t, d.northwind, tess).ID
	_, err := d.Accounts.CreateStaff(t.Context(), actor.NewShell("root"), persons.NewPerson{
		Email: sam, Name: "Sam Doyle", Password: house.Passphrase,
	}, "support")
	if err != nil {
		t.Fatal(err)
	}
	who := d.by(t, d.proved(t).Token, id.Account{})
	app, err := d.People.StartTOTP(t.Context(), who, "Phone")
	if err != nil {
		t.Fatal(err)
	}
	d.secret = app.Secret
	if _, err := d.People.ConfirmTOTP(t.Context(), who, app.Factor, d.code(t)); err != nil {
		t.Fatal(err)
	}
	codes, err := d.People.MakeRecoveryCodes(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.People.ConfirmRecoveryCodes(t.Context(), who, codes[0]); err != nil {
		t.Fatal(err)
	}
	return d
}

// half is as far as a sign-in has come.
type half struct{ Token, Half string }

// proved is Sam's sign-in after the password.
func (d *desk) proved(t *testing.T) half {
	t.Helper()
	out, err := d.People.SignIn(t.Context(), d.by(t, "", id.Account{}), sam, house.Passphrase)
	if err != nil {
		t.Fatal(err)
	}
	return half{Token: out.Token, Half: out.Half}
}

// code is the next one of Sam's app: the time moves on, since each counts once.
func (d *desk) code(t *testing.T) string {
	t.Helper()
	const step = 30 * time.Second
	d.Offset.Advance(step)
	code, err := hotp.GenerateCode(d.secret, uint64(d.Now(t).Unix()/int64(step/time.Second)))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// session is a new one of Sam's, begun with password and code, in which they have said why they look at the account.
func (d *desk) session(t *testing.T) string {
	t.Helper()
	begun := d.proved(t)
	out, err := d.People.SecondFactor(t.Context(), d.by(t, "", id.Account{}), begun.Half, factors.Code(d.code(t)))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.assist.Say(t.Context(), d.by(t, out.Token, id.Account{}), d.northwind, because()); err != nil {
		t.Fatal(err)
	}
	return out.Token
}

// by is who makes a request with a session's token, in an account.
func (d *desk) by(t *testing.T, token string, account id.Account) actor.Actor {
	t.Helper()
	v, err := d.Accounts.BySession(t.Context(), token, account, house.Door())
	if err != nil {
		t.Fatal(err)
	}
	return v.Who
}

// fresh has all sessions be begun this moment, and reasons given: to begin as many by codes takes longer than a factor
// stays fresh.
func (d *desk) fresh(t *testing.T) {
	t.Helper()
	now := d.Now(t).UnixMilli()
	err := d.Writer.Do(t.Context(), func(tx *db.Tx) error {
		q := db.Across(tx.DB, "a test changes what is there")
		err := q.Exec("UPDATE looks SET started_at = ?, ends_at = ?", now, now+actor.LookTime.Milliseconds()).Error
		if err != nil {
			return err
		}
		return q.Exec("UPDATE sessions SET created_at = ?, seen_at = ?, "+
			"proved_at = ?, factor_at = ? WHERE factor_at IS NOT NULL", now, now, now, now).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

// set has the owner let staff act, or nobody of them any more.
func (d *desk) set(t *testing.T, allowed bool) {
	t.Helper()
	owner := d.As(t, olivia, d.northwind)
	h, err := d.assist.Help(t.Context(), owner, d.northwind)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.assist.Set(t.Context(), owner, d.northwind, allowed, h.Version); err != nil {
		t.Fatal(err)
	}
}

// asked is a request of Sam's that waits for its answer.
func (d *desk) asked(t *testing.T, token string) id.AssistRequest {
	t.Helper()
	if err := d.assist.Ask(t.Context(), d.by(t, token, d.northwind), d.northwind, d.tess, because()); err != nil {
		t.Fatal(err)
	}
	h, err := d.assist.Help(t.Context(), d.As(t, olivia, d.northwind), d.northwind)
	if err != nil || len(h.Requests) != 1 {
		t.Fatalf("%d requests wait: %v", len(h.Requests), err)
	}
	return h.Requests[0].ID
}

func because() assist.Reason { return assist.Reason{Code: activity.GivenAsked, Text: "She rang."} }

// entries is how often an action stands in the account's log.
func (d *desk) entries(t *testing.T, action activity.Action) int64 {
	t.Helper()
	return d.Count(t, "entries", "chain = ? AND action = ?", id.AccountScope(d.northwind).Bytes(), string(action))
}

func door() accounts.Door { return house.Door() }
