package accounts_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

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

// tries is how often each of these races is run.
const tries = 30

// step is what one process does in a round, with somebody's session.
type step struct {
	Do         string // accept, withdraw, invite, give, edit, use, wait; empty: nothing
	Account    id.Account
	Token      string // of the session
	Secret     string // of an invitation
	Email      string
	Role       string
	Invitation id.Invitation
	Contact    id.Membership
	Version    int64
	OwnRole    id.Role
	Verbs      []verb.Verb
	Ends       time.Time
}

// refusedAt is what "wait" answers: the moments, by the database's time, of the last request that was let in and of the
// first one that was not.
type refusedAt struct{ Allowed, Refused time.Time }

// peopleNode is one node of several.
func peopleNode(ctx context.Context, p testkit.Process) (testkit.Work, error) {
	var nodes []node
	if err := json.Unmarshal([]byte(p.Getenv("GATEHOUSE_TEST_NODES")), &nodes); err != nil {
		return nil, err
	}
	rooms, err := onNode(ctx, nodes[p.Number])
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, raw json.RawMessage) (any, error) {
		var steps []step
		if err := json.Unmarshal(raw, &steps); err != nil {
			return nil, err
		}
		if steps[p.Number].Do == "wait" {
			return untilRefused(ctx, rooms, steps[p.Number])
		}
		err := takeStep(ctx, rooms, steps[p.Number])
		if kind := fault.KindOf(err); err != nil && kind != fault.KindUnknown {
			return kind, nil
		}
		return "", err
	}, nil
}

func takeStep(ctx context.Context, rooms *accounts.Accounts, s step) error {
	v, err := rooms.BySession(ctx, s.Token, s.Account, door())
	if err != nil || s.Do == "" {
		return err
	}
	switch s.Do {
	case "accept":
		_, err = rooms.Accept(ctx, v.Who, s.Secret, accounts.Acceptance{})
	case "withdraw":
		err = rooms.Withdraw(ctx, v.Who, s.Account, s.Invitation)
	case "invite":
		err = rooms.Invite(ctx, v.Who, s.Account, s.Email, role(s.Role))
	case "give":
		t := role(s.Role)
		t.EndsAt = s.Ends
		err = rooms.ChangeRole(ctx, v.Who, s.Account, s.Contact, accounts.RoleChange{Terms: t, Version: s.Version})
	case "edit":
		err = rooms.ChangeOwnRole(ctx, v.Who, s.Account, s.OwnRole,
			accounts.RoleDraft{Name: "Helper", Verbs: s.Verbs, Version: s.Version})
	case "use":
		_, err = rooms.Contacts(ctx, v.Who, s.Account, id.Membership{})
	default:
		err = fmt.Errorf("no step %q", s.Do)
	}
	return err
}

// untilRefused uses the account again and again.
func untilRefused(ctx context.Context, rooms *accounts.Accounts, s step) (refusedAt, error) {
	var seen refusedAt
	for {
		v, err := rooms.BySession(ctx, s.Token, s.Account, door())
		if err != nil {
			return seen, err
		}
		_, err = rooms.Contacts(ctx, v.Who, s.Account, id.Membership{})
		if fault.KindOf(err) == fault.KindDenied {
			seen.Refused = v.Who.Now
			return seen, nil
		}
		if err != nil {
			return seen, err
		}
		seen.Allowed = v.Who.Now
	}
}

// guests is an account with an owner and an administrator, and somebody who has a sign-in and is no contact of it.
func guests(t *testing.T, w *testkit.World) (*house, id.Account) {
	t.Helper()
	h := open(w)
	account := h.account(t, "Northwind", olivia)
	h.join(t, account, olivia, adam, role("administrator"))
	h.account(t, "Copperfield", carl)
	for _, email := range []string{olivia, adam, carl} {
		delete(h.tokens, email)
		h.as(t, email, account)
	}
	return h, account
}

// freshly signs everybody in again when their proof of who they are gets old.
func (h *house) freshly(t *testing.T, account id.Account, round int) {
	t.Helper()
	if round%20 != 19 {
		return
	}
	for email := range h.tokens {
		delete(h.tokens, email)
		h.as(t, email, account)
	}
}

