package testkit

import (
	"context"
	"strings"
	"syscall"

	"gatehouse/internal/platform/db"
)

// KillBefore returns a context under which this very process is killed, as by `kill -9`, when a statement that begins
// so is about to run, for the nth time. Quotes in the statement are left out: "INSERT INTO payments".
func KillBefore(ctx context.Context, begins string, nth int) context.Context {
	seen := 0
	return db.Watch(ctx, func(text string, _ []any) {
		if strings.HasPrefix(strings.NewReplacer("`", "", `"`, "").Replace(text), begins) {
			if seen++; seen == nth {
				Kill()
			}
		}
	})
}

// Kill ends this process at once: nothing is flushed, closed or rolled back.
func Kill() {
	_ = syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
	select {} // it does not come back
}
