package db_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"

	"gatehouse/internal/fault"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

func TestALostConflictRunsAgain(t *testing.T) { // R4
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		for _, number := range []uint16{1213, 1205, 1020} {
			runs := 0
			err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
				runs++
				if err := tx.Exec("UPDATE heads SET locks = locks + 1").Error; err != nil {
					return err
				}
				if runs < 3 {
					return &mysql.MySQLError{Number: number, Message: "lost"}
				}
				return nil
			})
			if err != nil || runs != 3 {
				t.Errorf("%d: ran %d times, %v", number, runs, err)
			}
		}
		// what was rolled back left nothing: three commits, one addition each
		if n := w.Count(t, "heads", "locks >= 3 AND locks < 9"); n != 1 {
			t.Error("an attempt that lost its conflict was kept")
		}
	})
}

func TestAConflictEndsWithTheDeadline(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := w.Writer.Do(ctx, func(*db.Tx) error { return &mysql.MySQLError{Number: 1213} })
	if fault.KindOf(err) != fault.KindUnavailable {
		t.Errorf("got %v", err)
	}
}

func TestAnotherErrorRunsOnceAndUndoes(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		boom, runs := errors.New("boom"), 0
		before := w.Count(t, "heads", "locks > 1000")
		err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
			runs++
			return errors.Join(tx.Exec("UPDATE heads SET locks = 5000").Error, boom)
		})
		if !errors.Is(err, boom) || runs != 1 || w.Count(t, "heads", "locks > 1000") != before {
			t.Errorf("ran %d times, %v", runs, err)
		}
	})
}

func TestALostDatabaseIsUnavailable(t *testing.T) { // R3
	t.Parallel()
	w := testkit.NewSQLite(t)
	if err := w.Writer.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.Writer.Do(t.Context(), func(*db.Tx) error { return nil }); err == nil {
		t.Error("a closed database took a change")
	}
	for _, broken := range []error{
		mysql.ErrInvalidConn, &mysql.MySQLError{Number: 1047}, &mysql.MySQLError{Number: 1021},
		&mysql.MySQLError{Number: 1969},
	} {
		other := testkit.NewSQLite(t)
		err := other.Writer.Do(t.Context(), func(*db.Tx) error { return broken })
		if fault.KindOf(err) != fault.KindUnavailable {
			t.Errorf("%v became %v", broken, err)
		}
	}
}

func TestAStatementThatTakesTooLongIsAnOutage(t *testing.T) { // R3
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		var n int64
		err := w.Reader.With(ctx).Raw("WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c WHERE n < 1000) " +
			"SELECT COUNT(*) FROM c AS a, c AS b, c AS d").Scan(&n).Error
		if fault.KindOf(err) != fault.KindUnavailable {
			t.Errorf("%d, %v", n, err)
		}
	})
}

// The time may be over after the first rows: the page is then as unavailable as one that got none.
func TestRowsThatTakeTooLongAreAnOutage(t *testing.T) { // R3
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		type row struct{ N int64 }
		const many = "WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c WHERE n < 900) " +
			"SELECT a.n FROM c AS a, c AS b, c AS d"
		for what, read := range map[string]func(q *gorm.DB) (int, error){
			"mapped": func(q *gorm.DB) (int, error) {
				var rows []row
				err := q.Scan(&rows).Error
				return len(rows), err
			},
			"by hand": func(q *gorm.DB) (int, error) {
				rows, err := db.ReadRows(q, func(r *row) []any { return []any{&r.N} })
				return len(rows), err
			},
		} {
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			n, err := read(w.Reader.With(ctx).Raw(many))
			cancel()
			if fault.KindOf(err) != fault.KindUnavailable {
				t.Errorf("%s: %v after %d rows", what, err, n)
			}
		}
	})
}

func TestTimeIsTheDatabasesAndMovesWithTheOffset(t *testing.T) { // R10
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		w.Offset.Set(48 * time.Hour)
		err := w.Writer.Do(t.Context(), func(tx *db.Tx) error {
			first, err := tx.Now()
			if err != nil {
				return err
			}
			if ahead := time.Until(first); ahead < 47*time.Hour || ahead > 49*time.Hour {
				t.Errorf("the time is %s ahead", ahead)
			}
			again, err := tx.Now()
			if !again.Equal(first) {
				t.Error("time moved within a transaction")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestRowsOfTimesAndBytes(t *testing.T) {
	t.Parallel()
	at := db.At(time.Date(2026, 12, 3, 14, 5, 9, 123_456_789, time.UTC))
	stored, err := at.Value()
	if err != nil || stored != int64(1796306709123) {
		t.Errorf("stored %v, %v", stored, err)
	}
	var back db.Time
	if err := back.Scan(stored); err != nil || !back.Equal(at.Time) {
		t.Errorf("came back as %v, %v", back, err)
	}
	if err := back.Scan("2026-12-03"); err == nil {
		t.Error("a text was taken for a time")
	}
	if none, err := (db.Time{}).Value(); none != nil || err != nil {
		t.Errorf("no time is stored as %v, %v", none, err)
	}
	var blob db.Blob
	if err := blob.Scan([]byte{1, 2}); err != nil || len(blob) != 2 {
		t.Errorf("bytes came back as %v, %v", blob, err)
	}
	if err := blob.Scan(int64(1)); err == nil {
		t.Error("a number was taken for bytes")
	}
}
