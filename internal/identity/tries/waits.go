package tries

import (
	"strconv"
	"strings"
	"time"
)

// The figures of S4 and S7 (our own, but for the hundred: NIST SP 800-63B, section 3.2.2).
const (
	freeFailures   = 5   // the fifth failure in a row is the first that is followed by a wait
	lockedFailures = 10  // from the tenth, each is followed by the longest wait
	lastFailure    = 100 // after a hundred in a row, the way in stays shut until it is opened by hand or by a reset

	firstWait   = 30 * time.Second
	longestWait = 30 * time.Minute
	shutFor     = 10 * 365 * 24 * time.Hour
)

// waitAfter is how long the way in stays shut after so many failures in a row. It is the same for everybody, customer,
// staff and unknown address alike, so that the wait tells nobody who exists (S4, S5).
func waitAfter(failures int) time.Duration {
	switch {
	case failures < freeFailures:
		return 0
	case failures >= lastFailure:
		return shutFor
	case failures >= lockedFailures:
		return longestWait
	}
	return firstWait << (failures - freeFailures)
}

// waitCase is waitAfter as an SQL expression, in milliseconds, of the number of failures before the one that is being
// counted: count and wait are decided by one statement, so that parallel guesses cannot slip past.
func waitCase(column string) string {
	var sql strings.Builder
	sql.WriteString("CASE")
	rung := func(failures int) {
		sql.WriteString(" WHEN " + column + " + 1 >= " + strconv.Itoa(failures) +
			" THEN " + strconv.FormatInt(waitAfter(failures).Milliseconds(), 10))
	}
	rung(lastFailure)
	for failures := lockedFailures; failures >= freeFailures; failures-- {
		rung(failures)
	}
	sql.WriteString(" ELSE 0 END")
	return sql.String()
}
