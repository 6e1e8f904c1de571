package overview_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/overview"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

// A server that has warmed up reads nothing more of clients for a search, however many search at once, and one that has
// not is read once for all who search.
func TestClientsAreReadOnceForAllWhoSearch(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newBakery(t, w)
		root := v.staff(t, "administrator")
		var mu sync.Mutex
		var reads []string
		ctx := db.Watch(t.Context(), func(text string, _ []any) {
			mu.Lock()
			defer mu.Unlock()
			if strings.Contains(text, "line1") {
				reads = append(reads, text)
			}
		})
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				page, err := v.overview.Clients(ctx, root, overview.ClientQuery{Search: "nortwind"})
				if err != nil || page.Warming || len(page.Rows) != 1 {
					t.Errorf("%+v, %v", page, err)
				}
			})
		}
		all.Wait()
		if len(reads) != 1 {
			t.Errorf("clients were read %d times: %q", len(reads), reads)
		}
		if err := v.overview.Warm(ctx); err != nil || len(reads) != 1 {
			t.Errorf("%d reads, %v", len(reads), err)
		}
		if got := v.search(t, root, "ben@northwind.example"); !slices.Equal(got, []string{"Northwind Bakery Ltd"}) {
			t.Errorf("%q", got)
		}
	})
}
