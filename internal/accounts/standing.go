package accounts

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/access"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

const (
	roleCustom = "custom"
	// mostServices bounds how many services can be chosen for one person.
	mostServices = 500
)

// Terms are what a place in an account gives: a role, and its limits.
type Terms struct {
	Role       string       // key of a built-in role, or "custom"
	CustomRole id.Role      // zero for built-in roles
	Limited    bool         // to Services
	Services   []id.Service // of this account; ids that are not are worth nothing
	EndsAt     time.Time    // zero: no end
}

// standing is what somebody may do in an account, with the role itself.
type standing struct {
	Terms
	role access.Role
}

// standingOf is the standing that a row gives.
func (a *Accounts) standingOf(tx *gorm.DB, g gate.Grant, row membershipRow) (standing, error) {
	services, err := access.UnpackServices(row.Services)
	if err != nil {
		return standing{}, err
	}
	return a.resolve(tx, g, Terms{
		Role: row.Role, CustomRole: row.CustomRoleID, Limited: row.ServicesLimited, Services: services,
		EndsAt: row.EndsAt.Time,
	})
}

// resolve looks the role up that terms name. The role of a custom role is read from its row, in this account only.
func (a *Accounts) resolve(tx *gorm.DB, g gate.Grant, t Terms) (standing, error) {
	if t.Role != roleCustom {
		role, ok := a.access.Role(t.Role)
		if !ok || !t.CustomRole.IsZero() {
			return standing{}, fault.InvalidField("role", "Choose a role.")
		}
		return standing{t, role}, nil
	}
	row, found, err := db.One[roleRow](g.On(tx).Where("id = ? AND deleted_at IS NULL", t.CustomRole))
	if err != nil {
		return standing{}, fmt.Errorf("read role: %w", err)
	}
	if !found {
		return standing{}, fault.InvalidField("role", "Choose a role.")
	}
	name, err := a.roleName(roleCustom, row.ID, row.Name)
	if err != nil {
		return standing{}, err
	}
	return standing{t, a.access.CustomRole(name, access.UnpackVerbs(row.Verbs))}, nil
}

// granter is the standing of the one who holds the grant, as the rows of this transaction say it. Staff, the operator
// and Gatehouse itself give as an owner does.
func (a *Accounts) granter(tx *gorm.DB, g gate.Grant) (standing, error) {
	if who := g.Who(); !g.Verb().IsStaff() && who.Kind != actor.System {
		row, found, err := placeOf(tx, g, who.Person)
		if err != nil {
			return standing{}, fmt.Errorf("read the asker's place: %w", err)
		}
		if !found {
			return standing{}, fault.NotFound("read the asker's place")
		}
		return a.standingOf(tx, g, row)
	}
	owner, ok := a.access.Role(access.RoleOwner)
	if !ok {
		return standing{}, fault.InvalidField("role", "Choose a role.")
	}
	return standing{Terms{Role: access.RoleOwner}, owner}, nil
}

// mayGive says whether the one may give the other, or act on somebody who holds it: never more than they hold (A3).
func (s standing) mayGive(v verb.Verb, other standing) bool {
	if !access.MayGrant(s.role, v, other.role) {
		return false
	}
	if !s.EndsAt.IsZero() && (other.EndsAt.IsZero() || other.EndsAt.After(s.EndsAt)) {
		return false
	}
	if !s.Limited {
		return true
	}
	return other.Limited && !slices.ContainsFunc(other.Services, func(x id.Service) bool {
		return !slices.Contains(s.Services, x)
	})
}

// withoutEnd is the standing as if it had no end date.
func (s standing) withoutEnd() standing {
	s.EndsAt = time.Time{}
	return s
}

// holds says whether the terms are in order at a moment.
func (s standing) holds(now time.Time) bool { return s.checked(now) == nil }

// checked says what is wrong with terms that somebody is about to be given.
func (s standing) checked(now time.Time) error {
	var f form
	needs := slices.ContainsFunc(s.role.Verbs, func(v verb.Verb) bool {
		term, _ := s.role.Term(v)
		return term.Condition == access.Chosen
	})
	switch {
	case s.role.Key == access.RoleOwner && s.Limited:
		f.fail("services", "An owner always reaches all services.")
	case needs && (!s.Limited || len(s.Services) == 0):
		f.fail("services", "Choose the services that this role is for.")
	case s.Limited && len(s.Services) == 0:
		f.fail("services", "Choose at least one service, or all of them.")
	case len(s.Services) > mostServices:
		f.fail("services", fmt.Sprintf("Choose at most %d services.", mostServices))
	}
	switch {
	case s.role.Key == access.RoleOwner && !s.EndsAt.IsZero():
		f.fail("ends", "The access of an owner has no end date.")
	case !s.EndsAt.IsZero() && !s.EndsAt.After(now):
		f.fail("ends", "Choose a date that is still to come.")
	}
	return f.fault()
}

// grantable is the standing that terms would give, if they are in order and the giver may give it. A refusal is about
// the target.
func (a *Accounts) grantable(
	tx *db.Tx, g gate.Grant, giver standing, v verb.Verb, t Terms, target activity.Target,
) (standing, error) {
	wanted, err := a.resolve(tx.DB, g, t)
	if err != nil {
		return standing{}, err
	}
	if err := wanted.checked(g.Now()); err != nil {
		return standing{}, err
	}
	if !giver.mayGive(v, wanted) {
		return standing{}, refuse(g, access.ReasonHigherRole, target)
	}
	return wanted, nil
}

// columns are the columns of a membership that hold the terms.
func (t Terms) columns() map[string]any {
	return map[string]any{
		"role": t.Role, "custom_role_id": t.CustomRole, "services_limited": t.Limited, "services": t.packed(),
		"ends_at": db.At(t.EndsAt),
	}
}

func (t Terms) packed() []byte {
	if !t.Limited {
		return nil
	}
	services := slices.Clone(t.Services)
	slices.SortFunc(services, func(x, y id.Service) int { return slices.Compare(x.Bytes(), y.Bytes()) })
	return access.PackServices(slices.Compact(services))
}

// inWords are the limits of the terms for the log and for mails.
func (t Terms) inWords() (services, ends string) {
	services, ends = "all", "never"
	if t.Limited {
		services = strconv.Itoa(len(t.Services)) + " chosen"
	}
	if !t.EndsAt.IsZero() {
		ends = t.EndsAt.UTC().Format("2 Jan 2006")
	}
	return services, ends
}
