package web_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"gatehouse/internal/platform/clock"
	"gatehouse/internal/web"
)

// D2: one network tries a hundred times at once and six times a minute after that, whatever its addresses; others are
// not kept waiting by it, nor are those who get in.
func TestOneNetworkTriesSoOften(t *testing.T) {
	t.Parallel()
	h := clock.NewFake(time.Date(2026, 12, 3, 14, 0, 0, 0, time.UTC))
	throttle := web.NewThrottle(h)
	four, other := netip.MustParseAddr("192.0.2.24"), netip.MustParseAddr("192.0.2.25")
	for i := range 100 {
		if wait := throttle.Take(four); wait != 0 {
			t.Fatalf("try %d has to wait %s", i+1, wait)
		}
		if wait := throttle.Take(netip.MustParseAddr(fmt.Sprintf("2001:db8:1:2%02x::%x", i, i+1))); wait != 0 {
			t.Fatalf("try %d of the sixth version has to wait %s", i+1, wait)
		}
	}
	for _, from := range []string{"192.0.2.24", "::ffff:192.0.2.24", "2001:db8:1:2ff::ffff"} {
		if wait := throttle.Take(netip.MustParseAddr(from)); wait != 10*time.Second {
			t.Errorf("%s has to wait %s", from, wait)
		}
	}
	if throttle.Take(other) != 0 || throttle.Take(netip.MustParseAddr("2001:db8:1:300::1")) != 0 {
		t.Error("a neighbour has to wait")
	}
	h.Advance(10 * time.Second)
	if throttle.Take(four) != 0 || throttle.Take(four) == 0 {
		t.Error("ten seconds are not worth one try")
	}
	throttle.Return(four)
	if throttle.Take(four) != 0 {
		t.Error("somebody who got in was counted")
	}
	h.Advance(24 * time.Hour)
	for range 100 {
		if throttle.Take(four) != 0 {
			t.Fatal("a day is not worth a hundred tries")
		}
	}
}

// D2: the house itself and what seems to be it are not throttled, and memory is bounded.
func TestTheHouseIsNotThrottled(t *testing.T) {
	t.Parallel()
	throttle := web.NewThrottle(clock.NewFake(time.Time{}))
	for _, from := range []netip.Addr{
		netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::1"), netip.MustParseAddr("10.1.2.3"),
		netip.MustParseAddr("fd00::1"), netip.MustParseAddr("fe80::1%eth0"),
		{},
	} {
		for range 300 {
			if throttle.Take(from) != 0 {
				t.Fatalf("%s has to wait", from)
			}
			throttle.Return(netip.Addr{})
		}
	}
	for i := range 50_000 {
		throttle.Take(netip.AddrFrom4([4]byte{203, byte(i >> 16), byte(i >> 8), byte(i)}))
	}
	if n := throttle.Known(); n > 20_000 {
		t.Errorf("%d networks are remembered", n)
	}
}
