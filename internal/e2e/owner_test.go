//go:build e2e

package e2e_test

import (
	"fmt"
	"testing"
	"time"
)

// owner is an account holder who is not technical, at the overview of their account. Each click is counted; what is
// typed is not.
type owner struct {
	hands
	clicks *int
}

// fewest is how many clicks from the overview something may take that an owner does now and then.
const fewest = 4

func (s *stage) owner(t *testing.T, m manner) owner {
	t.Helper()
	return owner{s.hands(t, m).signIn(olivia).press("Northwind Bakery Ltd"), new(int)}
}

func (o owner) press(name string) owner {
	o.t.Helper()
	*o.clicks++
	o.hands.press(name)
	return o
}

// pick chooses one of several answers.
func (o owner) pick(field, value string) owner {
	o.t.Helper()
	*o.clicks++
	o.choose(field, value)
	return o
}

// tick ticks a box by its words.
func (o owner) tick(words string) owner {
	o.t.Helper()
	*o.clicks++
	if o.manner == byKeyboard {
		o.tabTo(fmt.Sprintf("document.activeElement.labels?.[0]?.innerText === %q", words), words)
		o.keys(" ")
	} else {
		o.do(o.click(fmt.Sprintf("[...document.querySelectorAll('main label')].find(e => e.innerText === %q)", words)))
	}
	return o
}

// day types a day into the browser's own field for days.
func (o owner) day(field string, day time.Time) owner {
	o.t.Helper()
	if o.manner == byKeyboard {
		o.tabTo(fmt.Sprintf("document.activeElement.name === %q", field), field)
	} else {
		o.do(o.click(fmt.Sprintf("document.querySelector('[name=%s]')", field)))
		ask[int](o.tab, fmt.Sprintf("document.querySelector('[name=%s]').focus(); 0", field))
	}
	order := "01022006" // as browsers in English write days, or as British ones do
	if ask[bool](o.tab, "new Intl.DateTimeFormat().formatToParts()[0].type === 'day'") {
		order = "02012006"
	}
	o.keys(day.Format(order))
	got := ask[string](o.tab, fmt.Sprintf("document.querySelector('[name=%s]').value", field))
	if got != day.Format(time.DateOnly) {
		o.t.Fatalf("%s: typed %s, the field has %q", o.path(), day.Format(order), got)
	}
	return o
}

// done says what was to be seen in the end, and that it did not take too many clicks.
func (o owner) done(what string, words ...string) {
	o.t.Helper()
	o.says(words...)
	if o.silent(); *o.clicks > fewest {
		o.t.Errorf("%s: %s takes %d clicks", o.manner, what, *o.clicks)
	}
}

// An owner invites a bookkeeper who may only pay, limits a developer to one site until the end of the month, and finds
// out whether Ben sees the tickets: each in at most four clicks from the overview.
func TestWhatOwnersDoTakesFourClicks(t *testing.T) {
	t.Parallel()
	for _, m := range []manner{byKeyboard, withoutScripts} {
		s := openStage(t)
		o := s.owner(t, m).press("Contacts").press("Invite somebody")
		o.fill("email", "noor@ledger.example")
		o.pick("role", "billing").press("Send the invitation")
		o.done("inviting a bookkeeper", "The invitation is on its way to noor@ledger.example.", "Billing")

		now, err := s.Reader.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		monthEnd := time.Date(now.Year(), now.Month()+1, 0, 0, 0, 0, 0, time.UTC)
		o = s.owner(t, m).press("Contacts").press("Change role of Tess Lindqvist").tick("shop.northwind.example")
		o.day("ends", monthEnd).press("Change role")
		o.done("limiting a developer", "What Tess Lindqvist may do has changed.", "Only 1 service · Ends")

		o = s.owner(t, m).press("Contacts").press("Ben Okafor")
		o.done("answering what Ben sees", "Tickets", "Only about billing")
	}
}

// Several people are invited from a pasted list, by way of the page that shows what was understood.
func TestSeveralAreInvitedFromAList(t *testing.T) {
	t.Parallel()
	s := openStage(t)
	for _, m := range []manner{byKeyboard, withoutScripts} {
		guest := "noor." + string(m[:2]) + "@ledger.example"
		h := s.hands(t, m).signIn(olivia).press("Northwind Bakery Ltd").press("Contacts").press("Invite somebody")
		h.press("Invite several").fill("list", guest+", rae."+guest).choose("role", "billing")
		h.press("Look at the list").says("Is this right?", guest, "Billing", "Nothing is sent yet.")
		h.press("Change the list").says("Paste their addresses.").press("Look at the list")
		h.press("Send 2 invitations").says("2 invitations are on the way.", guest)
		h.silent()
	}
}
