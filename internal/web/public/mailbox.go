package public

import (
	"regexp"
	"strconv"
	"strings"

	"gatehouse/internal/fault"
	"gatehouse/internal/platform/mailer"
	"gatehouse/internal/web"
	"gatehouse/templates/public"
	"gatehouse/templates/ui"
)

const (
	mailboxPath = "/demo/mailbox"
	// mailsAPage is how many mails a page of the mailbox shows.
	mailsAPage = 50
)

// mailbox shows the mails of the demonstration, the newest first.
func (a *area) mailbox(c *web.Context) error {
	p := public.MailboxPage{Shell: c.Shell("Mailbox")}
	before := c.QueryInt("before")
	for _, m := range a.Mailbox.List() {
		number, err := strconv.ParseInt(m.ID, 10, 64)
		if err != nil {
			return err // the mailbox counts its mails
		}
		if before > 0 && number >= before {
			p.Pages.Newer = mailboxPath
			continue
		}
		if len(p.Rows) == mailsAPage {
			p.Pages.Older = mailboxPath + "?before=" + strconv.FormatInt(number+1, 10)
			break
		}
		p.Rows = append(p.Rows, public.MailRow{
			To: m.To, Subject: m.Subject, URL: mailboxPath + "/" + m.ID, At: m.At,
		})
	}
	p.Pages.Shown = ui.Count(len(p.Rows), "mail", "mails") + " shown, newest first"
	return c.Page(public.Mailbox(p))
}

func (a *area) mail(c *web.Context) error {
	m, found := a.Mailbox.Get(c.Param("mail"))
	if !found {
		return fault.NotFound("read mail")
	}
	return c.Page(public.Mail(public.MailPage{
		Shell: c.Shell("Mail"), ListURL: mailboxPath, From: c.Provider(), To: addressee(m.Mail), Subject: m.Subject,
		At: m.At, Text: m.Text, Links: linksIn(m.Text),
	}))
}

func addressee(m mailer.Mail) string {
	if m.ToName == "" {
		return m.To
	}
	return m.ToName + " <" + m.To + ">"
}

// linksIn finds the addresses that stand on a line of their own under a line that says where they lead, as our mails
// write them.
func linksIn(text string) []ui.Link {
	var links []ui.Link
	address := regexp.MustCompile(`^https?://\S+$`)
	lines := strings.Split(text, "\n")
	for i := 1; i < len(lines); i++ {
		label, named := strings.CutSuffix(lines[i-1], ":")
		if named && address.MatchString(lines[i]) {
			links = append(links, ui.Link{Text: label, URL: lines[i]})
		}
	}
	return links
}
