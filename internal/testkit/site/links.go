package site

import (
	"context"
	"testing"

	"gatehouse/internal/identity/alerts"
	"gatehouse/internal/identity/tries"
	"gatehouse/internal/identity/waysback"
	"gatehouse/internal/outbox"
	"gatehouse/internal/recovery"
)

// bindLinks keeps the tokens of the links that are mailed.
func (s *Site) bindLinks() {
	s.links = map[string]string{}
	s.Outbox.Handle(waysback.ResetAsked, s.People.SendReset)
	s.Outbox.Handle(tries.ManyFailures, func(ctx context.Context, d outbox.Delivery) error {
		var m tries.FailuresMail
		if err := d.Decode(&m); err != nil {
			return err
		}
		return s.People.TellOfFailures(ctx, m)
	})
	s.Recovery.Bind()
	s.keepLinks(waysback.MailReset, waysback.MailNewEmail, alerts.MailAlert, recovery.MailProve, recovery.MailReady,
		recovery.MailOwner, recovery.MailEnded)
}

func (s *Site) keepLinks(kinds ...string) {
	for _, kind := range kinds {
		s.Outbox.Handle(kind, func(_ context.Context, d outbox.Delivery) error {
			var mail struct {
				To    string `json:"to"`
				Token string `json:"token"`
			}
			err := d.Decode(&mail)
			s.mu.Lock()
			defer s.mu.Unlock()
			s.links[d.Kind+" "+mail.To] = mail.Token
			return err
		})
	}
}

// Link delivers what waits and returns the token of the last link of a kind that was mailed to an address; empty where
// there was none.
func (s *Site) Link(t testing.TB, kind, to string) string {
	t.Helper()
	for range 3 { // what is left by a delivery is delivered by the next
		if _, err := s.Outbox.Deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.links[kind+" "+to]
}
