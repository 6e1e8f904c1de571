package app

import (
	"context"
	"maps"
	"slices"
)

// servers asks every server whose panel is run from here how it is.
func (d *doctor) servers(ctx context.Context, a *App) {
	found, err := a.Hosting.Unwell(ctx)
	if err != nil {
		d.note("servers", false, "The servers cannot be looked at: %v.", err)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if trouble := found[name]; trouble != "" {
			d.note("servers", false, "Server %s: %s", name, trouble)
			continue
		}
		d.note("servers", true, "Server %s answers.", name)
	}
}
