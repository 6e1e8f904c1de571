package hosting

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

const (
	tableBreaches = "service_breaches"
	longestFound  = 4000
	longestTodo   = 2000
)

// MailBreach is the kind of outbox message that carries a BreachFound.
const MailBreach = "mail.breach"

// BreachFound says that a service was disabled because somebody broke into it: those who run it are told at once.
type BreachFound struct {
	Account id.Account `json:"account"`
	Service id.Service `json:"service"`
	Name    string     `json:"name"`
	Found   string     `json:"found"`
	Todo    string     `json:"todo"`
}

// Breach is what was found of a service that somebody broke into.
type Breach struct {
	Found string
	Todo  string // what its people are to do
	At    time.Time
}

type breachRow struct {
	ID        id.Request `gorm:"primaryKey"`
	AccountID id.Account
	ServiceID id.Service
	Evidence  secretbox.Sealed
	Todo      secretbox.Sealed
	Remedy    secretbox.Sealed
	FoundAt   db.Time
	EndedAt   db.Time
}

// TableName names the table.
func (breachRow) TableName() string { return tableBreaches }

// prose checks a text of several lines.
func (f *form) prose(field, text string, longest int, missing string) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	odd := func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) }
	switch n := utf8.RuneCountInString(text); {
	case text == "":
		f.fail(field, missing)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, odd):
		f.fail(field, "This has characters that cannot be stored.")
	case n > longest:
		f.fail(field, fmt.Sprintf("Use at most %d characters; this has %d.", longest, n))
	}
	return text
}

// Disable stops a service that somebody broke into. Those who run it are told at once, with what was found and what
// they are to do.
func (h *Hosting) Disable(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service, b Breach,
) error {
	var f form
	b.Found = f.prose("found", b.Found, longestFound, "Say what was found: files, times, addresses.")
	b.Todo = f.prose("todo", b.Todo, longestTodo, "Say what the client is to do.")
	if err := f.fault(); err != nil {
		return err
	}
	const why = "Somebody broke into this site. It is stopped until that is put right."
	row := breachRow{ID: id.New[id.RequestKind](), AccountID: account, ServiceID: service}
	reason, err := h.box.Seal(why, place(tableServices, "state_reason", service.Bytes()))
	if err == nil {
		row.Evidence, err = h.box.Seal(b.Found, place(tableBreaches, "evidence", row.ID.Bytes()))
	}
	if err == nil {
		row.Todo, err = h.box.Seal(b.Todo, place(tableBreaches, "todo", row.ID.Bytes()))
	}
	if err != nil {
		return fmt.Errorf("disable service: %w", err)
	}
	return h.change(ctx, who, verb.HostingManage, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		held, err := find(tx.DB, g, service)
		if err != nil {
			return gate.Entry{}, err
		}
		s, err := h.open(held)
		if err != nil {
			return gate.Entry{}, err
		}
		row.FoundAt = db.At(g.Now())
		if err := g.On(tx.DB).Create(&row).Error; err != nil {
			return gate.Entry{}, fmt.Errorf("disable service: %w", err)
		}
		err = h.post.Enqueue(tx, outbox.Message{Kind: MailBreach, Key: row.ID.String(), Payload: BreachFound{
			Account: account, Service: service, Name: s.Label(), Found: b.Found, Todo: b.Todo,
		}})
		if err != nil {
			return gate.Entry{}, fmt.Errorf("disable service: %w", err)
		}
		return h.step(tx, g, held, s, step{
			from: []State{Active}, to: Suspended, reason: reason, why: why, action: activity.ServiceDisabled, silent: true,
			otherwise: "Only a running service can be disabled. Restore it first, if it is suspended for another reason.",
		})
	})
}

// Reopen lets a service run again that was broken into. remedy says what was done against it.
func (h *Hosting) Reopen(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service, remedy string,
) error {
	var f form
	remedy = f.prose("remedy", remedy, longestTodo, "Say what was done, so that it does not happen again.")
	if err := f.fault(); err != nil {
		return err
	}
	return h.change(ctx, who, verb.HostingManage, account, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		held, err := find(tx.DB, g, service)
		if err != nil {
			return gate.Entry{}, err
		}
		s, err := h.open(held)
		if err != nil {
			return gate.Entry{}, err
		}
		row, is, err := openBreach(g.On(tx.DB), service)
		if err != nil || !is {
			return gate.Entry{}, orConflict(err, "Nobody broke into this service, as far as we know.")
		}
		sealed, err := h.box.Seal(remedy, place(tableBreaches, "remedy", row.ID.Bytes()))
		if err != nil {
			return gate.Entry{}, fmt.Errorf("reopen service: %w", err)
		}
		res := g.On(tx.DB).Table(tableBreaches).Where("id = ? AND ended_at IS NULL", row.ID).
			Updates(map[string]any{"remedy": sealed, "ended_at": db.At(g.Now())})
		if res.Error != nil || res.RowsAffected == 0 {
			return gate.Entry{}, orConflict(res.Error, "Somebody else has opened it again meanwhile.")
		}
		return h.step(tx, g, held, s, step{
			from: []State{Suspended}, to: Active, action: activity.ServiceReopened, why: remedy,
			otherwise: "This service is not suspended.",
		})
	})
}

func orConflict(err error, message string) error {
	if err != nil {
		return fmt.Errorf("breach: %w", err)
	}
	return fault.Conflict(message)
}

func openBreach(q *gorm.DB, service id.Service) (breachRow, bool, error) {
	return db.One[breachRow](q.Where("service_id = ? AND ended_at IS NULL", service).Order("found_at DESC"))
}

// Breach is what was found of a service that is disabled; found is false where nothing is. Those who see the service
// read it, and staff.
func (h *Hosting) Breach(
	ctx context.Context, who actor.Actor, account id.Account, service id.Service,
) (b Breach, found bool, err error) {
	v := verb.ServicesView
	if who.Kind == actor.Staff {
		v = verb.HostingView
	}
	g, err := h.gate.View(ctx, who, v, id.AccountScope(account))
	if err != nil {
		return Breach{}, false, err
	}
	if !g.AllowsService(service) {
		return Breach{}, false, fault.NotFound("read breach")
	}
	row, found, err := openBreach(g.On(h.reader.With(ctx)), service)
	if err != nil || !found {
		return Breach{}, false, err
	}
	b.At = row.FoundAt.Time
	if b.Found, err = h.box.Open(row.Evidence, place(tableBreaches, "evidence", row.ID.Bytes())); err == nil {
		b.Todo, err = h.box.Open(row.Todo, place(tableBreaches, "todo", row.ID.Bytes()))
	}
	return b, found, err
}
