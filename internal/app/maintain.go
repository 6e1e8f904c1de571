package app

import (
	"context"
	"errors"
	"log/slog"

	"gatehouse/internal/platform/config"
)

// errNoMaintainer says who is missing to take old entries out of the log.
var errNoMaintainer = errors.New("the portal’s database user may delete no entry of the log: name one that may in " +
	"database.maintain_dsn, as docs/operations.md tells how to make it")

// Maintain opens the program as the database user who may take old entries out of the log. It serves nobody.
func Maintain(ctx context.Context, cfg *config.Config, logger *slog.Logger) (*App, error) {
	inUse := *cfg
	if inUse.Database.MaintainDSN.IsEmpty() {
		return nil, errNoMaintainer
	}
	inUse.Database.WriteDSN = inUse.Database.MaintainDSN
	return Open(ctx, &inUse, logger)
}
