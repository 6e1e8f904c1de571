package staff

import (
	"gatehouse/internal/overview"
	"gatehouse/templates/staff"
	"gatehouse/templates/ui"
)

// dashboardFigures are the numbers that this department acts on.
func dashboardFigures(f overview.Figures) []staff.Figure {
	out := []staff.Figure{{Label: "Clients", Value: ui.Number(f.Clients), URL: clientsPath}}
	if o := f.Overdue; o != nil {
		overdue := staff.Figure{Label: "Overdue", Value: ui.Count(o.Invoices, "invoice", "invoices")}
		if o.Amount.Currency() != "" {
			overdue.Value = o.Amount.String()
		}
		overdue.State = &ui.State{Tone: ui.OK, Icon: "check", Word: "Nothing is overdue"}
		if o.Invoices > 0 {
			overdue.State = &ui.State{
				Tone: ui.Bad, Icon: "alert-circle",
				Word: ui.Count(o.Invoices, "invoice", "invoices"),
			}
		} else {
			overdue.Value = "0"
		}
		out = append(out, overdue, staff.Figure{Label: "Paying at the moment", Value: ui.Number(o.Checkouts)})
	}
	if s := f.Services; s != nil {
		running := staff.Figure{Label: "Services running", Value: ui.Number(s.Running)}
		switch {
		case s.Suspended > 0:
			running.State = &ui.State{Tone: ui.Bad, Icon: "player-pause", Word: ui.Number(s.Suspended) + " suspended"}
		case s.Pending > 0:
			running.State = &ui.State{Tone: ui.Info, Icon: "hourglass", Word: ui.Number(s.Pending) + " being set up"}
		}
		out = append(out, running)
	}
	if n := f.Unsent; n != nil {
		unsent := staff.Figure{
			Label: "Mails given up", Value: ui.Number(*n), State: &ui.State{Tone: ui.OK, Icon: "check", Word: "All went out"},
		}
		if *n > 0 {
			unsent.State = &ui.State{Tone: ui.Bad, Icon: "alert-circle", Word: "Look at the mail server"}
		}
		out = append(out, unsent)
	}
	return out
}
