// Package settings holds what the provider decides in the console: its brand, its links, the words and the sender of
// its mails, minimums for everybody, how long things are kept, and the series of its invoices. Each setting has a row
// once it is changed, a history for good, and a way back. What the operator put into the configuration is shown and
// stays as it is. It knows no other domain: whoever needs a value asks for it by its name.
package settings

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/outbox"
	"gatehouse/internal/platform/db"
)

// Within is how long it takes at the most until a change holds on every node.
const Within = 5 * time.Second

// looksEvery is how often a node looks whether something changed.
const looksEvery = 2 * time.Second

// Base is what holds where nothing was decided in the console.
type Base struct {
	Values map[string]string // by the setting's name
	Locked map[string]string // where the operator put it: the name of the file or of the variable
}

// Settings is the room. It is safe for concurrent use.
type Settings struct {
	gate   *gate.Gate
	reader *db.Reader
	outbox *outbox.Box
	logger *slog.Logger
	base   Base

	mu      sync.RWMutex
	now     map[string]string
	version int64
	logo    []byte
}

// New makes the room. Load reads what was decided.
func New(g *gate.Gate, reader *db.Reader, post *outbox.Box, logger *slog.Logger, base Base) *Settings {
	s := &Settings{gate: g, reader: reader, outbox: post, logger: logger, base: base, version: -1}
	s.now = s.over(nil)
	return s
}

type row struct {
	Name      string `gorm:"primaryKey"`
	Value     string
	Version   int64
	ChangedAt db.Time
}

// TableName names the table.
func (row) TableName() string { return "provider_settings" }

type headRow struct {
	ID      int `gorm:"primaryKey"`
	Version int64
}

// TableName names the table.
func (headRow) TableName() string { return "provider_settings_head" }

type changeRow struct {
	ID          id.SettingChange `gorm:"primaryKey"`
	Name        string
	Version     int64
	BeforeValue *string
	AfterValue  *string
	ChangedAt   db.Time
	ChangedBy   id.Person
	Undoes      id.SettingChange
}

// TableName names the table.
func (changeRow) TableName() string { return "provider_setting_changes" }

type logoRow struct {
	Hash    string `gorm:"primaryKey"`
	Content db.Blob
}

// TableName names the table.
func (logoRow) TableName() string { return "provider_logos" }

// over lays rows over what holds without them. What the operator decided stays.
func (s *Settings) over(rows []row) map[string]string {
	now := map[string]string{}
	for _, one := range Catalogue() {
		now[one.Name] = one.Default
		if value, ok := s.base.Values[one.Name]; ok && value != "" {
			now[one.Name] = value
		}
	}
	for _, r := range rows {
		if _, known := now[r.Name]; known && s.base.Locked[r.Name] == "" {
			now[r.Name] = r.Value
		}
	}
	return now
}

// Get is the value that holds on this node.
func (s *Settings) Get(name string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.now[name]
}

// Logo is the provider's logo with the hash of what is in it; empty: there is none.
func (s *Settings) Logo() (hash string, content []byte) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.now[Logo], s.logo
}

// Load reads what holds, where it changed since it was read the last time: one row is looked at otherwise.
func (s *Settings) Load(ctx context.Context) error {
	q := s.reader.With(ctx)
	head, _, err := db.One[headRow](q.Where("id = 1"))
	if err != nil {
		return fmt.Errorf("read the settings’ version: %w", err)
	}
	s.mu.RLock()
	known := s.version == head.Version
	s.mu.RUnlock()
	if known {
		return nil
	}
	return s.take(q, head.Version)
}

func (s *Settings) take(q *gorm.DB, version int64) error {
	rows, err := all(q)
	if err != nil {
		return err
	}
	now := s.over(rows)
	var logo logoRow
	if hash := now[Logo]; hash != "" {
		if logo, _, err = db.One[logoRow](q.Where("hash = ?", hash)); err != nil {
			return fmt.Errorf("read the logo: %w", err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if version >= s.version {
		s.now, s.version, s.logo = now, version, logo.Content
	}
	return nil
}

func all(q *gorm.DB) ([]row, error) {
	var rows []row
	if err := q.Order("name").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	return rows, nil
}

// Follow keeps this node up to date until the context ends.
func (s *Settings) Follow(ctx context.Context) {
	tick := time.NewTicker(looksEvery)
	defer tick.Stop()
	s.follow(ctx, tick.C)
}

func (s *Settings) follow(ctx context.Context, ticks <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
		if err := s.Load(ctx); err != nil && !errors.Is(err, context.Canceled) {
			s.logger.WarnContext(ctx, "the settings were not looked at", slog.Any("error", err))
		}
	}
}

// Locked is where the operator decided a setting; empty: it is decided in the console.
func (s *Settings) Locked(name string) string { return s.base.Locked[name] }
