package app

import (
	"context"
	"slices"
	"strings"

	"gatehouse/internal/actor"
	"gatehouse/internal/conduct"
	"gatehouse/internal/platform/clock"
)

// policies says which policies nobody has to accept, because no version of them holds.
func (d *doctor) policies(ctx context.Context, a *App) {
	list, err := a.Conduct.Documents(ctx, actor.NewSystem("doctor"))
	if err != nil {
		d.note("staff", false, "The policies cannot be looked at: %v.", err)
		return
	}
	current, _ := conduct.Current(list, clock.System().Now())
	var missing []string
	for _, k := range conduct.Kinds() {
		held := func(p conduct.Document) bool { return p.Kind == k }
		if !slices.ContainsFunc(current, held) {
			missing = append(missing, "the "+strings.ToLower(k.Name()))
		}
	}
	if len(missing) > 0 {
		d.note("staff", false, "No version of %s holds, so that staff see clients without having accepted it. Publish "+
			"one in the staff console, under Policies.", strings.Join(missing, " nor of "))
		return
	}
	d.note("staff", true, "Staff accept the policies before they see anything.")
}
