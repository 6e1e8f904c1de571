package status

import (
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/status"
	"gatehouse/internal/web"
	pages "gatehouse/templates/status"
	"gatehouse/templates/ui"
)

// made is everything that was made of one board.
type made struct {
	of                         *status.Board
	page, json, feed, calendar *web.Fixed
}

// fixed answers with something that is made once for each board, however many ask.
func (a *area) fixed(which func(m *made) *web.Fixed) web.Handler {
	return func(c *web.Context) error {
		board, err := a.Status.Board(c.Ctx())
		if err != nil {
			return err
		}
		m := a.made.Load()
		if m == nil || m.of != board {
			if m, err = a.make(c, board); err != nil {
				return err
			}
		}
		return c.Fixed(which(m))
	}
}

func (a *area) make(c *web.Context, board *status.Board) (*made, error) {
	a.maker.Lock()
	defer a.maker.Unlock()
	if m := a.made.Load(); m != nil && m.of == board {
		return m, nil // somebody else has made it meanwhile
	}
	content, err := c.Make(pages.Public(a.publicPage(c, board)))
	if err != nil {
		return nil, err
	}
	m := &made{of: board}
	if m.page, err = web.NewFixed("text/html; charset=utf-8", content, keepFor); err != nil {
		return nil, err
	}
	if m.json, err = a.jsonOf(board); err != nil {
		return nil, err
	}
	if m.feed, err = a.feedOf(c, board); err != nil {
		return nil, err
	}
	if m.calendar, err = a.calendarOf(board); err != nil {
		return nil, err
	}
	a.made.Store(m)
	return m, nil
}

func (a *area) publicPage(c *web.Context, b *status.Board) pages.PublicPage {
	p := pages.PublicPage{
		Shell: c.OpenShell("Server status", b.At), Calendar: calendarPath, Feed: feedPath, JSON: jsonPath,
	}
	p.Shell.Beside = []ui.Link{{Text: "Sign in", URL: "/sign-in"}}
	if a.Subscribers != nil {
		p.Mails = mailsPath
	}
	r := p.Shell.Reader
	p.Tone, p.Headline = overall(b)
	p.Rest = rest(r, b)
	for _, i := range b.Going() {
		p.Going = append(p.Going, event(r, i, b.At, eventPath))
	}
	for _, i := range b.Ahead() {
		p.Ahead = append(p.Ahead, event(r, i, b.At, eventPath))
	}
	for _, i := range b.Past() {
		p.Past = append(p.Past, event(r, i, b.At, eventPath))
	}
	for _, part := range b.Parts {
		p.Parts = append(p.Parts, partOf(r, part))
	}
	return p
}

// event shows one incident to everybody, its history included.
func (a *area) event(c *web.Context) error {
	one, err := web.ParamID[id.IncidentKind](c, "incident")
	if err != nil {
		return err
	}
	board, err := a.Status.Board(c.Ctx())
	if err != nil {
		return err
	}
	i, ok := board.Incident(one)
	if !ok {
		return fault.NotFound("incident")
	}
	shell := c.OpenShell(i.Title, board.At)
	shell.Beside = []ui.Link{{Text: "Sign in", URL: "/sign-in"}}
	c.CacheFor(keepFor)
	return c.Page(pages.PublicEvent(pages.EventPage{
		Shell: shell, ListURL: publicPath, Event: event(shell.Reader, i, board.At, ""),
	}))
}
