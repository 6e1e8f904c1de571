package domains

import (
	"strconv"
	"strings"

	"gatehouse/internal/domains"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/hostname"
	"gatehouse/internal/web"
	pages "gatehouse/templates/domains"
	"gatehouse/templates/ui"
)

// hostsShown is how many fields for name servers stand open at least.
const hostsShown = 4

type hostsForm struct {
	Key     string `form:"key" max:"100"`
	Version string `form:"version" max:"40"`
	Sure    string `form:"sure" max:"10"`
	Hosts   [domains.MostHosts]struct {
		Name string `form:"name" max:"1000"`
	} `form:"host"`
}

func (f hostsForm) list() []string {
	list := make([]string, 0, len(f.Hosts))
	for _, h := range f.Hosts {
		list = append(list, h.Name)
	}
	return list
}

// wish reads what stands behind the fields of a form.
func wish(key, version string, kind domains.Kind) (domains.Wish, error) {
	change, err := id.Parse[id.DomainChangeKind](key)
	if err != nil {
		return domains.Wish{}, &web.BadRequestError{Problems: []string{"The form does not say what is asked for."}}
	}
	n, err := web.Version(version)
	return domains.Wish{Key: change, Version: n, Kind: kind}, err
}

func at(c *web.Context, d domains.Domain) string { return c.Base() + "/domains/" + d.ID.String() }

func parents(c *web.Context, d domains.Domain) []ui.Link {
	return []ui.Link{{Text: "Domains", URL: c.Base() + "/domains"}, {Text: d.Shown(), URL: at(c, d)}}
}

func (a *area) askHosts(c *web.Context) error {
	d, _, err := a.held(c)
	if err != nil {
		return err
	}
	f := hostsForm{Key: id.New[id.DomainChangeKind]().String(), Version: strconv.FormatInt(d.Version, 10)}
	for i, host := range d.Nameservers {
		f.Hosts[i].Name = hostname.Shown(host)
	}
	return c.Page(pages.Hosts(hostsPage(c, d, f, nil)))
}

func hostsPage(c *web.Context, d domains.Domain, f hostsForm, errs ui.Errors) pages.HostsPage {
	p := pages.HostsPage{
		Shell: c.Shell("Change name servers"), Parents: parents(c, d), Action: at(c, d) + "/nameservers", Key: f.Key,
		Version: f.Version, BackURL: at(c, d), Errors: errs,
	}
	open := min(max(hostsShown, len(d.Nameservers)+1), len(f.Hosts))
	for i, h := range f.Hosts {
		field := pages.HostField{Name: domains.HostField(i), Label: "Name server " + strconv.Itoa(i+1), Value: h.Name}
		if i < open {
			p.Fields = append(p.Fields, field)
			continue
		}
		p.More = append(p.More, field)
		p.MoreOpen = p.MoreOpen || h.Name != ""
	}
	return p
}

// changeHosts shows what will happen, and does it once somebody is sure.
func (a *area) changeHosts(c *web.Context) error {
	var f hostsForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	w, err := wish(f.Key, f.Version, domains.Nameservers)
	if err != nil {
		return err
	}
	w.Hosts = f.list()
	one, err := web.ParamID[id.DomainKind](c, "domain")
	if err != nil {
		return err
	}
	if f.Sure != "" {
		err := a.Domains.Ask(c.Ctx(), c.Who, c.Account(), one, w)
		if err != nil {
			return a.wrongHosts(c, f, err)
		}
		c.Done("The registrar is asked. Those who run your domains are mailed.")
		return c.Redirect(c.Base() + "/domains/" + one.String())
	}
	d, change, err := a.Domains.Check(c.Ctx(), c.Who, c.Account(), one, w)
	if err != nil {
		return a.wrongHosts(c, f, err)
	}
	return c.Page(pages.Ask(sureOfHosts(c, d, change, f)))
}

// wrongHosts shows the form again with what was typed and what is wrong with it.
func (a *area) wrongHosts(c *web.Context, f hostsForm, err error) error {
	errs, ok := web.FieldErrors(err)
	if !ok {
		return err
	}
	d, _, err := a.held(c)
	if err != nil {
		return err
	}
	p := hostsPage(c, d, f, errs)
	for _, more := range p.More {
		p.MoreOpen = p.MoreOpen || errs.For(more.Name) != ""
	}
	return c.Invalid(pages.Hosts(p))
}

// readable lists hosts as people read them.
func readable(hosts []string) string { return hostname.In(strings.Join(hosts, ", ")) }

