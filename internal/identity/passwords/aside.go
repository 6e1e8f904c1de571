package passwords

import "runtime"

// aside runs work on a thread of its own whose priority is low, and waits for it. A hash takes a whole processor for
// tens of milliseconds; pages are made meanwhile by whatever is at hand, and the system lets them go first. The thread
// ends with the work, since a priority that was lowered cannot be raised again.
func aside(work func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlocked: the thread ends with the function
		lowerPriority()
		work()
	}()
	<-done
}

// MakeRoom gives the program's pages processors of Go beside those that hashes hold for their whole time, until undo is
// called. Which of them runs is the system's choice, by priority.
func (h *Hasher) MakeRoom() (undo func()) {
	before := runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + h.Slots())
	return func() { runtime.GOMAXPROCS(before) }
}
