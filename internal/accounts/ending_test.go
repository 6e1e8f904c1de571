package accounts_test

import (
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/fault"
	"gatehouse/internal/testkit"
)

// Access with an end date ends by itself at that moment of the database's time: for who comes in, for a change that was
// asked for before, and in the list. A second before it holds.
func TestAccessEndsByItself(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		ends := w.Now(t).Add(48 * time.Hour).Truncate(time.Second)
		h.join(t, account, olivia, adam, accounts.Terms{Role: "administrator", EndsAt: ends})
		at := func(moment time.Time) {
			h.Offset.Set(0)
			h.Offset.Set(moment.Sub(w.Now(t)))
		}
		at(ends.Add(-20 * time.Minute))
		earlier := h.as(t, adam, account)
		for _, c := range []struct {
			moment time.Duration
			want   fault.Kind
		}{{-time.Second, ""}, {time.Second, fault.KindDenied}} {
			at(ends.Add(c.moment))
			_, err := h.accounts.Account(t.Context(), h.as(t, adam, account), account)
			kindIs(t, "who comes in", err, c.want)
			at(ends.Add(c.moment))
			before, err := h.accounts.Account(t.Context(), earlier, account)
			if err != nil {
				t.Fatal(err) // judged by the time of its own request
			}
			at(ends.Add(c.moment))
			err = h.accounts.EditSettings(t.Context(), earlier, account,
				accounts.Settings{Version: before.Version})
			kindIs(t, "a request from before", err, c.want)
			delete(h.tokens, olivia)
			h.as(t, olivia, account) // signing in takes a while
			at(ends.Add(c.moment))
			if got := h.contact(t, account, olivia, adam).Ended; got != (c.want != "") {
				t.Errorf("%v after: listed as ended %v", c.moment, got)
			}
		}
	})
}
