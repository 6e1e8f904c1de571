package assist

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// MailEmergency tells those who judge of an emergency. It carries an EmergencyMail.
const MailEmergency = "mail.staff_emergency"

// EmergencyMail is an alarm, or a reminder of it.
type EmergencyMail struct {
	To       id.Person `json:"to"`
	Which    id.Look   `json:"which"`
	Staff    string    `json:"staff"`
	Client   string    `json:"client"`
	Opened   string    `json:"opened"` // name of the department
	Code     string    `json:"code"`
	Why      string    `json:"why"`
	At       time.Time `json:"at"`
	Reminder bool      `json:"reminder"`
}

// leastWords is how much somebody has to say who opens another department's data, or judges that (our own figure).
const leastWords = 10

// Alarm is why somebody opens another department's data of a client, besides why they look at it at all.
type Alarm struct {
	Department string // whose data
	Code       string // one of activity.Emergencies
	Text       string
}

func (a Alarm) checked() (Alarm, error) {
	a.Text = strings.Join(strings.Fields(a.Text), " ")
	if !slices.Contains(activity.Emergencies(), a.Code) {
		return a, fault.InvalidField("code", "Choose which emergency it is.")
	}
	return a, checkedWords("why", a.Text)
}

func checkedWords(field, text string) error {
	switch {
	case utf8.RuneCountInString(text) < leastWords:
		return fault.InvalidField(field, "Say it in a sentence. It is read by others.")
	case utf8.RuneCountInString(text) > longestReason:
		return fault.InvalidField(field, fmt.Sprintf("Use at most %d characters.", longestReason))
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		return fault.InvalidField(field, "This has characters that cannot be stored.")
	}
	return nil
}

// Open has somebody of the staff see for actor.LookTime, in this session and of that client alone, what another
// department may read. The client reads it at once, those who judge are told, and each look by it is in the client's
// log.
func (a *Assist) Open(ctx context.Context, who actor.Actor, account id.Account, why Alarm) error {
	why, err := why.checked()
	if err != nil {
		return err
	}
	if len(a.access.Openable(who.Seat.Department, why.Department)) == 0 {
		return fault.InvalidField("department", "Choose a department whose data can be opened.")
	}
	theirs, _ := a.access.Department(why.Department)
	row, err := a.emergency(who, account, why)
	if err != nil {
		return err
	}
	mail := EmergencyMail{Staff: who.Name, Opened: theirs.Name, Code: why.Code, Why: why.Text}
	if mail.Client, err = a.accounts.ClientName(ctx, who, account); err != nil {
		return err
	}
	work := func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		row.StartedAt, row.EndsAt = db.At(g.Now()), db.At(g.Now().Add(actor.LookTime))
		if err := a.keepEmergency(tx, g, row, why); err != nil {
			return gate.Entry{}, err
		}
		if err := a.alarm(tx, row, mail); err != nil {
			return gate.Entry{}, err
		}
		told := []activity.Change{
			{Field: "emergency", New: activity.EmergencyInWords(why.Code)},
			{Field: "in words", New: why.Text},
			{Field: "ends", New: row.EndsAt.UTC().Format("2 Jan 2006, 15:04 UTC")},
		}
		about := activity.TargetOf(gate.TargetLook, row.ID, whatIsSeenBy(theirs))
		return g.Entry(activity.EmergencyOpened, activity.Details{Target: about, Changes: told}).
			And(g.EntryIn(id.ProviderScope(), activity.EmergencyOpened, activity.Details{
				Target: about, Changes: append(told, activity.Change{Field: "client", New: mail.Client}),
			})), nil
	}
	err = a.gate.ChangeWith(
		ctx, who, verb.EmergenciesOpen, id.AccountScope(account), []id.Scope{id.ProviderScope()}, work,
	)
	if err == nil {
		a.post.Wake()
	}
	return err
}

// whatIsSeenBy is what an emergency opens, as sentences call it.
func whatIsSeenBy(d access.Role) string { return "what " + d.Name + " may see" }

func (a *Assist) emergency(who actor.Actor, account id.Account, why Alarm) (emergencyRow, error) {
	row := emergencyRow{
		ID: id.New[id.LookKind](), AccountID: account, StaffID: who.Person, Department: who.Seat.Department,
		Opened: why.Department, Code: why.Code, State: stateOpen,
	}
	var err error
	if row.Reason, err = a.box.Seal(why.Text, place(tableEmergencies, row.ID.Bytes())); err != nil {
		return row, fmt.Errorf("open in an emergency: %w", err)
	}
	return row, nil
}

// keepEmergency writes down the look and what is to be judged of it, once at a time for each session.
func (a *Assist) keepEmergency(tx *db.Tx, g gate.Grant, row emergencyRow, why Alarm) error {
	_, running, err := db.One[lookRow](g.On(tx.DB).Where("session_id = ? AND opened = ? AND ends_at > ?",
		g.Who().Session, row.Opened, row.StartedAt))
	if err != nil {
		return fmt.Errorf("open in an emergency: %w", err)
	}
	if running {
		return fault.Conflict("You opened this already. It stays open until its half hour is over.")
	}
	look := lookRow{
		ID: row.ID, AccountID: row.AccountID, SessionID: g.Who().Session, StaffID: row.StaffID,
		Department: row.Department, Code: activity.GivenOther, StartedAt: row.StartedAt, EndsAt: row.EndsAt,
		Opened: &row.Opened,
	}
	words := activity.EmergencyInWords(why.Code) + ": " + why.Text
	if look.Reason, err = a.box.Seal(words, place(tableLooks, row.ID.Bytes())); err != nil {
		return fmt.Errorf("open in an emergency: %w", err)
	}
	err = g.On(tx.DB).Create(&look).Error
	if err == nil {
		err = g.On(tx.DB).Create(&row).Error
	}
	if err != nil {
		return fmt.Errorf("open in an emergency: %w", err)
	}
	return nil
}

// alarm leaves a mail for everybody who could judge, besides the one whom it is about.
func (a *Assist) alarm(tx *db.Tx, row emergencyRow, mail EmergencyMail) error {
	list, err := a.accounts.StaffHolding(tx.DB, verb.EmergenciesReview)
	if err != nil {
		return err
	}
	mail.Which, mail.At = row.ID, row.StartedAt.Time
	for _, to := range list {
		if to == row.StaffID {
			continue
		}
		key := row.ID.String() + "-" + to.String()
		if mail.Reminder {
			key = fmt.Sprintf("%s-%d", key, row.Reminded+1)
		}
		mail.To = to
		if err := a.post.Enqueue(tx, outbox.Message{Kind: MailEmergency, Key: key, Payload: mail}); err != nil {
			return fmt.Errorf("tell of an emergency: %w", err)
		}
	}
	return nil
}
