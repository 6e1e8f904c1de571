package web

import (
	"gatehouse/internal/recovery"
	"gatehouse/templates/ui"
)

// RecoveryProps is how a recovery looks to whoever decides about it.
func RecoveryProps(v recovery.View) ui.RecoveryProps {
	p := ui.RecoveryProps{
		Name: v.Name, Email: v.Email, State: recoveryState(v), AskedAt: v.AskedAt, WaitsUntil: v.WaitsUntil,
		PasswordSince: v.PasswordSince, Device: ui.Device{Name: v.Device, Address: v.Address},
	}
	for _, place := range v.Places {
		row := ui.RecoveryPlace{Name: place.Name, Role: place.RoleName, Word: "No owner has decided.", Held: place.Held}
		switch {
		case place.Decision != nil && place.Decision.Approved:
			row.Word = place.Decision.By + " approved."
		case place.Decision != nil:
			row.Word = place.Decision.By + " declined."
		case len(place.Owners) == 0:
			row.Word = "No other owner can decide."
		}
		p.Places = append(p.Places, row)
	}
	for _, d := range v.Decisions {
		p.Decisions = append(p.Decisions, ui.RecoveryDecision{By: d.By, As: d.As, Approved: d.Approved, At: d.At})
	}
	return p
}

func recoveryState(v recovery.View) ui.State {
	switch v.State {
	case recovery.Asked, recovery.Waiting:
		return ui.State{Tone: ui.Info, Icon: "clock", Word: "Waiting"}
	case recovery.Ready, recovery.Enrolling:
		return ui.State{Tone: ui.Info, Icon: "mail", Word: "Link sent"}
	case recovery.Done:
		if v.Holds() {
			return ui.State{Tone: ui.Warn, Icon: "player-pause", Word: "Access waits"}
		}
		return ui.State{Tone: ui.OK, Icon: "check", Word: "Done"}
	case recovery.Declined:
		return ui.State{Tone: ui.Bad, Icon: "hand-stop", Word: "Declined"}
	case recovery.Cancelled, recovery.Expired:
	}
	return ui.State{Tone: ui.Neutral, Icon: "x", Word: "Ended"}
}

type decisionForm struct {
	Decision string `form:"decision" max:"20"`
}

// Approves reads what was decided about a recovery: to approve it, or to decline.
func Approves(c *Context) (bool, error) {
	var f decisionForm
	if err := c.Bind(&f); err != nil {
		return false, err
	}
	if f.Decision != "approve" && f.Decision != "decline" {
		return false, &BadRequestError{Problems: []string{"The form does not say what was decided."}}
	}
	return f.Decision == "approve", nil
}
