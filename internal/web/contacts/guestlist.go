package contacts

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/accounts"
	"gatehouse/internal/hosting"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/sheet"
)

// guestLine is one person of a pasted list, with what stands there and what is wrong with it.
type guestLine struct {
	line  int
	text  string
	guest accounts.Guest
	wrong []string
}

// guestList is a pasted list as it was understood.
type guestList struct {
	lines   []guestLine
	columns []string // heads of columns that mean nothing here
	more    bool     // the list is longer than what was read
}

// columns that a list may have.
const (
	columnEmail    = "email"
	columnRole     = "role"
	columnServices = "services"
	columnEnds     = "ends"
	columnMessage  = "message"
	columnName     = "name" // people say their names themselves
)

// heads are what people call the columns, in small letters and without hyphens.
func heads() map[string]string {
	return map[string]string{
		"email": columnEmail, "e mail": columnEmail, "email address": columnEmail, "e mail address": columnEmail,
		"mail": columnEmail, "address": columnEmail, "role": columnRole, "what they may do": columnRole,
		"services": columnServices, "service": columnServices, "only these services": columnServices,
		"last day": columnEnds, "ends": columnEnds, "end": columnEnds, "end date": columnEnds, "until": columnEnds,
		"message": columnMessage, "note": columnMessage, "a few words": columnMessage, "name": columnName,
		"first name": columnName, "last name": columnName, "surname": columnName,
	}
}

// guestReader understands lists by what an account has to give. The defaults count where a list says nothing.
type guestReader struct {
	roles    []accounts.Role
	services []hosting.Service
	where    *time.Location
	standard accounts.Guest
}

// read takes a list apart: a table whose first line names its columns, or addresses in whatever way they are separated.
func (r guestReader) read(text string) guestList {
	rows, more := sheet.ReadPasted(text, accounts.MostGuests+1)
	out := guestList{more: more}
	if len(rows) > 0 {
		if columns, unknown, ok := columnsOf(rows[0].Cells); ok {
			out.columns = unknown
			for _, row := range rows[1:] {
				out.lines = append(out.lines, r.fromTable(row, columns))
			}
			return out
		}
	}
	for _, row := range rows {
		for _, address := range addressesIn(row) {
			out.lines = append(out.lines, r.fromAddress(row, address))
		}
	}
	return out
}

// columnsOf says which column is where, if the cells are the heads of a table.
func columnsOf(cells []string) (columns map[string]int, unknown []string, ok bool) {
	columns, known := map[string]int{}, heads()
	for i, cell := range cells {
		name := known[strings.ReplaceAll(strings.ToLower(cell), "-", " ")]
		if _, twice := columns[name]; name == "" || twice {
			if cell != "" {
				unknown = append(unknown, cell)
			}
			continue
		}
		columns[name] = i
	}
	_, ok = columns[columnEmail]
	return columns, unknown, ok
}

// addressesIn are the addresses of a line: one or several, with names or without.
func addressesIn(row sheet.Pasted) []string {
	var out []string
	for _, part := range strings.FieldsFunc(row.Text, func(c rune) bool { return strings.ContainsRune(",;\t\n", c) }) {
		part = strings.TrimSpace(part)
		open, end := strings.LastIndexByte(part, '<'), strings.LastIndexByte(part, '>')
		switch {
		case part == "":
		case open >= 0 && end > open: // Ben Okafor <ben@example.com>
			out = append(out, part[open+1:end])
		case strings.Count(part, "@") > 1:
			out = append(out, strings.Fields(part)...)
		default:
			out = append(out, strings.Trim(part, `"'`))
		}
	}
	return out
}

func (r guestReader) fromAddress(row sheet.Pasted, address string) guestLine {
	one := guestLine{line: row.Line, text: address, guest: r.standard}
	one.guest.Email = address
	if !strings.Contains(address, "@") {
		one.wrong = append(one.wrong, "This is no e-mail address. "+
			"A list with columns begins with a line that names them: e-mail, role, last day.")
	}
	return one
}

func (r guestReader) fromTable(row sheet.Pasted, columns map[string]int) guestLine {
	one := guestLine{line: row.Line, text: row.Text, guest: r.standard}
	if row.Cells == nil {
		one.wrong = []string{"A quotation mark in this line is never closed."}
		return one
	}
	cell := func(column string) string {
		if i, ok := columns[column]; ok && i < len(row.Cells) {
			return row.Cells[i]
		}
		return ""
	}
	if one.guest.Email = cell(columnEmail); one.guest.Email == "" {
		one.wrong = append(one.wrong, "The e-mail address is missing.")
	}
	if text := cell(columnRole); text != "" {
		limits := one.guest.Terms
		one.guest.Terms = r.role(text, &one)
		one.guest.Terms.Limited, one.guest.Terms.Services, one.guest.Terms.EndsAt =
			limits.Limited, limits.Services, limits.EndsAt
	}
	if text := cell(columnServices); text != "" {
		one.guest.Terms.Limited, one.guest.Terms.Services = r.chosen(text, &one)
	}
	if text := cell(columnEnds); text != "" {
		one.guest.Terms.EndsAt = r.day(text, &one)
	}
	if text := cell(columnMessage); text != "" {
		one.guest.Message = text
	}
	return one
}

// role finds the role that a cell names.
func (r guestReader) role(text string, one *guestLine) accounts.Terms {
	var found []accounts.Role
	for _, role := range r.roles {
		if strings.EqualFold(role.Name, text) || strings.EqualFold(role.Value(), text) {
			found = append(found, role)
		}
	}
	switch len(found) {
	case 0:
		one.wrong = append(one.wrong, fmt.Sprintf("There is no role “%s” that you can give.", text))
		return accounts.Terms{}
	case 1:
		return accounts.RoleTerms(found[0].Value())
	}
	one.wrong = append(one.wrong, fmt.Sprintf("There are two roles called “%s”. Choose one below instead.", text))
	return accounts.Terms{}
}

// chosen are the services that a cell names, and whether the access is limited to them.
func (r guestReader) chosen(text string, one *guestLine) (limited bool, out []id.Service) {
	if strings.EqualFold(text, "all") {
		return false, nil
	}
	for _, name := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(",;+|", c) }) {
		name = strings.TrimSpace(name)
		before := len(out)
		for _, s := range r.services {
			if strings.EqualFold(s.Name(), name) {
				out = append(out, s.ID)
			}
		}
		switch {
		case name == "":
		case len(out) == before:
			one.wrong = append(one.wrong, fmt.Sprintf("There is no service “%s”.", name))
		case len(out) > before+1:
			one.wrong = append(one.wrong, fmt.Sprintf("There are several services called “%s”. Choose below instead.", name))
		}
	}
	return true, slices.CompactFunc(out, func(x, y id.Service) bool { return x == y })
}

// day is the end of the day that a cell names, in the ways in which spreadsheets here write days.
func (r guestReader) day(text string, one *guestLine) time.Time {
	for _, form := range []string{
		dayForm, "2/1/2006", "2.1.2006", "2 Jan 2006", "2 January 2006", "2-Jan-2006", "2-Jan-06", "2006-01-02 15:04:05",
	} {
		if day, err := time.ParseInLocation(form, text, r.where); err == nil {
			return time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, r.where).Add(-time.Second)
		}
	}
	one.wrong = append(one.wrong, fmt.Sprintf("“%s” is no day. A day looks like 2027-01-31 or 31/01/2027.", text))
	return time.Time{}
}
