package portal

import (
	"gatehouse/internal/hosting"
	"gatehouse/internal/status"
	"gatehouse/internal/web"
	"gatehouse/templates/portal"
	"gatehouse/templates/ui"
)

// incidents are those of the last ninety days that touched a service's server while the service was there, and planned
// work that will. They come from memory; what cannot be had is left out.
func (a *area) incidents(c *web.Context, s hosting.Service) ([]portal.IncidentRow, error) {
	if a.Status == nil {
		return nil, nil
	}
	board, err := a.Status.Board(c.Ctx())
	if err != nil {
		return nil, err // status says what it did
	}
	var rows []portal.IncidentRow
	for _, i := range board.Touching(s.Server.ID, s.CreatedAt) {
		row := portal.IncidentRow{
			Title: i.Title, URL: "/status/incidents/" + i.ID.String(), At: i.Starts,
			State: ui.State{Tone: ui.OK, Icon: "check", Word: "Over"},
		}
		switch {
		case i.Ahead(board.At):
			row.State = ui.State{Tone: ui.Info, Icon: "calendar", Word: "Planned"}
		case i.Goes(board.At) && i.Sort == status.Maintenance:
			row.State = ui.State{Tone: ui.Info, Icon: "tool", Word: "Going on"}
		case i.Goes(board.At):
			row.State = ui.State{Tone: ui.Warn, Icon: "tool", Word: "Going on"}
		}
		rows = append(rows, row)
	}
	return rows, nil
}
