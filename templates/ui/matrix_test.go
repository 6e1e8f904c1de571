package ui_test

import (
	"testing"

	"gatehouse/internal/money"
	"gatehouse/templates/ui"
)

func TestEachAnswerOfTheMatrixHasItsReason(t *testing.T) {
	r := london(t)
	doc := render(t, ui.May(r, ui.MayProps{
		Who: "Priya Shah", Where: "Northwind", At: r.Now, Rules: "12",
		Groups: []ui.MayGroup{{Name: "Hosting", Rows: []ui.MayRow{{
			Thing: "Services", See: ui.MayCell{Answer: ui.InPart, Does: "See", Why: "Only for the shop"},
			Use:    ui.MayCell{Answer: ui.AfterFactor, Does: "Open panel", Why: "From Developer"},
			Change: ui.MayCell{Answer: ui.No, Does: "Change", Why: "Not in Developer"},
		}}}},
	}))
	if got := words(doc.Find("caption")); got != "What Priya Shah can do in Northwind, with the reason for each answer" {
		t.Errorf("captioned %q", got)
	}
	cells := doc.Find("td .gh-cell")
	want := []string{
		"See: in part Only for the shop", "Open panel: yes, after using a factor again From Developer",
		"Change: no Not in Developer", "Nothing here",
	}
	for i, text := range want {
		if got := words(cells.Eq(i)); got != text {
			t.Errorf("cell %d reads %q, want %q", i, got, text)
		}
	}
	if !cells.Eq(3).HasClass("gh-cell--none") || cells.Eq(3).Find("svg").Length() != 0 {
		t.Error("a permission that does not exist is not empty")
	}
	if got := words(doc.Find(".gh-end")); got != "Worked out at 14:20 by rules version 12" {
		t.Errorf("the foot reads %q", got)
	}
}

func TestWhoMayComparesPeople(t *testing.T) {
	people := []ui.WhoPerson{
		{Person: ui.Person{Name: "Olivia Marsh", URL: "/contacts/1"}, Role: "Owner"},
		{Person: ui.Person{Name: "Ben Okafor", URL: "/contacts/2"}, Role: "Billing"},
	}
	props := ui.WhoProps{Where: "Northwind", People: people, Groups: []ui.WhoGroup{{Name: "Money", Rows: []ui.WhoRow{
		{Permission: "Pay invoices", Answers: []ui.Answer{ui.Yes, ui.No}},
	}}}}
	doc := render(t, ui.WhoMay(props))
	if got := cells(doc.Find("tbody tr").Last()); got != "Pay invoices Yes No" {
		t.Errorf("the row reads %q", got)
	}
	if doc.Find("th[scope=rowgroup][colspan='3']").Length() != 1 || doc.Find("thead a[href='/contacts/2']").Length() != 1 {
		t.Error("the group does not span the table, or a person leads nowhere")
	}
	if doc.Find(".gh-scroll[tabindex='0'][role=region][aria-label]").Length() != 1 {
		t.Error("what scrolls cannot be reached by keyboard")
	}
	props.People = append(people, people[0], people[0], people[0], people[0], people[0])
	if render(t, ui.WhoMay(props)).Find(".gh-who--wide").Length() != 1 {
		t.Error("seven people are squeezed")
	}
}

func TestHeadsSortByLinks(t *testing.T) {
	s := ui.Sorting{By: "issued", Descending: true, Address: func(by string, down bool) string {
		if down {
			return "?sort=-" + by
		}
		return "?sort=" + by
	}}
	doc := render(t, ui.Table(ui.TableProps{Caption: "Invoices", Columns: []ui.Column{
		s.Column("Number", "number"), s.Column("Issued", "issued"),
	}}))
	number, issued := doc.Find("th").Eq(0), doc.Find("th").Eq(1)
	if _, sorted := number.Attr("aria-sort"); sorted || number.Find("a").AttrOr("href", "") != "?sort=number" {
		t.Error("the other column claims to be sorted, or does not sort")
	}
	if issued.AttrOr("aria-sort", "") != "descending" || issued.Find("a").AttrOr("href", "") != "?sort=issued" {
		t.Error("the sorted column does not say so, or does not turn round")
	}
	columns := []ui.Column{s.Column("Number", "number"), {Label: "State"}, s.Column("Issued", "issued")}
	phone := render(t, ui.SortPanel(columns))
	if got := words(phone.Find("li")); phone.Find("li a").Length() != 2 || got != "Number Issued now descending" {
		t.Errorf("the panel reads %q", got)
	}
}

