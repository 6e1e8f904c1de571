package sessions

import (
	"fmt"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/tokens"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
)

const (
	keepDevices = 400 * 24 * time.Hour // as long as browsers keep a cookie
	mostDevices = 50                   // of one person, so that nobody fills the disk with sign-ins
)

// deviceRow is a browser that a person signed in with.
type deviceRow struct {
	ID           id.Device `gorm:"primaryKey"`
	PersonID     id.Person
	TokenHash    []byte
	Name         secretbox.Sealed
	FirstSeen    db.Time
	LastSeen     db.Time
	TrustedAt    db.Time
	TrustedUntil db.Time
}

// TableName names the table.
func (deviceRow) TableName() string { return "devices" }

func devicePlace(device id.Device) secretbox.Place {
	return secretbox.Place{Table: "devices", Column: "name", Row: device.Bytes()}
}

// renamed gives a browser its new token for everybody else who signs in with it, too.
func renamed(tx *db.Tx, before, after []byte) error {
	const reason = "a browser has one token, whoever signs in with it"
	err := db.Across(tx.Model(&deviceRow{}), reason).Where("token_hash = ?", before).Update("token_hash", after).Error
	if err != nil {
		return fmt.Errorf("renew device: %w", err)
	}
	return nil
}

// Meet writes down in which browser the grant's person begins a session, and tells them by mail of one that they never
// used before: unless it is their first, with which they have just come in. It returns a token where the browser is to
// keep a new one.
func (p *Register) Meet(tx *db.Tx, g gate.Grant, remember bool) (token string, err error) {
	row, found, err := deviceOf(tx, g)
	if err != nil {
		return "", err
	}
	if !found {
		if row, token, err = p.noteDevice(tx, g); err != nil {
			return "", err
		}
	}
	if remember {
		fresh, err := p.remember(tx, g, row)
		if fresh != "" || err != nil {
			return fresh, err
		}
	}
	return token, nil
}

// deviceOf finds the grant's browser among those that its person used, and notes that it was seen.
func deviceOf(tx *db.Tx, g gate.Grant) (row deviceRow, found bool, err error) {
	hash := g.Who().Browser
	if len(hash) == 0 {
		return deviceRow{}, false, nil
	}
	var rows []deviceRow
	if err := g.On(tx.DB).Where("token_hash = ?", hash).Limit(1).Find(&rows).Error; err != nil {
		return deviceRow{}, false, fmt.Errorf("recognise device: %w", err)
	}
	if len(rows) == 0 {
		return deviceRow{}, false, nil
	}
	err = g.On(tx.Model(&deviceRow{})).Where("id = ?", rows[0].ID).Update("last_seen", db.At(g.Now())).Error
	if err != nil {
		return deviceRow{}, false, fmt.Errorf("recognise device: %w", err)
	}
	return rows[0], true, nil
}

// noteDevice writes a browser down that its person never used before.
func (p *Register) noteDevice(tx *db.Tx, g gate.Grant) (row deviceRow, token string, err error) {
	who, now := g.Who(), db.At(g.Now())
	var others int64
	if err := g.On(tx.Model(&deviceRow{})).Count(&others).Error; err != nil {
		return deviceRow{}, "", fmt.Errorf("count devices: %w", err)
	}
	if err := dropOldDevices(tx, g, others); err != nil {
		return deviceRow{}, "", err
	}
	token, hash := tokens.New()
	if len(who.Browser) > 0 { // somebody else uses it, too: it keeps what it has
		token, hash = "", who.Browser
	}
	row = deviceRow{ID: id.New[id.DeviceKind](), PersonID: who.Person, TokenHash: hash, FirstSeen: now, LastSeen: now}
	if row.Name, err = p.box.Seal(deviceName(who), devicePlace(row.ID)); err != nil {
		return deviceRow{}, "", err
	}
	if err := g.On(tx.DB).Create(&row).Error; err != nil {
		return deviceRow{}, "", fmt.Errorf("note device: %w", err)
	}
	if others == 0 {
		return row, token, nil
	}
	return row, token, p.alerts.Tell(tx, g, alerts.NewDevice, deviceName(who))
}

func deviceName(who actor.Actor) string {
	if who.Device == "" {
		return "Unknown device"
	}
	return who.Device
}

// dropOldDevices makes room for one more: what was not seen for longer than browsers keep cookies goes, and of too many
// those that were not seen for longest. The newest always stay, so that a new one is always news.
func dropOldDevices(tx *db.Tx, g gate.Grant, present int64) error {
	err := g.On(tx.DB).Where("last_seen < ?", db.At(g.Now().Add(-keepDevices))).Delete(&deviceRow{}).Error
	if err != nil {
		return fmt.Errorf("drop devices: %w", err)
	}
	if present < mostDevices {
		return nil
	}
	var rows []deviceRow
	err = g.On(tx.DB).Select("id").Order("last_seen DESC, id").Offset(mostDevices - 1).Limit(mostDevices).Find(&rows).Error
	if err != nil {
		return fmt.Errorf("drop devices: %w", err)
	}
	for _, row := range rows {
		if err := g.On(tx.DB).Where("id = ?", row.ID).Delete(&deviceRow{}).Error; err != nil {
			return fmt.Errorf("drop devices: %w", err)
		}
	}
	return nil
}
