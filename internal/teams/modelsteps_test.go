package teams_test

import (
	"fmt"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/ownership"
)

// act is one thing that somebody tries.
type act struct {
	name    string
	allowed bool
	here    bool // it leaves an entry in the account's log
	try     func() error
	then    func()
}

func (r *run) terms(s standing) accounts.Terms {
	t := accounts.Terms{Role: s.role, EndsAt: s.ends}
	if isOwn(s.role) {
		t.Role, t.CustomRole = "custom", r.key(s.role)
	}
	return t
}

func (r *run) contact(email string) accounts.Contact {
	page, err := r.Accounts.Contacts(r.t.Context(), actor.NewSystem("test"), r.client, id.Membership{})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, c := range page.Contacts {
		if c.Email == email {
			return c
		}
	}
	return accounts.Contact{ID: id.New[id.MembershipKind]()}
}

func (r *run) invite(by, to string, s standing) act {
	return act{
		fmt.Sprint(by, " invites ", to, " as ", s), r.m.mayInvite(by, to, s), true,
		func() error { return r.Accounts.Invite(r.t.Context(), r.as(by), r.client, to, r.terms(s)) },
		func() {
			r.m.invited[to] = &promise{s, by, r.m.now.Add(7 * 24 * time.Hour)}
			r.pass[to] = r.Invitation(r.t, to).Token
		},
	}
}

func (r *run) accept(_, who string, _ standing) act {
	return act{
		who + " accepts", r.m.mayAccept(who), true, func() error {
			_, err := r.Accounts.Accept(r.t.Context(), r.as(who), r.pass[who], accounts.Acceptance{})
			return err
		}, func() {
			r.m.places[who] = &place{standing: r.m.invited[who].standing}
			delete(r.m.invited, who)
		},
	}
}

func (r *run) withdraw(by, to string, _ standing) act {
	may := r.m.invited[to] != nil && r.m.manages(r.m.is(by).role)
	return act{
		by + " withdraws the invitation of " + to, may, true,
		func() error {
			list, err := r.Accounts.Invitations(r.t.Context(), actor.NewSystem("test"), r.client)
			if err != nil {
				r.t.Fatal(err)
			}
			which := id.New[id.InvitationKind]()
			for _, one := range list {
				if one.Email == to {
					which = one.ID
					break // the newest
				}
			}
			return r.Accounts.Withdraw(r.t.Context(), r.as(by), r.client, which)
		}, func() { delete(r.m.invited, to) },
	}
}

func (r *run) change(by, who string, s standing) act {
	c := r.contact(who)
	return act{
		fmt.Sprint(by, " makes ", who, " ", s), r.m.mayChange(by, who, s), true, func() error {
			return r.Accounts.ChangeRole(r.t.Context(), r.as(by), r.client, c.ID,
				accounts.RoleChange{Terms: r.terms(s), Version: c.Version})
		}, func() { r.m.places[who].standing = s },
	}
}

func (r *run) suspend(by, who string, _ standing) act {
	c := r.contact(who)
	return act{
		by + " suspends " + who, r.m.maySuspend(by, who), true,
		func() error { return r.Accounts.Suspend(r.t.Context(), r.as(by), r.client, c.ID) },
		func() { r.m.places[who].off = true },
	}
}

func (r *run) restore(by, who string, _ standing) act {
	c := r.contact(who)
	return act{
		by + " restores " + who, r.m.mayManage(by, who) && r.m.places[who].off, true,
		func() error { return r.Accounts.Restore(r.t.Context(), r.as(by), r.client, c.ID) },
		func() { r.m.places[who].off = false },
	}
}

func (r *run) remove(by, who string, _ standing) act {
	c := r.contact(who)
	return act{
		by + " removes " + who, r.m.mayRemove(by, who), true,
		func() error { return r.Accounts.Remove(r.t.Context(), r.as(by), r.client, c.ID) },
		func() { delete(r.m.places, who) },
	}
}

func (r *run) handOver(by, to string, s standing) act {
	then := ""
	if s.role != "owner" && !isOwn(s.role) {
		then = s.role
	}
	c := r.contact(to)
	return act{
		by + " offers the ownership to " + to + " and becomes " + then, r.m.mayHandOver(by, to), true, func() error {
			return r.Ownership.Propose(r.t.Context(), r.as(by), r.client, ownership.Proposal{To: c.ID, ThenRole: then})
		}, func() {
			r.m.offer = &handover{by, to, then, r.m.now.Add(7 * 24 * time.Hour)}
			open, _, err := r.Ownership.Current(r.t.Context(), r.as(by), r.client)
			if err != nil {
				r.t.Fatal(err)
			}
			r.kept = open.ID
		},
	}
}

func (r *run) takeOver(_, who string, _ standing) act {
	return act{
		who + " takes the ownership", r.m.mayTakeOver(who), true,
		func() error { return r.Ownership.Accept(r.t.Context(), r.as(who), r.client, r.kept) },
		func() {
			o := r.m.offer
			r.m.offer, r.m.places[who].standing = nil, standing{role: access.RoleOwner}
			if o.then != "" {
				r.m.places[o.by].standing = standing{role: o.then}
			}
		},
	}
}

func (r *run) takeBack(by, _ string, _ standing) act {
	open := r.m.offer != nil && r.m.now.Before(r.m.offer.expires)
	return act{
		by + " withdraws the offer", open && r.m.is(by).role == "owner", true,
		func() error { return r.Ownership.Withdraw(r.t.Context(), r.as(by), r.client, r.kept) },
		func() { r.m.offer = nil },
	}
}
