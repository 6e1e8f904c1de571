package recovery_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
)

// atOnce does something fifty times at once, and says how often it went well.
func atOnce(do func() error) int64 {
	const tries = 50
	var well atomic.Int64
	var all sync.WaitGroup
	for range tries {
		all.Go(func() {
			if do() == nil {
				well.Add(1)
			}
		})
	}
	all.Wait()
	return well.Load()
}

// S15, R6: each link works once, however many try at once, and one member of staff is one however often they click.
func TestEachStepWorksOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		token := h.asked(t, priya)
		if n := atOnce(func() error { return h.recovery.Prove(t.Context(), stranger(), token) }); n != 1 {
			t.Fatalf("%d proved the mailbox", n)
		}
		v, err := h.recovery.Status(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		approve := func(email string) int64 {
			session := h.signIn(t, email).Token
			return atOnce(func() error {
				return h.recovery.Decide(t.Context(), h.by(t, session, id.Account{}), v.ID, true)
			})
		}
		if n := approve(sam); n != 1 {
			t.Errorf("%d approvals of one", n)
		}
		h.ripe(t)
		if h.link(t, priya) != "" {
			t.Fatal("one member of staff was enough")
		}
		if n := approve(tia); n != 1 {
			t.Errorf("%d approvals of the other", n)
		}
		link, step := h.link(t, priya), make(chan string, 50)
		if n := atOnce(func() error {
			got, err := h.recovery.Open(t.Context(), stranger(), link)
			if err == nil {
				step <- got
			}
			return err
		}); n != 1 {
			t.Fatalf("%d used the link", n)
		}
		browser := <-step
		e, err := h.recovery.Enrolment(t.Context(), browser)
		if err != nil {
			t.Fatal(err)
		}
		code := h.code(t, e.Secret)
		if n := atOnce(func() error { return h.recovery.Finish(t.Context(), stranger(), browser, code) }); n != 1 {
			t.Errorf("%d finished", n)
		}
		person, err := h.people.Find(t.Context(), actor.NewShell("root"), priya)
		if err != nil {
			t.Fatal(err)
		}
		if n := h.Count(t, "factors", "person_id = ? AND confirmed_at IS NOT NULL", person.Bytes()); n != 1 {
			t.Errorf("%d second factors", n)
		}
	})
}
