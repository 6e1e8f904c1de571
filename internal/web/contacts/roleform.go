package contacts

import (
	"slices"
	"strconv"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/contacts"
	"gatehouse/templates/ui"
)

// roleDraft is a role that is made or changed. Seen is what the summary beside it showed: a role is made only after
// that was about what is ticked, which the script keeps so, and which takes one more round without it.
type roleDraft struct {
	Key     string   `form:"key" max:"80"`
	Version string   `form:"version" max:"20"`
	Name    string   `form:"name" max:"200"`
	Verbs   []string `form:"verbs" max:"80"`
	Seen    string   `form:"seen" max:"2000"`
}

func (f roleDraft) verbs() []verb.Verb {
	verbs := make([]verb.Verb, 0, len(f.Verbs))
	for _, text := range f.Verbs {
		verbs = append(verbs, verb.Verb(text))
	}
	return verbs
}

// complete ticks what is needed by what is ticked, and says whether the summary was about all of that.
func (f roleDraft) complete() (_ roleDraft, added []verb.Verb, seen bool) {
	asked := f.verbs()
	full := verb.WithNeeds(asked)
	for _, v := range full {
		if !slices.Contains(asked, v) {
			added = append(added, v)
			f.Verbs = append(f.Verbs, string(v))
		}
	}
	return f, added, f.Seen == access.PackVerbs(full) && len(added) == 0
}

func (a *area) newRoleForm(c *web.Context) error {
	f := roleDraft{Key: id.New[id.RoleKind]().String()}
	p := contacts.RoleEditPage{Title: "New role", Button: "Create role"}
	if from := c.Query("from"); from != "" {
		list, err := a.Accounts.Roles(c.Ctx(), c.Who, c.Account())
		if err != nil {
			return err
		}
		role, err := roleNamed(list, from)
		if err != nil {
			return err
		}
		f.Name = "Copy of " + role.Name
		mine, _ := a.Access.RoleOf(c.Who.Seen())
		p.LeftOut = copyInto(&f, a.Access, role.Role, mine)
		f.Seen = access.PackVerbs(f.verbs())
	}
	return c.Page(contacts.RoleEdit(a.rolesForm(c, p, f, nil)))
}

// copyInto ticks what a role includes, and returns what a role that the asker makes cannot include in that way.
func copyInto(f *roleDraft, a *access.Access, from, mine access.Role) (left []string) {
	for _, v := range from.Verbs {
		own, ok := a.CustomRole("", []verb.Verb{v}).Term(v)
		term, _ := from.Term(v)
		narrower := term.Condition != own.Condition && term.Condition != access.AnyThing
		if !ok || narrower || !slices.Contains(mine.Verbs, v) {
			left = append(left, lower(v.Sentence()))
			continue
		}
		f.Verbs = append(f.Verbs, string(v))
	}
	return left
}

func (a *area) newRole(c *web.Context) error {
	var f roleDraft
	if err := c.Bind(&f); err != nil {
		return err
	}
	key, err := id.Parse[id.RoleKind](f.Key)
	if err != nil {
		return &web.BadRequestError{Problems: []string{"The form does not say which role it makes."}}
	}
	p := contacts.RoleEditPage{Title: "New role", Button: "Create role"}
	f, added, seen := f.complete()
	if !seen {
		p.Review = true
		return c.Page(contacts.RoleEdit(a.rolesForm(c, p, f, added)))
	}
	draft := accounts.RoleDraft{Key: key, Name: f.Name, Verbs: f.verbs()}
	err = a.Accounts.MakeRole(c.Ctx(), c.Who, c.Account(), draft)
	if errs, ok := web.FieldErrors(err); ok {
		p.Errors = errs
		return c.Invalid(contacts.RoleEdit(a.rolesForm(c, p, f, nil)))
	}
	if err != nil {
		return err
	}
	c.Done("The role " + f.Name + " is there. You can give it to people now.")
	return c.Redirect(rolesURL(c) + "/" + accounts.Terms{Role: "custom", CustomRole: key}.RoleValue())
}

// changeable is the role of the address, if the asker may change it.
func (a *area) changeable(c *web.Context) (accounts.Role, error) {
	role, err := a.role(c)
	about := activity.TargetOf("role", role.ID, role.Name)
	switch {
	case err != nil:
		return role, err
	case role.ID.IsZero():
		return role, fault.Conflict("Built-in roles can’t be changed, so that their names mean the same everywhere. " +
			"Copy it, and change the copy.")
	case role.Yours && !role.MayChange:
		return role, c.Refuse(access.ReasonOwnRole, about)
	case !role.MayChange:
		return role, c.Refuse(access.ReasonHigherRole, about)
	}
	return role, nil
}

func (a *area) editRoleForm(c *web.Context) error {
	role, err := a.changeable(c)
	if err != nil {
		return err
	}
	f := roleDraft{
		Version: strconv.FormatInt(role.Version, 10), Name: role.Name, Seen: access.PackVerbs(role.Verbs),
	}
	for _, v := range role.Verbs {
		f.Verbs = append(f.Verbs, string(v))
	}
	return c.Page(contacts.RoleEdit(a.rolesForm(c, editing(role), f, nil)))
}

func editing(role accounts.Role) contacts.RoleEditPage {
	return contacts.RoleEditPage{
		Title: "Change the role " + role.Name, Button: "Change role", Holders: role.Held,
	}
}

