package hosting_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/demopanel"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
)

func seat(person id.Person, department string) gate.Work {
	return func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
		return g.Entry(activity.SeatGranted, activity.Details{}),
			g.On(tx.DB).Exec("INSERT INTO staff_members (person_id, department, created_at) VALUES (?, ?, 1)",
				person, department).Error
	}
}

func TestAPanelOpensOnceForTheOneWhoAsked(t *testing.T) { // N7
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		token := v.link(t, v.developer, v.shop)
		entries := v.log(t)
		if entries[0].Action != activity.PanelOpened || entries[0].What.Label != "shop.northwind.example" ||
			entries[0].Service != v.shop || entries[0].ActorID != v.developer.Person ||
			entries[1].Action != activity.PanelAsked {
			t.Errorf("the log reads %+v", entries[:2])
		}
		visit, err := v.panel.Redeem(t.Context(), v.developer, token)
		if err != nil || visit.Name != "shop.northwind.example" || visit.Role != hosting.PanelDeveloper ||
			visit.Visitor != v.developer.Name || visit.Service != v.shop {
			t.Errorf("came in as %+v, %v", visit, err)
		}
		if _, err := v.panel.Redeem(t.Context(), v.developer, token); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("replayed: %v", err)
		}
	})
}

func TestTheRoleInTheAccountDecidesTheRoleInThePanel(t *testing.T) { // N7
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		for _, c := range []struct {
			who  actor.Actor
			want hosting.PanelRole
		}{
			{v.owner, hosting.PanelAdmin},
			{v.admin, hosting.PanelAdmin},
			{v.tech, hosting.PanelAdmin},
			{v.developer, hosting.PanelDeveloper},
		} {
			door, err := v.hosting.Door(t.Context(), c.who, v.account, v.shop)
			if err != nil || door.Role != c.want || door.Shut != "" {
				t.Errorf("%s stands before %+v, %v", c.who.Name, door, err)
			}
			visit, err := v.panel.Redeem(t.Context(), c.who, v.link(t, c.who, v.shop))
			if err != nil || visit.Role != c.want {
				t.Errorf("%s came in as %+v, %v", c.who.Name, visit, err)
			}
		}
	})
}

func TestALinkIsRefusedToOthersAndAfterItsTime(t *testing.T) { // N7
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		token := v.link(t, v.owner, v.bakery)
		elsewhere := v.signIn(t, v.owner.Person, v.owner.Membership)
		anonymous := actor.Enter(actor.Details{Kind: actor.Anonymous})
		for name, c := range map[string]struct {
			who   actor.Actor
			token string
			want  fault.Kind
		}{
			"another person":   {v.tech, token, fault.KindNotFound},
			"nobody signed in": {anonymous, token, fault.KindNotFound},
			"another session":  {elsewhere, token, fault.KindConflict},
			"an unknown token": {v.owner, strings.Repeat("A", 43), fault.KindNotFound},
			"no token":         {v.owner, "", fault.KindNotFound},
			"half a token":     {v.owner, token[:20], fault.KindNotFound},
		} {
			if visit, err := v.panel.Redeem(t.Context(), c.who, c.token); fault.KindOf(err) != c.want {
				t.Errorf("%s: %+v, %v", name, visit, err)
			}
		}
		if err := v.panel.Prefetched(t.Context(), v.owner, token); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("fetched ahead: %v", err)
		}
		if err := v.panel.Prefetched(t.Context(), v.owner, token[:20]); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("half a token, fetched ahead: %v", err)
		}
		if _, err := v.panel.Redeem(t.Context(), v.owner, token); err != nil {
			t.Errorf("the tries of others used the link up: %v", err)
		}
		if _, err := v.panel.Redeem(t.Context(), v.owner, token); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("a second time: %v", err)
		}
		late := v.link(t, v.owner, v.bakery)
		w.Offset.Advance(time.Minute)
		if visit, err := v.panel.Redeem(t.Context(), v.owner, late); fault.KindOf(err) != fault.KindConflict {
			t.Errorf("after its time: %+v, %v", visit, err)
		}
		w.Offset.Advance(2 * time.Minute)
		if _, err := w.Gate.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, why := range []string{
			"The link belongs to somebody else.", "The link belongs to another sign-in.", "The link had expired.",
			"A program fetched the link before anybody followed it.", "The link had been used already.",
		} {
			if !slices.ContainsFunc(v.log(t), func(e activity.Entry) bool {
				return e.Action == activity.PanelFailed && e.Outcome == activity.RefusedResult && e.What.Reason == why
			}) {
				t.Errorf("the log does not say: %s", why)
			}
		}
	})
}

