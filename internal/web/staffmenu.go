package web

import (
	"gatehouse/internal/access"
	"gatehouse/internal/id"
	"gatehouse/templates/layout"
)

// StaffMenu is the navigation as somebody of the staff would see it, by the function that enforces.
func (c *Context) StaffMenu(s access.Subject) []layout.NavGroup {
	held := map[string]bool{}
	for _, line := range c.web.Access.Explain(s, id.ProviderScope()) {
		held[string(line.Verb)] = line.Decision.Allowed
	}
	var list []layout.NavGroup
	for _, g := range staffNav() {
		shown := layout.NavGroup{Label: g.label}
		for _, e := range g.entries {
			if held[string(e.verb)] {
				shown.Items = append(shown.Items, layout.NavItem{Label: e.label, Icon: e.icon})
			}
		}
		if len(shown.Items) > 0 {
			list = append(list, shown)
		}
	}
	return list
}
