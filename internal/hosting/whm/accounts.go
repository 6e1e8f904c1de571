package whm

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"regexp"
	"strconv"

	"gatehouse/internal/hosting"
)

// account is one of a server's, as accountsummary and listaccts give it.
type account struct {
	User      string `json:"user"`
	Domain    string `json:"domain"`
	Plan      string `json:"plan"`
	Suspended scalar `json:"suspended"`
	DiskUsed  scalar `json:"diskused"`
	DiskLimit scalar `json:"disklimit"`
	MaxPop    scalar `json:"maxpop"`
}

type accounts struct {
	Accounts []account `json:"acct"`
}

func (a account) holding() hosting.Holding {
	return hosting.Holding{User: a.User, Domain: a.Domain, Plan: a.Plan, Suspended: a.Suspended == "1"}
}

// Look says how a server is.
func (p *Panel) Look(ctx context.Context, m hosting.Machine) (hosting.Health, error) {
	var v struct {
		Version scalar `json:"version"`
	}
	if err := p.call(ctx, m, "version", nil, &v); err != nil {
		return hosting.Health{}, err
	}
	var load struct {
		One scalar `json:"one"`
	}
	if err := p.call(ctx, m, "systemloadavg", nil, &load); err != nil {
		return hosting.Health{}, err
	}
	one, err := strconv.ParseFloat(string(load.One), 64)
	if err != nil || len(v.Version) > 40 {
		return hosting.Health{}, hosting.ErrOdd
	}
	return hosting.Health{Version: string(v.Version), Load: one}, nil
}

// List is every account of the server.
func (p *Panel) List(ctx context.Context, m hosting.Machine) ([]hosting.Holding, error) {
	var found accounts
	if err := p.callFor(ctx, m, "listaccts", nil, &found, mostOfList); err != nil {
		return nil, err
	}
	list := make([]hosting.Holding, 0, len(found.Accounts))
	for _, a := range found.Accounts {
		list = append(list, a.holding())
	}
	return list, nil
}

// Find looks for an account by its user or its domain.
func (p *Panel) Find(ctx context.Context, m hosting.Machine, user, domain string) (hosting.Holding, error) {
	a, err := p.summary(ctx, m, user, domain)
	return a.holding(), err
}

// summary reads one account. WHM refuses to speak of one that is not there, in words that are no part of what is
// published: so what it refused is looked for in the list before it is taken for missing.
func (p *Panel) summary(ctx context.Context, m hosting.Machine, user, domain string) (account, error) {
	args, kind, text := url.Values{"user": {user}}, "user", user
	if user == "" {
		args, kind, text = url.Values{"domain": {domain}}, "domain", domain
	}
	if text == "" {
		return account{}, hosting.ErrNoHolding
	}
	var found accounts
	err := p.call(ctx, m, "accountsummary", args, &found)
	if saidNo(err) {
		args = url.Values{"searchtype": {kind}, "search": {text}, "searchmethod": {"exact"}}
		err = p.call(ctx, m, "listaccts", args, &found)
	}
	if err != nil {
		return account{}, err
	}
	for _, a := range found.Accounts {
		if kind == "user" && a.User == text || kind == "domain" && a.Domain == text {
			return a, nil
		}
	}
	return account{}, hosting.ErrNoHolding
}

func saidNo(err error) bool {
	var no *hosting.SaidError
	return errors.As(err, &no)
}

// Create makes an account with a password that nobody knows: people come in from here.
func (p *Panel) Create(ctx context.Context, m hosting.Machine, n hosting.NewHolding) error {
	taken := func() (bool, error) {
		for _, by := range [][2]string{{n.User, ""}, {"", n.Domain}} {
			_, err := p.summary(ctx, m, by[0], by[1])
			if err == nil || !errors.Is(err, hosting.ErrNoHolding) {
				return err == nil, err
			}
		}
		return false, nil
	}
	if is, err := taken(); err != nil || is {
		return errors.Join(err, takenIf(is))
	}
	err := p.call(ctx, m, "createacct", url.Values{
		"username": {n.User}, "domain": {n.Domain}, "plan": {n.Plan}, "contactemail": {p.cfg.Contact},
		"password": {rand.Text() + "-" + rand.Text()},
	}, nil)
	if saidNo(err) { // somebody else may have been quicker
		if is, lookErr := taken(); lookErr == nil && is {
			return hosting.ErrTaken
		}
	}
	return err
}

func takenIf(is bool) error {
	if is {
		return hosting.ErrTaken
	}
	return nil
}

// Suspend stops an account.
func (p *Panel) Suspend(ctx context.Context, m hosting.Machine, user, reason string) error {
	a, err := p.summary(ctx, m, user, "")
	if err != nil || a.Suspended == "1" {
		return err
	}
	return p.call(ctx, m, "suspendacct", url.Values{"user": {user}, "reason": {reason}}, nil)
}

// Restore lets a stopped account run again.
func (p *Panel) Restore(ctx context.Context, m hosting.Machine, user string) error {
	a, err := p.summary(ctx, m, user, "")
	if err != nil || a.Suspended != "1" {
		return err
	}
	return p.call(ctx, m, "unsuspendacct", url.Values{"user": {user}}, nil)
}

// ChangePlan changes what an account may use.
func (p *Panel) ChangePlan(ctx context.Context, m hosting.Machine, user, plan string) error {
	a, err := p.summary(ctx, m, user, "")
	if err != nil || a.Plan == plan {
		return err
	}
	return p.call(ctx, m, "changepackage", url.Values{"user": {user}, "pkg": {plan}}, nil)
}

// Remove ends an account for good.
func (p *Panel) Remove(ctx context.Context, m hosting.Machine, user string) error {
	_, err := p.summary(ctx, m, user, "")
	if errors.Is(err, hosting.ErrNoHolding) {
		return nil
	}
	if err != nil {
		return err
	}
	return p.call(ctx, m, "removeacct", url.Values{"username": {user}}, nil)
}

// Measure reads what an account uses.
func (p *Panel) Measure(ctx context.Context, m hosting.Machine, user string) (hosting.Measure, error) {
	a, err := p.summary(ctx, m, user, "")
	if err != nil {
		return hosting.Measure{}, err
	}
	var transfer struct {
		Accounts []struct {
			User  string `json:"user"`
			Total scalar `json:"totalbytes"`
			Limit scalar `json:"limit"`
		} `json:"acct"`
	}
	args := url.Values{"searchtype": {"user"}, "search": {"^" + regexp.QuoteMeta(user) + "$"}}
	if err := p.call(ctx, m, "showbw", args, &transfer); err != nil {
		return hosting.Measure{}, err
	}
	var boxes scalar
	if err := p.uapi(ctx, m, user, "Email", "count_pops", nil, &boxes); err != nil {
		return hosting.Measure{}, err
	}
	found := hosting.Measure{
		Disk: a.DiskUsed.mebibytes(), DiskLimit: a.DiskLimit.mebibytes(), Mailboxes: int(boxes.count()),
		MailboxLimit: int(a.MaxPop.count()),
	}
	for _, t := range transfer.Accounts {
		if t.User == user {
			found.Bandwidth, found.BandwidthLimit = t.Total.count(), t.Limit.count()
		}
	}
	return found, nil
}
