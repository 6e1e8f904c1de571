package teams_test

import (
	"math/rand/v2" // the same sequence again from the same seed
	"slices"
	"testing"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/testkit"
	"gatehouse/internal/verb"
)

// run plays random sequences against the program and the model at once.
type run struct {
	*studio
	t      *testing.T
	rnd    *rand.Rand
	m      *model
	who    map[string]id.Person
	client id.Account
	pass   map[string]string // tokens of invitations
	keys   map[string]id.Role
	kept   id.Offer
	log    []string
	came   map[string][2]int // of each kind of step, how often it was refused and done
}

const (
	bea  = "bea@model.example"
	cleo = "cleo@model.example"
	dora = "dora@model.example"
)

func people() []string { return []string{bea, cleo, dora, lena} }

func roles() []string { return []string{"owner", "administrator", "billing", "technical", "support"} }

// play runs so many sequences, each in an account of its own.
func play(t *testing.T, sequences int, seed uint64) {
	t.Helper()
	r := &run{
		studio: open(t, testkit.NewSQLite(t)), t: t, rnd: rand.New(rand.NewPCG(seed, seed)), who: map[string]id.Person{},
		came: map[string][2]int{},
	}
	for _, email := range people() {
		if email != lena {
			r.Account(t, "Of "+email, email)
		}
		r.who[email] = r.As(t, email, id.Account{}).Person
	}
	r.who[priya] = r.As(t, priya, id.Account{}).Person
	inTeam, left := map[string]bool{lena: true}, map[string]bool{}
	for n := range sequences {
		r.begin(inTeam, left)
		for range 24 + r.rnd.IntN(16) {
			if r.step(); t.Failed() {
				t.Fatalf("sequence %d of seed %d: %v", n, seed, r.log)
			}
		}
	}
	for kind, n := range r.came {
		if n[0] == 0 || n[1] == 0 {
			t.Errorf("%s was refused %d times and done %d times: the sequences prove too little", kind, n[0], n[1])
		}
	}
}

