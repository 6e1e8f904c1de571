package log

import (
	"gatehouse/internal/id"
	"gatehouse/internal/streams"
	"gatehouse/internal/verb"
	"gatehouse/internal/web"
	"gatehouse/templates/log"
	"gatehouse/templates/ui"
)

const (
	streamsPath = web.AccountPath + "/activity/streams"
	streamPath  = streamsPath + "/:stream"
)

func (a *area) streamRoutes() {
	a.web.Page(streamsPath, verb.ActivityStream, a.streamList)
	a.web.Page(streamsPath+"/new", verb.ActivityStream, a.streamForm)
	a.web.Action(streamsPath+"/new", verb.ActivityStream, a.addStream)
	a.web.Action(streamPath+"/test", verb.ActivityStream, a.testStream)
	a.web.Action(streamPath+"/pause", verb.ActivityStream, a.pauseStream)
	a.web.Action(streamPath+"/resume", verb.ActivityStream, a.resumeStream)
	a.web.Page(streamPath+"/key", verb.ActivityStream, a.keyForm)
	a.web.Action(streamPath+"/key", verb.ActivityStream, a.renewKey)
	a.web.Page(streamPath+"/remove", verb.ActivityStream, a.removeStreamForm)
	a.web.Action(streamPath+"/remove", verb.ActivityStream, a.removeStream)
}

func streamsURL(c *web.Context) string { return c.Base() + "/activity/streams" }

func (a *area) streamList(c *web.Context) error {
	list, err := a.Streams.List(c.Ctx(), c.Who, c.Account())
	if err != nil {
		return err
	}
	p := log.StreamsPage{
		Shell: c.Shell("Streams of the log"), LogURL: c.Base() + "/activity", NewURL: streamsURL(c) + "/new",
		Most: streams.Most,
	}
	for _, s := range list {
		p.Streams = append(p.Streams, shownStream(c, s))
	}
	return c.Page(log.Streams(p))
}

func shownStream(c *web.Context, s streams.Stream) log.Stream {
	url := streamsURL(c) + "/" + s.ID.String()
	out := log.Stream{
		ID: s.ID.String(), Name: s.Name, Address: s.Address, Signed: s.Kind == streams.Webhook, Delivered: s.Delivered,
		Behind: int(s.Behind), Why: s.Trouble.Sentence(), NextTry: s.NextTry, OldUntil: s.OldUntil,
		TestURL: url + "/test", KeyURL: url + "/key", RemoveURL: url + "/remove",
		PauseURL: url + "/pause", ResumeURL: url + "/resume", Paused: !s.Paused.IsZero(),
	}
	switch {
	case out.Paused:
		out.State = ui.State{Icon: "player-pause", Word: "Paused since " + c.Reader().Date(s.Paused)}
	case s.Trouble != streams.NoTrouble:
		out.State = ui.State{
			Tone: ui.Bad, Icon: "alert-triangle", Word: "Not getting through since " + c.Reader().Then(s.Failing),
		}
	case s.Behind > 0:
		out.State = ui.State{Tone: ui.Info, Icon: "clock", Word: "Catching up"}
	default:
		out.State = ui.State{Tone: ui.OK, Icon: "check", Word: "Up to date"}
	}
	return out
}

type streamForm struct {
	Key     string `form:"key" max:"40"`
	Name    string `form:"name" max:"200"`
	Address string `form:"address" max:"1000"`
	From    string `form:"from" max:"20"`
}

const fromBeginning = "beginning"

func newStreamPage(c *web.Context, f streamForm) log.StreamFormPage {
	return log.StreamFormPage{
		Shell: c.Shell("Add a stream"), StreamsURL: streamsURL(c), LogURL: c.Base() + "/activity",
		Action: streamsURL(c) + "/new", Key: f.Key, Name: f.Name, Address: f.Address,
		Froms: []ui.Choice{
			{Value: "now", Label: "From now on", Chosen: f.From != fromBeginning},
			{
				Value: fromBeginning, Label: "Everything since the log began", Chosen: f.From == fromBeginning,
				Help: "A long log takes a while.",
			},
		},
	}
}

func (*area) streamForm(c *web.Context) error {
	return c.Page(log.StreamForm(newStreamPage(c, streamForm{Key: id.New[id.StreamKind]().String()})))
}

