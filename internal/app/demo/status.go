package demo

import (
	"context"
	"fmt"
	"net"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/id"
	"gatehouse/internal/status"
)

// statusDays puts the servers on the status page, with an incident that is over and work that is ahead. All of them are
// looked at where the demo itself answers: its servers are made up.
func (p *past) statusDays(ctx context.Context) error {
	p.to(6, 3, 20)
	who, err := p.as(ctx, cast.Tom, id.Account{}, firefoxOnLinux())
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(p.Config.Listen)
	if err != nil {
		return fmt.Errorf("status page: %w", err)
	}
	parts := map[string]id.Component{}
	for _, n := range []status.NewComponent{
		{Name: "tern", About: "Websites, London", Server: p.server["tern"]},
		{Name: "curlew", About: "Websites and shops, London", Server: p.server["curlew"]},
		{Name: "dunlin", About: "Websites and mail, Manchester", Server: p.server["dunlin"]},
		{Name: "Client portal", About: "Sign-in, services, invoices"},
	} {
		n.Kind, n.Address = status.HTTP, "http://127.0.0.1:"+port+"/healthz"
		if parts[n.Name], err = p.Status.AddComponent(ctx, who, n); err != nil {
			return fmt.Errorf("status page: %w", err)
		}
		if err := p.Status.Remember(ctx, parts[n.Name], p.measured(n.Name)); err != nil {
			return err
		}
	}
	return p.incidents(ctx, who, parts)
}

// measured are the last ninety days of a part.
func (p *past) measured(name string) []status.Day {
	answers := map[string]int{"tern": 41, "curlew": 58, "dunlin": 64, "Client portal": 12}[name]
	var days []status.Day
	for ago := status.DaysShown - 1; ago > 0; ago-- {
		date := p.now.AddDate(0, 0, -ago).UTC().Truncate(24 * time.Hour)
		d := status.Day{
			Date: date, Watched: 24 * time.Hour, Latency: time.Duration(answers+ago%7) * time.Millisecond,
		}
		switch {
		case name == "curlew" && ago == 6:
			d.Down = 38 * time.Minute
		case name == "curlew" && ago == 51, name == "dunlin" && ago == 29:
			d.Slow = 25 * time.Minute
		}
		days = append(days, d)
	}
	return days
}

func (p *past) incidents(ctx context.Context, who actor.Actor, parts map[string]id.Component) error {
	incident, err := p.Status.Open(ctx, who, status.NewIncident{
		Sort: status.Fault, Title: "curlew does not answer", Impact: status.Down,
		Components: []id.Component{parts["curlew"]}, Who: "Customers with websites on curlew.",
		Todo: "Nothing. No data is touched.", Text: "We are looking into it.",
	})
	if err != nil {
		return fmt.Errorf("incident: %w", err)
	}
	for _, u := range []struct {
		minute int
		phase  status.Phase
		text   string
	}{
		{34, status.Found, "A power supply failed. The server starts again on its second one."},
		{58, status.Over, "curlew runs. The power supply is replaced."},
	} {
		p.to(6, 3, u.minute)
		if err := p.Status.Say(ctx, who, incident, u.phase, u.text); err != nil {
			return fmt.Errorf("incident: %w", err)
		}
	}
	night := p.now.AddDate(0, 0, 5).UTC().Truncate(24 * time.Hour)
	_, err = p.Status.Open(ctx, who, status.NewIncident{
		Sort: status.Maintenance, Title: "tern restarts for a security update", Impact: status.Down,
		Components: []id.Component{parts["tern"]}, Starts: night.Add(2 * time.Hour),
		Ends: night.Add(2*time.Hour + 20*time.Minute), Who: "Visitors of websites on tern, for about four minutes.",
		Text: "The operating system gets a security update and starts anew.",
	})
	if err != nil {
		return fmt.Errorf("planned work: %w", err)
	}
	return nil
}
