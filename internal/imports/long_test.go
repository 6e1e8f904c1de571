//go:build long

package imports_test

import "testing"

// Ten thousand clients, with the processes that bring them over killed on the way.
func TestLongTenThousandClientsResume(t *testing.T) {
	each(t, func(t *testing.T, h *house) { h.killedOnTheWay(t, 10_000, 5) })
}
