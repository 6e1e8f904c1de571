package log

import (
	"slices"
	"strings"
	"sync"

	"gatehouse/internal/activity"
	"gatehouse/internal/id"
	"gatehouse/templates/ui"
)

// offer is what the filters of a kind of log offer. Every page shows it, and it is the same for everybody.
type offer struct {
	actions       []activity.Action
	kinds         []activity.Category
	actionChoices []ui.Choice // under the words of their kinds
	kindChoices   []ui.Choice
}

// offered is what the filters of the log of such a scope offer. It is shared, and only read.
func offered(scope id.Scope) *offer { return offers()[scope.Kind()] }

// offers are made once.
var offers = sync.OnceValue(func() map[id.ScopeKind]*offer { //nolint:gochecknoglobals // see above
	all := map[id.ScopeKind]*offer{}
	for _, kind := range []id.ScopeKind{id.ScopeAccount, id.ScopePerson, id.ScopeProvider} {
		all[kind] = newOffer(kind)
	}
	return all
})

func newOffer(scope id.ScopeKind) *offer {
	o := &offer{actionChoices: []ui.Choice{{Label: "All"}}, kindChoices: []ui.Choice{{Label: "All"}}}
	for _, m := range activity.Catalogue() {
		if !holds(scope, m) {
			continue
		}
		o.actions = append(o.actions, m.Action)
		if !slices.Contains(o.kinds, m.Category) {
			o.kinds = append(o.kinds, m.Category)
			o.kindChoices = append(o.kindChoices, ui.Choice{Value: string(m.Category), Label: kindWord(m.Category)})
		}
		o.actionChoices = append(o.actionChoices, ui.Choice{
			Value: string(m.Action), Label: m.Label, Group: kindWord(m.Category),
		})
	}
	slices.SortStableFunc(o.actionChoices[1:], func(a, b ui.Choice) int {
		return strings.Compare(a.Group, b.Group)
	})
	return o
}

// holds says whether the log of such a scope can hold an action.
func holds(scope id.ScopeKind, m activity.Meaning) bool {
	if scope == id.ScopeProvider {
		return true // what its people do is in it, and what concerns nobody else
	}
	person := m.Category == activity.CategorySignIn && m.Action != activity.AccountEntered ||
		m.Category == activity.CategoryFactor
	provider := m.Category == activity.CategorySystem || m.Action == activity.ServerAdded ||
		m.Action == activity.SeatGranted || m.Action == activity.SeatEnded
	mine := scope == id.ScopePerson
	return !provider && (mine == person || m.Action == activity.Refused)
}

func kindWord(c activity.Category) string {
	switch c {
	case activity.CategorySignIn:
		return "Signing in"
	case activity.CategoryFactor:
		return "Ways to sign in"
	case activity.CategoryAccess:
		return "Who has access"
	case activity.CategoryAccount:
		return "The account"
	case activity.CategoryBilling:
		return "Invoices and payments"
	case activity.CategoryHosting:
		return "Services"
	case activity.CategoryRead:
		return "Looking"
	case activity.CategoryMail:
		return "Mails"
	case activity.CategorySupport:
		return "Cases"
	case activity.CategorySystem:
	}
	return "The log itself"
}
