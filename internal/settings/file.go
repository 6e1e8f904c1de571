package settings

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// What a file of settings says of itself.
const (
	fileFormat  = "gatehouse-settings"
	fileVersion = 1
	// FileBytes is how large one may be.
	FileBytes = 900 << 10
	picture   = "logo" // the picture itself, beside the settings
)

// Export writes the settings that are decided in the console as a file, the logo in it, and no secret: there is none
// among them. What the operator decided is left out.
func (s *Settings) Export(ctx context.Context, who actor.Actor) ([]byte, error) {
	var out []byte
	err := s.gate.Change(ctx, who, verb.PoliciesManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			rows, err := all(tx.DB)
			if err != nil {
				return gate.Entry{}, err
			}
			now := s.over(rows)
			var logo logoRow
			if hash := now[Logo]; hash != "" {
				if logo, _, err = db.One[logoRow](tx.Where("hash = ?", hash)); err != nil {
					return gate.Entry{}, fmt.Errorf("read the logo: %w", err)
				}
			}
			out = s.file(now, logo.Content)
			return g.Entry(activity.SettingsExported, activity.Details{
				Target: activity.Target{Kind: "settings", Label: "the provider’s settings"},
			}), nil
		})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (s *Settings) file(now map[string]string, logo []byte) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n  \"format\": %q,\n  \"version\": %d,\n  \"settings\": {", fileFormat, fileVersion)
	between := ""
	for _, one := range Catalogue() {
		if one.Name == Logo || s.base.Locked[one.Name] != "" {
			continue
		}
		fmt.Fprintf(&out, "%s\n    %s: %s", between, quoted(one.Name), quoted(now[one.Name]))
		between = ","
	}
	out.WriteString("\n  }")
	if s.base.Locked[Logo] == "" {
		fmt.Fprintf(&out, ",\n  %q: %s", picture, quoted(base64.StdEncoding.EncodeToString(logo)))
	}
	out.WriteString("\n}\n")
	return out.Bytes()
}

func quoted(text string) string {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil { // a text can always be written
		return `""`
	}
	return string(bytes.TrimSpace(out.Bytes()))
}

// BadLine is something in a file that cannot be.
type BadLine struct {
	Line    int
	Name    string // of the setting; may be empty
	Message string
}

// Step is one setting that a file would change.
type Step struct {
	Label         string
	Before, After string
}

// Plan is what a file would do. With bad lines it does nothing at all.
type Plan struct {
	Steps []Step
	Bad   []BadLine
}

// Try says what a file would do, and does nothing.
func (s *Settings) Try(ctx context.Context, who actor.Actor, file []byte) (Plan, error) {
	g, err := s.gate.View(ctx, who, verb.PoliciesManage, id.ProviderScope())
	if err != nil {
		return Plan{}, err
	}
	rows, err := all(g.On(s.reader.With(ctx)))
	if err != nil {
		return Plan{}, err
	}
	read := s.read(file)
	p := Plan{Bad: read.bad}
	if len(p.Bad) > 0 {
		return p, nil
	}
	now, kept := s.over(rows), map[string]row{}
	for _, r := range rows {
		kept[r.Name] = r
	}
	list, err := s.differing(work{wants: read.wants, version: -1}, now, kept)
	if wrong, ok := fault.As(err); ok && wrong.Kind == fault.KindInvalid {
		for _, f := range wrong.Fields {
			p.Bad = append(p.Bad, BadLine{Line: read.lines[f.Name], Name: f.Name, Message: f.Message})
		}
		return p, nil
	}
	if err != nil && !errors.Is(err, errSame) {
		return Plan{}, err
	}
	for _, one := range list {
		p.Steps = append(p.Steps, Step{
			Label: one.Label, Before: one.shown(now[one.Name]), After: one.shown(*read.wants[one.Name]),
		})
	}
	return p, nil
}

// Import does what a file says, the whole of it or nothing.
func (s *Settings) Import(ctx context.Context, who actor.Actor, file []byte) error {
	read := s.read(file)
	var wrong []fault.Field
	for _, b := range read.bad {
		wrong = append(wrong, fault.Field{Name: b.Name, Message: fmt.Sprintf("Line %d: %s", b.Line, b.Message)})
	}
	return s.run(ctx, who, work{
		wants: read.wants, version: -1, pictures: read.pictures,
		entry: func(g gate.Grant, changes []activity.Change) gate.Entry {
			return g.Entry(activity.SettingsImported, activity.Details{
				Target: activity.Target{Kind: "settings", Label: "the provider’s settings"}, Changes: changes,
			})
		},
	}, wrong)
}

