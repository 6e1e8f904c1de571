package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"

	"github.com/a-h/templ"
	"github.com/klauspost/compress/gzip"
)

// packing is the level at which pages are compressed: the quickest, whose tables stay near the processor. A page of the
// log then weighs an eighth more than with the fifth level, in less than half of the time.
const packing = 1

// deskRoom is the most that a desk keeps for the page after.
const deskRoom = 1 << 20

// desk is where a page is made: room for its text and for what is sent of it, and a press.
type desk struct {
	page, packed bytes.Buffer
	press        *gzip.Writer
}

// desks are as many as there are processors. Whoever finds none free waits in line, and then makes their page in one
// go: more at a time would take turns, and all of them be late.
type desks chan *desk

func newDesks() desks {
	d := make(desks, runtime.GOMAXPROCS(0))
	for range cap(d) {
		d <- newDesk()
	}
	return d
}

func newDesk() *desk {
	press, _ := gzip.NewWriterLevel(io.Discard, packing) // the level is one of the package's own
	return &desk{press: press}
}

// at gives somebody a desk for as long as the work takes. It must not send anything: readers may be slow.
func (d desks) at(ctx context.Context, work func(own *desk) error) error {
	select {
	case own := <-d:
		defer d.leave(own)
		return work(own)
	case <-ctx.Done():
		return fmt.Errorf("make the page: %w", context.Cause(ctx))
	}
}

// leave clears a desk for whoever is next.
func (d desks) leave(own *desk) {
	for _, b := range []*bytes.Buffer{&own.page, &own.packed} {
		if b.Cap() > deskRoom {
			*b = bytes.Buffer{}
		}
		b.Reset()
	}
	d <- own
}

// make is a page as it is sent.
func (d desks) make(
	ctx context.Context, page templ.Component, packed bool,
) (content []byte, wasPacked bool, err error) {
	err = d.at(ctx, func(own *desk) error {
		if err := page.Render(ctx, &own.page); err != nil {
			return err //nolint:wrapcheck // shown as it is in the log
		}
		content = own.page.Bytes()
		if wasPacked = packed && len(content) >= gzipFrom; wasPacked {
			if content, err = own.pack(content); err != nil {
				return err
			}
		}
		content = bytes.Clone(content)
		return nil
	})
	return content, wasPacked, err
}

// pack is what is sent of a text, until the desk is left.
func (d *desk) pack(content []byte) ([]byte, error) {
	d.packed.Reset()
	d.press.Reset(&d.packed)
	if _, err := d.press.Write(content); err != nil {
		return nil, fmt.Errorf("pack the page: %w", err)
	}
	if err := d.press.Close(); err != nil {
		return nil, fmt.Errorf("pack the page: %w", err)
	}
	return d.packed.Bytes(), nil
}
