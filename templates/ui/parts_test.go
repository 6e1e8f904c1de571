package ui_test

import (
	"testing"
	"time"

	"github.com/a-h/templ"

	"gatehouse/templates/ui"
)

func TestStatesSayWhatTheyMean(t *testing.T) {
	r := london(t)
	due := func(day int) time.Time { return time.Date(2026, 12, day, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		state      ui.State
		word, tone string
	}{
		{r.Invoice(ui.InvoiceDue, due(9)), "Due in 6 days", "gh-state--info"},
		{r.Invoice(ui.InvoiceDue, due(3)), "Due today", "gh-state--info"},
		{r.Invoice(ui.InvoiceOverdue, due(1)), "Overdue by 2 days", "gh-state--bad"},
		{r.Invoice(ui.InvoicePartPaid, due(9)), "Part-paid", "gh-state--warn"},
		{r.Invoice(ui.InvoicePaid, due(1)), "Paid", "gh-state--ok"},
		{ui.ServiceSuspended.State(), "Suspended", "gh-state--bad"},
		{ui.FactorPassword.State(), "Password only", "gh-state--warn"},
		{ui.Refused.State(), "Refused", "gh-state--bad"},
	} {
		badge := render(t, ui.Badge(c.state)).Find(".gh-state")
		if words(badge) != c.word || !badge.HasClass(c.tone) {
			t.Errorf("got %q in %q, want %q in %s", words(badge), badge.AttrOr("class", ""), c.word, c.tone)
		}
		if badge.Find("svg use[href]").Length() != 1 {
			t.Errorf("%q has no icon: colour would stand alone", c.word)
		}
	}
}

func TestAFieldTellsItsErrorToEverybody(t *testing.T) {
	doc := render(t, ui.Input(ui.Field{
		Name: "email", Label: "E-mail address", Value: `o"<b>@x`, Type: "email", Autocomplete: "username", Required: true,
		Help: "As in your invitation.", Error: "This is not an e-mail address.",
	}))
	box := doc.Find("input")
	for attr, want := range map[string]string{
		"id": "email", "name": "email", "type": "email", "value": `o"<b>@x`, "autocomplete": "username",
		"aria-invalid": "true", "aria-describedby": "email-error email-help", "required": "",
	} {
		if got, found := box.Attr(attr); !found || got != want {
			t.Errorf("%s is %q, want %q", attr, got, want)
		}
	}
	if got := words(doc.Find("label[for=email]")); got != "E-mail address" {
		t.Errorf("labelled %q", got)
	}
	if got := words(doc.Find("#email-error")); got != "This is not an e-mail address." {
		t.Errorf("error %q", got)
	}
	if got := words(doc.Find("#email-help")); got != "As in your invitation." {
		t.Errorf("help %q", got)
	}
}

func TestAFieldWithoutErrorIsQuiet(t *testing.T) {
	box := render(t, ui.Input(ui.Field{Name: "city", Label: "Town"})).Find("input")
	for _, attr := range []string{"aria-invalid", "aria-describedby", "required", "maxlength"} {
		if got, found := box.Attr(attr); found {
			t.Errorf("%s is %q", attr, got)
		}
	}
}

func TestTheErrorSummaryLeadsToTheFields(t *testing.T) {
	doc := render(t, ui.ErrorSummary(ui.Errors{
		{Field: "vat", Message: "A British VAT number has 9 digits; this one has 6."}, {Message: "The form is too old."},
	}))
	if note := doc.Find("[role=alert]"); words(note.Find("b")) != "2 things need a change:" {
		t.Errorf("got %q", words(note))
	}
	if href := doc.Find("a").AttrOr("href", ""); href != "#vat" {
		t.Errorf("leads to %q", href)
	}
	if render(t, ui.ErrorSummary(nil)).Find("*").Filter(".gh-note").Length() != 0 {
		t.Error("a summary of nothing")
	}
}

func TestRadiosPreselectOnlyWhatIsChosen(t *testing.T) {
	doc := render(t, ui.Radios(ui.RadioField{Name: "role", Legend: "Role", Error: "Choose a role.", Choices: []ui.Choice{
		{Value: "billing", Label: "Billing", Help: "Pays."}, {Value: "owner", Label: "Owner", Disabled: true},
	}}))
	if doc.Find("input[checked]").Length() != 0 {
		t.Error("something is preselected")
	}
	first := doc.Find("input").First()
	if first.AttrOr("id", "") != "role" || first.AttrOr("aria-describedby", "") != "role-help" {
		t.Errorf("first choice: id %q, described by %q", first.AttrOr("id", ""), first.AttrOr("aria-describedby", ""))
	}
	if doc.Find("input[value=owner][disabled]").Length() != 1 || words(doc.Find("#role-error")) != "Choose a role." {
		t.Error("the disabled choice or the error is lost")
	}
}

func TestEveryFormCarriesTheToken(t *testing.T) {
	doc := render(t, ui.Confirm(ui.ConfirmProps{
		Title: "Remove Ada?", Text: "She is signed out at once.", Button: "Remove Ada", Back: "Keep", BackURL: "/contacts",
		Action: "/contacts/1/remove", CSRF: "secret", Danger: true, Hidden: []ui.Pair{{Name: "version", Value: "7"}},
	}))
	form := doc.Find("form[method=post][action='/contacts/1/remove']")
	if form.Find("input[name=csrf]").AttrOr("value", "") != "secret" {
		t.Error("no token")
	}
	if form.Find("input[name=version]").AttrOr("value", "") != "7" || words(form.Find(".btn-danger")) != "Remove Ada" {
		t.Error("the hidden field or the button is lost")
	}
}

func TestATableKeepsItsMeaningAsCards(t *testing.T) {
	doc := render(t, ui.Table(ui.TableProps{Caption: "Invoices, newest first", Columns: []ui.Column{
		{Label: "Invoice"},
		{Label: "Issued", Sorted: "descending"},
		{Label: "Amount", Number: true},
		{Label: "Action", Hidden: true},
	}}))
	if words(doc.Find("caption")) != "Invoices, newest first" || doc.Find("table[role=table]").Length() != 1 {
		t.Error("no caption, or no role")
	}
	if doc.Find("th[scope=col][role=columnheader]").Length() != 4 || doc.Find("th[aria-sort=descending]").Length() != 1 {
		t.Error("the heads lack scope, role or order")
	}
	if doc.Find("th.gh-num").Length() != 1 || words(doc.Find("th .visually-hidden")) != "Action" {
		t.Error("the amount is not aligned, or the hidden head is missing")
	}
}

func TestPagerAndChipsAreAbsentWhenThereIsNothing(t *testing.T) {
	if render(t, ui.Pager(ui.Pages{})).Find("nav").Length() != 0 {
		t.Error("a pager leads nowhere")
	}
	if render(t, ui.Chips(nil, "?")).Find("ul").Length() != 0 {
		t.Error("a list of no filters")
	}
	pager := render(t, ui.Pager(ui.Pages{Older: "?before=7"}))
	if words(pager.Find("a[rel=next]")) != "Older" || pager.Find("a[rel=prev]").Length() != 0 {
		t.Errorf("got %q", words(pager.Find("nav")))
	}
}

func TestTheLogIsGroupedByTheReadersDay(t *testing.T) {
	r := london(t)
	entry := func(at time.Time, who string) ui.Entry {
		return ui.Entry{At: at, Icon: "login-2", Sentence: ui.Sentence{ui.Strong(who), ui.Plain(" signed in")}}
	}
	doc := render(t, ui.Log(r, []ui.Entry{
		entry(time.Date(2026, 12, 3, 14, 5, 0, 0, time.UTC), "Ben"),
		entry(time.Date(2026, 12, 3, 8, 0, 0, 0, time.UTC), "You"),
		entry(time.Date(2026, 12, 2, 23, 59, 0, 0, time.UTC), "Tess"),
		entry(time.Date(2025, 7, 1, 23, 30, 0, 0, time.UTC), "Ada"),
	}))
	want := []string{
		"Today Thursday 3 December · 2 entries", "Yesterday Wednesday 2 December · 1 entry", "Wednesday 2 July 2025 1 entry",
	}
	days := doc.Find(".gh-day h2")
	if days.Length() != len(want) {
		t.Fatalf("%d days", days.Length())
	}
	for i, heading := range want {
		if got := words(days.Eq(i)); got != heading {
			t.Errorf("day %d reads %q, want %q", i, got, heading)
		}
	}
	first := doc.Find(".gh-entry").First()
	if words(first.Find("time")) != "14:05" || words(first.Find(".gh-said")) != "Ben signed in" {
		t.Errorf("the first entry reads %q", words(first))
	}
}

// An entry stands under the day on which it was where the reader is, and their today and yesterday are theirs, too.
func TestTheLogsDaysAreThoseOfItsReader(t *testing.T) {
	at := time.Date(2026, 10, 24, 23, 30, 0, 0, time.UTC) // in London the day on which clocks go back has begun
	for zone, want := range map[string]string{
		"Europe/London": "Yesterday Sunday 25 October · 1 entry", "Asia/Kathmandu": "Yesterday Sunday 25 October · 1 entry",
		"Pacific/Honolulu":   "Yesterday Saturday 24 October · 2 entries",
		"Pacific/Kiritimati": "Yesterday Sunday 25 October · 2 entries",
		"America/St_Johns":   "Saturday 24 October 2 entries", "UTC": "Saturday 24 October 2 entries",
	} {
		place, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		r := ui.Reader{Now: time.Date(2026, 10, 26, 9, 0, 0, 0, time.UTC), Location: place}
		days := render(t, ui.Log(r, []ui.Entry{
			{At: at, Sentence: ui.Sentence{ui.Plain("Ben signed in")}},
			{At: at.Add(-13 * time.Hour), Sentence: ui.Sentence{ui.Plain("Tess signed in")}},
		})).Find(".gh-day h2")
		if got := words(days.First()); got != want {
			t.Errorf("%s: the day reads %q, want %q", zone, got, want)
		}
	}
}

// A day of twenty-five hours is one day, and so is one of twenty-three.
func TestDaysOnWhichClocksChangeAreOneDay(t *testing.T) {
	r := london(t)
	for day, ends := range map[string][2]time.Time{
		"Sunday 25 October": { // from half past midnight in summer to half past eleven in winter
			time.Date(2026, 10, 24, 23, 30, 0, 0, time.UTC), time.Date(2026, 10, 25, 23, 30, 0, 0, time.UTC),
		},
		"Sunday 29 March": {time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC), time.Date(2026, 3, 29, 22, 30, 0, 0, time.UTC)},
	} {
		days := render(t, ui.Log(r, []ui.Entry{
			{At: ends[1], Sentence: ui.Sentence{ui.Plain("Ben signed in")}},
			{At: ends[0], Sentence: ui.Sentence{ui.Plain("Tess signed in")}},
		})).Find(".gh-day h2")
		if got := words(days); days.Length() != 1 || got != day+" 2 entries" {
			t.Errorf("the days read %q, want %q", got, day)
		}
	}
}

