package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/a-h/templ"
)

func text(of string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, of)
		return err
	})
}

// More pages than desks: each comes out whole, and none has anything of another (A1).
func TestPagesThatWaitForADeskAreTheirOwn(t *testing.T) {
	d := newDesks()
	var all sync.WaitGroup
	type made struct {
		want, content []byte
		packed        bool
	}
	pages := make([]made, 20*cap(d))
	for i := range pages {
		all.Go(func() {
			want := strings.Repeat(fmt.Sprintf("page %d ", i), 100*(i%7)+1)
			content, packed, err := d.make(t.Context(), text(want), i%2 == 0)
			if err != nil || packed != (i%2 == 0 && len(want) >= gzipFrom) {
				t.Errorf("%d bytes: packed is %v, %v", len(want), packed, err)
			}
			pages[i] = made{[]byte(want), content, packed}
		})
	}
	all.Wait() // what is sent later must not have become another page meanwhile
	for i, p := range pages {
		if p.packed {
			p.content = unpacked(t, p.content)
		}
		if !bytes.Equal(p.content, p.want) {
			t.Errorf("page %d came out as another", i)
		}
	}
	if len(d) != cap(d) {
		t.Errorf("%d of %d desks were left", len(d), cap(d))
	}
}

// unpacked is what a browser reads.
func unpacked(t *testing.T, content []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Error(err)
		return nil
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Error(err)
	}
	return out
}

// A page that fails, or whose making panics, leaves its desk with nothing on it.
func TestADeskIsLeftWhateverHappens(t *testing.T) {
	d, broken := newDesks(), errors.New("broken")
	fails := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, "half a page")
		return broken
	})
	panics := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, "half a page")
		panic("broken")
	})
	for range 2 * cap(d) {
		if _, _, err := d.make(t.Context(), fails, true); !errors.Is(err, broken) {
			t.Fatalf("a page that fails: %v", err)
		}
		func() {
			defer func() { _ = recover() }()
			_, _, _ = d.make(t.Context(), panics, true)
		}()
	}
	for range cap(d) {
		if content, _, err := d.make(t.Context(), text("whole"), false); err != nil || string(content) != "whole" {
			t.Errorf("the next page is %q, %v", content, err)
		}
	}
}

// Whoever's time is over stops waiting for a desk (D1).
func TestNobodyWaitsForADeskLongerThanTheirTime(t *testing.T) {
	d := newDesks()
	for range cap(d) {
		<-d
	}
	over, end := context.WithCancel(t.Context())
	end()
	if _, _, err := d.make(over, text("page"), false); !errors.Is(err, context.Canceled) {
		t.Errorf("with no desk free: %v", err)
	}
}