// begin makes a new account that bea owns.
func (r *run) begin(inTeam, left map[string]bool) {
	r.t.Helper()
	var err error
	r.client, err = r.Accounts.Create(r.t.Context(), actor.NewShell("root"), accounts.NewAccount{
		Name: "Client", Currency: "GBP", OwnerEmail: bea,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.m = &model{
		now: r.Now(r.t), places: map[string]*place{}, invited: map[string]*promise{}, inTeam: inTeam, left: left,
		own: map[string]string{},
	}
	r.keys = map[string]id.Role{}
	r.pass, r.log = map[string]string{bea: r.Invitation(r.t, bea).Token}, nil
	if _, err := r.Accounts.Accept(r.t.Context(), r.as(bea), r.pass[bea], accounts.Acceptance{}); err != nil {
		r.t.Fatal(err)
	}
	r.m.places[bea] = &place{standing: standing{role: "owner"}}
}

// as is somebody with a request of this step, who proved who they are just now.
func (r *run) as(email string) actor.Actor {
	d := r.asking(email)
	if s, err := r.Accounts.Subject(r.t.Context(), actor.NewSystem("test"), r.who[email], r.client); err == nil {
		d.Membership = s.Membership
	}
	return actor.Enter(d)
}

// asking is somebody whose place is not read yet.
func (r *run) asking(email string) actor.Details {
	return actor.Details{
		Kind: actor.Person, Person: r.who[email], Name: email, Factor: actor.With(actor.ByPassword, actor.ByCode),
		FactorAt: r.m.now, ProvedAt: r.m.now, Now: r.m.now,
	}
}

func pick[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }

// step does one thing in both, and compares what came of it.
func (r *run) step() {
	r.t.Helper()
	r.m.now = r.Now(r.t)
	if r.rnd.IntN(8) == 0 {
		r.Offset.Advance(pick(r.rnd, []time.Duration{2 * time.Hour, 2 * time.Hour, 8 * 24 * time.Hour}))
		r.m.now = r.Now(r.t)
		r.log = append(r.log, "time passes")
	}
	s := standing{role: pick(r.rnd, append(roles(), ownRoles()...))}
	if !r.m.exists(s.role) && r.rnd.IntN(4) > 0 {
		s.role = pick(r.rnd, roles())
	}
	if r.rnd.IntN(4) == 0 {
		s.ends = r.m.now.Add(time.Hour).Truncate(time.Millisecond)
	}
	kind := pick(r.rnd, []string{
		"invite", "invite", "accept", "accept", "withdraw", "change", "suspend", "restore", "remove", "offer team",
		"answer team", "answer team", "change team", "suspend team", "restore team", "end team", "leave team", "join team",
		"hand over", "take over", "take back", "invite", "accept", "suspend", "suspend", "restore", "restore", "hand over",
		"hand over", "hand over", "take back", "give up", "send home", "call back",
		"call back", "answer team", "suspend team", "suspend team", "restore team", "restore team", "restore team",
		"take over", "take over", "take over", "hand over", "offer team", "offer team", "offer team", "answer team",
		"make role", "make role", "make role", "edit role", "edit role", "delete role", "delete role", "change", "invite",
		"offer team", "answer team", "answer team", "suspend team", "suspend team", "restore team", "restore team",
	})
	do := r.kinds()[kind](r.actor(), r.other(kind), s)
	r.log = append(r.log, do.name)
	before := r.entries()
	err := do.try()
	n := r.came[kind]
	if n[0]++; err == nil {
		n = [2]int{n[0] - 1, n[1] + 1}
	}
	r.came[kind] = n
	if (err == nil) != do.allowed {
		r.t.Errorf("%s: the model says %v, the program %v", do.name, do.allowed, err)
		return
	}
	if err == nil {
		do.then()
		if do.here && r.entries() <= before {
			r.t.Errorf("%s left no entry", do.name)
		}
	}
	who := people()
	if err != nil { // nothing has changed, so a glance at one of them each time is enough
		who = []string{pick(r.rnd, who)}
	}
	r.compare(do.name, who)
}

// actor is mostly somebody who may do things, and now and then anybody.
func (r *run) actor() string {
	list := slices.DeleteFunc(people(), func(who string) bool { return r.m.is(who).role != "owner" })
	if len(list) == 0 || r.rnd.IntN(3) == 0 {
		list = people()
	}
	return pick(r.rnd, list)
}

// other is mostly somebody to whom the step can be done, and now and then anybody.
func (r *run) other(kind string) string {
	list := slices.DeleteFunc(people(), func(who string) bool {
		place := r.m.places[who]
		switch kind {
		case "accept", "withdraw":
			return r.m.invited[who] == nil
		case "take over":
			return r.m.offer == nil || r.m.offer.to != who
		case "restore":
			return place == nil || !place.off
		case "invite":
			return place != nil
		}
		return place == nil || place.role == "owner"
	})
	if len(list) == 0 || r.rnd.IntN(4) == 0 {
		list = people()
	}
	return pick(r.rnd, list)
}

// kinds are the steps by their names.
func (r *run) kinds() map[string]func(by, to string, s standing) act {
	return map[string]func(by, to string, s standing) act{
		"invite": r.invite, "accept": r.accept, "withdraw": r.withdraw, "change": r.change, "suspend": r.suspend,
		"restore": r.restore, "remove": r.remove, "offer team": r.offerTeam, "answer team": r.answerTeam,
		"change team": r.changeTeam, "suspend team": r.suspendTeam, "restore team": r.restoreTeam, "end team": r.endTeam,
		"leave team": r.leaveTeam, "join team": r.joinTeam, "hand over": r.handOver, "take over": r.takeOver,
		"take back": r.takeBack, "give up": r.giveUp, "send home": r.sendHome, "call back": r.callBack,
		"make role": r.makeRole, "edit role": r.editRole, "delete role": r.deleteRole,
	}
}

func (r *run) entries() int64 {
	return r.Count(r.t, "entries", "chain = ?", id.AccountScope(r.client).Bytes())
}

// compare holds people's access and the owners against the model.
func (r *run) compare(after string, who []string) {
	r.t.Helper()
	owners := r.Count(r.t, "memberships", "account_id = ? AND role = 'owner' AND suspended = 0", r.client.Bytes())
	if owners < 1 {
		r.t.Errorf("after %s nobody owns the account", after)
	}
	for _, email := range who {
		want := r.m.is(email)
		d, err := r.Access.Decide(r.t.Context(), r.Reader.With(r.t.Context()), r.m.now, actor.Enter(r.asking(email)),
			verb.AccountView, id.AccountScope(r.client))
		if err != nil {
			r.t.Fatal(err)
		}
		if d.Allowed != (want.role != "") || d.Allowed && d.Role != keyOf(want.role) {
			r.t.Errorf("after %s: %s is %v %s (%s), the model says %q", after, email, d.Allowed, d.Role, d.Reason, want.role)
		}
		r.compareRights(after, email, want.role)
	}
}
