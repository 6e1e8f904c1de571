package clock_test

import (
	"sync"
	"testing"
	"time"

	"gatehouse/internal/platform/clock"
)

func TestOffsetIsNothingUntilItIsSet(t *testing.T) {
	var none *clock.Offset
	if none.Get() != 0 || new(clock.Offset).Get() != 0 {
		t.Fatal("an offset that nobody set moves time")
	}
}

func TestOffsetCountsEveryConcurrentStep(t *testing.T) {
	var offset clock.Offset
	offset.Set(time.Hour)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { offset.Advance(-time.Second) })
	}
	all.Wait()
	if got, want := offset.Get(), time.Hour-50*time.Second; got != want {
		t.Fatalf("offset is %s, want %s", got, want)
	}
}

func TestFakeMovesOnlyWhenMoved(t *testing.T) {
	start := time.Date(2026, 11, 21, 9, 0, 0, 0, time.FixedZone("CET", 3600))
	fake := clock.NewFake(start)
	if !fake.Now().Equal(start) || fake.Now().Location() != time.UTC {
		t.Fatalf("fake stands at %s, want %s in UTC", fake.Now(), start)
	}
	fake.Advance(-time.Minute)
	if want := start.Add(-time.Minute); !fake.Now().Equal(want) {
		t.Fatalf("fake stands at %s, want %s", fake.Now(), want)
	}
	fake.Set(start)
	if !fake.Now().Equal(start) {
		t.Fatalf("fake stands at %s, want %s", fake.Now(), start)
	}
}

func TestSystemSpeaksUTC(t *testing.T) {
	before := time.Now()
	now := clock.System().Now()
	if now.Location() != time.UTC || now.Before(before) {
		t.Fatalf("system clock says %s after %s", now, before)
	}
}
