package whm

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/hosting"
)

// Open asks for a session. Its link leads into the cPanel account for those who may do everything there, and into a
// Team user of it for all others. An account whose domain is not the one of our record is somebody else's by now, and
// is not opened.
func (p *Panel) Open(ctx context.Context, l hosting.Login) (string, error) {
	m := l.Machine()
	a, err := p.summary(ctx, m, l.User, l.Domain)
	if err != nil {
		return "", err
	}
	if l.Domain != "" && !strings.EqualFold(a.Domain, l.Domain) {
		return "", hosting.ErrNoHolding
	}
	user := a.User
	if l.Role != hosting.PanelAdmin {
		if user, err = p.member(ctx, m, a, l); err != nil {
			return "", err
		}
	}
	var made struct {
		URL     string `json:"url"`
		Session string `json:"session"`
	}
	err = p.call(ctx, m, "create_user_session", url.Values{
		"user": {user}, "service": {"cpaneld"}, "preferred_domain": {l.Server.Host},
	}, &made)
	if err != nil {
		return "", err
	}
	// A server that does not know Team users may give a session of the whole account: the link is not used then.
	if whose, _, _ := strings.Cut(made.Session, ":"); !strings.EqualFold(whose, user) {
		return "", fmt.Errorf("whm create_user_session: for somebody else: %w", hosting.ErrOdd)
	}
	if !p.leads(made.URL, l.Server.Host) {
		return "", fmt.Errorf("whm create_user_session: %w", hosting.ErrElsewhere)
	}
	return made.URL, nil
}

// leads says whether a link is one that signs in at that host's panel.
func (p *Panel) leads(link, host string) bool {
	u, err := url.Parse(link)
	return err == nil && u.Scheme == "https" && strings.EqualFold(u.Hostname(), host) &&
		u.Port() == strconv.Itoa(p.cfg.PanelPort) && regexp.MustCompile(`^/cpsess\d+/login/?$`).MatchString(u.Path)
}

// EndSessions takes somebody's Team user away, and with it what it has open. Sessions of the account itself end by
// themselves a quarter of an hour after the last click: no function that is published ends them sooner.
func (p *Panel) EndSessions(ctx context.Context, l hosting.Login) error {
	if l.Role == hosting.PanelAdmin {
		return hosting.ErrLasts
	}
	m := l.Machine()
	a, err := p.summary(ctx, m, l.User, l.Domain)
	if errors.Is(err, hosting.ErrNoHolding) {
		return nil
	}
	if err != nil {
		return err
	}
	_, found, err := p.teamUser(ctx, m, a.User, teamName(l))
	if err != nil || !found {
		return err
	}
	return p.uapi(ctx, m, a.User, "Team", "remove_team_user", url.Values{"user": {teamName(l)}}, nil)
}

// Lasts is for how long a session of the account itself stays open without a click.
func (*Panel) Lasts(role hosting.PanelRole) time.Duration {
	const published = 15 * time.Minute
	if role == hosting.PanelAdmin {
		return published
	}
	return 0
}

// teamUser is somebody in the team of a cPanel account.
type teamUser struct {
	Name      string `json:"username"`
	Roles     names  `json:"roles"`
	Suspended scalar `json:"suspend_date"`
	Expires   scalar `json:"expire_date"`
	Services  struct {
		Email   scalar `json:"email"`
		FTP     scalar `json:"ftp"`
		WebDisk scalar `json:"webdisk"`
	} `json:"services"`
}

// names are a list, or one text with commas.
type names []string

// UnmarshalJSON takes both.
func (n *names) UnmarshalJSON(text []byte) error {
	var list []string
	if err := json.Unmarshal(text, &list); err != nil {
		var one string
		if err := json.Unmarshal(text, &one); err != nil {
			return err
		}
		list = []string{one}
	}
	*n = nil
	for name := range strings.SplitSeq(strings.Join(list, ","), ",") {
		if name = strings.TrimSpace(name); name != "" {
			*n = append(*n, name)
		}
	}
	slices.Sort(*n)
	return nil
}

// teamRoles are the roles in a team that a role in the panel comes to, in their order.
func teamRoles(hosting.PanelRole) []string { return []string{"database", "web"} }

