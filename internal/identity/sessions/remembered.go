package sessions

import (
	"context"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/persons"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// rememberFor is how long a device may stand in for the second step.
const rememberFor = 30 * 24 * time.Hour

// Trusted says whether somebody let the browser at the door stand in for their second step at some time. Whether it
// still may is found out in the change.
func (p *Register) Trusted(ctx context.Context, who actor.Actor, person id.Person) (bool, error) {
	if len(who.Browser) == 0 {
		return false, nil
	}
	var n int64
	err := db.WithScope(p.reader.With(ctx).Model(&deviceRow{}), "person_id", person.Bytes()).
		Where("token_hash = ? AND trusted_until IS NOT NULL", who.Browser).Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("read device: %w", err)
	}
	return n > 0, nil
}

// StandsIn decides whether the grant's browser stands in for the second step, and gives it the token for the next time.
func (p *Register) StandsIn(tx *db.Tx, g gate.Grant, person persons.Row) (bool, string, error) {
	d, err := p.persons.DemandsOn(tx.DB, person.ID, person.Staff)
	if err != nil || d.NoRemembering {
		return false, "", err
	}
	token, hash := tokens.New()
	res := g.On(tx.Model(&deviceRow{})).Where("token_hash = ? AND trusted_until > ?", g.Who().Browser, db.At(g.Now())).
		Updates(map[string]any{"token_hash": hash, "last_seen": db.At(g.Now())})
	if res.Error != nil {
		return false, "", fmt.Errorf("use remembered device: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return false, "", nil
	}
	return true, token, renamed(tx, g.Who().Browser, hash)
}

// remember lets a browser stand in for the second step of the grant's person for thirty days, under a new token: one
// that somebody else may have put there or seen is worth nothing. Where an account forbids it, or the person is of the
// staff, nothing happens and the token is empty.
func (p *Register) remember(tx *db.Tx, g gate.Grant, row deviceRow) (string, error) {
	person, err := persons.ByID(tx.DB, g.Who().Person)
	if err != nil {
		return "", err
	}
	d, err := p.persons.DemandsOn(tx.DB, person.ID, person.Staff)
	if err != nil || d.NoRemembering {
		return "", err
	}
	err = g.On(tx.Model(&deviceRow{})).Where("id = ?", row.ID).Updates(map[string]any{
		"trusted_at": db.At(g.Now()), "trusted_until": db.At(g.Now().Add(rememberFor)),
	}).Error
	if err != nil {
		return "", fmt.Errorf("remember device: %w", err)
	}
	name, err := p.box.Open(row.Name, devicePlace(row.ID))
	if err != nil {
		return "", err
	}
	g.Also(g.Entry(activity.DeviceRemembered, activity.Details{Target: activity.TargetOf("device", row.ID, name)}))
	token, hash := tokens.New()
	return token, renamed(tx, row.TokenHash, hash)
}

// distrust takes the second step's stand-ins of a person away: their devices stay known, and are asked again (N5).
func distrust(tx *db.Tx, g gate.Grant, person id.Person) error {
	err := g.On(tx.Model(&deviceRow{})).Where("person_id = ? AND trusted_until IS NOT NULL", person).
		Updates(map[string]any{"trusted_at": db.Time{}, "trusted_until": db.Time{}}).Error
	if err != nil {
		return fmt.Errorf("forget remembered devices: %w", err)
	}
	return nil
}

// Device is a browser that stands in for its owner's second step.
type Device struct {
	ID       id.Device
	Name     string // in words
	Since    time.Time
	Until    time.Time
	LastSeen time.Time
	This     bool // the one that asks
}

// Devices says which browsers somebody signs in with.
type Devices struct {
	Remembered []Device  // those that stand in for the second step, the last used first
	NewestSeen time.Time // when a browser was seen first that was not the first of all; zero: never
}

// Devices are those of the one who asks.
func (p *Register) Devices(ctx context.Context, who actor.Actor) (Devices, error) {
	g, err := p.gate.View(ctx, who, verb.SelfView, id.PersonScope(who.Person))
	if err != nil {
		return Devices{}, err
	}
	var rows []deviceRow
	if err := g.On(p.reader.With(ctx)).Order("last_seen DESC, id").Limit(2 * mostDevices).Find(&rows).Error; err != nil {
		return Devices{}, fmt.Errorf("list devices: %w", err)
	}
	var out Devices
	first := time.Time{}
	for _, row := range rows {
		seen := row.FirstSeen.Time
		if first.IsZero() || seen.Before(first) {
			first = seen
		}
		if seen.After(out.NewestSeen) {
			out.NewestSeen = seen
		}
		if !row.TrustedUntil.After(g.Now()) {
			continue
		}
		name, err := p.box.Open(row.Name, devicePlace(row.ID))
		if err != nil {
			return Devices{}, err
		}
		out.Remembered = append(out.Remembered, Device{
			ID: row.ID, Name: name, Since: row.TrustedAt.Time, Until: row.TrustedUntil.Time, LastSeen: row.LastSeen.Time,
			This: len(who.Browser) > 0 && string(row.TokenHash) == string(who.Browser),
		})
	}
	if out.NewestSeen.Equal(first) {
		out.NewestSeen = time.Time{}
	}
	return out, nil
}

// ForgetDevice asks a device of the one who asks for the second step again. Somebody else's is not found.
func (p *Register) ForgetDevice(ctx context.Context, who actor.Actor, device id.Device) error {
	return p.forgetDevices(ctx, who, func(tx *db.Tx, g gate.Grant) (activity.Target, error) {
		var rows []deviceRow
		err := g.On(tx.DB).Where("id = ? AND trusted_until IS NOT NULL", device).Limit(1).Find(&rows).Error
		if err != nil {
			return activity.Target{}, fmt.Errorf("forget device: %w", err)
		}
		if len(rows) == 0 {
			return activity.Target{}, fault.NotFound("forget device")
		}
		err = g.On(tx.Model(&deviceRow{})).Where("id = ?", device).
			Updates(map[string]any{"trusted_at": db.Time{}, "trusted_until": db.Time{}}).Error
		if err != nil {
			return activity.Target{}, fmt.Errorf("forget device: %w", err)
		}
		name, err := p.box.Open(rows[0].Name, devicePlace(device))
		return activity.TargetOf("device", device, name), err
	})
}

// ForgetDevices asks every device of the one who asks for the second step again.
func (p *Register) ForgetDevices(ctx context.Context, who actor.Actor) error {
	return p.forgetDevices(ctx, who, func(tx *db.Tx, g gate.Grant) (activity.Target, error) {
		return activity.Target{Kind: "device", Label: "all remembered devices"}, distrust(tx, g, who.Person)
	})
}

func (p *Register) forgetDevices(
	ctx context.Context, who actor.Actor, work func(tx *db.Tx, g gate.Grant) (activity.Target, error),
) error {
	if !who.SignedIn() {
		return fault.SignIn()
	}
	return p.gate.Change(ctx, who, verb.SelfManage, id.PersonScope(who.Person),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			target, err := work(tx, g)
			if err != nil {
				return gate.Entry{}, err
			}
			return g.Entry(activity.DeviceForgotten, activity.Details{Target: target}), nil
		})
}

// ForgetBrowsers takes away what is known of the browsers of the grant's person.
func ForgetBrowsers(tx *db.Tx, g gate.Grant) error {
	if err := g.On(tx.DB).Where("person_id = ?", g.Person()).Delete(&deviceRow{}).Error; err != nil {
		return fmt.Errorf("forget devices: %w", err)
	}
	return nil
}
