package settings

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

// Draft is what somebody wants to be decided. Settings that it does not name stay as they are.
type Draft struct {
	Version int64 // of the settings when they were shown
	Values  map[string]string
	Picture []byte // a new logo; none: it stays, unless Values says otherwise
}

// errSame says that nothing would change.
var errSame = errors.New("settings: nothing changes")

// wish is a value that somebody wants; nil: what holds without one.
type wish map[string]*string

// work is one change of some settings, all of them or none.
type work struct {
	wants    wish
	version  int64 // when they were shown; below zero: whatever holds now
	undoes   id.SettingChange
	pictures []Picture
	entry    func(g gate.Grant, changes []activity.Change) gate.Entry
}

// Change decides settings, for whoever manages them. What is wrong is said beside each field.
func (s *Settings) Change(ctx context.Context, who actor.Actor, d Draft) error {
	w := work{version: d.Version, wants: wish{}}
	var wrong []fault.Field
	for name, value := range d.Values {
		one, known := Find(name)
		if !known {
			return fault.NotFound("change settings")
		}
		clean, problem := one.Checked(value)
		if problem != "" {
			wrong = append(wrong, fault.Field{Name: name, Message: problem})
		}
		w.wants[name] = &clean
	}
	if len(d.Picture) > 0 {
		picture, problem := ReadLogo(d.Picture)
		if problem != "" {
			wrong = append(wrong, fault.Field{Name: Logo, Message: problem})
		}
		w.wants[Logo], w.pictures = &picture.Hash, []Picture{picture}
	}
	target, changed := activity.Target{Kind: "settings", Label: "the settings"}, ""
	for name := range w.wants {
		if one, _ := Find(name); changed == "" {
			changed = one.Group
			target.Label = "the settings of “" + groupName(one.Group) + "”"
		}
	}
	w.entry = func(g gate.Grant, changes []activity.Change) gate.Entry {
		return g.Entry(activity.SettingsChanged, activity.Details{Target: target, Changes: changes})
	}
	return s.run(ctx, who, w, wrong)
}

func groupName(key string) string {
	for _, g := range Groups() {
		if g.Key == key {
			return g.Name
		}
	}
	return key
}

// Undo puts back what a setting was before a change. That is a change of its own, which can be taken back as well.
func (s *Settings) Undo(ctx context.Context, who actor.Actor, change id.SettingChange) error {
	g, err := s.gate.View(ctx, who, verb.PoliciesManage, id.ProviderScope())
	if err != nil {
		return err
	}
	was, found, err := db.One[changeRow](g.On(s.reader.With(ctx)).Where("id = ?", change))
	if err != nil {
		return fmt.Errorf("take a setting back: %w", err)
	}
	one, known := Find(was.Name)
	if !found || !known {
		return fault.NotFound("take a setting back")
	}
	var wrong []fault.Field
	if was.BeforeValue != nil {
		if _, problem := one.Checked(*was.BeforeValue); problem != "" {
			wrong = append(wrong, fault.Field{Name: one.Name, Message: problem})
		}
	}
	return s.run(ctx, who, work{
		wants: wish{was.Name: was.BeforeValue}, undoes: was.ID, version: -1,
		entry: func(g gate.Grant, changes []activity.Change) gate.Entry {
			return g.Entry(activity.SettingUndone, activity.Details{
				Target: activity.TargetOf("setting", was.ID, "“"+one.Label+"”"), Changes: changes,
			})
		},
	}, wrong)
}

// run does the work where nothing is wrong with it, and lets it hold here at once.
func (s *Settings) run(ctx context.Context, who actor.Actor, w work, wrong []fault.Field) error {
	err := s.gate.Change(ctx, who, verb.PoliciesManage, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if len(wrong) > 0 { // told to nobody who may not change it
				return gate.Entry{}, inOrder(wrong)
			}
			changes, err := s.write(tx, g, w)
			if err != nil {
				return gate.Entry{}, err
			}
			return w.entry(g, changes), nil
		})
	if errors.Is(err, errSame) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.Load(ctx)
}

func inOrder(wrong []fault.Field) error {
	order := map[string]int{}
	for i, one := range Catalogue() {
		order[one.Name] = i
	}
	slices.SortStableFunc(wrong, func(a, b fault.Field) int { return order[a.Name] - order[b.Name] })
	return fault.Invalid(wrong...)
}

