package app_test

import (
	"net/http"
	"strings"
)

// makesRoles makes a role of the account's own, changes and deletes it, and looks at the account through somebody's
// eyes.
func (w *walker) makesRoles() {
	base := "/accounts/" + w.here.account.String()
	v, roles := w.as("owner@here.example"), base+"/roles"
	v.Get(roles + "/new")
	v.Submit(roles+"/new", typed("name", "Helper", "verbs", "account:view")).Is(w.t, http.StatusOK)
	role := v.Submit(roles+"/new", nil).Is(w.t, http.StatusOK).Path
	v.Get(role + "/edit")
	v.Submit(role+"/edit", typed("name", "Helping hand")).Is(w.t, http.StatusOK)
	v.Get(role + "/delete")
	v.Submit(role+"/delete", nil).Is(w.t, http.StatusOK)

	list := v.Get(base + "/contacts").Links("/role")
	contact := strings.TrimSuffix(list[0], "/role")
	v.Get(contact)
	v.Submit(contact+"/preview", nil).Is(w.t, http.StatusOK)
	v.Submit("/me/preview/end", nil).Is(w.t, http.StatusOK)
}
