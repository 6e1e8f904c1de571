package app

import "context"

// servers asks every server whose panel is run from here how it is.
func (d *doctor) servers(ctx context.Context, a *App) {
	found, err := a.Hosting.Conditions(ctx)
	if err != nil {
		d.note("servers", false, "The servers cannot be looked at: %v.", err)
		return
	}
	for _, s := range found {
		if s.Trouble != "" {
			d.note("servers", false, "Server %s: %s", s.Server, s.Trouble)
			continue
		}
		d.note("servers", true, "Server %s answers.", s.Server)
	}
}