func TestTheBulkBarWorksWithoutScripts(t *testing.T) {
	bar := render(t, ui.BulkBar(ui.BulkProps{
		Count: 2, Sum: money.New(18480, money.GBP), ClearURL: "?",
		Actions: []ui.Button{{Text: "Mail to me", Name: "do", Value: "mail"}},
	}))
	if got := words(bar.Find("[role=status]")); got != "2 selected, £184.80" {
		t.Errorf("the bar says %q", got)
	}
	if bar.Find("button[type=submit][name=do][value=mail]").Length() != 1 {
		t.Error("no action")
	}
	if got := words(render(t, ui.BulkBar(ui.BulkProps{})).Find("[role=status]")); got != "The rows you tick" {
		t.Errorf("the bar of nothing says %q", got)
	}
	box := render(t, ui.Table(ui.TableProps{Columns: []ui.Column{{PickAll: true}}})).Find("thead input[type=checkbox]")
	if _, hidden := box.Attr("hidden"); !hidden || box.AttrOr("aria-label", "") == "" {
		t.Error("the box for all rows is offered without a script, or has no name")
	}
}

func TestFilterBarsKeepTheirAddress(t *testing.T) {
	doc := render(t, ui.FilterBar(ui.FilterBarProps{
		Label: "Filter invoices", Search: &ui.Search{Label: "Number or service", Query: "0431"},
		Keep: []ui.Pair{{Name: "state", Value: "due"}}, Export: &ui.Link{Text: "Export CSV", URL: "/invoices.csv?state=due"},
	}))
	form := doc.Find("form[method=get][role=search][aria-label='Filter invoices']")
	typed := func(name string) string { return form.Find("input[name="+name+"]").AttrOr("value", "") }
	if typed("state") != "due" || typed("q") != "0431" {
		t.Error("what was asked for is lost")
	}
	if words(form.Find("a[href='/invoices.csv?state=due']")) != "Export CSV" {
		t.Error("no export")
	}
}

func TestLongWorkSaysHowFarItIs(t *testing.T) {
	work := ui.WorkProps{
		Title: "Export", State: ui.WorkRunning, Done: 8400, Of: 12850, One: "entry", Many: "entries", Leave: "You can leave.",
	}
	doc := render(t, ui.Work(work))
	if got := words(doc.Find("[role=status]")); got != "8,400 of 12,850 entries You can leave." {
		t.Errorf("running reads %q", got)
	}
	if p := doc.Find("progress[aria-label=Export]"); p.AttrOr("value", "") != "8400" || p.Text() != "65%" {
		t.Error("the bar is wrong")
	}
	work.State, work.Problem = ui.WorkFailed, "The server did not answer. Nothing was changed."
	failed := render(t, ui.Work(work))
	if words(failed.Find("[role=status]")) != work.Problem || failed.Find("progress").Length() != 0 {
		t.Errorf("failed reads %q", words(failed.Find(".gh-work")))
	}
}

func TestAConfirmPageCanSayNotNow(t *testing.T) {
	ask := ui.ConfirmProps{
		ID: "ask", Title: "Remove Olivia?", Text: "She loses the role Owner.", Effects: []string{"Her sessions end."},
		Button: "Remove", Back: "Back", BackURL: "/contacts", Action: "/remove", CSRF: "secret", Danger: true,
	}
	doc := render(t, ui.Confirm(ask))
	if words(doc.Find("li")) != "Her sessions end." || words(doc.Find("#ask")) != "Remove Olivia?" {
		t.Error("what happens, or the title, is lost")
	}
	ask.Blocked = "She is the only owner."
	doc = render(t, ui.Confirm(ask))
	if doc.Find("form, button").Length() != 0 || words(doc.Find(".gh-why")) != "Not now: She is the only owner." {
		t.Error("it can be tried, or does not say why not")
	}
}

func TestSkeletonsAndSheets(t *testing.T) {
	doc := render(t, ui.Skeleton("Loading the usage", 4))
	if doc.Find("[aria-busy=true] .gh-skel").Length() != 4 || words(doc.Find("[role=status]")) != "Loading the usage" {
		t.Error("the skeleton does not say what loads")
	}
	sheet := render(t, ui.Sheet(ui.SheetProps{
		ID: "codes", From: "Harbour Hosting", Title: "Recovery codes", Foot: "Made today.",
	}))
	named, printing := sheet.Find(".gh-sheet[aria-labelledby=codes]"), sheet.Find("button[data-print][hidden]")
	if named.Length() != 1 || printing.Length() != 1 {
		t.Error("the sheet is not named, or offers to print without a script")
	}
}
