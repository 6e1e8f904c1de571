package tries

import "time"

// What the tests of this package look at from outside.

func WaitAfter(failures int) time.Duration { return waitAfter(failures) }
func WaitCase(column string) string        { return waitCase(column) }
