package demo

import (
	"context"
	"log/slog"
	"time"

	"gatehouse/internal/app"
)

// OpenSlowly opens the demo as on a machine that stood still for so long while the past was made.
func OpenSlowly(
	ctx context.Context, listen, data string, logger *slog.Logger, stood time.Duration,
) (*app.App, error) {
	return open(ctx, listen, data, logger, stood)
}
