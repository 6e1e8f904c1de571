package site

import (
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/hosting"
	"gatehouse/internal/hosting/whm"
	"gatehouse/internal/money"
	"gatehouse/internal/testkit"
	server "gatehouse/internal/testkit/whm"
)

// The service on a WHM server.
const (
	WHMHost = "swift.harbour.example"
	WHMUser = "blog1" // what the server calls it
)

// OnWHM is a portal whose first account has a service, blog.example, on a WHM server. path is that of the service.
func OnWHM(t testing.TB, w *testkit.World, machine *server.Server) (s *Site, c Cast, path string) {
	t.Helper()
	s = Open(t, w, func(s *Site) {
		s.Hosting = hosting.New(s.Gate, s.Reader, s.Box, s.Outbox, s.Panel, whm.New(whm.Config{
			Networks: machine.Networks(), Roots: machine.Roots(), Resolver: machine, APIPort: machine.Port(),
			PanelPort: machine.Port(), Contact: "no-reply@harbour.example",
		}))
		Portal(s)
	})
	c = s.Cast(t)
	swift, err := s.Hosting.CreateServer(t.Context(), actor.NewSystem("test"), hosting.NewServer{
		Name: "swift", Panel: whm.Name, Host: WHMHost, Location: "London", Credentials: server.Key,
	})
	if err != nil {
		t.Fatal(err)
	}
	machine.Put(server.Account{User: WHMUser, Domain: "blog.example", Plan: "business"})
	blog, err := s.Hosting.CreateService(t.Context(), actor.NewSystem("test"), c.Northwind, hosting.NewService{
		Server: swift, Plan: "business", Domain: "blog.example", PanelUser: WHMUser, Price: money.New(7900, money.GBP),
		Period: hosting.Monthly,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, c, c.Base() + "/services/" + blog.String()
}
