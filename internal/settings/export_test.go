package settings

import (
	"context"
	"time"
)

// LooksEvery is how often a node looks.
const LooksEvery = looksEvery

// FollowTicks follows by the ticks of a test.
func (s *Settings) FollowTicks(ctx context.Context, ticks <-chan time.Time) { s.follow(ctx, ticks) }
