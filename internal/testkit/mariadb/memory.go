package mariadb

import (
	"os"
	"syscall"
)

const (
	memoryFolder = "/dev/shm"
	memoryNeeded = 4 << 30 // bytes; a run of all tests takes well under one, and what they drop is given back
)

// roomyMemory is a folder in memory where there is one with room to spare, and else empty, which stands for the
// ordinary temporary folder. Making the tables of a test means a hundred waits for a disk, and nobody needs them after
// a crash.
func roomyMemory() string {
	var volume syscall.Statfs_t
	if syscall.Statfs(memoryFolder, &volume) != nil || volume.Bavail*uint64(volume.Bsize) < memoryNeeded {
		return ""
	}
	probe, err := os.MkdirTemp(memoryFolder, "gatehouse-probe-") // it may be there and not for us
	if err != nil {
		return ""
	}
	_ = os.Remove(probe)
	return memoryFolder
}
