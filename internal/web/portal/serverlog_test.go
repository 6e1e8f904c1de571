package portal_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/actor"
	"gatehouse/internal/testkit"
	"gatehouse/internal/testkit/site"
)

// lines collects the server's log.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// G7: what a page tells people may be sealed in the database, such as why a service is suspended; the server's log does
// not tell it.
func TestTheServersLogDoesNotTellWhatPagesTell(t *testing.T) {
	t.Parallel()
	w := testkit.NewSQLite(t)
	var log lines
	w.Logger = slog.New(slog.NewTextHandler(&log, nil))
	s, c := site.OpenPortal(t, w)
	err := s.Hosting.Suspend(t.Context(), actor.NewSystem("test"), c.Northwind, c.Bakery, "Qxreason Vzlor owes us money")
	if err != nil {
		t.Fatal(err)
	}
	olivia, panel := s.Visit(t).SignIn(site.Olivia), c.Base()+"/services/"+c.Bakery.String()+"/panel"
	olivia.Get(c.Base() + "/services")
	olivia.Post(panel, nil).Is(t, http.StatusConflict).Says(t, "Qxreason Vzlor owes us money")
	if strings.Contains(log.text.String(), "Vzlor") {
		t.Errorf("the server's log reads %s", log.text.String())
	}
	if !strings.Contains(log.text.String(), "kind=conflict") {
		t.Error("the server's log does not say that there was a conflict")
	}
}
