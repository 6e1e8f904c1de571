package export

import (
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
)

// byteOrderMark tells spreadsheets that the file is UTF-8; without it they take accents for something else.
const byteOrderMark = "\ufeff"

// csvColumns are the titles.
func csvColumns() []string {
	return []string{
		"Entry", "Time (UTC)", "What happened", "Outcome", "Times", "Person", "Role", "On behalf of", "Confirmed with",
		"Address", "Place", "Device", "Action", "Kind", "Thing", "Thing’s id", "Changes", "Why", "Reason given by staff",
		"Request", "Hash",
	}
}

func csvHead() []byte { return append([]byte(byteOrderMark), csvRow(csvColumns())...) }

func csvLine(words *activity.Words, r *activity.Record) []byte {
	var changes []string
	for _, c := range r.What.Changes {
		switch {
		case c.Redacted:
			changes = append(changes, activity.Field(c.Field)+" changed")
		default:
			changes = append(changes, activity.Field(c.Field)+": "+c.Old+" → "+c.New)
		}
	}
	role := r.ActorRole
	if role == "" {
		role = r.Who.Role
	}
	return csvRow([]string{
		strconv.FormatInt(r.Seq, 10), r.Occurred.UTC().Format(time.RFC3339Nano),
		activity.Plain(words.Sentence(r.Entry, id.Person{})), string(r.Outcome), strconv.Itoa(r.Count),
		r.Who.Name, role, r.Who.OnBehalf, r.Factor, r.Who.Address, r.Who.Country, r.Who.Device,
		string(r.Action), string(r.Category), r.What.Label, r.TargetID, strings.Join(changes, "; "), r.What.Reason,
		r.StaffReason, r.RequestID, hexOf(r.Hash),
	})
}

// csvRow is a line as RFC 4180 has it.
func csvRow(cells []string) []byte {
	var b strings.Builder
	for i, cell := range cells {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(csvCell(cell))
	}
	b.WriteString("\r\n")
	return []byte(b.String())
}

// csvCell is one cell. What a spreadsheet would take for a formula has an apostrophe before it (SECURITY.md F3), and so
// has what begins with one, so that taking it away again gives back what was there.
func csvCell(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	if text != "" && strings.ContainsRune("=+-@\t\r'", rune(text[0])) {
		text = "'" + text
	}
	if strings.ContainsAny(text, "\",\r\n") || strings.HasPrefix(text, " ") || strings.HasSuffix(text, " ") {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}
