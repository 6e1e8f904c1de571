package app_test

import (
	"slices"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/domains"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/config"
)

// Whoever runs domains is told at once of what is changed, whatever mails they chose, and of what was changed
// elsewhere; whoever only sees them, or pays, is not. Reminders go to those who see the domain and want them.
func TestDomainsAreToldOf(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(*config.Config) {})
	account, ctx := h.here.account, t.Context()
	h.invite(t, account, "elsewhere@here.example", accounts.Terms{
		Role: "technical", Limited: true, Services: []id.Service{id.New[id.ServiceKind]()},
	})
	person, err := h.People.Find(ctx, actor.NewShell("root"), "technical@here.example")
	if err != nil {
		t.Fatal(err)
	}
	who := actor.Enter(actor.Details{Kind: actor.Person, Person: person, Name: "Tess"})
	if err := h.Notices.ChooseMine(ctx, who, account, nil); err != nil {
		t.Fatal(err)
	}
	err = h.Domains.Ask(ctx, actor.NewSystem("test"), account, h.here.domain, domains.Wish{
		Key: id.New[id.DomainChangeKind](), Version: 1, Kind: domains.Lock, On: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	holders := []string{"administrator@here.example", "owner@here.example", "technical@here.example"}
	if told := h.written(t, "The lock of here.example will change"); !slices.Equal(told, holders) {
		t.Errorf("told of a change: %v", told)
	}
	err = h.DemoRegistrar.Register("here.example", domains.Registration{
		Expires: time.Now().AddDate(0, 0, 40), Locked: true, Nameservers: []string{"ns1.thief.example", "ns2.thief.example"},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.Offset.Advance(25 * time.Hour)
	for _, job := range []func() error{
		func() error { return h.Domains.Refresh(ctx) }, func() error { return h.Domains.Remind(ctx) },
	} {
		if err := job(); err != nil {
			t.Fatal(err)
		}
	}
	told := h.written(t, "Changed at the registrar: the name servers of here.example")
	if !slices.Equal(told, holders) {
		t.Errorf("told of what was changed elsewhere: %v", told)
	}
	want := []string{"administrator@here.example", "developer@here.example", "owner@here.example"}
	if told := h.written(t, "here.example runs out on"); !slices.Equal(told, want) {
		t.Errorf("reminded: %v", told)
	}
}