func (a *area) editRole(c *web.Context) error {
	var f roleDraft
	if err := c.Bind(&f); err != nil {
		return err
	}
	role, err := a.changeable(c)
	if err != nil {
		return err
	}
	version, err := web.Version(f.Version)
	if err != nil {
		return err
	}
	p := editing(role)
	f, added, seen := f.complete()
	if !seen {
		p.Review = true
		return c.Page(contacts.RoleEdit(a.rolesForm(c, p, f, added)))
	}
	draft := accounts.RoleDraft{Name: f.Name, Verbs: f.verbs(), Version: version}
	err = a.Accounts.ChangeOwnRole(c.Ctx(), c.Who, c.Account(), role.ID, draft)
	if errs, ok := web.FieldErrors(err); ok {
		p.Errors = errs
		return c.Invalid(contacts.RoleEdit(a.rolesForm(c, p, f, nil)))
	}
	if err != nil {
		return err
	}
	c.Done("The role " + f.Name + " has changed, for everybody who has it, from their next page on.")
	return c.Redirect(roleURL(c, role))
}

// rolesForm fills the page with what can be ticked, what is, and the summary of that.
func (a *area) rolesForm(
	c *web.Context, p contacts.RoleEditPage, f roleDraft, added []verb.Verb,
) contacts.RoleEditPage {
	p.Shell, p.ListURL, p.Action = c.Shell(p.Title), rolesURL(c), c.Request().URL.Path
	p.Name, p.Key, p.Version = f.Name, f.Key, f.Version
	verbs := f.verbs()
	p.Seen = access.PackVerbs(verb.WithNeeds(verbs))
	mine, _ := a.Access.RoleOf(c.Who.Seen())
	for _, v := range verb.Portal() {
		if n := len(p.Groups); n == 0 || p.Groups[n-1].Name != v.Area() {
			p.Groups = append(p.Groups, contacts.PermGroup{Name: v.Area()})
		}
		perm := contacts.Perm{
			Verb: string(v), Text: v.Sentence(), Caution: v.Caution(), Ticked: slices.Contains(verbs, v),
			Needs: needs(v), Added: slices.Contains(added, v), Again: again(a.Access, v),
		}
		switch {
		case v.OwnersOnly():
			perm.Fixed = "Stays with owners"
		case !slices.Contains(mine.Verbs, v):
			perm.Fixed = "Not in your own role, so you can’t give it"
		}
		group := &p.Groups[len(p.Groups)-1]
		group.Perms = append(group.Perms, perm)
	}
	p.Outline = a.outline(c, a.Access.CustomRole(p.Name, verbs))
	all := a.outline(c, a.Access.CustomRole(p.Name, verb.Portal())) // the limits of what is not ticked yet
	for i, area := range p.Outline.Areas {
		for j := range area.Lines {
			area.Lines[j].Limit = all.Areas[i].Lines[j].Limit
		}
	}
	return p
}

func needs(v verb.Verb) string { return access.PackVerbs(v.Needs()) }

// again says whether the permission asks for a factor again in a role of the account's own.
func again(a *access.Access, v verb.Verb) bool {
	term, _ := a.CustomRole("", []verb.Verb{v}).Term(v)
	return term.Assurance == access.Recent
}

type deleteRoleForm struct {
	Version string `form:"version" max:"20"`
	To      string `form:"to" max:"80"`
}

func (a *area) deleteRoleForm(c *web.Context) error {
	role, err := a.changeable(c)
	if err != nil {
		return err
	}
	p, err := a.deletePage(c, role, deleteRoleForm{Version: strconv.FormatInt(role.Version, 10)})
	if err != nil {
		return err
	}
	return c.Page(contacts.RoleDelete(p))
}

func (a *area) deletePage(c *web.Context, role accounts.Role, f deleteRoleForm) (contacts.RoleDeletePage, error) {
	p := contacts.RoleDeletePage{
		Shell: c.Shell("Delete the role " + role.Name), ListURL: rolesURL(c), Action: c.Request().URL.Path,
		BackURL: roleURL(c, role), Name: role.Name, Version: f.Version, Held: held(role),
	}
	list, err := a.Accounts.Grantable(c.Ctx(), c.Who, c.Account(), verb.RolesManage)
	if err != nil {
		return p, err
	}
	for _, r := range list {
		if r.ID == role.ID && !r.ID.IsZero() || r.Key == access.RoleOwner {
			continue
		}
		p.Roles = append(p.Roles, roleChoice(r, f.To))
	}
	return p, nil
}

func (a *area) deleteRole(c *web.Context) error {
	var f deleteRoleForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	role, err := a.changeable(c)
	if err != nil {
		return err
	}
	version, err := web.Version(f.Version)
	if err != nil {
		return err
	}
	err = a.Accounts.DeleteRole(c.Ctx(), c.Who, c.Account(), role.ID, accounts.RoleDeletion{
		To: accounts.RoleTerms(f.To), Version: version,
	})
	if errs, ok := web.FieldErrors(err); ok {
		p, err := a.deletePage(c, role, f)
		if err != nil {
			return err
		}
		p.Errors, p.Ask = errs, true
		return c.Invalid(contacts.RoleDelete(p))
	}
	if err != nil {
		return err
	}
	done := "The role " + role.Name + " is gone."
	if n := role.Held; n > 0 {
		done += " " + ui.Count(n, "person has", "people have") + " the new one from their next page on."
	}
	c.Done(done)
	return c.Redirect(rolesURL(c))
}