// stays is for how long a Team user is there at most: whoever is forgotten goes by itself.
const stays = 24 * time.Hour

// teamName is the name that somebody has in a service's team: always the same, and nothing about them.
func teamName(l hosting.Login) string {
	sum := sha256.Sum256(append(l.Person.Bytes(), l.Domain...))
	return "gh" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:12])
}

// member sees to it that somebody is in the team of an account with just the roles of theirs, and gives the name that
// they sign in with.
func (p *Panel) member(ctx context.Context, m hosting.Machine, a account, l hosting.Login) (string, error) {
	name, want := teamName(l), teamRoles(l.Role)
	u, found, err := p.teamUser(ctx, m, a.User, name)
	if err != nil {
		return "", err
	}
	signsIn := name + "@" + a.Domain
	if found && u.fits(want, l.Expires) {
		return signsIn, nil
	}
	if found {
		err = p.uapi(ctx, m, a.User, "Team", "remove_team_user", url.Values{"user": {name}}, nil)
	}
	if err == nil {
		err = p.join(ctx, m, a, l)
	}
	if err != nil {
		return "", err
	}
	return signsIn, nil
}

// join makes somebody's Team user, which is not there. What the server made of it counts, and not what it was asked
// for.
func (p *Panel) join(ctx context.Context, m hosting.Machine, a account, l hosting.Login) error {
	name, want := teamName(l), teamRoles(l.Role)
	err := p.uapi(ctx, m, a.User, "Team", "add_team_user", url.Values{
		"user": {name}, "email1": {p.cfg.Contact}, "password": {rand.Text() + "-" + rand.Text()},
		"roles": {strings.Join(want, ",")}, "notes": {"Made by the client portal"},
		"expire_date": {strconv.FormatInt(l.Expires.Add(stays).Unix(), 10)},
	}, nil)
	if err != nil {
		return err
	}
	u, found, err := p.teamUser(ctx, m, a.User, name)
	if err != nil {
		return err
	}
	if !found || !u.fits(want, l.Expires) {
		return fmt.Errorf("whm: the Team user has other roles: %w", hosting.ErrOdd)
	}
	return nil
}

// fits says whether a Team user has just these roles, may sign in until then, and is given nothing beside them.
func (u teamUser) fits(roles []string, until time.Time) bool {
	none := func(s scalar) bool { return s == "" || s == "0" }
	if !none(u.Expires) && u.Expires.count() < until.Unix() {
		return false
	}
	return slices.Equal(u.Roles, roles) && none(u.Suspended) && none(u.Services.Email) && none(u.Services.FTP) &&
		none(u.Services.WebDisk)
}

func (p *Panel) teamUser(ctx context.Context, m hosting.Machine, owner, name string) (teamUser, bool, error) {
	var team []teamUser
	if err := p.uapi(ctx, m, owner, "Team", "list_team", url.Values{"format": {"array"}}, &team); err != nil {
		return teamUser{}, false, err
	}
	i := slices.IndexFunc(team, func(u teamUser) bool { return u.Name == name })
	if i < 0 {
		return teamUser{}, false, nil
	}
	return team[i], true, nil
}

// uapi runs a function of an account's own panel.
func (p *Panel) uapi(
	ctx context.Context, m hosting.Machine, user, module, function string, args url.Values, into any,
) error {
	all := url.Values{"cpanel.user": {user}, "cpanel.module": {module}, "cpanel.function": {function}}
	maps.Copy(all, args)
	var got struct {
		Inner struct {
			Status scalar          `json:"status"`
			Errors []string        `json:"errors"`
			Data   json.RawMessage `json:"data"`
		} `json:"uapi"`
	}
	if err := p.call(ctx, m, "uapi_cpanel", all, &got); err != nil {
		return err
	}
	if got.Inner.Status != "1" {
		return fmt.Errorf("uapi %s %s: %w", module, function, said(strings.Join(got.Inner.Errors, " "), m))
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(got.Inner.Data, into); err != nil {
		return fmt.Errorf("uapi %s %s: %w", module, function, hosting.ErrOdd)
	}
	return nil
}
