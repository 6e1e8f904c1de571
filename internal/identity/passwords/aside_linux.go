package passwords

import "syscall"

// politeness is what Linux calls niceness: a thread at 10 gets about a tenth of one at 0, where both want to run.
const politeness = 10

// lowerPriority makes the calling thread stand back. Where that cannot be, hashing goes on as it is.
func lowerPriority() { _ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, politeness) }
