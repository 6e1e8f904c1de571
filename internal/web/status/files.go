package status

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"gatehouse/internal/status"
	"gatehouse/internal/web"
)

// link is an address on the configured site: what a request says of its host gets into no file.
func (a *area) link(path string) string { return strings.TrimSuffix(a.PublicURL.String(), "/") + path }

type jsonPage struct {
	At        time.Time   `json:"at"`
	Stale     bool        `json:"stale"`
	State     string      `json:"state"`
	Words     string      `json:"words"`
	Parts     []jsonPart  `json:"parts"`
	Incidents []jsonEvent `json:"incidents"`
	Planned   []jsonEvent `json:"planned"`
}

type jsonPart struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	About   string     `json:"about,omitempty"`
	State   string     `json:"state"`
	Since   *time.Time `json:"since,omitempty"`
	Latency int64      `json:"latency_ms,omitempty"`
	Uptime  *float64   `json:"uptime,omitempty"`
	Days    []jsonDay  `json:"days,omitempty"`
}

type jsonDay struct {
	Date    string `json:"date"`
	State   string `json:"state"`
	Down    int64  `json:"down_s,omitempty"`
	Slow    int64  `json:"slow_s,omitempty"`
	Latency int64  `json:"latency_ms,omitempty"`
}

type jsonEvent struct {
	ID      string       `json:"id"`
	URL     string       `json:"url"`
	Title   string       `json:"title"`
	Impact  string       `json:"impact"`
	Phase   string       `json:"phase"`
	Starts  time.Time    `json:"starts"`
	Ends    *time.Time   `json:"ends,omitempty"`
	Over    *time.Time   `json:"over,omitempty"`
	Parts   []string     `json:"parts"`
	Updates []jsonUpdate `json:"updates"`
}

type jsonUpdate struct {
	At    time.Time `json:"at"`
	Phase string    `json:"phase"`
	Text  string    `json:"text"`
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (a *area) jsonOf(b *status.Board) (*web.Fixed, error) {
	_, words := overall(b)
	p := jsonPage{
		At: b.At, Stale: b.Stale, State: string(b.Worst()), Words: words, Parts: []jsonPart{}, Incidents: []jsonEvent{},
		Planned: []jsonEvent{},
	}
	for _, part := range b.Parts {
		p.Parts = append(p.Parts, jsonPartOf(part))
	}
	for _, i := range b.Incidents {
		e := a.jsonEventOf(i)
		if i.Sort == status.Maintenance {
			p.Planned = append(p.Planned, e)
		} else {
			p.Incidents = append(p.Incidents, e)
		}
	}
	text, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("status: %w", err)
	}
	return web.NewFixed("application/json", append(text, '\n'), keepFor)
}

func jsonPartOf(part status.Part) jsonPart {
	out := jsonPart{
		ID: part.ID.String(), Name: part.Name, About: part.About, State: string(part.State), Since: moment(part.Since),
		Latency: part.Latency.Milliseconds(),
	}
	if part.Kind == status.None {
		return out
	}
	if share := part.Uptime(); share >= 0 {
		out.Uptime = &share
	}
	for _, d := range part.Days {
		out.Days = append(out.Days, jsonDay{
			Date: d.Date.Format(time.DateOnly), State: string(d.State()), Down: int64(d.Down.Seconds()),
			Slow: int64(d.Slow.Seconds()), Latency: d.Latency.Milliseconds(),
		})
	}
	return out
}

func (a *area) jsonEventOf(i status.Incident) jsonEvent {
	e := jsonEvent{
		ID: i.ID.String(), URL: a.link(eventPath + "/" + i.ID.String()), Title: i.Title, Impact: string(i.Impact),
		Phase: string(i.Phase), Starts: i.Starts, Ends: moment(i.Ends), Over: moment(i.Over), Parts: []string{},
		Updates: []jsonUpdate{},
	}
	for _, t := range i.Touched {
		e.Parts = append(e.Parts, t.Name)
	}
	for _, u := range i.Updates {
		e.Updates = append(e.Updates, jsonUpdate{At: u.At, Phase: string(u.Phase), Text: u.Text})
	}
	return e
}