func TestAPanelThatFailsFailsVisibly(t *testing.T) { // N7, R8
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		for way, want := range map[demopanel.Way]string{
			demopanel.Down:      "The panel on server tern does not answer.",
			demopanel.Elsewhere: "The panel on server tern gave a link that leads elsewhere; it was not used.",
			demopanel.Garbled:   "The panel on server tern gave a link that leads elsewhere; it was not used.",
		} {
			v.panel.Behave(way)
			link, err := v.hosting.OpenPanel(t.Context(), v.tech, v.account, v.bakery)
			if f, ok := fault.As(err); link != "" || !ok || f.Kind != fault.KindUnavailable || f.Message != want {
				t.Errorf("%d: %q, %v", way, link, err)
			}
			e := v.log(t)[0]
			if e.Action != activity.PanelFailed || e.Outcome != activity.Failed || e.What.Reason != want {
				t.Errorf("%d: the log reads %+v", way, e)
			}
		}
		if n := w.Count(t, "panel_logins", "outcome = 'failed'"); n != 3 {
			t.Errorf("%d logins failed", n)
		}
		v.panel.Behave(demopanel.Working)
		v.link(t, v.tech, v.bakery)
	})
}

func TestASlowPanelIsGivenUpAndAGoneBrowserStillRecorded(t *testing.T) { // N7, R8
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		v.panel.Behave(demopanel.Slow)
		start := time.Now()
		_, err := v.hosting.OpenPanel(t.Context(), v.tech, v.account, v.bakery)
		f, ok := fault.As(err)
		if took := time.Since(start); took > 5*time.Second || !ok || f.Message != "Server tern did not reply in 4 seconds." {
			t.Errorf("after %v: %v", took, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond) // the browser goes away
		defer cancel()
		if _, err := v.hosting.OpenPanel(ctx, v.tech, v.account, v.bakery); fault.KindOf(err) != fault.KindUnavailable {
			t.Errorf("got %v", err)
		}
		if n := w.Count(t, "panel_logins", "outcome = 'failed'"); n != 2 {
			t.Errorf("%d logins failed", n)
		}
		if e := v.log(t)[0]; e.Action != activity.PanelFailed {
			t.Errorf("the log reads %+v", e)
		}
	})
}

func TestASuspendedServiceOpensNoPanel(t *testing.T) { // N7
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		const why = "Invoice 2026-0398 is overdue."
		if err := v.hosting.Suspend(t.Context(), actor.NewSystem("overdue"), v.account, v.bakery, why); err != nil {
			t.Fatal(err)
		}
		_, err := v.hosting.OpenPanel(t.Context(), v.owner, v.account, v.bakery)
		if f, ok := fault.As(err); !ok || f.Kind != fault.KindConflict || !strings.Contains(f.Message, why) {
			t.Errorf("got %v", err)
		}
		e := v.log(t)[0]
		if e.Action != activity.PanelFailed || e.Outcome != activity.Failed || e.What.Reason != "The service is suspended." {
			t.Errorf("the log reads %+v", e)
		}
		door, err := v.hosting.Door(t.Context(), v.owner, v.account, v.bakery)
		if err != nil || !strings.Contains(door.Shut, why) {
			t.Errorf("the door says %q, %v", door.Shut, err)
		}
	})
}

func TestARoleTakenAwayOpensNothingAnyMore(t *testing.T) { // A6, N7
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		narrow := func(services []byte) {
			v.provider(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				return g.Entry(activity.ContactRoleChanged, activity.Details{}), g.On(tx.DB).Exec(
					"UPDATE memberships SET services = ? WHERE person_id = ?", db.Blob(services), v.developer.Person).Error
			})
		}
		token := v.link(t, v.tech, v.bakery)
		narrow(v.bakery.Bytes()) // the request still says: the shop
		if _, err := v.hosting.OpenPanel(t.Context(), v.developer, v.account, v.shop); fault.KindOf(err) != fault.KindDenied {
			t.Errorf("got %v", err)
		}
		v.provider(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			return g.Entry(activity.ContactRemoved, activity.Details{}),
				g.On(tx.DB).Exec("DELETE FROM memberships WHERE person_id = ?", v.tech.Person).Error
		})
		if _, err := v.hosting.OpenPanel(t.Context(), v.tech, v.account, v.shop); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("got %v", err)
		}
		if n := w.Count(t, "panel_logins", "1 = 1"); n != 1 {
			t.Errorf("%d logins were written", n)
		}
		if _, err := v.panel.Redeem(t.Context(), v.tech, token); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a link from before: %v", err)
		}
	})
}

