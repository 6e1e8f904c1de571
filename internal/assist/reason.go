package assist

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gatehouse/internal/activity"
	"gatehouse/internal/fault"
	"gatehouse/internal/id"
)

// Reason is why staff act for somebody. The client reads it.
type Reason struct {
	Code string  // one of activity.GivenReasons
	Text string  // in words; may be empty where there is a case
	Case id.Case // that it is about; zero: none
	Name string  // what the case is called
}

// checked is the reason with its text trimmed.
func (r Reason) checked() (Reason, error) {
	r.Text = strings.Join(strings.Fields(r.Text), " ")
	switch {
	case !slices.Contains(activity.GivenReasons(), r.Code):
		return r, fault.InvalidField("code", "Choose why.")
	case r.Code == activity.GivenCase && r.Case.IsZero() && r.Text == "":
		return r, fault.InvalidField("why", "Choose the case, or say which it is.")
	case r.Case.IsZero() && r.Text == "":
		return r, fault.InvalidField("why", "Say why, and who asked. The client reads it.")
	case utf8.RuneCountInString(r.Text) > longestReason:
		return r, fault.InvalidField("why", fmt.Sprintf("Use at most %d characters.", longestReason))
	case !utf8.ValidString(r.Text) || strings.ContainsFunc(r.Text, unicode.IsControl):
		return r, fault.InvalidField("why", "This has characters that cannot be stored.")
	}
	return r, nil
}

// words are the reason as the client reads it.
func (r Reason) words() string {
	var parts []string
	for _, part := range []string{r.Text, r.Name} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " · case: ")
}

// changes are the reason as the log has it.
func (r Reason) changes() []activity.Change {
	list := []activity.Change{{Field: "reason", New: activity.GivenInWords(r.Code)}}
	if r.Text != "" {
		list = append(list, activity.Change{Field: "in words", New: r.Text})
	}
	if r.Name != "" {
		list = append(list, activity.Change{Field: "case", New: r.Name})
	}
	return list
}
