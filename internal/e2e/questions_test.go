//go:build e2e

package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/archives"
	"gatehouse/internal/id"
)

// answerWithin is how many clicks a question about the log may take from the overview of an account.
const answerWithin = 3

// asker is somebody with a question. Each click is counted.
type asker struct {
	*tab
	clicks *int
}

func (a asker) press(name string) asker {
	a.t.Helper()
	*a.clicks++
	a.tab.press(name)
	return a
}

// unfold opens the details of the first entry that is told in such words.
func (a asker) unfold(words string) asker {
	a.t.Helper()
	*a.clicks++
	a.do(a.click(fmt.Sprintf("[...document.querySelectorAll('summary')].find(e => e.checkVisibility() && "+
		"e.ariaLabel?.includes(%q))", words)))
	return a
}

// answered wants the answer on the page, in every look of it, after few enough clicks.
func (a asker) answered(question string, words ...string) {
	a.t.Helper()
	if a.says(words...); *a.clicks > answerWithin {
		a.t.Errorf("%q takes %d clicks", question, *a.clicks)
	}
	a.looks(question)
}

// looks wants a page to be usable on a phone and on a desk, in light and dark; pictures of it are kept for people.
func (b *tab) looks(name string) {
	b.t.Helper()
	for _, v := range views() {
		b.see(v)
		b.accessible(name+" "+v.name, v.rules)
		b.picture(b.t.ArtifactDir(), name, v)
	}
	b.narrow()
	b.see(views()[0])
}

// TestWhatAShopOwnerAsks is what an owner wants to know of the log, from the overview of her account: each answer is
// there within three clicks.
func TestWhatAShopOwnerAsks(t *testing.T) { //nolint:tparallel // one demo, one thing after the other
	t.Parallel()
	s := openStage(t)
	b := s.open(t).signIn(olivia).press("Northwind Bakery Ltd")
	overview := b.path()
	begin := func() asker { return asker{b.visit(overview), new(int)} }
	t.Run("who changed Ben's role last month?", func(*testing.T) {
		begin().press("Activity log").press("Access changes").unfold("You changed what Ben Okafor may do").
			answered("who changed Ben's role", "Before", "Administrator", "Billing", "Safari on Mac")
	})
	t.Run("has the provider looked at our data?", func(*testing.T) {
		begin().press("Activity log").press("Staff access").
			answered("has the provider looked", "Sam Doyle of Harbour Hosting", "looked at")
	})
	t.Run("was that sign-in on Sunday night me?", func(*testing.T) {
		begin().press("OM Olivia Marsh").press("Activity").unfold("You signed in").
			answered("was that me", "Safari on Mac", "York", "This wasn’t me")
	})
	b.silent()
}

// The address of an entry whose time was up leads to a page that says where the entry is, and how to get at it.
func TestAnArchivedEntryIsPointedTo(t *testing.T) { // L6
	t.Parallel()
	s := openStage(t)
	b := s.open(t).signIn(olivia).press("Northwind Bakery Ltd")
	account, err := id.Parse[id.AccountKind](strings.Split(b.path(), "/")[2])
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.Log.Page(t.Context(), id.AccountScope(account), activity.Filter{Action: activity.ContactInvited})
	if err != nil || len(page.Entries) == 0 {
		t.Fatalf("nobody was invited: %v", err)
	}
	entry := fmt.Sprintf("/accounts/%s/activity/%d", account, page.Entries[len(page.Entries)-1].Seq)
	s.Offset.Advance(13 * 31 * 24 * time.Hour)
	if plan, err := s.Archives.Run(t.Context(), func(archives.Plan) {}); err != nil || plan.Entries == 0 {
		t.Fatalf("%+v: %v", plan, err)
	}
	b = s.open(t).signIn(olivia).visit(entry)
	b.says("is in the archive", "It was moved there on", "How long entries are kept")
	b.looks("archived entry")
	b.press("How long entries are kept").says("12 months")
	b.silent()
}
