package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/app"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/mariadb"
)

const (
	mostInOne  = 1_000_000 // entries of one account; what is more goes to others
	eachOther  = 10_000    // entries of each of those
	fillers    = 2
	fillAtOnce = 5_000
	fillTime   = 10 * time.Minute // of so many entries at most, on a machine that has much else to do
	shortLog   = 1_000
	// yearLong is over how much time the entries of the two logs that are compared are spread.
	yearLong = 365 * 24 * time.Hour
)

// plan is how many entries a database is to have.
type plan struct {
	entries int // in all
	long    int // in the account that has most of them
}

func planned(entries int) plan { return plan{entries: entries, long: min(entries, mostInOne)} }

// stock is a database with a log that is filled once and measured, today and, where it is kept, again.
type stock struct {
	*app.App
	plan
	contents

	dir    string
	loaded atomic.Int64  // entries that were added in this run
	took   time.Duration // and how long that took
}

// contents are what is to be known of the log that is kept.
type contents struct {
	From        time.Time
	Short, Long id.Account
	Brief, Cast testkit.Cast // whom the entries of both are about
	Others      []id.Account
	// Again are the statements that put back what was left out for a quick filling.
	Again []string
}

func (s *stock) short() id.Scope { return id.AccountScope(s.Short) }

func (s *stock) long() id.Scope { return id.AccountScope(s.Long) }

// stocked opens a database, an empty one or one that was kept, and fills it up to what is planned.
func stocked(ctx context.Context, cfg *config.Config, server *mariadb.Database, p plan) (_ *stock, err error) {
	if _, err := os.Stat(filepath.Join(cfg.KeysDir, secretbox.FileName)); errors.Is(err, os.ErrNotExist) {
		if _, err := secretbox.Create(cfg.KeysDir); err != nil {
			return nil, fmt.Errorf("keys: %w", err)
		}
	}
	if _, err := app.Migrate(ctx, cfg, quiet()); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	if server != nil {
		if err := server.GrantTables(ctx); err != nil {
			return nil, fmt.Errorf("rights: %w", err)
		}
	}
	inUse := *cfg
	inUse.Demo = false
	s := &stock{plan: p, dir: cfg.DataDir}
	if s.App, err = app.Open(ctx, &inUse, quiet()); err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	if err = s.recall(); err == nil {
		err = s.fill(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("fill: %w", err), s.Close())
	}
	return s, nil
}

// recall reads what is known of a log that was kept, or decides it.
func (s *stock) recall() error {
	raw, err := os.ReadFile(filepath.Join(s.dir, "stock.json"))
	if err == nil {
		err = json.Unmarshal(raw, &s.contents)
	} else if errors.Is(err, os.ErrNotExist) {
		s.contents = contents{
			From: time.Now().Add(-yearLong), Short: id.New[id.AccountKind](), Long: id.New[id.AccountKind](),
			Brief: testkit.NewCast(), Cast: testkit.NewCast(),
		}
		err = nil
	}
	for len(s.Others)*eachOther < s.entries-s.plan.long {
		s.Others = append(s.Others, id.New[id.AccountKind]())
	}
	if err != nil {
		return fmt.Errorf("what was kept: %w", err)
	}
	return s.remember()
}

// remember writes down what is to be known of the log.
func (s *stock) remember() error {
	raw, err := json.Marshal(s.contents)
	if err == nil {
		err = os.WriteFile(filepath.Join(s.dir, "stock.json"), raw, 0o600)
	}
	return err // the callers are about to fill
}

// errand is a log that is to have a number of entries.
type errand struct {
	chain id.Scope
	cast  testkit.Cast
	n     int
	step  time.Duration // from one entry to the next
}

// fill adds what is missing: the two logs that are compared, then those of the other accounts.
func (s *stock) fill(ctx context.Context) error {
	if err := s.fillOne(ctx, s.Writer, errand{s.short(), s.Brief, shortLog, yearLong / shortLog}); err != nil {
		return err
	}
	begin := time.Now()
	err := s.quickly(ctx, func(w *db.Writer) error { return s.fillAll(ctx, w, s.errands()) })
	s.took = time.Since(begin)
	return err
}

// errands are the long log, and those of the other accounts.
func (s *stock) errands() <-chan errand {
	list := make(chan errand)
	go func() {
		defer close(list)
		step := yearLong / time.Duration(s.plan.long)
		list <- errand{s.long(), s.Cast, s.plan.long, step}
		left := s.entries - s.plan.long
		for i := 0; left > 0; i++ {
			list <- errand{id.AccountScope(s.Others[i]), testkit.NewCast(), min(left, eachOther), step}
			left -= eachOther
		}
	}()
	return list
}

// fillAll fills several logs at once, and says what failed first. It takes the list to its end.
func (s *stock) fillAll(ctx context.Context, w *db.Writer, list <-chan errand) error {
	var all sync.WaitGroup
	var failed atomic.Pointer[error]
	n := fillers
	if s.Config.Database.Driver == config.SQLite {
		n = 1 // it has one writer
	}
	for range n {
		all.Go(func() {
			for e := range list {
				if failed.Load() != nil {
					continue
				}
				if err := s.fillOne(ctx, w, e); err != nil {
					failed.Store(&err)
				}
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

func (s *stock) fillOne(ctx context.Context, w *db.Writer, e errand) error {
	head, err := s.Log.End(ctx, e.chain)
	if err != nil && !errors.Is(err, activity.ErrNoChain) {
		return fmt.Errorf("end of a log: %w", err)
	}
	l := testkit.Loader{Writer: w, Log: s.Log, Gate: s.Gate}
	for from := int(head.Seq); from < e.n; from += fillAtOnce {
		more := min(fillAtOnce, e.n-from)
		ctx, cancel := context.WithTimeout(ctx, fillTime)
		err := l.Append(ctx, e.chain, more, func(i int) testkit.Line {
			line := e.cast.Line(e.chain, from+i)
			line.At = s.From.Add(time.Duration(from+i) * e.step)
			return line
		})
		cancel()
		if err != nil {
			return fmt.Errorf("append: %w", err)
		}
		s.loaded.Add(int64(more))
	}
	return nil
}