// reading is a file as far as it was understood.
type reading struct {
	wants    wish
	lines    map[string]int
	pictures []Picture
	bad      []BadLine

	file   []byte
	tokens *json.Decoder
}

func (s *Settings) read(file []byte) *reading {
	r := &reading{wants: wish{}, lines: map[string]int{}, file: file, tokens: json.NewDecoder(bytes.NewReader(file))}
	if len(file) > FileBytes {
		r.say("", "The file is larger than 900 KiB.")
		return r
	}
	r.tokens.UseNumber()
	seen := r.object(func(key string) bool {
		switch key {
		case "format":
			return r.is(fileFormat, "This is no file of settings.")
		case "version":
			return r.is(json.Number("1"), "This version of the file is not known. It is 1 that is.")
		case "settings":
			r.object(r.setting)
			return true
		case picture:
			return r.logo()
		}
		r.say("", "There is no "+brief(key)+" in a file of settings.")
		return r.skip()
	})
	if len(r.bad) == 0 && (!slices.Contains(seen, "format") || !slices.Contains(seen, "version")) {
		r.say("", "The file does not say that it is one of settings, and of which version.")
	}
	if len(r.bad) == 0 && r.tokens.More() {
		r.say("", "There is something behind the end.")
	}
	return r
}

// say notes what is wrong where the reading stands.
func (r *reading) say(name, message string) {
	at := min(int(r.tokens.InputOffset()), len(r.file))
	r.bad = append(r.bad, BadLine{Line: 1 + bytes.Count(r.file[:at], []byte("\n")), Name: name, Message: message})
}

// object reads an object, member by member, until one cannot be read. It returns the names that it saw.
func (r *reading) object(member func(key string) bool) []string {
	var seen []string
	open, err := r.tokens.Token()
	if err != nil || open != json.Delim('{') {
		r.say("", "There should be a { here.")
		return nil
	}
	for r.tokens.More() {
		key, err := r.tokens.Token()
		name, isText := key.(string)
		if err != nil || !isText {
			r.say("", "This is not written as JSON.")
			return seen
		}
		if slices.Contains(seen, name) {
			r.say(name, "This is there twice.")
		}
		seen = append(seen, name)
		if !member(name) {
			return seen
		}
	}
	if _, err := r.tokens.Token(); err != nil {
		r.say("", "The file ends before it should.")
	}
	return seen
}

func (r *reading) is(want any, message string) bool {
	got, err := r.tokens.Token()
	if err != nil || got != want {
		r.say("", message)
		return false
	}
	return true
}

func (r *reading) skip() bool {
	var whatever json.RawMessage
	if err := r.tokens.Decode(&whatever); err != nil {
		r.say("", "This is not written as JSON.")
		return false
	}
	return true
}

// setting reads one value.
func (r *reading) setting(name string) bool {
	var value any
	if err := r.tokens.Decode(&value); err != nil {
		r.say(name, "This is not written as JSON.")
		return false
	}
	one, known := Find(name)
	text, isText := value.(string)
	switch {
	case !known || name == Logo:
		r.say(name, "There is no setting of this name.")
		return true
	case !isText:
		r.say(name, "The value should stand in quotes.")
		return true
	}
	clean, problem := one.Checked(text)
	if problem != "" {
		r.say(name, problem)
		return true
	}
	r.lines[name] = r.line()
	r.wants[name] = &clean
	return true
}

func (r *reading) line() int {
	return 1 + bytes.Count(r.file[:min(int(r.tokens.InputOffset()), len(r.file))], []byte("\n"))
}

func (r *reading) logo() bool {
	var text string
	if err := r.tokens.Decode(&text); err != nil {
		r.say(Logo, "The picture should stand in quotes.")
		return false
	}
	content, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		r.say(Logo, "The picture is not written in base64.")
		return true
	}
	none := ""
	if len(content) == 0 {
		r.wants[Logo] = &none
		return true
	}
	read, problem := ReadLogo(content)
	if problem != "" {
		r.say(Logo, problem)
		return true
	}
	r.lines[Logo], r.wants[Logo], r.pictures = r.line(), &read.Hash, []Picture{read}
	return true
}
