package web

import (
	"gatehouse/internal/billing/vatids"
	"gatehouse/templates/ui"
)

// VATNumber says what is known of an account's VAT number; false where there is nothing to say.
func VATNumber(s vatids.Standing, r ui.Reader) (ui.Flash, bool) {
	switch s.State {
	case vatids.Valid:
		f := ui.Flash{Tone: ui.OK, Lead: "Confirmed by " + s.Register + " on " + r.Date(s.At) + "."}
		if s.Name != "" {
			f.Text = "It belongs to " + s.Name + "."
		}
		if s.Reference != "" {
			f.Text += " Reference " + s.Reference + "."
		}
		return f, true
	case vatids.Invalid:
		return ui.Flash{
			Tone: ui.Warn, Lead: s.Register + " did not know this VAT number on " + r.Date(s.At) + ".",
			Text: "Nothing is billed with a reverse charge until it does. It is asked again every week.",
		}, true
	case vatids.Unknown:
		return ui.Flash{
			Lead: "This VAT number could not be checked yet.",
			Text: s.Register + " gave no answer, last on " + r.Date(s.At) + ". It is asked again.",
		}, true
	case vatids.Waiting:
		return ui.Flash{
			Lead: "This VAT number is being checked.", Text: s.Register + " is asked whether it is registered.",
		}, true
	case vatids.None:
	}
	return ui.Flash{}, false
}
