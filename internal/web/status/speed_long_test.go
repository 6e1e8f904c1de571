//go:build long

package status_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"gatehouse/internal/id"
	"gatehouse/internal/platform/clock"
	"gatehouse/internal/status"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
	webstatus "gatehouse/internal/web/status"
)

// A quiet machine is needed for this: the page with thirty servers is sent at four fifths of the speed of a small file,
// or faster.
func TestLongThePageIsAsQuickAsAFile(t *testing.T) {
	w := testkit.NewSQLite(t)
	q := &quay{status: status.New(w.Gate, w.Reader, w.Outbox, status.Config{})}
	q.Site = site.Open(t, w, func(s *site.Site) {
		webstatus.Register(s.Door, webstatus.Deps{Status: q.status, Hosting: s.Hosting, PublicURL: s.Door.PublicURL})
	})
	for n := range 30 {
		q.add(t, fmt.Sprintf("server %d", n), id.Server{})
	}
	file := q.Visit(t).Get("/status").Doc.Find("link[rel=icon]").First().AttrOr("href", "")
	handler, err := q.Door.Start()
	if err != nil || file == "" {
		t.Fatalf("%q, %v", file, err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	batch := func(path string) time.Duration {
		const requests = 200
		begun := clock.System().Now()
		for range requests {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Accept-Encoding", "gzip")
			answer, err := server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_, err = io.Copy(io.Discard, answer.Body)
			if err = errors.Join(err, answer.Body.Close()); err != nil || answer.StatusCode != http.StatusOK {
				t.Fatalf("%s: %d, %v", path, answer.StatusCode, err)
			}
		}
		return clock.System().Now().Sub(begun)
	}
	var page, static []time.Duration
	for range 15 { // by turns, so that what else the machine does falls on both
		page, static = append(page, batch("/status")), append(static, batch(file))
	}
	share := slices.Min(static).Seconds() / slices.Min(page).Seconds()
	t.Logf("the page is sent at %.2f of the speed of %s", share, file)
	if share < 0.8 {
		t.Errorf("the page is sent at %.2f of the speed of a file", share)
	}
}
