package contacts

import (
	"slices"
	"strings"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/contacts"
	"gatehouse/templates/ui"
)

func (a *area) roleRoutes() {
	const roles = web.AccountPath + "/roles"
	a.web.Page(roles, verb.ContactsView, a.roles)
	a.web.Page(roles+"/new", verb.RolesManage, a.newRoleForm)
	a.web.Action(roles+"/new", verb.RolesManage, a.newRole)
	a.web.Page(roles+"/:role", verb.ContactsView, a.showRole)
	a.web.Page(roles+"/:role/edit", verb.RolesManage, a.editRoleForm)
	a.web.Action(roles+"/:role/edit", verb.RolesManage, a.editRole)
	a.web.Page(roles+"/:role/delete", verb.RolesManage, a.deleteRoleForm)
	a.web.Action(roles+"/:role/delete", verb.RolesManage, a.deleteRole)
}

func rolesURL(c *web.Context) string { return c.Base() + "/roles" }

func roleURL(c *web.Context, r accounts.Role) string { return rolesURL(c) + "/" + r.Value() }

// roles lists the roles with who has each.
func (a *area) roles(c *web.Context) error {
	list, err := a.Accounts.Roles(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p := contacts.RolesPage{Shell: c.Shell("Roles"), WhoURL: c.Base() + "/who"}
	if c.Offers(verb.RolesManage) {
		p.NewURL = rolesURL(c) + "/new"
	}
	for _, r := range list {
		p.Rows = append(p.Rows, contacts.RoleRow{
			Name: r.Name, Says: r.Says(), URL: roleURL(c, r), BuiltIn: r.ID.IsZero(), Held: held(r),
		})
	}
	return c.Page(contacts.Roles(p))
}

// held names those who have a role, teams behind people.
func held(r accounts.Role) contacts.Held {
	h := contacts.Held{People: r.Held, Teams: r.Teams}
	for _, one := range r.Holders {
		h.First = append(h.First, one.Name)
	}
	return h
}

// role is the role of the address: the key of a built-in one, or one of the account's own.
func (a *area) role(c *web.Context) (accounts.Role, error) {
	list, err := a.Accounts.Roles(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return accounts.Role{}, err
	}
	return roleNamed(list, c.Param("role"))
}

func roleNamed(list []accounts.Role, value string) (accounts.Role, error) {
	i := slices.IndexFunc(list, func(r accounts.Role) bool { return r.Value() == value })
	if i < 0 {
		return accounts.Role{}, fault.NotFound("role")
	}
	return list[i], nil
}

// showRole is what a role can and cannot do, and who has it.
func (a *area) showRole(c *web.Context) error {
	after := web.QueryID[id.MembershipKind](c, "after")
	page, err := a.Accounts.HeldBy(c.Ctx(), c.Who, c.Account(), c.Param("role"), after)
	if err != nil {
		return err
	}
	role := page.Role
	p := contacts.RolePage{
		Shell: c.Shell(role.Name), ListURL: rolesURL(c), Name: role.Name, Says: role.Says(), BuiltIn: role.ID.IsZero(),
		Held: held(role), Outline: a.outline(c, role.Role), Pages: ui.Pages{NewerText: "First page", OlderText: "Next"},
	}
	holders(c, page, &p)
	if c.Offers(verb.RolesManage) {
		p.CopyURL = web.With(rolesURL(c)+"/new", "from", role.Value())
	}
	if role.MayChange {
		at := roleURL(c, role)
		p.EditURL, p.DeleteURL = at+"/edit", at+"/delete"
	}
	return c.Page(contacts.Role(p))
}

// holders fills in a page of those who have a role.
func holders(c *web.Context, page accounts.HolderPage, p *contacts.RolePage) {
	at := c.Request().URL.Path
	for _, one := range page.Holders {
		p.Holders = append(p.Holders, ui.Person{
			Name: one.Name, Detail: stateOf(one.Presence), URL: c.Base() + "/contacts/" + one.Contact.String(),
		})
	}
	if c.Query("after") != "" {
		p.Pages.Newer = at
	}
	if !page.Next.IsZero() {
		p.Pages.Older = web.With(at, "after", page.Next.String())
	}
	p.Pages.Shown = ui.Number(len(p.Holders)) + " of " + ui.Count(page.Role.Held, "person", "people")
}

// outline is what a role can do, by the answers of access.Explain for somebody who has it without limits, with the best
// of factors.
func (a *area) outline(c *web.Context, role access.Role) contacts.Outline {
	place := actor.Membership{
		ID: id.New[id.MembershipKind](), Account: c.Account(), Role: role.Key, RoleName: role.Name,
	}
	if _, builtIn := a.Access.Role(role.Key); !builtIn {
		place.Role, place.CustomRole, place.Verbs = "custom", id.New[id.RoleKind](), role.Verbs
	}
	subject := access.Subject{
		Person: id.New[id.PersonKind](), Membership: place, Level: actor.PhishingProof, Now: c.Now(),
	}
	var out contacts.Outline
	for _, line := range a.Access.Explain(subject, c.Scope) {
		if n := len(out.Areas); n == 0 || out.Areas[n-1].Name != line.Verb.Area() {
			out.Areas = append(out.Areas, contacts.OutlineArea{Name: line.Verb.Area()})
		}
		area := &out.Areas[len(out.Areas)-1]
		area.Lines = append(area.Lines, contacts.OutlineLine{
			Verb: string(line.Verb), Text: lower(line.Verb.Sentence()), Can: line.Decision.Allowed,
			Limit: limitOf(line.Decision), Caution: line.Verb.Caution(),
		})
	}
	return out
}

// limitOf says how far a permission reaches, where that is not everywhere and at any time.
func limitOf(d access.Decision) string {
	var limits []string
	switch {
	case !d.Allowed:
		return ""
	case d.Own:
		limits = append(limits, "only their own entries")
	case d.Billing:
		limits = append(limits, "only about billing")
	case d.NotOwners:
		limits = append(limits, "except owners")
	case d.Limited:
		limits = append(limits, "only the chosen services")
	}
	if d.Assurance == access.Recent {
		limits = append(limits, "after using a factor again")
	}
	return strings.Join(limits, ", ")
}

func lower(sentence string) string {
	return strings.ToLower(sentence[:1]) + sentence[1:]
}
