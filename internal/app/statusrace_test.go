package app_test

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/app"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/config"
	serverstatus "gatehouse/internal/status"
)

// S14, R8: three nodes carry the mails of an incident at the same time: whoever subscribed, and whoever has a service
// on the server, is mailed of each update once, on whichever node.
func TestRaceMailsOfAnIncidentOnThreeNodes(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(c *config.Config) { onMariaDB(t, c) })
	n := &news{house: h, v: h.visitors().Visit(t)}
	who := actor.NewSystem("test")
	s, err := h.Hosting.Service(t.Context(), who, h.here.account, h.here.service)
	if err != nil {
		t.Fatal(err)
	}
	part, err := h.Status.AddComponent(t.Context(), who, serverstatus.NewComponent{
		Name: "tern", Kind: serverstatus.None, Server: s.Server.ID,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	const updates, readers = 3, 4
	for i := range readers {
		to := fmt.Sprintf("reader%d@elsewhere.example", i)
		n.ask(t, to)
		n.confirm(t, to)
		want[to] = updates
	}
	for _, to := range []string{"owner@here.example", "technical@here.example", "owner@there.example"} {
		want[to] = updates
	}
	nodes := h.nodes(t, 2)
	n.says(t, part, updates)
	h.carry(t, nodes)
	got := map[string]int{}
	for _, node := range nodes {
		for _, m := range node.Mailbox.List() {
			if m.Subject == "Incident: tern is slow" {
				got[m.To]++
			}
		}
	}
	for to, times := range want {
		if got[to] != times {
			t.Errorf("%s was mailed %d times of %d updates", to, got[to], times)
		}
	}
	for to, times := range got {
		if times != updates {
			t.Errorf("%s was mailed %d times", to, times)
		}
	}
}

// nodes are other programs on the same database, and the house itself.
func (h *house) nodes(t *testing.T, others int) []*app.App {
	t.Helper()
	list := []*app.App{h.App}
	for range others {
		node, err := app.Open(t.Context(), h.Config, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = node.Close() })
		node.Offset.Set(h.Offset.Get())
		list = append(list, node)
	}
	return list
}

// carry has all nodes deliver at the same time, until nothing waits.
func (*house) carry(t *testing.T, nodes []*app.App) {
	t.Helper()
	for range 6 {
		var all sync.WaitGroup
		failed := make([]error, len(nodes))
		for i, node := range nodes {
			all.Go(func() { _, failed[i] = node.Outbox.Deliver(t.Context()) })
		}
		all.Wait()
		if err := errors.Join(failed...); err != nil {
			t.Fatal(err)
		}
	}
}

// says opens an incident, and says so many things of it in all.
func (n *news) says(t *testing.T, part id.Component, updates int) {
	t.Helper()
	who := actor.NewSystem("test")
	opened, err := n.Status.Open(t.Context(), who, serverstatus.NewIncident{
		Sort: serverstatus.Fault, Title: "tern is slow", Text: "We look.", Impact: serverstatus.Slow,
		Components: []id.Component{part},
	})
	for i := 1; err == nil && i < updates; i++ {
		err = n.Status.Say(t.Context(), who, opened, serverstatus.Found, fmt.Sprintf("Update %d.", i))
	}
	if err != nil {
		t.Fatal(err)
	}
}
