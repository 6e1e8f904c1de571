package status

import (
	"net/http"
	"slices"

	"gatehouse/internal/fault"
	"gatehouse/internal/id"
	"gatehouse/internal/status"
	"gatehouse/internal/web"
	"gatehouse/templates/layout"
	pages "gatehouse/templates/status"
	"gatehouse/templates/ui"
)

const (
	mailsPath   = publicPath + "/mails"
	confirmPath = mailsPath + "/confirm/"
	stopPath    = mailsPath + "/stop/"
)

// plain is the frame of the public page, whoever is signed in.
func plain(c *web.Context, title string) layout.Shell {
	own := c.Shell(title)
	s := c.OpenShell(title, c.Now())
	s.CSRF, s.Assets.Script = own.CSRF, own.Assets.Script // which holds a second click back
	s.Beside = []ui.Link{{Text: "Sign in", URL: "/sign-in"}}
	return s
}

type mailsForm struct {
	Email string   `form:"email" max:"1000"`
	Parts []string `form:"parts" max:"100"`
}

func (a *area) askMails(c *web.Context) error { return a.showMails(c, mailsForm{}, nil) }

func (a *area) showMails(c *web.Context, f mailsForm, errs ui.Errors) error {
	board, err := a.Status.Board(c.Ctx())
	if err != nil {
		return err
	}
	p := pages.MailsPage{
		Shell: plain(c, "News by mail"), ListURL: publicPath, Action: mailsPath, Email: f.Email, Errors: errs,
	}
	for _, part := range board.Parts {
		label := part.Name
		if part.About != "" {
			label += ", " + part.About
		}
		p.Parts = append(p.Parts, ui.Choice{
			Value: part.ID.String(), Label: label, Chosen: slices.Contains(f.Parts, part.ID.String()),
		})
	}
	if len(errs) > 0 {
		return c.Invalid(pages.Mails(p))
	}
	return c.Page(pages.Mails(p))
}

// come lets a few at a time ask, and try links (D2).
func (a *area) come(c *web.Context) error {
	if wait := a.throttle.Take(c.Who.Address); wait > 0 {
		return fault.Limited(wait, "Your network asked for too many mails.")
	}
	return nil
}

// subscribe says the same whoever has the address.
func (a *area) subscribe(c *web.Context) error {
	var f mailsForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	if err := a.come(c); err != nil {
		return err
	}
	board, err := a.Status.Board(c.Ctx())
	if err != nil {
		return err
	}
	var parts []id.Component
	for _, text := range f.Parts {
		one, err := id.Parse[id.ComponentKind](text)
		if err != nil || !slices.ContainsFunc(board.Parts, func(p status.Part) bool { return p.ID == one }) {
			return &web.BadRequestError{Problems: []string{"The form does not say what it is about. Load the page anew."}}
		}
		parts = append(parts, one)
	}
	err = a.Subscribers.Ask(c.Ctx(), f.Email, parts)
	if errs, ok := web.FieldErrors(err); ok {
		return a.showMails(c, f, errs)
	}
	if err != nil {
		return err
	}
	return c.Page(pages.Said(pages.SaidPage{
		Shell: plain(c, "Look into your mailbox"), ListURL: publicPath, Icon: "mail", Tone: ui.Info,
		Title: "Look into your mailbox", Text: "A mail is on its way to this address. Its link works once, for a day.",
	}))
}

func (a *area) gone(c *web.Context) error {
	c.Unlisted()
	return c.Render(http.StatusNotFound, pages.Said(pages.SaidPage{
		Shell: plain(c, "This link no longer works"), ListURL: publicPath, Icon: "clock",
		Title: "This link no longer works", Text: "It was used already, or a day has gone by. You can ask for another one.",
	}))
}

// askConfirm only asks: programs that look at mails open their links.
func (a *area) askConfirm(c *web.Context) error {
	if err := a.come(c); err != nil {
		return err
	}
	token := c.Param("token")
	err := a.Subscribers.MayConfirm(c.Ctx(), token)
	return a.answered(c, err, pages.SaidPage{
		Shell: plain(c, "Confirm"), ListURL: publicPath, Icon: "mail", Tone: ui.Info, Title: "Get news by mail?",
		Text:   "We write when something breaks, when it is mended, and before planned work.",
		Action: confirmPath + token, Button: "Yes, mail me",
	})
}

func (a *area) confirm(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	if err := a.come(c); err != nil {
		return err
	}
	err := a.Subscribers.Confirm(c.Ctx(), c.Param("token"))
	return a.answered(c, err, pages.SaidPage{
		Shell: plain(c, "You get our news"), ListURL: publicPath, Icon: "circle-check", Tone: ui.OK,
		Title: "You get our news by mail", Text: "Each mail has a link that ends them.",
	})
}

// answered shows what came of a link, which is gone where there is nothing behind it.
func (a *area) answered(c *web.Context, err error, p pages.SaidPage) error {
	if fault.KindOf(err) == fault.KindNotFound {
		return a.gone(c)
	}
	if err != nil {
		return err
	}
	c.Unlisted()
	return c.Page(pages.Said(p))
}

func (a *area) askStop(c *web.Context) error {
	if err := a.come(c); err != nil {
		return err
	}
	token := c.Param("token")
	err := a.Subscribers.MayStop(token)
	return a.answered(c, err, pages.SaidPage{
		Shell: plain(c, "No more mails"), ListURL: publicPath, Icon: "mail", Title: "No more mails?",
		Text:   "We forget your address, and write no more about our servers.",
		Action: stopPath + token, Button: "Stop the mails",
	})
}

// stop is what the page's button does, and what a mailbox does at one click (RFC 8058), which brings no cookie along:
// that the address is known proves enough. Whatever it sends is not looked at.
func (a *area) stop(c *web.Context) error {
	if err := a.come(c); err != nil {
		return err
	}
	err := a.Subscribers.Stop(c.Ctx(), c.Param("token"))
	return a.answered(c, err, pages.SaidPage{
		Shell: plain(c, "No more mails"), ListURL: publicPath, Icon: "circle-check", Tone: ui.OK,
		Title: "You get no more mails", Text: "Your address is forgotten.",
	})
}
