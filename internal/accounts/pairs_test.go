package accounts_test

import (
	"errors"
	"testing"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// pairs is an account in which everybody meets everybody: for each role somebody who holds it and acts, and somebody
// who holds it and is acted upon.
type pairs struct {
	*house
	account id.Account
	terms   map[string]accounts.Terms // by what the role is called here
	roles   map[string]access.Role
	order   []string
	plain   string // the address of somebody with the role "support", who is given others
	there   map[string]accounts.Contact
}

func meeting(t *testing.T, w *testkit.World) *pairs {
	t.Helper()
	p := &pairs{
		house: open(w), terms: map[string]accounts.Terms{}, roles: map[string]access.Role{}, plain: "plain@x.example",
		there: map[string]accounts.Contact{},
	}
	p.account = p.house.account(t, "Northwind", olivia)
	for _, r := range w.Access.Roles() {
		terms := role(r.Key)
		if r.Key == "developer" {
			terms.Limited, terms.Services = true, []id.Service{id.New[id.ServiceKind]()}
		}
		p.add(r.Key, r, terms)
	}
	for name, verbs := range map[string][]verb.Verb{
		"Everything": verb.Portal(), "Host": {verb.ContactsInvite, verb.ContactsManage}, "Inviter": {verb.ContactsInvite},
		"Manager of money": {verb.InvoicesPay, verb.PaymentMethodsManage, verb.ContactsManage, verb.TicketsReply},
		"Reader":           {verb.ServicesView},
	} {
		d := draft(name, verbs...)
		d.Verbs = ownable(d.Verbs)
		p.add(name, w.Access.CustomRole(name, d.Verbs), p.made(t, p.account, olivia, d))
	}
	for _, name := range p.order {
		for _, email := range []string{actsAs(name), holds(name)} {
			p.join(t, p.account, olivia, email, p.terms[name])
			delete(p.tokens, olivia)
		}
	}
	p.join(t, p.account, olivia, p.plain, p.terms["support"])
	for after := (id.Membership{}); ; {
		page, err := p.accounts.Contacts(t.Context(), actor.NewSystem("test"), p.account, after)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Contacts {
			p.there[c.Email] = c
		}
		if after = page.Next; after.IsZero() {
			break
		}
	}
	return p
}

func (p *pairs) add(name string, r access.Role, t accounts.Terms) {
	p.order = append(p.order, name)
	p.roles[name], p.terms[name] = r, t
}

// ownable leaves out what no role of an account's own may include.
func ownable(verbs []verb.Verb) (out []verb.Verb) {
	for _, v := range verbs {
		if !v.OwnersOnly() {
			out = append(out, v)
		}
	}
	return out
}

func address(part, name string) string {
	letters := []rune(part)
	for _, r := range name {
		if r != ' ' {
			letters = append(letters, r)
		}
	}
	return string(letters) + "@x.example"
}

func actsAs(name string) string { return address("a-", name) }

func holds(name string) string { return address("h-", name) }

// reaches is A3 as SECURITY.md says it, row by row of the policies: the one may act by a permission on the other only
// if they hold all that the other holds, at least as widely, and on owners only where no row forbids it.
func (p *pairs) reaches(by string, v verb.Verb, on string) bool {
	mine, other := p.roles[by], p.roles[on]
	term, holds := mine.Term(v)
	if !holds || on == access.RoleOwner && term.Condition == access.ExceptOwners {
		return false
	}
	for _, theirs := range other.Verbs {
		held, ok := mine.Term(theirs)
		asked, _ := other.Term(theirs)
		if !ok || held.Condition != access.AnyThing && held.Condition != asked.Condition {
			return false
		}
	}
	return true
}

// fared compares what came of an act with whether it was to succeed.
func fared(t *testing.T, what string, err error, may bool) {
	t.Helper()
	if may && err != nil || !may && fault.KindOf(err) != fault.KindDenied {
		t.Errorf("%s: to succeed %v, came to %v", what, may, err)
	}
}

// tried ends a change that was let in, so that nothing comes of it.
var errTried = errors.New("tried")

// A3: all pairs of roles, those of the portal and those that an account makes: giving by invitation, alone and in a
// list, giving to somebody, changing, suspending, previewing and removing. Whoever may not is refused, whoever may is
// not.
func TestAllPairsOfRoles(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		p := meeting(t, w)
		allowed := 0
		for _, by := range p.order {
			for _, on := range p.order {
				delete(p.tokens, olivia)
				allowed += p.meet(t, by, on)
			}
			p.onOneself(t, by)
		}
		if allowed < 6*len(p.order) || allowed > 6*len(p.order)*len(p.order)/2 {
			t.Errorf("%d acts of %d pairs were allowed", allowed, len(p.order)*len(p.order))
		}
	})
}

