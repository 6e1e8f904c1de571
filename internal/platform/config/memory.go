package config

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

const (
	// collectAt is how much a heap may grow, in hundredths of what is in use, until it is cleared. A page leaves most of
	// a megabyte behind: twice the usual growth is a tenth of a page's time saved, and no more memory at the peak.
	collectAt = 200
	// limitFile is where the kernel says how much memory a container has.
	limitFile = "/sys/fs/cgroup/memory.max"
)

// TuneMemory sets when memory is cleared up, unless the operator has by GOGC and GOMEMLIMIT: seldom, but in a container
// more often as it gets full.
func TuneMemory() {
	if _, set := os.LookupEnv("GOGC"); !set {
		debug.SetGCPercent(collectAt)
	}
	if _, set := os.LookupEnv("GOMEMLIMIT"); set {
		return
	}
	if text, err := os.ReadFile(limitFile); err == nil {
		if limit := memoryLimit(string(text)); limit > 0 {
			debug.SetMemoryLimit(limit)
		}
	}
}

// memoryLimit is the part of a container's memory that the heap may fill; 0 where it has no limit.
func memoryLimit(text string) int64 {
	most, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || most <= 0 {
		return 0
	}
	return most / 5 * 4
}
