package log_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit/site"
)

// An owner adds a stream, sees its key once, and takes it away again; nobody else gets as far as the page.
func TestStreamsOfAnAccount(t *testing.T) { // L7, A1
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		list := c.Base() + "/activity/streams"
		v := s.Visit(t).SignIn(site.Olivia)
		v.Get(c.Base()+"/activity").Is(t, http.StatusOK).Says(t, "Streams")
		v.Get(list).Is(t, http.StatusOK).Says(t, "Your log stays here", "Nothing is sent yet")

		v.Get(list+"/new").Is(t, http.StatusOK)
		v.Submit(list+"/new", url.Values{"name": {""}, "address": {"http://siem.example"}}).
			Is(t, http.StatusUnprocessableEntity).Says(t, "Give it a name", "Start with https://")
		if typed := v.Page.Value("address"); typed != "http://siem.example" {
			t.Errorf("what was typed is gone: %q", typed)
		}
		v.Submit(list+"/new", url.Values{"name": {"Security desk"}, "address": {"https://siem.example/gatehouse"}}).
			Is(t, http.StatusOK).Says(t, "Keep this key", "Gatehouse-Signature")
		key := strings.TrimSpace(v.Page.Doc.Find("#stream-key").Text())
		if len(key) < 43 {
			t.Fatalf("the key is %q", key)
		}
		v.Get(list).Is(t, http.StatusOK).Says(t, "Security desk", "https://siem.example/gatehouse", "Nothing yet",
			"A copy of each entry goes to 1 place").Silent(t, key)
		button := func(name string) string {
			return v.Get(list).Doc.Find("form[action$='/"+name+"']").AttrOr("action", "")
		}
		v.Submit(button("pause"), nil).Is(t, http.StatusOK).Says(t, "Paused since", "is paused")
		v.Submit(button("resume"), nil).Is(t, http.StatusOK).Says(t, "goes on where it stopped")
		renew := v.Get(list).Links("/key")[0]
		v.Get(renew).Is(t, http.StatusOK).Says(t, "The key in use now goes on working beside it for 24 hours")
		v.Submit(renew, nil).Is(t, http.StatusOK).Says(t, "Keep this key").Silent(t, key)
		v.Get(list).Says(t, "Works until")
		remove := v.Page.Links("/remove")[0]

		tess := s.Visit(t).SignIn(site.Tess)
		for _, path := range []string{list, list + "/new", remove} {
			tess.Get(path).Is(t, http.StatusForbidden).Says(t, "Have the activity log sent to another system")
		}
		tess.Get(c.Base()+"/activity").Is(t, http.StatusOK).Silent(t, "Streams")
		tess.Post(remove, nil).Is(t, http.StatusForbidden)
		foreign := s.Visit(t).SignIn(site.Priya)
		base := "/accounts/" + c.Pixelworks.String() + "/activity/streams/"
		stream := strings.TrimSuffix(strings.TrimPrefix(remove, list+"/"), "/remove")
		foreign.Get(base + "new")
		for _, path := range []string{stream + "/remove", stream + "/key", id.New[id.StreamKind]().String() + "/remove"} {
			foreign.Get(base+path).Is(t, http.StatusNotFound)
			foreign.Post(base+path, nil).Is(t, http.StatusNotFound)
		}
		foreign.Get(remove).Is(t, http.StatusForbidden) // a contact there, but no owner

		v.Get(remove).Is(t, http.StatusOK).Says(t, "Nothing more is sent there")
		v.Submit(remove, nil).Is(t, http.StatusOK).Says(t, "Nothing is sent yet", "is removed")
		page, err := s.Log.Page(t.Context(), id.AccountScope(c.Northwind), activity.Filter{Action: activity.StreamDeleted})
		if err != nil || len(page.Entries) != 1 || page.Entries[0].What.Label != "Security desk" {
			t.Errorf("%+v, %v", page.Entries, err)
		}
	})
}

// A session that has shown no factor of late is asked for one first, to look as well as to change (S16).
func TestStreamsAskForAFactor(t *testing.T) { // S16
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		v := s.Visit(t).SignIn(site.Olivia)
		s.Offset.Advance(11 * time.Minute)
		v.Get(c.Base()+"/activity/streams/new").Is(t, http.StatusForbidden).Says(t, "Confirm it’s you")
		if n := v.Page.Doc.Find("input[name=address]").Length(); n != 0 {
			t.Error("the form is shown to a session that is not fresh")
		}
	})
}

// An account has a bounded number of streams.
func TestStreamsAreBounded(t *testing.T) { // D1
	site.Each(t, func(t *testing.T, s *site.Site, c site.Cast) {
		list := c.Base() + "/activity/streams"
		v := s.Visit(t).SignIn(site.Olivia)
		add := func() *site.Page {
			v.Get(list + "/new")
			return v.Submit(list+"/new", url.Values{"name": {"x"}, "address": {"syslog+tls://logs.example"}})
		}
		for range 5 {
			add().Is(t, http.StatusOK).Says(t, "The log goes to")
		}
		add().Is(t, http.StatusConflict).Says(t, "at most 5 streams")
	})
}
