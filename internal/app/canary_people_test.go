package app_test

import (
	"maps"
	"testing"
)

// invitesAColleague has an administrator invite somebody, who accepts.
func invitesAColleague(t *testing.T, h *house, staff *browser) {
	t.Helper()
	c := canaries()
	staff.must(first(staff.fill("/staff/people/invite", "/staff/people/invite", map[string]string{
		"email": c["colleague's e-mail"], "department": "support", "reason": c["reason of a request"],
	})))
	h.deliver(t)
	link := h.mailedLink(t, c["colleague's e-mail"], "/staff-invitations/")
	b := newBrowser(t, h.handler)
	b.fill(link, link, map[string]string{"name": c["colleague's name"], "password": c["password"]})
	var joined int64
	const accepted = "SELECT COUNT(*) FROM staff_requests WHERE state = 'accepted'"
	err := h.Reader.With(t.Context()).Raw(accepted).Scan(&joined).Error
	if err != nil || joined != 1 {
		t.Fatalf("%d colleagues joined: %v", joined, err)
	}
	maps.Copy(staff.all, b.all)
}
