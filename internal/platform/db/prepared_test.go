package db_test

import (
	"slices"
	"testing"
	"time"

	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

const numbers = "WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c WHERE n < 9) "

func TestLimitsHoldWhereverTheyStand(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		for text, c := range map[string]struct {
			args []any
			want []int64
		}{
			"SELECT n FROM c ORDER BY n LIMIT ?":                  {[]any{2}, []int64{1, 2}},
			"SELECT n FROM c WHERE n > ? ORDER BY n LIMIT ?":      {[]any{4, 2}, []int64{5, 6}},
			"SELECT n FROM c ORDER BY n LIMIT ? OFFSET ?":         {[]any{2, 3}, []int64{4, 5}},
			"SELECT n FROM c ORDER BY n LIMIT 1":                  {nil, []int64{1}},
			"SELECT n FROM c WHERE n < ? ORDER BY n DESC LIMIT ?": {[]any{4, int64(1)}, []int64{3}},
			"SELECT n FROM (SELECT n FROM c WHERE n > ? ORDER BY n LIMIT ?) a WHERE n <> ? ORDER BY n LIMIT ?": {
				[]any{3, 4, 5, 2}, []int64{4, 6},
			},
		} {
			var got []int64
			q := w.Reader.With(t.Context()).Raw(numbers+text, c.args...)
			if err := q.Scan(&got).Error; err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, %v", text, got, err)
			}
		}
	})
}

// A statement that is kept prepared is not read again, whatever its limit: nine tables take longer to plan than to look
// into.
func TestAKeptStatementIsNotReadAgain(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	text := "SELECT COUNT(*) FROM (SELECT h0.seq FROM heads h0"
	for _, n := range []string{"1", "2", "3", "4", "5", "6", "7", "8"} {
		text += " JOIN heads h" + n + " ON h" + n + ".chain = h0.chain"
	}
	quickest := func(text string, args ...any) time.Duration {
		best := time.Hour
		for range 400 {
			begin := time.Now()
			_, err := db.ReadRows(w.Reader.With(t.Context()).Raw(text, args...), func(n *int) []any { return []any{n} })
			if err != nil {
				t.Fatal(err)
			}
			best = min(best, time.Since(begin))
		}
		return best
	}
	plain, bound := quickest(text+" LIMIT 3)"), quickest(text+" LIMIT ?)", 3)
	if bound > 2*plain {
		t.Errorf("with the limit as a value %s, without %s", bound, plain)
	}
}