func sureOfHosts(c *web.Context, d domains.Domain, change domains.Change, f hostsForm) pages.AskPage {
	wants := strings.Fields(change.Wants)
	p := pages.AskPage{Shell: c.Shell("Change name servers"), Parents: parents(c, d)}
	p.Ask = ui.ConfirmProps{
		Title: "Change the name servers of " + d.Shown(), Danger: true, Button: "Change name servers", Back: "Keep them",
		BackURL: at(c, d), Action: at(c, d) + "/nameservers", CSRF: p.Shell.CSRF,
		Text: "Site and mail of " + d.Shown() + " follow the new name servers within a day. If these do not know the " +
			"domain, both stop.",
		Effects: []string{"New: " + readable(wants), "Before: " + readable(d.Nameservers)},
		Hidden:  []ui.Pair{{Name: "key", Value: f.Key}, {Name: "version", Value: f.Version}, {Name: "sure", Value: "yes"}},
	}
	if len(d.Nameservers) == 0 {
		p.Ask.Effects = p.Ask.Effects[:1]
	}
	if inside := domains.Inside(d.Name, wants); len(inside) > 0 {
		p.Ask.Effects = append(p.Ask.Effects, "The registry has to know the address of "+
			hostname.In(strings.Join(inside, " and "))+" (a glue record). Ask us to set it first.")
	}
	p.Ask.Effects = append(p.Ask.Effects, "Everybody who runs the domains of this account is mailed at once.")
	for i, host := range wants {
		p.Ask.Hidden = append(p.Ask.Hidden, ui.Pair{Name: domains.HostField(i), Value: host})
	}
	return p
}

type switchForm struct {
	Key     string `form:"key" max:"100"`
	Version string `form:"version" max:"40"`
	To      string `form:"to" max:"10"`
}

// ask shows a question about turning something on or off.
func (a *area) ask(c *web.Context, path string, is func(d domains.Domain) bool, on, off ui.ConfirmProps) error {
	d, _, err := a.held(c)
	if err != nil {
		return err
	}
	ask, to := on, "on"
	if is(d) {
		ask, to = off, "off"
	}
	name := strings.NewReplacer("{name}", d.Shown(), "{day}", c.Reader().Date(d.Expires))
	p := pages.AskPage{Shell: c.Shell(name.Replace(ask.Title)), Parents: parents(c, d), Ask: ask}
	p.Ask.Title, p.Ask.Text = name.Replace(ask.Title), name.Replace(ask.Text)
	p.Ask.Action, p.Ask.BackURL, p.Ask.CSRF = at(c, d)+path, at(c, d), p.Shell.CSRF
	p.Ask.Effects = append(p.Ask.Effects, "Everybody who runs the domains of this account is mailed at once.")
	p.Ask.Hidden = []ui.Pair{
		{Name: "key", Value: id.New[id.DomainChangeKind]().String()},
		{Name: "version", Value: strconv.FormatInt(d.Version, 10)},
		{Name: "to", Value: to},
	}
	return c.Page(pages.Ask(p))
}

// turn has something turned on or off.
func (a *area) turn(c *web.Context, kind domains.Kind) error {
	var f switchForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	w, err := wish(f.Key, f.Version, kind)
	if err != nil {
		return err
	}
	w.On = f.To == "on"
	one, err := web.ParamID[id.DomainKind](c, "domain")
	if err != nil {
		return err
	}
	if err := a.Domains.Ask(c.Ctx(), c.Who, c.Account(), one, w); err != nil {
		return err
	}
	c.Done("The registrar is asked. Those who run your domains are mailed.")
	return c.Redirect(c.Base() + "/domains/" + one.String())
}

func (a *area) askRenewal(c *web.Context) error {
	return a.ask(c, "/renewal", func(d domains.Domain) bool { return d.AutoRenew },
		ui.ConfirmProps{
			Title: "Renew {name} by itself", Button: "Turn renewal on", Back: "Leave it off",
			Text: "The registrar renews it before it runs out on {day}, and then each time again.",
		},
		ui.ConfirmProps{
			Title: "Stop renewing {name}", Button: "Turn renewal off", Back: "Keep it on", Danger: true,
			Text: "It runs out on {day} unless somebody renews it. Its site and its mail stop then.",
		})
}

func (a *area) changeRenewal(c *web.Context) error { return a.turn(c, domains.Renewal) }

func (a *area) askLock(c *web.Context) error {
	return a.ask(c, "/lock", func(d domains.Domain) bool { return d.Locked },
		ui.ConfirmProps{
			Title: "Lock {name}", Button: "Lock it", Back: "Leave it open",
			Text: "Nobody can move it to another registrar until it is unlocked here.",
		},
		ui.ConfirmProps{
			Title: "Unlock {name}", Button: "Unlock it", Back: "Keep it locked", Danger: true,
			Text: "Whoever has its transfer code can move it to another registrar. Unlock it only for a move that you want.",
		})
}

func (a *area) changeLock(c *web.Context) error { return a.turn(c, domains.Lock) }

func (a *area) retry(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	one, err := web.ParamID[id.DomainKind](c, "domain")
	if err != nil {
		return err
	}
	if err := a.Domains.Retry(c.Ctx(), c.Who, c.Account(), one); err != nil {
		return err
	}
	c.Done("The registrar is asked again.")
	return c.Redirect(c.Base() + "/domains/" + one.String())
}
