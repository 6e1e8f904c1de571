package activity_test

import (
	"bytes"
	"context"
	"testing"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// L3: a verification that was interrupted goes on where it was, with what it had found; whoever alters the place to go
// on from passes over nothing.
func TestVerifyingGoesOn(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		chain := id.AccountScope(id.New[id.AccountKind]())
		testkit.Entries(t, w, chain, 1200)
		var kept []byte
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		half, err := w.Log.Verify(ctx, activity.Check{Chain: chain, Progress: func(r activity.Report) {
			if r.Entries == 1000 {
				stop()
			}
		}})
		if err == nil || half.Entries != 1000 || half.Reached.Seq != 1000 {
			t.Fatalf("%+v, %v", half, err)
		}
		half.Problems = []activity.Problem{{Chain: id.ProviderScope(), Seq: 3, What: "Entry 3 was altered."}}
		if kept, err = w.Log.KeepPosition(half); err != nil {
			t.Fatal(err)
		}
		from, err := w.Log.ResumeFrom(kept)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := w.Log.Verify(t.Context(), activity.Check{Chain: chain, From: from})
		if err != nil || whole.Entries != 1200 || len(whole.Problems) != 1 || whole.Problems[0].Seq != 3 {
			t.Errorf("%+v, %v", whole, err)
		}
		for _, forged := range [][]byte{
			bytes.Replace(kept, []byte(`"seq":1000`), []byte(`"seq":1100`), 1),
			bytes.Replace(kept, []byte("Entry 3"), []byte("Entry 4"), 1), kept[:40], nil, kept[len(kept)/2:],
		} {
			if _, err := w.Log.ResumeFrom(forged); err == nil {
				t.Errorf("%s is believed", forged)
			}
		}
		other := testkit.NewSQLite(t)
		if _, err := other.Log.ResumeFrom(kept); err == nil {
			t.Error("another installation's position is believed")
		}
	})
}

// L3: what entries are looked up by is checked as well: an entry that was hidden from whoever looks for its address, or
// put under another, is found.
func TestTheIndexOfAddressesIsVerified(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"hidden":    "UPDATE entry_personal SET address_index = NULL WHERE chain = ? AND seq = 7 AND field = 'who'",
		"displaced": "UPDATE entry_personal SET address_index = zeroblob(32) WHERE chain = ? AND seq = 7 AND field = 'who'",
		"swapped": "UPDATE entry_personal SET address_index = (SELECT p.address_index FROM entry_personal p WHERE " +
			"p.chain = entry_personal.chain AND p.seq = 8 AND p.field = 'who') WHERE chain = ? AND seq = 7 AND field = 'who'",
	} {
		b := newBooks(t, testkit.NewSQLite(t))
		if r := b.verify(t, activity.Check{Chain: b.account}); !r.OK() {
			t.Fatalf("%+v", r)
		}
		b.tool(t).run(change, b.account)
		r := b.verify(t, activity.Check{Chain: b.account})
		if len(r.Problems) != 1 || r.Problems[0].Seq != 7 {
			t.Errorf("%s: %+v", name, r.Problems)
		}
	}
}
