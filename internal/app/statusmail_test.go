package app_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/platform/mailer"
	serverstatus "gatehouse/internal/status"
	"gatehouse/internal/status/subscribers"
	"gatehouse/internal/testkit/site"
)

const reader = "reader@elsewhere.example"

// news is a house with two parts on its status page, and somebody before it.
type news struct {
	*house
	v           *site.Visitor
	tern, heron id.Component
}

func eachNews(t *testing.T, test func(t *testing.T, n *news)) {
	t.Helper()
	eachHouse(t, func(*config.Config) {}, func(t *testing.T, h *house) {
		n := &news{house: h, v: h.visitors().Visit(t)}
		n.tern, n.heron = n.part(t, "tern"), n.part(t, "heron")
		test(t, n)
	})
}

func (n *news) part(t *testing.T, name string) id.Component {
	t.Helper()
	part, err := n.Status.AddComponent(t.Context(), actor.NewSystem("test"), serverstatus.NewComponent{
		Name: name, Kind: serverstatus.None,
	})
	if err != nil {
		t.Fatal(err)
	}
	return part
}

// breaks opens an incident, and lets everything go out that waits.
func (n *news) breaks(t *testing.T, title string, part id.Component) id.Incident {
	t.Helper()
	opened, err := n.Status.Open(t.Context(), actor.NewSystem("test"), serverstatus.NewIncident{
		Sort: serverstatus.Fault, Title: title, Text: "We look.", Impact: serverstatus.Slow, Components: []id.Component{part},
	})
	if err != nil {
		t.Fatal(err)
	}
	n.out(t)
	return opened
}

func (n *news) out(t *testing.T) {
	t.Helper()
	for range 4 {
		n.deliver(t)
	}
}

// got are the mails to an address, the oldest first.
func (n *news) got(to string) (list []mailer.Received) {
	for _, m := range n.Mailbox.List() {
		if m.To == to {
			list = append(list, m)
		}
	}
	slices.Reverse(list)
	return list
}

// ask has an address ask for mails, and says what it is told.
func (n *news) ask(t *testing.T, email string, parts ...id.Component) string {
	t.Helper()
	fields := []string{"email", email}
	for _, p := range parts {
		fields = append(fields, "parts", p.String())
	}
	n.v.Get("/status/mails").Is(t, http.StatusOK)
	text := n.v.Submit("/status/mails", typed(fields...)).Is(t, http.StatusOK).Text
	n.out(t)
	return text
}

// link is that of a path in the last mail to an address.
func (n *news) link(t *testing.T, to, path string) string {
	t.Helper()
	mails := n.got(to)
	if len(mails) > 0 {
		_, rest, is := strings.Cut(mails[len(mails)-1].Text, path)
		if is {
			return path + strings.Fields(rest)[0]
		}
	}
	t.Fatalf("no mail to %s has a link to %s: %+v", to, path, mails)
	return ""
}

func (n *news) confirm(t *testing.T, to string) {
	t.Helper()
	link := n.link(t, to, "/status/mails/confirm/")
	n.v.Get(link).Is(t, http.StatusOK)
	n.v.Submit(link, nil).Is(t, http.StatusOK).Says(t, "You get our news by mail")
}

