package hosting

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	tableDays    = "service_days"
	tableUsage   = "service_usage"
	daysKept     = 400
	daysShown    = 30
	secondsOfDay = 24 * 60 * 60
	measureBatch = 200
	measureTime  = 20 * time.Second
)

type dayRow struct {
	ServiceID id.Service `gorm:"primaryKey"`
	AccountID id.Account
	Day       int64 `gorm:"primaryKey;autoIncrement:false"`
	Disk      int64
	Transfer  int64
	Month     int64
	Mailboxes int
}

// TableName names the table.
func (dayRow) TableName() string { return tableDays }

// Day is what a service used on a day (UTC).
type Day struct {
	Day            time.Time // midnight
	Disk, Transfer int64     // bytes
	Mailboxes      int
}

// usageRow is the last count.
type usageRow struct {
	ServiceID     id.Service `gorm:"primaryKey"`
	AccountID     id.Account
	Disk          int64
	DiskMost      int64
	Moved         int64
	MovedMost     int64
	Mailboxes     int
	MailboxesMost int
	CountedAt     db.Time
}

// TableName names the table.
func (usageRow) TableName() string { return tableUsage }

func dayOf(t time.Time) int64        { return t.Unix() / secondsOfDay }
func dateOf(day int64) time.Time     { return time.Unix(day*secondsOfDay, 0).UTC() }
func firstShown(now time.Time) int64 { return dayOf(now) - daysShown + 1 }

// Days is what a service used on each of the last thirty days that it was measured on, the oldest first.
func (h *Hosting) Days(ctx context.Context, who actor.Actor, account id.Account, service id.Service) ([]Day, error) {
	g, err := h.gate.View(ctx, who, verb.ServicesView, id.AccountScope(account))
	if err != nil || !g.AllowsService(service) {
		return nil, err
	}
	var rows []dayRow
	err = g.On(h.reader.With(ctx)).Where("service_id = ? AND day >= ?", service, firstShown(g.Now())).Order("day").
		Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("read usage: %w", err)
	}
	list := make([]Day, 0, len(rows))
	for _, r := range rows {
		list = append(list, Day{Day: dateOf(r.Day), Disk: r.Disk, Transfer: r.Transfer, Mailboxes: r.Mailboxes})
	}
	return list, nil
}

// dueRow is a service that was not measured today.
type dueRow struct {
	ID        id.Service
	AccountID id.Account
}

// MeasureAll asks servers what their services use, each once a day. What one
// server does not say keeps no other back. A job calls it.
func (h *Hosting) MeasureAll(ctx context.Context) error {
	now, err := h.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("measure services: %w", err)
	}
	var due []dueRow
	err = db.Across(h.reader.With(ctx), "whatever runs is measured, whosever it is").Table(tableServices).
		Joins("LEFT JOIN service_days d ON d.service_id = services.id AND d.day = ?", dayOf(now)).
		Select("services.id, services.account_id").Where("services.state = ? AND d.day IS NULL", Active).
		Order("services.id").Limit(measureBatch).Find(&due).Error
	if err != nil {
		return fmt.Errorf("measure services: %w", err)
	}
	silent := map[id.Server]bool{} // a server that did not answer is not asked again in this turn
	for _, one := range due {
		if err := h.measureOne(ctx, one, now, silent); err != nil {
			return err
		}
	}
	return h.pruneDays(ctx, now)
}

func (h *Hosting) measureOne(ctx context.Context, one dueRow, now time.Time, silent map[id.Server]bool) error {
	row, s, err := h.whole(ctx, one.ID)
	if err != nil {
		return err
	}
	panel := h.panels[s.Server.Panel]
	if panel == nil || silent[s.Server.ID] {
		return nil
	}
	l := Login{Server: s.Server}
	if err := h.openSecrets(&l, row); err != nil {
		return err
	}
	asking, cancel := context.WithTimeout(ctx, measureTime)
	defer cancel()
	user := l.User
	if user == "" {
		found, err := panel.Find(asking, l.Machine(), "", s.Domain)
		if err != nil {
			silent[s.Server.ID] = !errors.Is(err, ErrNoHolding)
			return ctx.Err()
		}
		user = found.User
	}
	m, err := panel.Measure(asking, l.Machine(), user)
	if err != nil {
		silent[s.Server.ID] = !errors.Is(err, ErrNoHolding)
		return ctx.Err()
	}
	return h.KeepUsage(ctx, one.AccountID, one.ID, now, m)
}

// KeepUsage writes what a service used until a moment, as its server says it.
func (h *Hosting) KeepUsage(
	ctx context.Context, account id.Account, service id.Service, at time.Time, m Measure,
) error {
	var sum int64
	err := h.gate.Bookkeep(ctx, tableDays, func(tx *db.Tx) error {
		q := db.Across(tx.DB, "the job keeps what whosever service uses")
		before, is, err := db.One[dayRow](q.Where("service_id = ? AND day < ?", service, dayOf(at)).Order("day DESC"))
		if err != nil {
			return err
		}
		row := dayRow{
			ServiceID: service, AccountID: account, Day: dayOf(at), Disk: m.Disk, Month: m.Bandwidth, Transfer: m.Bandwidth,
			Mailboxes: m.Mailboxes,
		}
		y, month, _ := at.UTC().Date()
		sameMonth := is && dateOf(before.Day).Year() == y && dateOf(before.Day).Month() == month
		if sameMonth && m.Bandwidth >= before.Month {
			row.Transfer -= before.Month // the server counts by calendar months
		}
		if err := q.Where("service_id = ? AND day = ?", service, row.Day).Delete(&dayRow{}).Error; err != nil {
			return err
		}
		if err := q.Create(&row).Error; err != nil {
			return err
		}
		return q.Table(tableDays).Where("service_id = ? AND day > ?", service, row.Day-daysShown).
			Select("COALESCE(SUM(transfer), 0)").Scan(&sum).Error
	})
	if err != nil {
		return err
	}
	usage := usageRow{
		ServiceID: service, AccountID: account, Disk: m.Disk, DiskMost: m.DiskLimit, Moved: sum, MovedMost: m.BandwidthLimit,
		Mailboxes: m.Mailboxes, MailboxesMost: m.MailboxLimit, CountedAt: db.At(at),
	}
	return h.gate.Bookkeep(ctx, tableUsage, func(tx *db.Tx) error {
		q := db.Across(tx.DB, "the job keeps what whosever service uses")
		if err := q.Where("service_id = ?", service).Delete(&usageRow{}).Error; err != nil {
			return err
		}
		return q.Create(&usage).Error
	})
}

func (h *Hosting) pruneDays(ctx context.Context, now time.Time) error {
	return h.gate.Bookkeep(ctx, tableDays, func(tx *db.Tx) error {
		return db.Across(tx.DB, "days that are long over").Where("day < ?", dayOf(now)-daysKept).Delete(&dayRow{}).Error
	})
}
