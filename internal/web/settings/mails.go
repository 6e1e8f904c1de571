package settings

import (
	"gatehouse/internal/fault"
	"gatehouse/internal/settings"
	"gatehouse/internal/web"
	"gatehouse/templates/mail"
	pages "gatehouse/templates/settings"
	"gatehouse/templates/ui"
)

// brand is that of mails, with the words that were typed where there are some.
func (a *area) brand(typed map[string]string) mail.Brand {
	b := a.Brand()
	for name, words := range map[string]*string{
		settings.Greeting: &b.Words.Greeting, settings.InvoiceWords: &b.Words.Invoice,
		settings.ReceiptWords: &b.Words.Receipt, settings.SignOff: &b.Words.SignOff,
	} {
		if v, ok := typed[name]; ok {
			*words = v
		}
	}
	return b
}

func (a *area) samples(c *web.Context, typed map[string]string) []pages.Sample {
	var list []pages.Sample
	for _, s := range mail.Samples(a.brand(typed), c.Now(), c.Reader()) {
		at := basePath + "/mail/preview/" + s.Key
		list = append(list, pages.Sample{
			Key: s.Key, Name: s.Name, Subject: s.Message.Subject, Text: s.Message.Text,
			LightURL: at + "/light", DarkURL: at + "/dark", TestAction: testPath,
		})
	}
	return list
}

// look shows what mails would read like, and decides nothing.
func (a *area) look(c *web.Context, g settings.Group, typed map[string]string) error {
	var errs ui.Errors
	for _, s := range settings.Catalogue() {
		value, there := typed[s.Name]
		if !there || s.Group != g.Key {
			continue
		}
		if _, problem := s.Checked(value); problem != "" {
			errs = append(errs, ui.FieldError{Field: s.Name, Message: problem})
		}
	}
	if len(errs) > 0 {
		return a.again(c, g, typed, errs)
	}
	p, err := a.page(c, g, typed)
	if err != nil {
		return err
	}
	p.Unsaved = true
	return c.Page(pages.Group(p))
}

// preview shows a mail alone, as its HTML arrives, by day or by night. Nothing runs, loads or is sent in it.
func (a *area) preview(c *web.Context) error {
	b := a.brand(nil)
	b.Colour.Only = c.Param("look")
	if b.Colour.Only != "light" && b.Colour.Only != "dark" {
		return fault.NotFound("mail")
	}
	for _, s := range mail.Samples(b, c.Now(), c.Reader()) {
		if s.Key == c.Param("mail") {
			c.Sandbox()
			return c.Page(s.Message.HTML)
		}
	}
	return fault.NotFound("mail")
}

type testForm struct {
	Mail string `form:"mail" max:"40"`
}

func (a *area) test(c *web.Context) error {
	var f testForm
	if err := c.Bind(&f); err != nil {
		return err
	}
	known := false
	for _, s := range mail.Samples(a.brand(nil), c.Now(), c.Reader()) {
		known = known || s.Key == f.Mail
	}
	if !known {
		return fault.NotFound("mail")
	}
	if err := a.Settings.SendTest(c.Ctx(), c.Who, f.Mail); err != nil {
		return err
	}
	c.Done("A test mail is on its way to you.")
	return c.Redirect(basePath + "/mail")
}
