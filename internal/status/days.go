package status

import (
	"context"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// Remember takes over days that were measured before the part was looked at from here. What is known of a day already
// stays.
func (s *Status) Remember(ctx context.Context, component id.Component, days []Day) error {
	return s.gate.Bookkeep(ctx, tableDays, func(tx *db.Tx) error {
		for _, d := range days {
			row := dayRow{
				ComponentID: component, Day: d.Date.Unix() / secondsOfDay, Watched: int64(d.Watched / time.Second),
				Down: int64(d.Down / time.Second), Slow: int64(d.Slow / time.Second), Answers: 1, Latency: d.Latency.Milliseconds(),
			}
			var there int64
			err := tx.Model(&dayRow{}).Where("component_id = ? AND day = ?", component, row.Day).Count(&there).Error
			if err != nil {
				return err
			}
			if there > 0 {
				continue
			}
			if err := tx.Create(&row).Error; err != nil {
				return err
			}
		}
		return nil
	})
}