func (a *area) addStream(c *web.Context) error {
	var f streamForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	stream, err := id.Parse[id.StreamKind](f.Key)
	if err != nil {
		return &web.BadRequestError{Problems: []string{"The form does not say which stream it makes."}}
	}
	key, err := a.Streams.Add(c.Ctx(), c.Who, c.Account(), streams.Wanted{
		ID: stream, Name: f.Name, Address: f.Address, FromBeginning: f.From == fromBeginning,
	})
	if errs, ok := web.FieldErrors(err); ok {
		p := newStreamPage(c, f)
		p.Errors = errs
		return c.Invalid(log.StreamForm(p))
	}
	if err != nil {
		return err
	}
	if key != "" {
		return c.Page(log.StreamKey(keyPage(c, f.Name, key)))
	}
	c.Done("The log goes to “" + f.Name + "” from now on. Press “Test” to see whether it gets there.")
	return c.Redirect(streamsURL(c))
}

// keyPage answers with the key itself: kept for another page, it would have to be kept in clear.
func keyPage(c *web.Context, name, key string) log.StreamKeyPage {
	return log.StreamKeyPage{
		Shell: c.Shell("Keep this key"), StreamsURL: streamsURL(c), LogURL: c.Base() + "/activity", Name: name, Key: key,
	}
}

// stream is the one that the address names, as it is listed.
func (a *area) stream(c *web.Context) (streams.Stream, error) {
	stream, err := web.ParamID[id.StreamKind](c, "stream")
	if err != nil {
		return streams.Stream{}, err
	}
	return a.Streams.One(c.Ctx(), c.Who, c.Account(), stream)
}

func (a *area) testStream(c *web.Context) error {
	return a.press(c, func(s streams.Stream) error {
		trouble, err := a.Streams.Test(c.Ctx(), c.Who, c.Account(), s.ID)
		if err != nil {
			return err
		}
		if trouble != streams.NoTrouble {
			c.Flash(ui.Bad, "“"+s.Name+"” did not take the test. "+trouble.Sentence())
			return nil
		}
		c.Done("“" + s.Name + "” took the test: an entry that says you made it.")
		return nil
	})
}

func (a *area) pauseStream(c *web.Context) error {
	return a.press(c, func(s streams.Stream) error {
		err := a.Streams.Pause(c.Ctx(), c.Who, c.Account(), s.ID)
		if err == nil {
			c.Done("“" + s.Name + "” is paused. What happens meanwhile is sent when you resume it.")
		}
		return err
	})
}

func (a *area) resumeStream(c *web.Context) error {
	return a.press(c, func(s streams.Stream) error {
		err := a.Streams.Resume(c.Ctx(), c.Who, c.Account(), s.ID)
		if err == nil {
			c.Done("“" + s.Name + "” goes on where it stopped.")
		}
		return err
	})
}

// press is a button on a stream, which leads back to the list.
func (a *area) press(c *web.Context, do func(s streams.Stream) error) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	s, err := a.stream(c)
	if err != nil {
		return err
	}
	if err := do(s); err != nil {
		return err
	}
	return c.Redirect(streamsURL(c))
}

// ask is the page before something that cannot simply be undone.
func (a *area) ask(c *web.Context, title string, question func(s streams.Stream) ui.ConfirmProps) error {
	s, err := a.stream(c)
	if err != nil {
		return err
	}
	q := question(s)
	q.Action, q.BackURL = c.Request().URL.Path, streamsURL(c)
	return c.Page(log.StreamAsk(log.StreamAskPage{Shell: c.Shell(title), Question: q}))
}

func (a *area) keyForm(c *web.Context) error {
	return a.ask(c, "New key", func(s streams.Stream) ui.ConfirmProps {
		return ui.ConfirmProps{
			Title: "Make a new key for " + s.Name + "?", Button: "Make a new key", Back: "Keep the one in use",
			Text: "It is shown once. The key in use now goes on working beside it for 24 hours.",
		}
	})
}

func (a *area) renewKey(c *web.Context) error {
	var none struct{}
	if err := c.Bind(&none); err != nil {
		return err
	}
	s, err := a.stream(c)
	if err != nil {
		return err
	}
	key, err := a.Streams.Rotate(c.Ctx(), c.Who, c.Account(), s.ID)
	if err != nil {
		return err
	}
	return c.Page(log.StreamKey(keyPage(c, s.Name, key)))
}

func (a *area) removeStreamForm(c *web.Context) error {
	return a.ask(c, "Remove a stream", func(s streams.Stream) ui.ConfirmProps {
		return ui.ConfirmProps{
			Title: "Remove " + s.Name + "?", Button: "Remove " + s.Name, Back: "Keep it", Danger: true,
			Text: "Nothing more is sent there. What was sent already stays with whoever has it.",
		}
	})
}

func (a *area) removeStream(c *web.Context) error {
	return a.press(c, func(s streams.Stream) error {
		err := a.Streams.Delete(c.Ctx(), c.Who, c.Account(), s.ID)
		if err == nil {
			c.Done("“" + s.Name + "” is removed.")
		}
		return err
	})
}
