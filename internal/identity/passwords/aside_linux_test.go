package passwords_test

import (
	"runtime"
	"syscall"
	"testing"

	"gatehouse/internal/identity/passwords"
)

// S3: hashes stand back behind whatever else there is to do, and nothing else does so because of them.
func TestHashesStandBack(t *testing.T) {
	t.Parallel()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, inside := priority(t), 0
	for range 20 {
		passwords.Aside(func() { inside = priority(t) })
		if inside >= before {
			t.Fatalf("a hash has the priority %d, where everything else has %d", inside, before)
		}
		done := make(chan int)
		go func() { done <- priority(t) }()
		if after := <-done; after != before {
			t.Fatalf("after a hash somebody else has the priority %d, not %d", after, before)
		}
	}
}

// priority is that of the calling thread; the higher, the sooner it runs.
func priority(t *testing.T) int {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	p, err := syscall.Getpriority(syscall.PRIO_PROCESS, 0)
	if err != nil {
		t.Error(err)
	}
	return p
}
