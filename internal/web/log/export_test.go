package log_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity/export"
	"gatehouse/internal/exports"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// L7, S16: from the log with its filters to the file, and to a stale session's question; whoever may not, and whoever
// is of another account, gets nothing.
func TestTheLogIsExported(t *testing.T) {
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v, page := s.Visit(t).SignIn(site.Olivia), c.Base()+"/activity/export"
		v.Get(c.Base() + "/activity?action=invoice.issued")
		link := v.Page.Links("/activity/export")
		if len(link) != 1 {
			t.Fatalf("%d ways to export", len(link))
		}
		v.Get(link[0]).Is(t, http.StatusOK).Says(t, "Action:Invoice issued", "CSV", "JSON lines", "OCSF")
		form := v.Page.Doc.Find("form[method=post][action*='/activity/export']").AttrOr("action", "")
		v.Submit(form, url.Values{"format": {"pdf"}}).Is(t, http.StatusUnprocessableEntity).Says(t, "Choose how the file")
		file := v.Submit(form, url.Values{"format": {"csv"}}).Is(t, http.StatusOK)
		if !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment; filename=activity-") ||
			file.Header.Get("Content-Type") != "text/csv; charset=utf-8" || bytes.Count(file.Body, []byte("\r\n")) != 3 {
			t.Errorf("%v: %s", file.Header, file.Body)
		}
		v.Get(page).Is(t, http.StatusOK).Says(t, "all entries", "Exports so far", "CSV, Action: Invoice issued")
		whole := v.Submit(page, url.Values{"format": {"jsonl"}}).Is(t, http.StatusOK)
		verdict, err := export.Verify(bytes.NewReader(whole.Body), export.Proof{Keys: s.Log.Keys()})
		if err != nil || verdict.Bad != nil || !verdict.Whole() {
			t.Errorf("%v %+v", err, verdict.Bad)
		}
		v.Get(c.Base()+"/activity").Says(t, "You exported this log: JSON lines, all entries")

		s.Visit(t).SignIn(site.Carl).Get(page).Is(t, http.StatusNotFound)
		ben := s.Visit(t).SignIn(site.Ben)
		ben.Get(page).Is(t, http.StatusForbidden)
		if links := ben.Get(c.Base() + "/activity").Links("/export"); len(links) != 0 {
			t.Errorf("Ben is offered %v", links)
		}
		ben.Post(page, url.Values{"format": {"csv"}}).Is(t, http.StatusForbidden)
		ben.Get("/me/activity/export").Is(t, http.StatusOK)
		own := ben.Submit("/me/activity/export", url.Values{"format": {"jsonl"}}).Is(t, http.StatusOK)
		if bytes.Contains(own.Body, []byte(c.Northwind.String())) {
			t.Error("one's own log tells of an account")
		}
		s.Offset.Advance(11 * time.Minute)
		v.Get(page).Is(t, http.StatusForbidden).Says(t, "Confirm it’s you")
	})
}

// A long log is made by a job: the page says how far it is, the file comes once it is there, and to no one else.
func TestALongLogIsFetchedLater(t *testing.T) {
	t.Parallel()
	s, c := site.OpenPortal(t, testkit.NewSQLite(t))
	testkit.Entries(t, s.World, id.AccountScope(c.Northwind), exports.AtOnce)
	v, page := s.Visit(t).SignIn(site.Olivia), c.Base()+"/activity/export"
	v.Get(page)
	v.Submit(page, url.Values{"format": {"ocsf"}}).Is(t, http.StatusOK).Says(t, "is being made", "Being made")
	if links := v.Page.Links("/file"); len(links) != 0 {
		t.Fatalf("half a file is offered: %v", links)
	}
	bar := v.Page.Doc.Find("progress[aria-label]")
	if of, err := strconv.Atoi(bar.AttrOr("max", "")); bar.Length() != 1 || err != nil || of < exports.AtOnce {
		t.Errorf("how far it is: %d bars, of %d entries, %v", bar.Length(), of, err)
	}
	if err := s.Exports.Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	file := v.Get(page).Is(t, http.StatusOK).Says(t, "Ready", "Download OCSF, all entries").Links("/file")
	if len(file) != 1 {
		t.Fatalf("files: %v", file)
	}
	got := v.Get(file[0]).Is(t, http.StatusOK)
	if n := bytes.Count(got.Body, []byte("\n")); n <= exports.AtOnce {
		t.Errorf("the file has %d lines", n)
	}
	s.Visit(t).SignIn(site.Carl).Get(file[0]).Is(t, http.StatusNotFound)
	s.Visit(t).SignIn(site.Ben).Get(file[0]).Is(t, http.StatusForbidden)
	foreign := strings.Replace(file[0], c.Northwind.String(), c.Copperfield.String(), 1)
	s.Visit(t).SignIn(site.Carl).Get(foreign).Is(t, http.StatusNotFound)
	s.Visit(t).SignIn(site.Olivia).Get(strings.Replace(file[0], c.Base(), "/me", 1)).Is(t, http.StatusNotFound)
	v.Get(c.Base()+"/activity").Says(t, "You downloaded an export of this log")
}

// The key is there for everybody, as a page and as a text that may be kept by whatever stands between.
func TestThePublicKeyIsThereForEverybody(t *testing.T) {
	t.Parallel()
	s := site.Open(t, testkit.NewSQLite(t), site.Portal)
	v := s.Visit(t)
	v.Get("/activity-key").Is(t, http.StatusOK).
		Says(t, "The key of the activity log", "Fingerprint", "gatehouse activity verify")
	text := v.Get("/activity-key.txt").Is(t, http.StatusOK)
	if strings.TrimSpace(string(text.Body)) != strings.Join(s.Log.Keys(), "\n") ||
		text.Header.Get("Cache-Control") != "public, max-age=3600" || text.Header.Get("Set-Cookie") != "" {
		t.Errorf("%v: %s", text.Header, text.Body)
	}
}