// invited lets Gatehouse, or somebody, invite carl, and returns the invitation with its secret.
func (h *house) invited(t *testing.T, by actor.Actor, account id.Account) (id.Invitation, string) {
	t.Helper()
	if err := h.accounts.Invite(t.Context(), by, account, carl, role("technical")); err != nil {
		t.Fatal(err)
	}
	list, err := h.accounts.Invitations(t.Context(), actor.NewSystem("test"), account)
	if err != nil || len(list) == 0 {
		t.Fatalf("%d invitations, %v", len(list), err)
	}
	return list[0].ID, h.mail(t, carl).Token
}

// cleared makes carl a stranger again, and forgets his invitations; it says whether he was a contact.
func (h *house) cleared(t *testing.T, account id.Account) bool {
	t.Helper()
	carlID := h.as(t, carl, id.Account{}).Person
	was := h.Count(t, "memberships", "account_id = ? AND person_id = ?", account.Bytes(), carlID.Bytes())
	if was > 1 {
		t.Fatalf("%d memberships of one person", was)
	}
	err := h.Gate.Change(t.Context(), actor.NewSystem("test"), verb.ContactsManage, id.AccountScope(account),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			for _, sql := range []string{
				"DELETE FROM memberships WHERE account_id = ? AND person_id = ?",
				"DELETE FROM invitations WHERE account_id = ? AND invited_by <> ?", // those by anybody but carl
				"DELETE FROM invitations WHERE account_id = ? AND (invited_by IS NULL OR invited_by = ?)",
			} {
				if err := g.On(tx.DB).Exec(sql, account.Bytes(), carlID).Error; err != nil {
					return gate.Entry{}, err
				}
			}
			return g.Entry(activity.ContactRemoved, activity.Details{}), nil
		})
	if err != nil {
		t.Fatal(err)
	}
	return was == 1
}

// R6, A7: an invitation is accepted on several nodes at once: one succeeds, and one membership comes of it.
func TestRaceAcceptanceOnThreeNodes(t *testing.T) {
	w := testkit.NewMariaDB(t)
	raceAcceptance(t, w, []db.Config{w.Config, w.Config, w.Config})
}

func raceAcceptance(t *testing.T, w *testkit.World, configs []db.Config) {
	t.Helper()
	h, account := guests(t, w)
	processes := fleetOf(t, "people", w, configs)
	for round := range tries {
		h.freshly(t, account, round)
		_, secret := h.invited(t, actor.NewSystem("test"), account)
		accept := step{Do: "accept", Token: h.tokens[carl], Secret: secret}
		fared := kinds(t, processes.Round(t, []step{accept, accept, accept}))
		slices.Sort(fared)
		want := []fault.Kind{"", fault.KindConflict, fault.KindConflict}
		if joined := h.cleared(t, account); !joined || !slices.Equal(fared, want) {
			t.Fatalf("round %d: joined %v: %v", round, joined, fared)
		}
	}
}

// R6: acceptance on one node against withdrawal on another: one of them succeeds, and the membership agrees with it.
func TestRaceAcceptanceAgainstWithdrawal(t *testing.T) {
	w := testkit.NewMariaDB(t)
	raceWithdrawal(t, w, []db.Config{w.Config, w.Config})
}

func raceWithdrawal(t *testing.T, w *testkit.World, configs []db.Config) {
	t.Helper()
	h, account := guests(t, w)
	processes := fleetOf(t, "people", w, configs)
	came := 0
	for round := range tries {
		h.freshly(t, account, round)
		invitation, secret := h.invited(t, actor.NewSystem("test"), account)
		fared := kinds(t, processes.Round(t, []step{
			{Do: "accept", Token: h.tokens[carl], Secret: secret},
			{Do: "withdraw", Token: h.tokens[olivia], Account: account, Invitation: invitation},
		}))
		joined := h.cleared(t, account)
		accepted := slices.Equal(fared, []fault.Kind{"", fault.KindConflict}) && joined
		withdrawn := slices.Equal(fared, []fault.Kind{fault.KindConflict, ""}) && !joined
		if !accepted && !withdrawn {
			t.Fatalf("round %d: joined %v: %v", round, joined, fared)
		}
		if joined {
			came++
		}
	}
	t.Logf("%d of %d were accepted, the others withdrawn", came, tries)
}