// meet lets one role do everything to another, and says how much of it is allowed.
func (p *pairs) meet(t *testing.T, by, on string) (allowed int) {
	t.Helper()
	invites := p.reaches(by, verb.ContactsInvite, on)
	manages := p.reaches(by, verb.ContactsManage, on)
	gives := manages && p.reaches(by, verb.ContactsManage, "support")
	acts := []struct {
		what string
		may  bool
		do   func() error
	}{
		{"invites as", invites, func() error { return p.invites(t, by, on) }},
		{"invites a list as", invites, func() error { return p.invitesList(t, by, on) }},
		{"gives the role of", gives, func() error { return p.gives(t, by, p.plain, p.terms[on]) }},
		{"takes the role of", gives, func() error { return p.gives(t, by, holds(on), p.terms["support"]) }},
		{"suspends", manages, func() error { return p.suspends(t, by, on) }},
		{"previews", manages, func() error { return p.previews(t, by, on) }},
		{"removes", manages, func() error { return p.removes(t, by, on) }},
	}
	for _, act := range acts {
		fared(t, by+" "+act.what+" "+on, act.do(), act.may)
		if act.may {
			allowed++
		}
	}
	return allowed
}

func (p *pairs) who(t *testing.T, by string) actor.Actor {
	t.Helper()
	return p.as(t, actsAs(by), p.account)
}

func (p *pairs) invites(t *testing.T, by, on string) error {
	t.Helper()
	err := p.accounts.Invite(t.Context(), p.who(t, by), p.account, "guest@x.example", p.terms[on])
	p.withdrawn(t)
	return err
}

func (p *pairs) invitesList(t *testing.T, by, on string) error {
	t.Helper()
	err := p.accounts.InviteAll(t.Context(), p.who(t, by), p.account, []accounts.Guest{
		{Email: "guest@x.example", Terms: p.terms[on]},
	})
	p.withdrawn(t)
	return err
}

// withdrawn takes back what is open, and lets the hour go by in which many were invited.
func (p *pairs) withdrawn(t *testing.T) {
	t.Helper()
	err := p.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ContactsInvite, id.AccountScope(p.account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			return g.Entry(activity.InvitationWithdrawn, activity.Details{}),
				g.On(tx.DB).Exec("DELETE FROM invitations WHERE account_id = ?", p.account.Bytes()).Error
		})
	if err != nil {
		t.Fatal(err)
	}
}

// gives changes what somebody holds, and lets the owner put it back.
func (p *pairs) gives(t *testing.T, by, to string, terms accounts.Terms) error {
	t.Helper()
	before := p.there[to]
	give := func(by string, terms accounts.Terms, version int64) error {
		return p.accounts.ChangeRole(t.Context(), p.as(t, by, p.account), p.account, before.ID,
			accounts.RoleChange{Terms: terms, Version: version})
	}
	err := give(actsAs(by), terms, before.Version)
	if err == nil {
		if err := give(olivia, before.Terms, before.Version+1); err != nil {
			t.Fatal(err)
		}
		before.Version += 2
		p.there[to] = before
	}
	return err
}

func (p *pairs) suspends(t *testing.T, by, on string) error {
	t.Helper()
	c := p.there[holds(on)]
	err := p.accounts.Suspend(t.Context(), p.who(t, by), p.account, c.ID)
	if err != nil {
		return err
	}
	c.Version += 2
	p.there[holds(on)] = c
	return p.accounts.Restore(t.Context(), p.who(t, by), p.account, c.ID)
}

func (p *pairs) previews(t *testing.T, by, on string) error {
	t.Helper()
	err := p.accounts.StartPreview(t.Context(), p.who(t, by), p.account, p.there[holds(on)].ID)
	if err != nil {
		return err
	}
	return p.accounts.EndPreview(t.Context(), p.who(t, by))
}

// removes tries a removal and ends the change, so that everybody stays for the next pair.
func (p *pairs) removes(t *testing.T, by, on string) error {
	t.Helper()
	c := p.there[holds(on)]
	err := p.accounts.Change(t.Context(), p.who(t, by), verb.ContactsManage, p.account,
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if _, err := p.accounts.RemoveIn(t.Context(), tx, g, c.ID); err != nil {
				return gate.Entry{}, err
			}
			return gate.Entry{}, errTried
		})
	if errors.Is(err, errTried) {
		return nil
	}
	return err
}

// onOneself says that nobody changes, suspends or previews themselves, whatever they hold.
func (p *pairs) onOneself(t *testing.T, by string) {
	t.Helper()
	me := p.there[actsAs(by)]
	change := accounts.RoleChange{Terms: p.terms["Reader"], Version: me.Version}
	fared(t, by+" changes themselves", p.accounts.ChangeRole(t.Context(), p.who(t, by), p.account, me.ID, change), false)
	fared(t, by+" suspends themselves", p.accounts.Suspend(t.Context(), p.who(t, by), p.account, me.ID), false)
	fared(t, by+" previews themselves", p.accounts.StartPreview(t.Context(), p.who(t, by), p.account, me.ID), false)
}