// atomFeed is RFC 4287.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Title   string      `xml:"title"`
	ID      string      `xml:"id"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Author  string      `xml:"author>name"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	Title   string   `xml:"title"`
	ID      string   `xml:"id"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
	Content atomText `xml:"content"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

func (a *area) feedOf(c *web.Context, b *status.Board) (*web.Fixed, error) {
	f := atomFeed{
		Title: "Server status · " + c.Provider(), ID: a.link(publicPath), Author: c.Provider(),
		Links:   []atomLink{{Href: a.link(publicPath)}, {Rel: "self", Href: a.link(feedPath)}},
		Updated: time.Unix(0, 0).UTC().Format(time.RFC3339), // until something was said
	}
	latest := time.Unix(0, 0)
	for _, i := range b.Incidents {
		var text []string
		said := i.Starts
		for n, u := range i.Updates {
			if n == 0 {
				said = u.At
			}
			text = append(text, u.At.Format("2006-01-02 15:04 UTC")+", "+phaseWords(u.Phase)+": "+u.Text)
		}
		if said.After(latest) {
			latest, f.Updated = said, said.Format(time.RFC3339)
		}
		to := a.link(eventPath + "/" + i.ID.String())
		f.Entries = append(f.Entries, atomEntry{
			Title: i.Title, ID: to, Updated: said.Format(time.RFC3339), Link: atomLink{Href: to},
			Content: atomText{Type: "text", Text: strings.Join(text, "\n")},
		})
	}
	text, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return nil, fmt.Errorf("status: %w", err)
	}
	return web.NewFixed("application/atom+xml; charset=utf-8", append([]byte(xml.Header), text...), keepFor)
}

// calendarOf is the planned work as a calendar (RFC 5545).
func (a *area) calendarOf(b *status.Board) (*web.Fixed, error) {
	const stamp = "20060102T150405Z"
	lines := []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Gatehouse//Server status//EN", "METHOD:PUBLISH"}
	for _, i := range b.Incidents {
		if i.Sort != status.Maintenance {
			continue
		}
		state, text := "CONFIRMED", ""
		if i.Dropped {
			state = "CANCELLED"
		}
		if len(i.Updates) > 0 {
			text = i.Updates[0].Text
		}
		lines = append(lines, "BEGIN:VEVENT", "UID:"+i.ID.String()+"@"+a.PublicURL.Hostname(),
			"DTSTAMP:"+b.At.UTC().Format(stamp), "DTSTART:"+i.Starts.UTC().Format(stamp), "DTEND:"+i.Ends.UTC().Format(stamp),
			fmt.Sprintf("SEQUENCE:%d", max(0, len(i.Updates)-1)), "STATUS:"+state, "SUMMARY:"+escaped(i.Title),
			"DESCRIPTION:"+escaped(text), "URL:"+a.link(eventPath+"/"+i.ID.String()), "END:VEVENT")
	}
	var out strings.Builder
	for _, line := range append(lines, "END:VCALENDAR") {
		out.WriteString(folded(line) + "\r\n")
	}
	return web.NewFixed("text/calendar; charset=utf-8", []byte(out.String()), keepFor)
}

// escaped is text within a calendar (RFC 5545, section 3.3.11).
func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(text)
}

// folded breaks a line where it is longer than 75 bytes (RFC 5545, section 3.1), and never within a character.
func folded(line string) string {
	const longest = 74 // and the space before what is continued
	var out strings.Builder
	for len(line) > longest {
		n := longest
		for !utf8.RuneStart(line[n]) {
			n--
		}
		out.WriteString(line[:n] + "\r\n ")
		line = line[n:]
	}
	out.WriteString(line)
	return out.String()
}
