// Package vatids keeps what the registers of tax authorities say of the VAT numbers of accounts, and what follows: to a
// number that its register does not know, nothing is billed with a reverse charge. A register is asked outside of any
// change, by a message, and again where it gave no answer. How a register is asked stands in registers; what is on an
// invoice that was issued never changes.
package vatids

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/billing/registers"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const table = "vat_checks"

// State is what is known of a number.
type State string

// The states.
const (
	None    State = ""        // there is no number, or no register that could be asked
	Waiting State = "waiting" // nobody has asked yet
	Unknown State = "unknown" // it was asked, and gave no answer
	Valid   State = "valid"
	Invalid State = "invalid"
)

// Standing is what is known of an account's number.
type Standing struct {
	State     State
	Number    string
	Register  string    // that was asked, or will be
	At        time.Time // of the last answer; where there is none, of the last try
	Name      string    // of whom the number belongs to, as the register has it; empty: it does not tell
	Reference string    // by which the authority finds the enquiry again
}

// VATIDs is the room. It is safe for concurrent use.
type VATIDs struct {
	gate      *gate.Gate
	reader    *db.Reader
	box       *secretbox.Box
	accounts  *accounts.Accounts
	outbox    *outbox.Box
	registers []registers.Register
}

// New makes the room. Without registers it knows nothing of any number, and nothing follows.
func New(g *gate.Gate, reader *db.Reader, box *secretbox.Box, a *accounts.Accounts, post *outbox.Box) *VATIDs {
	return &VATIDs{gate: g, reader: reader, box: box, accounts: a, outbox: post}
}

// Ask says which registers are asked, before the room is used. The first that covers a number is the one.
func (v *VATIDs) Ask(list ...registers.Register) *VATIDs {
	v.registers = list
	return v
}

type row struct {
	AccountID  id.Account `gorm:"primaryKey"`
	State      State
	Register   string
	Content    secretbox.Sealed
	AskedAt    db.Time
	AnsweredAt db.Time
}

// TableName names the table.
func (row) TableName() string { return table }

// content is what is sealed of a check.
type content struct {
	Number    string `json:"number"`
	Name      string `json:"name,omitempty"`
	Reference string `json:"reference,omitempty"`
}

func place(account id.Account) secretbox.Place {
	return secretbox.Place{Table: table, Column: "content", Row: account.Bytes()}
}

// register is the one that has the numbers of a country; nil where none is asked.
func (v *VATIDs) register(number string) registers.Register {
	for _, r := range v.registers {
		if r.Covers(number) {
			return r
		}
	}
	return nil
}

// stored reads what is kept of a number; false where it is of another number, or nothing is.
func (v *VATIDs) stored(q *gorm.DB, g gate.Grant, number string) (row, content, bool, error) {
	r, found, err := db.One[row](g.On(q).Where("account_id = ?", g.Account()))
	if err != nil || !found {
		return row{}, content{}, false, asFault(err)
	}
	c, err := v.opened(r)
	return r, c, err == nil && c.Number == number, err
}

func (v *VATIDs) opened(r row) (c content, err error) {
	text, err := v.box.Open(r.Content, place(r.AccountID))
	if err == nil {
		err = json.Unmarshal([]byte(text), &c)
	}
	return c, asFault(err)
}

func (v *VATIDs) sealed(account id.Account, c content) (s secretbox.Sealed, err error) {
	text, err := json.Marshal(c)
	if err == nil {
		s, err = v.box.Seal(string(text), place(account))
	}
	return s, asFault(err)
}

func asFault(err error) error {
	if err != nil {
		return fmt.Errorf("vat numbers: %w", err)
	}
	return nil
}

// Standing says what is known of an account's number, to whoever may see the account's details.
func (v *VATIDs) Standing(ctx context.Context, who actor.Actor, account id.Account) (Standing, error) {
	return v.standing(ctx, who, verb.AccountView, account)
}

// Client is Standing for the provider's staff.
func (v *VATIDs) Client(ctx context.Context, who actor.Actor, account id.Account) (Standing, error) {
	return v.standing(ctx, who, verb.ClientsView, account)
}