// write writes what differs, with its history, in one transaction. The head comes first: it decides who is next.
func (s *Settings) write(tx *db.Tx, g gate.Grant, w work) ([]activity.Change, error) {
	if err := tx.Exec("UPDATE provider_settings_head SET version = version + 1 WHERE id = 1").Error; err != nil {
		return nil, fmt.Errorf("change settings: %w", err)
	}
	head, _, err := db.One[headRow](tx.Where("id = 1"))
	if err != nil {
		return nil, fmt.Errorf("change settings: %w", err)
	}
	rows, err := all(tx.DB)
	if err != nil {
		return nil, err
	}
	kept := map[string]row{}
	for _, r := range rows {
		kept[r.Name] = r
	}
	now := s.over(rows)
	differs, err := s.differing(w, now, kept)
	if err != nil {
		return nil, err
	}
	if err := keepPictures(tx, w.pictures); err != nil {
		return nil, err
	}
	changes := make([]activity.Change, 0, len(differs))
	for _, one := range differs {
		c := changeRow{
			ID: id.New[id.SettingChangeKind](), Name: one.Name, Version: head.Version, AfterValue: w.wants[one.Name],
			ChangedAt: db.At(g.Now()), ChangedBy: g.Who().Person, Undoes: w.undoes,
		}
		if r, set := kept[one.Name]; set {
			c.BeforeValue = &r.Value
		}
		if err := put(tx, c, kept); err != nil {
			return nil, err
		}
		changes = append(changes, activity.Change{
			Field: one.Label, Old: brief(one.shown(now[one.Name])), New: brief(one.shown(s.value(one, c.AfterValue))),
		})
	}
	return changes, nil
}

// differing are the settings that change, once it is sure that they may and that all of them fit together.
func (s *Settings) differing(w work, now map[string]string, kept map[string]row) ([]Setting, error) {
	var list []Setting
	var wrong []fault.Field
	after := maps.Clone(now)
	for _, one := range Catalogue() {
		want, wanted := w.wants[one.Name]
		_, set := kept[one.Name]
		if !wanted || s.value(one, want) == now[one.Name] && (want != nil || !set) {
			continue
		}
		switch {
		case s.base.Locked[one.Name] != "":
			says := "Set by " + s.base.Locked[one.Name] + ". Change it there."
			wrong = append(wrong, fault.Field{Name: one.Name, Message: says})
		case w.version >= 0 && kept[one.Name].Version > w.version:
			wrong = append(wrong, fault.Field{Name: one.Name, Message: "Somebody changed this in the meantime, to “" +
				brief(one.shown(now[one.Name])) + "”. Look at it, and save again."})
		}
		after[one.Name] = s.value(one, want)
		list = append(list, one)
	}
	if name, problem := together(after); problem != "" && len(wrong) == 0 {
		wrong = append(wrong, fault.Field{Name: name, Message: problem})
	}
	switch {
	case len(wrong) > 0:
		return nil, inOrder(wrong)
	case len(list) == 0:
		return nil, errSame
	}
	return list, nil
}

// value is what holds with a wish.
func (s *Settings) value(one Setting, want *string) string {
	if want != nil {
		return *want
	}
	if base := s.base.Values[one.Name]; base != "" {
		return base
	}
	return one.Default
}

func keepPictures(tx *db.Tx, pictures []Picture) error {
	for _, p := range pictures {
		_, there, err := db.One[logoRow](tx.Where("hash = ?", p.Hash))
		if err == nil && !there {
			err = tx.Create(&logoRow{Hash: p.Hash, Content: p.Content}).Error
		}
		if err != nil {
			return fmt.Errorf("keep the logo: %w", err)
		}
	}
	return nil
}

func put(tx *db.Tx, c changeRow, kept map[string]row) error {
	_, set := kept[c.Name]
	var err error
	switch {
	case c.AfterValue == nil:
		err = tx.Where("name = ?", c.Name).Delete(&row{}).Error
	case set:
		err = tx.Model(&row{}).Where("name = ?", c.Name).Updates(map[string]any{
			"value": *c.AfterValue, "version": c.Version, "changed_at": c.ChangedAt,
		}).Error
	default:
		err = tx.Create(&row{Name: c.Name, Value: *c.AfterValue, Version: c.Version, ChangedAt: c.ChangedAt}).Error
	}
	if err == nil {
		err = tx.Create(&c).Error
	}
	if err != nil {
		return fmt.Errorf("change a setting: %w", err)
	}
	return nil
}

// shown is a value as people read it.
func (s Setting) shown(value string) string {
	for _, c := range s.Choices {
		if c.Value == value {
			return c.Label
		}
	}
	const enough = 8
	if s.Name == Logo && len(value) > enough {
		return "picture " + value[:enough]
	}
	return value
}

// brief cuts a long text for the log; the whole of it stands in the history.
func brief(text string) string {
	const longest = 120
	if utf8.RuneCountInString(text) <= longest {
		return text
	}
	return string([]rune(text)[:longest]) + "…"
}
