package accounts_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
)

// A3: nobody changes their own role, gives more than they hold, or acts on somebody above them.
func TestNobodyReachesAboveThemselves(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		shop, blog := id.New[id.ServiceKind](), id.New[id.ServiceKind]()
		h.join(t, account, olivia, adam, accounts.Terms{
			Role: "administrator", Limited: true, Services: []id.Service{shop}, EndsAt: w.Now(t).Add(48 * time.Hour),
		})
		h.join(t, account, olivia, ben, accounts.Terms{
			Role: "technical", Limited: true, Services: []id.Service{shop}, EndsAt: w.Now(t).Add(time.Hour),
		})
		limits := func(role string, ends time.Duration, services ...id.Service) accounts.Terms {
			return accounts.Terms{
				Role: role, Limited: len(services) > 0, Services: services, EndsAt: w.Now(t).Add(ends),
			}
		}
		for name, c := range map[string]struct {
			by, of string
			to     accounts.Terms
			want   fault.Kind
		}{
			"own role":                  {adam, adam, limits("billing", time.Hour, shop), fault.KindDenied},
			"own role, owner":           {olivia, olivia, role("administrator"), fault.KindDenied},
			"an owner's role":           {adam, olivia, limits("auditor", time.Hour, shop), fault.KindDenied},
			"owner by an administrator": {adam, ben, owner(), fault.KindDenied},
			"without the permission":    {ben, adam, limits("auditor", time.Hour, shop), fault.KindDenied},
			"beyond their services":     {adam, ben, limits("technical", time.Hour, shop, blog), fault.KindDenied},
			"all services":              {adam, ben, limits("technical", time.Hour), fault.KindDenied},
			"beyond their end":          {adam, ben, limits("technical", 72*time.Hour, shop), fault.KindDenied},
			"without an end": {
				adam, ben, accounts.Terms{Role: "auditor", Limited: true, Services: []id.Service{shop}}, fault.KindDenied,
			},
			"within their own": {adam, ben, limits("auditor", 24*time.Hour, shop), ""},
			"by an owner":      {olivia, ben, owner(), ""},
			"owners to others": {olivia, ben, role("technical"), ""},
		} {
			if c.want == "" {
				continue
			}
			before := h.contact(t, account, olivia, c.of)
			err := h.accounts.ChangeRole(t.Context(), h.as(t, c.by, account), account, before.ID,
				accounts.RoleChange{Terms: c.to, Version: before.Version})
			kindIs(t, name, err, c.want)
			if after := h.contact(t, account, olivia, c.of); after.Version != before.Version {
				t.Errorf("%s: changed all the same", name)
			}
		}
		for _, c := range []struct {
			by string
			to accounts.Terms
		}{{adam, limits("auditor", 24*time.Hour, shop)}, {olivia, owner()}, {olivia, role("technical")}} {
			before := h.contact(t, account, olivia, ben)
			err := h.accounts.ChangeRole(t.Context(), h.as(t, c.by, account), account, before.ID,
				accounts.RoleChange{Terms: c.to, Version: before.Version})
			if err != nil {
				t.Errorf("%s gives %s: %v", c.by, c.to.Role, err)
			}
		}
		kindIs(t, "an owner removed by an administrator", h.accounts.Remove(t.Context(), h.as(t, adam, account), account,
			h.contact(t, account, olivia, olivia).ID), fault.KindDenied)
		kindIs(t, "an owner invited by an administrator",
			h.accounts.Invite(t.Context(), h.as(t, adam, account), account, carl, owner()), fault.KindDenied)
		refused := 0
		for _, e := range h.entries(t, id.AccountScope(account)) {
			if e.Action == activity.Refused {
				refused++
			}
		}
		if refused < 4 {
			t.Errorf("%d refusals stand in the log", refused)
		}
	})
}

func TestRoleChangeSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.join(t, account, olivia, ben, role("billing"))
		shop := []id.Service{id.New[id.ServiceKind]()}
		c := h.contact(t, account, olivia, ben)
		for name, change := range map[string]struct {
			terms accounts.Terms
			field string
		}{
			"no role":                {role(""), "role"},
			"unknown role":           {role("wizard"), "role"},
			"internal role":          {role("system"), "role"}, // A8
			"custom, which":          {role("custom"), "role"},
			"built in with an id":    {accounts.Terms{Role: "billing", CustomRole: id.New[id.RoleKind]()}, "role"},
			"no such custom role":    {accounts.Terms{Role: "custom", CustomRole: id.New[id.RoleKind]()}, "role"},
			"developer of nothing":   {role("developer"), "services"},
			"limited to nothing":     {accounts.Terms{Role: "technical", Limited: true}, "services"},
			"owner with limits":      {accounts.Terms{Role: "owner", Limited: true, Services: shop}, "services"},
			"owner with an end":      {accounts.Terms{Role: "owner", EndsAt: w.Now(t).Add(time.Hour)}, "ends"},
			"ended before it begins": {accounts.Terms{Role: "auditor", EndsAt: w.Now(t).Add(-time.Hour)}, "ends"},
		} {
			err := h.accounts.ChangeRole(t.Context(), h.as(t, olivia, account), account, c.ID,
				accounts.RoleChange{Terms: change.terms, Version: c.Version})
			fieldIs(t, name, err, change.field)
		}
		err := h.accounts.ChangeRole(t.Context(), h.as(t, olivia, account), account, c.ID,
			accounts.RoleChange{Terms: role("auditor"), Version: c.Version - 1})
		kindIs(t, "stale form", err, fault.KindConflict)
		err = h.accounts.ChangeRole(t.Context(), h.as(t, olivia, account), account, c.ID, accounts.RoleChange{
			Terms:   accounts.Terms{Role: "developer", Limited: true, Services: shop, EndsAt: w.Now(t).Add(time.Hour)},
			Version: c.Version,
		})
		if err != nil {
			t.Fatal(err)
		}
		last := h.entries(t, id.AccountScope(account))[0]
		if last.Action != activity.ContactRoleChanged || len(last.What.Changes) != 3 ||
			last.What.Changes[0].Old != "Billing" || last.What.Changes[0].New != "Developer" {
			t.Errorf("the log says %s, %+v", last.Action, last.What.Changes)
		}
	})
}

// A4: an account always has an owner.
func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		own := h.contact(t, account, olivia, olivia)
		kindIs(t, "the last owner leaves",
			h.accounts.Remove(t.Context(), h.as(t, olivia, account), account, own.ID), fault.KindConflict)
		h.join(t, account, olivia, oscar, owner())
		second := h.contact(t, account, olivia, oscar)
		err := h.accounts.ChangeRole(t.Context(), h.as(t, olivia, account), account, second.ID,
			accounts.RoleChange{Terms: role("billing"), Version: second.Version})
		if err != nil {
			t.Fatal(err)
		}
		kindIs(t, "the last owner leaves again",
			h.accounts.Remove(t.Context(), h.as(t, olivia, account), account, own.ID), fault.KindConflict)
	})
}

// A4, R7: two owners remove each other at once; one succeeds.
func TestTwoOwnersRemoveEachOtherAtOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		gone := oscar
		for range 5 {
			stays := olivia
			if gone == olivia {
				stays = oscar
			}
			h.join(t, account, stays, gone, owner())
			var done atomic.Int64
			var all sync.WaitGroup
			second := h.contact(t, account, olivia, oscar)
			first := h.contact(t, account, oscar, olivia)
			for by, of := range map[string]accounts.Contact{olivia: second, oscar: first} {
				who := h.as(t, by, account)
				all.Go(func() {
					if err := h.accounts.Remove(t.Context(), who, account, of.ID); err == nil {
						done.Add(1)
					} else if kind := fault.KindOf(err); kind != fault.KindNotFound && kind != fault.KindConflict {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if n := w.Count(t, "memberships", "account_id = ? AND role = 'owner'", account.Bytes()); done.Load() != 1 || n != 1 {
				t.Fatalf("%d removals succeeded, %d owners are left", done.Load(), n)
			}
			if h.as(t, olivia, account).Membership.ID.IsZero() {
				gone = olivia
			} else {
				gone = oscar
			}
		}
	})
}

// A6: what was revoked is gone with the next request, and a request that had begun before changes nothing any more.
func TestRevokedRightsAreGoneAtOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, w *testkit.World) {
		h := open(w)
		account := h.account(t, "Northwind", olivia)
		h.join(t, account, olivia, adam, role("administrator"))
		earlier := h.as(t, adam, account)
		settings := accounts.Settings{Version: 1}
		c := h.contact(t, account, olivia, adam)
		err := h.accounts.ChangeRole(t.Context(), h.as(t, olivia, account), account, c.ID,
			accounts.RoleChange{Terms: role("billing"), Version: c.Version})
		if err != nil {
			t.Fatal(err)
		}
		kindIs(t, "a request from before", h.accounts.EditSettings(t.Context(), earlier, account, settings), fault.KindDenied)
		if now := h.as(t, adam, account).Membership.Role; now != "billing" {
			t.Errorf("the next request has the role %s", now)
		}
		if err := h.accounts.Remove(t.Context(), h.as(t, olivia, account), account, c.ID); err != nil {
			t.Fatal(err)
		}
		kindIs(t, "removed", h.accounts.EditSettings(t.Context(), earlier, account, settings), fault.KindNotFound)
		if !h.as(t, adam, account).Membership.ID.IsZero() {
			t.Error("the next request still has a place in the account")
		}
		_, err = h.accounts.Account(t.Context(), h.as(t, adam, account), account)
		kindIs(t, "looks at the account", err, fault.KindNotFound)
	})
}