func (v *VATIDs) standing(
	ctx context.Context, who actor.Actor, by verb.Verb, account id.Account,
) (Standing, error) {
	if v == nil || len(v.registers) == 0 {
		return Standing{}, nil
	}
	g, err := v.gate.View(ctx, who, by, id.AccountScope(account))
	if err != nil {
		return Standing{}, err
	}
	of, err := v.accounts.ByGrant(v.reader.With(ctx), g)
	if err != nil {
		return Standing{}, err // accounts says what it did
	}
	from := v.register(of.TaxID)
	if from == nil {
		return Standing{}, nil
	}
	r, c, found, err := v.stored(v.reader.With(ctx), g, of.TaxID)
	if err != nil {
		return Standing{}, err
	}
	if !found {
		return Standing{State: Waiting, Number: of.TaxID, Register: from.Name()}, nil
	}
	s := Standing{
		State: r.State, Number: of.TaxID, Register: r.Register, At: r.AnsweredAt.Time, Name: c.Name, Reference: c.Reference,
	}
	if s.At.IsZero() {
		s.At = r.AskedAt.Time
	}
	return s, nil
}

// Refuted says whether a register answered that it does not know the number. While none has answered, the number counts
// as its owner gave it.
func (v *VATIDs) Refuted(q *gorm.DB, g gate.Grant, number string) (bool, error) {
	if v.register(number) == nil {
		return false, nil
	}
	r, _, found, err := v.stored(q, g, number)
	return found && r.State == Invalid, err
}

// errOver ends a change that found nothing to do: the number is another one by now, and its own check will come.
var errOver = errors.New("vatids: nothing to do")

// Check asks the register of an account's number, and keeps what it says. A register that gives no answer is an error,
// so that whoever asked tries again.
func (v *VATIDs) Check(ctx context.Context, account id.Account) error {
	if len(v.registers) == 0 {
		return nil
	}
	who := actor.NewSystem("VAT number check")
	of, err := v.accounts.Account(ctx, who, account)
	if fault.KindOf(err) == fault.KindNotFound || err == nil && of.Closed {
		return nil
	}
	if err != nil {
		return err // accounts says what it did
	}
	from := v.register(of.TaxID)
	switch {
	case of.TaxID == "":
		return nil
	case from == nil: // so that the next round asks for others first
		return v.keepTry(ctx, account, of.TaxID, "none")
	}
	answer, err := from.Check(ctx, of.TaxID)
	if err != nil {
		return errors.Join(err, v.keepTry(ctx, account, of.TaxID, from.Name()))
	}
	state := Valid
	if !answer.Valid {
		state, answer = Invalid, registers.Answer{}
	}
	return v.keep(ctx, who, account, row{AccountID: account, State: state, Register: from.Name()},
		content{of.TaxID, answer.Name, answer.Reference})
}

// keep writes an answer down, and into the account's log where it is another than before.
func (v *VATIDs) keep(ctx context.Context, who actor.Actor, account id.Account, r row, c content) error {
	err := v.gate.Change(ctx, who, verb.AccountEdit, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			of, err := v.accounts.ByGrant(tx.DB, g)
			if err != nil {
				return gate.Entry{}, err // accounts says what it did
			}
			if of.TaxID != c.Number {
				return gate.Entry{}, errOver
			}
			r.AskedAt, r.AnsweredAt = db.At(g.Now()), db.At(g.Now())
			if err := v.write(tx, g, r, c); err != nil {
				return gate.Entry{}, err
			}
			d := activity.Details{
				Target:  activity.TargetOf("account", account, c.Number),
				Changes: []activity.Change{{Field: "register", New: r.Register}},
			}
			if c.Reference != "" {
				d.Changes = append(d.Changes, activity.Change{Field: "reference", New: c.Reference})
			}
			if r.State == Invalid {
				d.Outcome, d.Reason = activity.Failed, "The register does not know this number."
			}
			return g.Entry(activity.VATNumberChecked, d), nil
		})
	if errors.Is(err, errOver) {
		return nil
	}
	return err
}

// write puts the row in the place of the one that was there.
func (v *VATIDs) write(tx *db.Tx, g gate.Grant, r row, c content) error {
	var err error
	if r.Content, err = v.sealed(r.AccountID, c); err == nil {
		err = g.On(tx.DB).Where("account_id = ?", r.AccountID).Delete(&row{}).Error
	}
	if err == nil {
		err = g.On(tx.DB).Create(&r).Error
	}
	return asFault(err)
}
