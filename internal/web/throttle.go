package web

import (
	"net/netip"
	"sync"
	"time"

	"gatehouse/internal/platform/clock"
)

// The figures of a throttle (SECURITY.md D2, our own). A shop's whole office has one address, and people mistype: a
// hundred tries at once and six a minute after that disturb nobody, and are little to somebody who tries a list.
const (
	throttleBurst = 100
	throttleEvery = 10 * time.Second
	throttleMost  = 20_000 // networks that are remembered at once: about 2 MB
	ownBits       = 56     // of the sixth version's addresses, what one customer of a provider is given
)

// Throttle bounds how often one network may try something: to sign in, to ask for a mail. It counts in the memory of
// one node, so that a flood costs no statement; with several nodes each allows as much. It is about load and about long
// lists of addresses. Guessing at one person is slowed down by identity, wherever it comes from.
//
// It never keeps an owner out for what a stranger does: the stranger would have to sit in the owner's own network, and
// what people sign in with instead of a password is not throttled. Networks of the house are not either: behind a proxy
// that was not listed everybody would seem to come from there.
type Throttle struct {
	clock clock.Clock

	mu   sync.Mutex
	used map[netip.Prefix]usage
}

// usage is what a network has used of its burst at a time.
type usage struct {
	tries float64
	at    time.Time
}

// NewThrottle makes a throttle that has seen nobody yet.
func NewThrottle(c clock.Clock) *Throttle {
	return &Throttle{clock: c, used: map[netip.Prefix]usage{}}
}

// Take counts a try from an address. What it returns is how long to wait where there were too many; such a try does not
// count.
func (t *Throttle) Take(from netip.Addr) time.Duration {
	network, counts := networkOf(from)
	if !counts {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	u := t.used[network].until(now)
	if u.tries > throttleBurst-1 {
		return time.Duration((u.tries - (throttleBurst - 1)) * float64(throttleEvery)).Round(time.Second)
	}
	if len(t.used) >= throttleMost {
		t.makeRoom(now)
	}
	u.tries++
	t.used[network] = u
	return 0
}

// Return gives a try back that was no attack: people who get in are not counted.
func (t *Throttle) Return(from netip.Addr) {
	network, counts := networkOf(from)
	if !counts {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	u := t.used[network].until(t.clock.Now())
	u.tries = max(0, u.tries-1)
	t.used[network] = u
}

// until is what is left of the usage at a later time.
func (u usage) until(now time.Time) usage {
	forgotten := now.Sub(u.at).Seconds() / throttleEvery.Seconds()
	return usage{tries: max(0, u.tries-max(0, forgotten)), at: now}
}

// makeRoom forgets the networks whose tries are long ago; of too many busy ones it forgets any, rather than refuse
// those that come new.
func (t *Throttle) makeRoom(now time.Time) {
	for network, u := range t.used {
		if u.until(now).tries == 0 {
			delete(t.used, network)
		}
	}
	for network := range t.used {
		if len(t.used) < throttleMost*9/10 { // some at a time, so that not each new one looks through all
			return
		}
		delete(t.used, network)
	}
}

// networkOf is whose an address is, and whether that is somebody outside.
func networkOf(address netip.Addr) (netip.Prefix, bool) {
	a := address.Unmap().WithZone("")
	if !a.IsValid() || a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() {
		return netip.Prefix{}, false
	}
	bits := a.BitLen()
	if a.Is6() {
		bits = ownBits
	}
	return netip.PrefixFrom(a, bits).Masked(), true
}

// Known is how many networks are remembered, for tests and measurements.
func (t *Throttle) Known() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.used)
}
