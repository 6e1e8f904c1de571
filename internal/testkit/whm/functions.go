package whm

import (
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// run does what was asked. The lock is held.
func (s *Server) run(function string, r *http.Request) reply {
	switch function {
	case "version":
		return reply{data: map[string]any{"version": "11.136.0.4"}}
	case "systemloadavg":
		return reply{data: map[string]any{"one": "0.42", "five": "0.40", "fifteen": "0.31"}}
	case "listaccts":
		return s.list(r)
	case "accountsummary":
		return s.summary(r)
	case "createacct":
		return s.create(r)
	case "removeacct":
		return s.with(r.Form.Get("username"), func(a *Account) reply { delete(s.accounts, a.User); return reply{} })
	case "suspendacct":
		return s.with(r.Form.Get("user"), func(a *Account) reply {
			if a.Suspended {
				return refuse("Account Already Suspended")
			}
			a.Suspended, a.Reason = true, r.Form.Get("reason")
			return reply{}
		})
	case "unsuspendacct":
		return s.with(r.Form.Get("user"), func(a *Account) reply { a.Suspended, a.Reason = false, ""; return reply{} })
	case "changepackage":
		return s.with(r.Form.Get("user"), func(a *Account) reply {
			if strings.HasPrefix(r.Form.Get("pkg"), "missing") {
				return refuse("Specified package " + r.Form.Get("pkg") + " does not exist.")
			}
			a.Plan = r.Form.Get("pkg")
			return reply{}
		})
	case "showbw":
		return s.transfer(r)
	case "create_user_session":
		return s.session(r)
	case "uapi_cpanel":
		return s.uapi(r)
	}
	return refuse(fmt.Sprintf("Unknown app (%q) requested for this version (1) of the API.", function))
}

func (s *Server) with(user string, do func(a *Account) reply) reply {
	a, found := s.accounts[user]
	if !found {
		return refuse("System user “" + user + "” does not exist.")
	}
	return do(a)
}

// shown is an account as accountsummary and listaccts write it: some numbers as texts, some as numbers.
func (a *Account) shown() map[string]any {
	suspended, reason := 0, any(nil)
	if a.Suspended {
		suspended, reason = 1, a.Reason
	}
	return map[string]any{
		"user": a.User, "domain": a.Domain, "plan": a.Plan, "suspended": suspended, "suspendreason": reason,
		"diskused": strconv.FormatInt(a.DiskMiB, 10) + "M", "disklimit": "20480M", "maxpop": "unlimited", "owner": "root",
	}
}

func (s *Server) list(r *http.Request) reply {
	list := []any{}
	for _, a := range s.accounts {
		value := map[string]string{"user": a.User, "domain": a.Domain}[r.Form.Get("searchtype")]
		if search := r.Form.Get("search"); search == "" || search == value {
			list = append(list, a.shown())
		}
	}
	return reply{data: map[string]any{"acct": list}}
}

func (s *Server) summary(r *http.Request) reply {
	for _, a := range s.accounts {
		if user := r.Form.Get("user"); user != "" && a.User == user || user == "" && a.Domain == r.Form.Get("domain") {
			return reply{data: map[string]any{"acct": []any{a.shown()}}}
		}
	}
	return refuse("Account does not exist.")
}

func (s *Server) create(r *http.Request) reply {
	user, domain := r.Form.Get("username"), r.Form.Get("domain")
	switch {
	case !regexp.MustCompile(`^[a-z][a-z0-9]{0,15}$`).MatchString(user):
		return refuse("“" + user + "” is not a valid username on this system.")
	case len(r.Form.Get("password")) < 8 || r.Form.Get("contactemail") == "":
		return refuse("Sorry, the password or the contact address is missing.")
	case strings.HasPrefix(r.Form.Get("plan"), "missing"):
		return refuse("Specified package " + r.Form.Get("plan") + " does not exist.")
	case s.accounts[user] != nil:
		return refuse("This system already has an account named “" + user + "”.")
	}
	for _, a := range s.accounts {
		if a.Domain == domain {
			return refuse("The domain “" + domain + "” already exists in the userdata.")
		}
	}
	s.made++
	s.accounts[user] = &Account{User: user, Domain: domain, Plan: r.Form.Get("plan"), Team: map[string]*Member{}}
	return reply{data: map[string]any{"ip": "192.0.2.1", "nameserver": "ns1.example.com", "package": r.Form.Get("plan")}}
}

func (s *Server) transfer(r *http.Request) reply {
	like, err := regexp.Compile(r.Form.Get("search"))
	if err != nil {
		return refuse("The search is no expression.")
	}
	list := []any{}
	for _, a := range s.accounts {
		if like.MatchString(a.User) {
			list = append(list, map[string]any{
				"user": a.User, "maindomain": a.Domain, "totalbytes": strconv.FormatInt(a.Transfer, 10), "limit": "536870912000",
			})
		}
	}
	return reply{data: map[string]any{"acct": list, "month": "11", "year": "2026"}}
}

func (s *Server) session(r *http.Request) reply {
	user := r.Form.Get("user")
	owner := s.accounts[user]
	if name, domain, is := strings.Cut(user, "@"); is {
		for _, a := range s.accounts {
			if a.Domain == domain && a.Team[name] != nil {
				owner = a
			}
		}
	}
	switch {
	case owner == nil:
		return refuse("The user “" + user + "” does not exist.")
	case owner.Suspended:
		return refuse("The user “" + user + "” is suspended.")
	}
	if s.way == WholeAccount {
		user = owner.User
	}
	host := net.JoinHostPort(s.host, strconv.Itoa(s.Port()))
	if s.way == Elsewhere {
		host = "panel.evil.example:2083"
	}
	session := user + ":" + rand.Text() + ":create_user_session," + rand.Text()
	s.sessions[session] = user
	return reply{data: map[string]any{
		"url":     "https://" + host + "/cpsess1234567890/login/?session=" + url.QueryEscape(session),
		"session": session, "service": "cpaneld", "expires": "1893456000", "cp_security_token": "/cpsess1234567890",
	}}
}

func (s *Server) uapi(r *http.Request) reply {
	a, found := s.accounts[r.Form.Get("cpanel.user")]
	if !found {
		return refuse("The user does not exist.")
	}
	data, problem := any(nil), ""
	switch r.Form.Get("cpanel.module") + "." + r.Form.Get("cpanel.function") {
	case "Email.count_pops":
		data = a.Boxes
	case "Team.list_team":
		data = a.team()
	case "Team.add_team_user":
		problem = s.join(a, r)
	case "Team.remove_team_user":
		if a.Team[r.Form.Get("user")] == nil {
			problem = "There is no such team user."
		}
		delete(a.Team, r.Form.Get("user"))
	default:
		problem = "The function could not be found."
	}
	inner := map[string]any{"status": 1, "data": data, "errors": nil, "messages": nil}
	if problem != "" {
		inner["status"], inner["errors"] = 0, []string{problem}
	}
	return reply{data: map[string]any{"uapi": inner}}
}

func (a *Account) team() []any {
	list := []any{}
	for name, m := range a.Team {
		list = append(list, map[string]any{
			"username": name, "roles": m.Roles, "expire_date": m.Expires, "suspend_date": "", "notes": "",
			"services": map[string]any{},
		})
	}
	return list
}

func (s *Server) join(a *Account, r *http.Request) string {
	name, roles := r.Form.Get("user"), strings.Split(r.Form.Get("roles"), ",")
	switch {
	case a.Team[name] != nil:
		return "The user is already on the team."
	case len(a.Team) >= 7:
		return "The team has reached its maximum number of users with roles."
	case !regexp.MustCompile(`^[a-z][a-z0-9]{0,15}$`).MatchString(name):
		return "The user name is not valid."
	case r.Form.Get("email1") == "" || len(r.Form.Get("password")) < 8:
		return "The address or the password is missing."
	}
	if s.way == Generous {
		roles = []string{"admin", "database", "email", "web"}
	}
	slices.Sort(roles)
	expires, _ := strconv.ParseInt(r.Form.Get("expire_date"), 10, 64)
	a.Team[name] = &Member{Roles: roles, Expires: expires}
	return ""
}