// click is what a mailbox sends when its own button is pressed: without a cookie, and without our form.
func (n *news) click(link string) int {
	r := httptest.NewRequest(http.MethodPost, "http://localhost:8080"+link,
		strings.NewReader("List-Unsubscribe=One-Click"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = "203.0.113.9:4711"
	rec := httptest.NewRecorder()
	n.handler.ServeHTTP(rec, r)
	return rec.Code
}

// S5, S14, G7: mails of the status page come after their address confirmed, about what was chosen, once each, and end
// with one click, after which nothing of the address is left.
func TestNewsOfTheStatusPageByMail(t *testing.T) {
	eachNews(t, func(t *testing.T, n *news) {
		n.ask(t, "Reader@Elsewhere.example", n.tern)
		n.breaks(t, "tern is slow before", n.tern)
		if got := n.got("Reader@Elsewhere.example"); len(got) != 1 || got[0].Unsubscribe != "" {
			t.Fatalf("before it confirmed the address was mailed %+v", got)
		}
		link := n.link(t, "Reader@Elsewhere.example", "/status/mails/confirm/")
		for range 2 { // programs that look at mails open links
			n.v.Get(link).Is(t, http.StatusOK).Says(t, "Get news by mail?")
		}
		n.v.Submit(link, nil).Is(t, http.StatusOK).Says(t, "You get our news by mail")
		n.v.Get(link).Is(t, http.StatusNotFound).Says(t, "This link no longer works")
		n.breaks(t, "heron is slow", n.heron)
		incident := n.breaks(t, "tern is slow", n.tern)
		err := n.Status.Say(t.Context(), actor.NewSystem("test"), incident, serverstatus.Over, "It is mended.")
		if err != nil {
			t.Fatal(err)
		}
		n.out(t)
		var subjects []string
		mails := n.got("Reader@Elsewhere.example")[1:]
		for _, m := range mails {
			subjects = append(subjects, m.Subject)
			if !strings.HasPrefix(m.Unsubscribe, n.Config.PublicURL.String()) || !strings.Contains(m.Text, m.Unsubscribe) {
				t.Errorf("%q ends with %q:\n%s", m.Subject, m.Unsubscribe, m.Text)
			}
		}
		if !slices.Equal(subjects, []string{"Incident: tern is slow", "Over: tern is slow"}) {
			t.Errorf("mailed were %q", subjects)
		}
		stop := n.link(t, "Reader@Elsewhere.example", "/status/mails/stop/")
		n.v.Get(stop).Is(t, http.StatusOK).Says(t, "No more mails?")
		for range 2 {
			if code := n.click(stop); code != http.StatusOK {
				t.Errorf("one click answers %d", code)
			}
		}
		for _, bad := range []string{"/status/mails/stop/x", strings.Replace(link, "confirm", "stop", 1)} {
			if code := n.click(bad); code != http.StatusNotFound {
				t.Errorf("%s answers %d", bad, code)
			}
		}
		n.breaks(t, "tern is slow again", n.tern)
		if got := n.got("Reader@Elsewhere.example"); len(got) != 1+len(mails) {
			t.Errorf("after its end the address was mailed %+v", got[len(got)-1])
		}
		var left int64
		err = n.Reader.With(t.Context()).Table("status_subscribers").Count(&left).Error
		if err != nil || left != 0 {
			t.Errorf("%d addresses are left, %v", left, err)
		}
	})
}

// S5, D2: whoever asks learns nothing of who gets these mails, and nobody's mailbox is flooded.
func TestAskingForNewsTellsNothing(t *testing.T) {
	eachNews(t, func(t *testing.T, n *news) {
		first := n.ask(t, reader)
		n.confirm(t, reader)
		if again := n.ask(t, reader); again != first {
			t.Errorf("one that gets them is told %q, one that does not %q", again, first)
		}
		if m := n.got(reader); m[len(m)-1].Subject != "You get mails of our status page already" {
			t.Errorf("it is mailed %q", m[len(m)-1].Subject)
		}
		for range 6 {
			if text := n.ask(t, reader); text != first {
				t.Errorf("asked too often, it is told %q", text)
			}
			n.ask(t, "other@elsewhere.example")
		}
		for to, want := range map[string]int{reader: subscribers.AsksADay, "other@elsewhere.example": subscribers.AsksADay} {
			if got := n.got(to); len(got) != want {
				t.Errorf("%s was mailed %d links", to, len(got))
			}
		}
		for range subscribers.MailsAnHour + 3 {
			n.breaks(t, "tern is slow", n.tern)
		}
		if got := n.got(reader); len(got) != subscribers.AsksADay+subscribers.MailsAnHour {
			t.Errorf("within an hour %d mails came", len(got)-subscribers.AsksADay)
		}
		n.Offset.Advance(time.Hour)
		n.breaks(t, "tern is slow", n.tern)
		if got := n.got(reader); len(got) != subscribers.AsksADay+subscribers.MailsAnHour+1 {
			t.Errorf("an hour later %d mails had come", len(got)-subscribers.AsksADay)
		}
		n.v.Get("/status/mails")
		n.v.Submit("/status/mails", typed("email", "no address")).Is(t, http.StatusUnprocessableEntity).
			Says(t, "An e-mail address looks like name@example.com.")
	})
}

// An address that never confirms is forgotten, and its link is over after a day by the database's clock.
func TestAnAddressThatNeverConfirmsIsForgotten(t *testing.T) {
	eachNews(t, func(t *testing.T, n *news) {
		n.ask(t, reader)
		link := n.link(t, reader, "/status/mails/confirm/")
		n.v.Get(link).Is(t, http.StatusOK)
		n.Offset.Advance(subscribers.LinkLife)
		n.v.Submit(link, nil).Is(t, http.StatusNotFound)
		n.v.Get(link).Is(t, http.StatusNotFound)
		if err := n.Subscribers.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		var left int64
		err := n.Reader.With(t.Context()).Table("status_subscribers").Count(&left).Error
		if err != nil || left != 0 {
			t.Errorf("%d addresses are left, %v", left, err)
		}
	})
}
