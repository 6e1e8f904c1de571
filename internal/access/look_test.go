package access_test

import (
	"testing"
	"time"

	"gatehouse/internal/access"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// A2: whatever a department holds, at a client it is held only by whoever said why, for that client, and only as long
// as that holds.
func TestStaffSayWhyBeforeTheyLook(t *testing.T) {
	t.Parallel()
	a := open(t)
	client, other := id.New[id.AccountKind](), id.New[id.AccountKind]()
	held := 0
	for _, department := range a.Departments() {
		for _, v := range verb.Staff() {
			who := staff(department.Key)
			who.FactorAt = who.Now
			holds := a.Check(actor.Enter(who), v, id.ProviderScope()).Allowed
			ask := func(account id.Account, said ...actor.Look) access.Decision {
				who.Looks = said
				return a.Check(actor.Enter(who), v, id.AccountScope(account))
			}
			look := func(account id.Account, left time.Duration) actor.Look {
				return actor.Look{ID: id.New[id.LookKind](), Account: account, Ends: who.Now.Add(left)}
			}
			for name, d := range map[string]access.Decision{
				"who said nothing":      ask(client),
				"who said it elsewhere": ask(client, look(other, time.Minute)),
				"who said it long ago":  ask(client, look(client, 0)),
			} {
				if d.Allowed || holds != (d.Reason == access.ReasonUnsaid) {
					t.Errorf("%s %s, %s: %v, %s", department.Key, v, name, d.Allowed, d.Reason)
				}
			}
			if d := ask(client, look(other, time.Hour), look(client, time.Millisecond)); d.Allowed != holds {
				t.Errorf("%s %s, who said why: %v, %s", department.Key, v, d.Allowed, d.Reason)
			}
			if holds {
				held++
			}
		}
	}
	if held < 20 {
		t.Errorf("only %d permissions were held", held)
	}
}