func TestNothingSecretIsKeptOrPrinted(t *testing.T) { // G7, N7
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		token := v.link(t, v.owner, v.bakery)
		v.panel.Behave(demopanel.Elsewhere)
		_, err := v.hosting.OpenPanel(t.Context(), v.owner, v.account, v.bakery)
		texts := append(everything(t, w), fmt.Sprint(err))
		for _, secret := range []string{token, "server-secret", "northwind.example"} {
			if i := slices.IndexFunc(texts, func(text string) bool { return strings.Contains(text, secret) }); i >= 0 {
				t.Errorf("%q stands in %q", secret, texts[i])
			}
		}
		login := hosting.Login{Token: token, Credentials: "server-secret"}
		for _, text := range []string{
			fmt.Sprint(login), fmt.Sprintf("%+v %#v %q", login, login, login), login.LogValue().String(),
		} {
			if strings.Contains(text, token) || strings.Contains(text, "server-secret") {
				t.Errorf("a login prints as %s", text)
			}
		}
	})
}

// lying is a panel that gives whatever link it is told to.
type lying struct {
	hosting.Panel
	link string
}

func (*lying) Name() string                                          { return demopanel.Name }
func (p *lying) Open(context.Context, hosting.Login) (string, error) { return p.link, nil }

func TestALinkLeadsToTheHostOfOurRecordOnly(t *testing.T) { // N7, I5
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		panel := &lying{}
		v.hosting = hosting.New(w.Gate, w.Reader, w.Box, w.Outbox, panel)
		for link, good := range map[string]bool{
			"https://tern.harbour.example:2083/cpsess1/login/?session=x": true,
			"https://TERN.harbour.example/":                              true,
			"http://tern.harbour.example/":                               false,
			"https://tern.harbour.example.evil.example/":                 false,
			"https://evil.example/?tern.harbour.example":                 false,
			"https://tern.harbour.example@evil.example/":                 false,
			`https://evil.example\@tern.harbour.example/`:                false,
			"//evil.example/":                                            false,
			"/accounts":                                                  false,
			"/demo/panel/x":                                              false, // this panel is not served by the portal
			"javascript:alert(1)":                                        false,
			"":                                                           false,
			"https://tern.harbour.example/\r\nSet-Cookie: a=b":           false,
		} {
			panel.link = link
			got, err := v.hosting.OpenPanel(t.Context(), v.owner, v.account, v.bakery)
			if (err == nil) != good || good && got != link {
				t.Errorf("%q: %q, %v", link, got, err)
			}
		}
	})
}

// A6: what somebody may do is asked again when the link is used: it is no more than they may do by then.
func TestALinkIsWorthNoMoreThanTheAccess(t *testing.T) { // A6, N7
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		v := newTown(t, w)
		change := func(who actor.Actor, set string, args ...any) {
			v.provider(t, func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
				e, err := v.Gate.Open(tx, g, id.AccountScope(id.New[id.AccountKind]()), "B") // for an entry
				if err != nil {
					return gate.Entry{}, err
				}
				return e, g.On(tx.DB).Exec("UPDATE memberships SET "+set+" WHERE person_id = ?", append(args, who.Person)...).Error
			})
		}
		for name, c := range map[string]struct {
			who     actor.Actor
			service id.Service
			before  func(who actor.Actor)
		}{
			"another role":     {v.tech, v.shop, func(who actor.Actor) { change(who, "role = 'billing'") }},
			"another service":  {v.developer, v.shop, func(who actor.Actor) { change(who, "services = ?", v.bakery.Bytes()) }},
			"suspended access": {v.admin, v.shop, func(who actor.Actor) { change(who, "suspended = 1") }},
			"suspended service": {v.owner, v.bakery, func(actor.Actor) {
				if err := v.hosting.Suspend(t.Context(), actor.NewSystem("test"), v.account, v.bakery, "Overdue."); err != nil {
					t.Fatal(err)
				}
			}},
		} {
			token := v.link(t, c.who, c.service)
			c.before(c.who)
			if visit, err := v.panel.Redeem(t.Context(), c.who, token); err == nil {
				t.Errorf("%s: came in as %+v", name, visit)
			}
		}
	})
}
