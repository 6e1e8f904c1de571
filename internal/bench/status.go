package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"time"
)

const (
	statusAim    = 0.8 // of a small file's throughput
	statusRounds = 8
	statusSpell  = 400 * time.Millisecond
)

// statusPage measures the public status page against a small file of the same program: both come from memory, and
// nobody is asked who they are.
func statusPage(ctx context.Context, r report, dir string) (err error) {
	d, err := newDemo(ctx, filepath.Join(dir, "status"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	portal, err := d.Handler(nil) //nolint:contextcheck // a request brings its own
	if err != nil {
		return fmt.Errorf("handler: %w", err)
	}
	page, err := fetch(ctx, portal, "/status", "")
	if err != nil {
		return err
	}
	icon := regexp.MustCompile(`rel="icon"[^>]*href="([^"]+)"`).FindSubmatch(page)
	if icon == nil {
		return errors.New("the status page names no icon")
	}
	address, stop, err := listen(ctx, portal)
	if err != nil {
		return err
	}
	defer stop()
	r.title("The public status page, against a small file of the same program")
	rows := [][]string{row("at once", "file", "/status", "ratio", fmt.Sprintf("aim %.1f", statusAim), "p50", "p99")}
	for _, n := range []int{1, 2 * runtime.NumCPU()} {
		f, err := inTurnsOf(ctx, address, n, string(icon[1]), "/status")
		if err != nil {
			return err
		}
		share := f[1].rate() / f[0].rate()
		rows = append(rows, row(strconv.Itoa(n), perSecond(f[0].rate()), perSecond(f[1].rate()), ratio(share),
			verdict(share >= statusAim), ms(f[1].at(0.5)), ms(f[1].at(0.99))))
	}
	r.table(rows...)
	return nil
}

// inTurnsOf asks for some pages in turns, each over so many connections at once, as browsers do: packed.
func inTurnsOf(ctx context.Context, address string, n int, paths ...string) ([]figures, error) {
	things := make([][]once, len(paths))
	for i, path := range paths {
		for range n {
			c, err := dial(ctx, address, path, "")
			if err != nil {
				return nil, err
			}
			defer c.close()
			c.request = bytes.Replace(c.request, []byte("\r\n\r\n"), []byte("\r\nAccept-Encoding: gzip\r\n\r\n"), 1)
			things[i] = append(things[i], c.get)
		}
	}
	return inTurns(ctx, statusRounds, statusSpell, things...)
}
