package web

import (
	"gatehouse/internal/support"
	"gatehouse/templates/ui"
)

// CaseState is the state of a case in words: for staff, or for the customer.
func CaseState(s support.State, staff bool) ui.State {
	switch s {
	case support.Open:
		if staff {
			return ui.State{Word: "Ours to answer", Tone: ui.Warn, Icon: "clock"}
		}
		return ui.State{Word: "We are on it", Tone: ui.Info, Icon: "clock"}
	case support.Waiting:
		if staff {
			return ui.State{Word: "Waiting for the client", Tone: ui.Info, Icon: "hourglass"}
		}
		return ui.State{Word: "Waiting for you", Tone: ui.Warn, Icon: "hourglass"}
	case support.Closed:
	}
	return ui.State{Word: "Closed", Tone: ui.OK, Icon: "circle-check"}
}

// Thread is the history of a case for whoever asks.
func (c *Context) Thread(list []support.Message) []ui.Said {
	out := make([]ui.Said, 0, len(list))
	for _, m := range list {
		line := ui.Said{Who: ui.Person{Name: m.Author}, Did: did(m.Kind), At: m.At, Text: m.Body}
		if m.ByStaff {
			line.Who.Kind, line.Who.Detail = ui.Ours, "Staff"
		}
		if m.Mine {
			line.You = true
		}
		out = append(out, line)
	}
	return out
}

func did(kind support.MessageKind) string {
	switch kind {
	case support.Opened:
		return "opened the case"
	case support.Taken:
		return "took the case"
	case support.Ended:
		return "closed the case"
	case support.Handed:
		return "handed the case over to another department"
	case support.Replied:
	}
	return "wrote"
}
