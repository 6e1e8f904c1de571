//go:build long

package recurring_test

import (
	"testing"

	"gatehouse/internal/testkit"
)

// P2, P8: a year with a thousand accounts sums up exactly, on both databases.
func TestLongAYearOfAThousandAccountsSumsUpExactly(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { simulate(t, newRig(t, testkit.NewSQLite(t)), 1000, 2) })
	t.Run("mariadb", func(t *testing.T) { simulate(t, newRig(t, testkit.NewMariaDB(t)), 1000, 3) })
}
