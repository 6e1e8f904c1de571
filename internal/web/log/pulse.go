package log

import (
	"fmt"
	"sync"

	"github.com/a-h/templ"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/internal/web"
	"gatehouse/templates/ui"
)

// mostPulses is how many drawings are kept, of some twenty kilobytes each.
const mostPulses = 128

// pulses keeps the tops of the logs that are looked at most as they were drawn: half a year of days and a month of
// sign-ins are a quarter of a page's markup, and the same from one page to the next until something happens.
type pulses struct {
	mutex sync.Mutex
	drawn map[pulseKey]drawing
}

// pulseKey is what a drawing depends on. The zone of the days is that of the edition.
type pulseKey struct {
	edition  uint64
	reader   id.Person
	today    string
	provider string
}

// of is the top of a log as its reader sees it; nil where no days were asked for.
func (p *pulses) of(
	c *web.Context, asked *activity.CalendarQuery, cal *activity.Calendar,
) (templ.Component, error) {
	if asked == nil {
		return nil, nil //nolint:nilnil // a page without a top is none that failed
	}
	key := pulseKey{
		edition: cal.Edition, reader: c.Who.Person, today: c.Reader().Date(c.Now()), provider: c.Provider(),
	}
	p.mutex.Lock()
	drawn, ok := p.drawn[key]
	p.mutex.Unlock()
	if ok {
		return drawn, nil
	}
	component := ui.Pulse(c.Reader(), pulseOf(c, cal))
	if cal.Edition == 0 {
		return component, nil
	}
	drawn, err := draw(c.Ctx(), component)
	if err != nil {
		return nil, fmt.Errorf("the top of a log: %w", err)
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if len(p.drawn) >= mostPulses || p.drawn == nil { // older editions are looked at no more
		p.drawn = make(map[pulseKey]drawing, mostPulses)
	}
	p.drawn[key] = drawn
	return drawn, nil
}

// pulseOf is the calendar as the top of the log draws it: one line a person, and one for the provider's people.
func pulseOf(c *web.Context, cal *activity.Calendar) ui.PulseProps {
	p := ui.PulseProps{Total: int(cal.Total), Days: make([]ui.DayCount, 0, len(cal.Days))}
	for _, d := range cal.Days {
		p.Days = append(p.Days, ui.DayCount{
			Day: d.Day, Entries: d.Entries, Refused: d.Refused, Failed: d.Failed, ByStaff: d.ByStaff,
		})
	}
	at := map[id.Person]int{} // all of the staff as nobody
	for _, s := range cal.SignIns {
		key, name, kind := s.Person, s.Name, ui.SignInWeak
		switch {
		case s.Staff:
			key, name, kind = id.Person{}, "Staff of "+c.Provider(), ui.SignInStaff
		case s.Failed:
			kind = ui.SignInFailed
		case s.Strong:
			kind = ui.SignInStrong
		}
		if s.Person == c.Who.Person {
			name = "You"
		}
		if name == "" {
			name = "Erased"
		}
		i, known := at[key]
		if !known {
			i = len(p.People)
			at[key] = i
			p.People = append(p.People, ui.SignIns{
				Person: ui.Person{Name: name}, Days: make([]ui.SignIn, 0, signInDays),
			})
		}
		p.People[i].Days = append(p.People[i].Days, ui.SignIn{Day: s.Day, Kind: kind, Many: s.Many})
	}
	const few = 12 // more lines than that are no picture any more; the filters find the others
	p.People = p.People[:min(len(p.People), few)]
	return p
}
