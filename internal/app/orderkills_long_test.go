//go:build long

package app_test

import (
	"testing"

	"gatehouse/internal/platform/config"
)

// morePoints are where a longer run kills besides.
func morePoints() []deadly {
	return []deadly{
		{"UPDATE service_requests", 1},
		{"INSERT INTO outbox", 1},
		{"INSERT INTO outbox", 3},
		{"INSERT INTO service_work", 1},
		{"UPDATE service_work", 1},
		{"UPDATE services", 1},
		{"INSERT INTO invoice_lines", 1},
		{"INSERT INTO ledger_entries", 1},
		{"INSERT INTO entries", 1},
		{"INSERT INTO entries", 2},
		{"INSERT INTO entries", 3},
		{"INSERT INTO entries", 4},
		{"UPDATE heads", 1},
		{"UPDATE heads", 2},
		{"UPDATE heads", 3},
		{"INSERT INTO entry_personal", 1},
		{"UPDATE outbox", 1},
		{"UPDATE outbox", 2},
		{"UPDATE outbox", 4},
	}
}

// R1, R8: the same at more points, twice.
func TestLongKilledBetweenApprovalAndCharge(t *testing.T) {
	eachHouse(t, func(*config.Config) {}, func(t *testing.T, h *house) {
		b := h.bench(t)
		for range 2 {
			for _, point := range append(orderPoints(), morePoints()...) {
				b.killOrder(t, point)
			}
		}
	})
}
