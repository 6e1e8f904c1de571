package watch_test

import (
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/testkit/site"
	"gatehouse/internal/watch"
)

// What people were told of long ago is forgotten; what was told of late is not, nor what waits for a daily mail, and
// nobody is told again.
func TestOldAlertsAreForgotten(t *testing.T) {
	each(t, func(t *testing.T, p *post) {
		p.happens(t, p.someone(site.Tess, ""), activity.ContactRoleChanged, roleTo("Billing", "Owner"))
		p.expect(t, "a new owner", site.Olivia, watch.OwnerAdded)
		before := p.Count(t, "alert_hits", "1 = 1")
		prune := func() {
			t.Helper()
			if err := p.Watch.Prune(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		prune()
		if n := p.Count(t, "alert_hits", "1 = 1"); n != before {
			t.Errorf("%d of %d are left on the same day", n, before)
		}
		waits := p.Count(t, "alert_hits", "due_at IS NOT NULL")
		p.Offset.Advance(91 * 24 * time.Hour)
		prune()
		if n := p.Count(t, "alert_hits", "1 = 1"); n != waits {
			t.Errorf("%d are left, and %d wait for a mail", n, waits)
		}
		p.watch(t)
		if told := p.told(t, site.Olivia); len(told) != 0 {
			t.Errorf("she was told again: %v", told)
		}
	})
}
