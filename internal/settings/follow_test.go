package settings_test

import (
	"context"
	"testing"
	"time"

	"gatehouse/internal/platform/db"
	"gatehouse/internal/settings"
	"gatehouse/internal/testkit"
)

// The other node looks at each tick, and has by then what was decided; a look at nothing new is one statement. It ends
// with its context.
func TestTheOtherNodeFollows(t *testing.T) {
	t.Parallel()
	if twice := 2 * settings.LooksEvery; twice > settings.Within {
		t.Errorf("a look that fails leaves less than another until %s", settings.Within)
	}
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		o := open(t, w, settings.Base{Values: map[string]string{settings.Name: "Gatehouse"}})
		ctx, n := db.CountStatements(t.Context())
		ctx, stop := context.WithCancel(ctx)
		ticks, ended := make(chan time.Time), make(chan struct{})
		go func() { defer close(ended); o.two.FollowTicks(ctx, ticks) }()
		look := func() { // a tick is taken once the look before it is over
			ticks <- time.Time{}
			ticks <- time.Time{}
		}
		look()
		isCalled(t, o.two, "Gatehouse")
		for _, name := range []string{"Harbour Hosting", "Haven Hosting"} {
			if err := o.sets(t, settings.Name, name); err != nil {
				t.Fatal(err)
			}
			look()
			isCalled(t, o.two, name)
		}
		ticks <- time.Time{}
		before := n.Load()
		look()
		ticks <- time.Time{}
		if looks := n.Load() - before; looks < 2 || looks > 4 {
			t.Errorf("%d statements for three looks at nothing new", looks)
		}
		stop()
		<-ended
	})
}