func TestARedactedChangeShowsNoValue(t *testing.T) {
	doc := render(t, ui.WholeEntry(london(t), ui.Entry{Details: &ui.EntryDetails{Changes: []ui.Change{
		{Field: "Phone", Old: "01904 1", New: "01904 2", Redacted: true}, {Field: "Role", New: "Billing"},
	}}}))
	rows := doc.Find(".gh-change tbody tr")
	if got := words(rows.Eq(0).Find("td")); got != "Changed, not shown" {
		t.Errorf("got %q", got)
	}
	if old, now := words(rows.Eq(1).Find("del")), words(rows.Eq(1).Find("ins")); old != "Nothing" || now != "Billing" {
		t.Errorf("got %q and %q", old, now)
	}
}

func TestPeopleAreToldApartByShape(t *testing.T) {
	staff := render(t, ui.Who(ui.Person{Name: "Sam Doyle", Kind: ui.Ours})).Find(".gh-av")
	person := render(t, ui.Who(ui.Person{Name: "olivia van der marsh"})).Find(".gh-av")
	if !staff.HasClass("gh-av--staff") || person.HasClass("gh-av--staff") || words(staff)+words(person) != "SDOV" {
		t.Errorf("staff %q, person %q", words(staff), words(person))
	}
}

// S1: a browser cuts off what is longer than a field's greatest length, and a password would become another one.
func TestPasswordsAreNotCutOff(t *testing.T) {
	for _, field := range []templ.Component{
		ui.Input(ui.Field{Name: "password", Type: "password", MaxLength: 64}),
		ui.NewPasswordInput(ui.NewPassword{Field: ui.Field{MaxLength: 64}, Least: 15, Words: "Olivia"}),
	} {
		input := render(t, field).Find("input")
		if _, bounded := input.Attr("maxlength"); bounded || input.AttrOr("type", "") != "password" {
			t.Error("a password is cut off")
		}
	}
}

// S2: the hint beside a new password hides until a script has something to say, which screen readers are told.
func TestTheHintBesideANewPasswordWaits(t *testing.T) {
	doc := render(t, ui.NewPasswordInput(ui.NewPassword{Least: 15, Beside: 8, Words: "Olivia Marsh"}))
	part := doc.Find("[data-strength][data-least='15'][data-beside='8'][data-words='Olivia Marsh']")
	if part.Find("p[role=status]").Text() != "" || part.Find("meter[hidden]").Length() != 1 {
		t.Error("something is said of a password that nobody has typed")
	}
	if part.Find("#password[autocomplete='new-password'][required]").Length() != 1 {
		t.Error("the field is not one that password managers fill")
	}
}
