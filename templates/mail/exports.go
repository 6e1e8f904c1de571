package mail

import (
	"time"

	"gatehouse/templates/ui"
)

// ExportMail tells somebody that the file is there that they asked for.
type ExportMail struct {
	To, URL string
	Entries int
	Until   time.Time
	Reader  ui.Reader
}

// ExportReady leads to the page from which the file is fetched; the mail itself holds nothing of it.
func ExportReady(b Brand, m ExportMail) Message {
	return b.message(letter{
		subject: "Your export is ready",
		to:      m.To,
		paragraphs: []string{
			"The file with the activity log that you asked for is ready. It holds " +
				ui.Count(m.Entries, "entry", "entries") + ".",
		},
		link:  ui.Link{Text: "Download it", URL: m.URL},
		after: []string{"We keep it until " + m.Reader.Date(m.Until) + "."},
		why:   "You get this because you exported an activity log.",
	})
}

// LogHeadMail carries the signed end of an account's log.
type LogHeadMail struct {
	To, Account, Month, URL string
	Entries                 int
	Statement               string // as it was signed
}

// LogHead is to be kept. It needs no answer, and asks for nothing.
func LogHead(b Brand, m LogHeadMail) Message {
	return b.message(letter{
		subject: "Keep this: the signed end of your activity log",
		to:      m.To,
		paragraphs: []string{
			"On " + m.Month + " the activity log of " + m.Account + " had " + ui.Count(m.Entries, "entry", "entries") +
				". There is nothing to do: keep this mail.",
			"The lines below are signed. With them, and a file of the log, anybody can check that nobody changed an " +
				"entry up to then, not even we.",
		},
		block: m.Statement,
		link:  ui.Link{Text: "How to check a log", URL: m.URL},
		why:   "You get this once a month because you are an owner of " + m.Account + ".",
	})
}
